"""`levels.*`: curves of other games, as cases state them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from returns.result import Failure, Result

from astracore.errors.gamification import ProgressFault
from astracore.errors.vectors import BadInput
from astracore.gamification.curves import doubling
from astracore.gamification.levels import Polynomial, Thresholds, curve, level_at, threshold
from astracore.outcome import collect, is_failure
from astracore.verification.inputs import Function, Inputs, ReadFault

Leveled: TypeAlias = Result[int, ProgressFault | ReadFault]


def _positive(inputs: Inputs, key: str) -> Result[int, BadInput]:
    """A count of one or more."""
    found = inputs.integer(key)
    if not is_failure(found) and found.unwrap() < 1:
        return Failure(BadInput(key, "1 or more is needed"))
    return found


def _table(inputs: Inputs) -> Leveled:
    """levels.table_runescape: the XP at which a level begins, doubling every seven."""
    return Result.do(table.xp[-1] for level in inputs.integer("level") for table in doubling(level))


def _cubic(inputs: Inputs) -> Leveled:
    """levels.cubic: numerator × level³ // denominator."""
    return Result.do(
        threshold(shape, level)
        for level in _positive(inputs, "level")
        for numerator in inputs.integer("numerator")
        for denominator in _positive(inputs, "denominator")
        for shape in curve(Polynomial(factor=numerator, shift=0, power=3, divisor=denominator))
    )


def _whole(key: str, text: str) -> Result[int, BadInput]:
    """One threshold."""
    return Inputs({key: text}).integer(key)


def _from_thresholds(inputs: Inputs) -> Leveled:
    """levels.from_thresholds: the level of an XP by a table."""
    return Result.do(
        level_at(shape, xp)
        for texts in inputs.texts("thresholds")
        for table in collect(_whole("thresholds", text) for text in texts)
        for shape in curve(Thresholds(table))
        for xp in inputs.integer("xp")
    )


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "levels.cubic": _cubic,
        "levels.from_thresholds": _from_thresholds,
        "levels.table_runescape": _table,
    }
)

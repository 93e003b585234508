"""Causes that concern XP, levels and streaks."""

from typing import ClassVar, TypeAlias

from attrs import frozen


@frozen
class UnknownRule:
    """No rule says what this source is worth, or its facts are of another kind."""

    code: ClassVar[str] = "unknown_rule"
    source: str


@frozen
class NegativeXp:
    """An award or a total below zero was asked for."""

    code: ClassVar[str] = "negative_xp"
    amount: int


@frozen
class BadThresholds:
    """Level thresholds do not begin at 0 or do not rise strictly."""

    code: ClassVar[str] = "bad_thresholds"
    index: int


@frozen
class BadZone:
    """An offset from UTC beyond a day, or a start of the day outside 0..23 hours."""

    code: ClassVar[str] = "bad_zone"
    utc_offset: int
    day_start: int


ProgressFault: TypeAlias = UnknownRule | NegativeXp | BadThresholds | BadZone

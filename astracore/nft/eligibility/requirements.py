"""Whether facts meet a class's requirement, and whether they lift its rarity."""

from collections.abc import Sequence
from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.nft import NotEligible
from astracore.nft.rules import RULES, AtLeast, AtMost, Measure, NftRules, class_row
from astracore.nft.types import NftClass, Rarity
from astracore.numeric import exact


@frozen
class Fact:
    """One figure about the user, as read models have it."""

    measure: Measure
    value: Decimal


def holds(condition: AtLeast | AtMost, facts: Sequence[Fact]) -> bool:
    """Whether a fact of the condition's measure is known and within its bound. Kernel."""
    for fact in facts:
        if fact.measure is condition.measure:
            return (
                fact.value >= condition.bound
                if isinstance(condition, AtLeast)
                else fact.value <= condition.bound
            )
    return False


def lifted(rarity: Rarity) -> Rarity:
    """One rarity up; legendary stays.

    >>> lifted(Rarity.RARE).value, lifted(Rarity.LEGENDARY).value
    ('epic', 'legendary')
    """
    order = tuple(Rarity)
    return order[min(order.index(rarity) + 1, len(order) - 1)]


@exact
def earned_rarity(
    name: NftClass, facts: Sequence[Fact], edition: Rarity | None = None, rules: NftRules = RULES
) -> Result[Rarity, NotEligible]:
    """The rarity that these facts earn; `edition` states it where the class does not.

    Errors: NotEligible (no such class, a need unmet or unknown), NumericLimit.
    Source: docs/formulas-collectibles.md#eligibility.
    Invariant: better facts never earn less.
    >>> earned_rarity(NftClass.LEVEL_50, (Fact(Measure.LEVEL, Decimal(50)),)).unwrap().value
    'rare'
    """
    row = class_row(rules, name)
    if row is None or not all(holds(need, facts) for need in row.needs):
        return Failure(NotEligible(name.value))
    rarity = edition if row.rarity is None else row.rarity
    if rarity is None:
        return Failure(NotEligible(name.value))
    lifts = bool(row.bonus) and all(holds(need, facts) for need in row.bonus)
    return Success(lifted(rarity) if lifts else rarity)

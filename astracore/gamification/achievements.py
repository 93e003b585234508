"""Achievements as data: an achievement is a list of predicates over counted facts."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias, assert_never

from attrs import frozen

from astracore.gamification.measures import Measure
from astracore.instants import DAY, Instant


class Category(StrEnum):
    """What an achievement is about."""

    TRADING = "trading"
    PROGRESS = "progress"
    EDUCATION = "education"
    RISK = "risk"
    SOCIAL = "social"
    TOURNAMENT = "tournament"
    TOOLS = "tools"


class Rarity(StrEnum):
    """How rare an achievement is meant to be."""

    COMMON = "common"
    UNCOMMON = "uncommon"
    RARE = "rare"
    EPIC = "epic"
    LEGENDARY = "legendary"


POINTS = {
    Rarity.COMMON: 10,
    Rarity.UNCOMMON: 25,
    Rarity.RARE: 50,
    Rarity.EPIC: 100,
    Rarity.LEGENDARY: 250,
}


@frozen
class Reach:
    """The measure is `least` or more."""

    measure: Measure
    least: int


@frozen
class Ratio:
    """part / whole is `least` or more; of nothing it is not."""

    part: Measure
    whole: Measure
    least: Decimal


Condition: TypeAlias = Reach | Ratio


@frozen(kw_only=True)
class Achievement:
    """One row: all conditions must hold.

    `hidden` ones are shown when unlocked; `after` names the tier below; a timed one is open in
    [opens, closes); a repeatable one may be unlocked once in `every` days.
    """

    achievement_id: str
    category: Category
    rarity: Rarity
    xp: int
    conditions: tuple[Condition, ...]
    hidden: bool = False
    after: str | None = None
    opens: Instant | None = None
    closes: Instant | None = None
    every: int | None = None

    @property
    def points(self) -> int:
        """What it adds to the player's points."""
        return POINTS[self.rarity]


@frozen(kw_only=True)
class Facts:
    """Counts by measure; what is not named is 0."""

    counts: Mapping[Measure, int]

    def of(self, measure: Measure) -> int:
        """The count of one measure."""
        return self.counts.get(measure, 0)


def holds(condition: Condition, facts: Facts) -> bool:
    """Is the condition true of the facts?

    >>> holds(Reach(Measure.CLOSED, 1), Facts(counts={Measure.CLOSED: 1}))
    True
    """
    match condition:
        case Reach(measure=measure, least=least):
            return facts.of(measure) >= least
        case Ratio(part=part, whole=whole, least=share):
            all_of_it = facts.of(whole)
            return all_of_it > 0 and facts.of(part) >= Fraction(share) * all_of_it
        case _:
            assert_never(condition)


def is_due(achievement: Achievement, facts: Facts, at: Instant) -> bool:
    """Is it open now, and do all of its conditions hold?"""
    opens, closes = achievement.opens, achievement.closes
    return (
        (opens is None or at >= opens)
        and (closes is None or at < closes)
        and all(holds(condition, facts) for condition in achievement.conditions)
    )


def unlock_key(achievement: Achievement, at: Instant) -> str:
    """Under what it is unlocked: a repeatable one by its id and the number of the period.

    >>> from astracore.gamification.catalogue import ACHIEVEMENTS
    >>> unlock_key(ACHIEVEMENTS[0], Instant(0))
    'first_trade'
    """
    if achievement.every is None:
        return achievement.achievement_id
    return f"{achievement.achievement_id}@{at.micros // DAY // max(1, achievement.every)}"


def have_and_need(achievement: Achievement, facts: Facts) -> tuple[int, int]:
    """How much of what is counted there is, and how much is needed, over all `Reach` together.

    Invariant: have <= need, and equal when every `Reach` holds.
    """
    reaches = [each for each in achievement.conditions if isinstance(each, Reach)]
    have = sum(max(0, min(each.least, facts.of(each.measure))) for each in reaches)
    return have, sum(max(0, each.least) for each in reaches)

"""Seasons, resets, prestige and decay: functions of a score and the calendar, of nothing else."""

from datetime import date, timedelta
from decimal import Decimal

from attrs import frozen

from astracore.gamification.xp import floor
from astracore.instants import DAY, FIRST, LAST
from astracore.numeric import EXACT

EPOCH = date(1970, 1, 1)
DAYS = (FIRST // DAY, LAST // DAY)  # the first and the last day of the calendar


@frozen(kw_only=True)
class SeasonRules:
    """What a season leaves of a score, and what idleness takes from it."""

    kept: Decimal = Decimal("0.5")  # share of a score that the next season begins with
    idle_days: int = 30  # without activity before decay begins
    decay: Decimal = Decimal("0.01")  # share lost on each idle day after them
    decay_most: Decimal = Decimal("0.5")  # share that idleness may take in all


@frozen(kw_only=True)
class Season:
    """A quarter of the calendar year, by its number since 1970: [first, last] UTC days."""

    number: int
    first: int
    last: int


def season_of(day: int) -> Season:
    """The season of a UTC day, days beyond the calendar counting as its ends.

    >>> season_of(0).last, season_of(90).number
    (89, 1)
    """
    bounded = min(max(day, DAYS[0]), DAYS[1])
    there = EPOCH + timedelta(days=bounded)
    quarter = (there.month - 1) // 3
    begin = date(there.year, 3 * quarter + 1, 1)
    ending = date(there.year, 3 * quarter + 3, 31 if quarter in {0, 3} else 30)
    return Season(
        number=4 * (there.year - EPOCH.year) + quarter,
        first=(begin - EPOCH).days,
        last=(ending - EPOCH).days,
    )


def carried(score: int, before: Season, now: Season, rules: SeasonRules) -> int:
    """What is left of a `score` >= 0 when the calendar moved from one season to another.

    Each season that ended keeps ⌊kept × score⌋; within a season nothing is lost.
    >>> carried(1001, season_of(0), season_of(100), SeasonRules())
    500
    """
    left = score
    for _ in range(now.number - before.number):
        if left == 0:
            return 0
        left = floor(EXACT.multiply(rules.kept, Decimal(left)))
    return left


def decayed(score: int, idle: int, rules: SeasonRules) -> int:
    """⌊score × (1 − min(most, decay × (idle − idle_days)))⌋ after `idle` days without activity.

    >>> [decayed(1000, idle, SeasonRules()) for idle in (30, 31, 500)]
    [1000, 990, 500]
    """
    over = max(0, idle - rules.idle_days)
    lost = min(rules.decay_most, EXACT.multiply(rules.decay, Decimal(over)))
    return floor(EXACT.multiply(EXACT.subtract(Decimal(1), lost), Decimal(score)))

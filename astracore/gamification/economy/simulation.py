"""A population through a year, trader by trader: pure, seeded, the same on every machine."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.values import InvalidWindow
from astracore.gamification.economy.characters import CHARACTERS, Character, Habits, Trick
from astracore.gamification.economy.plans import plan_of
from astracore.gamification.economy.traders import Trader, lived_day, looked_at
from astracore.gamification.game_rules import GameRules
from astracore.gamification.leagues import MONDAY
from astracore.gamification.levels import level_at
from astracore.gamification.rules import rule_for
from astracore.gamification.sources import LeagueName, XpSource

START = 20_003  # a Monday, in UTC days
MOST_TRADERS, MOST_DAYS = 100_000, 3660
MONTH = 30  # days between two looks at the leagues' population
Totals: TypeAlias = tuple[tuple[str, int], ...]


@frozen(kw_only=True)
class Economy:
    """What is simulated: so many traders for so many days."""

    traders: int = 1000
    days: int = 365
    seed: int = 1
    characters: tuple[Habits, ...] = CHARACTERS


@frozen(kw_only=True)
class Year:
    """One trader's year over all accounts: XP day by day, when each level was reached."""

    character: Character
    number: int
    daily: tuple[int, ...]
    level: int
    reached: tuple[int, ...]  # the day (from 1) of level 2, 3 …
    leagues: tuple[LeagueName, ...]  # at the end of each month, and of the year
    most_capped: int  # XP of capped sources on the best day
    most_by_cap: Totals  # XP under each cap on its own best day

    @property
    def xp(self) -> int:
        """All of it."""
        return sum(self.daily)


def economy(
    traders: int, days: int, seed: int, characters: tuple[Habits, ...] = CHARACTERS
) -> Result[Economy, InvalidWindow]:
    """Let sizes in that somebody waits for.  Errors: InvalidWindow (the number refused)."""
    if not 1 <= traders <= MOST_TRADERS:
        return Failure(InvalidWindow(traders))
    if not 1 <= days <= MOST_DAYS:
        return Failure(InvalidWindow(days))
    return Success(Economy(traders=traders, days=days, seed=seed, characters=characters))


def population(run: Economy) -> tuple[tuple[Habits, int], ...]:
    """Who plays: each character by its weight, the first one taking what rounding leaves.

    >>> [sum(one.character is each for one, _ in population(Economy(traders=11)))
    ...     for each in Character]
    [6, 2, 1, 1, 1]
    """
    if not run.characters:
        return ()
    counts = [habits.weight * run.traders // 1000 for habits in run.characters]
    counts[0] += max(0, run.traders - sum(counts))
    return tuple(
        (habits, number)
        for habits, count in zip(run.characters, counts, strict=True)
        for number in range(count)
    )


def years(run: Economy, rules: GameRules) -> Iterator[Year]:
    """Everybody's year, one after the other, so that a caller may show how far it is."""
    return (year_of(habits, number, run, rules) for habits, number in population(run))


def year_of(habits: Habits, number: int, run: Economy, rules: GameRules) -> Year:
    """One trader's year. Accounts beyond the first are linked to it and earn nothing."""
    trader, daily, reached, leagues = Trader(), list[int](), list[int](), list[LeagueName]()
    most_capped, best = 0, dict[str, int]()
    for day in range(run.days):
        before = trader.xp
        if (START + day + MONDAY) % 7 == 0:
            trader = looked_at(trader, START + day, rules)
        plan = plan_of(habits, run.seed, number, day)
        if plan is not None:
            trader, earned = lived_day(trader, plan, START + day, rules)
            paid = by_cap(earned.by_source, rules)
            most_capped = max(most_capped, sum(paid.values()))
            best = {each: max(best.get(each, 0), paid.get(each, 0)) for each in {**best, **paid}}
        daily.append(trader.xp - before)
        top = level_at(rules.xp.curve, trader.xp)
        reached.extend([day + 1] * (top - 1 - len(reached)))
        if day % MONTH == MONTH - 1 or day == run.days - 1:
            leagues.append(trader.place.league)
    return Year(
        character=habits.character,
        number=number,
        daily=tuple(daily),
        level=level_at(rules.xp.curve, trader.xp),
        reached=tuple(reached),
        leagues=tuple(leagues),
        most_capped=most_capped,
        most_by_cap=tuple(sorted(best.items())),
    )


def by_cap(paid: Mapping[XpSource, int], rules: GameRules) -> Mapping[str, int]:
    """What a day paid under each cap: sources that share one are added up."""
    found: dict[str, int] = {}
    for source, amount in paid.items():
        rule = rule_for(rules.xp, source)
        if rule is not None and rule.cap is not None:
            found[rule.cap] = found.get(rule.cap, 0) + amount
    return found


def is_honest(habits: Habits) -> bool:
    """Does the character trade for the sake of trading?"""
    return habits.trick is Trick.HONEST

"""What a simulated year says: XP a day, time to levels, leagues, and whether the rules held."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from attrs import frozen

from astracore.gamification.economy.characters import Character
from astracore.gamification.economy.simulation import MONTH, Year
from astracore.gamification.game_rules import GameRules
from astracore.gamification.sources import LeagueName

LEVELS = (5, 10, 15, 20, 25, 30, 40, 50)
QUARTERS = 4
FARMERS = (Character.WASHER, Character.MULTI_ACCOUNTER)
Three: TypeAlias = tuple[int, int, int]  # the 10th, 50th and 90th percentile


@frozen(kw_only=True)
class CharacterRow:
    """One character: XP of the year, levels at its end, XP a day in each quarter (tenths)."""

    character: Character
    traders: int
    xp: Three
    levels: Three
    quarters: tuple[int, ...]
    most_capped: int


@frozen(kw_only=True)
class LevelRow:
    """How long a level takes: days by percentile among those who reached it."""

    level: int
    reached: int
    days: Three


@frozen(kw_only=True)
class Check:
    """One promise of the rules and whether the year kept it."""

    promise: str
    kept: bool


@frozen(kw_only=True)
class Report:
    """The whole year."""

    traders: int
    days: int
    characters: tuple[CharacterRow, ...]
    levels: tuple[LevelRow, ...]
    leagues: tuple[tuple[int, ...], ...]  # month by month: traders in each league
    checks: tuple[Check, ...]

    @property
    def looks(self) -> tuple[int, ...]:
        """The day (from 1) of each count of the leagues: month by month, then the last day."""
        return tuple(min(self.days, (month + 1) * MONTH) for month in range(len(self.leagues)))

    @property
    def sound(self) -> bool:
        """Did every promise hold?"""
        return all(check.kept for check in self.checks)


def percentiles(values: Iterable[int]) -> Three:
    """The 10th, 50th and 90th percentile by nearest rank; 0 of nothing.

    >>> percentiles([3, 1, 2, 5, 4])
    (1, 3, 4)
    """
    rising = sorted(values)
    if not rising:
        return (0, 0, 0)
    low, middle, high = ((len(rising) - 1) * each // 100 for each in (10, 50, 90))
    return rising[low], rising[middle], rising[high]


def report(years: Sequence[Year], rules: GameRules) -> Report:
    """Sum up a population."""
    characters = tuple(
        _character(character, [year for year in years if year.character is character])
        for character in Character
    )
    months = max((len(year.leagues) for year in years), default=0)
    return Report(
        traders=len(years),
        days=max((len(year.daily) for year in years), default=0),
        characters=characters,
        levels=tuple(_level(level, years) for level in LEVELS),
        leagues=tuple(_population(month, years) for month in range(months)),
        checks=checks(years, rules),
    )


def _character(character: Character, years: Sequence[Year]) -> CharacterRow:
    return CharacterRow(
        character=character,
        traders=len(years),
        xp=percentiles(year.xp for year in years),
        levels=percentiles(year.level for year in years),
        quarters=tuple(_quarter(part, years) for part in range(QUARTERS)),
        most_capped=max((year.most_capped for year in years), default=0),
    )


def _quarter(part: int, years: Sequence[Year]) -> int:
    """Mean XP a day and trader in a quarter of the time, in tenths."""
    spans = [_span(year, part) for year in years]
    days = sum(len(span) for span in spans)
    return 10 * sum(sum(span) for span in spans) // days if days else 0


def _span(year: Year, part: int) -> tuple[int, ...]:
    length = len(year.daily)
    return year.daily[length * part // QUARTERS : length * (part + 1) // QUARTERS]


def _level(level: int, years: Sequence[Year]) -> LevelRow:
    days = [year.reached[level - 2] for year in years if len(year.reached) >= level - 1]
    return LevelRow(level=level, reached=len(days), days=percentiles(days))


def _population(month: int, years: Sequence[Year]) -> tuple[int, ...]:
    """How many traders each league holds."""
    there = [year.leagues[month] for year in years if month < len(year.leagues)]
    return tuple(there.count(league) for league in LeagueName)


def checks(years: Sequence[Year], rules: GameRules) -> tuple[Check, ...]:
    """The promises: caps of the day and of each source; farming earns no more than playing."""
    caps = dict(rules.xp.caps)
    within = all(amount <= caps.get(cap, 0) for year in years for cap, amount in year.most_by_cap)
    casual = {year.number: year for year in years if year.character is Character.CASUAL}
    found = [
        Check(
            promise=f"no day pays more than {rules.xp.daily} XP over capped sources",
            kept=all(year.most_capped <= rules.xp.daily for year in years),
        ),
        Check(promise="no cap is exceeded on any day by the sources that share it", kept=within),
    ]
    for farmer in FARMERS:
        pairs = [
            (year, casual[year.number])
            for year in years
            if year.character is farmer and year.number in casual
        ]
        kept = all(_never_ahead(farm, honest) for farm, honest in pairs)
        promise = f"no {farmer.value} is ever ahead of the casual who comes on the same days"
        found.append(Check(promise=promise, kept=kept))
    return tuple(found)


def _never_ahead(farm: Year, honest: Year) -> bool:
    """Is the farmer's total at most the other's on every day?"""
    ahead = 0
    for mine, theirs in zip(farm.daily, honest.daily, strict=False):
        ahead += mine - theirs
        if ahead > 0:
            return False
    return True

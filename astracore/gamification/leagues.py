"""Leagues as data: what each asks for, what it multiplies, when one goes up or down."""

from decimal import Decimal

from attrs import frozen

from astracore.gamification.achievements import Category
from astracore.gamification.commands import EvaluateLeague
from astracore.gamification.sources import LeagueName
from astracore.gamification.state import Progress, points, unlocked_of
from astracore.instants import utc_day

MONDAY = 3  # 1970-01-01 was a Thursday: day 4 the first Monday


@frozen(kw_only=True)
class League:
    """One row: the multiplier of XP and the least of everything that it asks for."""

    name: LeagueName
    multiplier: Decimal
    points: int = 0
    education: int = 0
    risk: int = 0
    tournaments: int = 0
    win_rate: Decimal | None = None
    active_days: int = 0
    days_below: int = 0


@frozen(kw_only=True)
class LeagueTable:
    """The leagues, lowest first, and the share of active days below which one may fall."""

    leagues: tuple[League, ...]
    slack: Decimal = Decimal("0.6")


LEAGUES = LeagueTable(
    leagues=(
        League(name=LeagueName.CADET, multiplier=Decimal(1)),
        League(
            name=LeagueName.VOYAGER,
            multiplier=Decimal("1.1"),
            points=60,
            education=2,
            risk=1,
            tournaments=3,
            active_days=5,
            days_below=7,
        ),
        League(
            name=LeagueName.CHAMPION,
            multiplier=Decimal("1.25"),
            points=250,
            education=4,
            risk=2,
            tournaments=10,
            win_rate=Decimal("0.35"),
            active_days=8,
            days_below=14,
        ),
        League(
            name=LeagueName.ELITE,
            multiplier=Decimal("1.5"),
            points=600,
            education=6,
            risk=3,
            tournaments=25,
            win_rate=Decimal("0.45"),
            active_days=12,
            days_below=21,
        ),
        League(
            name=LeagueName.MASTER,
            multiplier=Decimal(2),
            points=1200,
            education=7,
            risk=4,
            tournaments=50,
            win_rate=Decimal("0.5"),
            active_days=15,
            days_below=30,
        ),
    )
)


@frozen(kw_only=True)
class Need:
    """One requirement of a league: what there is and what it asks for."""

    name: str
    have: Decimal | None
    need: Decimal

    @property
    def met(self) -> bool:
        """Is there enough? What is unknown is not."""
        return self.have is not None and self.have >= self.need


def league_of(table: LeagueTable, name: LeagueName) -> League:
    """The row of a league; where the table has none, one that asks and multiplies nothing."""
    plain = League(name=name, multiplier=Decimal(1))
    return next((league for league in table.leagues if league.name is name), plain)


def neighbour(table: LeagueTable, name: LeagueName, steps: int) -> League | None:
    """The league so many steps up (down when negative), if the table goes that far."""
    names = [league.name for league in table.leagues]
    place = names.index(name) + steps if name in names else -1
    return table.leagues[place] if 0 <= place < len(names) else None


def needs(league: League, state: Progress, facts: EvaluateLeague) -> tuple[Need, ...]:
    """Every requirement of a league with what the player has towards it."""
    since = state.first_day if state.place.since is None else state.place.since
    below = 0 if since is None else utc_day(facts.at) - since
    rows: list[tuple[str, Decimal | int | None, Decimal | int]] = [
        ("points", points(state.trophies), league.points),
        ("education", unlocked_of(state.trophies, Category.EDUCATION), league.education),
        ("risk", unlocked_of(state.trophies, Category.RISK), league.risk),
        ("tournaments", facts.tournaments, league.tournaments),
        ("active_days", facts.active_days, league.active_days),
        ("days_below", below, league.days_below),
    ]
    if league.win_rate is not None:
        rows.append(("win_rate", facts.win_rate, league.win_rate))
    return tuple(
        Need(name=name, have=None if have is None else Decimal(have), need=Decimal(need))
        for name, have, need in rows
    )


def least_active(league: League, table: LeagueTable) -> int:
    """floor(slack × the league's active days): fewer lead down.

    >>> [least_active(league, LEAGUES) for league in LEAGUES.leagues]
    [0, 3, 4, 7, 9]
    """
    numerator, denominator = table.slack.as_integer_ratio()
    return league.active_days * numerator // denominator


def week_of(day: int) -> int:
    """How many Mondays came up to and with a UTC day since 1970.

    >>> week_of(3), week_of(4), week_of(10), week_of(11)
    (0, 1, 1, 2)
    """
    return (day + MONDAY) // 7

"""The vocabulary of leaderboards: what is measured, among whom, and over which time."""

from enum import StrEnum

from attrs import frozen

from astracore.instants import Instant


class Board(StrEnum):
    """What is compared."""

    XP = "xp"
    RETURN = "return"
    SHARPE = "sharpe"
    STREAK = "streak"
    POINTS = "points"
    CLAN_RATING = "clan_rating"
    TOURNAMENT = "tournament"


class Market(StrEnum):
    """Which money a score was made with: practice and live are never on one board."""

    ANY = "any"  # the board does not measure trading
    PRACTICE = "practice"
    LIVE = "live"


class Scope(StrEnum):
    """Among whom."""

    GLOBAL = "global"
    CLAN = "clan"
    FRIENDS = "friends"
    LEAGUE = "league"


class Cadence(StrEnum):
    """How long a period is; a season is a quarter of the calendar year."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    SEASON = "season"
    ALL_TIME = "all_time"


class Operator(StrEnum):
    """What a score that comes in does to the one that is there."""

    SET = "set"
    BEST = "best"
    ADD = "add"


@frozen(kw_only=True)
class BoardKey:
    """One leaderboard: `target` is the clan, league or user of a scope that is not global."""

    board: Board
    market: Market = Market.ANY
    scope: Scope = Scope.GLOBAL
    target: str = ""
    cadence: Cadence
    begin: Instant

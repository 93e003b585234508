"""The vocabulary of tournaments, their names, and their phases."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from astracore.ids import AccountId, UserId, derived_id
from astracore.instants import DAY, FIRST, LAST, Instant, utc_day

EPOCH = date(1970, 1, 1)
FIRST_DAY, LAST_DAY = FIRST // DAY, LAST // DAY


class Phase(StrEnum):
    """Where a tournament is in its life."""

    REGISTRATION = "registration"
    ACTIVE = "active"
    ENDED = "ended"
    ARCHIVED = "archived"


class Deed(StrEnum):
    """What may be done to a tournament."""

    JOIN = "join"
    TRADE = "trade"
    CLOSE = "close"


# What each phase allows. Joining stops at 18:00 of an active day besides; a trade that was closed
# while the tournament was active may be told of until the list is frozen.
ALLOWED: Mapping[Phase, frozenset[Deed]] = {
    Phase.REGISTRATION: frozenset({Deed.JOIN}),
    Phase.ACTIVE: frozenset({Deed.JOIN, Deed.TRADE}),
    Phase.ENDED: frozenset({Deed.CLOSE}),
    Phase.ARCHIVED: frozenset(),
}


def day_text(day: int) -> str:
    """YYYY-MM-DD of a day since 1970; days beyond the calendar count as its ends.

    >>> day_text(20516)
    '2026-03-04'
    """
    bounded = min(max(day, FIRST_DAY), LAST_DAY)
    return (EPOCH + timedelta(days=bounded)).isoformat()


def daily_id(at: Instant) -> str:
    """The name of the daily tournament that an instant lies in.

    >>> daily_id(Instant(0))
    'daily:1970-01-01'
    """
    return f"daily:{day_text(utc_day(at))}"


def entry_account(tournament_id: str, user_id: UserId, begin: Instant) -> AccountId:
    """The account that a user plays a tournament with, known before it is opened."""
    unix_ms = begin.micros // 1000
    return AccountId(derived_id(unix_ms, "tournament-account", tournament_id, user_id))

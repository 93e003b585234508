"""Jobs of the game: streaks that broke, boards and tournaments that are over, the weekly league."""

from collections.abc import Iterator
from typing import Any

from astracore.gamification.commands import CloseStreak, EvaluateLeague
from astracore.gamification.leaderboards.commands import ClosePeriod
from astracore.gamification.leaderboards.periods import began, has_ended, window_of
from astracore.gamification.leaderboards.types import BoardKey
from astracore.gamification.tournaments.commands import CloseTournament, OpenTournament
from astracore.gamification.tournaments.types import daily_id
from astracore.ids import UserId
from astracore.instants import DAY, Instant, utc_day
from astracore.jobs.rules import Priority
from astracore.projections.boards import (
    CLOSED_LEADERBOARDS,
    LEADERBOARDS,
    TOURNAMENT_ENTRIES,
    TOURNAMENTS,
)
from astracore.projections.game import PROGRESS, XP_HISTORY
from astracore.projections.trades import CLOSED_POSITIONS, won_lately
from shell.tasks.sweeping import At, Found, sweep
from shell.tasks.task import Task, cron, every
from shell.workers.facts import Look

ACTIVE = 30  # days that are looked back


def broken(look: Look, at: At) -> Iterator[Found]:
    """Streaks whose last day is two days ago or more, wherever on earth the player is."""
    today = utc_day(at.now)
    for row in look.rows(PROGRESS):
        if row.streak > 0 and row.streak_day is not None and today - row.streak_day > 1:
            yield row.user_id, CloseStreak(user_id=row.user_id, at=at.now)


def boards(look: Look, at: At) -> Iterator[Found]:
    """Periods of leaderboards that are over and not frozen yet."""
    keys: dict[str, BoardKey] = {}
    for row in look.rows(LEADERBOARDS):
        period = began(row.period)
        if period is not None:
            keys[row.leaderboard] = BoardKey(
                board=row.board,
                market=row.market,
                scope=row.scope,
                target=row.target,
                cadence=period[0],
                begin=period[1],
            )
    for name, key in keys.items():
        ended = has_ended(window_of(key.cadence, key.begin), at.now)
        if ended and look.row(CLOSED_LEADERBOARDS, name) is None:
            yield name, ClosePeriod(key=key, at=at.now)


def leagues(look: Look, at: At) -> Iterator[Found]:
    """The weekly look at every player."""
    entries: dict[str, int] = {}
    for entry in look.rows(TOURNAMENT_ENTRIES):
        finished = entry.final_rank is not None
        entries[entry.user_id] = entries.get(entry.user_id, 0) + finished
    for row in look.rows(PROGRESS):
        yield row.user_id, player(look, row.user_id, entries.get(row.user_id, 0), at.slot)


def player(look: Look, user_id: UserId, tournaments: int, at: Instant) -> EvaluateLeague:
    """What a league asks of one player."""
    since = utc_day(at) - ACTIVE
    days = {utc_day(one.at) for one in look.rows(XP_HISTORY, user_id)}
    return EvaluateLeague(
        user_id=user_id,
        tournaments=tournaments,
        win_rate=won_lately(look.rows(CLOSED_POSITIONS, user_id)),
        active_days=sum(since < day <= utc_day(at) for day in days),
        at=at,
    )


def opening(look: Look, at: At) -> Iterator[Found]:
    """The tournament of the day that has begun, unless it is open already."""
    name, begin = daily_id(at.now), Instant(utc_day(at.now) * DAY)
    if look.row(TOURNAMENTS, name) is None:
        yield name, OpenTournament(tournament_id=name, begin=begin, at=at.now)


def closing(look: Look, at: At) -> Iterator[Found]:
    """Tournaments that are over."""
    for row in look.rows(TOURNAMENTS):
        if row.closed_at is None and row.end <= at.now:
            yield row.tournament_id, CloseTournament(tournament_id=row.tournament_id, at=at.now)


GAME_TASKS: tuple[Task[Any], ...] = (
    sweep("close_streaks", every(900), broken),
    sweep("close_leaderboards", cron("0 0 * * *"), boards, Priority.HIGH),
    sweep("evaluate_leagues", cron("10 0 * * 1"), leagues),
    sweep("open_tournament", cron("0 0 * * *"), opening, Priority.HIGH),
    sweep("close_tournament", cron("0 0 * * *"), closing, Priority.HIGH),
)

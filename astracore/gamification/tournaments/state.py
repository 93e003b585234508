"""What is remembered of a tournament, and how events change it."""

from collections.abc import Mapping
from typing import assert_never

from attrs import evolve as changed
from attrs import frozen

from astracore.events.codec import Codec, codec
from astracore.gamification.ranks import Standing
from astracore.gamification.standings import (
    NOBODY,
    Standings,
    found,
    put,
    standings,
    table_of,
    without,
)
from astracore.gamification.tournaments.events import (
    TournamentClosed,
    TournamentEvent,
    TournamentJoined,
    TournamentOpened,
    TournamentScored,
)
from astracore.gamification.tournaments.rules import TournamentRules
from astracore.gamification.tournaments.scores import NOTHING, ZERO, Tally
from astracore.gamification.tournaments.types import Phase
from astracore.ids import AccountId, UserId
from astracore.instants import Instant, after


@frozen(kw_only=True)
class Entry:
    """Somebody who takes part."""

    account_id: AccountId
    is_ai: bool
    tally: Tally = NOTHING


@frozen(kw_only=True)
class Course:
    """The times and rules of a tournament that was opened."""

    begin: Instant
    end: Instant
    joining_until: Instant
    rules: TournamentRules


@frozen(kw_only=True)
class Tournament:
    """Nothing while `course` is None. People and AI traders have a table each."""

    course: Course | None = None
    entries: Mapping[UserId, Entry] = {}
    people: Standings = NOBODY
    machines: Standings = NOBODY
    closed_at: Instant | None = None
    list_hash: str = ""
    merkle_root: str = ""


UNOPENED = Tournament()


def phase_at(course: Course, closed_at: Instant | None, at: Instant) -> Phase:
    """Where a tournament is at an instant: [begin, end) is active.

    Invariant: phases follow one another in the order of `Phase` as time goes by.
    """
    if closed_at is not None and at >= after(closed_at, course.rules.archived_after):
        return Phase.ARCHIVED
    if closed_at is not None or at >= course.end:
        return Phase.ENDED
    return Phase.ACTIVE if at >= course.begin else Phase.REGISTRATION


def evolve(state: Tournament, event: TournamentEvent) -> Tournament:
    """The tournament after `event`."""
    match event:
        case TournamentOpened():
            course = Course(
                begin=event.begin,
                end=event.end,
                joining_until=event.joining_until,
                rules=event.rules,
            )
            return changed(state, course=course)
        case TournamentJoined():
            entry = Entry(account_id=event.account_id, is_ai=event.is_ai)
            one = Standing(score=ZERO, reached_at=event.at, user_id=event.user_id)
            return _placed(_entered(state, event.user_id, entry), one, is_ai=event.is_ai)
        case TournamentScored():
            return _scored(state, event)
        case TournamentClosed():
            return _closed(state, event)
        case _:
            assert_never(event)


def _entered(state: Tournament, user_id: UserId, entry: Entry) -> Tournament:
    return changed(state, entries={**state.entries, user_id: entry})


def _placed(state: Tournament, one: Standing, *, is_ai: bool) -> Tournament:
    """The tournament with somebody's standing in the right table."""
    if is_ai:
        return changed(state, machines=put(state.machines, one))
    return changed(state, people=put(state.people, one))


def _scored(state: Tournament, event: TournamentScored) -> Tournament:
    """The entry's new sums; the instant of an unchanged score stays."""
    tally = Tally(
        trades=event.trades,
        won=event.won,
        volume=event.volume,
        net=event.net,
        net_squares=event.net_squares,
    )
    entry = Entry(account_id=event.account_id, is_ai=event.is_ai, tally=tally)
    held = found(state.machines if event.is_ai else state.people, event.user_id)
    after_trade = _entered(state, event.user_id, entry)
    if held is not None and held.score == event.score:
        return after_trade
    one = Standing(score=event.score, reached_at=event.at, user_id=event.user_id)
    return _placed(after_trade, one, is_ai=event.is_ai)


def _closed(state: Tournament, event: TournamentClosed) -> Tournament:
    """The frozen ranks."""
    people = state.people
    for user_id in event.excluded:
        people = without(people, user_id)
    return changed(
        state,
        people=people,
        closed_at=event.at,
        list_hash=event.list_hash,
        merkle_root=event.merkle_root,
    )


@frozen(kw_only=True)
class StoredTournament:
    """A tournament as it is written down: the tables as their rows."""

    course: Course | None = None
    entries: Mapping[UserId, Entry]
    people: tuple[Standing, ...]
    machines: tuple[Standing, ...]
    closed_at: Instant | None = None
    list_hash: str
    merkle_root: str


_STORED = codec(StoredTournament)


def _written(state: Tournament) -> str:
    return _STORED.write(
        StoredTournament(
            course=state.course,
            entries=state.entries,
            people=standings(state.people),
            machines=standings(state.machines),
            closed_at=state.closed_at,
            list_hash=state.list_hash,
            merkle_root=state.merkle_root,
        )
    )


def _read(tree: object) -> Tournament:
    stored = _STORED.read(tree)
    return Tournament(
        course=stored.course,
        entries=stored.entries,
        people=table_of(stored.people),
        machines=table_of(stored.machines),
        closed_at=stored.closed_at,
        list_hash=stored.list_hash,
        merkle_root=stored.merkle_root,
    )


TOURNAMENT_STATE: Codec[Tournament] = Codec(_STORED.schema, _written, _read)

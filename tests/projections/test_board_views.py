"""Boards and tournaments as everybody sees them; what their events ask for."""

from decimal import Decimal
from typing import TypeVar

from attrs import evolve

from astracore.catalog.examples import example
from astracore.events.decider import replay
from astracore.events.envelope import Envelope, StreamId
from astracore.gamification.commands import PrizeFacts
from astracore.gamification.events import XpGained, XpReversed
from astracore.gamification.leaderboards.commands import ApplyScore, ClosePeriod
from astracore.gamification.leaderboards.events import (
    LeaderboardClosed,
    LeaderboardUpdated,
    PeriodEvent,
    Winner,
)
from astracore.gamification.leaderboards.fairness import Contender
from astracore.gamification.leaderboards.period import LEADERBOARD
from astracore.gamification.leaderboards.periods import stream_key
from astracore.gamification.leaderboards.state import EMPTY
from astracore.gamification.leaderboards.types import Board, Cadence, Operator
from astracore.gamification.measures import Measure
from astracore.gamification.sources import XpSource
from astracore.gamification.standings import standings
from astracore.gamification.tournaments.commands import RecordTournamentTrade
from astracore.gamification.tournaments.events import (
    Prize,
    TournamentClosed,
    TournamentEvent,
    TournamentJoined,
)
from astracore.gamification.tournaments.tournament import TOURNAMENT
from astracore.gamification.tournaments.types import entry_account
from astracore.ids import AccountId, CommandId, EventId, UserId
from astracore.instants import DAY, HOUR, Instant, utc_day
from astracore.ledger.entries import Book
from astracore.policies.boards import (
    award_prizes,
    open_entry,
    pay_board,
    pay_tournament,
    record_close,
    score_xp,
    unlock_placed,
)
from astracore.projections.boards import (
    CLOSED_LEADERBOARDS,
    LEADERBOARDS,
    TOURNAMENT_ENTRIES,
    TOURNAMENTS,
    EntryRow,
    StandingRow,
)
from astracore.trading.events import PositionClosed
from property_tests.test_leaderboards import DAILY
from property_tests.tournament_makers import BEGIN, CLOSE, JOIN, NAME, OPEN, TRADE, after, played

E = TypeVar("E")
D = Decimal


def told(event: E, stream: StreamId | None = None, at: Instant = BEGIN) -> Envelope[E]:
    """`event` as it would lie in a log."""
    return Envelope(
        event_id=EventId("event"),
        type="",
        schema_version=1,
        stream=StreamId("test", "key") if stream is None else stream,
        version=1,
        position=1,
        occurred_at=at,
        recorded_at=at,
        correlation_id="",
        causation_id="",
        command_id=CommandId("command"),
        actor="test",
        config_version="1",
        producer="test",
        event=event,
    )


def board_rows(events: list[PeriodEvent]) -> dict[str, StandingRow]:
    """The rows of one board after its events."""
    stream = StreamId("gamification.leaderboard", stream_key(DAILY))
    rows: dict[str, StandingRow | None] = {}
    for event in events:
        envelope = told(event, stream)
        for key in LEADERBOARDS.keys(envelope):
            rows[key] = LEADERBOARDS.evolve(rows.get(key), envelope, key)
    return {key: row for key, row in rows.items() if row is not None}


def test_the_rows_of_a_board_are_its_table() -> None:
    """In the same order, whoever came, tied, was taken off or excluded at the end."""
    state, events = EMPTY, list[PeriodEvent]()
    scores = [("a", "2.5", 3), ("b", "9007199254740993", 2), ("c", "9007199254740992", 2),
              ("d", "-1", 5), ("e", "2.5", 1), ("f", "0", 4)]  # fmt: skip
    commands: list[ApplyScore | ClosePeriod] = [
        ApplyScore(
            key=DAILY,
            user_id=UserId(name),
            score=D(score),
            at=Instant(DAILY.begin.micros + hour * HOUR),
        )
        for name, score, hour in scores
    ]
    gone = Contender(is_flagged=True)
    last = Instant(DAILY.begin.micros + DAY)
    commands += [
        ApplyScore(key=DAILY, user_id=UserId("f"), score=D(1), contender=gone, at=DAILY.begin),
        ClosePeriod(key=DAILY, excluded=frozenset({UserId("d")}), at=last),
    ]
    rows: list[StandingRow] = []
    for command in commands:
        made = LEADERBOARD.decide(command, state).unwrap()
        events += made
        state = replay(LEADERBOARD, made, state)
        rows = sorted(board_rows(events).values(), key=LEADERBOARDS.sort)
        assert [(row.user_id, row.score) for row in rows] == [
            (one.user_id, one.score) for one in standings(state.table)
        ]
    assert [row.user_id for row in rows] == ["b", "c", "e", "a"]
    assert {LEADERBOARDS.owner(row) for row in rows} == {stream_key(DAILY)}
    closed = events[-1]
    assert isinstance(closed, LeaderboardClosed)
    row = CLOSED_LEADERBOARDS.evolve(None, told(closed), "key")
    assert row is not None
    assert (row.count, row.list_hash, row.merkle_root) == (4, state.list_hash, state.merkle_root)
    assert CLOSED_LEADERBOARDS.keys(told(closed)) == ("key",)
    assert CLOSED_LEADERBOARDS.owner(row) == ""
    assert CLOSED_LEADERBOARDS.sort(row)
    assert not isinstance(events[0], LeaderboardClosed)
    assert isinstance(events[0], LeaderboardUpdated)


def entry_rows(events: list[TournamentEvent]) -> list[EntryRow]:
    """The rows of a tournament's entries after its events, best first."""
    rows: dict[str, EntryRow | None] = {}
    for event in events:
        if not isinstance(event, TOURNAMENT_ENTRIES.events):
            continue
        envelope = told(event)
        for key in TOURNAMENT_ENTRIES.keys(envelope):
            rows[key] = TOURNAMENT_ENTRIES.evolve(rows.get(key), envelope, key)
    held = [row for row in rows.values() if row is not None]
    return sorted(held, key=TOURNAMENT_ENTRIES.sort)


def test_a_tournament_as_it_is_seen() -> None:
    other = evolve(JOIN, user_id=UserId("v"), account_id=AccountId("acc-v"))
    robot = evolve(JOIN, user_id=UserId("keel"), account_id=AccountId("acc-k"), is_ai=True)
    flat = evolve(TRADE, net=D(0), volume=D(0), at=after(2 * HOUR))
    state, events = played(OPEN, JOIN, other, robot, TRADE, flat, CLOSE)
    row = None
    for event in events:
        row = TOURNAMENTS.evolve(row, told(event), NAME)
        assert TOURNAMENTS.keys(told(event)) == (NAME,)
    assert row is not None
    assert (row.people, row.ai_traders, row.closed_at) == (2, 1, CLOSE.at)
    assert (row.list_hash, row.merkle_root) == (state.list_hash, state.merkle_root)
    assert TOURNAMENTS.owner(row) == ""
    assert TOURNAMENTS.sort(row)
    assert TOURNAMENTS.evolve(None, told(events[1]), NAME) is None
    rows = entry_rows(events)
    assert [one.user_id for one in rows] == ["u", "keel", "v"]
    assert [one.user_id for one in rows if not one.is_ai] == [
        one.user_id for one in standings(state.people)
    ]
    best = rows[0]
    assert (best.trades, best.won, best.final_rank, best.xp, best.credits) == (2, 1, 1, 500, 5000)
    assert TOURNAMENT_ENTRIES.owner(best) == NAME
    assert best.reached_at == standings(state.people)[0].reached_at == TRADE.at
    scored = next(event for event in events if isinstance(event, TOURNAMENT_ENTRIES.events[1]))
    assert TOURNAMENT_ENTRIES.evolve(None, told(scored), "key") is None


# Policies


def test_xp_stands_on_the_board_of_every_cadence() -> None:
    gained = evolve(example(XpGained), user_id=UserId("u"), amount=15)
    asked = score_xp(told(gained))
    assert [one.key.cadence for one in asked] == list(Cadence)
    assert {(one.key.board, one.operator, one.score) for one in asked} == {
        (Board.XP, Operator.ADD, D(15))
    }
    for one in asked:
        (event,) = LEADERBOARD.decide(one, EMPTY).unwrap()
        assert isinstance(event, LeaderboardUpdated)
        assert (event.old_rank, event.new_rank) == (None, 1)


def test_a_correction_takes_back_where_the_award_stands() -> None:
    """Gained on Wednesday, corrected a day later: the day's board is frozen by then."""
    day = utc_day(BEGIN)
    back = evolve(example(XpReversed), user_id=UserId("u"), amount=15, day=day)
    later = after(DAY)
    asked = score_xp(told(back, at=later))
    assert [one.key.cadence for one in asked] == [one for one in Cadence if one.value != "daily"]
    assert {one.score for one in asked} == {D(-15)}
    at_once = score_xp(told(back, at=after(HOUR)))
    assert [one.key.cadence for one in at_once] == list(Cadence)


def test_a_close_counts_where_it_was_played() -> None:
    user = UserId("u")
    account = entry_account(NAME, user, BEGIN)
    at = after(HOUR)
    closed = evolve(
        example(PositionClosed), user_id=user, account_id=account, closed_at=at, opened_at=BEGIN
    )
    (asked,) = record_close(told(closed))
    assert isinstance(asked, RecordTournamentTrade)
    assert (asked.tournament_id, asked.net, asked.volume) == (NAME, closed.net, closed.peak_cost)
    assert not asked.qualifies
    held = evolve(closed, peak_cost=D(5000))
    assert record_close(told(held))[0].qualifies
    state, _ = played(OPEN, evolve(JOIN, account_id=account))
    assert TOURNAMENT.decide(asked, state).unwrap()
    assert record_close(told(evolve(closed, account_id=AccountId("other")))) == ()
    assert record_close(told(evolve(closed, closed_at=after(DAY)))) == ()


def test_an_entry_gets_its_account() -> None:
    joined = evolve(example(TournamentJoined), capital=D(100_000), currency="PUSD")
    (asked,) = open_entry(told(joined))
    assert (asked.account_id, asked.initial_balance) == (joined.account_id, D(100_000))
    assert (asked.currency, asked.mode.value) == ("PUSD", "practice")


PRIZES = (
    Prize(user_id=UserId("a"), rank=1, score=D(80), xp=500, credits=5000),
    Prize(user_id=UserId("b"), rank=2, score=D(70), xp=0, credits=5),
    Prize(user_id=UserId("c"), rank=3, score=D(60), xp=25, credits=0),
)


def test_prizes_are_paid_from_the_list() -> None:
    closed = told(evolve(example(TournamentClosed), prizes=PRIZES))
    awards = award_prizes(closed)
    assert [(one.user_id, one.source, one.facts) for one in awards] == [
        ("a", XpSource.TOURNAMENT, PrizeFacts(xp=500)),
        ("c", XpSource.TOURNAMENT, PrizeFacts(xp=25)),
    ]
    unlocked = unlock_placed(
        told(evolve(closed.event, prizes=(*PRIZES, evolve(PRIZES[2], rank=11))))
    )
    assert [[figure.measure for figure in one.figures] for one in unlocked] == [
        [Measure.TOURNAMENTS, Measure.TOP_TEN, Measure.TOURNAMENT_WINS],
        [Measure.TOURNAMENTS, Measure.TOP_TEN],
        [Measure.TOURNAMENTS, Measure.TOP_TEN],
        [Measure.TOURNAMENTS],
    ]
    (paid,) = pay_tournament(closed)
    assert paid.book is Book.GAME
    lines = [("issued", D(5005)), ("wallet/a", D(-5000)), ("wallet/b", D(-5))]
    assert [(line.account, line.amount) for line in paid.entry.lines] == lines
    assert sum(line.amount for line in paid.entry.lines) == 0
    assert pay_tournament(told(evolve(example(TournamentClosed), prizes=()))) == ()


def test_a_board_pays_its_winners() -> None:
    winner = Winner(user_id=UserId("a"), rank=1, score=D(80), credits=50)
    closed = evolve(example(LeaderboardClosed), winners=(winner, evolve(winner, credits=0)))
    (paid,) = pay_board(told(closed))
    lines = [("issued", D(50)), ("wallet/a", D(-50))]
    assert [(line.account, line.amount) for line in paid.entry.lines] == lines
    honour = evolve(closed, winners=(evolve(winner, credits=0),))
    assert pay_board(told(honour)) == ()

"""Tournaments: a life of any order, against a model that recounts everything."""

from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from astracore.catalog.boards import TOURNAMENT_AGGREGATE
from astracore.errors.leaderboards import (
    AlreadyJoined,
    InvalidTournament,
    NotJoined,
    TournamentState,
)
from astracore.errors.values import NumericLimit
from astracore.events.decider import replay
from astracore.gamification.frozen_lists import frozen_list
from astracore.gamification.ranks import Standing, ordinal_key
from astracore.gamification.standings import found, rank_of, standings
from astracore.gamification.tournaments.commands import (
    JoinTournament,
    OpenTournament,
    TournamentCommand,
)
from astracore.gamification.tournaments.events import (
    TournamentClosed,
    TournamentEvent,
    TournamentJoined,
    TournamentScored,
)
from astracore.gamification.tournaments.rules import DAILY, SCORING, TournamentRules
from astracore.gamification.tournaments.scores import Tally, score
from astracore.gamification.tournaments.state import UNOPENED, Entry, phase_at
from astracore.gamification.tournaments.tournament import TOURNAMENT
from astracore.gamification.tournaments.types import (
    ALLOWED,
    Deed,
    Phase,
)
from astracore.ids import AccountId, UserId
from astracore.instants import DAY, HOUR, LAST, Instant
from property_tests.tournament_makers import (
    BEGIN,
    CAPITAL,
    CLOSE,
    JOIN,
    NAME,
    OPEN,
    TRADE,
    D,
    after,
    nets,
    played,
    tally_of,
    volumes,
)
from property_tests.typed_makers import LIMIT

# Phases


@given(st.integers(-2 * DAY, 40 * DAY), st.integers(-2 * DAY, 40 * DAY), st.booleans())
def test_phases_follow_one_another(first: int, second: int, closes: bool) -> None:  # noqa: FBT001
    state, _ = played(OPEN)
    assert state.course is not None
    closed = after(DAY) if closes else None
    low, high = (phase_at(state.course, closed, after(at)) for at in sorted((first, second)))
    order = list(Phase)
    if closed is None or min(first, second) >= DAY:
        assert order.index(low) <= order.index(high)


def test_the_edges_of_phases() -> None:
    state, _ = played(OPEN)
    course = state.course
    assert course is not None
    assert phase_at(course, None, after(-1)) is Phase.REGISTRATION
    assert phase_at(course, None, after(0)) is Phase.ACTIVE
    assert phase_at(course, None, after(DAY - 1)) is Phase.ACTIVE
    assert phase_at(course, None, after(DAY)) is Phase.ENDED
    closed = after(DAY)
    assert phase_at(course, closed, after(31 * DAY - 1)) is Phase.ENDED
    assert phase_at(course, closed, after(31 * DAY)) is Phase.ARCHIVED
    assert ALLOWED[Phase.ARCHIVED] == frozenset()
    assert [Deed.TRADE in ALLOWED[phase] for phase in Phase] == [False, True, False, False]


# Refusals


def test_what_a_tournament_refuses() -> None:
    for command in (JOIN, TRADE, CLOSE):
        assert TOURNAMENT.decide(command, UNOPENED).failure() == TournamentState("unopened")
    state, _ = played(OPEN)
    assert TOURNAMENT.decide(OPEN, state).unwrap() == ()
    other = evolve(OPEN, begin=after(DAY))
    assert TOURNAMENT.decide(other, state).failure() == TournamentState("opened")
    late = evolve(OPEN, at=after(DAY))
    assert TOURNAMENT.decide(late, UNOPENED).failure() == TournamentState("ended")
    assert TOURNAMENT.decide(evolve(OPEN, at=after(DAY - 1)), UNOPENED).unwrap()
    assert TOURNAMENT.decide(TRADE, state).failure() == NotJoined("u")
    assert TOURNAMENT.decide(evolve(JOIN, at=after(18 * HOUR - 1)), state).unwrap()
    assert TOURNAMENT.decide(evolve(JOIN, at=after(-1)), state).unwrap()
    for at, phase in ((18 * HOUR, "active"), (DAY, "ended")):
        answer = TOURNAMENT.decide(evolve(JOIN, at=after(at)), state)
        assert answer.failure() == TournamentState(phase)
    early = evolve(CLOSE, at=after(DAY - 1))
    assert TOURNAMENT.decide(early, state).failure() == TournamentState("active")


def test_what_an_entry_refuses() -> None:
    state, _ = played(OPEN, JOIN)
    assert TOURNAMENT.decide(JOIN, state).failure() == AlreadyJoined("u")
    shared = evolve(JOIN, user_id=UserId("v"))
    assert TOURNAMENT.decide(shared, state).failure() == AlreadyJoined("v")
    foreign = evolve(TRADE, account_id=AccountId("other"))
    assert TOURNAMENT.decide(foreign, state).failure() == NotJoined("u")
    for at, phase in ((-1, "registration"), (DAY, "ended")):
        answer = TOURNAMENT.decide(evolve(TRADE, at=after(at)), state)
        assert answer.failure() == TournamentState(phase)
    for wrong, field in (
        (evolve(TRADE, net=D("NaN")), "net"),
        (evolve(TRADE, volume=D("NaN")), "volume"),
        (evolve(TRADE, equity=D("NaN")), "equity"),
    ):
        assert TOURNAMENT.decide(wrong, state).failure() == InvalidTournament((field,))
    assert TOURNAMENT.decide(evolve(TRADE, volume=D(-1)), state).failure() == InvalidTournament(
        ("volume",)
    )
    huge = evolve(TRADE, net=D(LIMIT), equity=CAPITAL)
    for _ in range(20):
        made = TOURNAMENT.decide(huge, state)
        state = replay(TOURNAMENT, made.value_or(()), state)
    closed = replay(TOURNAMENT, TOURNAMENT.decide(CLOSE, state).unwrap(), state)
    assert TOURNAMENT.decide(TRADE, closed).failure() == TournamentState("closed")
    assert TOURNAMENT.decide(CLOSE, closed).unwrap() == ()


def test_sums_that_lose_digits_are_refused() -> None:
    state, _ = played(OPEN, JOIN)
    entry = Entry(account_id=JOIN.account_id, is_ai=False, tally=Tally(net=D("1E+90")))
    broken = evolve(state, entries={JOIN.user_id: entry})
    fine = evolve(TRADE, net=D("1E-18"))
    assert isinstance(TOURNAMENT.decide(fine, broken).failure(), NumericLimit)


FAULTY = [
    (evolve(OPEN, tournament_id=""), "tournament_id"),
    (evolve(OPEN, rules=evolve(DAILY, capital=D(0))), "capital"),
    (evolve(OPEN, rules=evolve(DAILY, capital=D("NaN"))), "capital"),
    (evolve(OPEN, rules=evolve(DAILY, length=367 * DAY)), "length"),
    (evolve(OPEN, begin=Instant(LAST - DAY + 1), at=Instant(LAST - DAY)), "length"),
    (evolve(OPEN, rules=evolve(DAILY, joining=0)), "joining"),
    (evolve(OPEN, rules=evolve(DAILY, joining=DAY + 1)), "joining"),
    (evolve(OPEN, rules=evolve(DAILY, scoring=evolve(SCORING, volume_bend=D(0)))), "scoring"),
    (evolve(OPEN, rules=evolve(DAILY, scoring=evolve(SCORING, volume_full=D("NaN")))), "scoring"),
]


@pytest.mark.parametrize(("wrong", "field"), FAULTY)
def test_what_cannot_be_played_is_not_opened(wrong: OpenTournament, field: str) -> None:
    assert TOURNAMENT.decide(wrong, UNOPENED).failure() == InvalidTournament((field,))


def test_every_faulty_field_is_told() -> None:
    rules = TournamentRules(capital=D(0), length=0, joining=0)
    answer = TOURNAMENT.decide(evolve(OPEN, tournament_id="", rules=rules), UNOPENED)
    assert answer.failure() == InvalidTournament(("tournament_id", "capital", "length", "joining"))


# A life of any order


class Life(RuleBasedStateMachine):
    """A tournament, asked anything at any time, beside a model that recounts from a list."""

    def __init__(self) -> None:
        super().__init__()
        self.state = UNOPENED
        self.events: list[TournamentEvent] = []
        self.joined: dict[UserId, bool] = {}
        self.trades: dict[UserId, list[tuple[Decimal, Decimal, bool]]] = {}
        self.reached: dict[UserId, tuple[Decimal, Instant]] = {}
        self.clock = after(-HOUR)

    def ask(self, command: TournamentCommand) -> tuple[TournamentEvent, ...]:
        made = TOURNAMENT.decide(command, self.state).value_or(())
        self.events += made
        self.state = replay(TOURNAMENT, made, self.state)
        return made

    @rule(minutes=st.integers(1, 400))
    def wait(self, minutes: int) -> None:
        self.clock = Instant(self.clock.micros + minutes * HOUR // 60)

    @rule()
    def announce(self) -> None:
        self.ask(evolve(OPEN, at=self.clock))

    @rule(name=st.sampled_from("abcdefgh"), is_ai=st.booleans())
    def join(self, name: str, is_ai: bool) -> None:  # noqa: FBT001
        user = UserId(name)
        account = AccountId(f"acc-{name}")
        made = self.ask(
            JoinTournament(
                tournament_id=NAME, user_id=user, account_id=account, is_ai=is_ai, at=self.clock
            )
        )
        if made:
            assert user not in self.joined
            assert self.clock < after(18 * HOUR)
            self.joined[user] = is_ai
            self.trades[user] = []
            self.reached[user] = (D(0), self.clock)

    @rule(name=st.sampled_from("abcdefgh"), net=nets, volume=volumes, qualifies=st.booleans())
    def trade(self, name: str, net: Decimal, volume: Decimal, qualifies: bool) -> None:  # noqa: FBT001
        user = UserId(name)
        made = self.ask(
            evolve(
                TRADE,
                user_id=user,
                account_id=AccountId(f"acc-{name}"),
                net=net,
                volume=volume,
                qualifies=qualifies,
                at=self.clock,
            )
        )
        if not made:
            return
        assert user in self.joined
        assert BEGIN <= self.clock < after(DAY)
        self.trades[user].append((net, volume, qualifies))
        (event,) = made
        assert isinstance(event, TournamentScored)
        all_of = self.trades[user]
        equity = CAPITAL + sum(one for one, *_ in all_of)
        assert event.score == score(tally_of(all_of), equity, CAPITAL, SCORING).unwrap().total
        if event.score != self.reached[user][0]:
            self.reached[user] = (event.score, self.clock)
        table = [one.user_id for one in self.ordered(ai=self.joined[user])]
        assert event.rank == table.index(user) + 1

    def ordered(self, *, ai: bool) -> list[Standing]:
        ones = [
            Standing(score=total, reached_at=at, user_id=user)
            for user, (total, at) in self.reached.items()
            if self.joined[user] == ai
        ]
        return sorted(ones, key=ordinal_key)

    @rule(out=st.sets(st.sampled_from("abcdefgh").map(UserId)))
    def close(self, out: set[UserId]) -> None:
        made = self.ask(evolve(CLOSE, excluded=frozenset(out), at=self.clock))
        if not made:
            return
        assert self.clock >= after(DAY)
        (closed,) = made
        assert isinstance(closed, TournamentClosed)
        for user in closed.excluded:
            assert user in out
            self.reached.pop(user)
        people = self.ordered(ai=False)
        assert not out & {one.user_id for one in people}
        assert closed.count == len(people)
        assert closed.list_hash == frozen_list(self.state.people).list_hash
        ranks = {one.user_id: place for place, one in enumerate(people, 1)}
        for prize in closed.prizes:
            assert prize.rank == ranks[prize.user_id]
            assert self.trades[prize.user_id]
            assert not self.joined[prize.user_id]

    @invariant()
    def tables_are_sorted(self) -> None:
        for ai, table in ((False, self.state.people), (True, self.state.machines)):
            assert list(standings(table)) == self.ordered(ai=ai)

    @invariant()
    def it_is_a_fold_and_survives_its_snapshot(self) -> None:
        assert replay(TOURNAMENT, self.events) == self.state
        stored = TOURNAMENT_AGGREGATE.state
        assert stored.decode(stored.encode(self.state)).unwrap() == self.state

    @invariant()
    def it_closes_once(self) -> None:
        closings = [one for one in self.events if isinstance(one, TournamentClosed)]
        assert len(closings) <= 1
        if closings:
            assert self.events[-1] is closings[0]

    @invariant()
    def sums_are_the_sums_of_the_trades(self) -> None:
        for user, entry in self.state.entries.items():
            nets_of = [Fraction(net) for net, *_ in self.trades[user]]
            assert Fraction(entry.tally.net) == sum(nets_of)
            assert Fraction(entry.tally.net_squares) == sum(net * net for net in nets_of)
            assert entry.tally.trades == len(nets_of)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)


def test_who_is_excluded_at_the_end_is_paid_nothing() -> None:
    other = evolve(JOIN, user_id=UserId("v"), account_id=AccountId("acc-v"))
    out = evolve(CLOSE, excluded=frozenset({UserId("u"), UserId("nobody")}))
    state, events = played(OPEN, JOIN, other, TRADE, out)
    closed = events[-1]
    assert isinstance(closed, TournamentClosed)
    assert (closed.excluded, closed.count, closed.prizes) == (("u",), 1, ())
    assert [one.user_id for one in standings(state.people)] == ["v"]


def test_a_whole_day() -> None:
    """Two people and an AI trader: the machine wins the day and is paid nothing."""
    other = evolve(JOIN, user_id=UserId("v"), account_id=AccountId("acc-v"))
    robot = evolve(JOIN, user_id=UserId("keel"), account_id=AccountId("acc-k"), is_ai=True)
    best = evolve(TRADE, user_id=UserId("keel"), account_id=AccountId("acc-k"), net=D(9000))
    state, events = played(OPEN, JOIN, other, robot, TRADE, best, CLOSE)
    closed = events[-1]
    assert isinstance(closed, TournamentClosed)
    assert [(one.user_id, one.rank, one.xp, one.credits) for one in closed.prizes] == [
        ("u", 1, 500, 5000)
    ]
    assert closed.count == 2
    assert rank_of(state.people, "u").unwrap() == 1
    assert found(state.machines, "keel") is not None
    assert sum(isinstance(one, TournamentJoined) for one in events) == 3
    worth = evolve(TRADE, equity=D(100_000), net=D(100))
    flat, _ = played(OPEN, JOIN, worth)
    rich, _ = played(OPEN, JOIN, TRADE)
    held, richer = found(flat.people, "u"), found(rich.people, "u")
    assert held is not None
    assert richer is not None
    assert held.score < richer.score

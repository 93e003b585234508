"""Periods that leave nothing out, boards that are fair, lists that are frozen once."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.catalog.boards import LEADERBOARD_AGGREGATE
from astracore.errors.leaderboards import (
    InvalidScore,
    LeaderboardState,
    LeftOut,
    OutsidePeriod,
)
from astracore.errors.series import TooFewObservations, WealthExhausted, ZeroVariance
from astracore.events.decider import replay
from astracore.gamification.frozen_lists import frozen_list, proof_of, rows_of, shown
from astracore.gamification.leaderboards.commands import ApplyScore, ClosePeriod, PeriodCommand
from astracore.gamification.leaderboards.events import (
    LeaderboardClosed,
    LeaderboardUpdated,
    PeriodEvent,
)
from astracore.gamification.leaderboards.fairness import STRANGER, Contender, reasons
from astracore.gamification.leaderboards.period import LEADERBOARD, period_decider
from astracore.gamification.leaderboards.periods import (
    has_ended,
    is_inside,
    key_at,
    label,
    stream_key,
    window_of,
)
from astracore.gamification.leaderboards.rules import BOARDS, BoardTable, Prize
from astracore.gamification.leaderboards.scores import DayReturn, return_score, sharpe_score
from astracore.gamification.leaderboards.state import EMPTY, Period
from astracore.gamification.leaderboards.types import (
    Board,
    BoardKey,
    Cadence,
    Market,
    Operator,
    Scope,
)
from astracore.gamification.ranks import Standing, ordinal_key
from astracore.gamification.standings import found, rank_of, standings
from astracore.ids import UserId
from astracore.instants import DAY, FIRST, HOUR, LAST, Instant, instant

D = Decimal
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOON = instant("2026-03-04T12:00:00Z").unwrap()
DAILY = key_at(BoardKey(board=Board.XP, cadence=Cadence.DAILY, begin=NOON), NOON)
TRADER = Contender(market=Market.LIVE, trades=5, start_equity=D(100), days=20)
moments = st.integers(FIRST, LAST).map(Instant) | st.sampled_from([Instant(FIRST), Instant(LAST)])
cadences = st.sampled_from(Cadence)


def told(at: Instant) -> datetime:
    return EPOCH + timedelta(microseconds=at.micros)


# Periods


@given(cadences, moments)
@example(Cadence.WEEKLY, Instant(-1))
@example(Cadence.MONTHLY, Instant(LAST))
@example(Cadence.SEASON, Instant(LAST))
def test_a_period_holds_what_it_is_asked_for(cadence: Cadence, at: Instant) -> None:
    window = window_of(cadence, at)
    assert is_inside(window, at)
    assert window_of(cadence, window.begin) == window
    assert not has_ended(window, at)
    if window.end is not None:
        assert not is_inside(window, window.end)
        assert has_ended(window, window.end)
        follower = window_of(cadence, window.end)
        assert follower.begin == window.end
        assert window_of(cadence, Instant(window.end.micros - 1)) == window


@given(moments)
def test_periods_are_the_calendars(at: Instant) -> None:
    begin = {cadence: told(window_of(cadence, at).begin) for cadence in Cadence}
    now = told(at)
    assert begin[Cadence.DAILY].date() == now.date()
    assert begin[Cadence.WEEKLY].isocalendar()[:2] == now.isocalendar()[:2]
    assert begin[Cadence.WEEKLY].isoweekday() == 1
    assert (begin[Cadence.MONTHLY].year, begin[Cadence.MONTHLY].month) == (now.year, now.month)
    assert begin[Cadence.SEASON].month in {1, 4, 7, 10}
    assert 0 <= now.month - begin[Cadence.SEASON].month < 3
    assert all(one.time() == datetime.min.time() for one in begin.values())
    assert begin[Cadence.MONTHLY].day == begin[Cadence.SEASON].day == 1


def test_lengths_and_names_of_periods() -> None:
    ends = {cadence: str(window_of(cadence, NOON).end)[:10] for cadence in Cadence}
    assert ends == {
        Cadence.DAILY: "2026-03-05",
        Cadence.WEEKLY: "2026-03-09",
        Cadence.MONTHLY: "2026-04-01",
        Cadence.SEASON: "2026-04-01",
        Cadence.ALL_TIME: "None",
    }
    names = [label(key_at(evolve(DAILY, cadence=each), NOON)) for each in Cadence]
    assert names == [
        "daily:2026-03-04",
        "weekly:2026-03-02",
        "monthly:2026-03-01",
        "season:2026-01-01",
        "all_time",
    ]
    clan = evolve(DAILY, scope=Scope.CLAN, target="c1", market=Market.LIVE)
    assert stream_key(clan) == "xp/live/clan/c1/daily:2026-03-04"


# Fairness


LEFT_OUT: list[tuple[Contender, str]] = [
    (evolve(TRADER, trades=4), "trades"),
    (evolve(TRADER, start_equity=D("99.99")), "start_equity"),
    (evolve(TRADER, start_equity=D("NaN")), "start_equity"),
    (evolve(TRADER, is_suspended=True), "standing"),
    (evolve(TRADER, is_flagged=True), "standing"),
    (evolve(TRADER, washes=True), "honesty"),
    (evolve(TRADER, is_linked=True), "honesty"),
    (evolve(TRADER, is_ai=True), "ai"),
    (evolve(TRADER, market=Market.PRACTICE), "market"),
]
RETURNS = evolve(DAILY, board=Board.RETURN, market=Market.LIVE)


@pytest.mark.parametrize(("one", "reason"), LEFT_OUT)
def test_each_rule_leaves_out_alone(one: Contender, reason: str) -> None:
    assert reasons(TRADER, RETURNS, BOARDS) == ()
    assert reasons(one, RETURNS, BOARDS) == (reason,)


def test_all_reasons_are_told_at_once() -> None:
    bad = Contender(is_suspended=True, is_ai=True, washes=True)
    found_out = ("trades", "start_equity", "standing", "honesty", "ai", "market")
    assert reasons(bad, RETURNS, BOARDS) == found_out
    sharpe = evolve(RETURNS, board=Board.SHARPE)
    assert reasons(evolve(TRADER, days=19), sharpe, BOARDS) == ("days",)
    assert reasons(evolve(TRADER, trades=0), sharpe, BOARDS) == ()
    mixed = evolve(RETURNS, market=Market.ANY)
    assert reasons(evolve(TRADER, market=Market.ANY), mixed, BOARDS) == ("market",)
    assert reasons(STRANGER, DAILY, BOARDS) == ()


day_returns = st.integers(-900, 900).map(lambda n: D(n) / 1000)
days = st.lists(st.builds(DayReturn, value=day_returns, has_flow=st.booleans()), max_size=12)


@given(days, day_returns, st.integers(0, 12))
def test_deposits_cannot_buy_rank(made: list[DayReturn], value: Decimal, place: int) -> None:
    paid_in = [*made[:place], DayReturn(value=value, has_flow=True), *made[place:]]
    assert return_score(tuple(paid_in)) == return_score(tuple(made))
    assert str(sharpe_score(tuple(paid_in))) == str(sharpe_score(tuple(made)))


@given(days)
def test_return_is_the_product(made: list[DayReturn]) -> None:
    wealth = Fraction(1)
    for day in made:
        wealth *= 1 if day.has_flow else 1 + Fraction(day.value)
    got = Fraction(return_score(tuple(made)).unwrap())
    assert abs(got - (wealth - 1)) <= Fraction(1, 2 * 10**6)


def test_scores_that_cannot_be() -> None:
    lost = (DayReturn(value=D(0)), DayReturn(value=D(-1)))
    assert return_score(lost).failure() == WealthExhausted(1)
    assert sharpe_score(lost[:1]).failure() == TooFewObservations(2, 1)
    assert sharpe_score((lost[0], lost[0])).failure() == ZeroVariance()
    two = (DayReturn(value=D("0.01")), DayReturn(value=D("0.03")))
    assert sharpe_score(two).unwrap() == D("27.018512")  # √365 × 0.02 / √0.0002


# The aggregate

users = st.sampled_from([UserId(name) for name in "abcdef"])
values = st.integers(-5, 20).map(D) | st.sampled_from([D("0.5"), D(2**53), D(2**53 + 1)])
facts = st.sampled_from([STRANGER, STRANGER, STRANGER, Contender(is_suspended=True)])
applied = st.builds(
    ApplyScore,
    key=st.just(DAILY),
    user_id=users,
    operator=st.sampled_from(Operator),
    score=values,
    contender=facts,
    at=st.integers(0, HOUR).map(lambda n: Instant(NOON.micros + n)),
)


def after(commands: list[PeriodCommand]) -> tuple[Period, list[PeriodEvent]]:
    state, events = EMPTY, list[PeriodEvent]()
    for command in commands:
        made = LEADERBOARD.decide(command, state).value_or(())
        events += made
        state = replay(LEADERBOARD, made, state)
    return state, events


class Plain:
    """The same board as a dictionary that is sorted whenever somebody asks."""

    def __init__(self) -> None:
        self.held: dict[str, Standing] = {}

    def ordered(self) -> list[Standing]:
        return sorted(self.held.values(), key=ordinal_key)

    def place(self, user_id: str) -> int | None:
        names = [one.user_id for one in self.ordered()]
        return names.index(user_id) + 1 if user_id in names else None

    def apply(self, command: ApplyScore) -> None:
        before = self.held.get(command.user_id)
        if command.contender.is_suspended:
            self.held.pop(command.user_id, None)
            return
        score = command.score
        if before is not None and command.operator is Operator.BEST:
            score = max(before.score, score)
        if before is not None and command.operator is Operator.ADD:
            score += before.score
        if before is None or before.score != score:
            one = Standing(score=score, reached_at=command.at, user_id=command.user_id)
            self.held[command.user_id] = one


@given(st.lists(applied, max_size=25))
def test_a_board_is_its_scores_sorted(history: list[ApplyScore]) -> None:
    """Against a plain dictionary; the old and new ranks told are those of its sorted values."""
    plain, state = Plain(), EMPTY
    for command in history:
        before, old = dict(plain.held), plain.place(command.user_id)
        plain.apply(command)
        made = LEADERBOARD.decide(command, state)
        if command.contender.is_suspended and old is None:
            assert made.failure() == LeftOut(command.user_id, ("standing",))
            continue
        if plain.held == before:
            assert made.unwrap() == ()
            continue
        (event,) = made.unwrap()
        assert isinstance(event, LeaderboardUpdated)
        assert (event.old_rank, event.new_rank) == (old, plain.place(command.user_id))
        state = LEADERBOARD.evolve(state, event)
        assert list(standings(state.table)) == plain.ordered()


@given(st.lists(applied, max_size=25), st.sets(users))
def test_a_closed_list_is_what_stood_there(history: list[ApplyScore], out: set[UserId]) -> None:
    """Without those who are out; everybody else proves their row; closing again is nothing."""
    state, _ = after(list(history))
    end = ClosePeriod(key=DAILY, excluded=frozenset(out), at=Instant(DAILY.begin.micros + DAY))
    (closed,) = LEADERBOARD.decide(end, state).unwrap()
    assert isinstance(closed, LeaderboardClosed)
    final = LEADERBOARD.evolve(state, closed)
    rest = [one for one in standings(state.table) if one.user_id not in out]
    assert list(standings(final.table)) == rest
    assert (closed.count, closed.list_hash) == (len(rest), frozen_list(final.table).list_hash)
    assert [(one.user_id, one.score) for one in closed.winners] == [
        (one.user_id, one.score) for one in rest[:10]
    ]
    for row in rows_of(final.table):
        proof = proof_of(final.table, row.user_id).unwrap()
        assert shown(row, proof, closed.merkle_root, closed.count).unwrap() == row
    stored = LEADERBOARD_AGGREGATE.state
    assert stored.decode(stored.encode(final)).unwrap() == final
    assert LEADERBOARD.decide(end, final).unwrap() == ()


@given(st.lists(applied, max_size=12))
def test_the_board_is_a_fold_of_its_events(history: list[ApplyScore]) -> None:
    state, events = after(list(history))
    assert replay(LEADERBOARD, events) == state


SCORE = ApplyScore(key=DAILY, user_id=UserId("u"), score=D(1), at=NOON)
CLOSE = ClosePeriod(key=DAILY, at=Instant(DAILY.begin.micros + DAY))


def test_what_a_board_refuses() -> None:
    begin, end = DAILY.begin.micros, DAILY.begin.micros + DAY
    for at in (begin - 1, end):
        late = LEADERBOARD.decide(evolve(SCORE, at=Instant(at)), EMPTY)
        assert late.failure() == OutsidePeriod(at, begin, end)
    for at in (begin, end - 1):
        assert LEADERBOARD.decide(evolve(SCORE, at=Instant(at)), EMPTY).unwrap()
    early = evolve(CLOSE, at=Instant(end - 1))
    assert LEADERBOARD.decide(early, EMPTY).failure() == LeaderboardState("running")
    wrong = LEADERBOARD.decide(evolve(SCORE, score=D("NaN")), EMPTY).failure()
    assert isinstance(wrong, InvalidScore)
    closed, _ = after([SCORE, CLOSE])
    assert LEADERBOARD.decide(SCORE, closed).failure() == LeaderboardState("closed")
    most = D("9" * 30)
    full, _ = after([evolve(SCORE, score=most)])
    more = evolve(SCORE, score=most, operator=Operator.ADD)
    assert isinstance(LEADERBOARD.decide(more, full).failure(), InvalidScore)
    assert found(full.table, "u") is not None


def test_all_time_never_ends() -> None:
    forever = key_at(evolve(DAILY, cadence=Cadence.ALL_TIME), NOON)
    last = ClosePeriod(key=forever, at=Instant(LAST))
    assert LEADERBOARD.decide(last, EMPTY).failure() == LeaderboardState("running")
    assert LEADERBOARD.decide(evolve(SCORE, key=forever, at=Instant(LAST)), EMPTY).unwrap()
    outside = evolve(SCORE, key=forever, at=Instant(FIRST - 1))
    told_out = LEADERBOARD.decide(outside, EMPTY).failure()
    assert told_out == OutsidePeriod(FIRST - 1, FIRST, LAST + 1)


def test_prizes_come_from_the_frozen_list() -> None:
    """The best is excluded at the end: their prize is the next one's."""
    rules = BoardTable(
        winners=3, prizes=(Prize(first=1, last=1, credits=50), Prize(first=2, last=3, credits=5))
    )
    state, _ = after([evolve(SCORE, user_id=UserId(n), score=D(s)) for n, s in
                      (("a", 9), ("b", 8), ("c", 7), ("d", 6), ("e", 5))])  # fmt: skip
    close = evolve(CLOSE, excluded=frozenset({UserId("a"), UserId("z")}))
    (closed,) = period_decider(rules).decide(close, state).unwrap()
    assert isinstance(closed, LeaderboardClosed)
    assert closed.excluded == ("a",)
    paid = [(one.user_id, one.rank, one.credits) for one in closed.winners]
    assert paid == [("b", 1, 50), ("c", 2, 5), ("d", 3, 5)]


def test_the_worked_example_of_ties() -> None:
    """50 (10:05), 50 (10:01), 30 → ranks 2, 1, 3; shared 1, 1, 3."""
    rows = [("x", "50", "10:05"), ("y", "50", "10:01"), ("z", "30", "10:00")]
    state, _ = after(
        [
            evolve(
                SCORE,
                user_id=UserId(name),
                score=D(score),
                at=instant(f"2026-03-04T{at}:00Z").unwrap(),
            )
            for name, score, at in rows
        ]
    )
    assert [rank_of(state.table, name).unwrap() for name, *_ in rows] == [2, 1, 3]
    shared = {row.user_id: row.shared_rank for row in rows_of(state.table)}
    assert shared == {"x": 1, "y": 1, "z": 3}


def test_the_best_score_of_nothing_is_first() -> None:
    state, _ = after([evolve(SCORE, score=D(0))])
    assert rank_of(state.table, "u").unwrap() == 1

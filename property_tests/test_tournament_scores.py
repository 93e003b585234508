"""What a tournament's score, prizes and AI traders are, against doubles and the tables."""

import hashlib
import math
import statistics
from datetime import date
from decimal import Decimal

from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.errors.leaderboards import (
    InvalidTournament,
)
from astracore.gamification.ranks import Standing
from astracore.gamification.standings import put
from astracore.gamification.tournaments.ai_traders import AI_TRADERS, ai_seed
from astracore.gamification.tournaments.rules import PRIZES, SCORING
from astracore.gamification.tournaments.scores import UNSCORED, Tally, score
from astracore.gamification.tournaments.state import Entry, Tournament
from astracore.gamification.tournaments.tournament import prizes_of
from astracore.gamification.tournaments.types import (
    day_text,
    entry_account,
)
from astracore.ids import AccountId, UserId
from property_tests.tournament_makers import (
    BEGIN,
    CAPITAL,
    NAME,
    OPEN,
    D,
    played,
    tally_of,
    trades,
)

# Scores


def test_the_worked_example() -> None:
    """R 0.05, 6 of 10 won, volume 50000, sd 0.02 → 84.83, 60, 81.76, 81.87; 76.47."""
    # Ten trades of sample deviation 2000 (0.02 of the capital): Σx² − (Σx)²/10 = 9 × 2000².
    net = D(5000)
    tally = Tally(
        trades=10, won=6, volume=D(50_000), net=net, net_squares=9 * D(2000) ** 2 + net**2 / 10
    )
    got = score(tally, D(105_000), CAPITAL, SCORING).unwrap()
    assert (got.profit, got.wins, got.volume, got.consistency) == (
        D("84.83"),
        D(60),
        D("81.76"),
        D("81.87"),
    )
    assert got.total == D("76.47")


def test_no_closed_trade_is_nothing() -> None:
    assert score(Tally(), D(200_000), CAPITAL, SCORING).unwrap() == UNSCORED


@given(trades)
@example([(D(0), D(0), True)] * 5)
@example([(D(-9), D(0), False)] * 2)
def test_a_score_is_what_doubles_say(made: list[tuple[Decimal, Decimal, bool]]) -> None:
    """The same formula in floating point, from the list and not from sums."""
    equity = CAPITAL + sum(net for net, *_ in made)
    got = score(tally_of(made), equity, CAPITAL, SCORING).unwrap()
    gain = float(equity / CAPITAL - 1)
    profit = 100 * max(0.0, 2 / (1 + math.exp(-50 * gain)) - 1)
    wins = 100 * sum(net > 0 for net, *_ in made) / len(made) if len(made) >= 5 else 0.0
    counted = sum(volume for _, volume, qualifies in made if qualifies)
    volume = 100 * (1 - math.exp(-3 * min(1.0, float(counted) / 100_000))) / (1 - math.exp(-3))
    spread = [float(net) / 100_000 for net, *_ in made]
    steady = 100 * math.exp(-10 * statistics.stdev(spread)) if len(made) >= 3 else 0.0
    total = 0.4 * profit + 0.3 * wins + 0.2 * volume + 0.1 * steady
    for value, wanted in (
        (got.profit, profit),
        (got.wins, wins),
        (got.volume, volume),
        (got.consistency, steady),
        (got.total, total),
    ):
        assert abs(float(value) - wanted) < 0.00501
        assert 0 <= value <= 100


@given(trades, st.integers(1, 10_000).map(D))
def test_losing_more_never_scores_more(
    made: list[tuple[Decimal, Decimal, bool]], more: Decimal
) -> None:
    tally = tally_of(made)
    low, high = (score(tally, CAPITAL + x, CAPITAL, SCORING).unwrap() for x in (-more, D(0)))
    assert low.total == high.total
    richer = score(tally, CAPITAL + more, CAPITAL, SCORING).unwrap()
    assert richer.total >= high.total


def test_a_score_needs_capital() -> None:
    for capital, rules in (
        (D(0), SCORING),
        (CAPITAL, evolve(SCORING, volume_full=D(0))),
        (CAPITAL, evolve(SCORING, volume_bend=D(0))),
    ):
        answer = score(Tally(trades=1), D(1), capital, rules)
        assert answer.failure() == InvalidTournament(("capital",))


def test_a_rule_that_asks_for_one_trade_still_needs_two_for_a_deviation() -> None:
    rules = evolve(SCORING, consistency_trades=1)
    assert score(Tally(trades=1), CAPITAL, CAPITAL, rules).unwrap().consistency == 0
    both = score(Tally(trades=2), CAPITAL, CAPITAL, rules).unwrap()
    assert both.consistency == 100


# Prizes


def ranked(count: int, closes: int) -> Tournament:
    """Entries 0, 1, 2 … with ever smaller scores and so many closed trades."""
    state, _ = played(OPEN)
    for n in range(count):
        user = UserId(f"{n:03}")
        entry = Entry(account_id=AccountId(user), is_ai=False, tally=Tally(trades=closes))
        one = Standing(score=D(100 - n) / 2, reached_at=BEGIN, user_id=user)
        state = evolve(state, entries={**state.entries, user: entry}, people=put(state.people, one))
    return state


def test_the_table_of_prizes() -> None:
    state = ranked(14, 5)
    paid = prizes_of(state.people, state, PRIZES)
    assert [(one.rank, one.xp, one.credits) for one in paid] == [
        (1, 500, 5000),
        (2, 300, 3000),
        (3, 200, 2000),
        *((rank, 100, 500) for rank in range(4, 11)),
        *((rank, 25, 0) for rank in range(11, 15)),
    ]
    few = ranked(14, 4)
    assert [one.rank for one in prizes_of(few.people, few, PRIZES)] == list(range(1, 11))
    idle = ranked(14, 0)
    assert prizes_of(idle.people, idle, PRIZES) == ()
    stranger = put(idle.people, Standing(score=D(99), reached_at=BEGIN, user_id="?"))
    assert prizes_of(stranger, idle, PRIZES) == ()


# AI traders


def test_the_table_of_ai_traders() -> None:
    assert len(AI_TRADERS) == len({one.id for one in AI_TRADERS}) == 20
    counts = {one.strategy: 0 for one in AI_TRADERS}
    for one in AI_TRADERS:
        counts[one.strategy] += 1
        assert D(0) < one.stop < one.target < 1
        assert D(0) < one.size < 1
        assert one.trades_a_day > 0
    assert counts == {
        "donchian": 3,
        "momentum": 3,
        "rsi_reversion": 2,
        "ema_cross": 2,
        "scalping": 2,
        "macd": 3,
        "vwap_reversion": 2,
        "dca": 1,
        "sma_cross": 2,
    }
    keel = next(one for one in AI_TRADERS if one.id == "keel")
    assert (keel.size, keel.stop, keel.target) == (D("0.08"), D("0.035"), D("0.12"))


@given(st.sampled_from(AI_TRADERS), st.dates(min_value=date(1970, 1, 1)))
def test_a_seed_is_of_the_trader_and_the_day(trader: object, day: date) -> None:
    number = (day - date(1970, 1, 1)).days
    assert day_text(number) == day.isoformat()
    name = trader.id  # type: ignore[attr-defined]
    hashed = hashlib.sha256(f"{name}{day.isoformat()}".encode()).hexdigest()
    assert ai_seed(name, number) == int(hashed[:16], 16)


def test_days_beyond_the_calendar_are_its_ends() -> None:
    assert day_text(10**9) == "9999-12-31"
    assert day_text(-(10**9)) == "0001-01-01"
    assert entry_account(NAME, UserId("u"), BEGIN) != entry_account(NAME, UserId("v"), BEGIN)

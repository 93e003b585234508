"""Every limit of the ladder at its bound: what is allowed itself passes, the next step does not."""

from typing import Any

import pytest
from attrs import evolve

from astracore.instants import DAY, SECOND, Instant
from astracore.outcome import is_failure
from astracore.trading.account import ACCOUNT
from astracore.trading.checks.assessing import assessed
from astracore.trading.checks.limit_checks import beside, highest_leverage, with_order, worst_qty
from astracore.trading.checks.worst_fills import lost_in_worst_state
from astracore.trading.commands import AccountCommand
from astracore.trading.contracts.hedging import LegName
from astracore.trading.facts import LiveStanding, RiskFacts
from astracore.trading.orders.terms import OrderTerms
from astracore.trading.state import Account
from astracore.trading.types import (
    AccountMode,
    AccountStatus,
    InstrumentStatus,
    MarginMode,
    OrderType,
    TradingState,
)
from property_tests.trading_makers import ETH, NOW, D, after, happened, leverage, opening
from tests.trading.stories import (
    BTC,
    BUY,
    SELL,
    SOL,
    STANDING,
    ask,
    bought,
    done,
    known,
    later,
    live,
    said,
    stop,
)
from tests.trading.test_cash import hedging, mode

OPEN = after(opening())
TEN = after(opening(), leverage(10))
RICH = after(opening("100000"), leverage(10))
LONG = after(*bought(), start=OPEN)
LIVE = after(live())


def verdict(state: Account, command: AccountCommand) -> list[str]:
    """The causes of a refusal in words; none when it is accepted."""
    answer = ACCOUNT.decide(command, state)
    return [said(cause) for cause in answer.failure().causes] if is_failure(answer) else []


def at_risk(**limits: Any) -> Any:  # noqa: ANN401
    """Facts with a risk profile."""
    return known(risk=RiskFacts(**limits))


def one_of(state: Account, command: AccountCommand) -> str:
    """The one cause of a refusal."""
    (cause,) = verdict(state, command)
    return cause


def test_a_position_may_be_worth_its_limit() -> None:
    """Counted at R or at the mark, whichever is more, with every open order of the side."""
    for most, price, mark in (("2100", None, "2000"), ("2050", "2050", "2000"),
                              ("2000", "1990", "2000"), ("1990", "1990", None)):  # fmt: skip
        listed = evolve(ETH, max_position_notional=D(most))
        facts = known(listed, marks={"ETH-USD": mark})
        assert verdict(OPEN, ask("n", BUY, "1", price, facts=facts)) == []
        cause = one_of(OPEN, ask("n", BUY, "1.0001", price, facts=facts))
        assert cause.startswith("PositionLimit(")
        assert cause.endswith(f"highest={most})")
    waiting = after(ask("a", BUY, "1", "1990"), ask("b", SELL, "2", "2010"), start=LONG)
    listed = evolve(ETH, max_position_notional=D(6000))
    assert verdict(waiting, ask("n", BUY, "1", "1990", facts=known(listed))) == []
    (cause,) = verdict(waiting, ask("n", BUY, "1.0001", "1990", facts=known(listed)))
    assert cause == "PositionLimit(notional=6000.2, highest=6000)"


def test_a_spot_pair_is_sold_to_nothing_and_no_further() -> None:
    state = after(*bought("10", "150", on=SOL), start=OPEN)
    assert verdict(state, ask("n", SELL, "10", on=SOL)) == []
    assert one_of(state, ask("n", SELL, "10.01", on=SOL)) == (
        "PositionLimit(notional=1.5, highest=0)"
    )


def test_an_order_may_open_what_the_equity_carries() -> None:
    """share × equity × leverage: all of it in practice, a quarter of it live."""
    wide = known(evolve(ETH, max_position_notional=D(10**9), max_limit_notional=D(10**9)))
    free = evolve(wide, level=50)
    big = after(*bought("1"), start=TEN)
    assert verdict(TEN, ask("n", BUY, "49.7512", "2000", facts=free)) == []
    (first, *_) = verdict(TEN, ask("n", BUY, "50.0001", "2000", facts=free))
    assert first == "OrderTooLarge(notional=100000.2, highest=100000)"
    assert "OrderTooLarge" not in str(verdict(TEN, ask("n", BUY, "50", "2000", facts=free)))
    (first, *_) = verdict(big, ask("n", SELL, "51.0001", "2000", facts=free))
    assert first == "OrderTooLarge(notional=100000.2, highest=99990)"
    assert verdict(LIVE, ask("n", BUY, "12.5", "2000")) == []
    assert one_of(LIVE, ask("n", BUY, "12.5001", "2000")) == (
        "OrderTooLarge(notional=25000.2, highest=25000)"
    )
    ruined = evolve(LONG, cash=D(-9000))
    assert "highest=0" in str(verdict(ruined, ask("n", BUY, "1", "2000")))


@pytest.mark.parametrize(
    ("limit", "passes", "refuses", "told"),
    [
        # after a buy of 1 at market 2 are held, counted at 2100; of the equity of 9999 that buy
        # may cost 100 to the mark and 1.05 in fees: 9897.95 are left in the worst state
        ("position_size", "0.4244", "0.4243", "position, used=4200"),
        ("exposure", "4200", "4199.99", "gross, used=4200"),
        ("net_exposure", "4200", "4199.99", "net, used=4200"),
        ("leverage", "0.4244", "0.4243", "leverage, used=4200"),
    ],
)
def test_exposures_alone(limit: str, passes: str, refuses: str, told: str) -> None:
    buy = ask("n", BUY, "1")
    assert verdict(LONG, evolve(buy, facts=at_risk(**{limit: D(passes)}))) == []
    assert told in one_of(LONG, evolve(buy, facts=at_risk(**{limit: D(refuses)})))
    everything = at_risk(**{limit: D(0)})
    assert verdict(LONG, ask("n", SELL, "1", facts=everything)) == []


def test_what_waits_through_the_mark_counts_as_lost() -> None:
    """A bid for 1 at 2090 costs up to 90 and its fee of 1.045; one below the mark its fee alone."""
    resting = after(ask("b", BUY, "1", "2090"), start=LONG)
    assert lost_in_worst_state(assessed(ask("n", SELL, "1", "2000"), resting, ETH)) == D("92.045")
    below = after(ask("b", BUY, "1", "1990"), start=LONG)
    assert lost_in_worst_state(assessed(ask("n", SELL, "1", "2000"), below, ETH)) == D("1.995")


def test_exposures_beside() -> None:
    """Other positions with their orders the worse way: 3 long with 1 bid and 5 offered is 4 or −2.

    A symbol without a mark counts nothing when an order alone waits there.
    """
    state = after(
        ask("a", BUY, "3", "150", on=SOL),
        done("a", BUY, "3", "150", on=SOL),
        ask("b", BUY, "1", "149", on=SOL),
        ask("c", SELL, "2", "151", on=SOL),
        ask("d", BUY, "1", "1990"),
        start=RICH,
    )
    seen = assessed(ask("n", BUY, "1"), state, ETH)
    assert (beside(seen).gross, beside(seen).net) == (D(600), D(600))
    seen = assessed(ask("n", SELL, "1"), state, ETH)
    assert (beside(seen).gross, beside(seen).net) == (D(600), D(150))
    assert worst_qty(seen) == D(-1)
    offered = evolve(state.orders[ask("c", SELL, "2").order_id], qty=D(8))
    short = evolve(state, orders={**state.orders, offered.order_id: offered})
    seen = assessed(ask("n", SELL, "1"), short, ETH)
    assert (beside(seen).gross, beside(seen).net) == (D(750), D(-750))
    held = assessed(ask("n", BUY, "1", on=SOL), state, SOL)
    assert (beside(held).gross, beside(held).net) == (D(2000), D(2000))
    blind = assessed(ask("n", BUY, "1", on=SOL, facts=known(SOL, marks={"ETH-USD": None})),
                     state, SOL)  # fmt: skip
    assert beside(blind).gross == 0
    limits = {"exposure": D(2700), "net_exposure": D(2700)}
    assert len(verdict(state, ask("n", BUY, "1", facts=at_risk(**limits)))) == 2
    assert verdict(state, ask("n", SELL, "0.9", facts=at_risk(**limits))) == []


def test_coins_beside_count_up_to_the_unit() -> None:
    """1 contract of 10 USD at 30000 is 0.00033334 BTC when it is a limit."""
    coins = after(opening("100", currency="BTC"))
    hedged = after(hedging(), ask("a", BUY, "1", on=BTC, terms=OrderTerms(leg=LegName.LONG)),
                   start=coins)  # fmt: skip
    facts = known(BTC, marks={"BTC-USD": "30000"})
    short = ask("n", SELL, "1", on=BTC, terms=OrderTerms(leg=LegName.SHORT), facts=facts)
    seen = assessed(short, hedged, BTC)
    assert [beside(seen).gross, beside(seen).net] == [D("0.00033334"), D(0)]
    back = assessed(evolve(short, side=BUY), hedged, BTC)
    assert [beside(back).gross, beside(back).net] == [D("0.00033334")] * 2


def test_leverage_at_the_edge_of_a_bracket() -> None:
    """50000 is still of the first bracket, of which 50 is the cap; the order's size decides."""
    known_level = known(level=9)
    state = after(opening("100000"), leverage(30, known_level))
    assert verdict(state, ask("n", BUY, "25", "2000", facts=known_level)) == []
    assert one_of(state, ask("n", BUY, "25.0001", "2000", facts=known_level)) == (
        "LeverageAboveBracket(leverage=30, highest=25)"
    )
    unpriced = known(marks={"ETH-USD": None})
    assert verdict(state, ask("n", BUY, "1", facts=unpriced)) == [
        "PriceStale(symbol=ETH-USD, age=None)"
    ]
    held = after(
        ask("a", BUY, "25", "2000", facts=known_level), done("a", BUY, "25", "2000"), start=state
    )
    assert verdict(held, ask("n", SELL, "25", facts=known(level=1))) == []
    assert one_of(held, ask("n", BUY, "0.01", "2000", facts=known_level)).startswith("Leverage")
    standing = LiveStanding(leverage_cap=2, two_factor=True, connected=True)
    three = after(leverage(3, known(live=STANDING)), start=LIVE)
    assert one_of(three, ask("n", BUY, "1", "2000", facts=known(live=standing))) == (
        "LeverageAboveBracket(leverage=3, highest=2)"
    )
    assert [highest_leverage(ETH, D(1), level) for level in (1, 2, 9, 99)] == [10, 15, 50, 50]
    assert highest_leverage(ETH, D(1), 99, 7) == 7
    assert highest_leverage(ETH, D(1), -5) == 1
    assert highest_leverage(evolve(ETH, brackets=()), D(1), 99) == 1


def test_funds_to_the_last_unit() -> None:
    assert verdict(after(opening("2001")), ask("n", BUY, "1", "2000")) == []
    poor = after(opening("2000.999999"))
    assert one_of(poor, ask("n", BUY, "1", "2000")) == (
        "InsufficientMargin(required=2001, available=2000.999999)"
    )


def test_funds_on_cross_margin() -> None:
    """What is open, this order with it, at the mark; and a loss that floats."""
    base = after(opening("1000"), mode(MarginMode.CROSS), leverage(5), *bought("1"))
    assert base.cash == 999
    assert verdict(base, ask("n", BUY, "1.4937", "2000")) == []
    assert one_of(base, ask("n", BUY, "1.4975", "2000")) == (
        "InsufficientMargin(required=600.4975, available=599)"
    )
    assert verdict(base, ask("n", SELL, "2", "2000")) == []
    fallen = known(marks={"ETH-USD": "1900"})
    told = one_of(base, ask("n", BUY, "1.5", "1900", facts=fallen))
    assert "available=519" in told
    risen = known(marks={"ETH-USD": "2100"})
    told = one_of(base, ask("n", BUY, "2", "2000", facts=risen))
    assert "available=579" in told


def test_an_order_among_the_open_ones() -> None:
    """What is looked at is the account with exactly this order in it."""
    asked = ask("n", BUY, "2", "1990")
    seen = assessed(asked, LONG, ETH)
    view = with_order(seen)
    assert view.reserved == LONG.reserved + seen.reserve
    one = view.orders[asked.order_id]
    assert (one.symbol, one.side, one.qty, one.reserve, one.reference) == (
        "ETH-USD", BUY, D(2), seen.reserve, D(1990))  # fmt: skip
    (real,) = after(asked, start=LONG).orders.values()
    assert one == evolve(real, turn=0, limit_price=None)
    assert evolve(view, orders=LONG.orders, reserved=LONG.reserved) == LONG


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"daily_loss": "0.0001", "day_equity": "10000"}, "DailyLossLimit(used=0.0001"),
        ({"daily_loss": "0.0002", "day_equity": "10000"}, ""),
        ({"daily_loss": "0.0002", "day_equity": "9990", "day_flows": "11"}, "DailyLossLimit"),
        ({"daily_loss": "0.0002", "day_equity": "9990", "day_flows": "10"}, ""),
        ({"daily_loss": "0.0001", "day_equity": "1"}, ""),
        ({"daily_loss": "0.0001"}, ""),
        ({"day_equity": "10000"}, ""),
        ({"daily_loss": "0.5", "day_equity": "-3"}, "DailyLossLimit(used=None"),
        ({"drawdown": "0.0001", "peak": "10000"}, "DrawdownLimit(used=0.0001"),
        ({"drawdown": "0.00011", "peak": "10000"}, ""),
        ({"drawdown": "0.0001"}, ""),
        ({"peak": "20000"}, ""),
        ({"drawdown": "0.5", "peak": "-1"}, ""),
        ({"drawdown": "0.5", "peak": "19998"}, "DrawdownLimit(used=0.5"),
    ],
)
def test_losses(limits: dict[str, str], told: str) -> None:
    """Equity 9999: at the bound it is too much; without a limit or a figure there is none."""
    facts = at_risk(**{name: D(value) for name, value in limits.items()})
    found = verdict(LONG, ask("n", BUY, "1", facts=facts))
    assert (found == []) if not told else found[0].startswith(told)
    assert verdict(LONG, ask("n", SELL, "1", facts=facts)) == []
    unknown = evolve(facts, marks=facts.marks[1:])
    priced = ask("n", BUY, "1", "2000", facts=unknown)
    assert verdict(LONG, priced) == ["PriceStale(symbol=ETH-USD, age=None)"]


def test_counts() -> None:
    state = after(ask("a", BUY, "1", "1990"), ask("b", BUY, "1", "1990"), start=RICH)
    buy = ask("n", BUY, "1", "1990")
    assert verdict(state, evolve(buy, facts=at_risk(open_orders=3))) == []
    told = one_of(state, evolve(buy, facts=at_risk(open_orders=2)))
    assert told == "TooManyOrders(limit=2)"
    assert verdict(state, evolve(buy, facts=at_risk(order_rate=4, orders_sent=3))) == []
    told = one_of(state, evolve(buy, facts=at_risk(order_rate=4, orders_sent=4)))
    assert told == "TooManyOrders(limit=4)"
    both = at_risk(open_orders=2, order_rate=4, orders_sent=9)
    assert one_of(state, evolve(buy, facts=both)) == "TooManyOrders(limit=2)"
    assert verdict(state, evolve(buy, facts=at_risk(orders_sent=9))) == []
    assert verdict(state, evolve(buy, facts=known(daily_limit=3))) == []
    told = one_of(state, evolve(buy, facts=known(daily_limit=2)))
    assert told == "DailyTradeLimit(limit=2)"
    fresh = evolve(known(daily_limit=1), marks=())
    assert verdict(state, evolve(buy, facts=fresh, at=later(DAY))) == []
    assert one_of(state, evolve(buy, facts=fresh, at=later(DAY - 1))).startswith("DailyTrade")


def test_pauses_and_switches() -> None:
    buy, sell = ask("n", BUY, "1"), ask("n", SELL, "1")
    until = Instant(NOW.micros + 1)
    assert one_of(LONG, evolve(buy, facts=at_risk(cooling_until=until))) == (
        f"CoolingOff(until={until.micros})"
    )
    assert verdict(LONG, evolve(buy, facts=at_risk(cooling_until=NOW))) == []
    assert verdict(LONG, evolve(sell, facts=at_risk(cooling_until=until))) == []
    for state in (TradingState.REDUCING, TradingState.HALTED):
        facts = at_risk(state=state, reason="why")
        assert one_of(LONG, evolve(buy, facts=facts)) == (
            f"KillSwitchActive(state={state.value}, reason=why)"
        )
        assert verdict(LONG, evolve(sell, facts=facts)) == []
    frozen = evolve(LONG, status=AccountStatus.FROZEN)
    facts = at_risk(state=TradingState.HALTED, reason="why")
    assert [one.partition("(")[0] for one in verdict(frozen, evolve(buy, facts=facts))] == [
        "AccountFrozen",
        "KillSwitchActive",
    ]
    closed = evolve(OPEN, status=AccountStatus.CLOSED)
    assert verdict(closed, buy) == ["AccountClosed(account_id=a1)"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"leverage_cap": 0}, "identity is not verified"),
        ({"two_factor": False}, "two-factor authentication is off"),
        ({"connected": False}, "no verified exchange connection"),
    ],
)
def test_what_real_money_wants(change: dict[str, Any], reason: str) -> None:
    missing = known(live=evolve(STANDING, **change))
    told = f"LiveNotAllowed(reason={reason})"
    assert told in verdict(LIVE, ask("n", BUY, "1", facts=missing))
    assert verdict(OPEN, ask("n", BUY, "1", facts=missing)) == []
    assert verdict(after(live()), ask("n", BUY, "1")) == []
    assert LIVE.mode is AccountMode.LIVE
    nobody = verdict(LIVE, ask("n", BUY, "1", facts=known()))
    assert nobody[0] == "LiveNotAllowed(reason=identity is not verified)"


def test_instruments() -> None:
    coin = ask("n", BUY, "1000", on=BTC)
    assert verdict(OPEN, coin)[0] == (
        "InstrumentUnavailable(symbol=BTC-USD, status=settles in another currency)"
    )
    for to, buys, sells in (
        (InstrumentStatus.HALTED, "halted", ""),
        (InstrumentStatus.CANCEL_ONLY, "cancel_only", "cancel_only"),
        (InstrumentStatus.DELISTED, "delisted", "delisted"),
    ):
        facts = known(evolve(ETH, status=to))
        for side, reason in ((BUY, buys), (SELL, sells)):
            found = verdict(LONG, ask("n", side, "1", facts=facts))
            told = f"InstrumentUnavailable(symbol=ETH-USD, status={reason})"
            assert found == ([told] if reason else [])


def test_prices_grow_old() -> None:
    """A mark of ten seconds is fresh, one a microsecond older is not; a limit needs none."""
    for age, fresh in ((10 * SECOND, True), (10 * SECOND + 1, False)):
        found = verdict(OPEN, ask("n", BUY, "1", at=later(age)))
        assert found == ([] if fresh else [f"PriceStale(symbol=ETH-USD, age={age})"])
        assert verdict(OPEN, ask("n", BUY, "1", "1990", at=later(age))) == []
    berg = ask("n", BUY, "1", "1990", type=OrderType.ICEBERG,
               terms=OrderTerms(display_qty=D("0.5")), at=later(11 * SECOND))  # fmt: skip
    assert happened(OPEN, berg)
    assert verdict(OPEN, stop("n", BUY, "2010", at=later(11 * SECOND))) == [
        f"PriceStale(symbol=ETH-USD, age={11 * SECOND})"
    ]
    both = after(ask("a", BUY, "1", on=SOL), done("a", BUY, "1", "150", on=SOL), start=LONG)
    blind = known(marks={"SOL-USD": None, "ETH-USD": None})
    assert verdict(both, ask("n", BUY, "1", "1990", facts=blind)) == [
        "PriceStale(symbol=ETH-USD, age=None)"
    ]

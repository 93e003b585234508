"""Days, curves and statistics beside the account itself and beside plain sums."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve

from astracore.catalog.examples import example
from astracore.instants import DAY, Instant
from astracore.projections.daily import PNL_DAILY, DayPnl, Point, curve, day_of, with_now
from astracore.projections.order_stats import order_stats
from astracore.projections.orders import ORDERS, OrderRow
from astracore.projections.trade_stats import TRADE_STATS, TradeRow, statistics
from astracore.trading.account import ACCOUNT
from astracore.trading.events import PositionClosed, TradeExecuted
from astracore.trading.state import Account
from astracore.trading.types import INSTRUMENTS, OrderStatus, OrderType, Side
from property_tests.account_world import COIN, World
from property_tests.random_histories import history
from tests.projections.test_account_models import log_of, rows

D = Decimal
SEEDS = range(1, 9)


def worlds(seed: int) -> World:
    """A history that spans several days."""
    world = history(seed, events=120).world
    step = DAY // 17
    world.events = [
        evolve(event, at=Instant(world.events[0].at.micros + place * step))  # type: ignore[arg-type,union-attr]
        if hasattr(event, "at")
        else event
        for place, event in enumerate(world.events)
    ]
    return world


def booked(account: Account) -> Decimal:
    """What an account is worth without what is unrealised."""
    return account.cash + sum((one.margin for one in account.positions.values()), D(0))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_curve_ends_where_the_account_stands(seed: int) -> None:
    world = worlds(seed)
    days = sorted(rows(PNL_DAILY, log_of(world)).values(), key=lambda row: row.ends_at)
    assert len(days) > 3
    points = curve(days).unwrap()
    state, at_end = ACCOUNT.initial, {}
    for event in world.events:
        state = ACCOUNT.evolve(state, event)
        if hasattr(event, "at"):
            at_end[day_of(event.at)] = booked(state)
    for row, point in zip(days, points, strict=True):
        assert point.at == row.ends_at
        assert point.equity == at_end[row.day]
        assert row.net == row.realised - row.fees + row.funding + row.insurance
    for name in ("realised", "fees", "funding"):
        if state.reset_at is None:
            assert sum(getattr(row, name) for row in days) == getattr(state, name)


@pytest.mark.parametrize("seed", SEEDS)
def test_days_count_every_fill_once(seed: int) -> None:
    world = worlds(seed)
    days = rows(PNL_DAILY, log_of(world)).values()
    fills = [event for event in world.events if isinstance(event, TradeExecuted)]
    assert sum(row.trades for row in days) == len(fills)
    assert sum((row.volume for row in days), D(0)) == sum((one.notional for one in fills), D(0))
    assert {row.day for row in days} >= {day_of(one.at) for one in fills}
    assert all(row.starts_at < row.ends_at for row in days)


def point(micros: int, equity: str, flow: str = "0") -> Point:
    """A point of a curve."""
    return Point(at=Instant(micros), equity=D(equity), flow=D(flow), net=D(0))


def test_now_takes_the_place_of_the_running_day() -> None:
    points = (point(10, "100", "100"), point(20, "150", "30"))
    now = with_now(points, Instant(15), D(160)).unwrap()
    assert now == (points[0], Point(at=Instant(15), equity=D(160), flow=D(30), net=D(30)))
    later = with_now(points, Instant(25), D(140)).unwrap()
    assert later[-1] == Point(at=Instant(25), equity=D(140), flow=D(0), net=D(-10))
    assert with_now((), Instant(5), D(7)).unwrap()[0].net == D(7)


def test_figures_that_do_not_fit_are_said() -> None:
    row = DayPnl(account_id="a", user_id="u", day="d", ends_at=Instant(DAY))  # type: ignore[arg-type]
    huge = [evolve(row, flow=D("1e90")), evolve(row, flow=D("1e-30"))]
    assert curve(huge).failure().code == "numeric_limit"
    stats = TradeRow(account_id="a", user_id="u", is_practice=True, net=D("1e120"), trades=3)  # type: ignore[arg-type]
    assert statistics(stats).failure().code == "numeric_limit"


@pytest.mark.parametrize("seed", SEEDS)
def test_statistics_beside_plain_sums(seed: int) -> None:
    world = history(seed, events=150).world
    log = log_of(world)
    closed = [one.net for one in world.events if isinstance(one, PositionClosed)]
    fills = [one for one in world.events if isinstance(one, TradeExecuted)]
    (row,) = rows(TRADE_STATS, log).values()
    told = statistics(row).unwrap()
    assert (told.trades, told.fills) == (len(closed), len(fills))
    assert told.wins == sum(net > 0 for net in closed)
    assert told.losses == sum(net < 0 for net in closed)
    assert told.wins + told.losses + told.break_even == told.trades
    assert told.net == sum(closed, D(0)) == row.gains - row.lost
    assert (told.best, told.worst) == (max(closed, default=None), min(closed, default=None))
    near(told.win_rate, Fraction(told.wins, len(closed)) if closed else None)
    near(told.profit_factor, Fraction(row.gains) / Fraction(row.lost) if row.lost else None)
    near(told.average, Fraction(told.net) / len(closed) if closed else None)


def near(shown: Decimal | None, exact: Fraction | None) -> None:
    """Half even to 6 decimals."""
    assert (shown is None) is (exact is None)
    if shown is not None and exact is not None:
        assert abs(Fraction(shown) - exact) <= Fraction(1, 2 * 10**6)


def filled(side: Side, average: str, reference: str, **more: Any) -> OrderRow:  # noqa: ANN401
    """A market order that was filled."""
    log = log_of(history(1, events=40).world)
    row = next(iter(rows(ORDERS, log).values()))
    chosen: dict[str, Any] = {
        "side": side,
        "symbol": "ETH-USD",
        "type": OrderType.MARKET,
        "status": OrderStatus.FILLED,
        "average_price": D(average),
        "reference": D(reference),
    }
    return evolve(row, **{**chosen, **more})


def test_slippage_is_how_much_worse_than_the_mark() -> None:
    """A buy at 2001 and a sell at 1998 with the mark at 2000: 0.0005 and 0.001."""
    buy, sell = filled(Side.BUY, "2001", "2100"), filled(Side.SELL, "1998", "2000")
    assert order_stats([buy], INSTRUMENTS).unwrap().mean_slippage == D("0.0005")
    assert order_stats([sell], INSTRUMENTS).unwrap().mean_slippage == D("0.001")
    both = order_stats([buy, sell], INSTRUMENTS).unwrap()
    assert both.mean_slippage == D("0.00075")
    assert (both.orders, both.fill_rate, both.partial) == (2, D(1), False)
    others = [
        evolve(buy, type=OrderType.LIMIT),
        evolve(buy, average_price=None, status=OrderStatus.CANCELLED),
        evolve(buy, symbol="DOGE-USD", status=OrderStatus.OPEN),
        evolve(buy, reference=D(0)),
    ]
    told = order_stats(others, INSTRUMENTS, partial=True).unwrap()
    assert (told.mean_slippage, told.fill_rate, told.partial) == (None, D("0.666667"), True)
    assert told.by_status == {"cancelled": 1, "filled": 2, "open": 1}
    assert told.by_type == {"limit": 1, "market": 3}
    nothing = order_stats([], INSTRUMENTS).unwrap()
    assert (nothing.orders, nothing.fill_rate, nothing.by_type) == (0, None, {})


def test_slippage_of_an_inverse_contract() -> None:
    """A sell's reference stands below the mark, a buy's at it."""
    listed = {COIN.symbol: COIN}
    buy, sell = filled(Side.BUY, "2001", "2000"), filled(Side.SELL, "1998", "1900")
    coins = [evolve(one, symbol=COIN.symbol) for one in (buy, sell)]
    assert order_stats(coins[:1], listed).unwrap().mean_slippage == D("0.0005")
    assert order_stats(coins[1:], listed).unwrap().mean_slippage == D("0.001")


def test_the_mark_is_not_told_by_a_band_of_later() -> None:
    """Staff doubled the band after the order: nobody knows the mark it was reserved at."""
    buy = filled(Side.BUY, "2001", "2100")
    wide = {buy.symbol: evolve(INSTRUMENTS[buy.symbol], price_band=D("0.1"))}
    later = {buy.symbol: Instant(buy.accepted_at.micros + 1)}
    assert order_stats([buy], wide, changed=later).unwrap().mean_slippage is None
    again = order_stats([buy], INSTRUMENTS, changed={buy.symbol: buy.accepted_at}).unwrap()
    assert again.mean_slippage == D("0.0005")


def test_the_example_of_a_liquidation_is_booked() -> None:
    """Each kind of event that moves money has a day."""
    for shape in PNL_DAILY.events:
        event = example(shape)
        first = log_of(history(1, events=10).world)[0]
        made = rows(PNL_DAILY, [evolve(first, event=event)])
        assert len(made) == 1

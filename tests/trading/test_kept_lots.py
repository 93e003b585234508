"""Lots, pools, days and statements by figures that hide nothing."""

from typing import Any

import pytest

from astracore.instants import DAY, Instant
from astracore.trading.lots.basis import Lot, LotMethod, Reduced, pooled, reduce
from astracore.trading.lots.disposals import DatedTrade, matched_disposals, same_day_gain
from astracore.trading.lots.ownfills import OwnFill, fill_of, read_fills
from astracore.trading.lots.pools import (
    Pool,
    PoolTrade,
    pool_run,
    pool_step,
    return_of_capital,
    unit_cost,
)
from astracore.trading.lots.specific_lots import Pick, reduce_specific
from astracore.trading.lots.statement import leg_of, order_of, pnl_report
from astracore.trading.types import Side
from property_tests.trading_makers import D
from tests.trading.stories import BUY, SELL, said
from tests.trading.test_kept_orders import texts


def lot(name: str, at: int, qty: str, cost: str, seq: int = 0) -> Lot:
    """One lot."""
    return Lot(lot_id=name, acquired_at=Instant(at), seq=seq, qty=D(qty), cost=D(cost))


LOTS = (
    lot("b", 2, "2", "50"),
    lot("a", 1, "3", "10"),
    lot("d", 3, "1", "7", 1),
    lot("c", 3, "4", "28"),
)


def told(reduced: Reduced) -> str:
    """Pieces, then what is left."""
    pieces = " ".join(
        f"{one.lot_id}:{one.qty.normalize():f}@{one.cost.normalize():f}" for one in reduced.pieces
    )
    left = " ".join(
        f"{one.lot_id}:{one.qty.normalize():f}@{one.cost.normalize():f}" for one in reduced.lots
    )
    return f"{pieces} | {left}"


@pytest.mark.parametrize(
    ("method", "qty", "expected"),
    [
        (LotMethod.FIFO, "4", "a:3@10 b:1@25 | b:1@25 d:1@7 c:4@28"),
        (LotMethod.LIFO, "3", "d:1@7 c:2@14 | b:2@50 a:3@10 c:2@14"),
        (LotMethod.HIFO, "3", "b:2@50 c:1@7 | a:3@10 d:1@7 c:3@21"),
        (LotMethod.LOFO, "4", "a:3@10 c:1@7 | b:2@50 d:1@7 c:3@21"),
        (LotMethod.FIFO, "1", "a:1@3.333333 | b:2@50 a:2@6.666667 d:1@7 c:4@28"),
        (LotMethod.AVERAGE, "4", "a:4@38 | a:6@57"),
        (LotMethod.AVERAGE, "10", "a:10@95 | "),
        (LotMethod.FIFO, "0", " | b:2@50 a:3@10 d:1@7 c:4@28"),
        (LotMethod.FIFO, "10", "a:3@10 b:2@50 c:4@28 d:1@7 | "),
    ],
)
def test_which_lots_go(method: LotMethod, qty: str, expected: str) -> None:
    reduced = reduce(method, LOTS, D(qty)).unwrap()
    assert told(reduced) == expected
    assert reduced.cost == sum(piece.cost for piece in reduced.pieces)


def test_what_goes_whole_goes_exactly() -> None:
    """A cost finer than the unit is not rounded when all of it leaves."""
    fine = (lot("a", 1, "2", "1.0000005"),)
    assert reduce(LotMethod.FIFO, fine, D(2)).unwrap().cost == D("1.0000005")
    dust = D("1E-10")
    fills = (own(1, BUY, "1E-10", "1E-10"), own(2, SELL, "1E-10", "2E-10"))
    (found,) = pnl_report(fills, LotMethod.FIFO, {}).unwrap().symbols
    assert found.realised == dust * dust


def test_lots_refused_and_pooled() -> None:
    assert said(reduce(LotMethod.FIFO, LOTS, D(-1)).failure()) == "InvalidQuantity(quantity=-1)"
    assert said(reduce(LotMethod.FIFO, LOTS, D(11)).failure()) == (
        "InsufficientLots(found=10, missing=1)"
    )
    assert pooled(LOTS[:1]) == LOTS[:1]
    assert pooled(()) == ()
    assert pooled(LOTS) == (lot("a", 1, "10", "95"),)


@pytest.mark.parametrize(
    ("picks", "expected"),
    [
        ((Pick(qty=D(1), lot_id="b"),), "b:1@25 | b:1@25 a:3@10 d:1@7 c:4@28"),
        ((Pick(qty=D(2), acquired_at=Instant(2)),), "b:2@50 | a:3@10 d:1@7 c:4@28"),
        ((Pick(qty=D(1), unit_cost=D(25)),), "b:1@25 | b:1@25 a:3@10 d:1@7 c:4@28"),
        ((Pick(qty=D(1), lot_id="c", unit_cost=D(7)),), "c:1@7 | b:2@50 a:3@10 d:1@7 c:3@21"),
        (
            (Pick(qty=D(1), lot_id="b"), Pick(qty=D(1), lot_id="b")),
            "b:1@25 b:1@25 | a:3@10 d:1@7 c:4@28",
        ),
        ((Pick(qty=D(0), lot_id="b"),), " | b:2@50 a:3@10 d:1@7 c:4@28"),
    ],
)
def test_lots_by_name(picks: tuple[Pick, ...], expected: str) -> None:
    assert told(reduce_specific(LOTS, picks).unwrap()) == expected


@pytest.mark.parametrize(
    ("pick", "expected"),
    [
        (Pick(qty=D(-1), lot_id="b"), "InvalidQuantity(quantity=-1)"),
        (Pick(qty=D(1), lot_id="x"), "LotNotFound(wanted=lot_id x)"),
        (Pick(qty=D(1), acquired_at=Instant(3)), "AmbiguousLot(wanted=acquired_at 1970"),
        (Pick(qty=D(1)), "AmbiguousLot(wanted=, found=4)"),
        (Pick(qty=D(1), lot_id="b", unit_cost=D("7.0")), "LotNotFound(wanted=lot_id b, unit_co"),
        (Pick(qty=D(1), unit_cost=D(7)), "AmbiguousLot(wanted=unit_cost 7"),
        (Pick(qty=D(3), lot_id="b"), "InsufficientLots(found=2, missing=1)"),
        (Pick(qty=D(1), lot_id="b", acquired_at=Instant(1)), "LotNotFound(wanted=lot_id b, acq"),
    ],
)
def test_lots_that_are_not_meant(pick: Pick, expected: str) -> None:
    assert said(reduce_specific(LOTS, (pick,)).failure()).startswith(expected)


def trade(side: Side, qty: str, price: str, **more: Any) -> PoolTrade:  # noqa: ANN401
    """One trade; figures as text."""
    fields = {name: D(value) for name, value in more.items()}
    return PoolTrade(side=side, qty=D(qty), price=D(price), **fields)


def test_pools() -> None:
    """Bought 4 at 10 (rate 2, fee 3 at 5) and 2 at 7, sold 3 at 20 (rate 2, fee 1), then all."""
    steps = pool_run(
        (
            trade(BUY, "4", "10", fx_rate="2", fee="3", fee_fx_rate="5"),
            trade(BUY, "2", "7", fee="1"),
            trade(SELL, "3", "20", fx_rate="2", fee="1"),
            trade(SELL, "3", "1"),
        )
    ).unwrap()
    assert texts(one.pool.qty for one in steps) == "4 6 3 0"
    assert texts(one.pool.cost for one in steps) == "95 110 55 0"
    assert [one.gain for one in steps] == [None, None, 63, -52]
    assert [one.matched for one in steps] == [0, 0, 55, 55]
    third = pool_step(Pool(qty=D(3), cost=D(10)), trade(SELL, "1", "5")).unwrap()
    assert (third.matched, third.pool.cost) == (D("3.333333"), D("6.666667"))
    begun = pool_run((trade(SELL, "1", "5"),), Pool(qty=D(2), cost=D(6))).unwrap()
    assert begun[0].gain == 2
    assert unit_cost(Pool(qty=D(4), cost=D(10))).unwrap() == D("2.5")
    assert unit_cost(Pool()).unwrap() is None
    paid = return_of_capital(Pool(qty=D(4), cost=D(10)), D(3)).unwrap()
    assert [paid.pool.qty, paid.pool.cost, paid.gain, paid.matched] == [4, 7, 0, 3]
    much = return_of_capital(Pool(qty=D(4), cost=D(10)), D(13)).unwrap()
    assert [much.pool.cost, much.gain, much.matched] == [0, 3, 10]


@pytest.mark.parametrize(
    ("bad", "expected"),
    [
        (trade(BUY, "0", "1"), "InvalidQuantity(quantity=0)"),
        (trade(BUY, "1", "-1"), "InvalidPrice(price=-1)"),
        (trade(BUY, "1", "1", fx_rate="0"), "InvalidContract(field=fx_rate, value=0)"),
        (trade(BUY, "1", "1", fee_fx_rate="0"), "InvalidContract(field=fee_fx_rate, value=0)"),
        (trade(SELL, "3", "1"), "InsufficientLots(found=0, missing=3)"),
    ],
)
def test_trades_that_cannot_be(bad: PoolTrade, expected: str) -> None:
    assert said(pool_run((bad,)).failure()) == expected
    dated = DatedTrade(at=Instant(0), trade=bad)
    assert said(matched_disposals((dated,)).failure()) == expected
    if bad.side is BUY:
        assert said(same_day_gain((bad,)).failure()) == expected
    assert said(return_of_capital(Pool(), D(-1)).failure()) == "InvalidPrice(price=-1)"


def on(day: int, one: PoolTrade) -> DatedTrade:
    """A trade on a day."""
    return DatedTrade(at=Instant(day * DAY + 5), trade=one)


def test_disposals_by_day() -> None:
    """Same day first, then thirty days, the earliest first, then the pool."""
    found = matched_disposals(
        (
            on(1, trade(BUY, "10", "3", fee="2", fx_rate="2")),
            on(40, trade(SELL, "8", "10", fee="4", fx_rate="2")),
            on(40, trade(BUY, "1", "4")),
            on(41, trade(BUY, "2", "6")),
            on(70, trade(BUY, "1", "9")),
            on(71, trade(BUY, "1", "100")),
            on(72, trade(SELL, "2", "50", fee="1")),
        )
    ).unwrap()
    rows = [
        (one.day, one.rule.value, texts((one.qty, one.proceeds, one.cost, one.gain)))
        for one in found.matches
    ]
    assert rows == [
        (40, "same_day", "1 19 4 15"),
        (40, "thirty_days", "2 38 12 26"),
        (40, "thirty_days", "1 19 9 10"),
        (40, "pool", "4 76 25.6 50.4"),
        (72, "pool", "2 99 39.542857 59.457143"),
    ]
    assert texts((found.pool.qty, found.pool.cost)) == "5 98.857143"
    over = (on(1, trade(BUY, "1", "1")), on(50, trade(SELL, "2", "1")))
    assert said(matched_disposals(over).failure()) == "InsufficientLots(found=1, missing=1)"
    exact = (on(1, trade(BUY, "2", "1")), on(50, trade(SELL, "2", "3")))
    assert matched_disposals(exact).unwrap().matches[0].gain == 4


def test_matches_stand_by_day_and_rule() -> None:
    """Two sales: all of the first day's rules come before the second day's."""
    found = matched_disposals(
        (
            on(1, trade(BUY, "9", "1")),
            on(10, trade(SELL, "3", "2")),
            on(10, trade(BUY, "1", "1")),
            on(12, trade(SELL, "3", "2")),
            on(12, trade(BUY, "1", "1")),
            on(14, trade(BUY, "1", "1")),
        )
    ).unwrap()
    assert [(one.day, one.rule.value) for one in found.matches] == [
        (10, "same_day"),
        (10, "thirty_days"),
        (10, "pool"),
        (12, "same_day"),
        (12, "pool"),
    ]


def test_one_day() -> None:
    day = [trade(BUY, "10", "4", fee="5"), trade(SELL, "4", "7", fx_rate="2", fee="1"),
           trade(SELL, "4", "8")]  # fmt: skip
    assert same_day_gain(day).unwrap() == D("50")
    assert same_day_gain(day[:1]).unwrap() == 0
    assert same_day_gain(day[1:]).unwrap() == 0
    assert same_day_gain(()).unwrap() == 0


def own(line: int, side: Side, qty: str, price: str, **more: Any) -> OwnFill:  # noqa: ANN401
    """One's own fill."""
    chosen = {"symbol": "ETH-USD", "at": Instant(line), **more}
    return OwnFill(line=line, side=side, qty=D(qty), price=D(price), **chosen)


FILLS = (
    own(1, BUY, "2", "10", fee=D(1)),
    own(2, BUY, "1", "13", fee=D("0.1"), fee_currency="ETH"),
    own(3, SELL, "1", "20", fee=D("0.5"), fee_currency="USD"),
    own(4, BUY, "1", "7", symbol="BTC/USD"),
    own(5, SELL, "3", "9", symbol="BTC/USD", fee=D("0.25")),
    own(6, SELL, "1", "5", symbol="ETH-EUR"),
)


@pytest.mark.parametrize(
    ("method", "realised", "cost"),
    [(LotMethod.FIFO, "10", "21.7"), (LotMethod.LIFO, "7.3", "19"), (LotMethod.HIFO, "7.3", "19")],
)
def test_statements(method: LotMethod, realised: str, cost: str) -> None:
    """A base fee lowers what is held and is worth its price; totals stand by currency."""
    report = pnl_report(FILLS, method, {"ETH-USD": D(15)}).unwrap()
    btc, eur, usd = report.symbols
    assert [one.symbol for one in report.symbols] == ["BTC/USD", "ETH-EUR", "ETH-USD"]
    assert (usd.bought, usd.sold, usd.position, usd.fills) == (D("2.9"), D(1), D("1.9"), 3)
    assert (usd.realised, usd.cost, usd.mark, usd.fees) == (D(realised), D(cost), D(15), D("2.8"))
    assert usd.unrealised == D("28.5") - D(cost)
    assert usd.net == usd.realised + usd.unrealised - usd.fees == D("7.3") - 0 + D("6.7") - 0
    assert (btc.realised, btc.position, btc.cost, btc.mark) == (D(2), D(-2), D(-18), D(9))
    assert (btc.unrealised, btc.fees, btc.net) == (D(0), D("0.25"), D("1.75"))
    assert (eur.quote, eur.position, eur.unrealised) == ("EUR", D(-1), D(0))
    first, second = report.totals
    assert (first.quote, first.realised, first.net) == ("EUR", D(0), D(0))
    assert (second.quote, second.realised, second.fees) == ("USD", usd.realised + 2, D("3.05"))
    assert (second.unrealised, second.net) == (usd.unrealised, usd.net + D("1.75"))
    assert report.method is method


def test_what_goes_first_in_a_statement() -> None:
    orders = [order_of(method, D(5), 3) for method in LotMethod]
    assert texts(first for first, _ in orders) == "0 0 -5 5 0"
    assert [second for _, second in orders] == [3, -3, 3, 3, 3]
    held = leg_of(own(1, SELL, "4", "10", fee=D("0.5"), fee_currency="ETH"))
    assert (held.qty, held.fee) == (D("4.5"), D(5))
    average = pnl_report(FILLS[:3], LotMethod.AVERAGE, {}).unwrap().symbols[0]
    assert average.mark == 20
    assert round(average.realised, 9) == round(20 - D("31.7") / D("2.9"), 9)


HEAD = "time,symbol,side,qty,price,fee,fee_currency"
DAWN = "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("line", "faults"),
    [
        (f"{DAWN},ETH-USD,buy,1,2000,0,", ""),
        (f"{DAWN},eth/usd,SELL,1,2000,-1,usd", ""),
        ("1767225600000,ETH-USD,buy,1,2000,,", ""),
        (f"{DAWN},ETH-USD,buy,1,2000", "line wrong_number_of_fields"),
        ("yesterday,ETH-USD,buy,1,2000,0,", "time bad_instant"),
        (f"{DAWN},ETHUSD,buy,1,2000,0,", "symbol bad_symbol"),
        (f"{DAWN},ETH-USD,hold,1,2000,0,", "side bad_side"),
        (f"{DAWN},ETH-USD,buy,x,2000,0,", "qty bad_amount"),
        (f"{DAWN},ETH-USD,buy,1,x,0,", "price bad_amount"),
        (f"{DAWN},ETH-USD,buy,1,2000,x,", "fee bad_amount"),
        (f"{DAWN},ETH-USD,buy,0,-1,0,", "qty not_positive price not_positive"),
        (f"{DAWN},ETH-USD,buy,x,0,0,", "qty bad_amount price not_positive"),
        (f"{DAWN},ETH-USD,buy,1,2000,1,BNB", "fee_currency neither_base_nor_quote"),
        (f"{DAWN},ETH-USD,buy,1,2000,1,ETH", "fee above_quantity"),
        (f"{DAWN},ETH-USD,buy,1,2000,0.99,ETH", ""),
        (f"{DAWN},ETH-USD,buy,1,2000,1,USD", ""),
        (f"{DAWN},ETH-USD,sell,1,2000,-1,ETH", "fee above_quantity"),
        (f"{DAWN},ETH-USD,sell,1,2000,-0.99,ETH", ""),
        (f"{DAWN},ETH-USD,sell,1,2000,-2,USD", ""),
        (f"{DAWN},ETH-USD,sell,1,2000,2,ETH", ""),
        (f"{DAWN},ETH-USD,buy,1,2000,-2,ETH", ""),
    ],
)
def test_lines_of_a_file(line: str, faults: str) -> None:
    read = read_fills([HEAD, "", line])
    if not faults:
        assert len(read.unwrap()) == 1
        return
    found: Any = read.failure()
    assert " ".join(f"{one.field} {one.fault}" for one in found) == faults
    assert {one.line for one in found} == {3}


def test_a_file_whole() -> None:
    lines = ["\ufeffPrice,time,symbol,side,qty", "", "5,1767225600001,a-usd,buy,1\r\n",
             "4,1767225600000,B-USD,sell,2", "3,1767225600001,C-USD,sell,2"]  # fmt: skip
    found = read_fills(lines).unwrap()
    assert [(one.line, one.symbol, one.base, one.quote) for one in found] == [
        (4, "B-USD", "B", "USD"),
        (3, "A-USD", "A", "USD"),
        (5, "C-USD", "C", "USD"),
    ]
    assert found[0].at == Instant(1767225600000 * 1000)
    assert (found[0].side, found[0].qty, found[0].price, found[0].fee) == (SELL, D(2), D(4), D(0))


@pytest.mark.parametrize(
    ("lines", "faults"),
    [
        ([], "1 header empty_file"),
        (["", " , "], "1 header empty_file"),
        (['"a'], "1 line not_csv 1 header empty_file"),
        (["", "time,symbol,side,qty"], "2 price missing_column"),
        ([HEAD + ",qty"], "1 qty doubled_column"),
        ([HEAD + "," + "z" * 40], "1 " + "z" * 32 + " unknown_column"),
        (
            ["y" * 40 + ",time,symbol,side,qty,price," + "y" * 40],
            "1 "
            + "y" * 32
            + " unknown_column 1 "
            + "y" * 32
            + " unknown_column 1 "
            + "y" * 32
            + " doubled_column",
        ),
        ([HEAD, '"'], "2 line not_csv"),
        (["time,symbol", "1,2"], "1 side missing_column 1 qty missing_column 1 price missing_col"),
    ],
)
def test_files_that_are_refused(lines: list[str], faults: str) -> None:
    found: Any = read_fills(lines).failure()
    told_so = " ".join(f"{one.line} {one.field} {one.fault}" for one in found)
    assert told_so.startswith(faults)


def test_one_line_alone() -> None:
    faults: Any = fill_of(7, ("time", "symbol", "side", "qty"), ("1", "2", "3", "4")).failure()
    assert [(one.line, one.field, one.fault) for one in faults] == [(7, "price", "missing_column")]

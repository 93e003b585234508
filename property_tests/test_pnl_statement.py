"""One's own fills: every fault named, and profit that no method can change in the end."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astracore.instants import Instant
from astracore.trading.lots.basis import Lot, LotMethod, reduce
from astracore.trading.lots.ownfills import OwnFill, read_fills
from astracore.trading.lots.statement import FINEST, METHODS, pnl_report
from astracore.trading.types import ZERO, Side
from property_tests.trading_makers import D, Oracle

HEADER = "time,symbol,side,qty,price,fee,fee_currency"
quantities = st.integers(1, 10**6).map(lambda n: Decimal(n).scaleb(-4))
prices = st.integers(1, 10**6).map(lambda n: Decimal(n).scaleb(-2))
fees = st.integers(-1000, 10**5).map(lambda n: Decimal(n).scaleb(-3))


@st.composite
def histories(draw: st.DrawFn) -> list[OwnFill]:
    """Fills in two symbols, fees in the quote."""
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from(("ETH-USD", "BTC-EUR")),
                st.sampled_from(Side),
                quantities,
                prices,
                fees,
            ),
            min_size=1,
            max_size=15,
        )
    )
    return [
        OwnFill(
            line=place + 2,
            at=Instant(place),
            symbol=symbol,
            side=side,
            qty=qty,
            price=price,
            fee=fee,
        )
        for place, (symbol, side, qty, price, fee) in enumerate(rows)
    ]


@given(histories(), prices)
def test_methods_differ_in_timing_alone(history: list[OwnFill], mark: Decimal) -> None:
    """realised + unrealised, position and fees are the same for all: what the money says."""
    marks = {"ETH-USD": mark, "BTC-EUR": mark}
    for method in LotMethod:
        report = pnl_report(history, method, marks).unwrap()
        for one in report.symbols:
            books = Oracle()
            mine = [fill for fill in history if fill.symbol == one.symbol]
            for fill in mine:
                signed = Fraction(fill.qty) * (1 if fill.side is Side.BUY else -1)
                books.fill(signed, Fraction(fill.price))
            assert Fraction(one.position) == books.qty
            assert Fraction(one.realised + one.unrealised) == books.total(Fraction(mark))
            assert one.fees == sum((fill.fee for fill in mine), ZERO)
            assert one.net == one.realised + one.unrealised - one.fees
            assert (one.bought - one.sold, one.fills) == (one.position, len(mine))
            if method is LotMethod.FIFO:
                assert Fraction(one.realised) == books.realised
        for sums in report.totals:
            parts = [one for one in report.symbols if one.quote == sums.quote]
            assert sums.net == sum((one.net for one in parts), ZERO)
            assert sums.realised + sums.unrealised - sums.fees == sums.net


@given(histories(), st.sampled_from(LotMethod))
def test_the_books_take_what_lots_take(history: list[OwnFill], method: LotMethod) -> None:
    """The fast books realise what reducing the lots of each side one by one realises."""
    mine = [fill for fill in history if fill.symbol == "ETH-USD"]
    books: dict[Side, tuple[Lot, ...]] = {Side.BUY: (), Side.SELL: ()}
    realised = ZERO
    for seq, fill in enumerate(mine):
        other = Side.SELL if fill.side is Side.BUY else Side.BUY
        closed = min(fill.qty, sum((lot.qty for lot in books[other]), ZERO))
        done = reduce(method, books[other], closed, FINEST).unwrap()
        books[other] = done.lots
        gain = closed * fill.price - done.cost
        realised += gain if fill.side is Side.SELL else -gain
        if fill.qty > closed:
            rest = fill.qty - closed
            lot = Lot(
                lot_id=str(seq),
                acquired_at=fill.at,
                seq=seq,
                qty=rest,
                cost=rest * fill.price,
            )
            books[fill.side] = (*books[fill.side], lot)
    report = pnl_report(mine, method, {}).unwrap()
    assert sum((one.realised for one in report.symbols), ZERO) == realised


def text(*rows: str) -> list[str]:
    """A file."""
    return [HEADER, *rows]


def test_a_whole_file() -> None:
    """Sides side by side: four methods, four timings, one sum."""
    fills = read_fills(
        text(
            "2026-01-01T00:00:00Z,ETH-USD,buy,1,100,0.1,USD",
            "",
            "1767312000000, eth-usd ,BUY,1,200,0.2,",
            "2026-01-03T00:00:00Z,ETH-USD,sell,1,150,-0.05,USD\r\n",
        )
    ).unwrap()
    reports = {method: pnl_report(fills, method, {}).unwrap() for method in METHODS}
    realised = {method: report.symbols[0].realised for method, report in reports.items()}
    assert realised == {
        LotMethod.FIFO: D(50),
        LotMethod.LIFO: D(-50),
        LotMethod.HIFO: D(-50),
        LotMethod.AVERAGE: D(0),
    }
    for report in reports.values():
        (total,) = report.totals
        assert (total.quote, total.net, total.fees) == ("USD", D("-0.25"), D("0.25"))


def test_a_fee_in_the_base_lowers_the_holding() -> None:
    """Buy 1 with fee 0.1 in the base, sell 0.5 with fee 0.1: 0.3 are left, 0.2 cost their price."""
    fills = read_fills(
        text(
            "2026-01-01T00:00:00Z,ETH-USD,buy,1,100,0.1,ETH",
            "2026-01-02T00:00:00Z,ETH-USD,sell,0.5,200,0.1,ETH",
        )
    ).unwrap()
    (one,) = pnl_report(fills, LotMethod.FIFO, {"ETH-USD": D(200)}).unwrap().symbols
    assert (one.position, one.cost, one.realised) == (D("0.3"), D(30), D(60))
    assert (one.fees, one.net) == (D(30), D(60) + D(30) - D(30))
    assert one.net == D("-100") + D("0.5") * 200 + D("0.3") * 200


def test_every_faulty_line_is_named() -> None:
    """All at once: line, field, fault."""
    faults = read_fills(
        text(
            "yesterday,ETHUSD,hold,1e5,NaN,x,USD",
            "2026-01-01T00:00:00Z,ETH-USD,buy,0,-1,,",
            "2026-01-01T00:00:00Z,ETH-USD,buy,1",
            "2026-02-30T00:00:00Z,ETH-USD,buy,1,1,,",
            "2026-01-01T00:00:00Z,ETH-USD,buy,1,1,0.1,BNB",
            "2026-01-01T00:00:00Z,ETH-USD,buy,1,1,1,ETH",
            "2026-01-01T00:00:00Z,ETH-USD,sell,1,1,-1,ETH",
            '2026-01-01T00:00:00Z,"ETH-USD,buy,1,1,,',
        )
    ).failure()
    assert [(fault.line, fault.field, fault.fault) for fault in faults] == [
        (2, "time", "bad_instant"),
        (2, "symbol", "bad_symbol"),
        (2, "side", "bad_side"),
        (2, "qty", "bad_amount"),
        (2, "price", "bad_amount"),
        (2, "fee", "bad_amount"),
        (3, "qty", "not_positive"),
        (3, "price", "not_positive"),
        (4, "line", "wrong_number_of_fields"),
        (5, "time", "bad_instant"),
        (6, "fee_currency", "neither_base_nor_quote"),
        (7, "fee", "above_quantity"),
        (8, "fee", "above_quantity"),
        (9, "line", "not_csv"),
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], [(1, "header", "empty_file")]),
        (['"'], [(1, "line", "not_csv"), (1, "header", "empty_file")]),
        (
            ["", "time,symbol,side,qty,qty,note"],
            [
                (2, "price", "missing_column"),
                (2, "note", "unknown_column"),
                (2, "qty", "doubled_column"),
            ],
        ),
    ],
)
def test_a_header_that_will_not_do(lines: list[str], expected: list[tuple[int, str, str]]) -> None:
    """Without the columns no line can be judged."""
    faults = read_fills(lines).failure()
    assert [(fault.line, fault.field, fault.fault) for fault in faults] == expected


@given(st.lists(st.text(max_size=40), max_size=6))
def test_any_text_is_read_or_named(lines: list[str]) -> None:
    """Total: whatever the file holds, an answer, and every fault has a line of the file."""
    for start in ([], [HEADER]):
        answer = read_fills([*start, *lines])
        faults = answer.swap().value_or(())
        assert all(1 <= fault.line <= max(1, len(start) + len(lines)) for fault in faults)

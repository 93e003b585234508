"""The paper venue: never worse than asked, nothing made or lost, the same step the same answer."""

from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from astracore.ids import OrderId
from astracore.instants import Instant
from astracore.marketdata.book import Book, Grid, Level, ladder
from astracore.marketdata.prints import Print
from astracore.trading.types import INSTRUMENTS, ZERO, Liquidity, OrderType, Side, TimeInForce
from astracore.trading.venue.paper import (
    Acked,
    Declined,
    Filled,
    Gone,
    Report,
    Venue,
    VenueOrder,
    cancel,
    on_print,
    submit,
)
from property_tests.trading_makers import ETH, ME, NOW, D

prices = st.integers(199_000, 201_000).map(lambda ticks: ticks * ETH.tick)
quantities = st.integers(1, 50_000).map(lambda lots: lots * ETH.lot)
sides = st.sampled_from(Side)
LATER = Instant(NOW.micros + 1)


def venue_order(name: str, side: Side, qty: Decimal, **more: object) -> VenueOrder:
    """A market order, or a limit order when `limit_price` is given."""
    limited = more.get("limit_price") is not None
    chosen: dict[str, object] = {
        "order_id": OrderId(name),
        "account_id": ME,
        "symbol": "ETH-USD",
        "side": side,
        "type": OrderType.LIMIT if limited else OrderType.MARKET,
        "tif": TimeInForce.GTC if limited else TimeInForce.IOC,
        "qty": qty,
    }
    return VenueOrder(**{**chosen, **more})  # type: ignore[arg-type]


def level(price: str, qty: str) -> Level:
    """One level."""
    return Level(price=D(price), qty=D(qty))


def traded(price: Decimal | str, qty: Decimal | str = "1") -> Print:
    """A public trade in ETH."""
    return Print(symbol="ETH-USD", price=D(price), qty=D(qty), at=LATER)


def venue(book: Book | None, last: str = "2000") -> Venue:
    """ETH at `last` with a book."""
    return on_print(Venue.over(INSTRUMENTS), traded(last), book)[0]


def fills_of(reports: tuple[Report, ...]) -> list[Filled]:
    """The fills among reports."""
    return [report for report in reports if isinstance(report, Filled)]


def filled(reports: tuple[Report, ...]) -> Decimal:
    """How much was filled."""
    return sum((fill.qty for fill in fills_of(reports)), ZERO)


def offered(book: Book | None) -> Decimal:
    """All quantity of a book."""
    return sum((one.qty for one in (*book.bids, *book.asks)), ZERO) if book else ZERO


BOOK = Book(
    bids=(level("99.5", "0.1"), level("99", "1")),
    asks=(level("100", "0.1"), level("100.5", "0.15"), level("101", "1")),
)


def test_the_worked_walk_through_a_book() -> None:
    """Buy 0.3 from 100 × 0.1, 100.5 × 0.15, 101 × 1: one fill a level, average 100.41666667."""
    _, reports = submit(venue(BOOK, "100"), venue_order("o", Side.BUY, D("0.3")), NOW)
    fills = fills_of(reports)
    assert [(fill.price, fill.qty) for fill in fills] == [
        (D(100), D("0.1")),
        (D("100.5"), D("0.15")),
        (D(101), D("0.05")),
    ]
    paid = sum((fill.price * fill.qty for fill in fills), ZERO)
    assert round(paid / D("0.3"), 8) == D("100.41666667")
    assert isinstance(reports[0], Acked)
    assert all(fill.liquidity is Liquidity.TAKER for fill in fills)


@pytest.mark.parametrize(("side", "price"), [(Side.BUY, "2001.02"), (Side.SELL, "1999")])
def test_the_worked_price_without_a_book(side: Side, price: str) -> None:
    """ETH at 2000.01: 2001.02 or 1999, the whole quantity."""
    stepped, reports = submit(venue(None, "2000.01"), venue_order("o", side, D(7)), NOW)
    assert [(fill.price, fill.qty) for fill in fills_of(reports)] == [(D(price), D(7))]
    assert stepped.resting == {}


def test_without_a_book_the_bound_still_holds() -> None:
    """A protective price below the one price: nothing fills."""
    order = venue_order("o", Side.BUY, D(1), protective_price=D("2000.5"))
    _, reports = submit(venue(None), order, NOW)
    assert [type(report).__name__ for report in reports] == ["Acked", "Gone"]


@given(
    last=prices,
    side=sides,
    qty=quantities,
    bound=prices,
    tif=st.sampled_from(TimeInForce),
    limited=st.booleans(),
)
def test_never_worse_than_asked_and_nothing_from_nowhere(
    last: Decimal, side: Side, qty: Decimal, bound: Decimal, tif: TimeInForce, *, limited: bool
) -> None:
    """Every fill is within the bound, on lot and tick; what was filled left the book."""
    grid = Grid(tick=ETH.tick, lot=ETH.lot)
    start = venue(ladder(last, grid, "salt"), str(last))
    if limited:
        order = venue_order("o", side, qty, limit_price=bound, tif=tif)
    else:
        order = venue_order("o", side, qty, protective_price=bound)
    stepped, reports = submit(start, order, NOW)
    fills = fills_of(reports)
    for fill in fills:
        assert fill.price <= bound if side is Side.BUY else fill.price >= bound
        assert fill.qty > ZERO
        assert fill.qty % ETH.lot == ZERO == fill.price % ETH.tick
    prices_paid = [fill.price for fill in fills]
    assert prices_paid == sorted(prices_paid, reverse=side is Side.SELL)
    before = offered(start.markets["ETH-USD"].book)
    after = offered(stepped.markets["ETH-USD"].book)
    assert before - after == filled(reports) <= qty
    if order.tif is TimeInForce.FOK:
        assert filled(reports) in {ZERO, qty}
    ended = any(isinstance(report, Gone) for report in reports)
    rests = order.order_id in stepped.resting
    assert [filled(reports) == qty, ended, rests].count(True) == 1
    assert len({fill.fill_id for fill in fills}) == len(fills)
    assert submit(start, order, NOW) == (stepped, reports)
    if rests:
        assert submit(stepped, order, NOW) == (stepped, ())


@given(st.lists(st.tuples(sides, quantities, prices), max_size=8), prices, quantities)
def test_a_print_fills_what_it_passed(
    rests: list[tuple[Side, Decimal, Decimal]], price: Decimal, volume: Decimal
) -> None:
    """Strictly beyond the limit, at the limit, best limit then oldest first, up to the volume."""
    for touch in (False, True):
        start = Venue.over(INSTRUMENTS, touch=touch)
        empty = Book(bids=(), asks=())
        start = on_print(start, traded("2000"), empty)[0]
        for place, (side, qty, limit) in enumerate(rests):
            order = venue_order(str(place), side, qty, limit_price=limit)
            start, _ = submit(start, order, NOW)
        stepped, reports = on_print(start, traded(price, volume), empty)
        total = ZERO
        for fill in fills_of(reports):
            side, qty, limit = rests[int(fill.order_id)]
            gap = limit - price if side is Side.BUY else price - limit
            assert gap > ZERO or (touch and gap == ZERO)
            assert (fill.price, fill.liquidity) == (limit, Liquidity.MAKER)
            assert fill.qty <= qty
            total += fill.qty
        assert total <= volume
        passed = [
            place
            for place, (side, _, limit) in enumerate(rests)
            if (limit > price if side is Side.BUY else limit < price) or (touch and limit == price)
        ]
        assert total == min(volume, sum((rests[place][1] for place in passed), ZERO))
        sign = -1 if passed and rests[passed[0]][0] is Side.BUY else 1
        if len({rests[place][0] for place in passed}) == 1:
            queue = sorted(passed, key=lambda place: (sign * rests[place][2], place))
            filled = [int(fill.order_id) for fill in fills_of(reports)]
            assert filled == queue[: len(filled)]
        left = sum((one.qty - one.executed for one in stepped.resting.values()), ZERO)
        assert left + total == sum((qty for _, qty, _ in rests), ZERO)


def test_a_submission_repeated_from_where_it_stands_repeats_its_fills() -> None:
    """Ids are told by what was executed before: part by part they go on, again they repeat."""
    order = venue_order("o", Side.BUY, D("0.3"))
    _, whole = submit(venue(BOOK, "100"), order, NOW)
    again = evolve(order, executed=D("0.10"))
    shallow = Book(bids=(), asks=BOOK.asks[1:])
    _, rest = submit(venue(shallow, "100"), again, NOW)
    assert [f.fill_id for f in fills_of(whole)][1:] == [f.fill_id for f in fills_of(rest)]
    other = evolve(order, order_id=OrderId("p"))
    _, foreign = submit(venue(BOOK, "100"), other, NOW)
    mine, others = fills_of(whole), fills_of(foreign)
    assert not {f.fill_id for f in mine} & {f.fill_id for f in others}


def test_post_only_is_declined_or_rests() -> None:
    """It never takes."""
    start = venue(BOOK, "100")
    order = venue_order("o", Side.BUY, D(1), limit_price=D(100), post_only=True)
    _, reports = submit(start, order, NOW)
    assert [type(report) for report in reports] == [Declined]
    stepped, reports = submit(start, evolve(order, limit_price=D("99.9")), NOW)
    assert [type(report) for report in reports] == [Acked]
    assert list(stepped.resting) == ["o"]


def test_a_print_leaves_other_markets_alone() -> None:
    """A rest in ETH hears nothing of BTC."""
    start, _ = submit(venue(BOOK, "100"), venue_order("o", Side.BUY, D(1), limit_price=D(99)), NOW)
    stepped, reports = on_print(start, evolve(traded("1"), symbol="BTC-USD"), None)
    assert (stepped.resting, reports) == (start.resting, ())


def test_cancelling_says_what_is_true() -> None:
    """A rest goes; what does not rest is gone already."""
    start, _ = submit(venue(BOOK, "100"), venue_order("o", Side.BUY, D(1), limit_price=D(99)), NOW)
    left, (gone,) = cancel(start, ME, OrderId("o"), NOW)
    assert isinstance(gone, Gone)
    assert (left.resting, gone.reason) == ({}, "cancelled")
    same, (again,) = cancel(left, ME, OrderId("o"), NOW)
    assert isinstance(again, Gone)
    assert (same, again.reason) == (left, "not_working")


def test_unknown_markets_change_nothing() -> None:
    """No instrument, or no price yet: declined; a print of something else moves nothing."""
    start = Venue.over(INSTRUMENTS)
    for symbol in ("DOGE-USD", "ETH-USD"):
        _, (report,) = submit(start, venue_order("o", Side.BUY, D(1), symbol=symbol), NOW)
        assert isinstance(report, Declined)
    foreign = evolve(traded("1"), symbol="DOGE-USD")
    assert on_print(start, foreign, None) == (start, ())


@given(st.integers(50, 10**9), st.sampled_from(sorted(INSTRUMENTS)), st.text(max_size=5))
def test_ladders_are_books(ticks: int, symbol: str, salt: str) -> None:
    """Bids descend, asks ascend, the price lies between, sizes on the lot, and it repeats."""
    listed = INSTRUMENTS[symbol]
    price = ticks * listed.tick
    grid = Grid(tick=listed.tick, lot=listed.lot)
    book = ladder(price, grid, salt)
    bids, asks = [one.price for one in book.bids], [one.price for one in book.asks]
    assert bids == sorted(set(bids), reverse=True)
    assert asks == sorted(set(asks))
    assert bids[0] < price < asks[0]
    assert len(asks) == len(bids) == grid.depth
    for one in (*book.bids, *book.asks):
        assert one.qty > ZERO
        assert one.qty % listed.lot == ZERO == one.price % listed.tick
    assert ladder(price, grid, salt) == book


def test_a_penny_has_only_the_levels_that_fit() -> None:
    """No price at or below zero is ever quoted."""
    book = ladder(D("0.03"), Grid(tick=D("0.01"), lot=D("0.01")), "")
    assert [one.price for one in book.bids] == [D("0.02"), D("0.01")]

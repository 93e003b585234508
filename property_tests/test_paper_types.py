"""The paper venue with orders that are more than a limit: pegs, slices, icebergs, amendments."""

from decimal import Decimal

import pytest
from attrs import evolve

from astracore.ids import AccountId, OrderId
from astracore.instants import HOUR, SECOND, Instant
from astracore.marketdata.book import Book, Level
from astracore.marketdata.prints import Print
from astracore.trading.orders.terms import OrderTerms, Schedule
from astracore.trading.types import INSTRUMENTS, OrderType, Side, TimeInForce
from astracore.trading.venue.paper import (
    Acked,
    Filled,
    Gone,
    Report,
    Venue,
    VenueOrder,
    amend,
    on_print,
    submit,
)

NOW = Instant(1_772_618_400_000_000)
D = Decimal
BOOK = Book(bids=(Level(price=D("1999.5"), qty=D(5)),), asks=(Level(price=D("2000.5"), qty=D(5)),))


def printed(price: str, qty: str = "1", at: int = 0) -> Print:
    """A trade."""
    return Print(symbol="ETH-USD", price=D(price), qty=D(qty), at=Instant(NOW.micros + at))


def opened() -> Venue:
    """A venue with one market."""
    venue = Venue.over(INSTRUMENTS)
    return on_print(venue, printed("2000"), BOOK)[0]


def wanted(kind: OrderType, qty: str = "1", **more: object) -> VenueOrder:
    """A buy."""
    chosen: dict[str, object] = {
        "order_id": OrderId("o"),
        "account_id": AccountId("a"),
        "symbol": "ETH-USD",
        "side": Side.BUY,
        "type": kind,
        "tif": TimeInForce.GTC,
        "qty": D(qty),
    }
    return VenueOrder(**{**chosen, **more})  # type: ignore[arg-type]


def sums(reports: tuple[Report, ...]) -> list[str]:
    """The quantities that were filled."""
    return [str(one.qty.normalize()) for one in reports if isinstance(one, Filled)]


def test_an_iceberg_shows_a_part_and_goes_to_the_back() -> None:
    berg = wanted(OrderType.ICEBERG, limit_price=D(1999), terms=OrderTerms(display_qty=D("0.3")))
    plain = evolve(berg, order_id=OrderId("p"), type=OrderType.LIMIT, terms=OrderTerms())
    venue, _ = submit(opened(), berg, NOW)
    venue, _ = submit(venue, plain, NOW)
    venue, reports = on_print(venue, printed("1998", "0.5"), BOOK)
    assert [
        (one.order_id, str(one.qty.normalize())) for one in reports if isinstance(one, Filled)
    ] == [
        ("o", "0.3"),
        ("p", "0.2"),
    ]
    venue, reports = on_print(venue, printed("1998", "5"), BOOK)
    assert [one.order_id for one in reports if isinstance(one, Filled)] == ["p", "o"]
    for _ in range(2):
        venue, reports = on_print(venue, printed("1998", "5"), BOOK)
    assert venue.resting == {}


def test_a_peg_follows_the_book_and_never_crosses() -> None:
    peg = wanted(OrderType.PEGGED, terms=OrderTerms(offset=D(1)), protective_price=D("1999"))
    venue, reports = submit(opened(), peg, NOW)
    assert [type(one) for one in reports] == [Acked]
    assert venue.resting[OrderId("o")].price == D("1998.50")
    higher = Book(bids=(Level(price=D(2005), qty=D(5)),), asks=())
    venue, _ = on_print(venue, printed("2005"), higher)
    assert venue.resting[OrderId("o")].price == D(1999)
    venue, reports = on_print(venue, printed("1998"), None)
    assert sums(reports) == ["1"]
    sell = wanted(OrderType.PEGGED, side=Side.SELL, terms=OrderTerms(offset=D(1)))
    venue, _ = submit(opened(), sell, NOW)
    assert venue.resting[OrderId("o")].price == D("2001.50")


@pytest.mark.parametrize(
    ("kind", "plan", "expected"),
    [
        (OrderType.TWAP, {"slices": 3}, ["0.3333", "0.3333", "0.3334"]),
        (OrderType.VWAP, {"weights": (D(1), D(2), D(1))}, ["0.25", "0.5", "0.25"]),
    ],
)
def test_slices_are_taken_in_time(
    kind: OrderType, plan: dict[str, object], expected: list[str]
) -> None:
    start, end = Instant(NOW.micros + SECOND), Instant(NOW.micros + 31 * SECOND)
    schedule = Schedule(start=start, end=end, **plan)  # type: ignore[arg-type]
    venue, reports = submit(opened(), wanted(kind, terms=OrderTerms(schedule=schedule)), NOW)
    assert sums(reports) == []
    done: list[str] = []
    for at in range(0, 40, 5):
        venue, reports = on_print(venue, printed("2000", at=at * SECOND), BOOK)
        done += sums(reports)
    assert done == expected
    assert venue.resting == {}


def test_what_a_plan_leaves_goes_at_its_end() -> None:
    """The bound was never reached: nothing is filled, and the end is told."""
    start, end = NOW, Instant(NOW.micros + HOUR)
    terms = OrderTerms(schedule=Schedule(start=start, end=end, slices=2))
    order = wanted(OrderType.TWAP, terms=terms, protective_price=D(1000))
    venue, _ = submit(opened(), order, NOW)
    venue, reports = on_print(venue, printed("2000", at=HOUR), BOOK)
    assert [one.reason for one in reports if isinstance(one, Gone)] == ["schedule_over"]
    assert venue.resting == {}
    bare, _ = submit(opened(), wanted(OrderType.TWAP), NOW)
    assert on_print(bare, printed("2000"), BOOK)[1] == ()
    broken = OrderTerms(schedule=Schedule(slices=2))
    bare, _ = submit(opened(), wanted(OrderType.TWAP, terms=broken), NOW)
    assert on_print(bare, printed("2000"), BOOK)[1] == ()


def test_pov_follows_the_volume_of_others() -> None:
    plan = Schedule(end=Instant(NOW.micros + HOUR), participation=D("0.1"))
    venue, _ = submit(opened(), wanted(OrderType.POV, terms=OrderTerms(schedule=plan)), NOW)
    venue, reports = on_print(venue, printed("2000", "4.5"), BOOK)
    assert sums(reports) == ["0.5"]
    venue, reports = on_print(venue, printed("2000", "45"), BOOK)
    assert sums(reports) == ["0.5"]
    assert venue.resting == {}


def test_the_rest_of_a_market_to_limit_rests_where_it_traded() -> None:
    venue, reports = submit(opened(), wanted(OrderType.MARKET_TO_LIMIT, "7"), NOW)
    assert sums(reports) == ["5"]
    assert venue.resting[OrderId("o")].price == D("2000.5")
    dry = on_print(opened(), printed("2000"), Book(bids=(), asks=()))[0]
    venue, reports = submit(dry, wanted(OrderType.MARKET_TO_LIMIT), NOW)
    assert isinstance(reports[-1], Gone)


def test_legs_of_one_list_fill_once() -> None:
    """One print passes both: together they fill no more than the quantity."""
    first = wanted(OrderType.LIMIT, limit_price=D(1999), list_id="l")
    second = evolve(first, order_id=OrderId("p"), limit_price=D(1998))
    venue, _ = submit(opened(), first, NOW)
    venue, _ = submit(venue, second, NOW)
    venue, reports = on_print(venue, printed("1990", "0.4"), BOOK)
    assert sums(reports) == ["0.4"]
    assert venue.resting[OrderId("p")].qty == D("0.6")
    venue, reports = on_print(venue, printed("1990", "9"), BOOK)
    assert sums(reports) == ["0.6"]
    assert venue.resting == {}


def test_amendments() -> None:
    """A lower quantity keeps the place; another price goes to the back, or takes what it meets."""
    order = wanted(OrderType.LIMIT, limit_price=D(1999))
    venue, _ = submit(opened(), order, NOW)
    assert amend(opened(), order, NOW, keeps_priority=True)[1] == ()
    lower, reports = amend(venue, evolve(order, qty=D("0.5")), NOW, keeps_priority=True)
    assert (lower.resting[OrderId("o")].qty, reports) == (D("0.5"), ())
    dearer = evolve(order, limit_price=D(2001))
    _, reports = amend(venue, dearer, NOW, keeps_priority=False)
    assert sums(reports) == ["1"]


def test_an_order_that_rests_is_not_taken_twice() -> None:
    rests = wanted(OrderType.LIMIT, limit_price=D(1999))
    venue, reports = submit(opened(), rests, NOW)
    assert [type(one) for one in reports] == [Acked]
    assert submit(venue, rests, NOW) == (venue, ())


def test_fill_or_kill_is_everything_or_nothing() -> None:
    """5 are offered: 6 are gone without a fill, 5 are filled."""
    asked = wanted(OrderType.LIMIT, "6", limit_price=D(2001), tif=TimeInForce.FOK)
    venue = opened()
    same, (taken, over) = submit(venue, asked, NOW)
    assert same == venue
    assert isinstance(taken, Acked)
    assert isinstance(over, Gone)
    assert over.reason == "fok_unfilled"
    _, reports = submit(venue, evolve(asked, qty=D(5)), NOW)
    assert sums(reports) == ["5"]

"""What the paper venue knows: orders, markets, and what it reports."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeAlias

from attrs import field, frozen

from astracore.ids import AccountId, FillId, OrderId, derived_id
from astracore.instants import Instant
from astracore.marketdata.book import Book
from astracore.numeric import EXACT
from astracore.trading.orders.terms import PLAIN, OrderTerms
from astracore.trading.types import (
    ZERO,
    Instrument,
    Liquidity,
    OrderType,
    Side,
    TimeInForce,
)


@frozen(kw_only=True)
class VenueOrder:
    """An order as the venue sees it. `executed` is what was filled before it came (again)."""

    order_id: OrderId
    account_id: AccountId
    symbol: str
    side: Side
    type: OrderType
    tif: TimeInForce
    qty: Decimal  # [base]
    executed: Decimal = ZERO  # [base]
    limit_price: Decimal | None = None
    protective_price: Decimal | None = None
    post_only: bool = False
    terms: OrderTerms = PLAIN
    list_id: str | None = None  # of orders of which one at most fills its quantity
    last_price: Decimal | None = None  # of its newest fill
    pegged_at: Decimal | None = None  # where a pegged order stands now
    volume: Decimal = ZERO  # [base] what others traded since it came

    @property
    def price(self) -> Decimal | None:
        """Where it rests."""
        return self.pegged_at if self.type is OrderType.PEGGED else self.limit_price


@frozen(kw_only=True)
class Acked:
    """The venue works the order."""

    account_id: AccountId
    order_id: OrderId
    venue_order_id: str
    at: Instant


@frozen(kw_only=True)
class Filled:
    """Part of an order was filled."""

    account_id: AccountId
    order_id: OrderId
    fill_id: FillId
    symbol: str
    side: Side
    qty: Decimal  # [base]
    price: Decimal  # [quote per base]
    liquidity: Liquidity
    at: Instant


@frozen(kw_only=True)
class Declined:
    """The venue would not take the order."""

    account_id: AccountId
    order_id: OrderId
    reason: str
    at: Instant


@frozen(kw_only=True)
class Gone:
    """What was left of the order works no more."""

    account_id: AccountId
    order_id: OrderId
    reason: str
    at: Instant


RESTING = frozenset({TimeInForce.GTC, TimeInForce.GTD, TimeInForce.DAY})
Report: TypeAlias = Acked | Filled | Declined | Gone


@frozen(kw_only=True)
class Quotes:
    """What the venue knows of one market."""

    instrument: Instrument
    last: Decimal | None = None  # [quote per base] also the mark
    seen: Instant | None = None
    book: Book | None = None


@frozen(kw_only=True)
class Venue:
    """Every market and every resting order, oldest first."""

    markets: Mapping[str, Quotes]
    resting: Mapping[OrderId, VenueOrder] = field(factory=dict)
    touch: bool = False  # whether a print at the limit fills it; otherwise it must print beyond

    @classmethod
    def over(cls, instruments: Mapping[str, Instrument], *, touch: bool = False) -> "Venue":
        """A venue for these instruments, before any price."""
        markets = {name: Quotes(instrument=listed) for name, listed in instruments.items()}
        return cls(markets=markets, touch=touch)


Stepped: TypeAlias = tuple[Venue, tuple[Report, ...]]


def fill_id(order: VenueOrder) -> FillId:
    """The id of an order's next fill: told by what was executed before it.

    A submission that is repeated from the same state repeats the same ids, so no fill is
    booked twice.
    """
    facts = (
        "fill",
        order.account_id,
        order.order_id,
        EXACT.to_sci_string(EXACT.normalize(order.executed)),
    )
    return FillId(derived_id(0, *facts))

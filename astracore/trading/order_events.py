"""What may happen to an order between its acceptance and its end, beside fills."""

from decimal import Decimal
from typing import ClassVar

from attrs import frozen

from astracore.ids import AccountId, OrderId
from astracore.instants import Instant
from astracore.trading.orders.groups import GroupKind, Release
from astracore.trading.types import OrderStatus, OrderType


@frozen(kw_only=True)
class ListPlaced:
    """Orders that know each other; each of them is accepted by an event of its own after this."""

    TYPE: ClassVar[str] = "astra.trading.list_placed.v1"
    account_id: AccountId
    list_id: str
    symbol: str
    group: GroupKind
    release: Release
    order_ids: tuple[OrderId, ...]  # a parent or entry first
    qty: Decimal  # [base]
    protects: bool  # kept at the position's size
    at: Instant


@frozen(kw_only=True)
class OrderAmended:
    """An order has other figures; all of them are stated as they are now.

    `keeps_priority`: its quantity was lowered and nothing else, so it keeps its place.
    """

    TYPE: ClassVar[str] = "astra.trading.order_amended.v1"
    account_id: AccountId
    order_id: OrderId
    symbol: str
    revision: int
    qty: Decimal  # [base]
    limit_price: Decimal | None = None  # [quote per base]
    stop_price: Decimal | None = None  # [quote per base]
    reference: Decimal
    reserve: Decimal
    keeps_priority: bool
    reason: str
    at: Instant


@frozen(kw_only=True)
class OrderTriggered:
    """A waiting order's price came: it goes to the venue as `becomes`.

    `protective_price` bounds a market order, `limit_price` a limit order [quote per base].
    """

    TYPE: ClassVar[str] = "astra.trading.order_triggered.v1"
    account_id: AccountId
    order_id: OrderId
    symbol: str
    price: Decimal
    level: Decimal
    becomes: OrderType
    limit_price: Decimal | None = None
    protective_price: Decimal | None = None
    at: Instant


@frozen(kw_only=True)
class TrailingMoved:
    """A trailing order's level followed the market; `level` [quote per base] is exact."""

    TYPE: ClassVar[str] = "astra.trading.trailing_moved.v1"
    account_id: AccountId
    order_id: OrderId
    symbol: str
    extreme: Decimal
    level: Decimal
    at: Instant


@frozen(kw_only=True)
class ChildReleased:
    """A held order starts: its parent was filled. `qty` [base] is all that it may fill."""

    TYPE: ClassVar[str] = "astra.trading.child_released.v1"
    account_id: AccountId
    order_id: OrderId
    parent_id: OrderId
    symbol: str
    qty: Decimal
    status: OrderStatus
    reserve: Decimal
    at: Instant


@frozen(kw_only=True)
class OrderUnanswered:
    """The venue gave no answer: the order is unknown until a query or a fill settles it."""

    TYPE: ClassVar[str] = "astra.trading.order_unanswered.v1"
    account_id: AccountId
    order_id: OrderId
    at: Instant


@frozen(kw_only=True)
class ProtectionSet:
    """A position's exits; without a list its protection is gone."""

    TYPE: ClassVar[str] = "astra.trading.protection_set.v1"
    account_id: AccountId
    symbol: str
    key: str
    list_id: str | None = None
    stop: Decimal | None = None  # [quote per base]
    target: Decimal | None = None  # [quote per base]
    trail: Decimal | None = None  # [quote per base]
    at: Instant


@frozen(kw_only=True)
class ReconciliationFlagged:
    """The venue's word and ours differ; people have to look."""

    TYPE: ClassVar[str] = "astra.trading.reconciliation_flagged.v1"
    account_id: AccountId
    order_id: OrderId
    kind: str
    expected: Decimal
    reported: Decimal
    at: Instant

"""What may have happened to an account. Amounts in the account's currency unless said."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.ids import AccountId, FillId, OrderId, PositionId, UserId
from astracore.instants import Instant
from astracore.trading.contracts.hedging import LegName
from astracore.trading.money_events import (
    AccountReset,
    CashMoved,
    FundingPaid,
    LiquidationStarted,
    MarginAdjusted,
    MarginModeSet,
    PositionLiquidated,
    PositionModeSet,
)
from astracore.trading.order_events import (
    ChildReleased,
    ListPlaced,
    OrderAmended,
    OrderTriggered,
    OrderUnanswered,
    ProtectionSet,
    ReconciliationFlagged,
    TrailingMoved,
)
from astracore.trading.orders.terms import OrderTerms
from astracore.trading.settlement import key_of
from astracore.trading.types import (
    AccountMode,
    AccountStatus,
    ContractKind,
    Liquidity,
    MarginMode,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
)


@frozen(kw_only=True)
class AccountOpened:
    """An account exists and holds its initial balance."""

    TYPE: ClassVar[str] = "astra.trading.account_opened.v1"
    account_id: AccountId
    user_id: UserId
    mode: AccountMode
    currency: str
    initial_balance: Decimal
    at: Instant
    connection_id: str | None = None
    name: str | None = None


@frozen(kw_only=True)
class AccountStatusChanged:
    """The account was frozen, reopened or closed."""

    TYPE: ClassVar[str] = "astra.trading.account_status_changed.v1"
    account_id: AccountId
    status: AccountStatus
    reason: str
    at: Instant


@frozen(kw_only=True)
class LeverageSet:
    """Later orders in `symbol` use this leverage."""

    TYPE: ClassVar[str] = "astra.trading.leverage_set.v1"
    account_id: AccountId
    symbol: str
    leverage: int
    at: Instant


@frozen(kw_only=True)
class OrderAccepted:
    """An order passed every check and `reserve` is locked for it.

    `protective_price` bounds a market order; `leverage` and the rates are those agreed on.
    """

    TYPE: ClassVar[str] = "astra.trading.order_accepted.v1"
    account_id: AccountId
    user_id: UserId
    order_id: OrderId
    symbol: str
    side: Side
    type: OrderType
    qty: Decimal  # [base]
    tif: TimeInForce
    post_only: bool
    reduce_only: bool
    status: OrderStatus
    leverage: int
    maker_rate: Decimal
    taker_rate: Decimal
    reserve: Decimal
    reference: Decimal  # R: the price [quote per base] the reserve was computed at
    opens: bool  # part of it may open or grow a position
    is_practice: bool
    at: Instant
    limit_price: Decimal | None = None
    protective_price: Decimal | None = None
    client_order_id: str | None = None
    bot_id: str | None = None
    terms: OrderTerms | None = None
    list_id: str | None = None
    parent_id: OrderId | None = None
    margin_mode: MarginMode | None = None  # None: isolated
    contract: ContractKind | None = None  # None: linear
    multiplier: Decimal | None = None  # None: 1
    level: Decimal | None = None  # [quote per base] where a trailing order fires
    protects: bool | None = None  # kept at the position's size


@frozen(kw_only=True)
class OrderAcknowledged:
    """The venue works the order."""

    TYPE: ClassVar[str] = "astra.trading.order_acknowledged.v1"
    account_id: AccountId
    order_id: OrderId
    venue_order_id: str
    status: OrderStatus
    at: Instant


@frozen(kw_only=True)
class OrderCancelRequested:
    """The venue is to be asked to cancel."""

    TYPE: ClassVar[str] = "astra.trading.order_cancel_requested.v1"
    account_id: AccountId
    order_id: OrderId
    symbol: str
    reason: str
    at: Instant


@frozen(kw_only=True)
class OrderCancelRefused:
    """The venue would not cancel; the order works on with `status`."""

    TYPE: ClassVar[str] = "astra.trading.order_cancel_refused.v1"
    account_id: AccountId
    order_id: OrderId
    status: OrderStatus
    reason: str
    at: Instant


@frozen(kw_only=True)
class OrderReserveChanged:
    """A working order came to need more than it had locked: `reserve` is the new amount."""

    TYPE: ClassVar[str] = "astra.trading.order_reserve_changed.v1"
    account_id: AccountId
    order_id: OrderId
    reserve: Decimal
    at: Instant


@frozen(kw_only=True)
class OrderCancelled:
    """What was left of the order is gone, and its reserve is free."""

    TYPE: ClassVar[str] = "astra.trading.order_cancelled.v1"
    account_id: AccountId
    order_id: OrderId
    symbol: str
    reason: str
    executed: Decimal  # [base]
    reserve_released: Decimal
    at: Instant


@frozen(kw_only=True)
class OrderRejected:
    """The venue refused the order, and its reserve is free."""

    TYPE: ClassVar[str] = "astra.trading.order_rejected.v1"
    account_id: AccountId
    order_id: OrderId
    symbol: str
    reason: str
    executed: Decimal  # [base]
    reserve_released: Decimal
    at: Instant


@frozen(kw_only=True)
class OrderExpired:
    """The order's time was over, and its reserve is free."""

    TYPE: ClassVar[str] = "astra.trading.order_expired.v1"
    account_id: AccountId
    order_id: OrderId
    symbol: str
    reason: str
    executed: Decimal  # [base]
    reserve_released: Decimal
    at: Instant


@frozen(kw_only=True)
class TradeExecuted:
    """One fill was booked. `position_qty` and `position_cost` are the position's after it.

    cash after = cash before + realised − fee − platform_fee + insurance − margin_change.
    `executed`, `status` and `reserve` are the order's after the fill (reserve 0 when it ended).
    """

    TYPE: ClassVar[str] = "astra.trading.trade_executed.v1"
    fill_id: FillId
    order_id: OrderId
    account_id: AccountId
    user_id: UserId
    symbol: str
    side: Side
    qty: Decimal  # [base]
    price: Decimal  # [quote per base]
    notional: Decimal
    fee: Decimal
    platform_fee: Decimal
    liquidity: Liquidity
    realised: Decimal
    position_qty: Decimal  # [base], signed
    position_cost: Decimal  # signed
    margin_change: Decimal
    insurance: Decimal
    executed: Decimal  # [base]
    status: OrderStatus
    reserve: Decimal
    cash: Decimal
    leverage: int
    position_id: PositionId  # of the position that is open after the fill, or that it closed
    is_practice: bool
    late: bool
    at: Instant
    bot_id: str | None = None
    leg: LegName | None = None
    margin_mode: MarginMode | None = None  # None: isolated
    contract: ContractKind | None = None  # None: linear
    multiplier: Decimal | None = None  # None: 1
    fee_asset: str | None = None  # what the fee was charged in; `fee` is its worth
    fee_charged: Decimal | None = None  # [fee_asset]

    @property
    def key(self) -> str:
        """Which position it concerns."""
        return key_of(self.symbol, self.leg)


@frozen(kw_only=True)
class PositionOpened:
    """A fill opened a position from flat, or the other side of a flip."""

    TYPE: ClassVar[str] = "astra.trading.position_opened.v1"
    position_id: PositionId
    account_id: AccountId
    user_id: UserId
    symbol: str
    side: Side
    qty: Decimal  # [base]
    price: Decimal  # [quote per base]
    leverage: int
    is_practice: bool
    at: Instant
    leg: LegName | None = None
    margin_mode: MarginMode | None = None  # None: isolated
    contract: ContractKind | None = None  # None: linear


@frozen(kw_only=True)
class PositionClosed:
    """A position went flat or flipped; the figures of its whole life.

    net = gross − fees + funding; `return_` (on the wire `return`) = net / peak_cost.
    """

    TYPE: ClassVar[str] = "astra.trading.position_closed.v1"
    position_id: PositionId
    account_id: AccountId
    user_id: UserId
    symbol: str
    side: Side
    max_qty: Decimal  # [base]
    entry_avg: Decimal  # [quote per base], 8 decimals, for display
    exit_avg: Decimal  # [quote per base], 8 decimals, for display
    gross: Decimal
    fees: Decimal
    funding: Decimal
    net: Decimal
    return_: Decimal  # fraction, 6 decimals
    peak_cost: Decimal
    peak_margin: Decimal
    opened_at: Instant
    closed_at: Instant
    reason: str
    had_stop: bool
    is_practice: bool
    risk_fraction: Decimal | None = None
    bot_id: str | None = None
    leg: LegName | None = None
    contract: ContractKind | None = None  # None: linear


AccountEvent: TypeAlias = (
    AccountOpened
    | AccountStatusChanged
    | LeverageSet
    | OrderAccepted
    | OrderAcknowledged
    | OrderCancelRequested
    | OrderCancelRefused
    | OrderReserveChanged
    | OrderCancelled
    | OrderRejected
    | OrderExpired
    | TradeExecuted
    | PositionOpened
    | PositionClosed
    | AccountReset
    | CashMoved
    | MarginModeSet
    | PositionModeSet
    | MarginAdjusted
    | FundingPaid
    | LiquidationStarted
    | PositionLiquidated
    | ListPlaced
    | OrderAmended
    | OrderTriggered
    | TrailingMoved
    | ChildReleased
    | OrderUnanswered
    | ProtectionSet
    | ReconciliationFlagged
)

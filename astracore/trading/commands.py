"""What may be asked of an account. Facts from outside the stream travel on the command."""

from decimal import Decimal
from typing import TypeAlias

from attrs import frozen

from astracore.ids import AccountId, FillId, OrderId, UserId
from astracore.instants import Instant
from astracore.trading.types import (
    AccountMode,
    AccountStatus,
    Instrument,
    Liquidity,
    OrderType,
    Side,
    TimeInForce,
)


@frozen(kw_only=True)
class Mark:
    """The mark price of one symbol and when it was seen."""

    symbol: str
    price: Decimal
    at: Instant


@frozen(kw_only=True)
class Facts:
    """What the shell knows when an order is placed.

    `instrument` is None when unknown; `marks` holds the ordered symbol's mark and those of the
    held positions; `best_bid`, `best_ask` are the book's, absent when unknown.
    """

    instrument: Instrument | None
    marks: tuple[Mark, ...]
    maker_rate: Decimal
    taker_rate: Decimal
    best_bid: Decimal | None = None
    best_ask: Decimal | None = None
    level: int = 1
    daily_limit: int | None = None  # opening orders per trailing 24 h; None: without limit


@frozen(kw_only=True)
class OpenAccount:
    """Open a practice or live account; `accounts` is how many the user has in this mode."""

    account_id: AccountId
    user_id: UserId
    mode: AccountMode
    currency: str
    initial_balance: Decimal
    at: Instant
    accounts: int = 0
    connection_id: str | None = None


@frozen(kw_only=True)
class SetAccountStatus:
    """Freeze, reopen or close an account."""

    account_id: AccountId
    status: AccountStatus
    reason: str
    at: Instant


@frozen(kw_only=True)
class SetLeverage:
    """Choose the leverage of later orders in one symbol."""

    account_id: AccountId
    symbol: str
    leverage: int
    facts: Facts
    at: Instant


@frozen(kw_only=True)
class PlaceOrder:
    """Place one order."""

    account_id: AccountId
    order_id: OrderId
    symbol: str
    side: Side
    type: OrderType
    qty: Decimal  # [base]
    facts: Facts
    at: Instant
    limit_price: Decimal | None = None  # [quote per base]
    tif: TimeInForce | None = None  # None: IOC for market orders, GTC for limit orders
    post_only: bool = False
    reduce_only: bool = False
    client_order_id: str | None = None
    bot_id: str | None = None


@frozen(kw_only=True)
class ClosePosition:
    """Close `qty` [base] of a position at market, all of it when None."""

    account_id: AccountId
    order_id: OrderId
    symbol: str
    facts: Facts
    at: Instant
    qty: Decimal | None = None
    client_order_id: str | None = None


@frozen(kw_only=True)
class CancelOrder:
    """Ask for one order to be cancelled."""

    account_id: AccountId
    order_id: OrderId
    at: Instant
    reason: str = "user"


@frozen(kw_only=True)
class CancelAll:
    """Ask for every open order to be cancelled, of one symbol when given."""

    account_id: AccountId
    at: Instant
    symbol: str | None = None
    reason: str = "user"


@frozen(kw_only=True)
class RecordAck:
    """The venue has taken the order."""

    account_id: AccountId
    order_id: OrderId
    venue_order_id: str
    at: Instant


@frozen(kw_only=True)
class RecordFill:
    """The venue has filled part of an order. `fee` None: charged by the order's own rates."""

    account_id: AccountId
    order_id: OrderId
    fill_id: FillId
    symbol: str
    side: Side
    qty: Decimal  # [base]
    price: Decimal  # [quote per base]
    liquidity: Liquidity
    at: Instant
    fee: Decimal | None = None  # [settlement currency], negative: a rebate


@frozen(kw_only=True)
class RecordRefusal:
    """The venue has refused the order (or, of one being cancelled, the cancellation)."""

    account_id: AccountId
    order_id: OrderId
    reason: str
    at: Instant


@frozen(kw_only=True)
class RecordCancel:
    """The venue has cancelled what was left of an order; `expired`: by its time in force."""

    account_id: AccountId
    order_id: OrderId
    reason: str
    at: Instant
    expired: bool = False


AccountCommand: TypeAlias = (
    OpenAccount
    | SetAccountStatus
    | SetLeverage
    | PlaceOrder
    | ClosePosition
    | CancelOrder
    | CancelAll
    | RecordAck
    | RecordFill
    | RecordRefusal
    | RecordCancel
)

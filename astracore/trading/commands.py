"""What may be asked of an account. Facts from outside the stream travel on the command."""

from decimal import Decimal
from typing import TypeAlias

from attrs import frozen

from astracore.ids import AccountId, FillId, OrderId, UserId
from astracore.instants import Instant
from astracore.trading.contracts.hedging import LegName
from astracore.trading.facts import Facts, LiveStanding, Mark
from astracore.trading.money_commands import (
    AdjustMargin,
    ApplyFunding,
    MoveCash,
    ObserveMarket,
    ResetPractice,
    SetMarginMode,
    SetPositionMode,
)
from astracore.trading.orders.groups import GroupKind, Release
from astracore.trading.orders.terms import PLAIN, OrderTerms
from astracore.trading.types import (
    ZERO,
    AccountMode,
    AccountStatus,
    Liquidity,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
)

__all__ = ["Facts", "Mark"]  # where they used to stand


@frozen(kw_only=True)
class OpenAccount:
    """Open a practice or live account; `accounts` is how many the user has in this mode.

    `live` is what allows real money; a practice account needs none.
    """

    account_id: AccountId
    user_id: UserId
    mode: AccountMode
    currency: str
    initial_balance: Decimal
    at: Instant
    accounts: int = 0
    connection_id: str | None = None
    name: str | None = None
    live: LiveStanding | None = None


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
    facts: Facts
    at: Instant
    qty: Decimal = ZERO  # [base]; 0: the type has none
    limit_price: Decimal | None = None  # [quote per base]
    tif: TimeInForce | None = None  # None: the default of the type
    post_only: bool = False
    reduce_only: bool = False
    client_order_id: str | None = None
    bot_id: str | None = None
    terms: OrderTerms = PLAIN


@frozen(kw_only=True)
class PlaceList:
    """Place orders that know each other, all or none; a parent or entry comes first."""

    account_id: AccountId
    list_id: str
    kind: GroupKind
    legs: tuple[PlaceOrder, ...]
    at: Instant
    release: Release = Release.FULL


@frozen(kw_only=True)
class AmendOrder:
    """Give a working order other figures; None leaves one as it is."""

    account_id: AccountId
    order_id: OrderId
    facts: Facts
    at: Instant
    qty: Decimal | None = None  # [base], what was executed included
    limit_price: Decimal | None = None  # [quote per base]
    stop_price: Decimal | None = None  # [quote per base]


@frozen(kw_only=True)
class SetProtection:
    """One or two reduce-only exits kept at the position's size; none of them takes them away."""

    account_id: AccountId
    list_id: str
    symbol: str
    facts: Facts
    at: Instant
    leg: LegName | None = None
    stop: Decimal | None = None  # [quote per base]
    target: Decimal | None = None  # [quote per base]
    trail: Decimal | None = None  # [quote per base]


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
    leg: LegName | None = None


@frozen(kw_only=True)
class CancelOrder:
    """Ask for one order to be cancelled."""

    account_id: AccountId
    order_id: OrderId
    at: Instant
    reason: str = "user"


@frozen(kw_only=True)
class CancelAll:
    """Ask for every open order to be cancelled: of one symbol, or opening ones alone, when said."""

    account_id: AccountId
    at: Instant
    symbol: str | None = None
    reason: str = "user"
    opening_only: bool = False


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
    fee: Decimal | None = None  # [fee_asset], negative: a rebate
    fee_asset: str | None = None  # None: the settlement currency
    fee_rate: Decimal | None = None  # [settlement per fee asset], for a third asset


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


@frozen(kw_only=True)
class RecordQuery:
    """What the venue knows of an order that we asked about; None: it gave no answer.

    `executed` [base] is the venue's figure.
    """

    account_id: AccountId
    order_id: OrderId
    at: Instant
    status: OrderStatus | None = None
    venue_order_id: str = ""
    executed: Decimal = ZERO


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
    | RecordQuery
    | PlaceList
    | AmendOrder
    | SetProtection
    | ResetPractice
    | MoveCash
    | SetMarginMode
    | SetPositionMode
    | AdjustMargin
    | ApplyFunding
    | ObserveMarket
)

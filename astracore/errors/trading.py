"""Causes of the trading area. Codes are public and never change meaning.

A refused command answers with one `Refused`: every independent cause, in the order of the
pre-trade ladder; the first one gives the code.
"""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen
from returns.result import Failure

from astracore.errors.funds import InsufficientFunds
from astracore.errors.levels import BracketPrices, TriggerWouldFire
from astracore.errors.market import (
    AboveMaxNotional,
    BelowMinNotional,
    PriceOffTick,
    PriceOutOfRange,
    QuantityOffStep,
    QuantityOutOfRange,
)
from astracore.errors.risk import (
    DailyLossLimit,
    DrawdownLimit,
    ExposureLimit,
    KillSwitchActive,
)
from astracore.errors.values import BadAmount, InvalidPrice, InvalidQuantity, NumericLimit


@frozen
class AccountNotFound:
    """No account was opened under this id."""

    code: ClassVar[str] = "account_not_found"
    account_id: str


@frozen
class AccountClosed:
    """The account is closed; nothing can be asked of it."""

    code: ClassVar[str] = "account_closed"
    account_id: str


@frozen
class AccountFrozen:
    """The account is frozen: only orders that reduce a position pass."""

    code: ClassVar[str] = "account_frozen"
    account_id: str


@frozen
class LiveNotAllowed:
    """The user may not trade real money: `reason` says what is missing."""

    code: ClassVar[str] = "live_not_allowed"
    reason: str


@frozen
class TooManyAccounts:
    """The user already has as many accounts in this mode as the rules allow."""

    code: ClassVar[str] = "too_many_accounts"
    limit: int


@frozen
class BalanceOutOfRange:
    """The initial balance of a practice account is outside the allowed range."""

    code: ClassVar[str] = "balance_out_of_range"
    balance: Decimal
    lowest: Decimal
    highest: Decimal


@frozen
class InstrumentUnavailable:
    """The instrument is unknown, halted, delisted or accepts cancellations alone."""

    code: ClassVar[str] = "instrument_unavailable"
    symbol: str
    status: str


@frozen
class InstrumentPrecision:
    """A field of an instrument breaks its rules: `field` says which."""

    code: ClassVar[str] = "instrument_precision"
    symbol: str
    field: str


@frozen
class InstrumentExists:
    """The symbol is listed already: change it instead."""

    code: ClassVar[str] = "instrument_exists"
    symbol: str


@frozen
class InvalidOrder:
    """The fields of an order contradict each other: `field` and `reason` say where and how."""

    code: ClassVar[str] = "invalid_order"
    field: str
    reason: str


@frozen
class DuplicateClientOrderId:
    """An order that is still open carries the same client_order_id."""

    code: ClassVar[str] = "duplicate_client_order_id"
    client_order_id: str


@frozen
class PriceStale:
    """No mark price is known, or it is too old [µs] to decide on."""

    code: ClassVar[str] = "price_stale"
    symbol: str
    age: int | None = None


@frozen
class PostOnlyWouldCross:
    """A post-only order would take liquidity at once."""

    code: ClassVar[str] = "post_only_would_cross"
    price: Decimal
    best: Decimal


@frozen
class ReduceOnlyNoPosition:
    """Nothing is left that this order could reduce."""

    code: ClassVar[str] = "reduce_only_no_position"
    symbol: str


@frozen
class PositionLimit:
    """With every open order of its side filled the position would exceed the instrument's limit."""

    code: ClassVar[str] = "position_limit"
    notional: Decimal
    highest: Decimal


@frozen
class OrderTooLarge:
    """The opening part is larger than the account's share of equity times leverage."""

    code: ClassVar[str] = "order_too_large"
    notional: Decimal
    highest: Decimal


@frozen
class LeverageAboveBracket:
    """The leverage is above what brackets and caps allow."""

    code: ClassVar[str] = "leverage_above_bracket"
    leverage: int
    highest: int


@frozen
class InsufficientMargin:
    """What the order must reserve is more than what is available."""

    code: ClassVar[str] = "insufficient_margin"
    required: Decimal
    available: Decimal


@frozen
class TooManyOrders:
    """As many orders are open as one account may have."""

    code: ClassVar[str] = "too_many_orders"
    limit: int


@frozen
class DailyTradeLimit:
    """As many opening orders were placed within 24 hours as the plan allows."""

    code: ClassVar[str] = "daily_trade_limit"
    limit: int


@frozen
class UnknownOrder:
    """The account has no such order, or it ended too long ago to be remembered."""

    code: ClassVar[str] = "unknown_order"
    order_id: str


@frozen
class InvalidTransition:
    """What is asked cannot happen in this status."""

    code: ClassVar[str] = "invalid_transition"
    subject: str
    status: str
    asked: str


@frozen
class PositionNotFound:
    """The account holds nothing in this symbol."""

    code: ClassVar[str] = "position_not_found"
    symbol: str


@frozen
class Overfill:
    """A fill would take the order above its quantity."""

    code: ClassVar[str] = "overfill"
    order_id: str
    qty: Decimal
    left: Decimal


@frozen
class InvalidFill:
    """A reported fill contradicts its order: `field` says where."""

    code: ClassVar[str] = "invalid_fill"
    order_id: str
    field: str


@frozen
class CoolingOff:
    """A pause from trading runs: opening orders pass again after `until` [µs of UTC]."""

    code: ClassVar[str] = "cooling_off"
    until: int


@frozen
class PracticeNotWithdrawable:
    """Practice money never leaves the game."""

    code: ClassVar[str] = "practice_not_withdrawable"
    account_id: str


@frozen
class ResetNotFlat:
    """Positions or orders are open: an account is reset when it holds nothing."""

    code: ClassVar[str] = "reset_not_flat"
    positions: int
    orders: int


@frozen
class ResetTooSoon:
    """The account was reset less than 24 hours ago; `until` [µs of UTC] is when it may
    be again."""

    code: ClassVar[str] = "reset_too_soon"
    until: int


@frozen
class PositionOpen:
    """A position or an order is open where nothing may be."""

    code: ClassVar[str] = "position_open"
    subject: str


@frozen
class MarginTooLow:
    """Taking this out would leave the position less than its initial margin."""

    code: ClassVar[str] = "margin_too_low"
    margin: Decimal
    lowest: Decimal


TradingFault: TypeAlias = (
    AccountNotFound
    | AccountClosed
    | AccountFrozen
    | LiveNotAllowed
    | TooManyAccounts
    | BalanceOutOfRange
    | InstrumentUnavailable
    | InstrumentPrecision
    | InstrumentExists
    | InvalidOrder
    | DuplicateClientOrderId
    | PriceOffTick
    | QuantityOffStep
    | QuantityOutOfRange
    | BelowMinNotional
    | AboveMaxNotional
    | PriceStale
    | PriceOutOfRange
    | PostOnlyWouldCross
    | ReduceOnlyNoPosition
    | PositionLimit
    | OrderTooLarge
    | LeverageAboveBracket
    | InsufficientMargin
    | TooManyOrders
    | DailyTradeLimit
    | UnknownOrder
    | InvalidTransition
    | PositionNotFound
    | Overfill
    | InvalidFill
    | KillSwitchActive
    | TriggerWouldFire
    | BracketPrices
    | ExposureLimit
    | DailyLossLimit
    | DrawdownLimit
    | CoolingOff
    | InsufficientFunds
    | PracticeNotWithdrawable
    | ResetNotFlat
    | ResetTooSoon
    | PositionOpen
    | MarginTooLow
    | BadAmount
    | NumericLimit
)


@frozen
class Refused:
    """Every independent cause of a refusal, in ladder order; never empty."""

    causes: tuple[TradingFault, ...]

    @property
    def code(self) -> str:
        """The code of the first cause: what the whole refusal is called."""
        return self.causes[0].code


def refused(*causes: TradingFault) -> Failure[Refused]:
    """The failure that carries these causes; at least one."""
    return Failure(Refused(causes))


@frozen
class InsufficientLots:
    """More is to be reduced than the book holds; nothing was sold at zero cost."""

    code: ClassVar[str] = "insufficient_lots"
    found: Decimal
    missing: Decimal


@frozen
class UnknownMark:
    """A held symbol has no mark price, so the account has no value."""

    code: ClassVar[str] = "unknown_mark"
    symbol: str


PriceFault: TypeAlias = UnknownMark | NumericLimit
PositionFault: TypeAlias = InvalidQuantity | InvalidPrice | NumericLimit
LotFault: TypeAlias = InsufficientLots | InvalidQuantity | NumericLimit

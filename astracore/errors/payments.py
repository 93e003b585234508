"""Causes that concern quotes, payments, movements of money, wallets and spending."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.errors.access import SecondFactorRequired
from astracore.errors.funds import InsufficientFunds
from astracore.errors.gates import SpendingLimit, TierRequired
from astracore.errors.ledger import BadText, DuplicateEntry, LedgerFault, Unsettled
from astracore.errors.money import NegativeAmount
from astracore.errors.risk import NotPermitted
from astracore.errors.values import NumericLimit


@frozen
class TooEarly:
    """This can be done from `ready_at` [µs] on: there is time to think it over."""

    code: ClassVar[str] = "too_early"
    ready_at: int


@frozen
class QuoteExpired:
    """The quote was good until `expired_at` [µs]; a new one is needed."""

    code: ClassVar[str] = "quote_expired"
    expired_at: int


@frozen
class PurchaseRefused:
    """Purchases rest until `until` [µs]: too many signs of spending out of hand."""

    code: ClassVar[str] = "purchase_refused"
    until: int
    factors: tuple[str, ...]


@frozen
class RefundExceeds:
    """More would be given back than was paid."""

    code: ClassVar[str] = "refund_exceeds"
    paid: Decimal
    refunded: Decimal
    asked: Decimal


@frozen
class PaymentState:
    """A payment in this state does not take this command."""

    code: ClassVar[str] = "payment_state"
    state: str
    asked: str


@frozen
class PaymentDeclined:
    """The purchase was tried as often as it may be, and never paid."""

    code: ClassVar[str] = "payment_declined"
    attempts: int


@frozen
class OfferEvidence:
    """These claims of the offer carry no evidence."""

    code: ClassVar[str] = "offer_evidence"
    claims: tuple[str, ...]


@frozen
class UnderReview:
    """This movement waits for somebody of role finance."""

    code: ClassVar[str] = "under_review"
    movement_id: str


@frozen
class WithdrawalLimit:
    """More than the tier's limit for 30 days leaves [USD]."""

    code: ClassVar[str] = "withdrawal_limit"
    left: Decimal
    asked: Decimal


@frozen
class MovementState:
    """A movement in this state does not take this command."""

    code: ClassVar[str] = "movement_state"
    state: str
    asked: str


@frozen
class CashoutDisabled:
    """CREDIT is not paid out."""

    code: ClassVar[str] = "cashout_disabled"


@frozen
class EarningCap:
    """The day's rewards have reached what one user may earn [CREDIT]."""

    code: ClassVar[str] = "earning_cap"
    cap: int


@frozen
class ProductRefused:
    """This is not bought with this currency, or not sold in this amount."""

    code: ClassVar[str] = "product_refused"
    product: str


@frozen
class WeekAdjusted:
    """The faucet was adjusted for this week, or a later one, already."""

    code: ClassVar[str] = "week_adjusted"
    week: int


SpendFault: TypeAlias = (
    SpendingLimit
    | PurchaseRefused
    | TierRequired
    | NegativeAmount
    | DuplicateEntry
    | BadText
    | NumericLimit
)
PaymentFault: TypeAlias = (
    SpendFault
    | TooEarly
    | QuoteExpired
    | RefundExceeds
    | PaymentState
    | PaymentDeclined
    | OfferEvidence
    | ProductRefused
    | Unsettled
)
MovementFault: TypeAlias = (
    LedgerFault
    | TierRequired
    | SecondFactorRequired
    | UnderReview
    | WithdrawalLimit
    | MovementState
    | TooEarly
    | NotPermitted
    | NegativeAmount
    | NumericLimit
)
WalletFault: TypeAlias = (
    InsufficientFunds
    | CashoutDisabled
    | EarningCap
    | ProductRefused
    | TierRequired
    | TooEarly
    | NegativeAmount
    | BadText
    | NumericLimit
)
EconomyFault: TypeAlias = WeekAdjusted | NegativeAmount | NumericLimit

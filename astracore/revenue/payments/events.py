"""What may have happened to a purchase. Amounts are in `currency` unless said otherwise."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.revenue.payments.types import Finality, Method, ProductKind, State


@frozen(kw_only=True)
class QuoteCreated:
    """A price all told, and from when to when it may be agreed to."""

    TYPE: ClassVar[str] = "astra.financial.quote_created.v1"
    intent_id: str
    user_id: UserId
    kind: ProductKind
    reference: str
    quantity: int
    stream: str
    net: Decimal
    tax: Decimal
    total: Decimal
    currency: str
    usd: Decimal
    evidence: tuple[str, ...]
    confirm_from: Instant
    expires_at: Instant
    at: Instant


@frozen(kw_only=True)
class PaymentCreated:
    """Somebody agreed and tries to pay; `due` [due_currency] is what has to arrive."""

    TYPE: ClassVar[str] = "astra.financial.payment_created.v1"
    payment_id: str
    intent_id: str
    user_id: UserId
    amount: Decimal
    currency: str
    method: Method
    stream: str
    usd: Decimal
    due: Decimal
    due_currency: str
    address: str | None
    expires_at: Instant | None
    at: Instant


@frozen(kw_only=True)
class PaymentAdvanced:
    """The payment waits for its payer, or for its processor."""

    TYPE: ClassVar[str] = "astra.financial.payment_advanced.v1"
    payment_id: str
    intent_id: str
    user_id: UserId
    state: State
    at: Instant


@frozen(kw_only=True)
class PaymentSucceeded:
    """The money is there; the processor keeps `fee` of it.

    `received` [due_currency] is what transfers on a chain brought for it, which may be near `due`.
    """

    TYPE: ClassVar[str] = "astra.financial.payment_succeeded.v1"
    payment_id: str
    intent_id: str
    user_id: UserId
    kind: ProductKind
    reference: str
    quantity: int
    amount: Decimal
    net: Decimal
    tax: Decimal
    currency: str
    method: Method
    stream: str
    fee: Decimal
    usd: Decimal
    due: Decimal
    due_currency: str
    at: Instant
    received: Decimal | None = None


@frozen(kw_only=True)
class PaymentFailed:
    """The money did not come; `returned` [due_currency] of what did goes back."""

    TYPE: ClassVar[str] = "astra.financial.payment_failed.v1"
    payment_id: str
    intent_id: str
    user_id: UserId
    kind: ProductKind
    reference: str
    amount: Decimal
    currency: str
    method: Method
    stream: str
    cancelled: bool
    reason: str
    returned: Decimal
    due_currency: str
    at: Instant


@frozen(kw_only=True)
class PaymentRefunded:
    """`amount` went back: `tax` of tax, the rest first from what was unearned, then earned."""

    TYPE: ClassVar[str] = "astra.financial.payment_refunded.v1"
    payment_id: str
    intent_id: str
    user_id: UserId
    refund_id: str
    amount: Decimal
    tax: Decimal
    deferred: Decimal
    earned: Decimal
    refunded: Decimal
    currency: str
    method: Method
    stream: str
    reason: str
    at: Instant


@frozen(kw_only=True)
class DisputeOpened:
    """`amount` is taken back until the dispute is decided."""

    TYPE: ClassVar[str] = "astra.financial.dispute_opened.v1"
    payment_id: str
    intent_id: str
    user_id: UserId
    dispute_id: str
    amount: Decimal
    currency: str
    method: Method
    reason: str
    at: Instant


@frozen(kw_only=True)
class DisputeWon:
    """The payment stands as it did."""

    TYPE: ClassVar[str] = "astra.financial.dispute_won.v1"
    payment_id: str
    intent_id: str
    user_id: UserId
    dispute_id: str
    amount: Decimal
    currency: str
    method: Method
    at: Instant


@frozen(kw_only=True)
class DisputeLost:
    """What was taken back stays away."""

    TYPE: ClassVar[str] = "astra.financial.dispute_lost.v1"
    payment_id: str
    intent_id: str
    user_id: UserId
    dispute_id: str
    amount: Decimal
    currency: str
    method: Method
    at: Instant


@frozen(kw_only=True)
class TransferSeen:
    """A transfer towards the payment stands this firmly; `late`: first seen after the quote."""

    TYPE: ClassVar[str] = "astra.financial.transfer_seen.v1"
    payment_id: str
    intent_id: str
    tx_id: str
    amount: Decimal
    currency: str
    finality: Finality
    late: bool
    at: Instant


@frozen(kw_only=True)
class TransferDropped:
    """A transfer is no more on the chain."""

    TYPE: ClassVar[str] = "astra.financial.transfer_dropped.v1"
    payment_id: str
    intent_id: str
    tx_id: str
    at: Instant


@frozen(kw_only=True)
class OverpaymentCredited:
    """More came than was due, or too late (`tx_id`): the user has it as credit."""

    TYPE: ClassVar[str] = "astra.financial.overpayment_credited.v1"
    payment_id: str
    intent_id: str
    user_id: UserId
    amount: Decimal
    currency: str
    tx_id: str | None = None
    at: Instant


ChainEvent: TypeAlias = TransferSeen | TransferDropped | OverpaymentCredited
PaymentEvent: TypeAlias = (
    QuoteCreated
    | PaymentCreated
    | PaymentAdvanced
    | PaymentSucceeded
    | PaymentFailed
    | PaymentRefunded
    | DisputeOpened
    | DisputeWon
    | DisputeLost
    | ChainEvent
)

"""What may be asked of a purchase: its quote, its payments, refunds and disputes.

Facts from elsewhere travel here: prices, tax, the user's spending guard, what is not earned yet.
"""

from decimal import Decimal
from typing import TypeAlias

from attrs import field, frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.revenue.payments.rules import PAYMENT_RULES, PaymentRules
from astracore.revenue.payments.types import Finality, Method, Outcome, ProductKind
from astracore.revenue.spending.rules import SPEND_RULES, SpendRules
from astracore.revenue.spending.state import SpendGuard


@frozen(kw_only=True)
class Claim:
    """Something the offer says (the last seats, a saving), and what shows that it is true."""

    text: str
    evidence: str | None = None


@frozen(kw_only=True)
class Product:
    """What is bought, and how many of it."""

    kind: ProductKind
    reference: str
    quantity: int = 1


@frozen(kw_only=True)
class Price:
    """What it costs: net and tax [currency], and the total in USD for the limits."""

    net: Decimal
    tax: Decimal
    currency: str
    usd: Decimal


@frozen(kw_only=True)
class CreateQuote:
    """Say what something costs, all told, before anybody agrees."""

    intent_id: str
    user_id: UserId
    product: Product
    price: Price
    at: Instant
    claims: tuple[Claim, ...] = ()
    guard: SpendGuard = field(factory=SpendGuard)
    spending: SpendRules = SPEND_RULES


@frozen(kw_only=True)
class CryptoTerms:
    """What is to arrive, of which currency, at which address."""

    currency: str
    amount: Decimal
    address: str


@frozen(kw_only=True)
class ConfirmPayment:
    """Agree to a quote and try to pay it. `crypto` goes with the method of that name."""

    intent_id: str
    payment_id: str
    method: Method
    at: Instant
    crypto: CryptoTerms | None = None
    spending: SpendRules = SPEND_RULES
    rules: PaymentRules = PAYMENT_RULES


@frozen(kw_only=True)
class RecordProcessor:
    """A processor reports. The same report again, or a late one, changes nothing."""

    intent_id: str
    payment_id: str
    outcome: Outcome
    reason: str
    at: Instant
    rules: PaymentRules = PAYMENT_RULES


@frozen(kw_only=True)
class Refund:
    """Give back `amount` with its share of the tax; `deferred`: what of the sale is unearned."""

    intent_id: str
    payment_id: str
    refund_id: str
    amount: Decimal
    reason: str
    at: Instant
    deferred: Decimal = Decimal(0)


@frozen(kw_only=True)
class OpenDispute:
    """The payer's bank takes the payment back for now."""

    intent_id: str
    payment_id: str
    dispute_id: str
    reason: str
    at: Instant


@frozen(kw_only=True)
class CloseDispute:
    """The bank has decided."""

    intent_id: str
    payment_id: str
    dispute_id: str
    won: bool
    at: Instant


@frozen(kw_only=True)
class RecordTransfer:
    """A transfer towards a crypto payment stands on the chain, this firmly [its currency]."""

    intent_id: str
    payment_id: str
    tx_id: str
    amount: Decimal
    finality: Finality
    at: Instant
    rules: PaymentRules = PAYMENT_RULES


@frozen(kw_only=True)
class DropTransfer:
    """A reorganisation took a transfer off the chain."""

    intent_id: str
    payment_id: str
    tx_id: str
    at: Instant
    rules: PaymentRules = PAYMENT_RULES


@frozen(kw_only=True)
class EndCryptoQuote:
    """The quote's time is over: what fell short goes back, less the gas of sending it."""

    intent_id: str
    payment_id: str
    gas: Decimal
    at: Instant
    rules: PaymentRules = PAYMENT_RULES


ChainCommand: TypeAlias = RecordTransfer | DropTransfer | EndCryptoQuote
PaymentCommand: TypeAlias = (
    CreateQuote
    | ConfirmPayment
    | RecordProcessor
    | Refund
    | OpenDispute
    | CloseDispute
    | ChainCommand
)

"""A quote: the total first, with tax, true claims only, and time to think before agreeing."""

from decimal import Decimal
from typing import TypeAlias

from returns.result import Failure, Result, Success

from astracore.errors.ledger import BadText
from astracore.errors.payments import OfferEvidence, PaymentFault, PaymentState
from astracore.errors.values import NumericLimit
from astracore.instants import LAST, Instant
from astracore.ledger.checks import unwritable
from astracore.numeric import exact
from astracore.outcome import is_failure
from astracore.revenue.payments.commands import CreateQuote, Price
from astracore.revenue.payments.events import PaymentEvent, QuoteCreated
from astracore.revenue.payments.fees import settled_unit
from astracore.revenue.payments.state import Intent
from astracore.revenue.payments.types import PRODUCTS, ProductKind
from astracore.revenue.spending.factors import Standing, standing
from astracore.revenue.spending.guard import resting
from astracore.revenue.spending.limits import spendable
from astracore.revenue.spending.rules import SPEND_RULES, SpendRules
from astracore.revenue.wallets.prices import tokens_for

Decided: TypeAlias = Result[tuple[PaymentEvent, ...], PaymentFault]
DOLLAR = "USD"
# What plans and tokens cost is said in dollars; coins that pay for them are a matter of the method.
IN_DOLLARS = frozenset({ProductKind.SUBSCRIPTION, ProductKind.RENEWAL, ProductKind.TOKENS})
CALM = Standing(factors=(), wait_times=1)


def consideration(usd: Decimal, wait_times: int, rules: SpendRules = SPEND_RULES) -> int:
    """How long to think before `usd` is confirmed [µs].

    >>> from astracore.instants import SECOND
    >>> [consideration(Decimal(usd), 1) // SECOND for usd in ("9.99", "10", "50")]
    [5, 30, 300]
    """
    waits = (each.wait for each in rules.considerations if each.below is None or usd < each.below)
    return next(waits, 0) * wait_times


@exact
def create_quote(command: CreateQuote, intent: Intent) -> Decided:
    """Offer it, unless something speaks against it.

    Errors: PaymentState (offered already), BadText, NegativeAmount, Unsettled, PaymentState (a
    currency that it is not sold in), ProductRefused (no such pack), OfferEvidence, PurchaseRefused,
    SpendingLimit, NumericLimit (also for a worth in USD that is not the dollar price's).
    """
    if intent.quote is not None:
        return Failure(PaymentState("quoted", "quote"))
    fault = offer_fault(command)
    if fault is not None:
        return Failure(fault)
    counted = PRODUCTS[command.product.kind].counted
    guard = command.guard
    rest = resting(guard, command.at) if counted else None
    if rest is not None:
        return Failure(rest)
    left = (
        spendable(guard, command.price.usd, command.at, command.spending)
        if counted
        else Success(command.price.usd)
    )
    shown = standing(guard.log, command.at, command.spending) if counted else Success(CALM)
    return Result.do((quoted(command, found),) for _ in left for found in shown)


def offer_fault(command: CreateQuote) -> PaymentFault | None:
    """What is wrong with the offer itself."""
    price, product = command.price, command.product
    texts = {"reference": product.reference, "intent_id": command.intent_id}
    texts |= {f"claim {place}": claim.text for place, claim in enumerate(command.claims)}
    texts |= {
        f"evidence {place}": claim.evidence or "" for place, claim in enumerate(command.claims)
    }
    text: BadText | None = unwritable(**texts)
    if text is not None:
        return text
    if product.quantity < 1:
        return NumericLimit("quantity")
    for amount, currency in ((price.net, price.currency), (price.tax, price.currency)):
        unit = settled_unit(amount, currency)
        if is_failure(unit):
            return unit.failure()
    usd = settled_unit(price.usd, "USD")
    if is_failure(usd):
        return usd.failure()
    unsold = unsold_at(product.kind, price)
    if unsold is not None:
        return unsold
    bare = tuple(claim.text for claim in command.claims if not (claim.evidence or "").strip())
    return OfferEvidence(bare) if bare else None


def unsold_at(kind: ProductKind, price: Price) -> PaymentFault | None:
    """Why nothing is sold at this price; the worth of a price in dollars is its own.

    What would be paid and then not delivered is refused before.  Kernel: amounts are settled.
    """
    if price.currency == DOLLAR and price.usd != price.net + price.tax:
        return NumericLimit("usd")
    if kind in IN_DOLLARS and price.currency != DOLLAR:
        return PaymentState(price.currency[:64], "currency")
    if kind is ProductKind.TOKENS:
        tokens = tokens_for(price.net)
        return tokens.failure() if is_failure(tokens) else None
    return None


def quoted(command: CreateQuote, found: Standing) -> QuoteCreated:
    """The offer as an event.  Kernel: amounts are settled."""
    product, price = command.product, command.price
    wait = consideration(price.usd, found.wait_times, command.spending)
    if not PRODUCTS[product.kind].counted:
        wait = 0
    return QuoteCreated(
        intent_id=command.intent_id,
        user_id=command.user_id,
        kind=product.kind,
        reference=product.reference,
        quantity=product.quantity,
        stream=PRODUCTS[product.kind].stream,
        net=price.net,
        tax=price.tax,
        total=price.net + price.tax,
        currency=price.currency,
        usd=price.usd,
        evidence=tuple(claim.evidence or "" for claim in command.claims),
        confirm_from=later(command.at, wait),
        expires_at=later(command.at, command.spending.quote_lives),
        at=command.at,
    )


def later(at: Instant, micros: int) -> Instant:
    """`micros` [µs] after `at`, within what an instant can name."""
    return Instant(min(max(at.micros + micros, at.micros), LAST))

"""How the tests of payments make quotes, payments and what processors and chains report."""

from decimal import Decimal

from attrs import evolve

from astracore.events.decider import replay
from astracore.ids import UserId
from astracore.instants import SECOND, Instant, after, instant
from astracore.revenue.payments.commands import (
    Claim,
    ConfirmPayment,
    CreateQuote,
    CryptoTerms,
    PaymentCommand,
    Price,
    Product,
    RecordProcessor,
    RecordTransfer,
    Refund,
)
from astracore.revenue.payments.events import PaymentEvent
from astracore.revenue.payments.payment import PAYMENTS
from astracore.revenue.payments.state import Intent
from astracore.revenue.payments.types import Finality, Method, Outcome, ProductKind
from astracore.revenue.spending.state import SpendGuard

NOON = instant("2026-03-04T12:00:00Z").unwrap()
USER = UserId("u")


def seconds(count: int) -> Instant:
    """That many seconds after noon."""
    return after(NOON, count * SECOND)


def quote(
    net: str = "9.99",
    tax: str = "2.10",
    *,
    kind: ProductKind = ProductKind.SUBSCRIPTION,
    currency: str = "USD",
    usd: str | None = None,
    claims: tuple[Claim, ...] = (),
    guard: SpendGuard | None = None,
    at: Instant = NOON,
) -> CreateQuote:
    total = Decimal(net) + Decimal(tax)
    return CreateQuote(
        intent_id="i",
        user_id=USER,
        product=Product(kind=kind, reference="basic", quantity=1),
        price=Price(
            net=Decimal(net),
            tax=Decimal(tax),
            currency=currency,
            usd=total if usd is None else Decimal(usd),
        ),
        at=at,
        claims=claims,
        guard=SpendGuard() if guard is None else guard,
    )


def confirm(
    name: str = "p", method: Method = Method.CARD, at: Instant | None = None
) -> ConfirmPayment:
    """Half a minute after noon: enough thought for under 50 USD."""
    return ConfirmPayment(
        intent_id="i", payment_id=name, method=method, at=seconds(30) if at is None else at
    )


def crypto_confirm(
    due: str = "100", currency: str = "USDC", at: Instant | None = None
) -> ConfirmPayment:
    terms = CryptoTerms(currency=currency, amount=Decimal(due), address="0x1")
    return evolve(confirm(method=Method.CRYPTO, at=at), crypto=terms)


def report(outcome: Outcome, name: str = "p", at: int = 60) -> RecordProcessor:
    return RecordProcessor(
        intent_id="i", payment_id=name, outcome=outcome, reason="told", at=seconds(at)
    )


def refund(amount: str, name: str = "r", deferred: str = "0") -> Refund:
    return Refund(
        intent_id="i",
        payment_id="p",
        refund_id=name,
        amount=Decimal(amount),
        reason="asked",
        at=seconds(90),
        deferred=Decimal(deferred),
    )


def transfer(
    amount: str, tx: str = "t", finality: Finality = Finality.L2, at: int = 60
) -> RecordTransfer:
    return RecordTransfer(
        intent_id="i",
        payment_id="p",
        tx_id=tx,
        amount=Decimal(amount),
        finality=finality,
        at=seconds(at),
    )


def told(*commands: PaymentCommand, state: Intent | None = None) -> Intent:
    """The purchase after these, each of which it takes."""
    intent = Intent() if state is None else state
    for command in commands:
        intent = replay(PAYMENTS, PAYMENTS.decide(command, intent).unwrap(), intent)
    return intent


def events(intent: Intent, command: PaymentCommand) -> tuple[PaymentEvent, ...]:
    return PAYMENTS.decide(command, intent).unwrap()


def refusal(intent: Intent, command: PaymentCommand) -> object:
    return PAYMENTS.decide(command, intent).failure()

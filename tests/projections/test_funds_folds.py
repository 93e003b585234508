"""The corners of the folds of money: what comes before its beginning, what comes twice."""

from decimal import Decimal
from typing import Any, TypeVar

from attrs import evolve

from astracore.catalog.examples import example
from astracore.events.envelope import Envelope, StreamId
from astracore.ids import CommandId, EventId
from astracore.instants import Instant
from astracore.policies.billing import post_overpaid
from astracore.policies.finance import (
    deliver,
    post_charge,
    post_credits_out,
    post_points_in,
    post_tokens_out,
)
from astracore.projections.accounts import owner_of
from astracore.projections.funds import PAYMENTS, PaymentRow, PaymentStep, evolve_payment
from astracore.revenue.invoices.events import InvoicePaid
from astracore.revenue.payments.events import (
    DisputeWon,
    PaymentAdvanced,
    PaymentCreated,
    PaymentRefunded,
    PaymentSucceeded,
)
from astracore.revenue.payments.types import Method, ProductKind, State
from astracore.revenue.wallets.events import CashoutRequested, CreditsReceived, TokensExpired

E = TypeVar("E")


def told(event: E) -> Envelope[E]:
    at = Instant(0)
    return Envelope(
        event_id=EventId("e"),
        type="t",
        schema_version=1,
        stream=StreamId("s", "1"),
        version=1,
        position=1,
        occurred_at=at,
        recorded_at=at,
        correlation_id="c",
        causation_id="c",
        command_id=CommandId("c"),
        actor="test",
        config_version="1",
        producer="test",
        event=event,
    )


def payment_row(*events: PaymentStep) -> PaymentRow | None:
    row: PaymentRow | None = None
    for event in events:
        row = evolve_payment(row, told(event), event.payment_id)
    return row


def test_a_payment_begins_with_its_creation() -> None:
    created = example(PaymentCreated)
    assert payment_row(example(PaymentSucceeded)) is None
    assert PAYMENTS.keys(told(created)) == (created.payment_id,)
    advanced = evolve(example(PaymentAdvanced), state=State.REQUIRES_ACTION)
    row = payment_row(created, advanced)
    assert row is not None
    assert row.state is State.REQUIRES_ACTION
    part = evolve(example(PaymentRefunded), refunded=Decimal("0.5"))
    back = payment_row(created, example(PaymentSucceeded), part, example(DisputeWon))
    assert back is not None
    assert back.state is State.PARTIALLY_REFUNDED
    assert payment_row(created, created) == payment_row(created)


def test_a_statement_is_its_users() -> None:
    assert owner_of("user_funds/u") == "u"
    assert owner_of("escrow/u") == ""
    assert owner_of("bank") == ""


def test_points_from_a_wallet_were_moved_by_their_owner() -> None:
    received = example(CreditsReceived)
    assert post_points_in(told(evolve(received, counterpart="wallet/v"))) == ()
    (made,) = post_points_in(told(evolve(received, counterpart="treasury/c")))
    assert [line.account for line in made.entry.lines] == [
        "treasury/c",
        f"wallet/{received.user_id}",
    ]


def test_what_moves_nothing_posts_nothing() -> None:
    (burned,) = post_tokens_out(told(evolve(example(TokensExpired), earned=Decimal(0))))
    assert burned.entry.reference == "expired"
    (points, money) = post_credits_out(told(evolve(example(CashoutRequested), net=Decimal(5))))
    assert (points.book.value, money.book.value) == ("game", "house")


def test_a_deposit_is_delivered_and_posts_its_fee_alone() -> None:
    paid = evolve(example(PaymentSucceeded), kind=ProductKind.DEPOSIT, method=Method.CARD)
    (entry,) = post_charge(told(paid))
    assert [line.account for line in entry.entry.lines] == ["processor_fees", "bank"]
    (asked,) = deliver(told(paid))
    assert type(asked).__name__ == "Deposit"
    assert deliver(told(evolve(paid, kind=ProductKind.COURSE))) == ()


def posted(paid: PaymentSucceeded) -> dict[str, Decimal]:
    """What a payment moves, by account and currency; nothing is left over in any currency."""
    (made,) = post_charge(told(paid))
    lines = made.entry.lines
    for currency in {line.currency for line in lines}:
        assert sum(line.amount for line in lines if line.currency == currency) == 0
    sums: dict[str, Decimal] = {}
    for line in lines:
        place = f"{line.account} {line.currency}"
        sums[place] = sums.get(place, Decimal(0)) + line.amount
    return {place: amount for place, amount in sums.items() if amount}


def coins(due: str, received: str | None, **other: Any) -> PaymentSucceeded:  # noqa: ANN401
    """A payment of 100 USD, or of what `other` says, in coins."""
    facts: dict[str, Any] = {
        "method": Method.CRYPTO,
        "kind": ProductKind.COURSE,
        "amount": Decimal(100),
        "net": Decimal(100),
        "tax": Decimal(0),
        "fee": Decimal(0),
        "currency": "USD",
        "due": Decimal(due),
        "received": None if received is None else Decimal(received),
        "due_currency": "ETH",
        "stream": "premium_features",
    }
    return evolve(example(PaymentSucceeded), **{**facts, **other})


def test_the_treasury_has_what_came_and_not_what_was_due() -> None:
    """Near enough is paid; the difference is the exchange's, or rounding's."""
    crossed = posted(coins("0.05", "0.0498"))
    assert crossed["crypto_treasury ETH"] == -crossed["trading/ETH ETH"] == Decimal("0.0498")
    assert crossed["trading/USD USD"] == 100
    assert posted(coins("0.05", None))["crypto_treasury ETH"] == Decimal("0.05")
    dollars: dict[str, Any] = {"currency": "USDC", "due_currency": "USDC"}
    less = posted(coins("100", "99.5", **dollars))
    assert less["crypto_treasury USDC"] == Decimal("99.5")
    assert less["rounding/USDC USDC"] == Decimal("0.5")
    more = posted(coins("100", "100.5", **dollars))
    assert (more["crypto_treasury USDC"], more["rounding/USDC USDC"]) == (
        Decimal("100.5"),
        Decimal("-0.5"),
    )


def test_a_deposit_in_coins_is_in_the_treasury_and_not_in_the_bank() -> None:
    """The movement debits the bank: what is not there is taken from it again."""
    crossed = posted(coins("0.05", "0.0498", kind=ProductKind.DEPOSIT))
    assert crossed == {
        "crypto_treasury ETH": Decimal("0.0498"),
        "trading/ETH ETH": Decimal("-0.0498"),
        "trading/USD USD": Decimal(100),
        "bank USD": Decimal(-100),
    }
    dollars: dict[str, Any] = {
        "currency": "USDC",
        "due_currency": "USDC",
        "kind": ProductKind.DEPOSIT,
    }
    assert posted(coins("100", "100", **dollars)) == {
        "crypto_treasury USDC": Decimal(100),
        "bank USDC": Decimal(-100),
    }


def test_what_is_paid_beyond_an_invoice_is_the_customers() -> None:
    paid = evolve(example(InvoicePaid), over=Decimal("2.10"), currency="USD")
    (made,) = post_overpaid(told(paid))
    assert [(line.account, line.amount) for line in made.entry.lines] == [
        ("deferred/subscriptions", Decimal("2.10")),
        (f"customer_credit/{paid.user_id}", Decimal("-2.10")),
    ]
    assert post_overpaid(told(evolve(paid, over=Decimal(0)))) == ()

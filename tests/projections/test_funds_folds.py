"""The corners of the folds of money: what comes before its beginning, what comes twice."""

from decimal import Decimal
from typing import TypeVar

from attrs import evolve

from astracore.catalog.examples import example
from astracore.events.envelope import Envelope, StreamId
from astracore.gamification.events import LevelUp
from astracore.ids import CommandId, EventId
from astracore.instants import Instant
from astracore.policies.finance import (
    deliver,
    post_charge,
    post_credits_out,
    post_points_in,
    post_tokens_out,
    rewards,
)
from astracore.projections.accounts import owner_of
from astracore.projections.funds import PAYMENTS, PaymentRow, PaymentStep, evolve_payment
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


def test_a_level_is_rewarded_under_the_faucet() -> None:
    told_ = told(example(LevelUp))
    policy = rewards(Decimal("0.9"))
    (asked,) = policy.react(told_)
    assert (asked.reward, asked.faucet) == (told_.event.credits, Decimal("0.9"))
    assert asked.source_event_id == told_.event_id
    assert policy.react(told(evolve(told_.event, credits=0))) == ()


def test_a_deposit_is_delivered_and_posts_its_fee_alone() -> None:
    paid = evolve(example(PaymentSucceeded), kind=ProductKind.DEPOSIT, method=Method.CARD)
    (entry,) = post_charge(told(paid))
    assert [line.account for line in entry.entry.lines] == ["processor_fees", "bank"]
    (asked,) = deliver(told(paid))
    assert type(asked).__name__ == "Deposit"
    assert deliver(told(evolve(paid, kind=ProductKind.COURSE))) == ()

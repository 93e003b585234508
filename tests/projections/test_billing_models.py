"""Read models of billing at their edges: what comes before its beginning, what ends unpaid."""

from decimal import Decimal
from typing import TypeVar

from attrs import evolve

from astracore.catalog.examples import example
from astracore.events.envelope import Envelope, StreamId
from astracore.ids import CommandId, EventId
from astracore.instants import DAY, Instant
from astracore.ledger.entries import Book
from astracore.policies.billing import (
    bill_period,
    change_contract,
    end_contract,
    post_credit_used,
    post_kept,
    post_recognition,
    post_splits,
    rest_contract,
)
from astracore.projections.billing import INVOICES, SUBSCRIPTIONS
from astracore.projections.saas import SAAS_METRICS, SaasRow, saas_months
from astracore.revenue.invoices.events import (
    CreditNoteIssued,
    InvoiceDrafted,
    InvoiceEvent,
    InvoiceOpened,
    InvoicePaid,
    InvoiceVoided,
    InvoiceWrittenOff,
)
from astracore.revenue.invoices.state import InvoiceStatus
from astracore.revenue.movement import Movement
from astracore.revenue.recognition.commands import RefundContract, SuspendContract
from astracore.revenue.recognition.events import RevenueRecognised
from astracore.revenue.splits.events import SplitsSettled
from astracore.revenue.subscriptions.events import (
    ChangeScheduled,
    PlanChanged,
    ScheduleWithdrawn,
    SubscriptionEvent,
    SubscriptionExpired,
    SubscriptionPastDue,
    SubscriptionPaused,
    SubscriptionResumed,
    SubscriptionStarted,
    TrialStarted,
)
from astracore.revenue.subscriptions.state import Status

E = TypeVar("E")
AT = Instant(20_000 * DAY)
ZERO, ONE = Decimal(0), Decimal(1)


def told(event: E) -> Envelope[E]:
    """`event` as it would lie in a log."""
    return Envelope(
        event_id=EventId("event"),
        type="",
        schema_version=1,
        stream=StreamId("test", "key"),
        version=1,
        position=1,
        occurred_at=AT,
        recorded_at=AT,
        correlation_id="",
        causation_id="",
        command_id=CommandId("command"),
        actor="test",
        config_version="1",
        producer="test",
        event=event,
    )


def test_nothing_is_shown_before_its_beginning() -> None:
    assert SUBSCRIPTIONS.evolve(None, told(example(SubscriptionPaused)), "") is None
    assert INVOICES.evolve(None, told(example(InvoicePaid)), "") is None


def test_a_subscription_shows_what_happens_to_it() -> None:
    row = SUBSCRIPTIONS.evolve(None, told(example(TrialStarted)), "")
    assert row is not None
    assert (row.status, row.price) == (Status.TRIALING, ZERO)
    statuses: list[tuple[SubscriptionEvent, Status]] = [
        (example(SubscriptionStarted), Status.ACTIVE),
        (example(ChangeScheduled), Status.ACTIVE),
        (example(ScheduleWithdrawn), Status.ACTIVE),
        (example(SubscriptionPaused), Status.PAUSED),
        (example(SubscriptionResumed), Status.ACTIVE),
        (example(PlanChanged), Status.ACTIVE),
        (example(SubscriptionPastDue), Status.PAST_DUE),
        (example(SubscriptionExpired), Status.ENDED),
    ]
    for event, status in statuses:
        row = SUBSCRIPTIONS.evolve(row, told(event), "")
        assert row is not None
        assert row.status is status
        assert (row.scheduled == "plan") == isinstance(event, ChangeScheduled)
        assert bool(row.paused_until) == isinstance(event, SubscriptionPaused)
        assert bool(row.retry) == isinstance(event, SubscriptionPastDue)
    assert SUBSCRIPTIONS.owner(row) == row.user_id
    assert SUBSCRIPTIONS.keys(told(example(TrialStarted))) == ("subscription_id",)


def test_an_invoice_shows_how_it_ends() -> None:
    drafted = INVOICES.evolve(None, told(example(InvoiceDrafted)), "")
    assert drafted is not None
    assert (drafted.status, drafted.number, drafted.due) == (InvoiceStatus.DRAFT, "", "")
    opened = INVOICES.evolve(drafted, told(evolve(example(InvoiceOpened), total=Decimal(4))), "")
    assert opened is not None
    ends: list[tuple[InvoiceEvent, InvoiceStatus]] = [
        (evolve(example(InvoicePaid), left=ONE), InvoiceStatus.OPEN),
        (evolve(example(InvoicePaid), left=ZERO), InvoiceStatus.PAID),
        (example(InvoiceVoided), InvoiceStatus.VOID),
        (example(InvoiceWrittenOff), InvoiceStatus.UNCOLLECTIBLE),
        (evolve(example(CreditNoteIssued), total=ONE), InvoiceStatus.OPEN),
        (evolve(example(CreditNoteIssued), total=Decimal(4)), InvoiceStatus.PAID),
    ]
    for event, status in ends:
        row = INVOICES.evolve(opened, told(event), "")
        assert row is not None
        assert row.status is status
    assert INVOICES.owner(opened) == "user_id" or opened.user_id
    newer, older = (
        INVOICES.sort(evolve(opened, number=number))
        for number in ("INV-2026-000010", "INV-2026-000009")
    )
    assert newer < older
    assert INVOICES.keys(told(example(InvoicePaid))) == ("invoice_id",)


def test_what_does_not_move_the_run_rate_is_not_counted() -> None:
    key = SAAS_METRICS.keys(told(example(SubscriptionPaused)))[0]
    still = evolve(example(SubscriptionPaused), rate_before=ZERO)
    row = SAAS_METRICS.evolve(None, told(still), key)
    assert row == SaasRow(month="2024-10", currency="PUSD")
    back = SAAS_METRICS.evolve(row, told(evolve(example(SubscriptionResumed), rate=ZERO)), key)
    assert back == row
    gone = evolve(example(SubscriptionExpired), rate_before=Decimal(120))
    lost = SAAS_METRICS.evolve(row, told(gone), key)
    assert lost is not None
    assert (lost.churn, lost.lost) == (Decimal(120), 1)
    won = evolve(
        example(SubscriptionStarted), movement=Movement.NEW, rate=Decimal(120), rate_before=ZERO
    )
    new = SAAS_METRICS.evolve(None, told(won), key)
    assert new is not None
    assert (new.new, new.won) == (Decimal(120), 1)
    assert SAAS_METRICS.owner(new) == ""
    assert SAAS_METRICS.sort(new) == "2024-10/PUSD"


def test_the_months_of_a_business() -> None:
    first = SaasRow(month="2026-01", currency="USD", new=Decimal(2400), won=20)
    second = SaasRow(
        month="2026-02",
        currency="USD",
        expansion=Decimal(240),
        churn=Decimal(120),
        contraction=Decimal(60),
        lost=1,
    )
    third = SaasRow(month="2026-03", currency="USD", churn=Decimal(2460), lost=19)
    months = saas_months([third, second, first])
    assert [month.mrr for month in months] == [Decimal(200), Decimal(205), ZERO]
    assert [month.customers for month in months] == [20, 19, 0]
    assert [month.churn for month in months] == [None, Decimal("0.05"), ONE]
    assert [month.net_retention for month in months] == [None, Decimal("1.025"), ZERO]
    assert [month.arpu for month in months] == [Decimal(10), Decimal("10.79"), None]
    assert [month.lifetime_value for month in months] == [None, Decimal("172.63"), None]


def test_policies_that_have_nothing_to_do() -> None:
    assert end_contract(told(evolve(example(SubscriptionExpired), contract_id=""))) == ()
    assert post_kept(told(evolve(example(PlanChanged), kept=ZERO))) == ()
    assert post_credit_used(told(evolve(example(SubscriptionStarted), credit=ZERO))) == ()
    assert post_recognition(told(evolve(example(RevenueRecognised), amount=ZERO))) == ()
    assert post_splits(told(evolve(example(SplitsSettled), parts=()))) == ()


def test_policies_follow_a_subscription() -> None:
    (billed,) = bill_period(told(example(SubscriptionStarted)))
    assert billed.amount == example(SubscriptionStarted).price
    same = evolve(example(PlanChanged), old_contract_id="contract_id")
    assert [type(one).__name__ for one in change_contract(told(same))] == ["ChangeContract"]
    other = [type(one).__name__ for one in change_contract(told(example(PlanChanged)))]
    assert other == ["ChangeContract", "BillContract"]
    (rests,) = rest_contract(told(example(SubscriptionPaused)))
    assert isinstance(rests, SuspendContract)
    (back,) = rest_contract(told(example(SubscriptionResumed)))
    assert not isinstance(back, SuspendContract)
    (refunded,) = end_contract(told(example(SubscriptionExpired)))
    assert isinstance(refunded, RefundContract)
    (over,) = end_contract(told(evolve(example(SubscriptionExpired), refund=ZERO)))
    assert not isinstance(over, RefundContract)
    (used,) = post_credit_used(told(example(SubscriptionStarted)))
    assert used.book is Book.HOUSE
    assert [line.account.partition("/")[0] for line in used.entry.lines] == [
        "deferred",
        "customer_credit",
    ]
    assert used.entry.lines[0].amount < 0

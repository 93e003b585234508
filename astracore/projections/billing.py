"""What people see of their subscription and of their invoices."""

from decimal import Decimal

from attrs import evolve as changed
from attrs import frozen

from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Projection
from astracore.ids import UserId
from astracore.numeric import EXACT
from astracore.projections.sorting import descending
from astracore.revenue.dates import day_text
from astracore.revenue.invoices.events import (
    CreditNoteIssued,
    InvoiceDrafted,
    InvoiceEvent,
    InvoiceLine,
    InvoiceOpened,
    InvoicePaid,
    InvoiceVoided,
    InvoiceWrittenOff,
)
from astracore.revenue.invoices.state import InvoiceStatus
from astracore.revenue.periods import Cycle
from astracore.revenue.subscriptions.events import (
    ChangeScheduled,
    PlanChanged,
    ScheduleWithdrawn,
    SubscriptionEvent,
    SubscriptionExpired,
    SubscriptionPastDue,
    SubscriptionPaused,
    SubscriptionRenewed,
    SubscriptionResumed,
    SubscriptionStarted,
    TrialStarted,
)
from astracore.revenue.subscriptions.state import Status

ZERO = Decimal(0)


@frozen(kw_only=True)
class SubscriptionRow:
    """One subscription; dates as 2026-03-04, `price` for a period before tax [currency]."""

    subscription_id: str
    user_id: UserId
    status: Status
    plan: str
    cycle: Cycle = Cycle.MONTHLY
    start: str
    end: str
    price: Decimal = ZERO
    currency: str = ""
    scheduled: str = ""  # the plan that the period's end brings
    retry: str = ""
    paused_until: str = ""


@frozen(kw_only=True)
class InvoiceRow:
    """One invoice with its lines; amounts in its currency, dates as 2026-03-04."""

    invoice_id: str
    user_id: UserId
    status: InvoiceStatus
    number: str
    currency: str
    lines: tuple[InvoiceLine, ...]
    net: Decimal
    tax: Decimal
    total: Decimal
    paid: Decimal = ZERO
    credited: Decimal = ZERO
    day: str
    due: str = ""


def evolve_subscription(
    row: SubscriptionRow | None, envelope: Envelope[SubscriptionEvent], _key: str
) -> SubscriptionRow | None:
    """The subscription as its owner sees it."""
    event = envelope.event
    if isinstance(event, TrialStarted):
        return SubscriptionRow(
            subscription_id=event.subscription_id,
            user_id=event.user_id,
            status=Status.TRIALING,
            plan=event.plan,
            start=day_text(event.start),
            end=day_text(event.end),
        )
    if isinstance(event, SubscriptionStarted | SubscriptionRenewed | PlanChanged):
        return SubscriptionRow(
            subscription_id=event.subscription_id,
            user_id=event.user_id,
            status=Status.ACTIVE,
            plan=event.plan,
            cycle=event.cycle,
            start=day_text(event.start),
            end=day_text(event.end),
            price=event.price,
            currency=event.currency,
        )
    return None if row is None else _altered(row, event)


def _altered(row: SubscriptionRow, event: SubscriptionEvent) -> SubscriptionRow:
    match event:
        case ChangeScheduled():
            return changed(row, scheduled=event.plan)
        case ScheduleWithdrawn():
            return changed(row, scheduled="")
        case SubscriptionPaused():
            return changed(row, status=Status.PAUSED, paused_until=day_text(event.until))
        case SubscriptionResumed():
            return changed(
                row,
                status=Status.ACTIVE,
                paused_until="",
                start=day_text(event.start),
                end=day_text(event.end),
            )
        case SubscriptionPastDue():
            return changed(row, status=Status.PAST_DUE, retry=day_text(event.retry))
        case _:
            return changed(row, status=Status.ENDED, scheduled="", retry="")


def evolve_invoice(
    row: InvoiceRow | None, envelope: Envelope[InvoiceEvent], _key: str
) -> InvoiceRow | None:
    """The invoice as its owner sees it."""
    event = envelope.event
    if isinstance(event, InvoiceDrafted | InvoiceOpened):
        opened = isinstance(event, InvoiceOpened)
        return InvoiceRow(
            invoice_id=event.invoice_id,
            user_id=event.user_id,
            status=InvoiceStatus.OPEN if opened else InvoiceStatus.DRAFT,
            number=event.number if isinstance(event, InvoiceOpened) else "",
            currency=event.currency,
            lines=event.lines,
            net=event.net,
            tax=event.tax,
            total=event.total,
            day=day_text(event.day),
            due=day_text(event.due) if isinstance(event, InvoiceOpened) else "",
        )
    return None if row is None else _settled(row, event)


def _settled(
    row: InvoiceRow,
    event: InvoicePaid | InvoiceVoided | InvoiceWrittenOff | CreditNoteIssued,
) -> InvoiceRow:
    match event:
        case InvoicePaid():
            paid = EXACT.add(row.paid, EXACT.subtract(event.amount, event.over))
            status = row.status if event.left else InvoiceStatus.PAID
            return changed(row, paid=paid, status=status)
        case CreditNoteIssued():
            credited = EXACT.add(row.credited, event.total)
            owed = EXACT.subtract(EXACT.subtract(row.total, credited), row.paid)
            status = row.status if owed > 0 else InvoiceStatus.PAID
            return changed(row, credited=credited, status=status)
        case InvoiceVoided():
            return changed(row, status=InvoiceStatus.VOID)
        case _:
            return changed(row, status=InvoiceStatus.UNCOLLECTIBLE)


def _by_number(row: InvoiceRow) -> str:
    digits = "".join(each for each in row.number if each in "0123456789")
    return descending(int(digits[:18] or "0"))


SUBSCRIPTIONS: Projection[SubscriptionEvent, SubscriptionRow] = Projection(
    name="subscription",
    version=1,
    events=(
        TrialStarted,
        SubscriptionStarted,
        PlanChanged,
        ChangeScheduled,
        ScheduleWithdrawn,
        SubscriptionPaused,
        SubscriptionResumed,
        SubscriptionRenewed,
        SubscriptionPastDue,
        SubscriptionExpired,
    ),
    keys=lambda envelope: (envelope.event.subscription_id,),
    evolve=evolve_subscription,
    row=codec(SubscriptionRow),
    owner=lambda row: row.user_id,
    sort=lambda row: row.subscription_id,
)
INVOICES: Projection[InvoiceEvent, InvoiceRow] = Projection(
    name="invoices",
    version=1,
    events=(
        InvoiceDrafted,
        InvoiceOpened,
        InvoicePaid,
        InvoiceVoided,
        InvoiceWrittenOff,
        CreditNoteIssued,
    ),
    keys=lambda envelope: (envelope.event.invoice_id,),
    evolve=evolve_invoice,
    row=codec(InvoiceRow),
    owner=lambda row: row.user_id,
    sort=_by_number,
)

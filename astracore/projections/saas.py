"""How the run rate of all subscriptions moved, month by month."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TypeAlias

from attrs import evolve as changed
from attrs import frozen

from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Projection
from astracore.instants import DAY
from astracore.numeric import EXACT, Rounding, rounded, rounded_quotient
from astracore.revenue.dates import month_text
from astracore.revenue.movement import Movement
from astracore.revenue.saas import Base, Movements, customer_churn, lifetime_value, net_retention
from astracore.revenue.subscriptions.events import (
    PlanChanged,
    SubscriptionExpired,
    SubscriptionPaused,
    SubscriptionRenewed,
    SubscriptionResumed,
    SubscriptionStarted,
)

ZERO, TWELVE, CENT = Decimal(0), Decimal(12), Decimal("0.01")
Moved: TypeAlias = (
    SubscriptionStarted
    | SubscriptionRenewed
    | PlanChanged
    | SubscriptionPaused
    | SubscriptionResumed
    | SubscriptionExpired
)


@frozen(kw_only=True)
class SaasRow:
    """How the yearly run rate moved in one month [currency/year], each amount 0 or above."""

    month: str
    currency: str
    new: Decimal = ZERO
    expansion: Decimal = ZERO
    reactivation: Decimal = ZERO
    contraction: Decimal = ZERO
    churn: Decimal = ZERO
    won: int = 0
    lost: int = 0


@frozen(kw_only=True)
class SaasMonth:
    """The figures of a month: run rates [currency], shares [1]; None on zero denominators."""

    month: str
    currency: str
    mrr: Decimal
    arr: Decimal
    customers: int
    movements: Movements
    churn: Decimal | None
    net_retention: Decimal | None
    arpu: Decimal | None
    lifetime_value: Decimal | None


def month_key(envelope: Envelope[Moved]) -> tuple[str, ...]:
    """The row of the event's month and currency."""
    month = month_text(envelope.occurred_at.micros // DAY)
    return (f"{month}/{envelope.event.currency}",)


def evolve_saas(row: SaasRow | None, envelope: Envelope[Moved], key: str) -> SaasRow:
    """Add one movement to its class."""
    month, _, currency = key.partition("/")
    before = row or SaasRow(month=month, currency=currency)
    kind, amount = moved(envelope.event)
    if kind is Movement.NONE:
        return before
    won = kind in {Movement.NEW, Movement.REACTIVATION}

    def grown(amount_before: Decimal, of: Movement) -> Decimal:
        return EXACT.add(amount_before, amount) if of is kind else amount_before

    return changed(
        before,
        new=grown(before.new, Movement.NEW),
        expansion=grown(before.expansion, Movement.EXPANSION),
        reactivation=grown(before.reactivation, Movement.REACTIVATION),
        contraction=grown(before.contraction, Movement.CONTRACTION),
        churn=grown(before.churn, Movement.CHURN),
        won=before.won + won,
        lost=before.lost + (kind is Movement.CHURN),
    )


def moved(event: Moved) -> tuple[Movement, Decimal]:
    """Which class an event is of, and by how much the yearly run rate moved. Kernel."""
    if isinstance(event, SubscriptionPaused | SubscriptionExpired):
        kind = Movement.CHURN if event.rate_before else Movement.NONE
        return kind, event.rate_before
    if isinstance(event, SubscriptionResumed):
        return (Movement.REACTIVATION if event.rate else Movement.NONE), event.rate
    return event.movement, EXACT.subtract(event.rate, event.rate_before).copy_abs()


def saas_months(rows: Iterable[SaasRow]) -> tuple[SaasMonth, ...]:
    """The months of one currency in order, each beginning where the one before ended. Kernel.

    Invariant: closing = opening + new + expansion + reactivation − contraction − churn.
    """
    yearly, customers, found = ZERO, 0, []
    for row in sorted(rows, key=lambda each: each.month):
        gained = EXACT.add(EXACT.add(row.new, row.expansion), row.reactivation)
        lost = EXACT.add(row.contraction, row.churn)
        closing = EXACT.subtract(EXACT.add(yearly, gained), lost)
        after = customers + row.won - row.lost
        found.append(_told(row, (yearly, closing), (customers, after)))
        yearly, customers = closing, after
    return tuple(found)


def _told(row: SaasRow, yearly: tuple[Decimal, Decimal], customers: tuple[int, int]) -> SaasMonth:
    movements = Movements(
        opening=_monthly(yearly[0]),
        new=_monthly(row.new),
        expansion=_monthly(row.expansion),
        reactivation=_monthly(row.reactivation),
        contraction=_monthly(row.contraction),
        churn=_monthly(row.churn),
    )
    exact = Movements(
        opening=yearly[0],
        expansion=row.expansion,
        contraction=row.contraction,
        churn=row.churn,
    )
    churn = customer_churn(row.lost, customers[0]).map(_four).value_or(None)
    base = Base(yearly=yearly[1], customers=customers[1], churn=churn or ZERO)
    return SaasMonth(
        month=row.month,
        currency=row.currency,
        mrr=_monthly(yearly[1]),
        arr=rounded(yearly[1], CENT, Rounding.HALF_EVEN),
        customers=customers[1],
        movements=movements,
        churn=churn,
        net_retention=net_retention(exact).map(_four).value_or(None),
        arpu=_per_customer(yearly[1], customers[1]),
        lifetime_value=lifetime_value(base).value_or(None),
    )


def _per_customer(yearly: Decimal, customers: int) -> Decimal | None:
    if customers <= 0:
        return None
    return rounded_quotient(yearly, EXACT.multiply(TWELVE, customers), CENT, Rounding.HALF_EVEN)


def _monthly(yearly: Decimal) -> Decimal:
    return rounded_quotient(yearly, TWELVE, CENT, Rounding.HALF_EVEN)


def _four(value: Decimal) -> Decimal:
    return rounded(value, Decimal("0.0001"), Rounding.HALF_EVEN)


SAAS_METRICS: Projection[Moved, SaasRow] = Projection(
    name="saas_metrics",
    version=1,
    events=(
        SubscriptionStarted,
        SubscriptionRenewed,
        PlanChanged,
        SubscriptionPaused,
        SubscriptionResumed,
        SubscriptionExpired,
    ),
    keys=month_key,
    evolve=evolve_saas,
    row=codec(SaasRow),
    owner=lambda _row: "",
    sort=lambda row: f"{row.month}/{row.currency}",
)

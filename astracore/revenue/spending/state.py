"""What a spending guard remembers: limits, the log of purchases of some weeks, a pause."""

from decimal import Decimal

from attrs import frozen

from astracore.instants import Instant
from astracore.revenue.spending.rules import SpendLimits


@frozen(kw_only=True)
class Purchase:
    """One purchase that counts [USD]."""

    payment_id: str
    amount: Decimal
    at: Instant


@frozen(kw_only=True)
class LimitStep:
    """Limits that hold from an instant on."""

    limits: SpendLimits
    effective_at: Instant


@frozen(kw_only=True)
class SpendGuard:
    """`current` is None while the rules' own limits hold; `log` is oldest first."""

    current: SpendLimits | None = None
    pending: LimitStep | None = None
    log: tuple[Purchase, ...] = ()
    paused_until: Instant | None = None
    factors: tuple[str, ...] = ()


def limits_at(guard: SpendGuard, now: Instant, standard: SpendLimits) -> SpendLimits:
    """The limits in force at `now`."""
    if guard.pending is not None and guard.pending.effective_at <= now:
        return guard.pending.limits
    return standard if guard.current is None else guard.current

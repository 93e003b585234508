"""How much of a sliced order is due at an instant."""

from decimal import Decimal

from astracore.instants import Instant
from astracore.outcome import is_failure
from astracore.trading.orders.slices import (
    schedule,
    slice_child,
    sliced_by,
    sliced_evenly,
    volume_target,
)
from astracore.trading.types import ZERO, Instrument, OrderType
from astracore.trading.venue.paper_orders import VenueOrder


def due_by(order: VenueOrder, at: Instant, listed: Instrument) -> Decimal:
    """What the order should take now: its target less what it has; 0 before anything is due.

    twap, vwap: cum_k of the last slice that has begun; pov: floor(V × f/(1 − f)). Less than min_qty
    waits, but for the last slice. Kernel: the plan was judged when the order was accepted.
    """
    target, last = target_by(order, at, listed)
    return slice_child(target, order.executed, listed.min_qty, last=last).value_or(ZERO)


def target_by(order: VenueOrder, at: Instant, listed: Instrument) -> tuple[Decimal, bool]:
    """How much should be done in all by `at`, and whether nothing comes after it. Kernel."""
    plan = order.terms.schedule
    if plan is None:
        return ZERO, False
    if order.type is OrderType.POV and plan.participation is not None:
        found = volume_target(order.qty, order.volume, plan.participation, listed.lot)
        target = found.value_or(ZERO)
        return target, target == order.qty
    parts = (
        sliced_evenly(order.qty, plan.slices or 0, listed.lot)
        if order.type is OrderType.TWAP
        else sliced_by(order.qty, plan.weights or (), listed.lot)
    )
    if is_failure(parts) or plan.start is None or plan.end is None:
        return ZERO, False
    slices = schedule(plan.start, plan.end, parts.unwrap()).value_or(())
    begun = [one.target for one in slices if one.at <= at]
    return (begun[-1], len(begun) == len(slices)) if begun else (ZERO, False)

"""Orders that know each other: one cancels, lowers or releases the other. A value and its steps.

oco: two legs; a fill of q on one lowers the other by q; a leg that triggers or ends cancels the
other. ouo: two to five legs, the lowering rule alone. oto: a child is held until its parent is
filled (full), or grows with each fill (partial). bracket: a partial oto whose child is an oco of
exits; an exit that triggers or ends takes what is left of the entry with it, so that nothing
opens without protection.
"""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from attrs import evolve, frozen
from returns.result import Failure, Result, Success

from astracore.errors.levels import BracketPrices
from astracore.errors.orders import OrderFault
from astracore.errors.trading import InvalidOrder, InvalidTransition, Overfill, UnknownOrder
from astracore.errors.values import InvalidQuantity
from astracore.numeric import exact, to_text
from astracore.trading.contracts.kinds import above_zero
from astracore.trading.types import ZERO, Side


class GroupKind(StrEnum):
    """What ties the orders of a group."""

    OCO = "oco"
    OUO = "ouo"
    OTO = "oto"
    BRACKET = "bracket"


class Release(StrEnum):
    """When the child of an oto starts: at the parent's end, or with each fill."""

    FULL = "full"
    PARTIAL = "partial"


class LegState(StrEnum):
    """Where a leg stands."""

    HELD = "held"
    WORKING = "working"
    TRIGGERED = "triggered"
    ENDED = "ended"


@frozen(kw_only=True)
class GroupLeg:
    """One order of a group. Invariant: 0 <= executed <= qty while it is not ended."""

    order_id: str
    qty: Decimal  # what it may execute in all; of a held child what was released so far
    executed: Decimal = ZERO
    state: LegState = LegState.WORKING


@frozen(kw_only=True)
class Group:
    """Legs and their rule. In an oto the first leg is the parent; in a bracket the first is the
    entry, the second the stop, the third the target."""

    kind: GroupKind
    legs: tuple[GroupLeg, ...]
    release: Release = Release.FULL


class Act(StrEnum):
    """What is to be done with an order of the group."""

    LOWER = "lower"  # to the stated total quantity
    CANCEL = "cancel"
    START = "start"  # with the stated total quantity
    RAISE = "raise"  # to the stated total quantity


@frozen(kw_only=True)
class Instruction:
    """One thing to do, with the quantity that it is about."""

    act: Act
    order_id: str
    qty: Decimal = ZERO


@frozen(kw_only=True)
class GroupStep:
    """The group after an event, and what is to be done now, in order."""

    group: Group
    instructions: tuple[Instruction, ...] = ()


def oco(order_ids: Sequence[str], qty: Decimal) -> Result[Group, OrderFault]:
    """Two legs of one quantity.  Errors: InvalidOrder, InvalidQuantity."""
    return _equals(GroupKind.OCO, order_ids, qty, 2)


def ouo(order_ids: Sequence[str], qty: Decimal) -> Result[Group, OrderFault]:
    """Two to five legs of one quantity.  Errors: InvalidOrder, InvalidQuantity."""
    return _equals(GroupKind.OUO, order_ids, qty, 5)


@exact
def _equals(
    kind: GroupKind, order_ids: Sequence[str], qty: Decimal, most: int
) -> Result[Group, OrderFault]:
    """A group of equal working legs."""
    if not 2 <= len(order_ids) <= most or len(set(order_ids)) != len(order_ids):
        return Failure(InvalidOrder("legs", f"2 to {most} different orders are needed"))
    if not above_zero(qty):
        return Failure(InvalidQuantity(to_text(qty)))
    legs = tuple(GroupLeg(order_id=name, qty=qty) for name in order_ids)
    return Success(Group(kind=kind, legs=legs))


@exact
def oto(
    parent: str, child: str, qty: Decimal, release: Release = Release.FULL
) -> Result[Group, OrderFault]:
    """A parent and a child that waits for it.  Errors: InvalidOrder, InvalidQuantity."""
    if parent == child:
        return Failure(InvalidOrder("legs", "two different orders are needed"))
    if not above_zero(qty):
        return Failure(InvalidQuantity(to_text(qty)))
    waiting = GroupLeg(order_id=child, qty=ZERO, state=LegState.HELD)
    legs = (GroupLeg(order_id=parent, qty=qty), waiting)
    return Success(Group(kind=GroupKind.OTO, legs=legs, release=release))


@exact
def bracket(order_ids: tuple[str, str, str], qty: Decimal) -> Result[Group, OrderFault]:
    """Entry, stop and target.  Errors: InvalidOrder, InvalidQuantity."""
    if len(set(order_ids)) != len(order_ids):
        return Failure(InvalidOrder("legs", "three different orders are needed"))
    if not above_zero(qty):
        return Failure(InvalidQuantity(to_text(qty)))
    entry, *exits = order_ids
    waiting = (GroupLeg(order_id=name, qty=ZERO, state=LegState.HELD) for name in exits)
    legs = (GroupLeg(order_id=entry, qty=qty), *waiting)
    return Success(Group(kind=GroupKind.BRACKET, legs=legs, release=Release.PARTIAL))


@exact
def bracket_prices(
    side: Side, stop: Decimal, entry: Decimal, target: Decimal
) -> Result[None, OrderFault]:
    """Buy: stop < entry < target; sell reversed. A market entry is compared by its mark.

    Errors: BracketPrices, NumericLimit.  Source: docs/formulas-contracts-orders.md#groups.
    >>> bracket_prices(Side.BUY, Decimal(95), Decimal(100), Decimal(110)).unwrap() is None
    True
    """
    low, high = (stop, target) if side is Side.BUY else (target, stop)
    if low < entry < high:
        return Success(None)
    return Failure(BracketPrices(stop, entry, target))


def _place(group: Group, order_id: str) -> int | None:
    """Where a leg stands in its group."""
    return next((n for n, leg in enumerate(group.legs) if leg.order_id == order_id), None)


def _with(group: Group, place: int, leg: GroupLeg) -> Group:
    """The group with one leg changed."""
    return evolve(group, legs=(*group.legs[:place], leg, *group.legs[place + 1 :]))


def _others(group: Group, place: int) -> tuple[int, ...]:
    """The legs that are exits or equals of the leg at `place`."""
    first = 1 if group.kind is GroupKind.BRACKET else 0
    if group.kind is GroupKind.OTO or place < first:
        return ()
    return tuple(n for n in range(first, len(group.legs)) if n != place)


@exact
def leg_filled(group: Group, order_id: str, qty: Decimal) -> Result[GroupStep, OrderFault]:
    """A fill of `qty` on one leg: it counts, others are lowered, children are released.

    A fill of an ended leg is late: it counts, and lowers the others as any fill does.
    Errors: UnknownOrder, InvalidQuantity, InvalidTransition (the leg is held), Overfill (not for
    late fills), NumericLimit.  Source: docs/formulas-contracts-orders.md#groups.
    Invariant: working exits never sum to more than what was entered and not yet left.
    """
    place = _place(group, order_id)
    if place is None:
        return Failure(UnknownOrder(order_id))
    leg = group.legs[place]
    if not above_zero(qty):
        return Failure(InvalidQuantity(to_text(qty)))
    if leg.state is LegState.HELD:
        return Failure(InvalidTransition(order_id, leg.state.value, "fill"))
    left, late = leg.qty - leg.executed, leg.state is LegState.ENDED
    if qty > left and not late:
        return Failure(Overfill(order_id, qty, left))
    done = leg.executed + qty
    ended = done == leg.qty
    state = LegState.ENDED if ended else leg.state
    filled = _with(group, place, evolve(leg, executed=done, state=state))
    step = _released(_lowered(GroupStep(group=filled), place, qty), place, qty)
    return Success(_after_end(step, place) if ended and not late else step)


def _lowered(step: GroupStep, place: int, qty: Decimal) -> GroupStep:
    """The lowering rule: the other legs may execute `qty` less; one with nothing left goes."""
    for other in _others(step.group, place):
        leg = step.group.legs[other]
        if leg.state is LegState.ENDED:
            continue
        total = max(leg.executed, leg.qty - qty)
        if total == leg.executed:
            step = _cancelled(step, other)
            continue
        told = Instruction(act=Act.LOWER, order_id=leg.order_id, qty=total)
        group = _with(step.group, other, evolve(leg, qty=total))
        step = GroupStep(group=group, instructions=(*step.instructions, told))
    return step


def _cancelled(step: GroupStep, place: int) -> GroupStep:
    """One leg ends by our own wish, unless it has ended."""
    leg = step.group.legs[place]
    if leg.state is LegState.ENDED:
        return step
    told = Instruction(act=Act.CANCEL, order_id=leg.order_id, qty=leg.qty - leg.executed)
    group = _with(step.group, place, evolve(leg, state=LegState.ENDED))
    return GroupStep(group=group, instructions=(*step.instructions, told))


def _released(step: GroupStep, place: int, qty: Decimal) -> GroupStep:
    """A parent's fill starts or raises its children, where they grow with each fill."""
    parent = step.group.kind in {GroupKind.OTO, GroupKind.BRACKET} and place == 0
    if not parent or step.group.release is not Release.PARTIAL:
        return step
    for child in range(1, len(step.group.legs)):
        step = _raised(step, child, qty)
    return step


def _raised(step: GroupStep, place: int, qty: Decimal) -> GroupStep:
    """One child may execute `qty` more; an ended one stays so."""
    leg = step.group.legs[place]
    if leg.state is LegState.ENDED:
        return step
    act = Act.START if leg.state is LegState.HELD else Act.RAISE
    state = LegState.WORKING if leg.state is LegState.HELD else leg.state
    grown = evolve(leg, qty=leg.qty + qty, state=state)
    told = Instruction(act=act, order_id=leg.order_id, qty=grown.qty)
    group = _with(step.group, place, grown)
    return GroupStep(group=group, instructions=(*step.instructions, told))


@exact
def leg_triggered(group: Group, order_id: str) -> Result[GroupStep, OrderFault]:
    """A leg's trigger fired: in an oco and among exits the other is cancelled.

    Errors: UnknownOrder, InvalidTransition (held, triggered or ended), NumericLimit.
    Source: docs/formulas-contracts-orders.md#groups.
    """
    place = _place(group, order_id)
    if place is None:
        return Failure(UnknownOrder(order_id))
    leg = group.legs[place]
    if leg.state is not LegState.WORKING:
        return Failure(InvalidTransition(order_id, leg.state.value, "trigger"))
    step = GroupStep(group=_with(group, place, evolve(leg, state=LegState.TRIGGERED)))
    return Success(_exclusive(step, place))


def _exclusive(step: GroupStep, place: int) -> GroupStep:
    """The leg at `place` has had its turn: the others of an oco go, and an entry's rest."""
    kind = step.group.kind
    if kind is GroupKind.OUO or not _others(step.group, place):
        return step
    for other in _others(step.group, place):
        step = _cancelled(step, other)
    return _cancelled(step, 0) if kind is GroupKind.BRACKET else step


def _after_end(step: GroupStep, place: int) -> GroupStep:
    """What the end of a leg means for the others."""
    group = step.group
    parent = group.kind in {GroupKind.OTO, GroupKind.BRACKET} and place == 0
    if not parent:
        return _exclusive(step, place)
    executed = group.legs[0].executed
    if executed == ZERO:
        for child in range(1, len(group.legs)):
            step = _cancelled(step, child)
        return step
    if group.release is Release.FULL and len(group.legs) > 1:
        return _raised(step, 1, executed)
    return step


@exact
def leg_ended(group: Group, order_id: str) -> Result[GroupStep, OrderFault]:
    """A leg was cancelled, expired or refused with what it had executed by then.

    A leg that has ended already changes nothing.
    Errors: UnknownOrder, NumericLimit.  Source: docs/formulas-contracts-orders.md#groups.
    """
    place = _place(group, order_id)
    if place is None:
        return Failure(UnknownOrder(order_id))
    leg = group.legs[place]
    if leg.state is LegState.ENDED:
        return Success(GroupStep(group=group))
    ended = _with(group, place, evolve(leg, state=LegState.ENDED))
    return Success(_after_end(GroupStep(group=ended), place))


def working(group: Group) -> tuple[GroupLeg, ...]:
    """The legs that can still fill."""
    live = {LegState.WORKING, LegState.TRIGGERED}
    return tuple(leg for leg in group.legs if leg.state in live)

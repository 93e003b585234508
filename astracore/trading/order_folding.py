"""How events change orders and their lists: total over everything ever stored."""

from collections.abc import Mapping
from decimal import Decimal

from attrs import evolve

from astracore.ids import OrderId
from astracore.instants import DAY, Instant
from astracore.trading.contracts.kinds import ONE
from astracore.trading.events import OrderAccepted, OrderReserveChanged, TradeExecuted
from astracore.trading.order_events import (
    ChildReleased,
    ListPlaced,
    OrderAmended,
    OrderTriggered,
    TrailingMoved,
)
from astracore.trading.orders.groups import (
    Group,
    GroupKind,
    GroupLeg,
    GroupStep,
    LegState,
    leg_ended,
    leg_filled,
    leg_triggered,
)
from astracore.trading.orders.states import FINAL
from astracore.trading.orders.terms import PLAIN
from astracore.trading.state import (
    ENDED_KEPT,
    FILLS_KEPT,
    OPENINGS_KEPT,
    Account,
    Order,
    oldest_first,
)
from astracore.trading.types import ZERO, ContractKind, MarginMode, OrderStatus

EXCLUSIVE = frozenset({GroupKind.OCO, GroupKind.OUO})


def order_of(event: OrderAccepted) -> Order:
    """A fresh order."""
    return Order(
        order_id=event.order_id,
        symbol=event.symbol,
        side=event.side,
        type=event.type,
        qty=event.qty,
        tif=event.tif,
        post_only=event.post_only,
        reduce_only=event.reduce_only,
        status=event.status,
        leverage=event.leverage,
        maker_rate=event.maker_rate,
        taker_rate=event.taker_rate,
        reserve=event.reserve,
        reference=event.reference,
        accepted_at=event.at,
        limit_price=event.limit_price,
        protective_price=event.protective_price,
        client_order_id=event.client_order_id,
        bot_id=event.bot_id,
        terms=event.terms or PLAIN,
        list_id=event.list_id,
        margin_mode=event.margin_mode or MarginMode.ISOLATED,
        contract=event.contract or ContractKind.LINEAR,
        multiplier=ONE if event.multiplier is None else event.multiplier,
        level=event.level,
        protects=bool(event.protects),
    )


def accepted(account: Account, event: OrderAccepted) -> Account:
    """One more open order, its reserve locked."""
    order = evolve(order_of(event), turn=account.turns)
    return evolve(
        account,
        turns=account.turns + 1,
        reserved=account.reserved + event.reserve,
        orders={**account.orders, order.order_id: order},
        openings=openings(account.openings, event.at) if event.opens else account.openings,
    )


def openings(before: tuple[Instant, ...], at: Instant) -> tuple[Instant, ...]:
    """The opening times of the last 24 hours, at most OPENINGS_KEPT."""
    since = at.micros - DAY
    first = next((n for n, seen in enumerate(before) if seen.micros > since), len(before))
    return (*before[first:], at)[-OPENINGS_KEPT:]


def replaced(account: Account, order: Order) -> Account:
    """The account with one open order changed, its reserve counted. Kernel: the order is open."""
    before = account.orders[order.order_id]
    return evolve(
        account,
        reserved=account.reserved - before.reserve + order.reserve,
        orders={**account.orders, order.order_id: order},
    )


def with_status(account: Account, order_id: OrderId, status: OrderStatus) -> Account:
    """The open order in another status."""
    order = account.orders.get(order_id)
    return account if order is None else replaced(account, evolve(order, status=status))


def reserved(account: Account, event: OrderReserveChanged) -> Account:
    """The open order with another reserve."""
    order = account.orders.get(event.order_id)
    return account if order is None else replaced(account, evolve(order, reserve=event.reserve))


def amended(account: Account, event: OrderAmended) -> Account:
    """The open order with other figures, in its list too."""
    order = account.orders.get(event.order_id)
    if order is None:
        return account
    terms = order.terms
    if event.stop_price is not None:
        terms = evolve(terms, stop_price=event.stop_price)
    changed = evolve(
        order,
        qty=event.qty,
        limit_price=event.limit_price,
        terms=terms,
        reference=event.reference,
        reserve=event.reserve,
        revision=event.revision,
    )
    return resized(replaced(account, changed), order, event.qty)


def resized(account: Account, order: Order, qty: Decimal) -> Account:
    """The order's leg of its list with another quantity."""
    if order.list_id is None or order.list_id not in account.groups:
        return account
    group = account.groups[order.list_id]
    legs = tuple(
        evolve(leg, qty=qty) if leg.order_id == order.order_id else leg for leg in group.legs
    )
    return evolve(account, groups={**account.groups, order.list_id: evolve(group, legs=legs)})


def triggered(account: Account, event: OrderTriggered) -> Account:
    """The order is on its way to the venue."""
    order = account.orders.get(event.order_id)
    if order is None:
        return account
    limit = order.limit_price if event.limit_price is None else event.limit_price
    changed = evolve(
        order,
        status=OrderStatus.PENDING,
        level=event.level,
        limit_price=limit,
        protective_price=event.protective_price,
    )
    return stepped(replaced(account, changed), order, triggered_step(account, order))


def trailed(account: Account, event: TrailingMoved) -> Account:
    """The order's level moved."""
    order = account.orders.get(event.order_id)
    return account if order is None else replaced(account, evolve(order, level=event.level))


def released(account: Account, event: ChildReleased) -> Account:
    """A held order works, or a released one may fill more."""
    order = account.orders.get(event.order_id)
    if order is None:
        return account
    return replaced(
        account, evolve(order, status=event.status, qty=event.qty, reserve=event.reserve)
    )


def listed(account: Account, event: ListPlaced) -> Account:
    """A list begins."""
    return evolve(account, groups={**account.groups, event.list_id: group_of(event)})


def group_of(event: ListPlaced) -> Group:
    """The list as its own value: a parent or entry works, what hangs on it is held."""
    first = GroupLeg(order_id=event.order_ids[0], qty=event.qty)
    if event.group in EXCLUSIVE:
        rest = [GroupLeg(order_id=name, qty=event.qty) for name in event.order_ids[1:]]
    else:
        held = LegState.HELD
        rest = [GroupLeg(order_id=name, qty=ZERO, state=held) for name in event.order_ids[1:]]
    return Group(kind=event.group, legs=(first, *rest), release=event.release)


def filled_step(account: Account, order: Order, qty: Decimal) -> GroupStep | None:
    """What a fill means in the order's list; None without one."""
    group = None if order.list_id is None else account.groups.get(order.list_id)
    return None if group is None else leg_filled(group, order.order_id, qty).value_or(None)


def triggered_step(account: Account, order: Order) -> GroupStep | None:
    """What a trigger means in the order's list; None without one."""
    group = None if order.list_id is None else account.groups.get(order.list_id)
    return None if group is None else leg_triggered(group, order.order_id).value_or(None)


def ended_step(account: Account, order: Order) -> GroupStep | None:
    """What an order's end means in its list; None without one."""
    group = None if order.list_id is None else account.groups.get(order.list_id)
    return None if group is None else leg_ended(group, order.order_id).value_or(None)


def stepped(account: Account, order: Order, step: GroupStep | None) -> Account:
    """The account with the list as it stands after a step."""
    if step is None or order.list_id is None:
        return account
    return evolve(account, groups={**account.groups, order.list_id: step.group})


def ended(account: Account, order_id: OrderId, status: OrderStatus) -> Account:
    """The order is over: its reserve is free, and it is remembered for late fills."""
    order = account.orders.get(order_id)
    if order is None:
        return account
    after = stepped(account, order, ended_step(account, order))
    return moved(after, evolve(order, status=status, reserve=ZERO), order.reserve)


def moved(account: Account, order: Order, freed: Decimal) -> Account:
    """`order` leaves the open ones and joins the newest ENDED_KEPT; its list goes with the last."""
    orders = {key: kept for key, kept in account.orders.items() if key != order.order_id}
    lists = {kept.list_id for kept in orders.values()}
    last = evolve(order, turn=account.turns)
    return evolve(
        account,
        turns=account.turns + 1,
        reserved=account.reserved - freed,
        orders=orders,
        ended=newest({**account.ended, order.order_id: last}),
        groups={key: group for key, group in account.groups.items() if key in lists},
    )


def newest(ended_orders: Mapping[OrderId, Order]) -> Mapping[OrderId, Order]:
    """At most ENDED_KEPT orders, the oldest dropped."""
    surplus = len(ended_orders) - ENDED_KEPT
    if surplus <= 0:
        return ended_orders
    return {order.order_id: order for order in oldest_first(ended_orders)[surplus:]}


def filled(account: Account, event: TradeExecuted) -> Account:
    """The order after one fill, open or (a late fill) ended."""
    late = account.ended.get(event.order_id)
    order = account.orders.get(event.order_id, late)
    if order is None:
        return account
    changed = evolve(
        order,
        executed=event.executed,
        status=event.status,
        reserve=event.reserve,
        fill_ids=(*order.fill_ids, event.fill_id)[-FILLS_KEPT:],
    )
    after = stepped(account, order, filled_step(account, order, event.qty))
    if order is late:
        return evolve(after, ended={**after.ended, event.order_id: changed})
    if event.status in FINAL:
        return moved(after, changed, order.reserve)
    return replaced(after, changed)

"""What an open order locks: the margin of what it may open, and the fee on that.

Orders of which one at most fills (an oco, the exits of a bracket) share one claim and one reserve:
that of the largest.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from astracore.numeric import Rounding, rounded, rounded_quotient
from astracore.trading.contracts.kinds import ONE, Contract, reducible
from astracore.trading.orders.groups import GroupKind
from astracore.trading.settlement import contract_of, unit_of
from astracore.trading.state import Account, Order, Position, oldest_first
from astracore.trading.types import ZERO, ContractKind, MarginMode, OrderStatus, Side

NO_MARKS: Mapping[str, Decimal] = {}


def remaining(order: Order) -> Decimal:
    """What an open order may still fill [base]."""
    return order.qty - order.executed


def held_qty(account: Account, key: str) -> Decimal:
    """The signed position called `key` [base], 0 when flat."""
    position = account.positions.get(key)
    return ZERO if position is None else position.qty


def sharing(account: Account, order: Order) -> str:
    """Under which name an order claims: its list's when one at most of them fills, else its own."""
    if order.list_id is None:
        return order.order_id
    group = account.groups.get(order.list_id)
    if group is None or group.kind is GroupKind.OTO:
        return order.order_id
    first = [leg.order_id for leg in group.legs[:1]]  # a stored list may have lost its legs
    if group.kind is GroupKind.BRACKET and first == [order.order_id]:
        return order.order_id
    return order.list_id


def shares(
    account: Account, key: str, *, held: bool = False
) -> Mapping[tuple[str, Side], tuple[Order, ...]]:
    """The open orders of a position by what they claim under, oldest first; `held` ones if asked.

    Kernel.
    """
    found: dict[tuple[str, Side], tuple[Order, ...]] = {}
    for order in oldest_first(account.orders):
        if order.key == key and (held or order.status is not OrderStatus.HELD):
            name = sharing(account, order), order.side
            found[name] = (*found.get(name, ()), order)
    return found


def queued(account: Account, key: str, side: Side) -> Decimal:
    """What the open and held orders of one side may fill together [base]. Kernel.

    Reduce-only orders fill at most what there is to reduce.
    """
    opening = reducing = ZERO
    for (_, way), orders in shares(account, key, held=True).items():
        most = max(remaining(order) for order in orders) if way is side else ZERO
        if all(order.reduce_only for order in orders):
            reducing += most
        else:
            opening += most
    return opening + min(reducing, reducible(held_qty(account, key), side))


def unclaimed(account: Account, key: str, side: Side) -> Decimal:
    """How much an order of `side` could reduce that no earlier open order claims. Kernel."""
    claims = sum(
        (
            max(remaining(order) for order in orders)
            for (_, way), orders in shares(account, key).items()
            if way is side
        ),
        ZERO,
    )
    return max(ZERO, reducible(held_qty(account, key), side) - claims)


def notional_of(terms: Contract, qty: Decimal, price: Decimal) -> tuple[Decimal, Decimal]:
    """The value of `qty` at `price` as a fraction: nothing is rounded yet. Kernel."""
    if terms.kind is ContractKind.INVERSE:
        return qty * terms.multiplier, price
    return qty * terms.multiplier * price, ONE


def charged(
    terms: Contract, notional: tuple[Decimal, Decimal], rate: Decimal, over: int = 1
) -> Decimal:
    """notional × rate/over, away from zero to the unit: what a user is charged. Kernel."""
    value, under = notional
    return rounded_quotient(value * rate, under * over, terms.step, Rounding.UP)


def initial_margin(terms: Contract, qty: Decimal, price: Decimal, leverage: int) -> Decimal:
    """u(notional/leverage): what opening `qty` at `price` moves into the position. Kernel.

    >>> initial_margin(Contract(), Decimal("0.5"), Decimal(2000), 5)
    Decimal('200.000000')
    """
    return charged(terms, notional_of(terms, qty, price), ONE, leverage)


def reserve_of(
    terms: Contract, opens: Decimal, price: Decimal, leverage: int | None, rate: Decimal
) -> Decimal:
    """u(opens × price/leverage) + u(opens × price × rate): the worst legal fill. Kernel.

    Without leverage (cross margin) the fee alone: nothing else leaves the cash.
    >>> reserve_of(Contract(), Decimal("0.5"), Decimal(2000), 5, Decimal("0.0005")).normalize()
    Decimal('200.5')
    """
    notional = notional_of(terms, opens, price)
    margin = ZERO if leverage is None else charged(terms, notional, ONE, leverage)
    return margin + charged(terms, notional, rate)


def need_of(order: Order, opens: Decimal) -> Decimal:
    """What an open order should have locked when `opens` of it may open. Kernel."""
    leverage = None if order.margin_mode is MarginMode.CROSS else order.leverage
    terms = contract_of(order.contract, order.multiplier)
    return reserve_of(terms, opens, order.reference, leverage, order.taker_rate)


def reference_price(
    terms: Contract,
    side: Side,
    limit: Decimal | None,
    anchor: Decimal | None,
    band: Decimal,
) -> Decimal | None:
    """R [quote per base]: the limit, or the anchor with the band on it; None: neither is known.

    A buy's anchor × (1 + band); a sell's R is at least the anchor. Inverse contracts cost more
    at lower prices: a sell's anchor × (1 − band), and a buy's R is at most the anchor. Kernel.
    """
    inverse = terms.kind is ContractKind.INVERSE
    grows = side is (Side.SELL if inverse else Side.BUY)  # a worse price costs more margin
    if limit is None:
        if anchor is None or not grows:
            return anchor
        return anchor * (ONE - band if inverse else ONE + band)
    if grows or anchor is None:
        return limit
    return min(limit, anchor) if inverse else max(limit, anchor)


def cross_margin(account: Account, marks: Mapping[str, Decimal]) -> Decimal:
    """Σ u(max(|qty + buys|, |qty − sells|) × mark/leverage) over what is on cross margin. Kernel.

    Without a mark a position counts at its entry, an order at its reference.
    """
    total = ZERO
    opened = oldest_first(account.orders)
    keys = {order.key: order for order in opened if order.margin_mode is CROSS}
    held = {key: one for key, one in account.positions.items() if one.margin_mode is CROSS}
    for key in dict.fromkeys((*held, *keys)):
        one = held.get(key) or keys[key]
        qty = held_qty(account, key)
        buys, sells = (queued(account, key, side) for side in Side)
        worst = max(abs(qty + buys), abs(qty - sells))
        terms = contract_of(one.contract, one.multiplier)
        leverage = account.leverage.get(one.symbol, 1)
        mark = marks.get(one.symbol)
        if mark is not None:
            total += initial_margin(terms, worst, mark, leverage)
        elif isinstance(one, Position):
            entry = abs(one.cost) * worst, abs(one.qty)
            total += charged(terms, entry, ONE, leverage)
        else:
            total += initial_margin(terms, worst, one.reference, leverage)
    return total


CROSS = MarginMode.CROSS


def free(account: Account, marks: Mapping[str, Decimal], floating: Decimal = ZERO) -> Decimal:
    """cash − what the insurance fund lent − reserves − cross initial margin + min(0, cross
    unrealised): may be below 0. Kernel.
    """
    unused = account.cash - account.lent - account.reserved
    if not account.cross:
        return unused
    return unused - cross_margin(account, marks) + min(ZERO, floating)


def available(
    account: Account, marks: Mapping[str, Decimal] = NO_MARKS, floating: Decimal = ZERO
) -> Decimal:
    """d(max(0, free)): what a new order may lock or the owner may withdraw. Kernel.

    `floating` is the unrealised profit of what is on cross margin.
    """
    unit = unit_of(account.currency)
    return rounded(max(ZERO, free(account, marks, floating)), unit, Rounding.DOWN)


def opening_parts(account: Account, key: str) -> Iterable[tuple[Order, Decimal]]:
    """Each open order of a position, oldest first, with the part of it that would open. Kernel."""
    held = held_qty(account, key)
    left = {side: reducible(held, side) for side in Side}
    for (_, side), orders in shares(account, key).items():
        room = left[side]
        left[side] -= min(room, max(remaining(order) for order in orders))
        for order in orders:
            rest = remaining(order)
            yield order, ZERO if order.reduce_only else rest - min(rest, room)


def shortfalls(account: Account, key: str) -> Iterable[tuple[Order, Decimal]]:
    """Each order that must lock more so that its share covers its worst fill, with its new reserve.

    Another order closed what this one had counted on closing. Kernel.
    """
    parts = {order.order_id: opens for order, opens in opening_parts(account, key)}
    for orders in shares(account, key).values():
        needs = [(need_of(order, parts[order.order_id]), order) for order in orders]
        needed, largest = max(needs, key=lambda pair: pair[0])
        missing = needed - sum((order.reserve for order in orders), ZERO)
        if missing > ZERO:
            yield largest, largest.reserve + missing

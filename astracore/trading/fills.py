"""Booking what the venue reports: fills in any order, doubled, late, flipping, underfunded."""

from decimal import Decimal

from attrs import frozen
from returns.result import Result, Success

from astracore.errors.trading import (
    InvalidFill,
    Overfill,
    Refused,
    TradingFault,
    UnknownOrder,
    refused,
)
from astracore.errors.values import NumericLimit
from astracore.ids import PositionId, derived_id
from astracore.instants import Instant
from astracore.trading.commands import RecordFill
from astracore.trading.costs import fee_of
from astracore.trading.events import (
    AccountEvent,
    OrderCancelled,
    OrderCancelRequested,
    OrderReserveChanged,
    PositionClosed,
    PositionOpened,
    TradeExecuted,
)
from astracore.trading.folding import fold
from astracore.trading.orders import FINAL, Signal, Step, transition
from astracore.trading.positions import (
    Booking,
    Holding,
    average,
    booked,
    fee_split,
    part_of,
    passage,
    reducible,
    return_of,
    side_of,
)
from astracore.trading.reserves import available, held_qty, initial_margin, remaining, shortfalls
from astracore.trading.state import Account, Order, Position, oldest_first
from astracore.trading.types import (
    MICRO,
    ZERO,
    AccountMode,
    Liquidity,
    OrderStatus,
)

Decided = Result[tuple[AccountEvent, ...], Refused]
WIDEST = 24  # digits before the point of a notional: far beyond any instrument, far below EXACT


def record_fill(command: RecordFill, account: Account) -> Decided:
    """Book one reported fill.

    A fill id seen before changes nothing. A fill of an ended order is late: booked while it fits.
    Errors in order: unknown_order, invalid_fill, numeric_limit, overfill.
    Invariant: no order of arrival, repetition or delay changes the position that results.
    """
    order = account.orders.get(command.order_id, account.ended.get(command.order_id))
    if order is None:
        return refused(UnknownOrder(command.order_id))
    if command.fill_id in order.fill_ids:
        return Success(())
    fault = faulty(command, order)
    if fault is not None:
        return refused(fault)
    if not order.reduce_only:
        return Success(told(command, account, order, command.qty))
    qty = min(command.qty, reducible(held_qty(account, command.symbol), command.side))
    return Success(told(command, account, order, qty))


def faulty(command: RecordFill, order: Order) -> TradingFault | None:
    """The first thing wrong with a reported fill, or None. Kernel."""
    wrong = (
        ("symbol", command.symbol != order.symbol),
        ("side", command.side is not order.side),
        ("qty", command.qty <= ZERO),
        ("price", command.price <= ZERO),
        ("price", (command.qty * command.price) % MICRO != ZERO),
        ("fee", command.fee is not None and command.fee % MICRO != ZERO),
    )
    for name, is_wrong in wrong:
        if is_wrong:
            return InvalidFill(order.order_id, name)
    if (command.qty * command.price).adjusted() >= WIDEST:
        return NumericLimit("Overflow")
    if command.qty > remaining(order):
        return Overfill(order.order_id, command.qty, remaining(order))
    return None


def told(
    command: RecordFill, account: Account, order: Order, qty: Decimal
) -> tuple[AccountEvent, ...]:
    """The events of a fill of which `qty` is booked (a reduce-only order never opens). Kernel."""
    if qty == ZERO:
        return without_position(command, account, order)
    trade, booking = executed(command, account, order, qty)
    before = account.positions.get(command.symbol)
    events: list[AccountEvent] = [trade, *milestones(trade, before, booking)]
    after = fold(account, trade)
    if qty < command.qty and order.order_id in after.orders:
        cancelled = without_position(command, after, after.orders[order.order_id])
        events += cancelled
        for event in cancelled:
            after = fold(after, event)
    if booking.closed:
        events += rebalanced(after, command.symbol, command.at)
    return tuple(events)


def without_position(
    command: RecordFill, account: Account, order: Order
) -> tuple[AccountEvent, ...]:
    """A reduce-only order met no position: what is left of it is cancelled, once."""
    if order.order_id not in account.orders:
        return ()
    return (
        OrderCancelled(
            account_id=account.account_id,
            order_id=order.order_id,
            symbol=order.symbol,
            reason="reduce_only_no_position",
            executed=order.executed,
            reserve_released=order.reserve,
            at=command.at,
        ),
    )


@frozen(kw_only=True)
class Payment:
    """How a fill is paid: `spent` out of the order's own reserve first, then out of available."""

    cash: Decimal
    margin_change: Decimal
    insurance: Decimal
    spent: Decimal


def payment(
    account: Account, order: Order, booking: Booking, price: Decimal, fee: Decimal
) -> Payment:
    """Close first (isolated: never less than nothing comes back), then pay for what opens.

    closing: margin part + realised − closing fee, filled up to 0 by the insurance fund;
    opening: the fee, then u6(opened × price/leverage), as far as own reserve and available reach.
    Invariant: cash after >= the reserves of all other orders, so available is never below 0.
    Kernel.
    """
    held = account.positions.get(order.symbol)
    total = booking.closed + booking.opened
    closing_fee, opening_fee = fee_split(fee, booking.closed, total)
    returned = ZERO
    if held is not None and booking.closed:
        returned = part_of(held.margin, booking.closed, abs(held.qty))
    proceeds = returned + booking.realised - closing_fee
    insurance = max(ZERO, -proceeds)
    cash = account.cash + proceeds + insurance
    funds = cash - (account.reserved - order.reserve)
    insurance += max(ZERO, opening_fee - funds)
    wanted = initial_margin(booking.opened * price, order.leverage)
    margin = min(wanted, max(ZERO, funds - opening_fee))
    shortfall = max(ZERO, opening_fee - funds)
    return Payment(
        cash=cash - opening_fee + shortfall - margin,
        margin_change=margin - returned,
        insurance=insurance,
        spent=margin + opening_fee - shortfall,
    )


@frozen(kw_only=True)
class Standing:
    """How the order stands after a fill."""

    executed: Decimal  # [base]
    status: OrderStatus
    reserve: Decimal
    late: bool


def standing(order: Order, qty: Decimal, spent: Decimal) -> Standing:
    """The order after `qty` more of it was filled and `spent` was paid for that. Kernel."""
    filled = order.executed + qty
    move = transition(order.status, Signal.FULL_FILL if filled == order.qty else Signal.PART_FILL)
    status = move if isinstance(move, OrderStatus) else order.status
    left = ZERO if status in FINAL else max(ZERO, order.reserve - max(ZERO, spent))
    return Standing(executed=filled, status=status, reserve=left, late=move is Step.LATE)


def charged(command: RecordFill, order: Order, qty: Decimal) -> Decimal:
    """What the venue says that the fill costs, or else the order's own rate. Kernel."""
    if command.fee is not None:
        return command.fee
    rate = order.maker_rate if command.liquidity is Liquidity.MAKER else order.taker_rate
    return fee_of(qty * command.price, rate)


def executed(
    command: RecordFill, account: Account, order: Order, qty: Decimal
) -> tuple[TradeExecuted, Booking]:
    """The trade event of a fill, and what it did to the position. Kernel."""
    held = account.positions.get(command.symbol)
    bare = Holding() if held is None else Holding(qty=held.qty, cost=held.cost)
    booking = booked(bare, command.side, qty, command.price)
    fee = charged(command, order, qty)
    paid = payment(account, order, booking, command.price, fee)
    after = standing(order, qty, paid.spent)
    flips = booking.closed and booking.opened
    trade = TradeExecuted(
        fill_id=command.fill_id,
        order_id=order.order_id,
        account_id=account.account_id,
        user_id=account.user_id,
        symbol=command.symbol,
        side=command.side,
        qty=qty,
        price=command.price,
        notional=qty * command.price,
        fee=fee,
        platform_fee=ZERO,
        liquidity=command.liquidity,
        realised=booking.realised,
        position_qty=booking.after.qty,
        position_cost=booking.after.cost,
        margin_change=paid.margin_change,
        insurance=paid.insurance,
        executed=after.executed,
        status=after.status,
        reserve=after.reserve,
        cash=paid.cash,
        leverage=order.leverage,
        position_id=fresh_position(command) if held is None or flips else held.position_id,
        is_practice=account.mode is AccountMode.PRACTICE,
        late=after.late,
        at=command.at,
        bot_id=order.bot_id,
    )
    return trade, booking


def fresh_position(command: RecordFill) -> PositionId:
    """The id of the position that this fill opens: the same at every retry."""
    facts = ("position", command.account_id, command.fill_id)
    return PositionId(derived_id(command.at.micros // 1000, *facts))


def milestones(
    trade: TradeExecuted, before: Position | None, booking: Booking
) -> tuple[AccountEvent, ...]:
    """position_closed and position_opened, where the trade crossed flat. Kernel."""
    ended = passage(before, trade).ended
    events: list[AccountEvent] = []
    if ended is not None and before is not None:
        events.append(closed_event(trade, before, ended))
    if booking.opened and (before is None or booking.closed):
        events.append(
            PositionOpened(
                position_id=trade.position_id,
                account_id=trade.account_id,
                user_id=trade.user_id,
                symbol=trade.symbol,
                side=trade.side,
                qty=booking.opened,
                price=trade.price,
                leverage=trade.leverage,
                is_practice=trade.is_practice,
                at=trade.at,
            )
        )
    return tuple(events)


def closed_event(trade: TradeExecuted, before: Position, ended: Position) -> PositionClosed:
    """The figures of a position's whole life. Kernel."""
    net = ended.realised - ended.fees + ended.funding
    return PositionClosed(
        position_id=ended.position_id,
        account_id=trade.account_id,
        user_id=trade.user_id,
        symbol=ended.symbol,
        side=side_of(before.qty),
        max_qty=ended.max_qty,
        entry_avg=average(ended.entry_value, ended.entry_qty) or ZERO,
        exit_avg=average(ended.exit_value, ended.exit_qty) or ZERO,
        gross=ended.realised,
        fees=ended.fees,
        funding=ended.funding,
        net=net,
        return_=return_of(net, ended.peak_cost),
        peak_cost=ended.peak_cost,
        peak_margin=ended.peak_margin,
        opened_at=ended.opened_at,
        closed_at=trade.at,
        reason="flipped" if trade.position_qty != ZERO else "closed",
        had_stop=False,
        is_practice=trade.is_practice,
        bot_id=trade.bot_id,
    )


def rebalanced(account: Account, symbol: str, at: Instant) -> tuple[AccountEvent, ...]:
    """After a close: other orders lock what they had counted on closing, or are cancelled.

    A reduce-only order that nothing is left for, and one whose need exceeds what is available,
    is asked to be cancelled. Kernel.
    """
    events: list[AccountEvent] = []
    held = held_qty(account, symbol)
    for order in oldest_first(account.orders):
        idle = order.reduce_only and reducible(held, order.side) == ZERO
        if order.symbol == symbol and idle:
            events += cancel_asked(account, order, "reduce_only_no_position", at)
    free = available(account)
    for order, needed in shortfalls(account, symbol):
        if needed - order.reserve > free:
            events += cancel_asked(account, order, "insufficient_margin", at)
            continue
        free -= needed - order.reserve
        events.append(
            OrderReserveChanged(
                account_id=account.account_id, order_id=order.order_id, reserve=needed, at=at
            )
        )
    return tuple(events)


def cancel_asked(
    account: Account, order: Order, reason: str, at: Instant
) -> tuple[AccountEvent, ...]:
    """order_cancel_requested, unless the order is being cancelled already."""
    if transition(order.status, Signal.CANCEL_ASKED) is not OrderStatus.CANCEL_PENDING:
        return ()
    return (
        OrderCancelRequested(
            account_id=account.account_id,
            order_id=order.order_id,
            symbol=order.symbol,
            reason=reason,
            at=at,
        ),
    )

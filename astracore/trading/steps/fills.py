"""Booking what the venue reports: fills in any order, doubled, late, flipping, underfunded."""

from decimal import Decimal

from attrs import evolve
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
from astracore.trading.commands import RecordFill
from astracore.trading.contracts.kinds import (
    ONE,
    Booking,
    Holding,
    reducible,
    value_of,
)
from astracore.trading.events import AccountEvent, AccountStatusChanged, TradeExecuted
from astracore.trading.order_events import ReconciliationFlagged
from astracore.trading.order_folding import filled_step
from astracore.trading.reserves import held_qty, remaining
from astracore.trading.settlement import contract_of
from astracore.trading.state import Account, Order, Position
from astracore.trading.steps.endings import cancelled, carried, rebalanced, rehomed
from astracore.trading.steps.milestones import milestones
from astracore.trading.steps.payments import booking_of, cost_of, in_base, payment, standing
from astracore.trading.telling import Told
from astracore.trading.types import (
    MICRO,
    ZERO,
    AccountMode,
    AccountStatus,
    ContractKind,
    MarginMode,
    Side,
)

Decided = Result[tuple[AccountEvent, ...], Refused]
WIDEST = 24  # digits before the point of a notional: far beyond any instrument, far below EXACT


def record_fill(command: RecordFill, account: Account) -> Decided:
    """Book one reported fill.

    A fill id seen before changes nothing. A fill of an ended order is late: booked while it fits.
    Beyond the order's quantity a practice venue is wrong; a live one is believed, booked, flagged,
    and the account is frozen.
    Errors in order: unknown_order, invalid_fill, numeric_limit, overfill.
    Invariant: no order of arrival, repetition or delay changes the position that results.
    """
    order = account.orders.get(command.order_id, account.ended.get(command.order_id))
    if order is None:
        return refused(UnknownOrder(command.order_id))
    if command.fill_id in order.fill_ids:
        return Success(())
    fault = faulty(command, account, order)
    if fault is not None:
        return refused(fault)
    told = rehomed(Told(account), order, command.at)
    order = told.account.orders.get(command.order_id, order)
    excess = command.qty > remaining(order)
    qty = command.qty
    if order.reduce_only:
        qty = min(qty, reducible(held_qty(account, order.key), command.side))
    told = booked(command, told, order, qty)
    return Success((flagged(command, told, order) if excess else told).events)


def faulty(command: RecordFill, account: Account, order: Order) -> TradingFault | None:
    """The first thing wrong with a reported fill, or None. Kernel."""
    inverse = order.contract is ContractKind.INVERSE
    value = command.qty * command.price * order.multiplier
    own = command.fee_asset is None
    wrong = (
        ("symbol", command.symbol != order.symbol),
        ("side", command.side is not order.side),
        ("qty", command.qty <= ZERO),
        ("price", command.price <= ZERO),
        ("price", not inverse and value % MICRO != ZERO),
        ("fee", own and command.fee is not None and not on_unit(command.fee, order)),
        ("fee_asset", not own and command.fee is None),
        ("fee_rate", not own and not in_base(command, order) and command.fee_rate is None),
        ("fee_rate", command.fee_rate is not None and (own or command.fee_rate <= ZERO)),
    )
    for name, is_wrong in wrong:
        if is_wrong:
            return InvalidFill(order.order_id, name)
    if value.adjusted() >= WIDEST:
        return NumericLimit("Overflow")
    moves = cost_of(command, order, command.qty).moves
    left = reducible(held_qty(account, order.key), command.side)
    oversells = in_base(command, order) and command.side is Side.SELL and moves > left
    if moves <= ZERO or oversells:
        return InvalidFill(order.order_id, "fee")
    if command.qty > remaining(order) and account.mode is AccountMode.PRACTICE:
        return Overfill(order.order_id, command.qty, remaining(order))
    return None


def on_unit(fee: Decimal, order: Order) -> bool:
    """Whether a fee is a multiple of the unit that the order settles in."""
    return fee % contract_of(order.contract, order.multiplier).step == ZERO


def booked(command: RecordFill, told: Told, order: Order, qty: Decimal) -> Told:
    """A fill of which `qty` is booked (a reduce-only order never opens), and all that follows."""
    if qty == ZERO:
        return idle(command, told, order)
    before = told.account.positions.get(order.key)
    step = filled_step(told.account, order, qty)
    trade, booking = executed(command, told.account, order, qty)
    had_stop = any(one.key == order.key and stops(one) for one in told.account.orders.values())
    told = told.plus(trade, *milestones(trade, before, booking, had_stop=had_stop))
    told = carried(told, step, command.at)
    rest = told.account.orders.get(order.order_id)
    if qty < command.qty and rest is not None:
        told = idle(command, told, rest)
    if booking.closed or order.list_id is not None or has_protection(told.account, order.key):
        told = rebalanced(told, order.key, command.at)
    return told


def stops(order: Order) -> bool:
    """Whether an order stands ready to end a position that goes wrong."""
    return order.reduce_only and (order.terms.stop_price is not None or order.level is not None)


def has_protection(account: Account, key: str) -> bool:
    """Whether exits are kept at the size of this position."""
    return any(order.protects and order.key == key for order in account.orders.values())


def idle(command: RecordFill, told: Told, order: Order) -> Told:
    """A reduce-only order met no position: what is left of it is cancelled, once."""
    if order.order_id not in told.account.orders:
        return told
    return cancelled(told, order, "reduce_only_no_position", command.at)


def flagged(command: RecordFill, told: Told, order: Order) -> Told:
    """The venue filled more than was asked: it is booked, said, and nothing opens any more."""
    flag = ReconciliationFlagged(
        account_id=told.account.account_id,
        order_id=order.order_id,
        kind="overfill",
        expected=order.qty,
        reported=order.executed + command.qty,
        at=command.at,
    )
    told = told.plus(flag)
    if told.account.status is not AccountStatus.OPEN:
        return told
    return told.plus(
        AccountStatusChanged(
            account_id=told.account.account_id,
            status=AccountStatus.FROZEN,
            reason="overfill",
            at=command.at,
        )
    )


def executed(
    command: RecordFill, account: Account, order: Order, qty: Decimal
) -> tuple[TradeExecuted, Booking]:
    """The trade event of a fill, and what it did to the position. Kernel."""
    held = account.positions.get(order.key)
    terms = contract_of(order.contract, order.multiplier)
    bare = Holding() if held is None else Holding(qty=held.qty, cost=held.cost)
    cost = cost_of(command, order, qty)
    booking = booking_of(bare, command, order, cost)
    paid = payment(account, order, booking, command.price, cost.fee)
    after = standing(order, qty, paid.spent)
    trade = TradeExecuted(
        fill_id=command.fill_id,
        order_id=order.order_id,
        account_id=account.account_id,
        user_id=account.user_id,
        symbol=command.symbol,
        side=command.side,
        qty=qty,
        price=command.price,
        notional=abs(value_of(terms, qty, command.price)),
        fee=cost.fee,
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
        position_id=position_after(command, held, booking),
        is_practice=account.mode is AccountMode.PRACTICE,
        late=after.late,
        at=command.at,
        bot_id=order.bot_id,
    )
    return of_kind(trade, command, order), booking


def of_kind(trade: TradeExecuted, command: RecordFill, order: Order) -> TradeExecuted:
    """The trade with what is said only where it is not as usual. Kernel."""
    isolated = order.margin_mode is MarginMode.ISOLATED
    return evolve(
        trade,
        leg=order.terms.leg,
        margin_mode=None if isolated else order.margin_mode,
        contract=None if order.contract is ContractKind.LINEAR else order.contract,
        multiplier=None if order.multiplier == ONE else order.multiplier,
        fee_asset=command.fee_asset,
        fee_charged=None if command.fee_asset is None else command.fee,
    )


def position_after(command: RecordFill, held: Position | None, booking: Booking) -> PositionId:
    """The position that is open after the fill, or that it closed. Kernel."""
    if held is None or (booking.closed and booking.opened):
        return fresh_position(command)
    return held.position_id


def fresh_position(command: RecordFill) -> PositionId:
    """The id of the position that this fill opens: the same at every retry."""
    facts = ("position", command.account_id, command.fill_id)
    return PositionId(derived_id(command.at.micros // 1000, *facts))

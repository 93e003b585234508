"""Asking for orders, for the close of a position, and for cancellations."""

from attrs import evolve
from returns.result import Failure, Result, Success

from astracore.errors.trading import (
    AccountClosed,
    AccountFrozen,
    InstrumentUnavailable,
    InvalidOrder,
    InvalidTransition,
    PositionNotFound,
    Refused,
    TradingFault,
    UnknownOrder,
    refused,
)
from astracore.trading.commands import CancelAll, CancelOrder, ClosePosition, PlaceOrder
from astracore.trading.events import AccountEvent, OrderAccepted
from astracore.trading.fills import cancel_asked
from astracore.trading.pretrade import Assessed, assessed, protective_price, refusals
from astracore.trading.reserves import held_qty, remaining, unclaimed
from astracore.trading.state import Account, oldest_first
from astracore.trading.types import ZERO, AccountMode, AccountStatus, OrderStatus, OrderType, Side

Decided = Result[tuple[AccountEvent, ...], Refused]


def place_order(command: PlaceOrder, account: Account) -> Decided:
    """Accept an order and lock its reserve, or name everything that stands against it."""
    known = account.orders.get(command.order_id, account.ended.get(command.order_id))
    if known is not None:
        return refused(InvalidTransition(known.order_id, known.status.value, "place_order"))
    listed = command.facts.instrument
    if listed is None or listed.symbol != command.symbol:
        return refused(*unknown_instrument(command, account))
    seen = assessed(command, account, listed)
    causes = refusals(seen)
    return Failure(Refused(causes)) if causes else Success((accepted(seen),))


def unknown_instrument(command: PlaceOrder, account: Account) -> tuple[TradingFault, ...]:
    """What can be said against an order whose instrument nobody knows. Kernel."""
    unavailable = InstrumentUnavailable(command.symbol, "unknown")
    if account.status is AccountStatus.CLOSED:
        return (AccountClosed(account.account_id), unavailable)
    opens = not command.reduce_only and command.qty > unclaimed(
        account, command.symbol, command.side
    )
    if account.status is AccountStatus.FROZEN and opens:
        return (AccountFrozen(account.account_id), unavailable)
    return (unavailable,)


def accepted(seen: Assessed) -> OrderAccepted:
    """The event of an order that passed. Kernel."""
    asked, account, mark = seen.asked, seen.account, seen.mark
    bound = None
    if asked.type is OrderType.MARKET and mark is not None:
        bound = protective_price(asked.side, mark.price, seen.instrument)
    return OrderAccepted(
        account_id=account.account_id,
        user_id=account.user_id,
        order_id=asked.order_id,
        symbol=asked.symbol,
        side=asked.side,
        type=asked.type,
        qty=seen.qty,
        tif=seen.tif,
        post_only=asked.post_only,
        reduce_only=asked.reduce_only,
        status=OrderStatus.PENDING,
        leverage=seen.leverage,
        maker_rate=asked.facts.maker_rate,
        taker_rate=asked.facts.taker_rate,
        reserve=seen.reserve,
        reference=ZERO if seen.reference is None else seen.reference,
        opens=not seen.reducing,
        is_practice=account.mode is AccountMode.PRACTICE,
        at=asked.at,
        limit_price=asked.limit_price,
        protective_price=bound,
        client_order_id=asked.client_order_id,
        bot_id=asked.bot_id,
    )


def close_position(command: ClosePosition, account: Account) -> Decided:
    """Close at market, reduce-only. Working orders of that side that then have too little left
    to reduce are asked to be cancelled first: whoever closes wants to be out.

    Errors: position_not_found, invalid_order (more than is held), then those of place_order.
    """
    held = held_qty(account, command.symbol)
    if held == ZERO:
        return refused(PositionNotFound(command.symbol))
    qty = abs(held) if command.qty is None else command.qty
    if qty > abs(held):
        return refused(InvalidOrder("qty", "more than the position"))
    side = Side.SELL if held > ZERO else Side.BUY
    rivals = [
        order
        for order in oldest_first(account.orders)
        if order.symbol == command.symbol and order.side is side
    ]
    cancels: list[AccountEvent] = []
    cleared = account
    if sum((remaining(order) for order in rivals), ZERO) + qty > abs(held):
        for order in rivals:
            cancels += cancel_asked(account, order, "position_close", command.at)
        spent = {order.order_id: evolve(order, executed=order.qty) for order in rivals}
        cleared = evolve(account, orders={**account.orders, **spent})  # known, without a claim
    asked = PlaceOrder(
        account_id=command.account_id,
        order_id=command.order_id,
        symbol=command.symbol,
        side=side,
        type=OrderType.MARKET,
        qty=qty,
        facts=command.facts,
        at=command.at,
        reduce_only=True,
        client_order_id=command.client_order_id,
    )
    return place_order(asked, cleared).map(lambda placed: (*cancels, *placed))


def cancel_order(command: CancelOrder, account: Account) -> Decided:
    """Ask for a cancellation; twice is a no-op.  Errors: unknown_order, invalid_transition."""
    ended = account.ended.get(command.order_id)
    if ended is not None:
        return refused(InvalidTransition(ended.order_id, ended.status.value, "cancel"))
    order = account.orders.get(command.order_id)
    if order is None:
        return refused(UnknownOrder(command.order_id))
    return Success(cancel_asked(account, order, command.reason, command.at))


def cancel_all(command: CancelAll, account: Account) -> Decided:
    """Ask for the cancellation of every open order, of one symbol when given."""
    return Success(
        tuple(
            event
            for order in oldest_first(account.orders)
            if command.symbol in {None, order.symbol}
            for event in cancel_asked(account, order, command.reason, command.at)
        )
    )

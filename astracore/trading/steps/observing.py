"""What time and markets do to an account: orders expire, trails follow, triggers fire."""

from collections.abc import Mapping
from decimal import Decimal

from returns.result import Result, Success

from astracore.errors.trading import Refused
from astracore.instants import Instant
from astracore.numeric import EXACT
from astracore.trading.checks.assessing import protective_price, reached, trail_of, trigger_of
from astracore.trading.events import AccountEvent, OrderExpired
from astracore.trading.facts import Seen
from astracore.trading.money_commands import ObserveMarket
from astracore.trading.order_events import OrderTriggered, TrailingMoved
from astracore.trading.order_folding import triggered_step
from astracore.trading.orders.expiry import is_expired
from astracore.trading.orders.terms import RULES, Family, trails
from astracore.trading.orders.trailing import Trail, level_behind, trailing_limit
from astracore.trading.orders.triggers import Trigger, TriggerSource, fires, watched
from astracore.trading.state import Account, Order, oldest_first
from astracore.trading.steps.endings import carried, over
from astracore.trading.steps.liquidating import observed
from astracore.trading.telling import Told
from astracore.trading.types import ZERO, AccountMode, OrderStatus, OrderType, Side

Decided = Result[tuple[AccountEvent, ...], Refused]


def observe_market(command: ObserveMarket, account: Account) -> Decided:
    """Expire what is dead, move trails, fire triggers, liquidate: in this order.

    Nothing is refused: what does not concern the account changes nothing.
    Invariant: the same look twice tells nothing new, but for double triggers and funding.
    """
    told = Told(account)
    seen = {one.symbol: one for one in command.seen}
    for order in oldest_first(account.orders):
        current = told.account.orders.get(order.order_id)
        if current is not None:
            told = looked_at(told, current, seen, command.at)
    return Success(observed(told, seen, command.at).events)


def looked_at(told: Told, order: Order, seen: Mapping[str, Seen], at: Instant) -> Told:
    """One order at this instant."""
    if is_expired(order.terms.expire_at, at):
        return expired(told, order, at)
    market = seen.get(order.symbol)
    practice = told.account.mode is AccountMode.PRACTICE
    if market is None or order.status is not OrderStatus.UNTRIGGERED or not practice:
        return told
    return watched_order(told, order, market, at)


def expired(told: Told, order: Order, at: Instant) -> Told:
    """The order's time is over, wherever it stands: every open order can expire."""
    event = OrderExpired(
        account_id=told.account.account_id,
        order_id=order.order_id,
        symbol=order.symbol,
        reason="time_in_force",
        executed=order.executed,
        reserve_released=order.reserve,
        at=at,
    )
    return over(told, order, event, at)


def watched_order(told: Told, order: Order, market: Seen, at: Instant) -> Told:
    """A waiting order and one more price: first the extreme moves, then the level is tested."""
    trail = trail_of(order.type, order.side, order.terms)
    price = watched(trigger_of(order.type, order.side, order.terms, ZERO), market.prices)
    if price is None or price <= ZERO:
        return told
    level = order.terms.stop_price if trail is None else order.level
    if trail is not None:
        level = followed(trail, level, price)
        if level is None:
            return told
        if order.level is None or abs(level - order.level) >= market.instrument.tick:
            told = told.plus(moved(told.account, order, price, level, at))
    if level is None or not has_fired(order, level, market, price):
        return told
    return fired(told, told.account.orders[order.order_id], (level, price), market, at)


def followed(trail: Trail, level: Decimal | None, price: Decimal) -> Decimal | None:
    """The level after one more price; None while the trail waits for its activation. Kernel."""
    if level is None and not reached(trail, price):
        return None
    behind = level_behind(trail, price)
    if level is None:
        return behind
    return max(level, behind) if trail.side is Side.SELL else min(level, behind)


def moved(
    account: Account, order: Order, price: Decimal, level: Decimal, at: Instant
) -> TrailingMoved:
    """A level that followed the market."""
    return TrailingMoved(
        account_id=account.account_id,
        order_id=order.order_id,
        symbol=order.symbol,
        extreme=price,
        level=level,
        at=at,
    )


def has_fired(order: Order, level: Decimal, market: Seen, price: Decimal) -> bool:
    """Whether the price reached the level; double_last wants the print before it there too."""
    trigger = trigger_of(order.type, order.side, order.terms, level)
    if trigger.source is TriggerSource.DOUBLE_LAST and not again(trigger, market):
        return False
    return fires(trigger, price)


def again(trigger: Trigger, market: Seen) -> bool:
    """Whether the print before the last one stood there too."""
    return market.previous is not None and fires(trigger, market.previous)


def fired(
    told: Told, order: Order, at_price: tuple[Decimal, Decimal], market: Seen, at: Instant
) -> Told:
    """The order goes to the venue, as a market order within its bound or as a limit order."""
    level, price = at_price
    step = triggered_step(told.account, order)
    limited = RULES[order.type].family is Family.LIMIT
    event = OrderTriggered(
        account_id=told.account.account_id,
        order_id=order.order_id,
        symbol=order.symbol,
        price=price,
        level=level,
        becomes=OrderType.LIMIT if limited else OrderType.MARKET,
        limit_price=limit_of(order, level, market) if limited else None,
        protective_price=None if limited else bound_of(order, market, price),
        at=at,
    )
    return carried(told.plus(event), step, at)


def limit_of(order: Order, level: Decimal, market: Seen) -> Decimal | None:
    """A trailing order's limit follows its level; the others have theirs. Kernel."""
    if not trails(order.type):
        return order.limit_price
    offset = order.terms.limit_offset or ZERO
    found = trailing_limit(order.side, level, offset, market.instrument.tick)
    return found.value_or(market.instrument.tick)


def bound_of(order: Order, market: Seen, price: Decimal) -> Decimal:
    """How far a fired market order may reach. A buy stays within what it has locked. Kernel."""
    bound = protective_price(order.side, price, market.instrument)
    if order.side is Side.SELL or order.reduce_only:
        return bound
    tick = market.instrument.tick
    locked = EXACT.subtract(order.reference, EXACT.remainder(order.reference, tick))
    return min(bound, max(locked, tick))

"""Orders that know each other, and exits that keep the size of a position."""

from decimal import Decimal

from attrs import evolve
from returns.result import Failure, Result, Success

from astracore.errors.levels import BracketPrices
from astracore.errors.trading import (
    InvalidOrder,
    PositionNotFound,
    Refused,
    TradingFault,
    refused,
)
from astracore.ids import OrderId, PositionId, derived_id
from astracore.outcome import is_failure
from astracore.trading.commands import PlaceList, PlaceOrder, SetProtection
from astracore.trading.contracts.kinds import opposite, side_of, sign_of
from astracore.trading.events import AccountEvent
from astracore.trading.facts import Facts
from astracore.trading.order_events import ListPlaced, ProtectionSet
from astracore.trading.orders.groups import GroupKind, Release, bracket_prices
from astracore.trading.orders.terms import RULES, OrderTerms
from astracore.trading.reserves import held_qty
from astracore.trading.settlement import key_of
from astracore.trading.state import Account, Order, Position, oldest_first
from astracore.trading.steps.endings import cancel_asked
from astracore.trading.steps.placing import Grown, Membership, placed
from astracore.trading.telling import Told
from astracore.trading.types import ZERO, OrderType, Side, TimeInForce

Decided = Result[tuple[AccountEvent, ...], Refused]
SIZES = {GroupKind.OCO: (2, 2), GroupKind.OUO: (2, 5), GroupKind.OTO: (2, 2)}
SIZES[GroupKind.BRACKET] = (3, 3)
WAITS = frozenset({GroupKind.OTO, GroupKind.BRACKET})
RESTING = frozenset({TimeInForce.GTC, TimeInForce.GTD, TimeInForce.DAY})


def place_list(command: PlaceList, account: Account) -> Decided:
    """Accept every order of a list, or none; the reserve is that of the largest leg.

    Errors: invalid_order (legs that do not fit together), bracket_prices, those of place_order.
    """
    faults = faulty_list(command, account)
    if faults:
        return Failure(Refused(faults))
    legs = command.legs
    release = Release.PARTIAL if command.kind is GroupKind.BRACKET else command.release
    told = Told(account).plus(
        ListPlaced(
            account_id=account.account_id,
            list_id=command.list_id,
            symbol=legs[0].symbol,
            group=command.kind,
            release=release,
            order_ids=tuple(leg.order_id for leg in legs),
            qty=legs[0].qty,
            protects=False,
            at=command.at,
        )
    )
    if command.kind in WAITS:
        return waiting_legs(command, told)
    return equal_legs(command.list_id, legs, told, protects=False)


def equal_legs(
    list_id: str, legs: tuple[PlaceOrder, ...], told: Told, *, protects: bool
) -> Decided:
    """The legs of an oco or ouo: each is judged alone, and locks what no other has locked yet."""
    before, most = told.account, ZERO
    for leg in legs:
        alone = Told(evolve(before, reserved=before.reserved + most))
        belongs = Membership(list_id=list_id, protects=protects, shared=most)
        grown = placed(leg, alone, belongs)
        if is_failure(grown):
            return grown
        told = told.plus(*grown.unwrap().events)
        most = told.account.reserved - before.reserved
    return Success(told.events)


def waiting_legs(command: PlaceList, told: Told) -> Decided:
    """A parent or entry that works, and what is held until it fills."""
    first, *others = command.legs
    grown = placed(first, told, Membership(list_id=command.list_id))
    for leg in others:
        if is_failure(grown):
            return grown
        grown = held_leg(command, leg, grown.unwrap())
    return grown.map(lambda after: after.events)


def held_leg(command: PlaceList, leg: PlaceOrder, told: Told) -> Grown:
    """One order that waits for the first of its list, judged as if that had filled.

    Exits reduce what the first opened and lock nothing; another child locks what its parent's
    reserve does not cover.
    """
    first = command.legs[0]
    parent = told.account.orders[first.order_id]
    belongs = Membership(
        list_id=command.list_id, parent_id=first.order_id, held=True, shared=parent.reserve
    )
    if command.kind is not GroupKind.BRACKET and not leg.reduce_only:
        return placed(leg, told, belongs)
    entered = evolve(told.account, orders={}, positions={parent.key: entry_of(parent)})
    judged = evolve(leg, facts=facts_at(leg.facts, parent), reduce_only=True)
    grown = placed(judged, Told(entered), belongs)
    return grown.map(lambda after: told.plus(*after.events))


def entry_of(parent: Order) -> Position:
    """The position that a parent's full fill would open."""
    signed = sign_of(parent.side) * parent.qty
    return Position(
        position_id=PositionId(parent.order_id),
        symbol=parent.symbol,
        qty=signed,
        cost=signed * parent.reference,
        margin=ZERO,
        leverage=parent.leverage,
        opened_at=parent.accepted_at,
        leg=parent.terms.leg,
        contract=parent.contract,
        multiplier=parent.multiplier,
    )


def facts_at(facts: Facts, parent: Order) -> Facts:
    """What is known once the parent has filled: the market stands at its price."""
    price = parent.limit_price or parent.level
    if price is None:
        return facts
    marks = tuple(
        evolve(mark, price=price) if mark.symbol == parent.symbol else mark for mark in facts.marks
    )
    return evolve(facts, marks=marks, last=None, best_bid=None, best_ask=None)


def faulty_list(command: PlaceList, account: Account) -> tuple[TradingFault, ...]:
    """invalid_order for legs that do not fit together, bracket_prices."""
    legs = command.legs
    least, most = SIZES[command.kind]
    if not least <= len(legs) <= most:
        return (InvalidOrder("legs", f"{least} to {most} are needed"),)
    if command.list_id in account.groups:
        return (InvalidOrder("list_id", "is in use"),)
    first = legs[0]
    if len({leg.order_id for leg in legs}) != len(legs):
        return (InvalidOrder("legs", "must be different orders"),)
    if any(leg.symbol != first.symbol or leg.qty != first.qty for leg in legs):
        return (InvalidOrder("legs", "must be of one symbol and quantity"),)
    if any(leg.type in {OrderType.SCALED, OrderType.MARKET_QUOTE} for leg in legs):
        return (InvalidOrder("legs", "this type has no place in a list"),)
    later = legs[1:] if command.kind in WAITS else legs
    if any((leg.tif or RULES[leg.type].times[0]) not in RESTING for leg in later):
        return (InvalidOrder("legs", "must rest: gtc, gtd or day"),)
    if command.kind is GroupKind.BRACKET:
        return faulty_bracket(legs)
    same = command.kind in WAITS or all(leg.side is first.side for leg in legs)
    return () if same else (InvalidOrder("legs", "must be of one side"),)


def faulty_bracket(legs: tuple[PlaceOrder, ...]) -> tuple[TradingFault, ...]:
    """invalid_order, bracket_prices: exits oppose the entry, on either side of its price."""
    entry, stop, target = legs
    if any(leg.side is entry.side for leg in (stop, target)):
        return (InvalidOrder("legs", "exits must oppose the entry"),)
    marks = {mark.symbol: mark.price for mark in entry.facts.marks}
    price = entry.limit_price or entry.terms.stop_price or marks.get(entry.symbol)
    low = stop.terms.stop_price
    high = target.limit_price or target.terms.stop_price
    if price is None or low is None or high is None:
        return (InvalidOrder("legs", "a bracket needs a stop, a target and a price between"),)
    fault = bracket_prices(entry.side, low, price, high)
    return (BracketPrices(low, price, high),) if is_failure(fault) else ()


def set_protection(command: SetProtection, account: Account) -> Decided:
    """Replace the exits of a position; they close what is left of it, whatever its size.

    Errors: position_not_found, invalid_order, those of place_order (trigger_would_fire).
    """
    key = key_of(command.symbol, command.leg)
    held = held_qty(account, key)
    if held == ZERO:
        return refused(PositionNotFound(key))
    told = Told(account)
    for order in oldest_first(account.orders):
        if order.protects and order.key == key and order.order_id in told.account.orders:
            told = cancel_asked(told, order, "protection", command.at)
    legs = exits_of(command, opposite(side_of(held)), abs(held))
    said = protection_set(command, key, has_legs=bool(legs))
    if not legs:
        return Success((*told.events, said))
    if command.list_id in told.account.groups:
        return refused(InvalidOrder("list_id", "is in use"))
    told = told.plus(
        ListPlaced(
            account_id=account.account_id,
            list_id=command.list_id,
            symbol=command.symbol,
            group=GroupKind.OCO,
            release=Release.FULL,
            order_ids=tuple(leg.order_id for leg in legs),
            qty=abs(held),
            protects=True,
            at=command.at,
        )
    )
    rivals = {name: one for name, one in told.account.orders.items() if one.key != key}
    view = Told(evolve(told.account, orders=rivals), told.events)
    done = equal_legs(command.list_id, legs, view, protects=True)
    return done.map(lambda events: (*events, said))


def protection_set(command: SetProtection, key: str, *, has_legs: bool) -> ProtectionSet:
    """What is said of it."""
    return ProtectionSet(
        account_id=command.account_id,
        symbol=command.symbol,
        key=key,
        list_id=command.list_id if has_legs else None,
        stop=command.stop,
        target=command.target,
        trail=command.trail,
        at=command.at,
    )


def exits_of(command: SetProtection, side: Side, qty: Decimal) -> tuple[PlaceOrder, ...]:
    """The reduce-only orders that protect a position: a stop or a trail, and a target."""
    wanted: tuple[tuple[OrderType, OrderTerms, Decimal | None], ...] = (
        (OrderType.STOP_MARKET, OrderTerms(stop_price=command.stop), command.stop),
        (OrderType.TAKE_PROFIT_MARKET, OrderTerms(stop_price=command.target), command.target),
        (OrderType.TRAILING_STOP_AMOUNT, OrderTerms(trail=command.trail), command.trail),
    )
    return tuple(
        PlaceOrder(
            account_id=command.account_id,
            order_id=exit_id(command, kind),
            symbol=command.symbol,
            side=side,
            type=kind,
            qty=qty,
            facts=command.facts,
            at=command.at,
            reduce_only=True,
            terms=evolve(terms, leg=command.leg),
        )
        for kind, terms, price in wanted
        if price is not None
    )


def exit_id(command: SetProtection, kind: OrderType) -> OrderId:
    """The id of a protecting order: the same at every retry."""
    facts = ("exit", command.list_id, kind.value)
    return OrderId(derived_id(command.at.micros // 1000, *facts))

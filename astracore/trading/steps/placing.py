"""Asking for orders, for the close of a position, and for cancellations."""

from decimal import Decimal

from attrs import evolve, frozen
from returns.result import Failure, Result, Success

from astracore.errors.trading import (
    AccountClosed,
    AccountFrozen,
    InstrumentUnavailable,
    InvalidOrder,
    InvalidTransition,
    PositionNotFound,
    Refused,
    UnknownOrder,
    refused,
)
from astracore.ids import OrderId, derived_id
from astracore.outcome import is_failure
from astracore.trading.checks.assessing import Assessed, assessed, protective_price
from astracore.trading.checks.pretrade import refusals
from astracore.trading.commands import CancelAll, CancelOrder, ClosePosition, PlaceOrder
from astracore.trading.contracts.kinds import ONE
from astracore.trading.events import AccountEvent, OrderAccepted
from astracore.trading.orders.expiry import expires_at
from astracore.trading.orders.slices import Ladder, scaled
from astracore.trading.orders.terms import PLAIN, Family, OrderTerms, Schedule, misplaced
from astracore.trading.reserves import held_qty, opening_parts, remaining, unclaimed
from astracore.trading.settlement import key_of
from astracore.trading.state import Account, oldest_first
from astracore.trading.steps.endings import cancel_asked
from astracore.trading.telling import Told
from astracore.trading.types import (
    ZERO,
    AccountMode,
    AccountStatus,
    ContractKind,
    Instrument,
    MarginMode,
    OrderStatus,
    OrderType,
    Side,
)

Decided = Result[tuple[AccountEvent, ...], Refused]
Grown = Result[Told, Refused]


@frozen(kw_only=True)
class Membership:
    """How an order belongs to a list; a `held` one waits for its parent."""

    list_id: str | None = None
    parent_id: OrderId | None = None
    held: bool = False
    protects: bool = False
    shared: Decimal = ZERO  # what the other orders of its list have locked for it too


ALONE = Membership()


def place_order(command: PlaceOrder, account: Account) -> Decided:
    """Accept an order and lock its reserve, or name everything that stands against it."""
    if command.type is OrderType.SCALED:
        return scale_order(command, account).map(lambda told: told.events)
    return placed(command, Told(account), ALONE).map(lambda told: told.events)


def placed(command: PlaceOrder, told: Told, belongs: Membership) -> Grown:
    """One more accepted order, or every reason why not."""
    found = assessment(command, told.account)
    if is_failure(found):
        return found
    seen = found.unwrap()
    if belongs.shared:
        seen = evolve(seen, reserve=max(ZERO, seen.reserve - belongs.shared))
    causes = refusals(seen)
    if causes:
        return Failure(Refused(causes))
    return Success(told.plus(accepted(seen, belongs)))


def assessment(command: PlaceOrder, account: Account) -> Result[Assessed, Refused]:
    """What the ladder looks at.  Errors: invalid_transition (the id was used before), those of an
    unknown instrument."""
    known = account.orders.get(command.order_id, account.ended.get(command.order_id))
    if known is not None:
        return refused(InvalidTransition(known.order_id, known.status.value, "place_order"))
    listed = command.facts.instrument
    if listed is None or listed.symbol != command.symbol:
        return unlisted(command, account)
    return Success(assessed(command, account, listed))


def unlisted(command: PlaceOrder, account: Account) -> Failure[Refused]:
    """Nobody knows the instrument; a closed or frozen account is said first."""
    unavailable = InstrumentUnavailable(command.symbol, "unknown")
    if account.status is AccountStatus.CLOSED:
        return refused(AccountClosed(account.account_id), unavailable)
    left = unclaimed(account, key_of(command.symbol, command.terms.leg), command.side)
    opens = not command.reduce_only and command.qty > left
    if account.status is AccountStatus.FROZEN and opens:
        return refused(AccountFrozen(account.account_id), unavailable)
    return refused(unavailable)


def accepted(seen: Assessed, belongs: Membership = ALONE) -> OrderAccepted:
    """The event of an order that passed. Kernel."""
    asked, account, listed = seen.asked, seen.account, seen.instrument
    terms = stored_terms(seen)
    isolated = seen.margin_mode is MarginMode.ISOLATED
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
        reduce_only=seen.reduce_only,
        status=status_of(seen, belongs),
        leverage=seen.leverage,
        maker_rate=asked.facts.maker_rate,
        taker_rate=asked.facts.taker_rate,
        reserve=seen.reserve,
        reference=ZERO if seen.reference is None else seen.reference,
        opens=not seen.reducing,
        is_practice=account.mode is AccountMode.PRACTICE,
        at=asked.at,
        limit_price=asked.limit_price,
        protective_price=bound_of(seen),
        client_order_id=asked.client_order_id,
        bot_id=asked.bot_id,
        terms=None if terms == PLAIN else terms,
        list_id=belongs.list_id,
        parent_id=belongs.parent_id,
        margin_mode=None if isolated else seen.margin_mode,
        contract=None if listed.kind is ContractKind.LINEAR else listed.kind,
        multiplier=None if listed.multiplier == ONE else listed.multiplier,
        level=seen.level,
        protects=True if belongs.protects else None,
    )


def bound_of(seen: Assessed) -> Decimal | None:
    """How far an order that takes the book at once, or in slices, may reach. Kernel."""
    asks_market = seen.rule.family is not Family.LIMIT and seen.rule.trigger is None
    pegged = seen.asked.type is OrderType.PEGGED
    if seen.mark is None or not (asks_market or pegged):
        return None
    return protective_price(seen.asked.side, seen.mark.price, seen.instrument)


def status_of(seen: Assessed, belongs: Membership) -> OrderStatus:
    """Where the order starts: held, watched by the account itself, or on its way. Kernel."""
    if belongs.held:
        return OrderStatus.HELD
    waits = seen.rule.trigger is not None and seen.account.mode is AccountMode.PRACTICE
    return OrderStatus.UNTRIGGERED if waits else OrderStatus.PENDING


def stored_terms(seen: Assessed) -> OrderTerms:
    """The terms with the instant at which the order is dead. Kernel: the ladder passed."""
    asked, terms = seen.asked, seen.asked.terms
    if seen.rule.family is Family.SLICED:
        plan = terms.schedule
        return evolve(terms, expire_at=None if plan is None else plan.end)
    due = expires_at(seen.tif, asked.at, terms.expire_at, seen.instrument.session_close)
    return terms if is_failure(due) else evolve(terms, expire_at=due.unwrap())


def scale_order(command: PlaceOrder, account: Account) -> Grown:
    """A scaled order is its limits: each accepted by itself, all or none.

    The first takes the order's own id, the others ids derived from it.
    """
    found = rungs_of(command, account)
    if is_failure(found):
        return found
    told = Told(account)
    for place, child in enumerate(found.unwrap()):
        parent = Membership(parent_id=command.order_id if place else None)
        grown = placed(child, told, parent)
        if is_failure(grown):
            return grown
        told = grown.unwrap()
    return Success(told)


def rungs_of(command: PlaceOrder, account: Account) -> Result[tuple[PlaceOrder, ...], Refused]:
    """The limits of a scaled order as orders of their own.

    Errors: those of an unknown instrument, invalid_order.
    """
    listed, plan = command.facts.instrument, command.terms.schedule
    if listed is None or listed.symbol != command.symbol:
        return unlisted(command, account)
    wrong = misplaced(command.type, command.qty, command.limit_price, command.terms)
    if wrong or plan is None:
        return Failure(Refused(wrong))
    rungs = scaled(ladder_of(command, plan, listed))
    if is_failure(rungs):
        return refused(InvalidOrder("schedule", rungs.failure().code))
    return Success(
        tuple(
            evolve(
                command,
                order_id=rung_id(command, place),
                type=OrderType.LIMIT,
                qty=rung.qty,
                limit_price=rung.price,
                terms=evolve(command.terms, schedule=None),
                client_order_id=command.client_order_id if place == 0 else None,
            )
            for place, rung in enumerate(rungs.unwrap())
        )
    )


def ladder_of(command: PlaceOrder, plan: Schedule, listed: Instrument) -> Ladder:
    """The terms of a scaled order as the formula takes them. Kernel: its fields are there."""
    return Ladder(
        qty=command.qty,
        low=plan.low or ZERO,
        high=plan.high or ZERO,
        count=plan.slices or 0,
        skew=plan.skew or ZERO,
        tick=listed.tick,
        lot=listed.lot,
    )


def rung_id(command: PlaceOrder, place: int) -> OrderId:
    """The id of one limit of a scaled order: the same at every retry."""
    if place == 0:
        return command.order_id
    facts = ("rung", command.order_id, str(place))
    return OrderId(derived_id(command.at.micros // 1000, *facts))


def close_position(command: ClosePosition, account: Account) -> Decided:
    """Close at market, reduce-only. Working orders of that side that then have too little left
    to reduce are asked to be cancelled first: whoever closes wants to be out.

    Errors: position_not_found, invalid_order (more than is held), then those of place_order.
    """
    found = closing(command, account)
    if is_failure(found):
        return found
    closes = found.unwrap()
    grown = placed(closes.asked, Told(closes.view), ALONE)
    return grown.map(lambda after: (*closes.before, *after.events))


@frozen(kw_only=True)
class Closing:
    """The order that a close stands for, and the account that it is judged on.

    In the `view` rival orders are asked to go (`before`) and claim nothing any more.
    """

    asked: PlaceOrder
    view: Account
    before: tuple[AccountEvent, ...]


def closing(command: ClosePosition, account: Account) -> Result[Closing, Refused]:
    """What a close asks for.  Errors: position_not_found, invalid_order (more than is held)."""
    key = key_of(command.symbol, command.leg)
    held = held_qty(account, key)
    if held == ZERO:
        return refused(PositionNotFound(key))
    qty = abs(held) if command.qty is None else command.qty
    if qty > abs(held):
        return refused(InvalidOrder("qty", "more than the position"))
    side = Side.SELL if held > ZERO else Side.BUY
    told = cleared(Told(account), key, side, abs(held) - qty, command)
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
        terms=OrderTerms(leg=command.leg),
    )
    spent = {
        name: evolve(order, executed=order.qty)
        for name, order in told.account.orders.items()
        if order.key == key and order.side is side
    }
    view = evolve(told.account, orders={**told.account.orders, **spent})  # known, without a claim
    return Success(Closing(asked=asked, view=view, before=told.events))


def cleared(told: Told, key: str, side: Side, left: Decimal, command: ClosePosition) -> Told:
    """The orders that would take what is to be closed are asked to go, when there are too many.

    Exits that protect the position stay: they follow its size by themselves.
    """
    rivals = [
        order
        for order in oldest_first(told.account.orders)
        if order.key == key and order.side is side and order.status is not OrderStatus.HELD
    ]
    free_ones = [order for order in rivals if not order.protects]
    if sum((remaining(order) for order in free_ones), ZERO) <= left:
        return told
    for order in free_ones:
        if order.order_id in told.account.orders:
            told = cancel_asked(told, order, "position_close", command.at)
    return told


def cancel_order(command: CancelOrder, account: Account) -> Decided:
    """Ask for a cancellation; twice is a no-op.  Errors: unknown_order, invalid_transition."""
    ended = account.ended.get(command.order_id)
    if ended is not None:
        return refused(InvalidTransition(ended.order_id, ended.status.value, "cancel"))
    order = account.orders.get(command.order_id)
    if order is None:
        return refused(UnknownOrder(command.order_id))
    return Success(cancel_asked(Told(account), order, command.reason, command.at).events)


def cancel_all(command: CancelAll, account: Account) -> Decided:
    """Ask for the cancellation of every open order, of one symbol or of opening ones when said."""
    told = Told(account)
    for order in oldest_first(account.orders):
        current = told.account.orders.get(order.order_id)
        if current is None or command.symbol not in {None, order.symbol}:
            continue
        if command.opening_only and not opens(account, order.key, order.order_id):
            continue
        told = cancel_asked(told, current, command.reason, command.at)
    return Success(told.events)


def opens(account: Account, key: str, order_id: OrderId) -> bool:
    """Whether an open order may open or grow a position; a held one may."""
    order = account.orders[order_id]
    if order.status is OrderStatus.HELD:
        return not order.reduce_only
    return any(
        one.order_id == order_id and part > ZERO for one, part in opening_parts(account, key)
    )

"""Giving a working order other figures: judged like a new one, on an account without it."""

from attrs import evolve, frozen
from returns.result import Failure, Result, Success

from astracore.errors.trading import (
    InvalidOrder,
    InvalidTransition,
    Refused,
    UnknownOrder,
    refused,
)
from astracore.outcome import is_failure
from astracore.trading.checks.assessing import assessed
from astracore.trading.checks.pretrade import refusals
from astracore.trading.commands import AmendOrder, PlaceOrder
from astracore.trading.events import AccountEvent
from astracore.trading.order_events import OrderAmended
from astracore.trading.orders.terms import RULES, Family
from astracore.trading.state import Account, Order
from astracore.trading.steps.endings import topped
from astracore.trading.steps.placing import unlisted
from astracore.trading.telling import Told
from astracore.trading.types import ZERO, OrderStatus, TimeInForce

Decided = Result[tuple[AccountEvent, ...], Refused]
AMENDABLE = frozenset(
    {OrderStatus.PENDING, OrderStatus.UNTRIGGERED, OrderStatus.OPEN, OrderStatus.PARTIALLY_FILLED}
)


def amend_order(command: AmendOrder, account: Account) -> Decided:
    """Change quantity, limit or stop; only a lower quantity keeps the order's place.

    Errors in order: unknown_order, invalid_transition (ended, held, leaving, or in a list),
    invalid_order (qty not above what was executed, a field the type has not), the ladder's.
    """
    found = amending(command, account)
    if is_failure(found):
        return found
    amends = found.unwrap()
    if amends.changed == amends.order:
        return Success(())
    return judged(command, account, amends)


@frozen(kw_only=True)
class Amending:
    """An order as it is and as it would be, and what the ladder is asked: a new order on the
    account without the old one."""

    order: Order
    changed: Order
    asked: PlaceOrder
    view: Account


def amending(command: AmendOrder, account: Account) -> Result[Amending, Refused]:
    """What an amendment asks for.  Errors: those of `amend_order` that come before the ladder's."""
    ended = account.ended.get(command.order_id)
    order = account.orders.get(command.order_id, ended)
    if order is None:
        return refused(UnknownOrder(command.order_id))
    if order.status not in AMENDABLE or order.list_id is not None:
        return refused(InvalidTransition(order.order_id, order.status.value, "amend"))
    qty = order.qty if command.qty is None else command.qty
    if qty <= order.executed:
        return refused(InvalidOrder("qty", "must be above what was executed"))
    if RULES[order.type].family is Family.SLICED:
        return refused(InvalidOrder("type", "cannot be amended"))
    changed = evolve(
        order,
        qty=qty,
        limit_price=command.limit_price or order.limit_price,
        terms=evolve(order.terms, stop_price=command.stop_price or order.terms.stop_price),
    )
    others = {key: kept for key, kept in account.orders.items() if key != order.order_id}
    view = evolve(account, orders=others, reserved=account.reserved - order.reserve)
    return Success(
        Amending(order=order, changed=changed, asked=as_asked(command, changed), view=view)
    )


def judged(command: AmendOrder, account: Account, amends: Amending) -> Decided:
    """The amendment as the ladder sees it."""
    order, changed = amends.order, amends.changed
    listed = command.facts.instrument
    if listed is None or listed.symbol != order.symbol:
        return unlisted(amends.asked, account)
    seen = assessed(amends.asked, amends.view, listed)
    causes = refusals(seen)
    if causes:
        return Failure(Refused(causes))
    lower = changed.qty < order.qty and changed == evolve(order, qty=changed.qty)
    event = OrderAmended(
        account_id=account.account_id,
        order_id=order.order_id,
        symbol=order.symbol,
        revision=order.revision + 1,
        qty=order.executed + seen.qty,
        limit_price=changed.limit_price,
        stop_price=changed.terms.stop_price,
        reference=ZERO if seen.reference is None else seen.reference,
        reserve=seen.reserve,
        keeps_priority=lower,
        reason="user",
        at=command.at,
    )
    return Success(topped(Told(account).plus(event), order.key, command.at).events)


def as_asked(command: AmendOrder, changed: Order) -> PlaceOrder:
    """What is left of the order, as if it were asked for now."""
    timed = changed.tif is TimeInForce.GTD
    return PlaceOrder(
        account_id=command.account_id,
        order_id=changed.order_id,
        symbol=changed.symbol,
        side=changed.side,
        type=changed.type,
        qty=changed.qty - changed.executed,
        facts=command.facts,
        at=command.at,
        limit_price=changed.limit_price,
        tif=changed.tif,
        post_only=changed.post_only,
        reduce_only=changed.reduce_only,
        client_order_id=changed.client_order_id,
        bot_id=changed.bot_id,
        terms=changed.terms if timed else evolve(changed.terms, expire_at=None),
    )

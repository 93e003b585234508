"""What an order needs beside its own words: facts, and the answer that is stored with it."""

from collections.abc import Mapping
from typing import TypeAlias

import orjson
from attrs import frozen

from astracore.events.envelope import Envelope
from astracore.events.policy import concerning
from astracore.ids import AccountId, OrderId, derived_id
from astracore.projections.orders import EVENTS, OrderEvent, OrderRow, accepted
from astracore.projections.orders import evolve as with_event
from astracore.projections.portfolio import PortfolioRow
from astracore.trading.commands import (
    AmendOrder,
    ClosePosition,
    PlaceList,
    PlaceOrder,
    SetProtection,
)
from astracore.trading.contracts.costs import fee_level
from astracore.trading.events import OrderAccepted
from astracore.trading.facts import Facts
from astracore.trading.tickets import Names, Ticket, ticket_command
from astracore.trading.types import ZERO
from shell.asked import Written
from shell.desk import Intent
from shell.http.answers import Created, Kept, to_json
from shell.market import Markets
from shell.orderforms import (
    Amendment,
    Closing,
    Leg,
    NewList,
    NewOrder,
    NewTicket,
    Protection,
    terms_of,
)

Placed: TypeAlias = Created[OrderRow]


def facts_for(symbol: str, markets: Markets) -> Facts:
    """What is known outside the account when an order is decided.

    Every mark goes along: a position that a fill has just opened is not in the read model yet.
    """
    book = markets.book(symbol)
    rates = fee_level(ZERO)  # volumes of 30 days are not kept yet: everybody pays the first level
    return Facts(
        instrument=markets.listed.get(symbol),
        marks=markets.marks((symbol, *markets.listed)),
        maker_rate=rates.maker,
        taker_rate=rates.taker,
        best_bid=book.bids[0].price if book.bids else None,
        best_ask=book.asks[0].price if book.asks else None,
    )


def order_id_of(intent: Intent) -> OrderId:
    """The id of the order that an intent places."""
    return OrderId(derived_id(intent.at.micros // 1000, "order", intent.command_id))


def place_command(body: NewOrder, intent: Intent, facts: Facts) -> PlaceOrder:
    """The command that a request for an order stands for."""
    return leg_command(body, AccountId(body.account_id), order_id_of(intent), intent, facts)


def leg_command(
    body: Leg, account_id: AccountId, order_id: OrderId, intent: Intent, facts: Facts
) -> PlaceOrder:
    """One order of a request under its own id."""
    return PlaceOrder(
        account_id=account_id,
        order_id=order_id,
        symbol=body.symbol,
        side=body.side,
        type=body.type,
        qty=ZERO if body.qty is None else body.qty,
        facts=facts,
        at=intent.at,
        limit_price=body.limit_price,
        tif=body.tif,
        post_only=body.post_only,
        reduce_only=body.reduce_only,
        client_order_id=body.client_order_id,
        terms=terms_of(body),
    )


def list_command(body: NewList, intent: Intent, markets: Markets) -> PlaceList:
    """The command that a request for a list stands for."""
    account_id = AccountId(body.account_id)
    return PlaceList(
        account_id=account_id,
        list_id=list_id_of(intent),
        kind=body.kind,
        legs=tuple(
            leg_command(
                leg, account_id, leg_id_of(intent, place), intent, facts_for(leg.symbol, markets)
            )
            for place, leg in enumerate(body.legs)
        ),
        at=intent.at,
        release=body.release,
    )


def execute_command(body: NewTicket, intent: Intent, facts: Facts) -> PlaceOrder | PlaceList:
    """The command that a ticket stands for."""
    ticket = Ticket(
        symbol=body.symbol,
        direction=body.direction,
        amount=body.amount,
        stop_loss=body.stop_loss,
        take_profit=body.take_profit,
    )
    names = Names(
        account_id=AccountId(body.account_id),
        list_id=list_id_of(intent),
        entry=order_id_of(intent),
        stop=leg_id_of(intent, 1),
        target=leg_id_of(intent, 2),
    )
    return ticket_command(ticket, names, facts, intent.at)


def list_id_of(intent: Intent) -> str:
    """The id of the list that an intent places."""
    return derived_id(intent.at.micros // 1000, "list", intent.command_id)


def leg_id_of(intent: Intent, place: int) -> OrderId:
    """The id of one order of the list that an intent places."""
    facts = ("order", intent.command_id, str(place))
    return OrderId(derived_id(intent.at.micros // 1000, *facts))


def protect_command(
    row: PortfolioRow, symbol: str, body: Protection, intent: Intent, facts: Facts
) -> SetProtection:
    """The command that sets a position's exits, or takes them away."""
    return SetProtection(
        account_id=row.account_id,
        list_id=list_id_of(intent),
        symbol=symbol,
        facts=facts,
        at=intent.at,
        leg=body.leg,
        stop=body.stop,
        target=body.target,
        trail=body.trail,
    )


def amend_command(row: OrderRow, body: Amendment, intent: Intent, facts: Facts) -> AmendOrder:
    """The command that gives an order other figures."""
    return AmendOrder(
        account_id=row.account_id,
        order_id=row.order_id,
        facts=facts,
        at=intent.at,
        qty=body.qty,
        limit_price=body.limit_price,
        stop_price=body.stop_price,
    )


def close_command(
    row: PortfolioRow, symbol: str, body: Closing, intent: Intent, facts: Facts
) -> ClosePosition:
    """The command that closes a position, or a part of it."""
    return ClosePosition(
        account_id=row.account_id,
        order_id=order_id_of(intent),
        symbol=symbol,
        facts=facts,
        at=intent.at,
        qty=body.qty,
        leg=body.leg,
    )


def order_answer(events: tuple[Envelope[object], ...]) -> bytes:
    """The order as it was accepted: what is stored and given again to every retry."""
    rows = [accepted(one.event) for one in events if isinstance(one.event, OrderAccepted)]
    return to_json(rows[0]) if rows else b"{}"


@frozen(kw_only=True)
class OrderList:
    """Orders that know each other, as they were accepted; without an id there are none."""

    list_id: str | None
    orders: tuple[OrderRow, ...]


def list_of(events: tuple[Envelope[object], ...]) -> OrderList:
    """The orders of a list as they were accepted."""
    rows = tuple(accepted(one.event) for one in events if isinstance(one.event, OrderAccepted))
    return OrderList(list_id=rows[0].list_id if rows else None, orders=rows)


def list_answer(events: tuple[Envelope[object], ...]) -> bytes:
    """The same, as it is stored and given again to every retry."""
    return to_json(list_of(events))


def listed(written: Written) -> Created[OrderList]:
    """The stored answer, and where its first order is to be found."""
    answer: Mapping[str, list[Mapping[str, object]]] = orjson.loads(written.answer)
    address = f"/v1/orders/{answer['orders'][0]['order_id']}"
    return Created(Kept(written.answer), address, is_replayed=written.replayed)


def placed(written: Written) -> Placed:
    """The stored answer, and where the order is to be found."""
    answer: Mapping[str, object] = orjson.loads(written.answer)
    address = f"/v1/orders/{answer['order_id']}"
    return Created(Kept(written.answer), address, is_replayed=written.replayed)


def after(row: OrderRow, events: tuple[Envelope[object], ...]) -> OrderRow:
    """The order after what just happened to it; `row` when nothing did."""
    current = row
    for envelope in events:
        narrowed: Envelope[OrderEvent] | None = concerning(EVENTS, envelope)
        if narrowed is not None and narrowed.event.order_id == row.order_id:
            current = with_event(current, narrowed, row.order_id) or current
    return current

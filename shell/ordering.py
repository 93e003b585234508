"""What an order needs beside its own words: facts, and the answer that is stored with it."""

from collections.abc import Mapping
from typing import TypeAlias

import orjson

from astracore.events.envelope import Envelope
from astracore.events.policy import concerning
from astracore.ids import AccountId, OrderId, derived_id
from astracore.projections.orders import EVENTS, OrderEvent, OrderRow, accepted
from astracore.projections.orders import evolve as with_event
from astracore.projections.portfolio import PortfolioRow
from astracore.trading.commands import ClosePosition, Facts, PlaceOrder
from astracore.trading.costs import fee_level
from astracore.trading.events import OrderAccepted
from astracore.trading.types import INSTRUMENTS, ZERO
from shell.asked import Written
from shell.codecs import Closing, NewOrder
from shell.desk import Intent
from shell.http.answers import Created, Kept, to_json
from shell.market import Markets

Placed: TypeAlias = Created[OrderRow]


def facts_for(symbol: str, markets: Markets) -> Facts:
    """What is known outside the account when an order is decided.

    Every mark goes along: a position that a fill has just opened is not in the read model yet.
    """
    book = markets.book(symbol)
    rates = fee_level(ZERO)  # volumes of 30 days are not kept yet: everybody pays the first level
    return Facts(
        instrument=INSTRUMENTS.get(symbol),
        marks=markets.marks((symbol, *INSTRUMENTS)),
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
    return PlaceOrder(
        account_id=AccountId(body.account_id),
        order_id=order_id_of(intent),
        symbol=body.symbol,
        side=body.side,
        type=body.type,
        qty=body.qty,
        facts=facts,
        at=intent.at,
        limit_price=body.limit_price,
        tif=body.tif,
        post_only=body.post_only,
        reduce_only=body.reduce_only,
        client_order_id=body.client_order_id,
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
    )


def order_answer(events: tuple[Envelope[object], ...]) -> bytes:
    """The order as it was accepted: what is stored and given again to every retry."""
    rows = [accepted(one.event) for one in events if isinstance(one.event, OrderAccepted)]
    return to_json(rows[0]) if rows else b"{}"


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

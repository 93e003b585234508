"""A ticket: so much money long or short at market, with exits if wished, as one command."""

from decimal import Decimal

from attrs import evolve, frozen
from returns.result import Result, Success

from astracore.errors.values import NumericLimit
from astracore.ids import AccountId, OrderId
from astracore.instants import Instant
from astracore.numeric import exact
from astracore.outcome import is_failure
from astracore.trading.checks.assessing import protective_price
from astracore.trading.commands import PlaceList, PlaceOrder
from astracore.trading.contracts.hedging import LegName
from astracore.trading.facts import Facts
from astracore.trading.orders.groups import GroupKind
from astracore.trading.orders.slices import quote_quantity
from astracore.trading.orders.terms import OrderTerms
from astracore.trading.types import OrderType, Side


@frozen(kw_only=True)
class Ticket:
    """`amount` [quote] for `direction`; `stop_loss`, `take_profit` [quote per base] are exits."""

    symbol: str
    direction: LegName
    amount: Decimal
    stop_loss: Decimal | None = None
    take_profit: Decimal | None = None

    @property
    def side(self) -> Side:
        """Which side opens it."""
        return Side.BUY if self.direction is LegName.LONG else Side.SELL


@frozen(kw_only=True)
class Names:
    """The ids that a ticket may need: of its list, its entry, its stop and its target."""

    account_id: AccountId
    list_id: str
    entry: OrderId
    stop: OrderId
    target: OrderId


def ticket_command(
    ticket: Ticket, names: Names, facts: Facts, at: Instant
) -> PlaceOrder | PlaceList:
    """A market order for the amount; with one exit an oto, with two a bracket of one quantity.

    The quantity is floor(amount/P, lot), P the protective price of a buy, the mark of a sell.
    Without a price, or with an amount that buys nothing, it is the order for the amount, which
    the ladder refuses for the right reason.
    """
    entry = PlaceOrder(
        account_id=names.account_id,
        order_id=names.entry,
        symbol=ticket.symbol,
        side=ticket.side,
        type=OrderType.MARKET_QUOTE,
        facts=facts,
        at=at,
        terms=OrderTerms(quote_amount=ticket.amount),
    )
    bought = quantity_of(ticket, facts)
    qty = None if is_failure(bought) else bought.unwrap()
    if qty is None or (ticket.stop_loss is None and ticket.take_profit is None):
        return entry
    entry = evolve(entry, type=OrderType.MARKET, qty=qty, terms=OrderTerms())
    exits = (
        exit_order(entry, names.stop, OrderType.STOP_MARKET, ticket.stop_loss),
        exit_order(entry, names.target, OrderType.TAKE_PROFIT_MARKET, ticket.take_profit),
    )
    legs = (entry, *(one for one in exits if one is not None))
    kind = GroupKind.BRACKET if len(legs) == 3 else GroupKind.OTO
    return PlaceList(
        account_id=names.account_id, list_id=names.list_id, kind=kind, legs=legs, at=at
    )


@exact
def quantity_of(ticket: Ticket, facts: Facts) -> Result[Decimal | None, NumericLimit]:
    """What the amount buys [base]; None where no price is known, or it buys nothing.

    Errors: NumericLimit.  Rounds: down to the lot.
    """
    listed = facts.instrument
    mark = {one.symbol: one.price for one in facts.marks}.get(ticket.symbol)
    if listed is None or listed.symbol != ticket.symbol or mark is None:
        return Success(None)
    price = protective_price(ticket.side, mark, listed) if ticket.side is Side.BUY else mark
    bought = quote_quantity(ticket.amount, price, listed.lot)
    return Success(None if is_failure(bought) else bought.unwrap() or None)


def exit_order(
    entry: PlaceOrder, order_id: OrderId, kind: OrderType, level: Decimal | None
) -> PlaceOrder | None:
    """The order that ends the entry at `level`; None without one."""
    if level is None:
        return None
    return evolve(
        entry,
        order_id=order_id,
        side=Side.SELL if entry.side is Side.BUY else Side.BUY,
        type=kind,
        reduce_only=True,
        terms=OrderTerms(stop_price=level),
    )

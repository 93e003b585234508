"""Tickets: so much money long or short, as the one command that it stands for."""

import pytest
from attrs import evolve

from astracore.ids import OrderId
from astracore.trading.account import ACCOUNT
from astracore.trading.commands import PlaceList, PlaceOrder
from astracore.trading.contracts.hedging import LegName
from astracore.trading.events import OrderAccepted
from astracore.trading.facts import Facts
from astracore.trading.orders.groups import GroupKind
from astracore.trading.tickets import Names, Ticket, quantity_of, ticket_command
from astracore.trading.types import OrderStatus, OrderType, Side
from property_tests.trading_makers import ETH, ME, NOW, D, after, facts, happened, opening

NAMES = Names(
    account_id=ME, list_id="l", entry=OrderId("e"), stop=OrderId("s"), target=OrderId("t")
)
OPEN = after(opening())


def ticket(
    direction: str = "long",
    amount: str = "1000",
    stop: str | None = None,
    target: str | None = None,
) -> Ticket:
    """A ticket in ETH."""
    return Ticket(
        symbol="ETH-USD",
        direction=LegName(direction),
        amount=D(amount),
        stop_loss=None if stop is None else D(stop),
        take_profit=None if target is None else D(target),
    )


def command(of: Ticket, known: Facts | None = None) -> PlaceOrder | PlaceList:
    """What a ticket stands for, with ETH at 2000."""
    return ticket_command(of, NAMES, known or facts(), NOW)


def test_without_exits_it_is_an_order_for_the_amount() -> None:
    made = command(ticket())
    assert isinstance(made, PlaceOrder)
    assert (made.type, made.side, made.terms.quote_amount) == (
        OrderType.MARKET_QUOTE,
        Side.BUY,
        D(1000),
    )
    (event,) = happened(OPEN, made)
    assert isinstance(event, OrderAccepted)
    assert event.qty == quantity_of(ticket(), facts()).unwrap() == D("0.4761")


@pytest.mark.parametrize(
    ("direction", "stop", "target", "qty"),
    [("long", "1900", "2200", "0.4761"), ("short", "2100", "1800", "0.5")],
)
def test_with_both_exits_it_is_a_bracket(direction: str, stop: str, target: str, qty: str) -> None:
    made = command(ticket(direction, stop=stop, target=target))
    assert isinstance(made, PlaceList)
    assert (made.kind, {leg.qty for leg in made.legs}) == (GroupKind.BRACKET, {D(qty)})
    events = [one for one in happened(OPEN, made) if isinstance(one, OrderAccepted)]
    assert [one.order_id for one in events] == ["e", "s", "t"]
    assert [one.status for one in events[1:]] == [OrderStatus.HELD, OrderStatus.HELD]
    assert [one.reduce_only for one in events] == [False, True, True]
    assert events[1].side is events[2].side is not events[0].side


@pytest.mark.parametrize(("stop", "target"), [("1900", None), (None, "2200")])
def test_with_one_exit_the_entry_carries_it(stop: str | None, target: str | None) -> None:
    made = command(ticket(stop=stop, target=target))
    assert isinstance(made, PlaceList)
    assert made.kind is GroupKind.OTO
    events = [one for one in happened(OPEN, made) if isinstance(one, OrderAccepted)]
    assert [one.order_id for one in events] == ["e", "s" if stop else "t"]


@pytest.mark.parametrize(
    ("of", "known", "code"),
    [
        (ticket(stop="2100", target="2200"), None, "bracket_prices"),
        (ticket(amount="0", stop="1900"), None, "invalid_order"),
        (ticket(amount="-5"), None, "invalid_order"),
        (ticket(amount="0.0001", stop="1900"), None, "quantity_out_of_range"),
        (ticket(amount="4", stop="1900"), None, "below_min_notional"),
        (ticket(amount="20000", stop="1900"), None, "order_too_large"),
        (ticket(stop="1900"), facts(None), "price_stale"),
        (ticket(stop="1900"), facts(instrument=None), "instrument_unavailable"),
        (ticket(stop="1900.001", target="2200"), None, "price_off_tick"),
    ],
)
def test_refusals_say_what_is_wrong(of: Ticket, known: Facts | None, code: str) -> None:
    refused = ACCOUNT.decide(command(of, known), OPEN).failure()
    assert code in [cause.code for cause in refused.causes]


def test_figures_that_do_not_fit_leave_the_order_to_the_ladder() -> None:
    exact = ticket(amount="1000", stop="1900")
    fine = facts("2000." + "3" * 60, instrument=evolve(ETH, price_band=D("0." + "7" * 60)))
    assert quantity_of(exact, fine).failure().code == "numeric_limit"
    assert isinstance(command(exact, fine), PlaceOrder)

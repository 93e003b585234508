"""Orders that know each other: what a fill, a trigger and an end of one mean for the others."""

from collections.abc import Sequence

import pytest
from attrs import evolve

from astracore.ids import OrderId
from astracore.trading.commands import PlaceList, PlaceOrder, SetProtection
from astracore.trading.events import OrderCancelRequested, PositionClosed
from astracore.trading.order_events import ListPlaced
from astracore.trading.orders.groups import GroupKind, Release
from astracore.trading.orders.terms import OrderTerms
from astracore.trading.state import Account
from astracore.trading.types import OrderStatus, OrderType, Side, TimeInForce
from property_tests.trading_makers import (
    ME,
    NOW,
    D,
    acked,
    after,
    asked_cancel,
    codes,
    facts,
    fill,
    gone,
    happened,
    limit,
    opening,
    order,
)
from tests.trading.test_conditional import look

OPEN = after(opening("100000"))
LONG = after(order("o", Side.BUY, "1"), fill("o", "f", Side.BUY, "1", "2000"), start=OPEN)


def stop(name: str, side: Side, price: str, qty: str = "1") -> PlaceOrder:
    """A stop."""
    terms = OrderTerms(stop_price=D(price))
    return order(name, side, qty, type=OrderType.STOP_MARKET, terms=terms)


def placing(
    kind: GroupKind, legs: Sequence[PlaceOrder], release: Release = Release.FULL
) -> PlaceList:
    """A list."""
    return PlaceList(
        account_id=ME, list_id="l", kind=kind, legs=tuple(legs), at=NOW, release=release
    )


OCO = (limit("a", Side.BUY, "1", "1980"), stop("b", Side.BUY, "2020"))
BRACKET = (
    limit("e", Side.BUY, "1", "1990"),
    stop("s", Side.SELL, "1950"),
    limit("t", Side.SELL, "1", "2050"),
)
OTO = (limit("e", Side.BUY, "1", "1990"), limit("c", Side.SELL, "1", "2050"))


def state_of(state: Account) -> dict[str, tuple[str, str]]:
    """Status and quantity of each open order."""
    return {
        name: (one.status.value, str(one.qty.normalize())) for name, one in state.orders.items()
    }


def test_an_oco_reserves_its_largest_leg() -> None:
    state = after(placing(GroupKind.OCO, OCO), start=OPEN)
    alone = [after(leg, start=OPEN).reserved for leg in OCO]
    assert state.reserved == max(alone)


def test_a_fill_of_one_lowers_the_other() -> None:
    state = after(placing(GroupKind.OCO, OCO), acked("a"), start=OPEN)
    part = after(fill("a", "f", Side.BUY, "0.4", "1980"), start=state)
    assert state_of(part) == {"a": ("partially_filled", "1"), "b": ("untriggered", "0.6")}
    whole = after(fill("a", "g", Side.BUY, "0.6", "1980"), start=part)
    assert state_of(whole) == {}
    assert whole.reserved == 0
    assert whole.groups == {}


def test_a_trigger_cancels_the_other() -> None:
    state = after(placing(GroupKind.OCO, OCO), acked("a"), look("2020"), start=OPEN)
    assert state_of(state) == {"a": ("cancel_pending", "1"), "b": ("pending", "1")}
    late = after(fill("a", "f", Side.BUY, "0.3", "1980"), start=state)
    assert state_of(late)["b"] == ("pending", "0.7")


def test_an_end_cancels_the_other_and_hands_over_the_reserve() -> None:
    state = after(placing(GroupKind.OCO, OCO), acked("a"), start=OPEN)
    assert state_of(after(gone("a"), start=state)) == {}
    ouo = after(placing(GroupKind.OUO, OCO), acked("a"), start=OPEN)
    left = after(gone("a"), start=ouo)
    assert state_of(left) == {"b": ("untriggered", "1")}
    assert left.reserved == after(OCO[1], start=OPEN).reserved
    assert after(asked_cancel("b"), start=left).reserved == 0


def test_a_bracket_waits_grows_and_leaves() -> None:
    """Exits are what the entry filled; the one that fires takes the other and the entry's rest."""
    state = after(placing(GroupKind.BRACKET, BRACKET), start=OPEN)
    assert {name: one[0] for name, one in state_of(state).items()} == {
        "e": "pending",
        "s": "held",
        "t": "held",
    }
    part = after(acked("e"), fill("e", "f", Side.BUY, "0.4", "1990"), start=state)
    assert state_of(part) == {
        "e": ("partially_filled", "1"),
        "s": ("untriggered", "0.4"),
        "t": ("pending", "0.4"),
    }
    more = after(fill("e", "g", Side.BUY, "0.1", "1990"), start=part)
    assert {name: one[1] for name, one in state_of(more).items()} == {
        "e": "1",
        "s": "0.5",
        "t": "0.5",
    }
    assert more.orders[OrderId("s")].reduce_only
    assert more.orders[OrderId("t")].reduce_only
    fired = after(look("1950"), start=more)
    assert {name: one[0] for name, one in state_of(fired).items()} == {
        "e": "cancel_pending",
        "s": "pending",
        "t": "cancel_pending",
    }
    out = happened(fired, fill("s", "h", Side.SELL, "0.5", "1950"))
    (closed,) = [one for one in out if isinstance(one, PositionClosed)]
    assert closed.had_stop


def test_a_bracket_without_a_fill_is_gone() -> None:
    state = after(placing(GroupKind.BRACKET, BRACKET), gone("e"), start=OPEN)
    assert state_of(state) == {}


@pytest.mark.parametrize("release", Release)
def test_a_child_starts_with_its_parent(release: Release) -> None:
    state = after(placing(GroupKind.OTO, OTO, release), acked("e"), start=OPEN)
    part = after(fill("e", "f", Side.BUY, "0.4", "1990"), start=state)
    started = state_of(part)["c"]
    assert started == (("pending", "0.4") if release is Release.PARTIAL else ("held", "1"))
    ended = after(gone("e"), start=part)
    assert state_of(ended) == {"c": ("pending", "0.4")}


def test_a_child_that_nobody_can_pay_goes() -> None:
    """The parent took all there was; the child would open the other side."""
    rich = after(opening("3000"))
    legs = (limit("e", Side.BUY, "1.4", "1990"), limit("c", Side.BUY, "1.4", "1980"))
    state = after(placing(GroupKind.OTO, legs), start=rich)
    filled = after(fill("e", "f", Side.BUY, "1.4", "1990"), start=state)
    assert state_of(filled) == {}
    assert filled.ended[OrderId("c")].status is OrderStatus.CANCELLED


@pytest.mark.parametrize(
    ("kind", "legs", "code"),
    [
        (GroupKind.OCO, OCO[:1], "invalid_order"),
        (GroupKind.OCO, (OCO[0], OCO[0]), "invalid_order"),
        (GroupKind.OCO, (OCO[0], stop("b", Side.BUY, "2020", "2")), "invalid_order"),
        (GroupKind.OCO, (OCO[0], stop("b", Side.SELL, "1900")), "invalid_order"),
        (GroupKind.OCO, (OCO[0], order("m", Side.BUY, "1")), "invalid_order"),
        (GroupKind.OCO, (OCO[0], evolve(OCO[1], type=OrderType.SCALED)), "invalid_order"),
        (GroupKind.OCO, (OCO[0], evolve(OCO[1], qty=D(1), terms=OrderTerms())), "invalid_order"),
        (GroupKind.BRACKET, (*BRACKET[:2], limit("t", Side.BUY, "1", "2050")), "invalid_order"),
        (GroupKind.BRACKET, (BRACKET[0], BRACKET[2], BRACKET[2]), "invalid_order"),
        (
            GroupKind.BRACKET,
            (BRACKET[0], limit("s", Side.SELL, "1", "1950"), BRACKET[2]),
            "invalid_order",
        ),
        (
            GroupKind.BRACKET,
            (BRACKET[0], stop("s", Side.SELL, "1995"), BRACKET[2]),
            "bracket_prices",
        ),
        (GroupKind.OTO, (limit("e", Side.BUY, "1", "1990.001"), OTO[1]), "price_off_tick"),
        (GroupKind.OTO, (OTO[0], limit("c", Side.SELL, "1", "2050.001")), "price_off_tick"),
    ],
)
def test_lists_that_do_not_fit(kind: GroupKind, legs: Sequence[PlaceOrder], code: str) -> None:
    assert codes(OPEN, placing(kind, legs))[0] == code


def test_names_of_lists_are_taken() -> None:
    state = after(placing(GroupKind.OCO, OCO), start=OPEN)
    again = (limit("x", Side.BUY, "1", "1980"), stop("y", Side.BUY, "2020"))
    assert codes(state, placing(GroupKind.OCO, again)) == ["invalid_order"]


def test_a_market_entry_is_compared_with_the_mark() -> None:
    legs = (order("e", Side.BUY, "1"), *BRACKET[1:])
    (first, *_) = happened(OPEN, placing(GroupKind.BRACKET, legs))
    assert isinstance(first, ListPlaced)
    assert first.release is Release.PARTIAL
    unknown = (order("e", Side.BUY, "1", facts=facts(None)), *BRACKET[1:])
    assert codes(OPEN, placing(GroupKind.BRACKET, unknown)) == ["invalid_order"]
    fleeting = (
        limit("e", Side.BUY, "1", "1990"),
        evolve(BRACKET[1], tif=TimeInForce.IOC),
        BRACKET[2],
    )
    assert codes(OPEN, placing(GroupKind.BRACKET, fleeting)) == ["invalid_order"]


def protection(**more: object) -> SetProtection:
    """Exits for ETH."""
    chosen: dict[str, object] = {
        "account_id": ME,
        "list_id": "p",
        "symbol": "ETH-USD",
        "facts": facts(),
        "at": NOW,
    }
    return SetProtection(**{**chosen, **more})  # type: ignore[arg-type]


def test_protection_keeps_the_position_s_size() -> None:
    """It grows and shrinks with it, fires alone, and goes with it."""
    state = after(protection(stop=D(1900), target=D(2100)), start=LONG)
    assert {one[1] for one in state_of(state).values()} == {"1"}
    assert state.reserved == 0
    more = after(order("m", Side.BUY, "0.5"), fill("m", "g", Side.BUY, "0.5", "2000"), start=state)
    assert {one[1] for one in state_of(more).values()} == {"1.5"}
    fired = after(look("1900"), start=more)
    assert [one[0] for one in state_of(fired).values()] == ["pending"]
    (name,) = fired.orders
    flat = after(fill(name, "h", Side.SELL, "1.5", "1900"), start=fired)
    assert (flat.positions, flat.orders) == ({}, {})
    closed = after(
        order("x", Side.SELL, "1.5"), fill("x", "i", Side.SELL, "1.5", "2000"), start=more
    )
    assert closed.orders == {}


def test_protection_is_replaced_and_taken_away() -> None:
    state = after(protection(trail=D(20), target=D(2100)), start=LONG)
    assert len(state.orders) == 2
    other = after(protection(list_id="q", stop=D(1900)), start=state)
    assert len(other.orders) == 1
    assert after(protection(list_id="r"), start=other).orders == {}
    assert codes(OPEN, protection(stop=D(1900))) == ["position_not_found"]
    assert codes(LONG, protection(stop=D(2000))) == ["trigger_would_fire"]


def test_one_who_closes_keeps_no_rivals() -> None:
    """Exits at the venue that nothing is left for are asked to go."""
    state = after(limit("t", Side.SELL, "1", "2050", reduce_only=True), start=LONG)
    events = happened(
        after(order("x", Side.SELL, "1"), start=state), fill("x", "g", Side.SELL, "1", "2000")
    )
    assert any(isinstance(one, OrderCancelRequested) for one in events)

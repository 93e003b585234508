"""What a fill is said to have done is what the account's own fold did."""

from decimal import Decimal

import pytest
from attrs import evolve

from astracore.trading.account import ACCOUNT
from astracore.trading.events import AccountEvent, OrderAccepted, TradeExecuted
from astracore.trading.orders.states import FINAL
from astracore.trading.reserves import held_qty
from astracore.trading.state import Account
from astracore.trading.types import Liquidity, Side
from astracore.trading.why.story import FillWhy, Story, story
from property_tests.random_histories import history
from property_tests.trading_makers import D, fill, happened, leverage, limit, opening, order


def states(events: list[AccountEvent]) -> list[tuple[Account, AccountEvent, Account]]:
    """Each event between the account before and after it."""
    found, state = [], ACCOUNT.initial
    for event in events:
        now = ACCOUNT.evolve(state, event)
        found.append((state, event, now))
        state = now
    return found


def reserve_in(account: Account, event: TradeExecuted) -> Decimal:
    """What the order of a fill has locked; ended orders lock nothing."""
    known = account.orders.get(event.order_id)
    return D(0) if known is None else known.reserve


def told_right(before: Account, event: TradeExecuted, now: Account, told: FillWhy) -> None:
    """Each figure beside the two accounts."""
    assert (told.cash_before, told.cash_after) == (before.cash, now.cash)
    held = held_qty(before, event.key), held_qty(now, event.key)
    assert (told.position_before, told.position_after) == held
    moved = abs(held[1] - held[0])
    assert told.closed + told.opened == moved
    assert told.closed == (min(moved, abs(held[0])) if abs(held[1]) < abs(held[0]) + moved else 0)
    assert told.reserve_before == reserve_in(before, event)
    assert told.reserve_after == reserve_in(now, event)
    assert told.reserve_released == told.reserve_before - told.reserve_after
    charges = told.fee + told.platform_fee
    spent = told.realised - charges + told.insurance - told.margin_change
    assert told.cash_after == told.cash_before + spent


@pytest.mark.parametrize("seed", range(10))
def test_fills_of_random_histories(seed: int) -> None:
    events = history(seed, events=150).world.events
    passages = states(events)
    placed = {event.order_id for event in events if isinstance(event, OrderAccepted)}
    assert placed
    for order_id in placed:
        told = story(order_id, events).unwrap()
        mine = [
            (before, event, now)
            for before, event, now in passages
            if isinstance(event, TradeExecuted) and event.order_id == order_id
        ]
        assert len(told.fills) == len(mine)
        for one, (before, event, now) in zip(told.fills, mine, strict=True):
            told_right(before, event, now, one)
        last = passages[-1][2].orders.get(order_id)
        assert told.reserve == (0 if last is None or last.status in FINAL else last.reserve)
        assert told.turns[0].name == "order_accepted"
        alone = [event for event in events if getattr(event, "order_id", None) == order_id]
        assert story(order_id, alone).unwrap() == told


def lived(*commands: object) -> list[AccountEvent]:
    """The events of commands that are all accepted."""
    state, events = ACCOUNT.initial, []
    for command in commands:
        for event in happened(state, command):  # type: ignore[arg-type]
            state = ACCOUNT.evolve(state, event)
            events.append(event)
    return events


def test_a_worked_fill() -> None:
    """Ex A: buy 1 of ETH @ 2000 at leverage 5, taker 0.0005: fee 1, margin 400."""
    events = lived(
        opening(), leverage(5), order("o", Side.BUY, "1"), fill("o", "f", Side.BUY, "1", "2000")
    )
    told = story("o", events).unwrap()  # type: ignore[arg-type]
    (one,) = told.fills
    assert (one.fee, one.fee_rate, one.fee_level) == (D(1), D("0.0005"), 0)
    assert (one.bound, one.better_by) == (D(2100), D(100))
    assert (one.reserve_before, one.reserve_after) == (D("421.05"), D(0))
    assert (one.cash_before, one.cash_after, one.margin_change) == (D(10000), D(9599), D(400))
    assert [turn.name for turn in told.turns] == ["order_accepted", "trade_executed"]
    assert told.turns[0].figures["protective_price"] == "2100"


def test_a_maker_pays_the_makers_rate_at_its_own_limit() -> None:
    events = lived(
        opening(),
        limit("o", Side.SELL, "1", "2050"),
        fill("o", "f", Side.SELL, "1", "2050", liquidity=Liquidity.MAKER),
    )
    (one,) = story("o", events).unwrap().fills  # type: ignore[arg-type]
    assert (one.fee_rate, one.better_by, one.opened, one.closed) == (D("0.0002"), D(0), D(1), D(0))


def test_a_flip_closes_and_opens() -> None:
    events = lived(
        opening(),
        order("a", Side.BUY, "1"),
        fill("a", "f", Side.BUY, "1", "2000"),
        order("b", Side.SELL, "1.5"),
        fill("b", "g", Side.SELL, "1.5", "2100"),
    )
    (one,) = story("b", events).unwrap().fills  # type: ignore[arg-type]
    assert (one.position_before, one.position_after) == (D(1), D("-0.5"))
    assert (one.closed, one.opened, one.realised) == (D(1), D("0.5"), D(100))


def test_an_unknown_order_has_no_story() -> None:
    assert story("x", lived(opening())).unwrap() == Story(order_id="x")  # type: ignore[arg-type]


def test_figures_that_do_not_fit_are_said() -> None:
    events = lived(opening(), order("o", Side.BUY, "1"), fill("o", "f", Side.BUY, "1", "2000"))
    huge = [evolve(one, cash=D("1e90"), realised=D("1e-30")) if isinstance(one, TradeExecuted)
            else one for one in events]  # fmt: skip
    assert story("o", huge).failure().code == "numeric_limit"  # type: ignore[arg-type]


def test_a_story_that_forgets_the_side_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: as if every fill bought, or fees in the base were part of the quantity."""
    monkeypatch.setattr("astracore.trading.why.story.sign_of", lambda _side: D(1))
    with pytest.raises(AssertionError):
        test_fills_of_random_histories(0)

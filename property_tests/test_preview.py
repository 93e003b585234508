"""A preview is the real thing without doing it."""

import decimal
from typing import Any

import pytest
from attrs import evolve

from astracore.numeric import EXACT
from astracore.outcome import is_failure
from astracore.trading.account import ACCOUNT
from astracore.trading.commands import AccountCommand, PlaceOrder
from astracore.trading.events import OrderAccepted
from astracore.trading.facts import Seen
from astracore.trading.money_commands import ObserveMarket, SetMarginMode
from astracore.trading.money_events import LiquidationStarted
from astracore.trading.orders.terms import OrderTerms
from astracore.trading.orders.triggers import Prices
from astracore.trading.state import Account
from astracore.trading.types import INSTRUMENTS, MarginMode, OrderType, Side, TimeInForce
from astracore.trading.why.previewing import liquidation_of, preview, worst_price
from property_tests.account_world import World
from property_tests.random_histories import history
from property_tests.test_why import MORE, ladder_of
from property_tests.trading_makers import (
    ETH,
    ME,
    NOW,
    D,
    after,
    facts,
    fill,
    happened,
    leverage,
    limit,
    opening,
    order,
)
from tests.trading.test_pretrade_ladder import CASES

OPEN = after(opening(), leverage(5))


def agrees(command: PlaceOrder, account: Account, listed: Any = INSTRUMENTS) -> None:  # noqa: ANN401
    """Whether a preview is what placing does."""
    real, found = ACCOUNT.decide(command, account), preview(command, account, listed)
    if is_failure(found):
        assert real.failure().code == "numeric_limit"
        return
    told = found.unwrap()
    assert told.causes == (real.failure().causes if is_failure(real) else ())
    if is_failure(real):
        assert (told.fee, told.liquidation_price) == (None, None)
        return
    made = [event for event in real.unwrap() if isinstance(event, OrderAccepted)]
    assert told.qty == sum((one.qty for one in made), D(0))
    assert told.reserve == sum((one.reserve for one in made), D(0))


@pytest.mark.parametrize("seed", range(8))
def test_previews_of_random_histories(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = World.ask

    def ask(world: World, command: AccountCommand) -> Any:  # noqa: ANN401 - as it was
        if isinstance(command, PlaceOrder):
            before = world.state
            agrees(command, before, world.listed)
            assert world.state is before
        return plain(world, command)

    monkeypatch.setattr(World, "ask", ask)
    history(seed, events=120)


def test_previews_of_every_smallest_refusal() -> None:
    asked = [(account, make()) for _, account, make, _ in CASES]
    placing = [(one, command) for one, command in (*asked, *MORE.values())
               if isinstance(command, PlaceOrder)]  # fmt: skip
    assert len(placing) > 50
    for account, command in placing:
        agrees(command, account)


def test_a_ladder_is_previewed_whole() -> None:
    told = preview(ladder_of("1900", "1990", "0.3"), OPEN, INSTRUMENTS).unwrap()
    assert (told.qty, len(told.orders)) == (D("0.3"), 3)
    assert told.fee == D("0.1") * (1900 + 1945 + 1990) * D("0.0005")


def seen(price: str) -> ObserveMarket:
    """A look at ETH at a price."""
    prices = Prices(last=D(price), mark=D(price), index=D(price))
    return ObserveMarket(account_id=ME, seen=(Seen(instrument=ETH, prices=prices),), at=NOW)


def starts(account: Account, price: str) -> bool:
    """Whether the decider itself liquidates at a price."""
    events = ACCOUNT.decide(seen(price), account).unwrap()
    return any(isinstance(event, LiquidationStarted) for event in events)


@pytest.mark.parametrize("crossed", [False, True])
@pytest.mark.parametrize("side", list(Side))
def test_the_liquidation_price_is_where_the_decider_liquidates(
    side: Side,
    crossed: bool,  # noqa: FBT001 - a case
) -> None:
    """One tick before the price shown it stands, one tick beyond it is taken over."""
    account = OPEN
    if crossed:
        mode = SetMarginMode(account_id=ME, symbol="ETH-USD", margin_mode=MarginMode.CROSS, at=NOW)
        account = after(mode, start=account)
    command = limit("o", side, "20", "2000")
    told = preview(command, account, INSTRUMENTS).unwrap()
    assert told.liquidation_price is not None
    filled = after(command, fill("o", "f", side, "20", "2000"), start=account)
    price, tick = told.liquidation_price, ETH.tick
    towards = tick if side is Side.BUY else -tick
    assert starts(filled, str(price - towards))
    assert not starts(filled, str(price + towards))


def test_the_worked_liquidation_price() -> None:
    """Ex: short 2 @ 2000 at leverage 10 is taken over at 2189.05."""
    account = after(opening(), leverage(10))
    told = preview(limit("o", Side.SELL, "2", "2000"), account, INSTRUMENTS).unwrap()
    assert (told.liquidation_price, told.fee) == (D("2189.05"), D(2))


def test_beside_a_position_without_a_mark_there_is_no_price() -> None:
    mode = SetMarginMode(account_id=ME, symbol="ETH-USD", margin_mode=MarginMode.CROSS, at=NOW)
    held = after(mode, order("o", Side.BUY, "1"), fill("o", "f", Side.BUY, "1", "2000"), start=OPEN)
    other = evolve(held.positions["ETH-USD"], symbol="BTC-USD")
    both = evolve(held, positions={**held.positions, "BTC-USD": other})
    with decimal.localcontext(EXACT):
        marks = {"ETH-USD": D(2000)}
        assert liquidation_of(both, "ETH-USD", INSTRUMENTS, marks) is None
        alone = liquidation_of(held, "ETH-USD", INSTRUMENTS, marks)
        full = liquidation_of(both, "ETH-USD", INSTRUMENTS, {**marks, "BTC-USD": D(2500)})
        assert alone is None or full is None or full < alone
        assert liquidation_of(held, "SOL-USD", INSTRUMENTS, marks) is None
        huge = evolve(held, cash=D("1e70"))
        assert liquidation_of(huge, "ETH-USD", INSTRUMENTS, marks) is None


def test_a_stop_is_counted_at_its_level_with_the_band() -> None:
    stop = order("o", Side.BUY, "0.1", type=OrderType.STOP_MARKET, tif=TimeInForce.GTC,
                 terms=OrderTerms(stop_price=D("2100.01")))  # fmt: skip
    (event,) = [one for one in happened(OPEN, stop) if isinstance(one, OrderAccepted)]
    with decimal.localcontext(EXACT):
        assert worst_price(stop, event) == D("2205.02")
        sold = evolve(event, side=Side.SELL, reference=D("1999.999"))
        assert worst_price(stop, sold) == D("1999.99")
        blind = evolve(stop, facts=facts(instrument=None))
        assert worst_price(blind, event) == event.reference


def test_what_cannot_be_filled_at_its_worst_has_no_figures() -> None:
    """Steps so fine that a notional is not exact: no venue lists such an instrument."""
    fine = evolve(ETH, tick=D("1e-9"), lot=D("1e-9"))
    command = limit("o", Side.BUY, "1.000000001", "1999.000000001", facts=facts(instrument=fine))
    told = preview(command, OPEN, INSTRUMENTS).unwrap()
    assert (told.causes, told.fee, told.liquidation_price) == ((), None, None)

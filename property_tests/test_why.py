"""The chain of rules behind an answer says what the decider did, with the decider's own figures."""

import decimal
import random
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from attrs import evolve

from astracore.instants import Instant
from astracore.numeric import EXACT
from astracore.outcome import is_failure
from astracore.trading.account import ACCOUNT
from astracore.trading.commands import AccountCommand, AmendOrder, PlaceOrder
from astracore.trading.events import AccountEvent, OrderAccepted
from astracore.trading.facts import Facts, LiveStanding, RiskFacts
from astracore.trading.order_events import OrderAmended
from astracore.trading.orders.terms import OrderTerms, Schedule
from astracore.trading.state import Account
from astracore.trading.types import AccountMode, OrderType, Side, TimeInForce, TradingState
from astracore.trading.why.judging import Judged, judgement
from astracore.trading.why.readings import Bound, Reading, Verdict, holds
from property_tests.account_world import World
from property_tests.random_histories import history
from property_tests.trading_makers import (
    ETH,
    ME,
    NOW,
    D,
    after,
    closing,
    facts,
    fill,
    leverage,
    limit,
    opening,
    order,
)
from tests.trading.test_pretrade_ladder import CASES, LONG, OPEN, RICH

T = TypeVar("T")


def refused_in(one: Judged) -> list[str]:
    """The codes of what stood against an order, once each, in order."""
    codes = (reading.code for reading in one.readings if reading.verdict is Verdict.REFUSED)
    return list(dict.fromkeys(codes))


def agrees(command: AccountCommand, account: Account) -> None:
    """Whether the readings of a command say what the decider says."""
    result, found = ACCOUNT.decide(command, account), judgement(command, account)
    if is_failure(found):
        assert result.failure().code == found.failure().code == "numeric_limit"
        return
    told = found.unwrap()
    assert told.causes == (result.failure().causes if is_failure(result) else ())
    with decimal.localcontext(EXACT):
        for reading in (reading for one in told.orders for reading in one.readings):
            consistent(reading)
    if not told.orders:
        return
    *before, last = told.orders
    assert not any(refused_in(one) for one in before)
    assert refused_in(last) == list(dict.fromkeys(cause.code for cause in told.causes))
    if is_failure(result):
        figures_are_those(last, told.causes)
    else:
        accepted_alike(told.orders, result.unwrap())


def consistent(reading: Reading) -> None:
    """A figure, its bound and its headroom belong together."""
    if reading.bound is None or reading.value is None or reading.limit is None:
        assert reading.headroom is None
        return
    if reading.what != "notional":  # which is shown rounded where it is a quotient
        stands = holds(reading.value, reading.bound, reading.limit)
        assert stands is (reading.verdict is Verdict.PASSED)
    if reading.headroom is None:
        assert reading.bound is Bound.MULTIPLE_OF
        return
    sign = 1 if reading.bound in {Bound.AT_MOST, Bound.BELOW} else -1
    assert reading.value + sign * reading.headroom == reading.limit


FIGURES = {  # the fields of a cause that are a reading's value and limit
    "position_limit": ("notional", "highest"),
    "order_too_large": ("notional", "highest"),
    "insufficient_margin": ("required", "available"),
    "leverage_above_bracket": ("leverage", "highest"),
    "exposure_limit": ("used", "allowed"),
    "trigger_would_fire": ("price", "level"),
    "post_only_would_cross": ("price", "best"),
}


def figures_are_those(one: Judged, causes: tuple[Any, ...]) -> None:
    """Each cause's numbers stand in a reading of its code."""
    for cause in causes:
        if cause.code in FIGURES:
            value, bound = (getattr(cause, name) for name in FIGURES[cause.code])
            shown = {(reading.value, reading.limit) for reading in one.readings
                     if reading.code == cause.code}  # fmt: skip
            assert (Decimal(value), Decimal(bound)) in shown


def accepted_alike(orders: tuple[Judged, ...], events: tuple[Any, ...]) -> None:
    """What was accepted is what was judged."""
    made: dict[str, OrderAccepted] = {
        event.order_id: event for event in events if isinstance(event, OrderAccepted)
    }
    amended = [event for event in events if isinstance(event, OrderAmended)]
    for one in orders:
        if one.order_id in made:
            event = made[one.order_id]
            assert (event.qty, event.reserve) == (one.qty, one.reserve)
            assert event.reference == (one.reference or 0)
        else:
            assert amended[0].reserve == one.reserve


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_each_smallest_refusal_is_explained(case: tuple[str, Account, Any, list[str]]) -> None:
    _, account, command, _ = case
    agrees(command(), account)


@pytest.mark.parametrize("seed", range(12))
def test_histories_are_explained_at_every_step(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also with limits that are drawn anew for every order."""
    dice = random.Random(f"limits {seed}")  # noqa: S311 - cases, not secrets
    plain_ask, plain_facts = World.ask, World.facts

    def ask(world: World, command: AccountCommand) -> tuple[AccountEvent, ...] | None:
        agrees(command, world.state)
        return plain_ask(world, command)

    def limited(world: World, symbol: str) -> Facts:
        known = plain_facts(world, symbol)
        return known if dice.random() < 0.6 else evolve(known, **drawn(dice, world))

    monkeypatch.setattr(World, "ask", ask)
    monkeypatch.setattr(World, "facts", limited)
    history(seed, events=120)


def drawn(dice: random.Random, world: World) -> dict[str, Any]:
    """Limits that pass or refuse about as often."""

    def maybe(value: T) -> T | None:
        return None if dice.random() < 0.5 else value

    risk = RiskFacts(
        state=dice.choice([*[TradingState.ACTIVE] * 4, *TradingState]),
        position_size=maybe(D(dice.randint(0, 300)) / 100),
        leverage=maybe(D(dice.randint(0, 300)) / 100),
        exposure=maybe(D(dice.randint(0, 20_000))),
        net_exposure=maybe(D(dice.randint(0, 20_000))),
        daily_loss=maybe(D(dice.randint(0, 20)) / 100),
        day_equity=maybe(D(dice.randint(9_000, 11_000))),
        drawdown=maybe(D(dice.randint(0, 20)) / 100),
        peak=maybe(D(dice.randint(9_000, 11_000))),
        order_rate=maybe(dice.randint(0, 5)),
        orders_sent=dice.randint(0, 5),
        open_orders=maybe(dice.randint(0, 8)),
        cooling_until=maybe(Instant(world.now + dice.randint(-5, 5) * 1_000_000)),
    )
    mark = next(iter(world.marks.values()))
    return {
        "risk": risk,
        "daily_limit": maybe(dice.randint(0, 40)),
        "best_bid": maybe(mark),
        "best_ask": maybe(mark),
    }


LIVE = evolve(OPEN, mode=AccountMode.LIVE)
STANDING = LiveStanding(leverage_cap=5, two_factor=True, connected=True)
SMALL = evolve(ETH, max_position_notional=D(1500))
TINY = evolve(ETH, max_position_notional=D(1))
POSTED = {"post_only": True, "facts": facts(best_ask=D(1990), best_bid=D(1980))}
TRIGGERED = {"type": OrderType.STOP_MARKET, "tif": TimeInForce.GTC}
MORE: dict[str, tuple[Account, AccountCommand]] = {
    "crosses": (OPEN, limit("o", Side.BUY, "0.1", "1990", **POSTED)),
    "just does not cross": (OPEN, limit("o", Side.BUY, "0.1", "1989.99", **POSTED)),
    "sells across": (LONG, limit("o", Side.SELL, "0.1", "1980", **POSTED)),
    "a close": (LONG, closing("0.4")),
    "a close of too much": (LONG, closing("4")),
    "a stop that fires": (
        OPEN, order("o", Side.BUY, "0.1", terms=OrderTerms(stop_price=D(2000)), **TRIGGERED)
    ),
    "a stop that waits": (
        OPEN, order("o", Side.BUY, "0.1", terms=OrderTerms(stop_price=D("2000.01")), **TRIGGERED)
    ),
    "a touch that waits": (
        OPEN,
        order("o", Side.BUY, "0.1", type=OrderType.MARKET_IF_TOUCHED, tif=TimeInForce.GTC,
              terms=OrderTerms(stop_price=D("1999.99"))),
    ),
    "reducing beyond every limit": (
        LONG,
        order("o", Side.SELL, "0.4", facts=facts(instrument=TINY)),
    ),
    "too much together with what waits": (
        after(limit("o", Side.BUY, "0.5", "1990"), start=OPEN),
        limit("p", Side.BUY, "0.5", "1990", facts=facts(instrument=SMALL)),
    ),
    "real money without standing": (LIVE, order("o", Side.BUY, "0.1")),
    "real money": (LIVE, order("o", Side.BUY, "0.1", facts=facts(live=STANDING))),
    "figures beyond every bound": (OPEN, order("o", Side.BUY, D("1e90"))),
    "an id used before": (LONG, order("o1", Side.BUY, "1")),
    "an open client id": (
        after(limit("o", Side.BUY, "0.1", "1990", client_order_id="mine"), start=OPEN),
        limit("p", Side.BUY, "0.1", "1990", client_order_id="mine"),
    ),
    "a fresh client id": (OPEN, limit("p", Side.BUY, "0.1", "1990", client_order_id="mine")),
    "an amendment of nothing": (
        after(limit("o", Side.BUY, "0.1", "1990"), start=OPEN),
        AmendOrder(account_id=ME, order_id="o", facts=facts(instrument=None), at=NOW),  # type: ignore[arg-type]
    ),
    "an amendment too far": (
        after(limit("o", Side.BUY, "0.1", "1990"), start=OPEN),
        AmendOrder(account_id=ME, order_id="o", qty=D(900), facts=facts(), at=NOW),  # type: ignore[arg-type]
    ),
    "an unknown amendment": (
        OPEN,
        AmendOrder(account_id=ME, order_id="o", qty=D(9), facts=facts(), at=NOW),  # type: ignore[arg-type]
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MORE)
def test_the_rest_of_the_ladder_is_explained(name: str) -> None:
    account, command = MORE[name]
    agrees(command, account)


def ladder_of(low: str, high: str, qty: str = "1") -> PlaceOrder:
    """Three limits between two prices."""
    plan = Schedule(low=D(low), high=D(high), slices=3, skew=D(1))
    return order("s", Side.BUY, qty, type=OrderType.SCALED, terms=OrderTerms(schedule=plan))


def test_a_scaled_order_is_explained_limit_by_limit() -> None:
    """The second limit finds less available than the first."""
    agrees(ladder_of("1900", "1990"), RICH)
    told = judgement(ladder_of("1900", "1990"), RICH).unwrap()
    left = [
        funds.limit
        for one in told.orders
        for funds in one.readings
        if funds.code == "insufficient_margin" and funds.limit is not None
    ]
    assert len(left) == 3
    assert sorted(left, reverse=True) == left
    assert left[0] - left[1] == told.orders[0].reserve
    tight = ladder_of("1000", "1990", "15")
    agrees(tight, OPEN)
    agrees(ladder_of("2", "1"), OPEN)
    assert judgement(ladder_of("2", "1"), OPEN).unwrap().orders == ()


def test_a_command_without_an_order_has_no_chain() -> None:
    told = judgement(fill("o1", "f9", Side.BUY, "1", "2000"), Account()).unwrap()
    assert [cause.code for cause in told.causes] == ["account_not_found"]
    assert told.orders == ()


def test_the_worked_figures() -> None:
    """Buy limit 0.5 @ 2000 at leverage 5 locks 200.5 of the 10000 that are there."""
    account = after(opening(), leverage(5))
    told = judgement(limit("o", Side.BUY, "0.5", "2000"), account).unwrap().orders[0]
    by_code = {(one.code, one.what): one for one in told.readings}
    funds = by_code["insufficient_margin", "needed"]
    assert (funds.value, funds.limit, funds.headroom) == (D("200.5"), D(10000), D("9799.5"))
    size = by_code["position_limit", "position value"]
    assert (size.value, size.limit, size.bound) == (D(1000), D(10_000_000), Bound.AT_MOST)
    opens = by_code["order_too_large", "opening value"]
    assert (opens.value, opens.limit) == (D(1000), D(50_000))
    assert by_code["exposure_limit", "gross"].verdict is Verdict.NOT_ASKED
    assert by_code["leverage_above_bracket", "leverage"].limit == 10


MUTANTS = [
    ("limits are inclusive everywhere", "astracore.trading.why.readings.holds",
     lambda value, _bound, limit: value <= limit),
    ("funds are not looked at", "astracore.trading.why.limits.needed_funds", lambda _seen: D(0)),
    ("every order opens", "astracore.trading.why.limits.why_not", lambda _seen: None),
    ("the worst state is this order alone", "astracore.trading.why.limits.worst_value",
     lambda seen: seen.qty * seen.reference),
]  # fmt: skip


@pytest.mark.parametrize("mutant", MUTANTS, ids=[one[0] for one in MUTANTS])
def test_a_reading_that_lies_is_seen(
    mutant: tuple[str, str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, name, wrong = mutant
    monkeypatch.setattr(name, wrong)
    asked = [(account, command()) for _, account, command, _ in CASES]
    assert any(is_red(account, command) for account, command in (*asked, *MORE.values()))


def is_red(account: Account, command: AccountCommand) -> bool:
    """Whether the readings and the decider contradict each other."""
    try:
        agrees(command, account)
    except Exception:  # noqa: BLE001 - any break is one
        return True
    return False

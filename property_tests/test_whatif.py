"""A day decided again: nothing differs without other limits, and what differs is named rightly."""

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from astracore.instants import DAY, Instant
from astracore.outcome import is_failure
from astracore.risk import whatif
from astracore.risk.whatif import Differing, OtherLimits, WhatIf, made, what_if
from astracore.trading.account import ACCOUNT
from astracore.trading.checks.pretrade import LIMITS
from astracore.trading.commands import AccountCommand, Mark
from astracore.trading.facts import RiskFacts
from astracore.trading.state import Account
from astracore.trading.types import AccountMode, Side
from property_tests.account_world import World
from property_tests.random_histories import history
from property_tests.trading_makers import ETH, NOW, D, after, facts, fill, limit, opening, order

OPEN = after(opening())
FREE = OtherLimits(risk=RiskFacts())


def causes(one: Differing) -> list[str]:
    """Why it would have been refused."""
    return [cause.code for cause in one.would_be.failure().causes]


def asked_in(seed: int, monkeypatch: pytest.MonkeyPatch) -> tuple[list[AccountCommand], Account]:
    """The commands of a random history, refused ones too, and where it ended."""
    commands: list[AccountCommand] = []
    plain = World.ask

    def ask(world: World, command: AccountCommand) -> Any:  # noqa: ANN401 - as it was
        commands.append(command)
        return plain(world, command)

    monkeypatch.setattr(World, "ask", ask)
    return commands, history(seed, events=120).world.state


@pytest.mark.parametrize("seed", range(5))
def test_a_history_without_other_limits_is_the_same(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands, end = asked_in(seed, monkeypatch)
    for other in (OtherLimits(), FREE, OtherLimits(limits=LIMITS)):
        told = what_if(ACCOUNT.initial, commands, other).unwrap()
        assert told.differing == ()
        assert told.was == told.would_be == end
        assert told.commands == len(commands)


@pytest.mark.parametrize("seed", range(5))
def test_a_tighter_history_differs_as_a_plain_loop_says(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands, end = asked_in(seed, monkeypatch)
    other = OtherLimits(risk=RiskFacts(exposure=D(2500)), taker_rate=D("0.001"))
    told = what_if(ACCOUNT.initial, commands, other).unwrap()
    assert told.was == end
    agrees_with_a_loop(told, commands)


def agrees_with_a_loop(told: WhatIf, commands: list[AccountCommand]) -> None:
    """The same by hand, for limits that need nothing measured."""
    was = would_be = ACCOUNT.initial
    found = {one.place: one for one in told.differing}
    for place, command in enumerate(commands):
        other = command
        known = getattr(command, "facts", None)
        risk = RiskFacts(exposure=D(2500))
        if known is not None:
            other = evolve(command, facts=evolve(known, risk=risk, taker_rate=D("0.001")))
        elif hasattr(command, "legs"):
            changed = tuple(
                evolve(leg, facts=evolve(leg.facts, risk=risk, taker_rate=D("0.001")))
                for leg in command.legs
            )
            other = evolve(command, legs=changed)  # type: ignore[arg-type]
        real, answer = ACCOUNT.decide(command, was), ACCOUNT.decide(other, would_be)
        assert (real != answer) is (place in found)
        if place in found:
            assert (found[place].was, found[place].would_be) == (real, answer)
            same_here = was != would_be and ACCOUNT.decide(other, was) == real
            assert found[place].consequence is same_here
        for event in () if is_failure(real) else real.unwrap():
            was = ACCOUNT.evolve(was, event)
        for event in () if is_failure(answer) else answer.unwrap():
            would_be = ACCOUNT.evolve(would_be, event)
    assert told.would_be == would_be
    if told.differing:
        assert told.differing[0].consequence is False


def day(*quantities: str, mark: str = "2000") -> list[AccountCommand]:
    """Buys that are filled at once, one after the other."""
    commands: list[AccountCommand] = []
    for place, qty in enumerate(quantities):
        at = Instant(NOW.micros + place * 1_000_000)
        marks = (Mark(symbol="ETH-USD", price=D(mark), at=at),)
        known = evolve(facts(), marks=marks)
        commands.append(order(f"o{place}", Side.BUY, qty, facts=known, at=at))
        commands.append(fill(f"o{place}", f"f{place}", Side.BUY, qty, mark, at=at))
    return commands


def test_a_refused_order_takes_its_fill_along() -> None:
    """With at most 3000 of exposure the second ETH is refused, and its fill finds no order."""
    told = what_if(OPEN, day("1", "1"), OtherLimits(risk=RiskFacts(exposure=D(3000)))).unwrap()
    first, second = told.differing
    assert (first.place, causes(first), first.consequence) == (2, ["exposure_limit"], False)
    assert (second.place, causes(second), second.consequence) == (3, ["unknown_order"], True)
    assert (made(told.was), made(told.would_be)) == (D(-2), D(-1))
    assert (told.was.positions["ETH-USD"].qty, told.would_be.positions["ETH-USD"].qty) == (
        D(2),
        D(1),
    )


def test_other_fees_differ_without_a_refusal() -> None:
    told = what_if(OPEN, day("1"), OtherLimits(taker_rate=D("0.001"))).unwrap()
    assert [one.place for one in told.differing] == [0, 1]
    assert made(told.would_be) == D(-2)


def falling(*marks: str) -> list[AccountCommand]:
    """One ETH held from 2000 on, then small orders at other marks, each on a day of its own."""
    commands = day("1")
    for place, mark in enumerate(marks, 1):
        at = Instant(NOW.micros + place * 60_000_000)
        seen = (Mark(symbol="ETH-USD", price=D(mark), at=at),)
        known = evolve(facts(), marks=seen)
        price = str(D(mark))
        commands.append(limit(f"s{place}", Side.BUY, "0.1", price, facts=known, at=at))
    return commands


def test_losses_are_measured_by_the_history_itself() -> None:
    """10000 at the start of the day; at 1000 less than 10 % is gone, at 900 more."""
    other = OtherLimits(risk=RiskFacts(daily_loss=D("0.1")))
    told = what_if(OPEN, falling("1100", "999", "1500"), other).unwrap()
    assert [(one.place, causes(one)) for one in told.differing] == [(3, ["daily_loss_limit"])]
    other = OtherLimits(risk=RiskFacts(drawdown=D("0.1")))
    told = what_if(OPEN, falling("3000", "1700", "1600"), other).unwrap()
    assert [(one.place, causes(one)) for one in told.differing] == [
        (3, ["drawdown_limit"]),
        (4, ["drawdown_limit"]),
    ]


def test_a_new_day_is_measured_afresh() -> None:
    commands = falling("1100", "999")
    at = Instant(commands[-1].at.micros + DAY)
    known = evolve(facts(), marks=(Mark(symbol="ETH-USD", price=D(999), at=at),))
    commands.append(limit("n", Side.BUY, "0.1", "999", facts=known, at=at))
    other = OtherLimits(risk=RiskFacts(daily_loss=D("0.1")))
    told = what_if(OPEN, commands, other).unwrap()
    assert [one.place for one in told.differing] == [3]


def test_what_the_record_measured_is_kept() -> None:
    """A recorded equity of the day and a recorded peak stand before what the history shows."""
    known = facts(risk=RiskFacts(day_equity=D(20_000), peak=D(20_000)))
    commands = [limit("o", Side.BUY, "0.1", "2000", facts=known)]
    for risk in (RiskFacts(daily_loss=D("0.4")), RiskFacts(drawdown=D("0.4"))):
        told = what_if(OPEN, commands, OtherLimits(risk=risk)).unwrap()
        assert len(told.differing) == 1


@given(st.integers(0, 6))
def test_orders_of_the_last_minute_are_counted(rate: int) -> None:
    """Five orders in five seconds; the first beyond the rate is refused, and all after it."""
    commands = [command for command in day(*["0.1"] * 5) if command.at.micros >= NOW.micros]
    told = what_if(OPEN, commands, OtherLimits(risk=RiskFacts(order_rate=rate))).unwrap()
    own = [one.place for one in told.differing if not one.consequence]
    assert own == [2 * place for place in range(5) if place >= rate]


def test_other_instruments_counts_and_levels() -> None:
    small = OtherLimits(instruments={"ETH-USD": evolve(ETH, max_position_notional=D(1000))})
    assert causes(what_if(OPEN, day("1"), small).unwrap().differing[0]) == ["position_limit"]
    elsewhere = OtherLimits(instruments={"BTC-USD": ETH})
    assert what_if(OPEN, day("1"), elsewhere).unwrap().differing == ()
    few = OtherLimits(daily_limit=0)
    assert causes(what_if(OPEN, day("1"), few).unwrap().differing[0]) == ["daily_trade_limit"]
    tight = OtherLimits(limits=evolve(LIMITS, share={AccountMode.PRACTICE: D("0.1")}))
    assert causes(what_if(OPEN, day("1"), tight).unwrap().differing[0]) == ["order_too_large"]


def test_a_held_symbol_without_a_mark_is_not_measured() -> None:
    blind = [limit("x", Side.BUY, "0.1", "2000", facts=facts(None))]
    other = OtherLimits(risk=RiskFacts(drawdown=D("0.000001")))
    held = after(order("o", Side.BUY, "1"), fill("o", "f", Side.BUY, "1", "2000"), start=OPEN)
    assert what_if(held, blind, other).unwrap().differing == ()


def test_figures_that_do_not_fit_are_said() -> None:
    odd = evolve(OPEN, cash=D("1e90"), positions=after(
        order("o", Side.BUY, "1"), fill("o", "f", Side.BUY, "1", "2000"), start=OPEN
    ).positions)  # fmt: skip
    known = facts("0.000000000000000001")
    found = what_if(odd, [limit("x", Side.BUY, "0.1", "2000", facts=known)], OtherLimits())
    assert found.failure().code == "numeric_limit"


def forgetful(_seen: object, _account: object, _command: object) -> whatif.Seen:
    """A planted mistake: nothing is ever measured."""
    return whatif.Seen()


def test_a_replay_that_measures_nothing_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whatif, "looked", forgetful)
    with pytest.raises(AssertionError):
        test_losses_are_measured_by_the_history_itself()
    assert isinstance(made(OPEN), Decimal)

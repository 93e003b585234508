"""Positions, cash and certificates by figures that hide nothing, against fractions."""

import json
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve

from astracore.instants import DAY, Instant
from astracore.trading.contracts.certificate import certificate
from astracore.trading.contracts.contract_positions import (
    ContractPosition,
    apply_contract_fill,
    apply_funding,
    break_even,
    leg_of_fill,
)
from astracore.trading.facts import LIMITS
from astracore.trading.money_events import FundingPaid, MarginAdjusted
from astracore.trading.state import Account
from astracore.trading.types import ContractKind, Side
from property_tests.contract_makers import D, fill, numbered, run, terms
from property_tests.trading_makers import NOW, after, codes, happened
from tests.trading.test_cash import FIVE, LIVE, OPEN, OUT, cash, funding, margin, reset

F = Fraction


def held(kind: ContractKind, side: Side, fee: str = "3") -> ContractPosition:
    """A position of 7 contracts of 0.3, opened at 110, funded, a part of it closed at 120."""
    other = Side.SELL if side is Side.BUY else Side.BUY
    rows = ((side, D(9), D(110), D(fee)), (other, D(2), D(120), D(1)))
    position = run(terms(kind, "0.3", "1E-18"), numbered(rows))
    return apply_funding(position, D("-0.5")).unwrap()


@pytest.mark.parametrize("side", [Side.BUY, Side.SELL])
@pytest.mark.parametrize("rate", ["0", "0.01"])
def test_break_even_of_linear_contracts(side: Side, rate: str) -> None:
    """Fees 4 and funding 0.5 were paid, 2 of 9 contracts made or lost 10 each."""
    sign = 1 if side is Side.BUY else -1
    owed = F(4) + F("0.5") - sign * F("0.6") * 10
    units = sign * F("2.1")
    wanted = (units * 110 + owed) / (units - abs(units) * F(rate))
    found = break_even(held(ContractKind.LINEAR, side), D(rate)).unwrap()
    assert found is not None
    assert abs(F(found) - wanted) < F(1, 10**15)


@pytest.mark.parametrize("side", [Side.BUY, Side.SELL])
def test_break_even_of_inverse_contracts(side: Side) -> None:
    sign = 1 if side is Side.BUY else -1
    position = held(ContractKind.INVERSE, side, fee="0.001")
    assert position.cycle is not None
    position = evolve(position, cycle=evolve(position.cycle, fees=D("0.003"), funding=D("-0.0005")))
    assert position.cycle is not None
    owed = F("0.003") + F("0.0005") - F(position.cycle.realised)
    units = sign * F("2.1")
    wanted = units * (1 + sign * F("0.01")) / (F(position.held.cost) - owed)
    found = break_even(position, D("0.01")).unwrap()
    assert found is not None
    assert abs(F(found) - wanted) < F(1, 10**15)


def test_no_price_breaks_even_when_all_is_earned_or_lost() -> None:
    """A long that already earned its cost, and one whose fees no price above zero pays."""
    position = held(ContractKind.LINEAR, Side.BUY)
    assert position.cycle is not None
    for realised in (D(1000), position.held.cost + position.cycle.fees + D("0.5")):
        rich = evolve(position, cycle=evolve(position.cycle, realised=realised))
        assert break_even(rich).unwrap() is None
    assert break_even(position, D(1)).unwrap() is None
    assert break_even(position, D(2)).unwrap() is None
    short = held(ContractKind.LINEAR, Side.SELL)
    assert short.cycle is not None
    poor = evolve(short, cycle=evolve(short.cycle, fees=D(1000)))
    assert break_even(poor).unwrap() is None
    assert break_even(short, D(-1)).unwrap() is None
    coin = held(ContractKind.INVERSE, Side.BUY, fee="0")
    assert break_even(coin).unwrap() is None  # more was paid in coin than was ever bought


def test_a_fee_in_the_base_is_worth_its_price() -> None:
    """Of contracts that hold 0.3 each it is 0.3 of it."""
    spot = terms(ContractKind.SPOT, "0.3")
    for side, qty in ((Side.BUY, "6.5"), (Side.SELL, "7.5")):
        one = evolve(fill(1, side, D(7), D(110), D("0.5")), fee_asset="BTC")
        leg = leg_of_fill(spot, one).unwrap()
        assert (str(leg.qty), F(leg.fee)) == (qty, F("16.5"))


@pytest.mark.parametrize(
    ("every", "steps"),
    [(1, [1, 2, 3, 4, 5]), (2, [2, 4, 5]), (5, [5]), (9, [5]), (0, [1, 2, 3, 4, 5])],
)
def test_a_certificate_keeps_every_so_many_sums(every: int, steps: list[int]) -> None:
    rows = tuple((Side.BUY, D(number), D(100), D(0)) for number in range(1, 6))
    text = certificate(terms(ContractKind.LINEAR), numbered(rows), D(100), every).unwrap()
    assert [int(step[0]) for step in json.loads(text)["steps"]] == steps


def test_a_second_fill_of_one_name_is_no_second_fill() -> None:
    spot = terms(ContractKind.SPOT)
    one = fill(1, Side.BUY, D(7), D(110), D(1))
    position = run(spot, (one,))
    assert apply_contract_fill(position, one).unwrap().position == position


def with_margin(amount: str) -> Account:
    """The position of 2000 at leverage 5 with another margin than 400."""
    position = evolve(FIVE.positions["ETH-USD"], margin=D(amount))
    return evolve(FIVE, positions={"ETH-USD": position})


def test_margin_to_the_last_unit() -> None:
    """400 must stay; a mark of nothing is none."""
    (event,) = happened(with_margin("400.01"), margin("-0.01"))
    assert isinstance(event, MarginAdjusted)
    assert (event.margin, event.cash) == (D(400), FIVE.cash + D("0.01"))
    assert codes(with_margin("400"), margin("-0.01")) == ["margin_too_low"]
    for mark in ("0", "-1"):
        assert codes(FIVE, margin("1", mark=mark)) == ["price_stale"]


def test_funding_is_of_its_symbol() -> None:
    beside = evolve(FIVE.positions["ETH-USD"], symbol="BTC-USD")
    two = evolve(FIVE, positions={**FIVE.positions, "BTC-USD": beside})
    (event,) = happened(two, funding("0.0001"))
    assert isinstance(event, FundingPaid)
    assert event.symbol == "ETH-USD"


def test_practice_starts_again_a_day_later_within_its_bounds() -> None:
    once = after(reset("100"), start=OPEN)
    assert once.cash == 100
    for balance in (LIMITS.lowest_balance, LIMITS.highest_balance):
        assert after(reset(str(balance)), start=OPEN).cash == balance
    assert codes(once, reset(at=Instant(NOW.micros + DAY - 1))) == ["reset_too_soon"]
    assert after(reset("250", at=Instant(NOW.micros + DAY)), start=once).cash == 250


def test_a_deposit_needs_no_mark() -> None:
    """Whatever is held; money that goes needs one of what stands on cross margin."""
    assert after(cash(OUT, "1000"), start=LIVE).cash == 0
    assert Decimal(LIVE.cash) == 1000

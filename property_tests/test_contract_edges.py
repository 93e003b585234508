"""Positions at their edges: break-even, cycles, faulty fills, fees in three assets."""

import decimal
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.trading.contracts.contract_positions import (
    ContractFill,
    ContractPosition,
    apply_contract_fill,
    apply_funding,
    break_even,
    worth_at,
)
from astracore.trading.contracts.folds import fold_fills
from astracore.trading.contracts.kinds import (
    Contract,
    Holding,
    contract,
    gain_of,
    notional,
    profit,
    settle_fill,
    unrealised_at,
    value_of,
)
from astracore.trading.types import ZERO, ContractKind, Side
from astracore.verification.strategies import hostile_contexts
from property_tests.contract_makers import (
    D,
    contracts,
    fill,
    histories,
    last,
    numbered,
    run,
    slack,
    terms,
)

History = tuple[ContractFill, ...]


@given(contracts, histories, st.sampled_from(["0", "0.0005", "0.01", "-0.0002"]))
def test_break_even_leaves_the_cycle_at_nothing(made: Contract, fills: History, rate: str) -> None:
    """Closing there, with its fee, makes the cycle's net 0 within the digits of the quotient."""
    now = run(made, fills)
    price = break_even(now, D(rate)).unwrap()
    if price is None or now.cycle is None:
        return
    at, way = Fraction(price), 1 if now.held.qty > ZERO else -1
    units = Fraction(now.held.qty) * Fraction(made.multiplier)
    inverse = made.kind is ContractKind.INVERSE
    value = units / at if inverse else units * at
    gain = Fraction(now.held.cost) - value if inverse else value - Fraction(now.held.cost)
    cycle = now.cycle
    before = Fraction(cycle.realised) - Fraction(cycle.fees) + Fraction(cycle.funding)
    net = gain - way * value * Fraction(rate) + before
    scale = abs(value) + abs(Fraction(now.held.cost)) + abs(before)
    assert abs(net) <= scale / 10**40


@pytest.mark.parametrize(
    ("cost", "rate", "owed", "expected"),
    [("100", "0", "3", None), ("2000", "0.01", "0", "2020.2")],
)
def test_break_even_by_hand(cost: str, rate: str, owed: str, expected: str | None) -> None:
    """A short that owes more than it brought breaks even nowhere."""
    side = Side.SELL if expected is None else Side.BUY
    one = fill(1, side, D(1), D(cost), D(owed) if expected else D(101))
    price = break_even(run(Contract(), (one,)), D(rate)).unwrap()
    assert (price is None) is (expected is None)
    if price is not None and expected is not None:
        assert abs(price - D(expected)) < D("0.01")
    assert break_even(ContractPosition(), ZERO).unwrap() is None


@given(contracts, histories, hostile_contexts())
def test_the_callers_context_changes_nothing(
    made: Contract, fills: History, context: decimal.Context
) -> None:
    """Invariant 20 for positions."""
    now, folded = run(made, fills), fold_fills(made, fills)
    with decimal.localcontext(context):
        assert run(made, fills) == now
        assert fold_fills(made, fills) == folded
        assert worth_at(now, fills[0].price).map(lambda worth: worth.fees).unwrap() is not None


@given(contracts, histories)
@example(terms(ContractKind.LINEAR), numbered([(Side.BUY, D(3), D("3.33"), ZERO)] * 2))
def test_cycles_tell_every_way_from_flat_to_flat(made: Contract, fills: History) -> None:
    """Entries less exits of a cycle are what it holds; an ended one holds nothing."""
    now = run(made, fills)
    with decimal.localcontext(decimal.Context(prec=100)):
        for cycle in now.closed:
            assert cycle.entry_qty == cycle.exit_qty
            assert cycle.closed_at is not None
            gained = gain_of(made, cycle.entry_value, cycle.exit_value)
            way = 1 if cycle.side is Side.BUY else -1
            assert abs(Fraction(way * gained - cycle.realised)) <= slack(made, fills)
        if now.cycle is not None:
            assert now.cycle.entry_qty - now.cycle.exit_qty == abs(now.held.qty)
            assert now.cycle.max_qty >= abs(now.held.qty)
            assert now.cycle.peak_cost >= abs(now.held.cost)


BAD = [
    ({"qty": D(0)}, "invalid_quantity"),
    ({"qty": D(-1)}, "invalid_quantity"),
    ({"price": D(0)}, "invalid_price"),
    ({"price": D("NaN")}, "numeric_limit"),
    ({"qty": D("Infinity")}, "numeric_limit"),
    ({"fee": D("Infinity")}, "numeric_limit"),
    ({"fee": D(1), "fee_asset": "BNB"}, "unknown_mark"),
    ({"fee": D(1), "fee_asset": "BNB", "fee_rate": D(0)}, "invalid_price"),
    ({"fee": D(2), "fee_asset": "BTC"}, "invalid_quantity"),
]


@pytest.mark.parametrize(("change", "code"), BAD)
def test_what_is_no_fill_is_refused(change: dict[str, Any], code: str) -> None:
    """By the checked fill and by the fold, with one code."""
    spot = terms(ContractKind.SPOT)
    bad = evolve(fill(1, Side.BUY, D(1), D(10), ZERO), **change)
    assert apply_contract_fill(ContractPosition(terms=spot), bad).failure().code == code
    assert fold_fills(spot, (bad,)).failure().code == code


def test_fees_in_three_assets() -> None:
    """Settlement, base and a third one: each is kept as charged, all are worth one sum."""
    spot = terms(ContractKind.SPOT)
    paid = fill(1, Side.BUY, D(2), D(100), D("0.5"))
    rows = (
        paid,
        evolve(paid, trade_id="b", fee=D("0.1"), fee_asset="BTC"),
        evolve(paid, trade_id="c", fee=D(2), fee_asset="BNB", fee_rate=D("3.5")),
        evolve(paid, trade_id="d", fee=D("0.25"), fee_asset="USD"),
    )
    now = run(spot, rows)
    assert now.held == Holding(qty=D("7.9"), cost=D(790))
    assert now.fees == {"USD": D("0.75"), "BTC": D("0.1"), "BNB": D(2)}
    assert now.fee_cost == D("17.75")
    assert fold_fills(spot, rows).unwrap().fee_cost == now.fee_cost
    last_one = last(spot, rows)
    assert last_one.booking is not None
    assert last_one.booking.opened == D(2)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"multiplier": D(0)}, "multiplier"),
        ({"step": D("NaN")}, "step"),
        ({"settle": "USD"}, "settle"),
    ],
)
def test_what_is_no_contract_is_refused(change: dict[str, Any], field: str) -> None:
    """Inverse contracts settle in the base; steps and multipliers are above zero."""
    made = terms(ContractKind.INVERSE)
    assert contract(made).unwrap() == made
    assert contract(evolve(made, **change)).failure().field == field


def test_prices_of_zero_have_no_value() -> None:
    """Every function that takes a price says so."""
    made = terms(ContractKind.INVERSE)
    assert notional(made, D(1), D(0)).failure().code == "invalid_price"
    assert profit(made, D(1), D(1), D(0)).failure().code == "invalid_price"
    assert unrealised_at(made, Holding(), D(0)).failure().code == "invalid_price"
    held = run(made, numbered([(Side.BUY, D(1), D(1), ZERO)]))
    assert worth_at(held, None).failure().code == "invalid_price"
    assert worth_at(held, D(-1)).failure().code == "invalid_price"
    assert settle_fill(made, Holding(), Side.BUY, D(1), D(0)).failure().code == "invalid_price"
    assert apply_funding(ContractPosition(), D(1)).unwrap() == ContractPosition()
    assert apply_funding(held, D("Infinity")).failure().code == "numeric_limit"


def test_the_worked_inverse_example() -> None:
    """1000 contracts of one dollar from 20000 to 25000: 0.01 bitcoin; notional by hand."""
    coin = terms(ContractKind.INVERSE, step="1E-8")
    now = run(
        coin,
        numbered([(Side.BUY, D(1000), D(20000), ZERO), (Side.SELL, D(1000), D(25000), ZERO)]),
    )
    assert now.realised == D("0.01")
    assert notional(coin, D(1000), D(20000)).unwrap() == D("0.05")
    assert notional(coin, D(1000), D(3), step=D("0.01")).unwrap() == D("333.33")
    assert notional(Contract(), D(-2), D(3)).unwrap() == D(6)
    assert value_of(coin, D(-1000), D(20000)) == D("-0.05")


@pytest.mark.parametrize(("cost", "released"), [("0.000003", "0.000002"), ("0.000005", "0.000002")])
def test_a_tie_goes_to_the_even_step(cost: str, released: str) -> None:
    """Half of an odd number of steps, by the fold as by the checked fills."""
    buy = fill(1, Side.BUY, D(2), D(cost) / 2, ZERO)
    sale = fill(2, Side.SELL, D(1), D("0.000004"), ZERO)
    now, folded = run(Contract(), (buy, sale)), fold_fills(Contract(), (buy, sale)).unwrap()
    assert now.realised == folded.realised == D("0.000004") - D(released)

"""Returns, excursions, fees, hedging, attribution by currency, certificates."""

import decimal
import hashlib
import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from astracore.numeric import Rounding
from astracore.portfolio.attribution import Flow, fx_effect
from astracore.trading.contracts.certificate import certificate, fills_text
from astracore.trading.contracts.contract_positions import ContractFill, ContractPosition, worth_at
from astracore.trading.contracts.fee_inclusive import inclusive_steps
from astracore.trading.contracts.fees import (
    flat_per_order,
    per_unit_cumulative,
    proportional_fee,
    round_trip_fees,
)
from astracore.trading.contracts.hedging import (
    LegName,
    apply_leg_fill,
    flat_legs,
    gross_qty,
    is_flat,
    leg,
    net_holding,
)
from astracore.trading.contracts.kinds import Contract, Holding, unrealised_at
from astracore.trading.contracts.trade_log import TradeLog
from astracore.trading.contracts.trade_returns import (
    MarginStake,
    RoundTrip,
    excursions,
    net_profit,
    r_multiple,
    realized_return,
    return_on,
    return_on_margin,
)
from astracore.trading.types import ZERO, ContractKind, Side
from astracore.verification.pnl_checker import check
from property_tests.contract_makers import (
    D,
    contracts,
    fees,
    fill,
    histories,
    numbered,
    prices,
    quantities,
    run,
    slack,
    terms,
)

History = tuple[ContractFill, ...]
rates = st.sampled_from([D(0), D("0.0025"), D("-0.0002"), D("0.1")])


trips = st.builds(
    RoundTrip,
    side=st.sampled_from(Side),
    qty=quantities,
    opened=prices,
    closed=prices,
    open_rate=rates,
    close_rate=rates,
    funding=st.integers(-100, 100).map(D),
    leverage=st.just(D(3)),
)


@given(trips)
def test_net_profit_is_money_in_less_money_out(trip: RoundTrip) -> None:
    """Cash accounting in fractions: sold less bought, less both fees, plus funding."""
    found = net_profit(trip).unwrap()
    q, first, second = Fraction(trip.qty), Fraction(trip.opened), Fraction(trip.closed)
    sold, bought = (second, first) if trip.side is Side.BUY else (first, second)
    charged = q * first * Fraction(trip.open_rate) + q * second * Fraction(trip.close_rate)
    net = q * (sold - bought) - charged + Fraction(trip.funding)
    assert Fraction(found.net) == net
    outlay = q * first * (1 + Fraction(trip.open_rate) * (1 if trip.side is Side.BUY else -1))
    assert abs(Fraction(found.ratio) - 3 * net / outlay) <= abs(net / outlay) / 10**40


@given(st.sampled_from(Side), prices, prices)
def test_a_return_there_is_minus_the_return_of_the_other_side(
    side: Side, opened: Decimal, closed: Decimal
) -> None:
    """Odd in the side; the definition in fractions."""
    found = Fraction(realized_return(side, opened, closed).unwrap())
    due = (Fraction(closed) - Fraction(opened)) / Fraction(opened)
    assert abs(found - due * (1 if side is Side.BUY else -1)) <= abs(due) / 10**40


@given(contracts, quantities, prices, st.lists(prices, max_size=6), st.sampled_from(Side))
def test_excursions_are_the_extremes_of_the_unrealised(
    made: Contract, qty: Decimal, entry: Decimal, marks: list[Decimal], side: Side
) -> None:
    """And 0; the mirrored position swaps them and changes their sign."""
    one, other = (
        run(made, (fill(1, way, qty, entry, ZERO),)).held
        for way in (side, Side.SELL if side is Side.BUY else Side.BUY)
    )
    found, mirrored = excursions(made, one, marks).unwrap(), excursions(made, other, marks).unwrap()
    gains = [unrealised_at(made, one, mark).unwrap() for mark in marks]
    assert found.adverse == min([ZERO, *gains])
    assert found.favourable == max([ZERO, *gains])
    assert Fraction(mirrored.adverse) == -Fraction(found.favourable)


@given(contracts, histories, prices)
def test_legs_together_are_worth_the_net_position(
    made: Contract, fills: History, mark: Decimal
) -> None:
    """Every buy opens the long leg, every sell the short one: the same money as one position."""
    legs = flat_legs(made)
    for one in fills:
        name = LegName.LONG if one.side is Side.BUY else LegName.SHORT
        legs = apply_leg_fill(legs, name, one).unwrap()
    net = run(made, fills)
    apart = [Fraction(worth_at(leg(legs, name), mark).unwrap().total) for name in LegName]
    together = Fraction(worth_at(net, mark).unwrap().total)
    if made.kind is ContractKind.INVERSE:
        assert abs(sum(apart) - together) <= slack(made, fills)
    else:
        assert sum(apart) == together
    assert net_holding(legs).unwrap().qty == net.held.qty
    with decimal.localcontext(decimal.Context(prec=100)):
        assert gross_qty(legs) == sum((one.qty for one in fills), ZERO)


def test_a_leg_never_changes_its_side() -> None:
    """More than it holds is refused; closing all of it makes the mode free again."""
    legs = flat_legs(Contract())
    assert is_flat(legs)
    held = apply_leg_fill(legs, LegName.SHORT, fill(1, Side.SELL, D(2), D(10), ZERO)).unwrap()
    assert not is_flat(held)
    refused = apply_leg_fill(held, LegName.SHORT, fill(2, Side.BUY, D(3), D(10), ZERO)).failure()
    assert refused.code == "leg_exceeded"
    bad = fill(2, Side.BUY, D(0), D(10), ZERO)
    assert apply_leg_fill(held, LegName.SHORT, bad).failure().code == "invalid_quantity"
    closed = apply_leg_fill(held, LegName.SHORT, fill(2, Side.BUY, D(2), D(9), ZERO)).unwrap()
    assert is_flat(closed)
    assert apply_leg_fill(closed, LegName.SHORT, fill(2, Side.BUY, D(2), D(9), ZERO)) is not None
    assert closed.short.realised == D(2)


@given(contracts, histories)
def test_fees_in_the_cost_come_to_the_same_money(made: Contract, fills: History) -> None:
    """cumulative − unreleased = gross − fees: at flat exactly, open within the cost still held."""
    now = run(made, fills)
    if now.cycle is not None:
        side = Side.SELL if now.held.qty > ZERO else Side.BUY
        fills = (*fills, fill(99, side, now.held.qty.copy_abs(), D(7), D("0.3")))
        now = run(made, fills)
    steps = inclusive_steps(fills, made).unwrap()
    gross, charged = Fraction(now.realised), Fraction(now.fee_cost)
    assert Fraction(steps[-1].cumulative) == gross - charged
    assert steps[-1].plain == Holding()
    assert steps[-1].loaded == ZERO
    assert inclusive_steps(()).unwrap() == ()
    bad = fill(1, Side.BUY, D(1), D(0), ZERO)
    assert inclusive_steps((bad,)).failure().code == "invalid_price"
    foreign = evolve(fills[0], fee=D(1), fee_asset="BNB")
    assert inclusive_steps((foreign,), made).failure().code == "unknown_mark"


kinds = st.sampled_from(list(ContractKind))


@given(kinds, quantities, prices, rates, st.sampled_from([None, D("0.01"), D("1E-8")]))
def test_fees_are_rounded_against_whom_they_should(
    kind: ContractKind, qty: Decimal, price: Decimal, rate: Decimal, step: Decimal | None
) -> None:
    """A charge up, a rebate down, by less than a step; exact without one."""
    made = terms(kind)
    value = Fraction(qty) / Fraction(price) if kind is ContractKind.INVERSE else (
        Fraction(qty) * Fraction(price)
    )  # fmt: skip
    due = value * Fraction(rate)
    found = Fraction(proportional_fee(made, (qty, price), rate, step).unwrap())
    if step is None:
        assert abs(found - due) <= abs(due) / 10**40
        return
    assert 0 <= found - due < Fraction(step)
    even = proportional_fee(made, (qty, price), rate, step, Rounding.HALF_EVEN).unwrap()
    assert abs(Fraction(even) - due) <= Fraction(step) / 2
    both = round_trip_fees(made, qty, (price, price), rate, step).unwrap()
    assert both.opening == both.closing == proportional_fee(made, (qty, price), rate, step).unwrap()


@given(st.lists(st.integers(0, 1000).map(D), max_size=6), rates, st.sampled_from([D(0), D(3)]))
def test_fees_by_unit_reach_the_minimum_first(
    sizes: list[Decimal], rate: Decimal, least: Decimal
) -> None:
    """max(minimum, fixed + rate × so far), in fractions."""
    paid = per_unit_cumulative(sizes, rate, D("0.5"), least).unwrap()
    for place, fee in enumerate(paid, start=1):
        due = Fraction(1, 2) + Fraction(rate) * sum(Fraction(one) for one in sizes[:place])
        assert Fraction(fee) == max(Fraction(least), due)
    assert sum(flat_per_order(len(sizes), D(4)), ZERO) == (D(4) if sizes else ZERO)
    assert per_unit_cumulative([D(-1)], rate).failure().code == "invalid_quantity"
    assert proportional_fee(Contract(), (D(1), D(0)), rate).failure().code == "invalid_price"


codes = st.sampled_from(["EUR", "JPY", "BTC"])
tables = st.fixed_dictionaries({"EUR": prices, "JPY": prices, "BTC": prices})


@given(
    st.dictionaries(codes, st.integers(-1000, 1000).map(D)),
    st.lists(st.builds(Flow, currency=codes, amount=st.integers(-99, 99).map(D), rate=prices)),
    tables,
    tables,
)
def test_what_currencies_did_is_what_is_left_of_the_change(
    opening: dict[str, Decimal],
    flows: list[Flow],
    start: dict[str, Decimal],
    end: dict[str, Decimal],
) -> None:
    """Value at the end − value at the start − every flow at its own rate, in fractions."""
    balances = {name: Fraction(amount) for name, amount in opening.items()}
    before = sum((a * Fraction(start[name]) for name, a in balances.items()), Fraction(0))
    for one in flows:
        balances[one.currency] = balances.get(one.currency, Fraction(0)) + Fraction(one.amount)
    after = sum((a * Fraction(end[name]) for name, a in balances.items()), Fraction(0))
    moved = sum((Fraction(one.amount) * Fraction(one.rate) for one in flows), Fraction(0))
    assert Fraction(fx_effect(opening, flows, start, end).unwrap()) == after - before - moved


def test_a_missing_rate_is_named() -> None:
    """Never 1 or 0 instead."""
    held, euro = {"EUR": D(1)}, {"EUR": D(1)}
    assert fx_effect(held, (), {}, euro).failure().code == "unknown_mark"
    assert fx_effect(held, (), euro, {}).failure().code == "unknown_mark"
    flow = Flow(currency="JPY", amount=D(1), rate=D(1))
    assert fx_effect({}, (flow,), {}, euro).failure().code == "unknown_mark"


@given(contracts, histories, prices, st.integers(1, 5))
def test_the_checker_accepts_true_certificates(
    made: Contract, fills: History, mark: Decimal, every: int
) -> None:
    """And refuses each with a changed digit, other fills, a missing step."""
    text = certificate(made, (*fills, fills[0]), mark, every).unwrap()
    told = fills_text((*fills, fills[0]))
    assert check(text, told) == ""
    record = json.loads(text)
    for key in ("total", "mark", "multiplier"):
        forged = {**record, key: str(Fraction(record[key]) + 1)}
        if "/" not in forged[key] and key == "total":
            assert check(json.dumps(forged), told) == "the total is wrong"
    wrong = [[*step[:3], step[3] + "1" if "." in step[3] else step[3] + ".1", *step[4:]]
             for step in record["steps"]]  # fmt: skip
    assert "sums after" in check(json.dumps({**record, "steps": wrong}), told)
    assert check(json.dumps({**record, "steps": []}), told) == "the last step is missing"
    assert check(text, told + told) == "these are other fills"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"version": "2"}, "other fields"),
        ({"more": "1"}, "other fields"),
        ({"total": "1e5"}, "unreadable"),
        ({"steps": "x"}, "number of fills"),
        ({"fills": "7"}, "number of fills"),
        ({"steps": [["9", "1", "1", "1", "1"], ["1", "2", "3", "4", "5"]]}, "sums after 9"),
    ],
)
def test_certificates_that_are_none(change: dict[str, Any], told: str) -> None:
    """Each objection of the checker."""
    fills = numbered([(Side.BUY, D(1), D(10), ZERO)])
    record = json.loads(certificate(Contract(), fills, D(10)).unwrap())
    assert told in check(json.dumps({**record, **change}), fills_text(fills))
    assert "unreadable" in check("{", "")


@pytest.mark.parametrize("line", ['["a","up","1","1","0"]\n', '["a","buy","0","1","0"]\n'])
def test_fills_that_are_none(line: str) -> None:
    """A side or a size that no trade has is unreadable, whatever the hash says."""
    fills = numbered([(Side.BUY, D(1), D(10), ZERO)])
    record = json.loads(certificate(Contract(), fills, D(10)).unwrap())
    forged = {**record, "sha256": hashlib.sha256(line.encode()).hexdigest()}
    assert "unreadable" in check(json.dumps(forged), line)


def test_certificates_refuse_what_positions_refuse() -> None:
    """A faulty fill, a mark that is none; nothing at all is a true certificate too."""
    bad = numbered([(Side.BUY, D(1), D(0), ZERO)])
    assert certificate(Contract(), bad, D(1)).failure().code == "invalid_price"
    good = numbered([(Side.BUY, D(1), D(1), ZERO)])
    assert certificate(Contract(), good, D(0)).failure().code == "invalid_price"
    assert check(certificate(Contract(), (), D(1)).unwrap(), "") == ""


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (net_profit(RoundTrip(side=Side.BUY, qty=D(1), opened=D(0), closed=D(1))), "invalid_price"),
        (
            net_profit(RoundTrip(side=Side.BUY, qty=D(-1), opened=D(1), closed=D(1))),
            "invalid_quantity",
        ),
        (
            net_profit(RoundTrip(side=Side.BUY, qty=D(0), opened=D(1), closed=D(1))),
            "zero_denominator",
        ),
        (realized_return(Side.BUY, D(1), D(0)), "invalid_price"),
        (return_on(D(1), D(0)), "zero_denominator"),
        (r_multiple(Contract(), Holding(), D(1), D(1)), "zero_denominator"),
        (r_multiple(Contract(), Holding(), D(0), D(1)), "invalid_price"),
        (excursions(Contract(), Holding(), [D(0)]), "invalid_price"),
    ],
)
def test_each_refusal_by_its_smallest_example(answer: object, code: str) -> None:
    """Ratios without a denominator, prices that are none."""
    assert answer.failure().code == code  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("kind", "change", "expected"),
    [
        (ContractKind.LINEAR, {}, "1"),
        (ContractKind.LINEAR, {"close_rate": D("0.01"), "bankruptcy": D(90)}, "0.9174"),
        (ContractKind.INVERSE, {}, "1000"),
        (ContractKind.INVERSE, {"close_rate": D("0.1"), "bankruptcy": D(100)}, "500"),
        (ContractKind.LINEAR, {"leverage": D(0)}, None),
        (ContractKind.LINEAR, {"qty": D(0)}, None),
        (ContractKind.LINEAR, {"entry": D(0)}, None),
        (ContractKind.INVERSE, {"bankruptcy": D(0)}, None),
    ],
)
def test_return_on_margin_by_hand(
    kind: ContractKind, change: dict[str, Any], expected: str | None
) -> None:
    """1 at 100, ten times levered, a gain of 10: margin 10 (0.01 coins for an inverse contract)."""
    stake = MarginStake(qty=D(1), entry=D(100), leverage=D(10), bankruptcy=D(90))
    gain = D(1) if kind is ContractKind.INVERSE else D(10)
    found = return_on_margin(terms(kind), gain, evolve(stake, **change))
    if expected is None:
        assert found.failure().code in {"zero_denominator", "invalid_price"}
        return
    assert abs(found.unwrap() - D(expected)) < D("0.0001")


@given(st.lists(st.tuples(st.text(max_size=3), st.integers()), max_size=40))
def test_a_log_is_a_dictionary(rows: list[tuple[str, int]]) -> None:
    """Found are the latest of each id; shelves stay few."""
    log, plain = TradeLog[int](), dict[str, int]()
    for name, value in rows:
        fresh = name not in plain
        if fresh:
            log, plain = log.with_trade(name, value), {**plain, name: value}
    assert len(log) == len(plain)
    assert all(log.find(name) == value for name, value in plain.items())
    assert len(log.shelves) <= max(1, len(plain)).bit_length() + 1
    assert log.find("none of them") is None
    assert ContractPosition().trades == TradeLog()


@given(contracts, histories, fees)
def test_r_multiples_are_in_units_of_the_risk(made: Contract, fills: History, net: Decimal) -> None:
    """net / what the stop would have lost."""
    held, stop = run(made, fills).held, D("0.5")
    found = r_multiple(made, held, stop, net)
    loss = -Fraction(unrealised_at(made, held, stop).unwrap())
    if loss <= 0:
        assert found.failure().code == "zero_denominator"
        return
    due = Fraction(net) / loss
    assert abs(Fraction(found.unwrap()) - due) <= abs(due) / 10**40

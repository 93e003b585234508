"""Margin and sizing exactly on the edge, and the smallest step beyond it."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve

from astracore.margin import account, funding, hedged, legs, liquidation, requirements, venues
from astracore.margin.brackets import MARGIN_BRACKETS
from astracore.sizing import kelly, lots, matrices, parity, ratio, stops
from astracore.sizing import volatility as sizing_volatility

D, F = Decimal, Fraction
LONG = legs.Leg(contract=legs.Contract.LINEAR, quantity=D(2), entry=D(100))
COIN = legs.Leg(contract=legs.Contract.INVERSE, quantity=D(-100), entry=D(100))
ORDER = requirements.OrderTerms(
    direction=1,
    quantity=D(3),
    price=D(110),
    mark=D(104),
    open_fee_rate=D("0.001"),
    close_fee_rate=D("0.002"),
    close_price=D(90),
)
WIDE = (liquidation.flat_bracket(D("0.01"), D(0)),)
HELD = hedged.Account(margin=D(50), brackets=MARGIN_BRACKETS)
COARSE = lots.Grid(lot=D(1))
CALM = sizing_volatility.Range(high=D(5), low=D(5), close=D(5))


def test_a_ratio_of_margin_has_a_value_above_zero_equity() -> None:
    assert account.margin_ratio(D(0), D("0.5")).unwrap() == 0
    assert account.margin_ratio(D("0.25"), D("0.5")).unwrap() == D("0.5")
    assert account.is_liquidated(D("9.8"), D("9.8")).unwrap()
    assert not account.is_liquidated(D("9.8"), D("9.81")).unwrap()


def test_requirements_are_rounded_against_the_account() -> None:
    symbol = account.Working(quantity=D(1), buys=D(0), sells=D(0), mark=D(10), leverage=D(3))
    assert account.cross_initial_margin((symbol, symbol), unit=D("0.01")).unwrap() == D("6.68")
    assert requirements.initial_margin(D(10), D(3), unit=D("0.01")).unwrap() == D("3.34")
    assert requirements.initial_margin(D("0.5"), D("0.5")).unwrap() == 1
    assert requirements.initial_margin(D(0), D(3)).unwrap() == 0
    terms: dict[str, Any] = {"leverage": D("0.5"), "unit": D("0.01")}
    free = account.removable_margin(D(700), D("0.5"), notional=D(100), **terms)
    assert free.unwrap() == 500
    lost = account.removable_margin(D(700), D(-50), notional=D("33.333"), **terms)
    assert lost.unwrap() == D("583.33")
    few = requirements.order_reserve(
        D("0.3"), D("0.7"), D("0.9"), fee_rate=D("0.013"), unit=D("0.001")
    )
    assert few.unwrap() == D("0.234") + D("0.003")
    assert requirements.order_reserve(D(0), D(1), D(1), fee_rate=D("0.5"), unit=D(1)).unwrap() == 0


@pytest.mark.parametrize(
    ("direction", "price", "mark", "loss"),
    [(1, 110, 104, 6), (1, 104, 110, 0), (-1, 104, 110, 6), (-1, 110, 104, 0), (1, 9, 9, 0)],
)
def test_an_order_costs_what_it_loses_at_once(
    direction: int, price: int, mark: int, loss: int
) -> None:
    order = evolve(ORDER, direction=direction, price=D(price), mark=D(mark))
    fees = price * F("0.001") + 90 * F("0.002")
    expected = F(3 * price, 4) + 3 * (loss + fees)
    assert F(requirements.order_cost(order, D(4)).unwrap()) == expected
    assert requirements.order_cost(evolve(order, quantity=D(0)), D(4)).unwrap() == 0
    tiny = evolve(order, price=D("0.5"), mark=D("0.5"), close_price=D("0.5"))
    assert F(requirements.order_cost(tiny, D("0.5")).unwrap()) == 3 + 3 * F("0.0015")


def test_nobody_has_more_leverage_than_the_highest() -> None:
    generous = (evolve(liquidation.flat_bracket(D("0.01"), D(0)), max_leverage=500),)
    most = requirements.highest_leverage(D(10), generous, tier_cap=400, level=99)
    assert most.unwrap() == 50
    assert liquidation.flat_bracket(D("0.01"), D(2)).max_leverage == 1


def test_interest_and_funding_of_nothing() -> None:
    """Zero has no sign, and a fraction of a coin may be borrowed."""
    hourly = funding.InterestScheme.HOURLY
    for borrowed, owed in ((D(0), D(0)), (D("0.5"), D("0.0625"))):
        answer = funding.borrow_interest(borrowed, rate=D("0.5"), minutes=D(360), scheme=hourly)
        assert answer.unwrap() == owed
    for leg in (LONG, COIN, evolve(LONG, quantity=D(0))):
        payment = funding.funding_payment(leg, mark=D(7), rate=D(0)).unwrap()
        assert str(payment) in {"0", "0.0"} or not payment.is_signed()
    assert liquidation.cross_margin(D(7), ()).unwrap() == 7


def test_hedged_rates_to_the_edge() -> None:
    terms: dict[str, Any] = {"mark": D(100), "tick": D("0.01")}
    free = (liquidation.flat_bracket(D(0), D(0)),)
    exact = hedged.hedged_liquidation((LONG,), evolve(HELD, brackets=free), **terms)
    assert exact.unwrap() == hedged.Corridor(below=D(75), above=None)
    negative = (liquidation.flat_bracket(D("-0.01"), D(0)),)
    over = (liquidation.flat_bracket(D("0.99"), D(0)),)
    for rows, fee, told in (
        (negative, D("0.5"), "0.49"),
        (over, D("0.01"), "1.00"),
        (free, D("-0.5"), "-0.5"),
    ):
        done = hedged.hedged_liquidation(
            (LONG,), evolve(HELD, brackets=rows, fee_rate=fee), **terms
        )
        cause = done.failure()
        assert (cause.code, cause.value) == ("invalid_fraction", told)  # type: ignore[union-attr]
        assert cause.name == "maintenance rate + fee rate"  # type: ignore[union-attr]


def test_hedged_prices_are_rounded_toward_the_mark() -> None:
    terms: dict[str, Any] = {"mark": D(100), "tick": D(1)}
    below = hedged.hedged_liquidation((LONG,), HELD, **terms).unwrap().below
    exact = (F(200) - 50) / (2 * (1 - F("0.005")))
    assert below == -(-exact // 1)
    short = evolve(LONG, quantity=D(-2))
    above = hedged.hedged_liquidation((short,), HELD, **terms).unwrap().above
    assert above == (F(200) + 50) / (2 * (1 + F("0.005"))) // 1


def test_a_table_with_an_end_says_where_it_ends() -> None:
    """A long so large that no bracket holds its notional where nothing is left."""
    ended = (evolve(WIDE[0], to=D(100)),)
    done = liquidation.liquidation_price(LONG, margin=D(1), brackets=ended)
    cause = done.failure()
    assert cause.code == "notional_above_brackets"
    assert cause.highest == 100  # type: ignore[union-attr]
    assert abs(F(cause.notional) - F(199) / F("0.99")) < F(1, 10**20)  # type: ignore[union-attr]
    held = (evolve(WIDE[0], to=D(500)),)
    found = liquidation.liquidation_price(LONG, margin=D(2), brackets=held).unwrap()
    assert found is not None
    assert F(found) == 100
    rate = evolve(WIDE[0], rate=D("0.5"))
    for fee, code in ((D("0.5"), "invalid_fraction"), (D("0.49"), "")):
        done = liquidation.liquidation_price(LONG, margin=D(9), brackets=(rate,), fee_rate=fee)
        assert done.map(lambda _: "").value_or("invalid_fraction") == code


def test_bybit_refuses_either_rate() -> None:
    terms: dict[str, Any] = {"balance": D(1), "bankruptcy": D("0.5"), "tick": D("0.5")}
    done = venues.inverse_cross_price(COIN, rate=D(0), fee_rate=D(1), **terms)
    assert done.failure().code == "invalid_fraction"
    fine = venues.inverse_cross_price(
        evolve(COIN, quantity=D(100)), rate=D(0), fee_rate=D(0), **terms
    )
    assert fine.unwrap() == 50
    # A denominator of exactly zero: Q / E = balance.
    covered = venues.inverse_cross_price(COIN, rate=D(0), fee_rate=D(0), **terms)
    assert covered.unwrap() is None
    near = {**terms, "balance": D("0.999")}
    assert venues.inverse_cross_price(COIN, rate=D(0), fee_rate=D(0), **near).unwrap() == 100000
    for rate, fee in ((D("0.5"), D("0.5")), (D("0.9"), D("0.2"))):
        shifted = venues.shifted_price(LONG, liquidation=D(9), added=D(1), rate=rate, fee_rate=fee)
        assert shifted.failure().value == str(rate + fee)  # type: ignore[union-attr]


def test_stakes_to_the_edge() -> None:
    assert kelly.kelly_discrete(D("0.6"), win=D(1), loss=D(1), cap=D(0)).unwrap() == 0
    assert kelly.kelly_discrete(D("0.6"), win=D(1), loss=D(1), cap=D("0.5")).unwrap() == D("0.2")
    assert kelly.kelly_discrete(D("0.6"), win=D(1), loss=D(1), cap=D("0.1")).unwrap() == D("0.1")
    returns = (D("0.1"), D("-0.1"), D("0.3"))
    less = kelly.kelly_continuous(returns, risk_free=D("0.02"), fraction=D("0.5")).unwrap()
    assert F(less) == F("0.08") / F("0.04") / 2
    for growth in (
        kelly.kelly_discrete(D("0.5"), win=D(-3), loss=D(2)),
        kelly.kelly_growth(D(0), probability=D("0.5"), win=D(2), loss=D(-3)),
    ):
        assert growth.failure().value == "-3"  # type: ignore[union-attr]


def test_lots_of_several_units_each() -> None:
    """The bound that binds is the smallest one, whatever its fraction looks like."""
    found = lots.in_lots(((D(30), D(2)), (D(28), D(1))), COARSE, units=D(4)).unwrap()
    assert found == 3
    below = lots.in_lots(((D(1), D(4)), (D(1), D(2))), lots.Grid(lot=D(3)), units=D("0.5"))
    assert below.failure().size == D("0.5")  # type: ignore[union-attr]
    assert lots.in_lots(((D(0), D(4)), (D(1), D(2))), lots.Grid(lot=D(3))).unwrap() == 0
    tiny = lots.in_lots(((D("1E-60"), D("1E+10")),), lots.Grid(lot=None)).unwrap()
    assert tiny > 0


def test_matrices_that_are_nearly_none() -> None:
    for matrix in (((D(0),),), ((D(-1),),)):
        assert matrices.cholesky(matrix).failure().row == 0  # type: ignore[union-attr]
    for size in ("E-30", "E+30"):
        one = D("1" + size)
        regular, singular = (D(f"1.{'0' * zeros}1{size}") for zeros in (38, 40))
        assert matrices.cholesky(((one, one), (one, regular))).map(len).unwrap() == 2
        refused = matrices.cholesky(((one, one), (one, singular))).failure()
        assert refused.code == "not_positive_definite"


def test_parity_of_unequal_scales() -> None:
    """Shares are judged relative to the whole, so small variances need as many sweeps."""
    rows = ((D("4E-8"), D("1E-8")), (D("1E-8"), D("9E-8")))
    weights = parity.equal_risk_contribution(rows, sweeps=50).unwrap()
    shares = parity.risk_shares(weights, rows).unwrap()
    assert all(abs(F(share) - F(1, 2)) < F(1, 10**12) for share in shares)
    assert weights[0] > weights[1]


PLAN = stops.StopPlan(entry=D(110), stop=D(103))
BUDGET = stops.RiskBudget(equity=D(1000), risk=D("0.02"))


def test_budgets_to_the_edge() -> None:
    grid = lots.Grid(lot=D("0.01"), allow_zero=True)
    for risk in (D(0), D("1.001")):
        done = stops.fixed_fractional(PLAN, evolve(BUDGET, risk=risk), grid)
        assert done.failure().code == "invalid_fraction"
    assert stops.fixed_fractional(PLAN, evolve(BUDGET, risk=D(1)), grid).unwrap().bold
    nothing = evolve(BUDGET, withheld=D(1))
    assert stops.fixed_fractional(PLAN, nothing, grid).unwrap().quantity == 0
    steps = [D("0.0199"), D("0.02"), D("0.05"), D("0.0501")]
    bold = [
        stops.fixed_fractional(PLAN, evolve(BUDGET, risk=risk), grid).unwrap().bold
        for risk in steps
    ]
    assert bold == [risk > stops.BOLD for risk in steps]
    poor = stops.fixed_fractional(PLAN, evolve(BUDGET, equity=D(-1000)), lots.Grid(lot=D(1)))
    assert poor.unwrap().quantity == 0
    edge = evolve(BUDGET, risk=stops.BOLD)
    assert not stops.fixed_fractional(PLAN, edge, grid).unwrap().bold


def test_a_size_says_what_it_loses_and_is_worth() -> None:
    for plan in (PLAN, evolve(PLAN, entry=D(103), stop=D(110))):
        costly = evolve(plan, multiplier=D(2), cost=D("0.5"), rate=D("1.25"))
        found = stops.fixed_fractional(costly, BUDGET, lots.Grid(lot=D("0.01"))).unwrap()
        assert found.quantity == F(20) / (F("14.5") * F("1.25")) // F("0.01") * F("0.01")
        assert F(found.loss_at_stop) == F(found.quantity) * F("14.5") * F("1.25")
        assert F(found.notional) == F(found.quantity) * 2 * F(plan.entry)


def test_shares_of_equity_to_the_edge() -> None:
    done = stops.size_from_risk(PLAN, BUDGET, lot=D("0.01"), max_position=D(0)).unwrap()
    assert done.quantity == 0
    whole = stops.size_from_risk(PLAN, BUDGET, lot=D("0.01"), max_position=D(1)).unwrap()
    assert whole.quantity == D("2.85")
    grid = lots.Grid(lot=D("0.01"), allow_zero=True)
    assert stops.percent_equity(D(90), D(0), price=D(30), grid=grid).unwrap() == 0
    assert stops.percent_equity(D(90), D(1), price=D(30), grid=grid).unwrap() == 3
    for bound in (D("-0.001"), D("1.001")):
        refused = stops.percent_equity(D(90), bound, price=D(30), grid=grid)
        assert refused.failure().code == "invalid_fraction"


@pytest.mark.parametrize(
    ("position", "stop", "target", "name"),
    [
        ("0.2", "0.03", "0.09", "aggressive"),
        ("0.199", "0.03", "0.09", "moderate"),
        ("0.1", "0.1", "0.9", "aggressive"),
        ("0.1", "0.099", "0.9", "moderate"),
        ("0.1", "0.03", "0.029", "aggressive"),
        ("0.1", "0.03", "0.03", "moderate"),
        ("0.05", "0.02", "0.04", "conservative"),
        ("0.051", "0.02", "0.04", "moderate"),
        ("0.05", "0.021", "0.09", "moderate"),
        ("0.05", "0.02", "0.039", "moderate"),
        ("0", "0.01", "0.02", "conservative"),
        ("0.05", "0.02", "0", "aggressive"),
    ],
)
def test_classes_of_risk(position: str, stop: str, target: str, name: str) -> None:
    found = stops.risk_class(position=D(position), stop=D(stop), target=D(target))
    assert found.unwrap().value == name


def test_ranges_and_units_to_the_edge() -> None:
    assert sizing_volatility.true_range(CALM, None).unwrap() == 0
    assert sizing_volatility.average_true_range((CALM,), 1).unwrap() == 0
    terms: dict[str, Any] = {"atr": D("0.5"), "point_value": D("0.5"), "grid": COARSE}
    assert sizing_volatility.atr_unit(D(7), D(1), **terms).unwrap() == 28
    refused = sizing_volatility.atr_unit(D(7), D(0), **terms)
    assert refused.failure().code == "invalid_fraction"
    assert ratio.fixed_ratio(D("0.5"), D("0.25")).unwrap() == 2


@pytest.mark.parametrize(
    ("direction", "entry", "stop", "target", "levels"),
    [
        (1, "100.3", "0.1", "0.2", ("91", "121")),
        (-1, "100.3", "0.1", "0.2", ("110", "80")),
        (1, "100.5", "0", "0", ("101", "101")),
        (-1, "0.5", "0.5", "0.999", ("0", "0")),
    ],
)
def test_stops_and_targets(
    direction: int, entry: str, stop: str, target: str, levels: tuple[str, str]
) -> None:
    found = stops.stop_and_target(
        direction, D(entry), stop=D(stop), target=D(target), tick=D(1)
    ).unwrap()
    assert found == (D(levels[0]), D(levels[1]))


def test_what_is_released_is_of_something_closed() -> None:
    refused = account.released_margin(D(9), closed=D(0), held=D(3), unit=D(1)).failure()
    assert refused.code == "invalid_quantity"
    assert account.released_margin(D(9), closed=D(3), held=D(3), unit=D(1)).unwrap() == 9
    assert requirements.initial_margin(D(100), D(4), rate=D("0.3")).unwrap() == D("7.5")


def test_the_published_tables() -> None:
    rows = [(row.to, row.max_leverage, row.rate, row.deduction) for row in MARGIN_BRACKETS]
    assert rows == [
        (D(50000), 50, D("0.005"), D(0)),
        (D(250000), 25, D("0.01"), D(250)),
        (D(1000000), 10, D("0.025"), D(4000)),
        (D(5000000), 5, D("0.05"), D(29000)),
        (None, 2, D("0.125"), D(404000)),
    ]
    assert (10_000, D("1E-12")) == (parity.SWEEPS, parity.TOLERANCE)

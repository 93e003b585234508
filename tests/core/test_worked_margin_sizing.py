"""Worked examples with figures that hide nothing (no 0, no 1, no symmetry), against fractions."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from returns.result import Result

from astracore.margin import account, brackets, funding, hedged, legs, requirements, tiers, venues
from astracore.margin.brackets import MARGIN_BRACKETS
from astracore.sizing import kelly, lots, matrices, parity, ratio, stops
from astracore.sizing import volatility as sizing_volatility

D, F = Decimal, Fraction
LONG = legs.Leg(contract=legs.Contract.LINEAR, quantity=D(7), entry=D(110), multiplier=D("0.3"))
SHORT = evolve(LONG, quantity=D(-7))
COIN = legs.Leg(contract=legs.Contract.INVERSE, quantity=D(700), entry=D(110), multiplier=D(3))
GRID = lots.Grid(lot=D("0.001"))
COVARIANCE = ((D("0.04"), D("0.018")), (D("0.018"), D("0.09")))


def close(answer: Result[Any, Any], expected: Fraction, digits: int = 25) -> bool:
    """Equal but for what rounding to that many significant digits leaves."""
    found = Fraction(answer.unwrap())
    return bool(abs(found - expected) <= abs(expected) / 10**digits)


@pytest.mark.parametrize(("leg", "sign"), [(LONG, 1), (SHORT, -1)])
def test_margin_added_moves_the_price_by_its_share(leg: legs.Leg, sign: int) -> None:
    shift = venues.shifted_price(
        leg, liquidation=D(95), added=D(11), rate=D("0.02"), fee_rate=D("0.003")
    )
    slope = F("2.1") * (sign - F("0.023"))
    assert close(shift, 95 - 11 / slope)
    wider = venues.increased_price(leg, distance=D(13), added=D(11))
    assert close(wider, 110 - sign * (13 + F(11) / F("2.1")))


@pytest.mark.parametrize("sign", [1, -1])
def test_bybit_prices(sign: int) -> None:
    linear = evolve(LONG, quantity=D(7 * sign))
    price = venues.entry_maintenance_price(
        linear, leverage=D(4), rate=D("0.02"), extra_margin=D(11)
    )
    expected = 110 * (1 - F(sign, 4) + sign * F("0.02")) - sign * 11 / F("2.1")
    assert close(price, expected)
    coin = evolve(COIN, quantity=D(700 * sign))
    value = F(2100, 110)
    isolated = venues.inverse_isolated_price(
        coin, leverage=D(4), rate=D("0.02"), deduction=D("0.05"), extra=D("0.7")
    )
    margin = value / 4 + F("0.7") - (value * F("0.02") - F("0.05"))
    assert close(isolated, 2100 / (value + sign * margin))
    cross = venues.inverse_cross_price(
        coin, balance=D("0.5"), bankruptcy=D(87), rate=D("0.02"), fee_rate=D("0.003")
    )
    left = F("0.5") - F("0.02") * value - F("0.003") * 2100 / 87
    assert close(cross, 2100 / (value + sign * left))


@pytest.mark.parametrize("sign", [1, -1])
def test_dydx_and_the_buffer(sign: int) -> None:
    leg = evolve(LONG, quantity=D(7 * sign))
    price = venues.account_price(leg, equity=D(90), oracle=D(120), rate=D("0.04"))
    size = F("2.1")
    assert close(price, (90 - sign * size * 120) / (size * F("0.04") - sign * size))
    buffered = venues.buffered_price(sign, entry=D(110), liquidation=D(95), buffer=D("0.2"))
    assert close(buffered, F(95) + sign * F("0.2") * 15)
    for edge, at in ((D(0), 95), (D(1), 95 + 15 * sign)):
        found = venues.buffered_price(sign, entry=D(110), liquidation=D(95), buffer=edge)
        assert found.unwrap() == at


def test_inverse_short_whose_margin_covers_any_rise() -> None:
    """A denominator of exactly zero has no price, one just above it has."""
    coin = legs.Leg(contract=legs.Contract.INVERSE, quantity=D(-100), entry=D(100))
    assert venues.inverse_isolated_price(coin, leverage=D(1), rate=D(0)).unwrap() is None
    held = venues.inverse_isolated_price(coin, leverage=D(2), rate=D(0), extra=D("0.499"))
    assert close(held, F(100) / F("0.001"))


@pytest.mark.parametrize(("sign", "mark"), [(1, 120), (-1, 120)])
def test_funding_of_contracts_that_hold_more_than_one(sign: int, mark: int) -> None:
    linear = evolve(LONG, quantity=D(7 * sign))
    terms = {"mark": D(mark), "rate": D("0.0003"), "share": D("0.25")}
    paid = funding.funding_payment(linear, **terms)
    assert close(paid, -sign * F("2.1") * mark * F("0.0003") / 4)
    coin = evolve(COIN, quantity=D(700 * sign))
    assert close(funding.funding_payment(coin, **terms), -sign * F(2100, mark) * F("0.0003") / 4)
    whole = funding.funding_payment(linear, mark=D(mark), rate=D("0.0003"))
    assert close(whole, -sign * F("2.1") * mark * F("0.0003"))


@pytest.mark.parametrize(
    ("minutes", "hours", "spans"),
    [(0, 0, 0), (1, 1, 1), (60, 1, 1), (61, 2, 1), (240, 4, 1), (241, 5, 2), (600, 10, 3)],
)
def test_interest_counts_what_has_begun(minutes: int, hours: int, spans: int) -> None:
    terms = {"rate": D("0.0007"), "minutes": D(minutes)}
    hourly = funding.borrow_interest(D(430), scheme=funding.InterestScheme.HOURLY, **terms)
    assert close(hourly, 430 * F("0.0007") * hours / 24)
    longer = funding.borrow_interest(D(430), scheme=funding.InterestScheme.FOUR_HOURLY, **terms)
    assert close(longer, 430 * F("0.0007") * (1 + spans))


@pytest.mark.parametrize(
    ("quantity", "buys", "sells", "worst"),
    [(3, 2, 4, 5), (3, 2, 11, 8), (-3, 2, 4, 7), (-3, 9, 1, 6), (0, 2, 4, 4), (-5, 0, 0, 5)],
)
def test_cross_margin_is_of_the_worst_fill(
    quantity: int, buys: int, sells: int, worst: int
) -> None:
    symbol = account.Working(
        quantity=D(quantity), buys=D(buys), sells=D(sells), mark=D(110), leverage=D(4)
    )
    one = account.cross_initial_margin((symbol,), unit=D("0.01")).unwrap()
    assert one == F(worst * 110, 4)
    assert account.cross_initial_margin((symbol, symbol), unit=D("0.01")).unwrap() == 2 * one


def test_the_last_bracket_has_no_end() -> None:
    last = MARGIN_BRACKETS[-1]
    assert last.to is None
    assert brackets.bracket_of(MARGIN_BRACKETS, D("5000000.01")) == last
    assert brackets.bracket_of(MARGIN_BRACKETS, D(5000000)) == MARGIN_BRACKETS[-2]
    assert brackets.bracket_of(MARGIN_BRACKETS[:2], D(250001)) == MARGIN_BRACKETS[1]
    assert requirements.maintenance_margin(D(8000000), MARGIN_BRACKETS).unwrap() == 596000
    beyond = tiers.bracket_containing(MARGIN_BRACKETS[:2], D(250001)).failure()
    assert (beyond.notional, beyond.highest) == (D(250001), D(250000))  # type: ignore[union-attr]


def test_hedged_legs_stand_exactly_at_their_maintenance() -> None:
    """W + U = MM + f N at the mark is still standing; a cent less is not."""
    long = evolve(LONG, quantity=D(10), multiplier=D(1))
    short = evolve(LONG, quantity=D(-4), entry=D(130), multiplier=D(1))
    value = 10 * F(120) + 4 * F(120)
    profit = 10 * F(120 - 110) - 4 * F(120 - 130)
    needed = value * F("0.005") + value * F("0.001") - profit
    margin = D(needed.numerator) / D(needed.denominator)
    held = hedged.Account(margin=margin, brackets=MARGIN_BRACKETS, fee_rate=D("0.001"))
    terms = {"mark": D(120), "tick": D("0.01")}
    bounds = hedged.hedged_liquidation((long, short), held, **terms).unwrap()
    assert bounds.below == 120
    poorer = evolve(held, margin=margin - D("0.01"))
    assert hedged.hedged_liquidation((long, short), poorer, **terms).failure().code == (
        "invalid_margin"
    )
    flat = evolve(long, quantity=D(0))
    assert hedged.hedged_liquidation((long, flat), held, **terms).failure().code == (
        "invalid_quantity"
    )


def test_bounds_that_are_inside() -> None:
    """What stands exactly on an inclusive bound is accepted."""
    assert kelly.growth_kept(D(1)).unwrap() == 1
    assert kelly.kelly_discrete(D(0), win=D(2), loss=D(3)).unwrap() <= 0
    assert kelly.kelly_discrete(D(1), win=D(2), loss=D(4)).unwrap() == D("0.25")
    assert kelly.kelly_portfolio((D("0.04"), D("0.09")), _diagonal(), cap=D(2)).unwrap() == (
        D(1),
        D(1),
    )
    assert ratio.fixed_ratio(D(0), D(5000)).unwrap() == 1
    assert tiers.brackets_of((_tier(rate=D("0.999")),)).unwrap()[0].rate == D("0.999")


def test_bounds_that_are_outside() -> None:
    assert kelly.growth_kept(D(0)).failure().code == "invalid_fraction"
    for rate in (D(0), D(1)):
        assert tiers.brackets_of((_tier(rate=rate),)).failure().reason == "rate"  # type: ignore[union-attr]


def _tier(rate: Decimal) -> tiers.Tier:
    return tiers.Tier(floor=D(0), cap=None, rate=rate, max_leverage=1)


def _diagonal() -> tuple[tuple[Decimal, ...], ...]:
    return ((D("0.04"), D(0)), (D(0), D("0.09")))


def test_a_portfolio_of_both_signs_is_scaled_by_its_gross() -> None:
    found = kelly.kelly_portfolio((D("0.08"), D("-0.27")), _diagonal(), cap=D(2)).unwrap()
    assert [F(each) for each in found] == [F("0.8"), F("-1.2")]


@pytest.mark.parametrize(
    ("caps", "size"),
    [
        (lots.Caps(), F(30, 7)),
        (lots.Caps(quantity=D("3.5")), F("3.5")),
        (lots.Caps(notional=D(220)), F(2)),
        (lots.Caps(leverage=D("0.3")), F(300) / 110),
        (lots.Caps(volume=D(10), participation=D("0.25")), F("2.5")),
        (lots.Caps(quantity=D(99), notional=D(9999), leverage=D(9), volume=D(999)), F(30, 7)),
    ],
)
def test_each_cap_alone(caps: lots.Caps, size: Fraction) -> None:
    plan = stops.StopPlan(entry=D(110), stop=D(103))
    budget = stops.RiskBudget(equity=D(1000), risk=D("0.03"))
    found = stops.fixed_fractional(plan, budget, GRID, caps=caps).unwrap().quantity
    assert found == size // F("0.001") * F("0.001")


def test_a_size_below_a_lot_says_what_it_was() -> None:
    bounds = ((D(3), D(2)), (D(7), D(2)))
    cause = lots.in_lots(bounds, lots.Grid(lot=D(5)), units=D(3)).failure()
    assert (cause.size, cause.lot) == (D("0.5"), D(5))  # type: ignore[union-attr]


def test_solving_is_the_inverse_of_multiplying() -> None:
    matrix = (
        (D(4), D(1), D("0.5")),
        (D(1), D(3), D("-0.7")),
        (D("0.5"), D("-0.7"), D(5)),
    )
    lower = matrices.cholesky_of(matrix).unwrap()
    answer = matrices.solved_by(lower, (D(2), D(3), D(-7)))
    for row, right in zip(matrix, (2, 3, -7), strict=True):
        value = sum((F(a) * F(b) for a, b in zip(row, answer, strict=True)), F(0))
        assert abs(value - right) < F(1, 10**20)


@pytest.mark.parametrize("budgets", [(D(3), D(1)), (D("0.2"), D("0.6"))])
def test_parity_is_settled_in_few_sweeps(budgets: tuple[Decimal, ...]) -> None:
    """Shares follow the budgets within 1e-12; a good start needs no long search."""
    weights = parity.risk_budgeting(COVARIANCE, budgets, sweeps=20).unwrap()
    assert abs(sum(map(F, weights), F(0)) - 1) < F(1, 10**25)
    shares = parity.risk_shares(weights, COVARIANCE).unwrap()
    for share, budget in zip(shares, budgets, strict=True):
        assert abs(F(share) - F(budget) / F(sum(budgets))) <= F(1, 10**12)


def test_independent_assets_start_where_they_end() -> None:
    """Weights are sqrt(b) / sigma, so that no sweep is needed; one sweep is enough to say so."""
    found = parity.risk_budgeting(_diagonal(), (D(4), D(1)), sweeps=1).unwrap()
    assert [round(float(weight), 12) for weight in found] == [0.75, 0.25]


def test_true_ranges_reach_to_the_close_before() -> None:
    bars = tuple(
        sizing_volatility.Range(high=D(high), low=D(low), close=D(end))
        for high, low, end in ((12, 10, 11), (15, 14, 14), (14, 9, 10), (11, 10, 11), (30, 29, 29))
    )
    # The true ranges are 2, 4, 5, 1 and 19.
    smooth = (F(2 + 4 + 5, 3) * 2 + 1) / 3
    assert close(sizing_volatility.average_true_range(bars, 3), (smooth * 2 + 19) / 3)
    assert close(sizing_volatility.average_true_range(bars, 5), F(2 + 4 + 5 + 1 + 19, 5))
    assert sizing_volatility.average_true_range(bars[:1], 1).unwrap() == 2


def test_weights_of_tiny_volatilities() -> None:
    found = sizing_volatility.inverse_vol((D("0.002"), D("0.006"))).unwrap()
    assert [F(weight) for weight in found] == [F(3, 4), F(1, 4)]
    cause = sizing_volatility.inverse_vol((D(1), D(-2))).failure()
    assert cause.value == "-2"  # type: ignore[union-attr]


def test_signs_of_legs() -> None:
    assert [evolve(LONG, quantity=D(q)).sign for q in (-3, 0, 3)] == [-1, 0, 1]

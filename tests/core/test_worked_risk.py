"""Measures, checks and estimates of risk by figures that hide nothing, against fractions."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from returns.result import Result

from astracore.instants import Instant
from astracore.margin.brackets import MARGIN_BRACKETS
from astracore.margin.legs import Contract, Leg
from astracore.risk import (
    backtest,
    drawdown,
    exposure,
    limits,
    measures,
    portfolio_risk,
    simulation,
    stress,
    volatility,
)
from astracore.risk.cornish_fisher import Domain, cornish_fisher_z
from astracore.risk.limits import LimitType, Status

D, F = Decimal, Fraction
HELD = measures.Snapshot(
    at=Instant(0),
    equity=D(800),
    day_open=D(900),
    deposits=D(50),
    peak=D(1250),
    exposures=(D(300), D(-700), D(200)),
    maintenance=D(96),
    orders=17,
    open_orders=23,
    losses=5,
    var=D(72),
    symbols=("A", "B", "C"),
)


def close(answer: Result[Any, Any], expected: Fraction, digits: int = 25) -> bool:
    """Equal but for what rounding to that many significant digits leaves."""
    found = Fraction(answer.unwrap())
    return bool(abs(found - expected) <= abs(expected) / 10**digits)


@pytest.mark.parametrize(
    ("kind", "used"),
    [
        (LimitType.POSITION_SIZE, F(700, 800)),
        (LimitType.DAILY_LOSS, F(150, 900)),
        (LimitType.DRAWDOWN, F(450, 1250)),
        (LimitType.LEVERAGE, F(1200, 800)),
        (LimitType.EXPOSURE, F(1200)),
        (LimitType.NET_EXPOSURE, F(200)),
        (LimitType.CONCENTRATION, F(700, 1200)),
        (LimitType.MARGIN, F(96, 800)),
        (LimitType.ORDER_RATE, F(17)),
        (LimitType.OPEN_ORDERS, F(23)),
        (LimitType.LOSS_RUN, F(5)),
        (LimitType.VAR, F(72, 800)),
    ],
)
def test_what_each_limit_measures(kind: LimitType, used: Fraction) -> None:
    """And what is left of it is the limit less what is used."""
    assert close(measures.measure(kind, HELD), used)
    limit = measures.Limit(limit_id="x", type=kind, value=D(2000))
    graded = measures.assess(HELD, (limit,), before={}).unwrap().graded[0]
    assert graded.headroom is not None
    assert abs(F(graded.headroom) - (2000 - used)) < F(1, 10**20)
    assert graded.utilisation is not None
    assert abs(F(graded.utilisation) - used / 2000) < F(1, 10**25)


def test_measures_at_their_edges() -> None:
    """One symbol is no concentration, two are; without equity a loss is beyond any bound."""
    one, two = evolve(HELD, exposures=(D(5),)), evolve(HELD, exposures=(D(5), D(-15)))
    assert measures.measure(LimitType.CONCENTRATION, one).unwrap() == 0
    assert measures.measure(LimitType.CONCENTRATION, two).unwrap() == D("0.75")
    empty = evolve(HELD, exposures=(D(0), D(0)))
    assert measures.measure(LimitType.CONCENTRATION, empty).unwrap() == 0
    assert measures.measure(LimitType.LEVERAGE, evolve(HELD, equity=D(0))).unwrap() is None
    assert measures.measure(LimitType.LEVERAGE, evolve(HELD, equity=D("0.5"))).unwrap() == 2400
    rich = evolve(HELD, equity=D(2000))
    for kind in (LimitType.DAILY_LOSS, LimitType.DRAWDOWN):
        assert measures.measure(kind, rich).unwrap() == 0


DEFAULTS = {
    "position_size": ("5", "2", "block_symbol"),
    "daily_loss": ("0.1", "0.05", "block_day"),
    "drawdown": ("0.3", "0.2", "reduce_only pause_bots kill_switch"),
    "leverage": ("20", "5", "block_new"),
    "exposure": ("1000000", "100000", "block_new"),
    "net_exposure": ("1000000", "100000", "block_new"),
    "concentration": ("1", "0.8", "alert"),
    "margin": ("0.8", "0.5", "cancel_orders block_new"),
    "order_rate": ("60", "60", "block_new"),
    "open_orders": ("200", "200", "block_new"),
    "loss_run": ("10", "10", "block_hour"),
    "var": ("1", "0.1", "alert"),
}


def test_the_default_limits_are_those_of_the_rules() -> None:
    found = {
        kind.value: (str(rule.practice), str(rule.live), " ".join(rule.actions))
        for kind, rule in limits.LIMITS.items()
    }
    assert found == DEFAULTS
    assert (D("0.8"), D("0.95"), D("0.95")) == (limits.WARNING, limits.CRITICAL, limits.HOLD)
    usual = limits.Thresholds()
    assert (usual.warning, usual.critical) == (D("0.8"), D("0.95"))
    grades = [limits.status(D(u), usual).unwrap() for u in ("0.79", "0.8", "0.94", "0.95", "0.99")]
    assert grades == [Status.NORMAL, *[Status.WARNING] * 2, *[Status.CRITICAL] * 2]


LINEAR = Leg(contract=Contract.LINEAR, quantity=D(-3), entry=D(110), multiplier=D(2))
HOLDING = stress.Holding(
    name="a",
    symbol="A",
    settles_in="EUR",
    leg=LINEAR,
    mark=D(100),
    brackets=MARGIN_BRACKETS,
    rate=D("1.25"),
)
SHOCK = stress.Scenario(prices={"A": D("0.2")}, spreads={"A": D("0.04")}, rates={"EUR": D("-0.1")})


def test_a_stressed_short_in_another_currency() -> None:
    """Price 100 x 1.2 x 1.02, P&L at the shocked rate less P&L at the rate before."""
    report = stress.stress((HOLDING,), SHOCK, equity=D(1000)).unwrap()
    price, rate = F("122.4"), F("1.125")
    pnl = -6 * (price - 110) * rate - -6 * F(100 - 110) * F("1.25")
    needed = 6 * price * F("0.005") * rate
    (only,) = report.positions
    assert [F(only.price), F(only.pnl), F(only.maintenance)] == [price, pnl, needed]
    assert (F(report.total), F(report.equity)) == (pnl, 1000 + pnl)
    assert report.margin_ratio is not None
    assert abs(F(report.margin_ratio) - needed / (1000 + pnl)) < F(1, 10**25)
    assert not only.liquidated


@pytest.mark.parametrize(("over", "liquidated"), [("0", True), ("0.001", False)])
def test_an_isolated_position_falls_by_its_own_margin(over: str, *, liquidated: bool) -> None:
    """Whatever the account holds; the shared one beside it falls with the account alone."""
    price = F("122.4")
    edge = D("74.4") + D("3.672") + D(over)  # its loss and its maintenance
    assert F(edge) == 6 * (price - 110) + 6 * price * F("0.005") + F(over)
    alone = evolve(HOLDING, margin=edge)
    rich = stress.stress((alone, HOLDING), SHOCK, equity=D(9999)).unwrap()
    assert [each.liquidated for each in rich.positions] == [liquidated, False]
    poor = stress.stress((alone, HOLDING), SHOCK, equity=D(-9999)).unwrap()
    assert [each.liquidated for each in poor.positions] == [liquidated, True]
    assert poor.margin_ratio is None


def test_shocks_to_the_edge() -> None:
    calm = stress.Scenario(spreads={"A": D(0)}, prices={"A": D(0)}, rates={"EUR": D(0)})
    assert stress.stress((HOLDING,), calm, equity=D(1)).unwrap().total == 0
    tight = stress.Scenario(spreads={"A": D("-0.001")})
    assert stress.stress((HOLDING,), tight, equity=D(1)).failure().code == "invalid_fraction"


def slope(z: Fraction, skew: Fraction, excess: Fraction) -> Fraction:
    """d zc / dz, term by term."""
    return 1 + 2 * z * skew / 6 + (3 * z * z - 3) * excess / 24 - (6 * z * z - 5) * skew * skew / 36


@pytest.mark.parametrize("z", ["-2.3", "-1.1", "0.4", "1.7"])
@pytest.mark.parametrize("skew", ["-1.9", "-0.7", "0", "0.6", "1.5"])
@pytest.mark.parametrize("excess", ["-1.5", "0", "1.3", "4.7", "12"])
def test_the_bent_quantile_is_given_where_it_rises(z: str, skew: str, excess: str) -> None:
    x, s, k = F(z), F(skew), F(excess)
    terms: dict[str, Any] = {"skew": D(skew), "excess_kurtosis": D(excess)}
    found = cornish_fisher_z(D(z), **terms)
    bent = x + (x**2 - 1) * s / 6 + (x**3 - 3 * x) * k / 24 - (2 * x**3 - 5 * x) * s * s / 36
    if slope(x, s, k) > 0:
        assert close(found, bent, digits=11)
    else:
        assert found.failure().code == "invalid_threshold"
    lowest = min(slope(F(i, 50), s, k) for i in range(-400, 401))
    rises_far = k / 8 - s * s / 6 > 0 or k == s == 0
    whole = cornish_fisher_z(D(z), **terms, domain=Domain.WHOLE)
    assert whole.map(lambda _: True).value_or(False) is (lowest > 0 and rises_far)  # noqa: FBT003


def test_a_standard_error_by_hand() -> None:
    """Quantiles by interpolation between neighbours; the reach is the smaller of the two."""
    for count, confidence in ((9, "0.6"), (400, "0.9")):
        outcomes = [F(i * i, 7) - 3 for i in range(count)]
        tail = 1 - F(confidence)
        root = D(count).sqrt()
        reach = min(1 / F(root), tail / 2)

        def at(share: Fraction, outcomes: list[Fraction] = outcomes) -> Fraction:
            place = share * (len(outcomes) - 1)
            low = int(place)
            high = min(low + 1, len(outcomes) - 1)
            return outcomes[low] + (place - low) * (outcomes[high] - outcomes[low])

        spread = F((D(confidence) * D(tail.numerator) / tail.denominator / count).sqrt())
        wanted = spread * (at(tail + reach) - at(tail - reach)) / (2 * reach)
        values = tuple(D(each.numerator) / each.denominator for each in reversed(outcomes))
        done = simulation.var_simulated(values, D(confidence)).unwrap()
        assert abs(F(done.standard_error) / wanted - 1) < F(1, 10**20)
        assert abs(F(done.value) + at(tail)) < F(1, 10**20)


def test_two_deviations_at_the_ends_of_correlation() -> None:
    a, b = D("0.3"), D("0.7")
    for rho in (D(-1), D("-0.25"), D(1)):
        found = portfolio_risk.portfolio_deviation_two(a, b, correlation=rho).unwrap()
        assert abs(F(found) ** 2 - (F(a) ** 2 + F(b) ** 2 + 2 * F(rho) * F(a) * F(b))) < F(
            1, 10**25
        )
    assert portfolio_risk.portfolio_deviation_two(D(0), b, correlation=D(1)).unwrap() == b
    for rho in (D("-1.001"), D("1.001")):
        refused = portfolio_risk.portfolio_deviation_two(a, b, correlation=rho)
        assert refused.failure().code == "invalid_threshold"


def test_lengths_are_told_in_their_order() -> None:
    """First what was found, then what it should have been."""
    one, two = (D(1),), (D(1), D(1))
    short = backtest.breaches(two, one).failure()
    assert (short.left, short.right) == (2, 1)  # type: ignore[union-attr]
    ragged = portfolio_risk.portfolio_deviation(two, (one, two)).failure()
    assert (ragged.left, ragged.right) == (1, 2)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("n", "k", "confidence"), [(250, 9, "0.99"), (100, 1, "0.95"), (40, 0, "0.9")]
)
def test_kupiec_by_logarithms(n: int, k: int, confidence: str) -> None:
    p, x = 1 - D(confidence), D(k) / n
    worse = (n - k) * ((1 - x) / (1 - p)).ln() + (k * (x / p).ln() if k else 0)
    found = backtest.kupiec(observations=n, breached=k, confidence=D(confidence)).unwrap()
    assert abs(F(found.ratio) / F(2 * worse) - 1) < F(1, 10**20)
    assert 0 < found.p_value < 1


def test_episodes_and_peaks_that_hide_nothing() -> None:
    values = tuple(map(D, (80, 120, 90, 60, 75, 130, 104, 117)))
    first, second = drawdown.drawdown_episodes(values).unwrap()
    assert (first.depth, first.depth_absolute) == (D("-0.5"), D(60))
    assert (first.start, first.trough, first.end, first.length) == (2, 3, 5, 4)
    assert (first.to_trough, first.recovery) == (2, 2)
    assert (second.depth, second.depth_absolute, second.length) == (D("-0.2"), D(26), 2)
    assert drawdown.moved_peak(D(3), equity=D("0.5"), flow=D("0.25")).unwrap() == D("4.5")


def test_delta_of_contracts_that_hold_more_than_one() -> None:
    assert exposure.delta_in_base(LINEAR, D(50)).unwrap() == -6
    coin = evolve(LINEAR, contract=Contract.INVERSE)
    assert exposure.delta_in_base(coin, D(50)).unwrap() == D("-0.12")


def test_variances_at_their_edges() -> None:
    model = volatility.Garch(omega=D("0.1"), alpha=D("0.2"), beta=D("0.3"))
    assert close(volatility.garch_step(model, D(0), D(2)), F("0.9"))
    assert close(volatility.garch_step(model, D(5), D(0)), F("1.6"))
    for decay in (D(0), D(1)):
        assert volatility.ewma_step(D(1), D(1), decay=decay).failure().code == "invalid_fraction"
    changes = tuple(D(i) / 100 for i in range(1, 31))
    start = F(sum(i * i for i in range(1, 21)), 20 * 10**4)
    found = volatility.ewma(changes, decay=D("0.9")).unwrap()
    assert abs(F(found[0]) - start) < F(1, 10**25)


def test_both_drawdowns_are_given_where_they_are_not_the_same_fall() -> None:
    """The relative one is the early fall of a half, the absolute one the late fall of 2000.

    Taking the relative depth of the fall that is largest in money answers 20 % here, and counting
    from the first profit instead of the starting balance misses a first loss altogether.
    """
    values = tuple(map(D, (1000, 500, 2500, 10000, 8000, 9000)))
    found = drawdown.drawdown(values).unwrap()
    assert (found.maximum, found.maximum_absolute) == (D("-0.5"), D(2000))
    early, late = drawdown.drawdown_episodes(values).unwrap()
    assert (early.depth, early.depth_absolute) == (D("-0.5"), D(500))
    assert (late.depth, late.depth_absolute) == (D("-0.2"), D(2000))
    lost_at_once = drawdown.drawdown((D(1000), D(900), D(990))).unwrap()
    assert (lost_at_once.maximum, lost_at_once.maximum_absolute) == (D("-0.1"), D(100))


def test_a_shock_of_volatility_widens_what_may_come() -> None:
    """2 ETH at 2000 after −20 %, volatility 5 % up by half: 3200 × 0.075; at a rate of 1.1."""
    held = stress.Holding(
        name="a",
        symbol="ETH-USD",
        settles_in="USD",
        leg=Leg(contract=Contract.LINEAR, quantity=D(-2), entry=D(1900)),
        mark=D(2000),
        brackets=MARGIN_BRACKETS,
        rate=D("1.1"),
        volatility=D("0.05"),
    )
    crash = stress.Scenario(prices={"ETH-USD": D("-0.2")}, volatilities={"ETH-USD": D("0.5")})
    found = stress.stress((held, held), crash, equity=D(1000)).unwrap()
    assert found.positions[0].deviation == D("264")
    assert found.deviation == 2 * D("264")
    calm = stress.Scenario(volatilities={"ETH-USD": D("-1")})
    quiet = stress.stress((held,), calm, equity=D(1000)).unwrap()
    assert (quiet.total, quiet.deviation) == (D(0), D(0))

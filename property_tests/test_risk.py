"""Risk figures against exact fractions, and the relations that must hold between them."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from astracore.margin.brackets import MARGIN_BRACKETS
from astracore.metrics.normal import normal_cumulative, normal_quantile
from astracore.metrics.statistics import beta, correlation, quantile, variance
from astracore.risk.backtest import breaches, kupiec
from astracore.risk.cornish_fisher import Domain, cornish_fisher_quantile, cornish_fisher_z
from astracore.risk.drawdown import drawdown, drawdown_episodes, moved_peak
from astracore.risk.exposure import concentration, exposure, leverage, top_share
from astracore.risk.portfolio_risk import component_var, correlation_fault, correlation_matrix
from astracore.risk.simulation import normal_draws, var_simulated
from astracore.risk.stress import Holding, Scenario, stress
from astracore.risk.value_at_risk import (
    Report,
    es_historical,
    es_parametric,
    var_historical,
    var_normal,
    var_parametric,
)
from astracore.risk.volatility import Garch, ewma, ewma_step, garch, garch_forecast, garch_long_run
from property_tests.risk_makers import changes, decimals, fractions, legs, prices

series = st.lists(changes, min_size=2, max_size=60).map(tuple)
confidences = st.sampled_from([Decimal("0.51"), Decimal("0.9"), Decimal("0.95"), Decimal("0.999")])
wealth = st.lists(decimals("0.01", "1000", 2), min_size=1, max_size=40).map(tuple)
exposures = st.lists(decimals("-1000", "1000", 2), max_size=8).map(tuple)


def type_seven(values: tuple[Decimal, ...], q: Fraction) -> Fraction:
    """The quantile by weights of the two neighbours, in fractions."""
    ordered = sorted(Fraction(value) for value in values)
    position = (len(ordered) - 1) * q
    low = position.numerator // position.denominator
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] * (low + 1 - position) + ordered[high] * (position - low)


@given(exposures)
def test_gross_covers_net_and_concentration_has_its_bounds(signed: tuple[Decimal, ...]) -> None:
    """1/n <= HHI <= 1, unchanged by scaling, larger after a merger."""
    held = exposure(signed).unwrap()
    assert held.gross == sum((abs(each) for each in signed), Decimal(0)) >= abs(held.net)
    found = concentration(signed).unwrap()
    assert (found.herfindahl is None) == (held.gross == 0)
    if found.herfindahl is None:
        return
    slack = Decimal("1e-26")
    assert Decimal(1) / len(signed) - slack <= found.herfindahl <= 1
    tripled = concentration(tuple(3 * each for each in signed)).unwrap()
    assert tripled.herfindahl == found.herfindahl
    sized = sorted((abs(each) for each in signed), reverse=True)
    merged = concentration((sum(sized[:2], Decimal(0)), *sized[2:])).unwrap().herfindahl
    assert merged is not None
    assert merged >= found.herfindahl
    assert top_share(signed, len(signed)).unwrap() == 1
    assert leverage(held.gross * 2, Decimal(100)).unwrap() == 2 * held.gross / 100


@given(wealth, decimals("0.01", "50", 2))
def test_drawdown_is_between_minus_one_and_zero_and_scale_free(
    equity: tuple[Decimal, ...], scale: Decimal
) -> None:
    """Against a quadratic definition over all pairs; a new high changes no maximum."""
    found = drawdown(equity).unwrap()
    pairs = [
        (Fraction(later) / Fraction(earlier) - 1, Fraction(earlier) - Fraction(later))
        for i, earlier in enumerate(equity)
        for later in equity[i:]
    ]
    assert abs(Fraction(found.maximum) - min(share for share, _ in pairs)) < Fraction(1, 10**27)
    assert Fraction(found.maximum_absolute) == max(gap for _, gap in pairs)
    assert -1 <= found.maximum <= found.current <= 0
    assert drawdown(tuple(each * scale for each in equity)).unwrap().maximum == found.maximum
    higher = drawdown((*equity, max(equity) + 1)).unwrap()
    assert higher.maximum == found.maximum
    assert higher.current == 0


@given(wealth, wealth)
def test_a_longer_history_has_no_smaller_drawdown(
    first: tuple[Decimal, ...], second: tuple[Decimal, ...]
) -> None:
    """Than each of its parts."""
    whole = drawdown(first + second).unwrap().maximum
    assert whole <= drawdown(first).unwrap().maximum
    assert whole <= drawdown(second).unwrap().maximum


@given(wealth)
def test_episodes_are_apart_and_the_deepest_is_the_maximum(equity: tuple[Decimal, ...]) -> None:
    """Every value below the peak belongs to exactly one."""
    found = drawdown_episodes(equity).unwrap()
    path = drawdown(equity).unwrap().path
    covered = [t for e in found for t in range(e.start, len(equity) if e.end is None else e.end)]
    peaks = [max(equity[: t + 1]) for t in range(len(equity))]
    assert covered == [t for t, value in enumerate(equity) if value < peaks[t]]
    assert min((e.depth for e in found), default=Decimal(0)) == min(path)
    for e in found:
        assert e.start <= e.trough
        assert e.to_trough == e.trough - e.start + 1
        assert (e.recovery is None) == (e.end is None)
        assert e.length == e.to_trough + (e.recovery or len(equity) - 1 - e.trough)


@given(decimals("100", "200", 2), decimals("50", "100", 2), decimals("-40", "100", 2))
def test_a_flow_leaves_the_drawdown_alone(peak: Decimal, equity: Decimal, flow: Decimal) -> None:
    """1 - equity/peak before and after."""
    moved = Fraction(moved_peak(peak, equity=equity, flow=flow).unwrap())
    before = Fraction(equity) / Fraction(peak)
    assert abs((Fraction(equity) + Fraction(flow)) / moved - before) < Fraction(1, 10**26)


@given(series, confidences, decimals("0.1", "9", 1), changes, st.randoms(use_true_random=False))
def test_historical_risk_scales_shifts_and_ignores_order(
    returns: tuple[Decimal, ...],
    confidence: Decimal,
    factor: Decimal,
    shift: Decimal,
    shuffler: object,
) -> None:
    """And equals the type-7 quantile in fractions; ES is at least VaR."""
    loss = var_historical(returns, confidence).unwrap()
    exact = -type_seven(returns, 1 - Fraction(confidence))
    assert abs(Fraction(loss) - exact) < Fraction(1, 10**27)
    short = es_historical(returns, confidence).unwrap()
    assert short >= loss
    assert var_historical(tuple(reversed(returns)), confidence).unwrap() == loss
    for risk, base in ((var_historical, loss), (es_historical, short)):
        scaled = risk(tuple(each * factor for each in returns), confidence).unwrap()
        assert abs(scaled - base * factor) < Decimal("1e-25")
        moved = risk(tuple(each + shift for each in returns), confidence).unwrap()
        assert abs(moved - (base - shift)) < Decimal("1e-25")
    gain = var_historical(returns, confidence, report=Report.RETURN).unwrap()
    assert gain == loss.copy_negate()
    floored = var_historical(returns, confidence, floor_zero=True).unwrap()
    assert floored == max(Decimal(0), loss)
    assert shuffler is not None


@given(series, decimals("0.51", "0.99", 4), decimals("0.51", "0.99", 4))
def test_value_at_risk_grows_with_confidence(
    returns: tuple[Decimal, ...], one: Decimal, two: Decimal
) -> None:
    """Historical and normal alike; ES is at least VaR."""
    low, high = sorted((one, two))
    assert var_historical(returns, low).unwrap() <= var_historical(returns, high).unwrap()
    assert var_parametric(returns, low).unwrap() <= var_parametric(returns, high).unwrap()
    assert es_parametric(returns, low).unwrap() >= var_parametric(returns, low).unwrap()


@given(decimals("0.51", "0.9999", 4), changes, fractions)
def test_cornish_fisher_without_shape_is_normal(
    confidence: Decimal, mean: Decimal, deviation: Decimal
) -> None:
    """And a steep enough kurtosis is refused rather than misordered."""
    z = normal_quantile(1 - confidence).unwrap()
    bent = cornish_fisher_quantile(1 - confidence, skew=Decimal(0), excess_kurtosis=Decimal(0))
    assert bent.unwrap() == z
    loss = var_normal(mean=mean, deviation=deviation, confidence=confidence).unwrap()
    assert abs(loss + mean + z * deviation) < Decimal("1e-10")
    wild = cornish_fisher_z(Decimal(-3), skew=Decimal(0), excess_kurtosis=Decimal(-4))
    assert wild.failure().code == "invalid_threshold"
    strict = cornish_fisher_z(z, skew=Decimal(0), excess_kurtosis=Decimal(-1), domain=Domain.WHOLE)
    assert strict.failure().code == "invalid_threshold"


@given(decimals("-6", "6", 3))
def test_the_normal_distribution_is_symmetric_and_inverts(x: Decimal) -> None:
    """Both tails keep their digits."""
    below = normal_cumulative(x).unwrap()
    assert abs(below + normal_cumulative(-x).unwrap() - 1) < Decimal("1e-11")
    assume(below < Decimal("0.999"))
    assert abs(normal_quantile(below).unwrap() - x) < Decimal("1e-8")


@given(series, fractions)
def test_ewma_lies_between_its_start_and_the_squares(
    returns: tuple[Decimal, ...], decay: Decimal
) -> None:
    """And is the GARCH filter with omega 0 and alpha + beta 1."""
    path = ewma(returns, decay=decay).unwrap()
    squares = [each * each for each in returns]
    slack = Decimal("1e-25")
    assert min(path[0], *squares) - slack <= path[-1] <= max(path[0], *squares) + slack
    model = Garch(omega=Decimal(0), alpha=1 - decay, beta=decay)
    again = garch(model, returns, start=path[0]).unwrap()
    assert all(abs(a - b) < slack for a, b in zip(path, again, strict=True))
    step = ewma_step(path[0], returns[0], decay=decay).unwrap()
    assert abs(step - path[1]) < slack


@given(fractions, decimals("0", "0.4", 3), decimals("0", "0.5", 3), fractions)
def test_a_garch_forecast_starts_at_today_and_tends_to_the_long_run(
    omega: Decimal, alpha: Decimal, coefficient: Decimal, today: Decimal
) -> None:
    """Step by step it is the recursion of its own expectation."""
    model = Garch(omega=omega, alpha=alpha, beta=coefficient)
    now = garch_forecast(model, today, steps=0).unwrap()
    assert abs(now - today) < Decimal("1e-25")
    first = garch_forecast(model, today, steps=1).unwrap()
    assert abs(first - (omega + (alpha + coefficient) * today)) < Decimal("1e-25")
    far = garch_forecast(model, today, steps=2000).unwrap()
    assert abs(far - garch_long_run(model).unwrap()) < Decimal("1e-20")


@given(series, decimals("-3", "3", 2), st.data())
def test_correlation_is_bounded_and_symmetric_and_beta_is_linear(
    returns: tuple[Decimal, ...], factor: Decimal, data: st.DataObject
) -> None:
    """beta(b, b) = 1, beta(k r, b) = k beta(r, b)."""
    other = tuple(data.draw(st.lists(changes, min_size=len(returns), max_size=len(returns))))
    assume(variance(returns).unwrap() > 0 and variance(other).unwrap() > 0)
    rho = correlation(returns, other).unwrap()
    assert -1 <= rho <= 1
    assert rho == correlation(other, returns).unwrap()
    assert beta(other, other).unwrap() == 1
    slope = beta(returns, other).unwrap()
    scaled = beta(tuple(factor * each for each in returns), other).unwrap()
    assert abs(scaled - factor * slope) < Decimal("1e-20")
    matrix = correlation_matrix((returns, other)).unwrap()
    assert correlation_fault(matrix).unwrap() == matrix


@given(exposures, confidences)
def test_components_sum_to_the_value_at_risk(
    amounts: tuple[Decimal, ...], confidence: Decimal
) -> None:
    """For uncorrelated assets of one volatility."""
    assume(any(amounts))
    deviation = Decimal("0.02")
    diagonal = tuple(
        tuple(deviation**2 if i == j else Decimal(0) for j in range(len(amounts)))
        for i in range(len(amounts))
    )
    parts = component_var(amounts, diagonal, confidence).unwrap()
    total = deviation * sum((each * each for each in amounts), Decimal(0)).sqrt()
    whole = var_normal(mean=Decimal(0), deviation=total, confidence=confidence).unwrap()
    assert abs(sum(parts) - whole) <= (1 + abs(whole)) * Decimal("1e-9")


def test_a_simulated_normal_loss_is_the_normal_quantile_within_its_error() -> None:
    """4,000 draws of the written-out generator."""
    draws = normal_draws(20260304, 7, 4000).unwrap()
    found = var_simulated(draws, Decimal("0.95")).unwrap()
    assert abs(found.value - Decimal("1.64485")) < 4 * found.standard_error
    assert Decimal("0.02") < found.standard_error < Decimal("0.06")


@given(st.integers(1, 500), st.data(), confidences)
def test_kupiec_is_zero_at_the_promise_and_never_negative(
    count: int, data: st.DataObject, confidence: Decimal
) -> None:
    """Its p-value falls as its ratio rises."""
    seen = data.draw(st.integers(0, count))
    found = kupiec(observations=count, breached=seen, confidence=confidence).unwrap()
    assert found.ratio >= 0
    assert 0 <= found.p_value <= 1
    exact = kupiec(observations=1000 * 100, breached=5000, confidence=Decimal("0.95")).unwrap()
    assert exact.ratio < Decimal("1e-20")
    assert exact.p_value > Decimal("0.999999999")


def test_breaches_count_losses_beyond_the_promise() -> None:
    """A loss of exactly the VaR is none."""
    returns = (Decimal("-0.05"), Decimal("-0.04"), Decimal("0.1"))
    assert breaches(returns, (Decimal("0.04"),) * 3).unwrap() == 1
    assert breaches(returns, ()).failure().code == "length_mismatch"
    assert breaches((), ()).failure().code == "empty_series"


@given(series, decimals("0", "1", 3), decimals("0", "1", 3))
def test_a_quantile_is_monotone_and_exact(
    values: tuple[Decimal, ...], one: Decimal, two: Decimal
) -> None:
    """Against the weights of neighbours."""
    low, high = sorted((one, two))
    assert quantile(values, low).unwrap() <= quantile(values, high).unwrap()
    exact = type_seven(values, Fraction(low))
    assert abs(Fraction(quantile(values, low).unwrap()) - exact) < Fraction(1, 10**27)


@st.composite
def holdings(draw: st.DrawFn) -> Holding:
    """A position in one of two symbols, isolated or not."""
    return Holding(
        name=draw(st.sampled_from("abc")),
        symbol=draw(st.sampled_from(["BTC-USD", "ETH-USD"])),
        settles_in="USD",
        leg=draw(legs()),
        mark=draw(prices),
        brackets=MARGIN_BRACKETS,
        margin=draw(st.none() | decimals("0", "1000", 2)),
        volatility=draw(decimals("0", "0.2", 3)),
    )


@given(st.lists(holdings(), max_size=4).map(tuple), decimals("-1000", "1000", 2))
def test_a_scenario_of_zeros_changes_nothing(held: tuple[Holding, ...], equity: Decimal) -> None:
    """And a fall costs longs what the revaluation says."""
    calm = stress(held, Scenario(prices={"BTC-USD": Decimal(0)}), equity=equity).unwrap()
    assert calm.total == 0
    assert calm.equity == equity
    crash = stress(held, Scenario(prices={"BTC-USD": Decimal("-0.5")}), equity=equity).unwrap()
    for before, after in zip(held, crash.positions, strict=True):
        if before.symbol == "BTC-USD":
            assert after.pnl * before.leg.sign < 0
        else:
            assert after.pnl == 0
    restless = Scenario(volatilities=dict.fromkeys(("BTC-USD", "ETH-USD"), Decimal(2)))
    shaken = stress(held, restless, equity=equity).unwrap()
    assert (shaken.total, shaken.margin_ratio) == (calm.total, calm.margin_ratio)
    parts = (Fraction(each.deviation) for each in shaken.positions)
    assert Fraction(shaken.deviation) == sum(parts, Fraction(0))
    for quiet, loud in zip(calm.positions, shaken.positions, strict=True):
        wider = 3 * Fraction(quiet.deviation)
        assert abs(Fraction(loud.deviation) - wider) <= wider / 10**26
    worse = Scenario(spreads={"ETH-USD": Decimal("0.1")})
    assert stress(held, worse, equity=equity).unwrap().total <= 0

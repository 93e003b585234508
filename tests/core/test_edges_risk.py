"""Risk exactly on the edge, and the smallest step beyond it."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve

from astracore.errors.risk import FilterBroken, KillSwitchActive
from astracore.instants import Instant
from astracore.margin.brackets import MARGIN_BRACKETS
from astracore.margin.legs import Contract, Leg
from astracore.risk import exposure, pretrade, simulation, stress, value_at_risk, volatility
from astracore.risk.cornish_fisher import Domain, cornish_fisher_z, var_cornish_fisher
from astracore.risk.limits import LimitType
from astracore.risk.measures import Snapshot, measure
from astracore.risk.portfolio_risk import correlation_matrix
from astracore.risk.value_at_risk import Report

D, F = Decimal, Fraction
RETURNS = tuple(D(each) / 100 for each in (-7, -4, 1, 2, 3, 5, 8, 9, 11, 12))


def test_the_tail_is_asked_for_between_a_half_and_one() -> None:
    for confidence in (D("0.5"), D(1)):
        refused = value_at_risk.var_historical(RETURNS, confidence)
        assert refused.failure().code == "invalid_confidence"
    assert value_at_risk.var_historical(RETURNS, D("0.500001")).unwrap() == D("-0.03999982")
    assert value_at_risk.tail_mean_lowest(RETURNS, D(0)).unwrap() == D("-0.07")
    assert value_at_risk.tail_mean_lowest(RETURNS, D(1)).unwrap() == D("0.04")
    for q in (D("-0.001"), D("1.001")):
        assert value_at_risk.tail_mean_lowest(RETURNS, q).failure().code == "invalid_confidence"


def test_a_gain_in_the_tail_is_no_negative_loss() -> None:
    """As a return it is at most zero, as a loss at least."""
    won = tuple(abs(each) for each in RETURNS)
    for returns, value in ((RETURNS, F("-0.0565")), (won, F(0))):
        told = value_at_risk.var_historical(
            returns, D("0.95"), report=Report.RETURN, floor_zero=True
        )
        assert F(told.unwrap()) == value
        loss = value_at_risk.var_historical(returns, D("0.95"), floor_zero=True)
        assert F(loss.unwrap()) == -value
    amount = value_at_risk.var_normal_amount(D("0.5"), z=D(2), periods=D("0.25")).unwrap()
    assert amount == D("0.5")
    assert value_at_risk.var_normal_amount(D(0), z=D(2), periods=D(0)).unwrap() == 0


def test_exposures_of_nothing_and_of_some() -> None:
    some = exposure.exposure((D(5), D(0), D(-3))).unwrap()
    assert [some.long, some.short, some.gross, some.net] == [5, 3, 8, 2]
    none = exposure.exposure((D(5),)).unwrap()
    assert str(none.short) == "0"
    empty = exposure.concentration((D(0), D(0), D(0))).unwrap()
    assert list(empty.shares) == [0, 0, 0]
    held = exposure.concentration((D(6), D(-2))).unwrap()
    assert held.shares == (D("0.75"), D("0.25"))
    assert (held.herfindahl, held.effective) == (D("0.625"), D("1.6"))


def test_small_accounts_have_ratios() -> None:
    """An equity below one is above zero."""
    held = Snapshot(
        at=Instant(0),
        equity=D("0.5"),
        day_open=D("0.5"),
        deposits=D(0),
        peak=D("0.8"),
        exposures=(D("0.25"),),
        maintenance=D("0.1"),
        orders=0,
        open_orders=0,
        losses=0,
    )
    wanted = {LimitType.LEVERAGE: "0.5", LimitType.DRAWDOWN: "0.375", LimitType.MARGIN: "0.2"}
    assert {kind: str(measure(kind, held).unwrap()) for kind in wanted} == wanted
    assert measure(LimitType.MARGIN, evolve(held, maintenance=D(0), equity=D(0))).unwrap() == 0
    one = evolve(held, maintenance=D(1), equity=D("0.5"))
    assert measure(LimitType.MARGIN, one).unwrap() == 2


def test_correlations_are_symmetric() -> None:
    rows = (RETURNS, RETURNS[::-1], tuple(each * each for each in RETURNS))
    found = correlation_matrix(rows).unwrap()
    assert all(found[i][j] == found[j][i] for i in range(3) for j in range(3))
    assert [found[i][i] for i in range(3)] == [1, 1, 1]


def rises(skew: Fraction, excess: Fraction) -> bool:
    """Whether the parabola a z^2 + b z + c has no root: its least value is above zero."""
    a, b = excess / 8 - skew * skew / 6, skew / 3
    c = 1 - excess / 8 + 5 * skew * skew / 36
    if a == 0:
        return b == 0 and c > 0
    return a > 0 and c - b * b / (4 * a) > 0


@pytest.mark.parametrize("skew", [F(i, 8) for i in range(-14, 15)])
def test_the_domain_of_the_whole_line(skew: Fraction) -> None:
    """Over a fine grid of excess kurtosis, with the two ends of the domain on it."""
    for step in range(90):
        excess = F(step, 10)
        terms: dict[str, Any] = {
            "skew": D(skew.numerator) / skew.denominator,
            "excess_kurtosis": D(step) / 10,
        }
        found = cornish_fisher_z(D("0.3"), **terms, domain=Domain.WHOLE)
        assert found.map(lambda _: True).value_or(False) is rises(skew, excess)  # noqa: FBT003
    assert (
        cornish_fisher_z(D(1), skew=D(0), excess_kurtosis=D(8), domain=Domain.WHOLE).failure().code
        == "invalid_threshold"
    )


def test_a_standard_error_depends_on_its_reach() -> None:
    """Of cubes, whose quotient of differences grows with the reach: 1 / sqrt n or half the tail."""
    for count, confidence, reach in ((9, "0.6", F(1, 5)), (400, "0.8", F(1, 20))):
        values = [F(i**3, 1000) for i in range(count)]
        tail = 1 - F(confidence)

        def at(share: Fraction, ordered: list[Fraction] = values) -> Fraction:
            place = share * (len(ordered) - 1)
            low = int(place)
            high = min(low + 1, len(ordered) - 1)
            return ordered[low] + (place - low) * (ordered[high] - ordered[low])

        spread = F((D(confidence) * (1 - D(confidence)) / count).sqrt())
        wanted = spread * (at(tail + reach) - at(tail - reach)) / (2 * reach)
        outcomes = tuple(D(each.numerator) / each.denominator for each in values)
        found = simulation.var_simulated(outcomes, D(confidence)).unwrap()
        assert abs(F(found.standard_error) / wanted - 1) < F(1, 10**20)
    assert simulation.uniform_draws(1, 1, 0).unwrap() == ()


def test_ewma_remembers_by_its_usual_decay() -> None:
    assert volatility.ewma_step(D("0.04"), D("0.3")).unwrap() == D("0.0430")
    assert (D("0.94"), D("0.97")) == (volatility.DAILY, volatility.MONTHLY)
    found = volatility.ewma((D("0.1"), D("0.3"))).unwrap()
    assert [F(each) for each in found] == [F("0.05"), F("0.0476"), F("0.050144")]


@pytest.mark.parametrize("wrong", ["NaN", "Infinity"])
@pytest.mark.parametrize("shocked", ["prices", "spreads", "rates"])
def test_a_shock_is_a_number(wrong: str, shocked: str) -> None:
    leg = Leg(contract=Contract.LINEAR, quantity=D(1), entry=D(100))
    held = stress.Holding(
        name="a", symbol="A", settles_in="A", leg=leg, mark=D(100), brackets=MARGIN_BRACKETS
    )
    terms: dict[str, Any] = {shocked: {"A": D(wrong)}}
    done = stress.stress((held,), stress.Scenario(**terms), equity=D(1))
    assert done.failure().code in {"invalid_fraction", "bad_amount"}


BOOK = pretrade.Book(
    position=D(0),
    open_buys=D(0),
    open_sells=D(0),
    gross_beside=D(0),
    net_beside=D(0),
    equity=D("0.5"),
    available=D(10),
    daily_loss=D(0),
    drawdown=D(0),
    orders=0,
    open_orders=0,
    losses=0,
)
BUY = pretrade.ProposedOrder(symbol="A", quantity=D(1), price=D(1), margin=D(1))
OPEN = pretrade.MarketFacts(mark=D(1), is_open=True)


def test_what_stops_an_order_says_why() -> None:
    terms: dict[str, Any] = {"state": pretrade.TradingState.REDUCING, "reason": "drawdown"}
    odd = evolve(BUY, filters=("lot_size", "tick_size"))
    done = pretrade.check(odd, BOOK, OPEN, pretrade.TradeLimits(), **terms)
    assert done.failure() == (
        KillSwitchActive("reducing", "drawdown"),
        FilterBroken("lot_size"),
        FilterBroken("tick_size"),
    )


def test_a_small_equity_has_a_leverage() -> None:
    done = pretrade.check(BUY, BOOK, OPEN, pretrade.TradeLimits(leverage=D("1.5")))
    (breach,) = done.failure()  # type: ignore[misc]
    assert breach.used == 2  # type: ignore[union-attr]
    assert pretrade.check(BUY, BOOK, OPEN, pretrade.TradeLimits(leverage=D(2))).unwrap().warnings


def test_an_order_of_zero_from_a_flat_book() -> None:
    """It neither reduces nor adds, and counts on the selling side, which adds nothing."""
    busy = evolve(BOOK, open_buys=D(9))
    for position in (D(0), D(5), D(-5)):
        book = evolve(busy, position=position)
        assert not pretrade.is_reducing(D(0), book)
    none = evolve(BUY, quantity=D(0))
    limit = pretrade.TradeLimits(position=D(1))
    assert pretrade.check(none, busy, OPEN, limit).unwrap().warnings == ()
    assert not pretrade.is_reducing(D(-1), busy)
    assert not pretrade.is_reducing(D(1), BOOK)
    assert pretrade.is_reducing(D("-0.5"), evolve(BOOK, position=D(1)))
    assert pretrade.is_reducing(D("0.5"), evolve(BOOK, position=D(-1)))


def test_a_process_that_never_forgets_has_no_long_run() -> None:
    """alpha + beta = 1 exactly: a filter may be so, a mean to return to there is none."""
    model = volatility.Garch(omega=D("0.1"), alpha=D("0.4"), beta=D("0.6"))
    assert volatility.garch_long_run(model).failure().code == "invalid_fraction"
    assert volatility.garch_step(model, D(1), D(1)).unwrap() == D("1.1")


def test_a_bent_quantile_starts_from_the_mean() -> None:
    """Every return a hundredth higher is a hundredth less to lose."""
    moved = tuple(each + D("0.01") for each in RETURNS)
    terms: dict[str, Any] = {"confidence": D("0.95")}
    lost, less = (var_cornish_fisher(each, **terms).unwrap() for each in (RETURNS, moved))
    assert abs(lost - less - D("0.01")) < D("1E-11")

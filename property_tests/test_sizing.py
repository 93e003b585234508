"""Sizes: never above risk or caps, always in lots; Kelly and parity by their definitions."""

import decimal
from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, example, given
from hypothesis import strategies as st

from astracore.sizing.kelly import (
    growth_kept,
    kelly_continuous,
    kelly_discrete,
    kelly_from_trades,
    kelly_gaussian,
    kelly_gaussian_best,
    kelly_gaussian_growth,
    kelly_growth,
    kelly_portfolio,
)
from astracore.sizing.lots import Caps, Grid
from astracore.sizing.ratio import fixed_ratio, fixed_ratio_threshold
from astracore.sizing.stops import (
    RiskBudget,
    StopPlan,
    fixed_fractional,
    percent_equity,
    size_from_risk,
    stop_and_target,
)
from astracore.sizing.volatility import (
    Range,
    atr_unit,
    average_true_range,
    vol_target,
)
from property_tests.risk_makers import CRUDE, decimals, fractions, prices, signs, ticks

equities = decimals("0.01", "1000000", 2)
risks = decimals("0.0001", "1", 4)
lots = st.sampled_from([Decimal("0.001"), Decimal("0.3"), Decimal(1), Decimal(1000)])
optional_caps = st.none() | decimals("0", "100000", 2)


@st.composite
def plans(draw: st.DrawFn) -> StopPlan:
    """A plan whose stop is not the entry, linear or inverse."""
    entry, stop = draw(prices), draw(prices)
    assume(entry != stop)
    return StopPlan(
        entry=entry,
        stop=stop,
        multiplier=draw(st.sampled_from([Decimal(1), Decimal("0.01")])),
        cost=draw(decimals("0", "1", 4)),
        rate=draw(decimals("0.01", "150", 4)),
        inverse=draw(st.booleans()),
    )


def loss_at_stop(plan: StopPlan, quantity: Fraction) -> Fraction:
    """By the contract's own definition of profit, in the account's currency."""
    entry, stop, size = Fraction(plan.entry), Fraction(plan.stop), Fraction(plan.multiplier)
    gap = abs(1 / entry - 1 / stop) if plan.inverse else abs(entry - stop)
    return quantity * (gap * size + Fraction(plan.cost)) * Fraction(plan.rate)


def value_of(plan: StopPlan) -> Fraction:
    """Notional of one unit."""
    size = Fraction(plan.multiplier)
    return size / Fraction(plan.entry) if plan.inverse else size * Fraction(plan.entry)


@given(plans(), equities, risks, lots, optional_caps, optional_caps)
def test_the_size_is_the_largest_lot_within_risk_and_caps(
    plan: StopPlan,
    equity: Decimal,
    risk: Decimal,
    lot: Decimal,
    most: Decimal | None,
    leverage: Decimal | None,
) -> None:
    """One lot more would lose more than the risk, or break a cap."""
    caps = Caps(quantity=most, leverage=leverage, notional=most, volume=most, participation=risk)
    with decimal.localcontext(CRUDE):
        sized = fixed_fractional(
            plan,
            RiskBudget(equity=equity, risk=risk),
            Grid(lot=lot, allow_zero=True),
            caps=caps,
        ).unwrap()

    def allowed(quantity: Fraction) -> bool:
        bounds = [loss_at_stop(plan, quantity) <= Fraction(equity) * Fraction(risk)]
        if most is not None:
            bounds.append(quantity <= Fraction(most))
            bounds.append(quantity <= Fraction(most) * Fraction(risk))
            bounds.append(quantity * value_of(plan) <= Fraction(most))
        if leverage is not None:
            bounds.append(quantity * value_of(plan) <= Fraction(leverage) * Fraction(equity))
        return all(bounds)

    quantity = Fraction(sized.quantity)
    assert allowed(quantity)
    assert not allowed(quantity + Fraction(lot))
    assert quantity % Fraction(lot) == 0
    assert sized.bold == (risk > Decimal("0.1"))
    exact = loss_at_stop(plan, quantity)
    assert abs(Fraction(sized.loss_at_stop) - exact) <= exact / 10**48


@given(plans(), equities, risks, lots)
def test_a_size_below_a_lot_is_refused_unless_zero_is_allowed(
    plan: StopPlan, equity: Decimal, risk: Decimal, lot: Decimal
) -> None:
    """And nothing is rounded up to reach it."""
    budget = RiskBudget(equity=equity, risk=risk)
    loose = fixed_fractional(plan, budget, Grid(lot=lot, allow_zero=True)).unwrap()
    strict = fixed_fractional(plan, budget, Grid(lot=lot))
    if loose.quantity == 0:
        assert strict.failure().code == "size_below_lot"
    else:
        assert strict.unwrap() == loose


@given(plans(), equities, risks, decimals("1", "5", 2))
def test_size_grows_with_equity_and_risk_and_falls_with_distance(
    plan: StopPlan, equity: Decimal, risk: Decimal, factor: Decimal
) -> None:
    """In lots, so never against the direction."""
    grid = Grid(lot=Decimal("0.001"), allow_zero=True)

    def quantity(scale: Decimal, share: Decimal) -> Decimal:
        budget = RiskBudget(equity=equity * scale, risk=share)
        return fixed_fractional(plan, budget, grid).unwrap().quantity

    base = quantity(Decimal(1), risk)
    assert quantity(factor, risk) >= base
    assert quantity(Decimal(1), min(Decimal(1), risk * factor)) >= base
    away = plan.stop + (plan.stop - plan.entry)
    if not plan.inverse and away > 0:
        wide = StopPlan(entry=plan.entry, stop=away, multiplier=plan.multiplier)
        near = StopPlan(entry=plan.entry, stop=plan.stop, multiplier=plan.multiplier)
        budget = RiskBudget(equity=equity, risk=risk)
        farther = fixed_fractional(wide, budget, grid).unwrap().quantity
        assert farther <= fixed_fractional(near, budget, grid).unwrap().quantity


@given(plans(), equities, risks, decimals("0", "1000", 2))
def test_moving_entry_and_stop_together_leaves_a_linear_size(
    plan: StopPlan, equity: Decimal, risk: Decimal, shift: Decimal
) -> None:
    """Only the distance counts while no cap does."""
    assume(not plan.inverse)
    budget, grid = RiskBudget(equity=equity, risk=risk), Grid(lot=Decimal("0.01"), allow_zero=True)
    moved = StopPlan(
        entry=plan.entry + shift,
        stop=plan.stop + shift,
        multiplier=plan.multiplier,
        cost=plan.cost,
        rate=plan.rate,
    )
    one = fixed_fractional(plan, budget, grid).unwrap().quantity
    assert one == fixed_fractional(moved, budget, grid).unwrap().quantity


@given(prices, prices, signs)
def test_a_stop_must_stand_on_the_losing_side(
    entry: Decimal, stop: Decimal, direction: int
) -> None:
    """Zero distance has its own name."""
    plan = StopPlan(entry=entry, stop=stop, direction=direction)
    budget = RiskBudget(equity=Decimal(1000), risk=Decimal("0.01"))
    answer = size_from_risk(plan, budget, lot=Decimal("0.001"))
    if entry == stop:
        assert answer.failure().code == "zero_stop_distance"
    elif direction * (entry - stop) < 0:
        assert answer.failure().code == "stop_on_wrong_side"
    else:
        assert answer.unwrap().quantity >= 0


@given(signs, prices, fractions, fractions, ticks)
def test_stop_and_target_stand_on_the_tick_around_the_entry(
    direction: int, entry: Decimal, stop: Decimal, target: Decimal, tick: Decimal
) -> None:
    """Within one tick of the exact price, on the stated side of it."""
    below, above = stop_and_target(direction, entry, stop=stop, target=target, tick=tick).unwrap()
    for shown, share in ((below, -stop), (above, target)):
        exact = Fraction(entry) * (1 + direction * Fraction(share))
        gap = direction * (Fraction(shown) - exact)
        assert 0 <= gap < Fraction(tick)
        assert Fraction(shown) % Fraction(tick) == 0


@given(equities, risks, prices, lots)
def test_percent_of_equity_spends_at_most_it(
    equity: Decimal, weight: Decimal, price: Decimal, lot: Decimal
) -> None:
    """And one lot more would spend more."""
    quantity = percent_equity(
        equity, weight, price=price, grid=Grid(lot=lot, allow_zero=True)
    ).unwrap()
    money = Fraction(equity) * Fraction(weight)
    assert Fraction(quantity) * Fraction(price) <= money
    assert (Fraction(quantity) + Fraction(lot)) * Fraction(price) > money


@given(decimals("0", "100000000", 2), decimals("0.01", "10000", 2))
@example(Decimal(0), Decimal(1))
def test_fixed_ratio_trades_what_the_profit_has_earned(profit: Decimal, delta: Decimal) -> None:
    """threshold(n) <= profit < threshold(n + 1)."""
    count = fixed_ratio(profit, delta).unwrap()
    assert fixed_ratio_threshold(delta, count).unwrap() <= profit
    assert fixed_ratio_threshold(delta, count + 1).unwrap() > profit


@given(fractions, fractions, fractions, decimals("0.001", "0.05", 4))
def test_no_other_stake_grows_faster_than_kelly(
    probability: Decimal, win: Decimal, loss: Decimal, step: Decimal
) -> None:
    """And it is zero exactly where the bet is not worth taking."""
    stake = kelly_discrete(probability, win=win, loss=loss).unwrap()
    worthless = Fraction(probability) * Fraction(win) <= (1 - Fraction(probability)) * Fraction(
        loss
    )
    assert (stake == 0) == worthless
    best = kelly_growth(stake, probability=probability, win=win, loss=loss).unwrap()
    for other in (stake + step, stake - step):
        if other >= 0 and other * loss < 1:
            grown = kelly_growth(other, probability=probability, win=win, loss=loss).unwrap()
            assert grown <= best + Decimal("1e-25")


@given(decimals("-0.5", "0.5", 4), decimals("0.05", "0.9", 4), decimals("-0.05", "0.1", 4))
def test_half_kelly_keeps_three_quarters_of_the_growth(
    mean: Decimal, volatility: Decimal, risk_free: Decimal
) -> None:
    """Of the growth above the riskless rate; the whole at one."""
    stake = kelly_gaussian(mean, volatility=volatility, risk_free=risk_free).unwrap()
    best = kelly_gaussian_best(mean=mean, volatility=volatility, risk_free=risk_free).unwrap()
    for multiple in (Decimal("0.5"), Decimal(1)):
        grown = kelly_gaussian_growth(
            stake * multiple, mean=mean, volatility=volatility, risk_free=risk_free
        ).unwrap()
        expected = (best - risk_free) * growth_kept(multiple).unwrap()
        assert abs(grown - risk_free - expected) < Decimal("1e-22")
    alone = kelly_portfolio((mean - risk_free,), ((volatility**2,),)).unwrap()[0]
    assert abs(alone - stake) <= abs(stake) * Decimal("1e-26")


@given(st.lists(decimals("-0.2", "0.2", 4), min_size=2, max_size=30))
def test_kelly_of_a_series_is_mean_over_variance(returns: list[Decimal]) -> None:
    """In exact fractions; a constant series has no answer."""
    exact = [Fraction(each) for each in returns]
    none = Fraction(0)
    mean = sum(exact, none) / len(exact)
    spread = sum(((each - mean) ** 2 for each in exact), none) / (len(exact) - 1)
    answer = kelly_continuous(tuple(returns))
    if spread == 0:
        assert answer.failure().code == "zero_variance"
    else:
        assert abs(Fraction(answer.unwrap()) - mean / spread) <= abs(mean / spread) / 10**25
    record = kelly_from_trades(tuple(returns))
    wins = [each for each in exact if each > 0]
    losses = [-each for each in exact if each < 0]
    if not losses:
        assert record.failure().code == "no_losses"
        return
    share = Fraction(len(wins), len(exact))
    expected = none
    if wins:
        payoff = (sum(wins, none) / len(wins)) / (sum(losses, none) / len(losses))
        expected = share - (1 - share) / payoff
    assert abs(Fraction(record.unwrap()) - expected) < Fraction(1, 10**24)


@given(fractions, fractions, decimals("0.1", "3", 2), decimals("1", "9", 2))
def test_vol_target_scales_with_one_over_volatility_up_to_the_cap(
    target: Decimal, volatility: Decimal, cap: Decimal, factor: Decimal
) -> None:
    """k times as wide, 1/k of the weight."""
    wide = vol_target(target, volatility * factor, cap=cap).unwrap()
    exact = min(Fraction(cap), Fraction(target) / (Fraction(volatility) * Fraction(factor)))
    assert abs(Fraction(wide) - exact) <= exact / 10**27


@given(equities, risks, decimals("0.01", "50", 2), lots)
def test_an_atr_unit_risks_at_most_the_share(
    equity: Decimal, risk: Decimal, atr: Decimal, lot: Decimal
) -> None:
    """One true range against it costs at most the risk."""
    grid = Grid(lot=lot, allow_zero=True)
    unit = atr_unit(equity, risk, atr=atr, point_value=Decimal(42), grid=grid).unwrap()
    assert Fraction(unit) * Fraction(atr) * 42 <= Fraction(equity) * Fraction(risk)
    assert (Fraction(unit) + Fraction(lot)) * Fraction(atr) * 42 > Fraction(equity) * Fraction(risk)


@st.composite
def bars(draw: st.DrawFn) -> Range:
    """A bar with its high above its low."""
    low, span = draw(decimals("1", "100", 2)), draw(decimals("0", "20", 2))
    return Range(high=low + span, low=low, close=low + span / 2)


@given(st.lists(bars(), min_size=3, max_size=12), st.integers(1, 3))
def test_the_average_true_range_is_wilders_recursion(series: list[Range], window: int) -> None:
    """Repeated in fractions."""
    spans, before = [], None
    for bar in series:
        choices = [bar.high - bar.low]
        if before is not None:
            choices += [abs(bar.high - before), abs(bar.low - before)]
        spans.append(Fraction(max(choices)))
        before = bar.close
    average = sum(spans[:window], Fraction(0)) / window
    for span in spans[window:]:
        average += (span - average) / window
    found = average_true_range(tuple(series), window).unwrap()
    assert abs(Fraction(found) - average) <= average / 10**26

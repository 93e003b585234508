"""Stress: every position fully revalued under a scenario, and who would be liquidated at once."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from attrs import evolve, frozen
from returns.result import Failure, Result, Success

from astracore.errors.margin import MarginFault
from astracore.errors.risk import RiskFault
from astracore.errors.values import InvalidFraction
from astracore.margin.brackets import Bracket
from astracore.margin.legs import Leg, notional_of, priced, unrealised_of
from astracore.margin.requirements import maintenance_margin
from astracore.metrics.frames import kept, statistical
from astracore.outcome import collect

ZERO = Decimal(0)
ONE = Decimal(1)
CALM: Mapping[str, Decimal] = MappingProxyType({})


@frozen(kw_only=True)
class Holding:
    """A position as it stands: `rate` converts its settlement asset to the report currency.

    `margin` is what stands behind it alone [settlement]; None: the whole account does.
    `volatility` is the deviation of its price a period [fraction].
    """

    name: str
    symbol: str
    settles_in: str
    leg: Leg
    mark: Decimal
    brackets: tuple[Bracket, ...]
    rate: Decimal = ONE
    margin: Decimal | None = None
    volatility: Decimal = ZERO


@frozen(kw_only=True)
class Scenario:
    """Relative shocks (-0.2 is a fall of 20 %): of prices, spreads and volatilities by symbol, of
    rates by asset.

    A spread shock s moves the exit price against the position by s / 2. A volatility shock moves
    no price: it changes how far prices may move next.
    """

    prices: Mapping[str, Decimal] = CALM
    spreads: Mapping[str, Decimal] = CALM
    rates: Mapping[str, Decimal] = CALM
    volatilities: Mapping[str, Decimal] = CALM


@frozen(kw_only=True)
class Stressed:
    """One position after the shock; amounts in the report currency.

    `deviation` is what one deviation of its price is worth then: value x volatility.
    """

    name: str
    price: Decimal
    pnl: Decimal
    maintenance: Decimal
    liquidated: bool
    deviation: Decimal = ZERO


@frozen(kw_only=True)
class StressReport:
    """All positions after the shock. `margin_ratio` is None where equity is not above zero.

    `deviation` is the sum of the positions': what all prices a deviation against it would cost.
    """

    positions: tuple[Stressed, ...]
    total: Decimal
    equity: Decimal
    margin_ratio: Decimal | None
    deviation: Decimal = ZERO


@statistical
def stress(
    holdings: tuple[Holding, ...], scenario: Scenario, *, equity: Decimal
) -> Result[StressReport, RiskFault | MarginFault]:
    """P&L of each holding by full revaluation, the margin ratio after it, and the liquidated.

    One pass: an isolated position is liquidated by its own margin, the others when equity after
    the shock is at most their maintenance; nothing cascades.
    Errors: InvalidFraction (a shock <= -1 of price or rate, < -1 of volatility, spread < 0, a
    volatility < 0), InvalidPrice,
    InvalidQuantity, BadBrackets, NotionalAboveBrackets.   Rounds: 28 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#stress.
    Invariant: a scenario of zeros gives zero P&L; so does one of volatilities alone.
    >>> from astracore.margin.brackets import MARGIN_BRACKETS
    >>> from astracore.margin.legs import Contract
    >>> leg = Leg(contract=Contract.LINEAR, quantity=Decimal(2), entry=Decimal(1900))
    >>> held = Holding(name="a", symbol="ETH-USD", settles_in="USD", leg=leg, mark=Decimal(2000),
    ...                brackets=MARGIN_BRACKETS)
    >>> scenario = Scenario(prices={"ETH-USD": Decimal("-0.2")})
    >>> report = stress((held,), scenario, equity=Decimal(1000)).unwrap()
    >>> report.total, report.margin_ratio
    (Decimal('-800.0'), Decimal('0.080'))
    """
    return Result.do(
        _report(holdings, after, equity)
        for _ in _scenario_fault(scenario)
        for _ in _volatility_fault(holdings)
        for after in collect(_stressed(held, scenario) for held in holdings)
    )


def _stressed(held: Holding, scenario: Scenario) -> Result[Stressed, MarginFault]:
    sign = held.leg.sign
    shock = ONE + scenario.prices.get(held.symbol, ZERO)
    slip = ONE - sign * scenario.spreads.get(held.symbol, ZERO) / 2
    price = held.mark * shock * slip
    rate = held.rate * (ONE + scenario.rates.get(held.settles_in, ZERO))
    volatility = held.volatility * (ONE + scenario.volatilities.get(held.symbol, ZERO))
    return Result.do(
        Stressed(
            name=held.name,
            price=kept(price),
            pnl=kept(
                unrealised_of(held.leg, price) * rate
                - unrealised_of(held.leg, held.mark) * held.rate
            ),
            maintenance=kept(needed * rate),
            liquidated=held.margin is not None
            and held.margin + unrealised_of(held.leg, price) <= needed,
            deviation=kept(notional_of(held.leg, price) * abs(rate) * volatility),
        )
        for _ in priced(held.leg, held.mark)
        for _ in priced(held.leg, price)
        for needed in maintenance_margin(notional_of(held.leg, price), held.brackets)
    )


def _report(
    holdings: tuple[Holding, ...], after: tuple[Stressed, ...], equity: Decimal
) -> StressReport:
    total = sum((each.pnl for each in after), ZERO)
    needed = sum((each.maintenance for each in after), ZERO)
    left = equity + total
    fallen = left <= needed
    positions = tuple(
        each if held.margin is not None or not fallen else evolve(each, liquidated=True)
        for held, each in zip(holdings, after, strict=True)
    )
    return StressReport(
        positions=positions,
        total=total,
        equity=left,
        margin_ratio=kept(needed / left) if left > 0 else None,
        deviation=sum((each.deviation for each in after), ZERO),
    )


def _volatility_fault(holdings: tuple[Holding, ...]) -> Result[None, RiskFault]:
    wrong = [held.volatility for held in holdings if held.volatility < 0]
    if wrong:
        return Failure(InvalidFraction("volatility", str(wrong[0])[:64]))
    return Success(None)


def _scenario_fault(scenario: Scenario) -> Result[None, RiskFault]:
    shocks = (*scenario.prices.values(), *scenario.rates.values())
    wrong = [each for each in shocks if not each.is_finite() or each <= -1]
    wrong += [each for each in scenario.spreads.values() if not each.is_finite() or each < 0]
    wrong += [each for each in scenario.volatilities.values() if not each.is_finite() or each < -1]
    return Failure(InvalidFraction("shock", str(wrong[0])[:64])) if wrong else Success(None)

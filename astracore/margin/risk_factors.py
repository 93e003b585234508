"""Risk factors by position value, as Extended states its markets: the share that must stand behind.

A row (upper bound, factor) holds for position values above the bound before it, up to its own.
The factor is the initial margin as a share of the value; its inverse is the highest leverage.
"""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.margin import BadBrackets, MarginFault, NotionalAboveBrackets
from astracore.errors.values import InvalidLeverage, InvalidQuantity, InvalidStep
from astracore.margin.requirements import charged
from astracore.metrics.frames import exactly
from astracore.numeric import Rounding, bounded, rounded_quotient, to_text

ZERO = Decimal(0)
ONE = Decimal(1)
CENT = Decimal("0.01")


@frozen(kw_only=True)
class RiskFactor:
    """`factor` [share of the position value] for values [quote] up to and including `upper`."""

    upper: Decimal
    factor: Decimal


@frozen
class RiskFactors:
    """A table whose bounds and factors rise. Outside data enters through `risk_factors`."""

    rows: tuple[RiskFactor, ...]


@exactly
def risk_factors(rows: tuple[RiskFactor, ...]) -> Result[RiskFactors, MarginFault]:
    """A table of at least one row: bounds rise, factors do not fall, 0 < factor <= 1.

    Errors: BadBrackets (empty, bound, factor).   Rounds: never.
    Source: docs/formulas-margin-sizing-risk.md#risk-factors.
    >>> risk_factors(()).failure().reason
    'empty'
    """
    if not rows:
        return Failure(BadBrackets(0, "empty"))
    for place, row in enumerate(rows):
        before = rows[place - 1] if place else RiskFactor(upper=ZERO, factor=ZERO)
        if not bounded(row.upper) or row.upper <= before.upper:
            return Failure(BadBrackets(place, "bound"))
        if not bounded(row.factor) or not before.factor <= row.factor <= 1 or row.factor == 0:
            return Failure(BadBrackets(place, "factor"))
    return Success(RiskFactors(rows))


@exactly
def max_leverage_at(
    table: RiskFactors, value: Decimal, *, step: Decimal = CENT, rule: Rounding = Rounding.HALF_EVEN
) -> Result[Decimal, MarginFault]:
    """1 / factor of the row that holds `value` [1].

    The venue states it to two decimals, half to even; that is for display, the margin is exact.
    Errors: InvalidQuantity (value < 0), NotionalAboveBrackets, InvalidStep.
    Rounds: to `step` by `rule`.   Source: docs/formulas-margin-sizing-risk.md#risk-factors.
    Invariant: does not rise with the value.
    >>> table = RiskFactors((RiskFactor(upper=Decimal(400000), factor=Decimal("0.015")),))
    >>> max_leverage_at(table, Decimal(400000)).unwrap()
    Decimal('66.67')
    """
    if step <= 0:
        return Failure(InvalidStep(to_text(step)[:64]))
    return _row_of(table, value).map(lambda row: rounded_quotient(ONE, row.factor, step, rule))


@exactly
def max_value_at(
    table: RiskFactors,
    leverage: Decimal,
    *,
    step: Decimal = CENT,
    rule: Rounding = Rounding.HALF_EVEN,
) -> Result[Decimal, MarginFault]:
    """The largest position value [quote] that may be held at `leverage`; 0 if there is none.

    Errors: InvalidLeverage (<= 0), InvalidStep.   Rounds: leverages as `max_leverage_at`.
    Source: docs/formulas-margin-sizing-risk.md#risk-factors.
    Invariant: does not rise with leverage, and allows it: max_leverage_at of it is >= leverage.
    >>> table = RiskFactors((RiskFactor(upper=Decimal(400000), factor=Decimal("0.02")),
    ...                      RiskFactor(upper=Decimal(800000), factor=Decimal("0.04"))))
    >>> max_value_at(table, Decimal(25)).unwrap(), max_value_at(table, Decimal(26)).unwrap()
    (Decimal('800000'), Decimal('400000'))
    """
    if leverage <= 0:
        return Failure(InvalidLeverage(to_text(leverage)[:64]))
    if step <= 0:
        return Failure(InvalidStep(to_text(step)[:64]))
    fitting = (
        row.upper for row in table.rows if rounded_quotient(ONE, row.factor, step, rule) >= leverage
    )
    return Success(max(fitting, default=ZERO))


@exactly
def factored_margin(
    table: RiskFactors, value: Decimal, *, unit: Decimal
) -> Result[Decimal, MarginFault]:
    """value × factor [quote]: what opening a position of this value takes at most leverage.

    Errors: InvalidQuantity, NotionalAboveBrackets, InvalidStep.   Rounds: UP to `unit`.
    Source: docs/formulas-margin-sizing-risk.md#risk-factors.
    Invariant: rises with the value.
    >>> table = RiskFactors((RiskFactor(upper=Decimal(400000), factor=Decimal("0.015")),))
    >>> factored_margin(table, Decimal("1000.1"), unit=Decimal("0.01")).unwrap()
    Decimal('15.01')
    """
    return _row_of(table, value).bind(lambda row: charged(value * row.factor, ONE, unit))


def _row_of(table: RiskFactors, value: Decimal) -> Result[RiskFactor, MarginFault]:
    if value < 0:
        return Failure(InvalidQuantity(to_text(value)[:64]))
    for row in table.rows:
        if value <= row.upper:
            return Success(row)
    last = table.rows[-1].upper if table.rows else ZERO
    return Failure(NotionalAboveBrackets(value, last))

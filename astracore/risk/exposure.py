"""What is held: gross, net, long, short, leverage, concentration."""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.risk import RiskFault
from astracore.errors.series import ZeroDenominator
from astracore.errors.values import InvalidWindow
from astracore.margin.legs import Contract, Leg, notional_of
from astracore.metrics.frames import Vector, exactly, kept, statistical

ZERO = Decimal(0)


@frozen(kw_only=True)
class Exposure:
    """Sums over signed exposures [report currency]: gross = long + short, net = long - short."""

    gross: Decimal
    net: Decimal
    long: Decimal
    short: Decimal


@frozen(kw_only=True)
class Concentration:
    """Shares of gross and what they say; `herfindahl` and `effective` are None without exposure."""

    shares: Vector
    herfindahl: Decimal | None  # sum of squared shares, 1/n .. 1
    effective: Decimal | None  # 1 / herfindahl: how many equal positions this is worth


@exactly
def exposure(signed: Vector) -> Result[Exposure, RiskFault]:
    """gross = sum |x|, net = sum x, long = sum x+, short = sum x- [report currency].

    signed: q m mark of each asset, negative when short.
    Errors: only what does not fit.   Rounds: never.
    Source: docs/formulas-margin-sizing-risk.md#exposure.
    Invariant: gross >= |net|.
    >>> found = exposure((Decimal(500), Decimal(-200))).unwrap()
    >>> found.gross, found.net
    (Decimal('700'), Decimal('300'))
    """
    long = sum((each for each in signed if each > 0), ZERO)
    short = -sum((each for each in signed if each < 0), ZERO) or ZERO
    return Success(Exposure(gross=long + short, net=long - short, long=long, short=short))


@statistical
def leverage(gross: Decimal, equity: Decimal) -> Result[Decimal, RiskFault]:
    """gross / equity [1]; nothing held is 0.

    Errors: ZeroDenominator (equity <= 0 with exposure: count it as CRITICAL).
    Rounds: 28 significant digits.   Source: docs/formulas-margin-sizing-risk.md#exposure.
    >>> leverage(Decimal(700), Decimal(200)).unwrap()
    Decimal('3.5')
    """
    if gross == 0:
        return Success(ZERO)
    if equity <= 0:
        return Failure(ZeroDenominator("equity"))
    return Success(kept(gross / equity))


@statistical
def concentration(signed: Vector) -> Result[Concentration, RiskFault]:
    """p_i = |x_i| / gross, HHI = sum p_i^2, effective number 1 / HHI.

    Errors: only what does not fit.   Rounds: 28 significant digits each.
    Source: docs/formulas-margin-sizing-risk.md#concentration.
    Invariant: HHI in [1/n, 1], unchanged by scaling, larger after a merger.
    >>> held = concentration((Decimal(5), Decimal(-3), Decimal(2))).unwrap()
    >>> held.herfindahl, str(held.effective)[:8]
    (Decimal('0.38'), '2.631578')
    """
    gross = sum((abs(each) for each in signed), ZERO)
    if gross == 0:
        return Success(Concentration(shares=(ZERO,) * len(signed), herfindahl=None, effective=None))
    squares = sum((each * each for each in signed), ZERO)
    return Success(
        Concentration(
            shares=tuple(kept(abs(each) / gross) for each in signed),
            herfindahl=kept(squares / (gross * gross)),
            effective=kept(gross * gross / squares),
        )
    )


@statistical
def top_share(signed: Vector, count: int) -> Result[Decimal, RiskFault]:
    """Share of gross in the `count` largest exposures [1]; 0 without exposure.

    Errors: InvalidWindow (count < 1).   Rounds: 28 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#concentration.
    >>> top_share((Decimal(5), Decimal(-3), Decimal(2)), 2).unwrap()
    Decimal('0.8')
    """
    if count < 1:
        return Failure(InvalidWindow(count))
    sizes = sorted((abs(each) for each in signed), reverse=True)
    gross = sum(sizes, ZERO)
    return Success(kept(sum(sizes[:count], ZERO) / gross) if gross else ZERO)


@statistical
def delta_in_base(leg: Leg, price: Decimal) -> Result[Decimal, RiskFault]:
    """Signed base units: q m of a linear leg, q m / x of an inverse one.

    Errors: ZeroDenominator (price <= 0).   Rounds: 28 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#exposure.
    >>> leg = Leg(contract=Contract.INVERSE, quantity=Decimal(-1000), entry=Decimal(20000))
    >>> delta_in_base(leg, Decimal(25000)).unwrap()
    Decimal('-0.04')
    """
    if price <= 0:
        return Failure(ZeroDenominator("price"))
    if leg.contract is Contract.INVERSE:
        return Success(kept(leg.sign * notional_of(leg, price)))
    return Success(kept(leg.quantity * leg.multiplier))

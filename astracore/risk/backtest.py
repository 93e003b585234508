"""Whether a VaR was honest: breaches against what its confidence promised (Kupiec)."""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.risk import RiskFault
from astracore.errors.series import EmptySeries
from astracore.errors.values import InvalidWindow, LengthMismatch
from astracore.metrics.frames import Vector, kept, kept_normal, statistical
from astracore.metrics.normal import cumulative_of
from astracore.risk.value_at_risk import confidence_fault

ZERO = Decimal(0)


@frozen(kw_only=True)
class Kupiec:
    """The likelihood ratio and how likely a larger one is if the VaR is honest (chi-square, 1)."""

    ratio: Decimal
    p_value: Decimal


@statistical
def breaches(returns: Vector, values_at_risk: Vector) -> Result[int, RiskFault]:
    """How many returns lie below minus their VaR (a loss, positive).

    Errors: LengthMismatch, EmptySeries, BadAmount.
    Source: docs/formulas-margin-sizing-risk.md#kupiec.
    >>> breaches((Decimal("-0.05"), Decimal("0.01")), (Decimal("0.04"), Decimal("0.04"))).unwrap()
    1
    """
    if len(returns) != len(values_at_risk):
        return Failure(LengthMismatch(len(returns), len(values_at_risk)))
    if not returns:
        return Failure(EmptySeries())
    return Success(sum(r < -var for r, var in zip(returns, values_at_risk, strict=True)))


@statistical
def kupiec(*, observations: int, breached: int, confidence: Decimal) -> Result[Kupiec, RiskFault]:
    """LR = -2 ln[(1-p)^(n-k) p^k / ((1-k/n)^(n-k) (k/n)^k)], p = 1 - confidence.

    Errors: InvalidConfidence, InvalidWindow (n < 1, or k outside 0..n).
    Rounds: ratio 28 significant digits, p-value 12.
    Source: docs/formulas-margin-sizing-risk.md#kupiec (Kupiec 1995).
    Invariant: 0 when breaches are exactly as many as promised, never negative.
    >>> kupiec(observations=100, breached=5, confidence=Decimal("0.95")).unwrap().ratio
    Decimal('0')
    """
    if observations < 1:
        return Failure(InvalidWindow(observations))
    if not 0 <= breached <= observations:
        return Failure(InvalidWindow(breached))
    return confidence_fault(confidence).map(
        lambda _: _kupiec(observations, breached, 1 - confidence)
    )


def _kupiec(observations: int, breached: int, promised: Decimal) -> Kupiec:
    kept_count = observations - breached
    seen = Decimal(breached) / observations
    ratio = 2 * (
        _weighted(breached, seen, promised) + _weighted(kept_count, 1 - seen, 1 - promised)
    )
    ratio = max(ZERO, kept(ratio))
    return Kupiec(ratio=ratio, p_value=kept_normal(2 * cumulative_of(-ratio.sqrt())))


# k ln(seen / promised); 0 ln 0 is 0.
def _weighted(count: int, seen: Decimal, promised: Decimal) -> Decimal:
    return count * (seen / promised).ln() if count else ZERO

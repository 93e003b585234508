"""Funding between longs and shorts, its rate, and interest on what was borrowed."""

from decimal import Decimal
from enum import StrEnum

from returns.result import Failure, Result, Success

from astracore.errors.margin import InvalidMargin, MarginFault
from astracore.errors.series import ZeroDenominator
from astracore.errors.values import InvalidFraction, InvalidStep
from astracore.instants import Instant
from astracore.margin.legs import Contract, Leg, priced
from astracore.metrics.frames import exactly
from astracore.numeric import Rounding, quotient, rounded

ZERO = Decimal(0)
ONE = Decimal(1)
CLAMP = Decimal("0.0005")


class InterestScheme(StrEnum):
    """How a lender counts time."""

    HOURLY = "hourly_ceil_per_day"  # a daily rate, every started hour counts
    FOUR_HOURLY = "four_hourly_plus_opening"  # one charge to open, one for every started 4 hours


@exactly
def funding_payment(
    leg: Leg, *, mark: Decimal, rate: Decimal, share: Decimal = ONE
) -> Result[Decimal, MarginFault]:
    """-q m mark rate (linear, quanto) or -q m / mark x rate (inverse), seen by the holder.

    A positive rate [fraction per interval] lets longs pay. `share` is held time / interval of
    venues that charge pro rata. A flat leg pays nothing.
    Errors: InvalidPrice (also a missing mark), InvalidQuantity, InvalidFraction (share not in
    [0, 1]).   Rounds: inverse is carried to 50 digits, HALF_EVEN.
    Source: docs/formulas-margin-sizing-risk.md#funding.
    Invariant: the sum over both sides of a contract is zero; the sign flips with q and with rate.
    >>> long = Leg(contract=Contract.LINEAR, quantity=Decimal("1.5"), entry=Decimal(2000))
    >>> funding_payment(long, mark=Decimal(2050), rate=Decimal("0.0001")).unwrap()
    Decimal('-0.30750')
    """
    if not 0 <= share <= 1:
        return Failure(InvalidFraction("share", str(share)[:64]))
    factor = -leg.quantity * leg.multiplier * rate * share or ZERO
    if leg.contract is Contract.INVERSE:
        return priced(leg, mark).map(lambda _: quotient(factor, mark))
    return priced(leg, mark).map(lambda _: factor * mark or ZERO)


@exactly
def settled_funding(payment: Decimal, *, unit: Decimal) -> Result[Decimal, MarginFault]:
    """`payment` in whole units: what is paid UP in magnitude, what is received DOWN.

    Errors: InvalidStep.   Rounds: FLOOR to `unit`.
    Source: docs/formulas-margin-sizing-risk.md#funding.
    >>> settled_funding(Decimal("-0.30751"), unit=Decimal("0.0001")).unwrap()
    Decimal('-0.3076')
    """
    if unit <= 0:
        return Failure(InvalidStep(str(unit)[:64]))
    return Success(rounded(payment, unit, Rounding.FLOOR))


def is_funded(opened_at: Instant, funding_at: Instant, *, inclusive: bool = True) -> bool:
    """Whether a position opened at `opened_at` takes part in the funding at `funding_at`.

    >>> is_funded(Instant(5), Instant(5)), is_funded(Instant(5), Instant(5), inclusive=False)
    (True, False)
    """
    if inclusive:
        return opened_at.micros <= funding_at.micros
    return opened_at.micros < funding_at.micros


@exactly
def interest_component(
    *, base_rate: Decimal, quote_rate: Decimal, intervals: int
) -> Result[Decimal, MarginFault]:
    """I = (quote rate - base rate) / intervals, both rates per day [fraction per interval].

    Errors: ZeroDenominator (intervals <= 0).   Rounds: carried to 50 digits, HALF_EVEN.
    Source: docs/formulas-margin-sizing-risk.md#funding-rate (BitMEX, Funding).
    >>> interest_component(base_rate=Decimal("0.0003"), quote_rate=Decimal("0.0006"),
    ...                    intervals=3).unwrap()
    Decimal('0.0001')
    """
    if intervals <= 0:
        return Failure(ZeroDenominator("intervals"))
    return Success(quotient(quote_rate - base_rate, Decimal(intervals)))


@exactly
def funding_rate(
    premium: Decimal, interest: Decimal, *, clamp: Decimal = CLAMP
) -> Result[Decimal, MarginFault]:
    """F = P + clamp(I - P, -c, c) [fraction per interval].

    Errors: InvalidFraction (c < 0).   Rounds: never.
    Source: docs/formulas-margin-sizing-risk.md#funding-rate.
    >>> funding_rate(Decimal("0.003"), Decimal("0.0001")).unwrap()
    Decimal('0.0025')
    """
    if clamp < 0:
        return Failure(InvalidFraction("clamp", str(clamp)[:64]))
    return Success(premium + min(clamp, max(-clamp, interest - premium)))


@exactly
def borrow_interest(
    borrowed: Decimal, *, rate: Decimal, minutes: Decimal, scheme: InterestScheme
) -> Result[Decimal, MarginFault]:
    """hourly: borrowed x rate x ceil(h) / 24; four-hourly: borrowed x rate x (1 + ceil(h / 4)).

    `rate` is per day in the hourly scheme and per 4 hours in the other; h = minutes / 60.
    Errors: InvalidMargin (borrowed or minutes < 0).
    Rounds: carried to 50 digits, HALF_EVEN.
    Source: docs/formulas-margin-sizing-risk.md#borrow-interest (freqtrade).
    >>> borrow_interest(Decimal(40), rate=Decimal("0.00025"), minutes=Decimal(240),
    ...                 scheme=InterestScheme.FOUR_HOURLY).unwrap()
    Decimal('0.02000')
    """
    if borrowed < 0:
        return Failure(InvalidMargin("borrowed", borrowed))
    if minutes < 0:
        return Failure(InvalidMargin("minutes", minutes))
    owed = borrowed * rate
    if scheme is InterestScheme.HOURLY:
        return Success(quotient(owed * _started(minutes, 60), Decimal(24)))
    return Success(owed * (1 + _started(minutes, 240)))


# How many spans of `length` [minutes] have begun.
def _started(minutes: Decimal, length: int) -> Decimal:
    return rounded(minutes, Decimal(length), Rounding.CEILING) // length

"""Where a position ends: liquidation and bankruptcy prices, isolated and cross.

Let s be +1 for a long and -1 for a short, Q = |q| m, E the entry, W the margin behind the position
(without its unrealised P&L), mu and a the maintenance rate and deduction, f the rate of the closing
fee held back. The position is liquidated when W + U(P) <= MM(N(P)) + f N(P), hence

    linear, quanto   P = (s Q E - W - a) / (Q (s - mu - f))
    inverse          P = Q (s + mu + f) / (W + a + s Q / E)

where mu and a belong to the bracket that holds N(P). The solution is kept as one exact fraction, so
the bracket is found by exact comparison and the price is rounded once. What is left after
maintenance and fee is monotone in N(P) because mu + f < 1, so at most one bracket fits.
"""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.margin import (
    BadBrackets,
    InvalidMargin,
    MarginFault,
    NotionalAboveBrackets,
)
from astracore.errors.values import InvalidFraction, InvalidQuantity, InvalidStep
from astracore.margin.brackets import Bracket
from astracore.margin.legs import Contract, Leg, checked, priced, size_of, unrealised_of
from astracore.metrics.frames import exactly
from astracore.numeric import Rounding, quotient, rounded_quotient

ZERO = Decimal(0)
ONE = Decimal(1)


@frozen
class Fraction:
    """An unrounded number: `over` / `under`, under > 0."""

    over: Decimal
    under: Decimal


@frozen(kw_only=True)
class Other:
    """What another position of a cross account adds at its fixed mark, all [settlement]."""

    unrealised: Decimal
    maintenance: Decimal
    closing_fee: Decimal = ZERO


@exactly
def liquidation_price(
    leg: Leg,
    *,
    margin: Decimal,
    brackets: tuple[Bracket, ...],
    fee_rate: Decimal = ZERO,
    tick: Decimal | None = None,
) -> Result[Decimal | None, MarginFault]:
    """The price [quote per base] at which W + U(P) = MM(N(P)) + f N(P); None: there is none.

    Errors: InvalidQuantity (flat), InvalidPrice, BadBrackets, InvalidFraction (mu + f >= 1),
    InvalidStep, InvalidMargin (no price leaves the maintenance), NotionalAboveBrackets.
    Rounds: to `tick` toward the mark, long CEILING, short FLOOR; None carries 50 digits.
    Source: docs/formulas-margin-sizing-risk.md#liquidation-price.
    Invariant: at the price equity covers maintenance and fee, one tick beyond it does not.
    >>> from astracore.margin.brackets import MARGIN_BRACKETS
    >>> short = Leg(contract=Contract.LINEAR, quantity=Decimal(-2), entry=Decimal(2000))
    >>> liquidation_price(short, margin=Decimal(400), brackets=MARGIN_BRACKETS,
    ...                   tick=Decimal("0.01")).unwrap()
    Decimal('2189.05')
    """
    return Result.do(
        _shown(found, leg, tick)
        for _ in _terms_fault(leg, brackets, fee_rate, tick)
        for found in _solved(leg, margin, brackets, fee_rate)
    )


@exactly
def bankruptcy_price(
    leg: Leg, *, margin: Decimal, fee_rate: Decimal = ZERO, tick: Decimal | None = None
) -> Result[Decimal | None, MarginFault]:
    """The price at which W + U(P) = f N(P): nothing is left after the closing fee.

    linear (s Q E - W) / (Q (s - f)), inverse Q (s + f) / (W + s Q / E).
    Errors: as liquidation_price.   Rounds: as liquidation_price.
    Source: docs/formulas-margin-sizing-risk.md#bankruptcy-price.
    Invariant: not beyond the liquidation price seen from the entry.
    >>> short = Leg(contract=Contract.LINEAR, quantity=Decimal(-2), entry=Decimal(2000))
    >>> bankruptcy_price(short, margin=Decimal(400)).unwrap()
    Decimal('2200')
    """
    return liquidation_price(
        leg,
        margin=margin,
        brackets=(flat_bracket(ZERO, ZERO),),
        fee_rate=fee_rate,
        tick=tick,
    )


@exactly
def cross_margin(
    wallet: Decimal, others: tuple[Other, ...], *, order_margin: Decimal = ZERO
) -> Result[Decimal, MarginFault]:
    """wallet + sum (U_j - MM_j - fee_j) - order margin [settlement]: the W of a cross position.

    It may be negative. A cross liquidation price is `liquidation_price` with this margin.
    Errors: only what does not fit.   Rounds: never.
    Source: docs/formulas-margin-sizing-risk.md#cross-margin.
    Invariant: with no other position and no order it is the whole wallet.
    >>> beside = Other(unrealised=Decimal(-10), maintenance=Decimal("2.3"))
    >>> cross_margin(Decimal(1000), (beside,), order_margin=Decimal(100)).unwrap()
    Decimal('887.7')
    """
    terms = (other.unrealised - other.maintenance - other.closing_fee for other in others)
    return Success(wallet + sum(terms, ZERO) - order_margin)


@exactly
def insurance_change(
    leg: Leg, *, fill: Decimal, bankruptcy: Decimal
) -> Result[Decimal, MarginFault]:
    """U(fill) - U(bankruptcy) [settlement]: what closing at `fill` gives the insurance fund.

    Errors: InvalidPrice, InvalidQuantity.   Rounds: inverse is carried to 50 digits, HALF_EVEN.
    Source: docs/formulas-margin-sizing-risk.md#insurance-fund.
    >>> long = Leg(contract=Contract.LINEAR, quantity=Decimal(2), entry=Decimal(2000))
    >>> insurance_change(long, fill=Decimal(1790), bankruptcy=Decimal(1800)).unwrap()
    Decimal('-20')
    """
    return Result.do(
        unrealised_of(leg, fill) - unrealised_of(leg, bankruptcy)
        for _ in priced(leg, fill)
        for _ in priced(leg, bankruptcy)
    )


def flat_bracket(rate: Decimal, deduction: Decimal) -> Bracket:
    """One bracket without end: for venues and cases that state mu and a themselves."""
    return Bracket(to=None, max_leverage=1, rate=rate, deduction=deduction)


# The first thing that keeps the equation from having a meaning.
def _terms_fault(
    leg: Leg, brackets: tuple[Bracket, ...], fee_rate: Decimal, tick: Decimal | None
) -> Result[Leg, MarginFault]:
    if leg.quantity == 0:
        return Failure(InvalidQuantity(str(leg.quantity)[:64]))
    if not brackets:
        return Failure(BadBrackets(0, "empty"))
    for bracket in brackets:
        rate = bracket.rate + fee_rate
        if bracket.rate < 0 or fee_rate < 0 or rate >= 1:
            return Failure(InvalidFraction("maintenance rate + fee rate", str(rate)[:64]))
    if tick is not None and tick <= 0:
        return Failure(InvalidStep(str(tick)[:64]))
    return checked(leg)


# The notional N(P) at which nothing is left, in the bracket that holds it.
def _solved(
    leg: Leg, margin: Decimal, brackets: tuple[Bracket, ...], fee_rate: Decimal
) -> Result[Fraction | None, MarginFault]:
    floor, found = ZERO, Fraction(ZERO, ONE)
    for bracket in brackets:
        found = _notional_at(leg, margin, bracket, fee_rate)
        if found.over <= 0 and floor == 0:
            none_needed = _surplus_rises(leg)
            return Success(None) if none_needed else Failure(InvalidMargin("margin", margin))
        within = bracket.to is None or found.over <= bracket.to * found.under
        if within and found.over > floor * found.under:
            return Success(found)
        floor = floor if bracket.to is None else bracket.to
    return Failure(NotionalAboveBrackets(quotient(found.over, found.under), floor))


# Whether a larger notional leaves more: a linear long gains as N = Q P grows, an inverse short as
# N = Q / P does.
def _surplus_rises(leg: Leg) -> bool:
    return (leg.contract is Contract.INVERSE) is (leg.sign < 0)


# N = (V - W - a) / (1 - mu - f) where the surplus rises, else (V + W + a) / (1 + mu + f), with V
# the notional at the entry; the inverse form is multiplied by E, which keeps it exact.
def _notional_at(leg: Leg, margin: Decimal, bracket: Bracket, fee_rate: Decimal) -> Fraction:
    size, behind, held = size_of(leg), margin + bracket.deduction, bracket.rate + fee_rate
    if leg.contract is Contract.INVERSE:
        value, behind, scale = size, behind * leg.entry, leg.entry
    else:
        value, scale = size * leg.entry, ONE
    if _surplus_rises(leg):
        return Fraction(value - behind, (1 - held) * scale)
    return Fraction(value + behind, (1 + held) * scale)


# From the notional back to the price, rounded once, toward the mark.
def _shown(found: Fraction | None, leg: Leg, tick: Decimal | None) -> Decimal | None:
    if found is None:
        return None
    over, under = found.over, found.under * size_of(leg)
    if leg.contract is Contract.INVERSE:
        over, under = found.under * size_of(leg), found.over
    if tick is None:
        return quotient(over, under)
    rule = Rounding.CEILING if leg.sign > 0 else Rounding.FLOOR
    return rounded_quotient(over, under, tick, rule)

"""A long and a short of one symbol under one margin: both move with the price, so both count.

What is left, W + sum U(P) - sum MM(N(P)) - f sum N(P), is concave in P for linear legs: the account
can be liquidated below the mark, above it, on both sides, or on neither. From the mark outwards
each stretch between bracket ends is a straight line A + B P, whose root is the price if it lies
on the stretch.
"""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.margin import BadBrackets, InvalidMargin, MarginFault
from astracore.errors.values import InvalidFraction, InvalidQuantity, InvalidStep
from astracore.margin.brackets import Bracket
from astracore.margin.legs import Contract, Leg, priced, size_of, unrealised_of
from astracore.margin.requirements import maintenance_of
from astracore.margin.tiers import bracket_containing
from astracore.metrics.frames import exactly
from astracore.numeric import Rounding, quotient, rounded_quotient
from astracore.outcome import collect

ZERO = Decimal(0)


@frozen(kw_only=True)
class Corridor:
    """The prices [quote per base] between which nothing is liquidated; None: no bound there."""

    below: Decimal | None
    above: Decimal | None


@frozen(kw_only=True)
class Account:
    """What the legs share: margin W without their P&L, brackets without an end, and fee rate."""

    margin: Decimal
    brackets: tuple[Bracket, ...]
    fee_rate: Decimal = ZERO


@exactly
def hedged_liquidation(
    legs: tuple[Leg, ...], account: Account, *, mark: Decimal, tick: Decimal | None = None
) -> Result[Corridor, MarginFault]:
    """The nearest prices on both sides of `mark` where W + sum U = sum MM + f sum N.

    Errors: BadBrackets (none, or the last has an end), InvalidFraction (mu + f outside [0, 1)),
    InvalidStep, InvalidPrice, InvalidQuantity (no leg, or an inverse one), InvalidMargin
    (liquidatable at the mark).   Rounds: to `tick` toward the mark; None carries 50 digits.
    Source: docs/formulas-margin-sizing-risk.md#hedged-liquidation (Binance, hedge mode).
    Invariant: with one leg its bound is the liquidation price of that leg.
    >>> from astracore.margin.brackets import MARGIN_BRACKETS
    >>> long = Leg(contract=Contract.LINEAR, quantity=Decimal(2), entry=Decimal(2000))
    >>> short = Leg(contract=Contract.LINEAR, quantity=Decimal(-1), entry=Decimal(2100))
    >>> account = Account(margin=Decimal(400), brackets=MARGIN_BRACKETS)
    >>> hedged_liquidation((long, short), account, mark=Decimal(2000), tick=Decimal("0.01"))
    <Success: Corridor(below=Decimal('1522.85'), above=None)>
    """
    return Result.do(
        Corridor(
            below=_bound(legs, rows, account, (-1, tick)),
            above=_bound(legs, rows, account, (1, tick)),
        )
        for _ in _fault(legs, account, tick)
        for _ in collect(priced(leg, mark) for leg in legs)
        for rows in _at(legs, account, mark)
    )


def _fault(
    legs: tuple[Leg, ...], account: Account, tick: Decimal | None
) -> Result[None, MarginFault]:
    if not account.brackets or account.brackets[-1].to is not None:
        return Failure(BadBrackets(0, "the last bracket must have no end"))
    for bracket in account.brackets:
        rate = bracket.rate + account.fee_rate
        if bracket.rate < 0 or account.fee_rate < 0 or rate >= 1:
            return Failure(InvalidFraction("maintenance rate + fee rate", str(rate)[:64]))
    if tick is not None and tick <= 0:
        return Failure(InvalidStep(str(tick)[:64]))
    if not legs or any(leg.contract is Contract.INVERSE or leg.quantity == 0 for leg in legs):
        return Failure(InvalidQuantity("no linear leg"))
    return Success(None)


# The place of each leg's bracket at the mark, if the account stands there.
def _at(
    legs: tuple[Leg, ...], account: Account, mark: Decimal
) -> Result[tuple[int, ...], MarginFault]:
    rows = collect(bracket_containing(account.brackets, size_of(leg) * mark) for leg in legs)
    return rows.bind(lambda found: _standing(legs, account, mark, found))


def _standing(
    legs: tuple[Leg, ...], account: Account, mark: Decimal, rows: tuple[Bracket, ...]
) -> Result[tuple[int, ...], MarginFault]:
    left = account.margin
    for leg, row in zip(legs, rows, strict=True):
        value = size_of(leg) * mark
        left += unrealised_of(leg, mark) - maintenance_of(value, row) - account.fee_rate * value
    if left < 0:
        return Failure(InvalidMargin("margin", account.margin))
    return Success(tuple(account.brackets.index(row) for row in rows))


# Walks from the mark, way -1 down or +1 up, one bracket end at a time.
def _bound(
    legs: tuple[Leg, ...],
    rows: tuple[int, ...],
    account: Account,
    shown: tuple[int, Decimal | None],
) -> Decimal | None:
    way, tick = shown
    places = list(rows)
    while True:
        start, slope = _line(legs, places, account)
        ends = _ends(legs, places, account, way)
        nearest = min(ends, key=lambda end: way * quotient(end[0], end[1]), default=None)
        if way * slope < 0 and _reached(start, slope, nearest):
            return _price(start, slope, way, tick)
        if nearest is None:
            return None
        places[nearest[2]] += way


# The root of A + B P, toward the mark; none at or below zero.
def _price(start: Decimal, slope: Decimal, way: int, tick: Decimal | None) -> Decimal | None:
    price = quotient(-start, slope)
    if price <= 0:
        return None
    rule = Rounding.FLOOR if way > 0 else Rounding.CEILING
    return price if tick is None else rounded_quotient(-start, slope, tick, rule)


# A and B of A + B P while every leg stays in its bracket.
def _line(legs: tuple[Leg, ...], places: list[int], account: Account) -> tuple[Decimal, Decimal]:
    start, slope = account.margin, ZERO
    for leg, place in zip(legs, places, strict=True):
        row, size = account.brackets[place], size_of(leg)
        start += row.deduction - leg.sign * size * leg.entry
        slope += size * (leg.sign - row.rate - account.fee_rate)
    return start, slope


# Where each leg leaves its bracket: notional, size, and which leg.
def _ends(
    legs: tuple[Leg, ...], places: list[int], account: Account, way: int
) -> list[tuple[Decimal, Decimal, int]]:
    ends = []
    for index, (leg, place) in enumerate(zip(legs, places, strict=True)):
        beside = place if way > 0 else place - 1
        end = account.brackets[beside].to if beside >= 0 else None
        if end is not None:
            ends.append((end, size_of(leg), index))
    return ends


# Whether nothing is left at the end of the stretch, so that the root comes before it.
def _reached(start: Decimal, slope: Decimal, end: tuple[Decimal, Decimal, int] | None) -> bool:
    if end is None:
        return True
    value, size, _ = end
    return start * size + slope * value <= 0

"""How much of a leader's fill a follower copies, and why something is not copied.

Never rounded up, never beyond the budget: what does not fit is told with its reason.
"""

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import assert_never

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.bots.copying.rules import COPY, CopyRules
from astracore.errors.bots import CopyInvalid
from astracore.errors.values import NumericLimit
from astracore.numeric import EXACT, Rounding, bounded, exact, rounded_quotient, to_fraction

ZERO = Decimal(0)
ONE = Decimal(1)


class CopyMode(StrEnum):
    """By equity, for a fixed amount a trade, or at a fixed ratio of the leader's quantity."""

    PROPORTIONAL = "proportional"
    FIXED_AMOUNT = "fixed_amount"
    FIXED_RATIO = "fixed_ratio"


class SkipReason(StrEnum):
    """Why a fill was not copied."""

    PAUSED = "paused"
    SYMBOL_MISSING = "symbol_missing"
    SLIPPAGE = "slippage"
    NOTHING_HELD = "nothing_held"
    NO_BUDGET = "no_budget"
    BELOW_MIN_QTY = "below_min_qty"
    BELOW_MIN_NOTIONAL = "below_min_notional"
    RISK_REFUSED = "risk_refused"


@frozen(kw_only=True)
class CopyTerms:
    """How a follower copies. `figure`: the multiplier, the amount a trade [quote], or the ratio.

    A trade is worth at most `most` [quote], where that is given.
    """

    mode: CopyMode = CopyMode.PROPORTIONAL
    figure: Decimal = ONE
    most: Decimal | None = None


@frozen(kw_only=True)
class LeaderFill:
    """What the leader did: `closes` is the fraction of the position that it closed, 0 if it opened.

    `equity` is the leader's before the fill [quote].
    """

    fill_id: str
    symbol: str
    qty: Decimal
    price: Decimal
    equity: Decimal
    closes: Decimal = ZERO


@frozen(kw_only=True)
class Standing:
    """Where the follower stands. `available` is what may be spent, `held` what the symbol holds.

    `price` is what a copy would be filled at now [quote per base].
    """

    equity: Decimal
    available: Decimal
    held: Decimal
    price: Decimal


@frozen(kw_only=True)
class Steps:
    """What the symbol allows: multiples of `lot` from `min_qty` [base] and `min_notional` on."""

    lot: Decimal
    min_qty: Decimal
    min_notional: Decimal


@frozen(kw_only=True)
class Sized:
    """`qty` to be copied, or none with a reason; `wanted` is what the terms ask for, unrounded.

    `capped` says that the budget or the terms' own cap made it smaller.
    """

    wanted: Decimal
    qty: Decimal
    capped: bool = False
    skip: SkipReason | None = None


@exact
def wanted_qty(
    terms: CopyTerms, fill: LeaderFill, standing: Standing
) -> Result[Fraction, CopyInvalid | NumericLimit]:
    """What the terms ask for, before lots and caps [base].

    Proportional: leader qty × equity / leader equity × multiplier; fixed amount: amount / price;
    fixed ratio: leader qty × ratio; a close: the leader's fraction of what is held.
    Errors: CopyInvalid, NumericLimit.  Source: docs/formulas-social.md#copy-size.
    >>> fill = LeaderFill(fill_id="1", symbol="BTC-USD", qty=Decimal("0.8"), price=Decimal(100),
    ...                   equity=Decimal(20000))
    >>> here = Standing(equity=Decimal(500), available=ONE, held=ZERO, price=Decimal(100))
    >>> wanted_qty(CopyTerms(), fill, here).unwrap()
    Fraction(1, 50)
    """
    wrong = _faults(terms, fill, standing)
    if wrong:
        return Failure(CopyInvalid(wrong))
    qty, figure = Fraction(fill.qty), Fraction(terms.figure)
    equity = Fraction(max(ZERO, standing.equity))
    if fill.closes > 0:
        return Success(Fraction(standing.held) * Fraction(fill.closes))
    match terms.mode:
        case CopyMode.PROPORTIONAL:
            return Success(qty * equity / Fraction(fill.equity) * figure)
        case CopyMode.FIXED_AMOUNT:
            return Success(figure / Fraction(standing.price))
        case CopyMode.FIXED_RATIO:
            return Success(qty * figure)
        case _:
            assert_never(terms.mode)


@exact
def copy_size(
    terms: CopyTerms, fill: LeaderFill, standing: Standing, steps: Steps, rules: CopyRules = COPY
) -> Result[Sized, CopyInvalid | NumericLimit]:
    """What is copied: floor(wanted, lot) within the cap and the budget, or why nothing is.

    Closing ignores slippage, caps and the least notional: it only lowers the risk.
    Errors: CopyInvalid, NumericLimit.  Source: docs/formulas-social.md#copy-size.
    Invariants: qty <= wanted; qty × price <= available when it opens; never more than is held.
    """
    if not all(bounded(one) and one >= 0 for one in (steps.min_qty, steps.min_notional)) or not (
        bounded(steps.lot) and steps.lot > 0
    ):
        return Failure(CopyInvalid(("steps",)))
    found = wanted_qty(terms, fill, standing)
    return found.map(lambda wanted: _sized(wanted, terms, fill, standing, steps, rules))


def slipped(price: Decimal, leader_price: Decimal, rules: CopyRules = COPY) -> bool:
    """|price − leader's| / leader's > the most that is allowed.

    >>> slipped(Decimal("100.5"), Decimal(100)), slipped(Decimal("100.51"), Decimal(100))
    (False, True)
    """
    most = Fraction(rules.slippage_most)
    return abs(Fraction(price) - Fraction(leader_price)) > most * Fraction(leader_price)


def _faults(terms: CopyTerms, fill: LeaderFill, standing: Standing) -> tuple[str, ...]:
    positive = {
        "figure": terms.figure,
        "qty": fill.qty,
        "leader_price": fill.price,
        "leader_equity": fill.equity,
        "price": standing.price,
    }
    least_zero = {
        "closes": fill.closes,
        "held": standing.held,
    }
    wrong = [name for name, value in positive.items() if not (bounded(value) and value > 0)]
    wrong += [name for name, value in least_zero.items() if not (bounded(value) and value >= 0)]
    either = {"equity": standing.equity, "available": standing.available}
    wrong += [name for name, value in either.items() if not bounded(value)]
    if bounded(fill.closes) and fill.closes > 1:
        wrong.append("closes")
    if terms.most is not None and not (bounded(terms.most) and terms.most > 0):
        wrong.append("most")
    return tuple(wrong)


def _sized(
    wanted: Fraction,
    terms: CopyTerms,
    fill: LeaderFill,
    standing: Standing,
    steps: Steps,
    rules: CopyRules,
) -> Sized:
    asked = shown_qty(wanted)
    opens = fill.closes == 0
    if opens and slipped(standing.price, fill.price, rules):
        return Sized(wanted=asked, qty=ZERO, skip=SkipReason.SLIPPAGE)
    if not opens and standing.held == 0:
        return Sized(wanted=asked, qty=ZERO, skip=SkipReason.NOTHING_HELD)
    if not opens:
        # A whole close takes what is smaller than a lot with it.
        qty = standing.held if fill.closes == 1 else _floored(wanted, steps.lot)
        small = SkipReason.BELOW_MIN_QTY if qty == 0 else None
        return Sized(wanted=asked, qty=qty, skip=small)
    room = _room(terms, standing)
    qty = _floored(min(wanted, room), steps.lot)
    capped = room < wanted
    reason = _too_small(qty, capped=capped, price=standing.price, steps=steps)
    return Sized(wanted=asked, qty=ZERO if reason else qty, capped=capped, skip=reason)


def _room(terms: CopyTerms, standing: Standing) -> Fraction:
    worth = max(ZERO, standing.available)
    worth = worth if terms.most is None else min(worth, terms.most)
    return Fraction(worth) / Fraction(standing.price)


def _too_small(qty: Decimal, *, capped: bool, price: Decimal, steps: Steps) -> SkipReason | None:
    if qty == 0 or qty < steps.min_qty:
        return SkipReason.NO_BUDGET if capped else SkipReason.BELOW_MIN_QTY
    if EXACT.multiply(qty, price) < steps.min_notional:
        return SkipReason.NO_BUDGET if capped else SkipReason.BELOW_MIN_NOTIONAL
    return None


def _floored(wanted: Fraction, lot: Decimal) -> Decimal:
    grid = to_fraction(lot)
    return EXACT.multiply(Decimal(wanted // grid), lot)


def shown_qty(wanted: Fraction) -> Decimal:
    """A wanted size as it is told: down to 18 decimals. Kernel."""
    over, under = Decimal(wanted.numerator), Decimal(wanted.denominator)
    return rounded_quotient(over, under, Decimal("1E-18"), Rounding.DOWN)

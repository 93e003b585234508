"""Exact decimal arithmetic, whatever decimal context the caller runs under."""

import decimal
import re
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from returns.result import Failure, Result, Success

from astracore.errors.values import BadAmount, NumericLimit

# Bounded amounts have 30 + 18 digits, so one product of two of them fits in 100.
EXACT = decimal.Context(
    prec=100,
    traps=[
        decimal.Inexact,
        decimal.InvalidOperation,
        decimal.DivisionByZero,
        decimal.FloatOperation,
    ],
)
AMOUNT = re.compile(r"-?(0|[1-9][0-9]{0,29})(\.[0-9]{1,18})?", re.ASCII)
P = ParamSpec("P")
T = TypeVar("T")
E = TypeVar("E")


def exact(function: Callable[P, Result[T, E]]) -> Callable[P, Result[T, E | NumericLimit]]:
    """Run under EXACT: losing a digit becomes Failure(NumericLimit), never a rounding."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> Result[T, E | NumericLimit]:
        with decimal.localcontext(EXACT):
            try:
                return function(*args, **kwargs)
            except decimal.DecimalException as signal:
                return Failure(NumericLimit(type(signal).__name__))

    return run


def to_text(amount: decimal.Decimal) -> str:
    """Plain notation: no exponent, no surplus zeros, no negative zero.

    >>> to_text(decimal.Decimal("1.50")), to_text(decimal.Decimal("-0E-36"))
    ('1.5', '0')
    """
    text = format(amount, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def bounded(value: decimal.Decimal) -> bool:
    """Whether `value` is finite, at most 30 digits before and 18 after the point, and not -0.

    >>> bounded(decimal.Decimal("1.50")), bounded(decimal.Decimal("1E+30"))
    (True, False)
    """
    if not value.is_finite():
        return False
    if value.is_zero():
        return not value.is_signed()
    if not -19 < value.adjusted() < 30:
        return False
    return AMOUNT.fullmatch(to_text(value)) is not None


def parse_amount(text: str) -> Result[decimal.Decimal, BadAmount]:
    """The one door for decimals from outside: checked by grammar before Decimal sees the text.

    Errors: BadAmount (also for `-0`).  Rounds: never.
    >>> parse_amount("0.10").unwrap()
    Decimal('0.10')
    >>> parse_amount("1e5")
    <Failure: BadAmount(text='1e5')>
    """
    if AMOUNT.fullmatch(text) is None:
        return Failure(BadAmount(text[:64]))
    amount = decimal.Decimal(text)
    if amount.is_zero() and amount.is_signed():
        return Failure(BadAmount(text))
    return Success(amount)

"""The two number worlds as decorators: exact money, and statistics carried to 50 digits.

Both refuse numbers that are not finite and answer arithmetic that does not fit with a `Failure`, so
a public function that wears one of them raises for no well-typed argument, whatever decimal
context the caller runs under. Kernels (bare functions) are called from inside a frame only.
"""

import decimal
from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from typing import ParamSpec, TypeAlias, TypeVar, cast

from attrs import fields, has
from returns.result import Failure, Result

from astracore.errors.values import BadAmount, NumericLimit
from astracore.numeric import EXACT

WORKING = decimal.Context(
    prec=50,
    rounding=decimal.ROUND_HALF_EVEN,
    traps=[
        decimal.InvalidOperation,
        decimal.DivisionByZero,
        decimal.Overflow,
        decimal.FloatOperation,
    ],
)
KEPT = decimal.Context(prec=28, rounding=decimal.ROUND_HALF_EVEN, traps=[])
KEPT_NORMAL = decimal.Context(prec=12, rounding=decimal.ROUND_HALF_EVEN, traps=[])
P = ParamSpec("P")
T = TypeVar("T")
E = TypeVar("E")
Unfit: TypeAlias = BadAmount | NumericLimit
Vector: TypeAlias = tuple[Decimal, ...]
Matrix: TypeAlias = tuple[Vector, ...]


def statistical(function: Callable[P, Result[T, E]]) -> Callable[P, Result[T, E | Unfit]]:
    """Run under WORKING (50 digits, HALF_EVEN) after refusing numbers that are not finite."""
    return _framed(function, WORKING)


def exactly(function: Callable[P, Result[T, E]]) -> Callable[P, Result[T, E | Unfit]]:
    """Run under EXACT (a lost digit is a Failure) after refusing numbers that are not finite."""
    return _framed(function, EXACT)


def kept(value: Decimal) -> Decimal:
    """The 28 significant digits a statistic keeps, HALF_EVEN; never a negative zero.

    >>> kept(Decimal(1) / 3), kept(Decimal("-0"))
    (Decimal('0.3333333333333333333333333333'), Decimal('0'))
    """
    return KEPT.plus(value) or Decimal(0)


def kept_normal(value: Decimal) -> Decimal:
    """The 12 significant digits kept by what uses the normal distribution, HALF_EVEN.

    >>> kept_normal(Decimal("1.9599639845400545"))
    Decimal('1.95996398454')
    """
    return KEPT_NORMAL.plus(value) or Decimal(0)


def _framed(
    function: Callable[P, Result[T, E]], context: decimal.Context
) -> Callable[P, Result[T, E | Unfit]]:
    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> Result[T, E | Unfit]:
        strange = _not_finite((args, tuple(kwargs.values())))
        if strange is not None:
            return Failure(BadAmount(str(strange)[:64]))
        with decimal.localcontext(context):
            try:
                return function(*args, **kwargs).map(_unsigned)
            except decimal.DecimalException as signal:
                return Failure(NumericLimit(type(signal).__name__))

    return run


# A negative zero never leaves a frame.
def _unsigned(answer: T) -> T:
    if isinstance(answer, Decimal) and answer.is_zero():
        return cast("T", answer.copy_abs())
    return answer


# Values made of values are searched too: a leg with an infinite price is as wrong as the price.
def _not_finite(value: object) -> Decimal | None:
    if isinstance(value, Decimal):
        return None if value.is_finite() else value
    if isinstance(value, tuple):
        parts: tuple[object, ...] = value
    elif has(kind := type(value)):
        parts = tuple(getattr(value, field.name) for field in fields(kind))
    else:
        return None
    return next((found for part in parts if (found := _not_finite(part)) is not None), None)

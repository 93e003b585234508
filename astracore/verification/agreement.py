"""Whether an answer is the expected one: by value, within a stated tolerance."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.vectors import BadInput
from astracore.numeric import from_fraction, to_text
from astracore.outcome import is_failure
from astracore.verification.inputs import Answer, Coded, Json, read_ratio

ALSO_CALLED: Mapping[str, frozenset[str]] = {
    "currency_mismatch": frozenset({"asset_mismatch"}),
    "amount_overflow": frozenset({"numeric_limit"}),
    "non_finite_input": frozenset({"bad_amount", "numeric_limit"}),
    "unknown_account": frozenset({"account_not_found"}),
    "refund_exceeds_recognised_and_deferred": frozenset({"refund_exceeds"}),
    "limit_breached": frozenset(
        {
            "position_limit",
            "order_too_large",
            "exposure_limit",
            "daily_loss_limit",
            "drawdown_limit",
            "too_many_orders",
            "daily_trade_limit",
        }
    ),
}


@frozen
class Tolerance:
    """How far a number may lie from the expected one: within either bound."""

    absolute: Fraction = Fraction(0)
    relative: Fraction = Fraction(0)


def tolerance_of(stated: Json) -> Result[Tolerance, BadInput]:
    """Read `"exact"` or `{"abs": x, "rel": y}`; nothing stated is exact.

    Errors: BadInput.
    >>> tolerance_of({"abs": "1e-9"}).unwrap().absolute
    Fraction(1, 1000000000)
    """
    if stated is None or stated == "exact":
        return Success(Tolerance())
    if not isinstance(stated, Mapping) or not stated or not set(stated) <= {"abs", "rel"}:
        return Failure(BadInput("tolerance", 'needed is "exact" or {"abs": x, "rel": x}'))
    bounds: dict[str, Fraction] = {}
    for name, text in stated.items():
        bound = read_ratio(text) if isinstance(text, str) else None
        if bound is None or is_failure(bound) or bound.unwrap() < 0:
            return Failure(BadInput("tolerance", f"{name} must be a number of 0 or more"))
        bounds[name] = bound.unwrap()
    none = Fraction(0)
    return Success(Tolerance(bounds.get("abs", none), bounds.get("rel", none)))


def same_cause(expected: str, fault: Coded) -> bool:
    """Whether `fault` has the meaning that a case calls `expected`."""
    return fault.code == expected or fault.code in ALSO_CALLED.get(expected, ())


def agrees(expected: Json, got: Json, within: Tolerance) -> bool:
    """Compare two written answers: objects by the expected keys, lists by place.

    >>> agrees({"a": "1.0"}, {"a": "1", "b": "2"}, Tolerance())
    True
    """
    if isinstance(expected, Mapping):
        return isinstance(got, Mapping) and all(
            agrees(value, got.get(key), within) for key, value in expected.items()
        )
    if isinstance(expected, str) and isinstance(got, str):
        return _text_agrees(expected, got, within)
    if isinstance(expected, str | bool) or expected is None:
        return expected is got or str(expected).lower() == str(got).lower()
    if isinstance(got, Mapping) and "lots" in got:  # a book is its sums, or its lots one by one
        got = got["lots"]
    if isinstance(got, str) or not isinstance(got, Sequence):
        return False
    return len(expected) == len(got) and all(
        agrees(left, right, within) for left, right in zip(expected, got, strict=True)
    )


def _text_agrees(expected: str, got: str, within: Tolerance) -> bool:
    """Numbers by value, anything else by spelling."""
    if expected == got:
        return True
    wanted, found = read_ratio(expected), read_ratio(got)
    if is_failure(wanted) or is_failure(found):
        return False
    distance = abs(wanted.unwrap() - found.unwrap())
    return distance <= max(within.absolute, within.relative * abs(wanted.unwrap()))


def written(answer: Answer) -> Json:
    """An answer as it stands in a file: every number a string.

    >>> written({"parts": (Decimal("1.50"), 2)})
    {'parts': ['1.5', '2']}
    """
    if isinstance(answer, Decimal):
        return to_text(answer)
    if isinstance(answer, Fraction):
        return to_text(from_fraction(answer))
    if isinstance(answer, str | bool) or answer is None:
        return answer
    if isinstance(answer, int):
        return str(answer)
    if isinstance(answer, Mapping):
        return {key: written(value) for key, value in answer.items()}
    return [written(value) for value in answer]

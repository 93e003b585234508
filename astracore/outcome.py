"""The whole of our Result dialect: what the library lacks, typed so that mypy sees it."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from returns.methods import unwrap_or_failure
from returns.result import Failure, Result, Success
from typing_extensions import TypeIs

A = TypeVar("A")
B = TypeVar("B")
E = TypeVar("E")


def is_failure(result: Result[A, E]) -> TypeIs[Failure[E]]:
    """Narrow to Failure[E]; plain isinstance narrows to Failure[Any] and hides mistakes.

    The class is final, so that its identity says as much, at a fifth of the price.
    """
    return type(result) is Failure


def fold(result: Result[A, E], *, success: Callable[[A], B], failure: Callable[[E], B]) -> B:
    """Leave the Result world: one answer whichever way it went."""
    return unwrap_or_failure(result.map(success).alt(failure))


def collect(results: Iterable[Result[A, E]]) -> Result[tuple[A, ...], E]:
    """All values, or the first failure.

    >>> collect([Success(1), Failure("a"), Failure("b")])
    <Failure: a>
    """
    values = []
    for result in results:
        if is_failure(result):
            return result
        values.append(result.unwrap())
    return Success(tuple(values))


def collect_failures(results: Iterable[Result[A, E]]) -> Result[tuple[A, ...], tuple[E, ...]]:
    """All values, or every failure in order: for checks whose faults are independent.

    >>> collect_failures([Success(1), Failure("a"), Failure("b")])
    <Failure: ('a', 'b')>
    """
    values, failures = [], []
    for result in results:
        if is_failure(result):
            failures.append(result.failure())
        else:
            values.append(result.unwrap())
    return Failure(tuple(failures)) if failures else Success(tuple(values))

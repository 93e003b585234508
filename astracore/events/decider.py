"""One consistency boundary as three pure values."""

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from attrs import frozen
from returns.result import Result

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")
F = TypeVar("F")


@frozen
class Decider(Generic[C, S, E, F]):
    """`decide` refuses or names what happened; `evolve` is total over everything ever stored."""

    name: str  # stream category, such as "trading.account"
    initial: S
    decide: Callable[[C, S], Result[tuple[E, ...], F]]
    evolve: Callable[[S, E], S]


def replay(decider: Decider[C, S, E, F], events: Iterable[E], state: S | None = None) -> S:
    """Fold `events`, oldest first, over `state` (the initial one when absent).

    Invariant: replay(a + b) == replay(b, replay(a)).
    """
    current = decider.initial if state is None else state
    for event in events:
        current = decider.evolve(current, event)
    return current

"""Policies that must know more than the event says: the caller fetches the row they name."""

from collections.abc import Callable
from typing import Generic, TypeVar

from attrs import frozen

from astracore.events.envelope import Envelope
from astracore.events.policy import Policy

E = TypeVar("E")
R = TypeVar("R")
C_co = TypeVar("C_co", covariant=True)


@frozen(kw_only=True)
class RowPolicy(Generic[E, R, C_co]):
    """`react` is called for events of the classes in `events`, with the `row` of each.

    A row is what read models know of whom the event concerns, so that the rule stays pure: the
    same event and the same row ask the same.
    """

    name: str
    events: tuple[type[E], ...]
    row: type[R]
    react: Callable[[Envelope[E], R], tuple[C_co, ...]]


def knowing(policy: RowPolicy[E, R, C_co], row: R) -> Policy[E, C_co]:
    """The policy for events that this row belongs to; its name and its command ids stay."""
    return Policy(
        name=policy.name,
        events=policy.events,
        react=lambda envelope: policy.react(envelope, row),
    )

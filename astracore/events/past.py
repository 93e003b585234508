"""The state of one stream as of any point of the past: a filter and a fold.

Every event has a version in its stream, a position in the log, a time when it happened and a time
when it was written down. A cut limits all four; events are always folded in the order in which
they were written, because each was decided on what stood before it.
"""

from collections.abc import Iterable
from typing import Generic, TypeVar

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.events import BeforeBeginning, StreamFault, Unfoldable
from astracore.events.catalog import Aggregate
from astracore.events.envelope import StreamId
from astracore.events.stored import Stored
from astracore.instants import LAST, Instant
from astracore.outcome import is_failure

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")
F = TypeVar("F")
END = 2**62  # behind every version and position
EVER = Instant(LAST)


@frozen(kw_only=True)
class Cut:
    """Up to where events count; what is not named is not limited.

    With both times it is what was known at `recorded` of what had happened at `occurred`.
    """

    version: int = END
    position: int = END
    occurred: Instant = EVER
    recorded: Instant = EVER

    def covers(self, other: "Cut") -> bool:
        """Whether everything up to `other` counts.

        >>> Cut(version=3).covers(Cut(version=3, position=9)), Cut(position=8).covers(Cut())
        (True, False)
        """
        return (
            other.version <= self.version
            and other.position <= self.position
            and other.occurred <= self.occurred
            and other.recorded <= self.recorded
        )


@frozen(kw_only=True)
class Past(Generic[S]):
    """`state` after the event `newest`; `left_out` events before that one do not count."""

    state: S
    newest: Stored
    left_out: int


def cut_at(one: Stored) -> Cut:
    """The point of one event."""
    return Cut(
        version=one.version,
        position=one.position,
        occurred=Instant(one.occurred_at),
        recorded=Instant(one.recorded_at),
    )


def past(
    aggregate: Aggregate[C, S, E, F],
    stream: StreamId,
    cut: Cut,
    start: tuple[int, S],
    events: Iterable[Stored],
) -> Result[Past[S], StreamFault | BeforeBeginning | Unfoldable]:
    """Fold what of `events`, oldest first, counts at `cut` over `start`: a version and its state.

    A start that is no beginning is one whose events all count; `events` then begin with the one
    at its version.  Errors: CorruptEvent, UnknownEventType, BeforeBeginning, Unfoldable.
    Invariant: at version n it is the fold of the first n events, wherever it starts.
    """
    count, state = start
    newest: Stored | None = None
    for one in events:
        if not cut.covers(cut_at(one)):
            continue
        newest = one
        if one.version <= start[0]:
            continue
        event = aggregate.events.decode(one.type, one.body)
        if is_failure(event):
            return event
        try:
            state = aggregate.decider.evolve(state, event.unwrap())
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            return Failure(Unfoldable(str(stream), one.version, type(error).__name__))
        count += 1
    if newest is None:
        return Failure(BeforeBeginning(str(stream)))
    return Success(Past(state=state, newest=newest, left_out=newest.version - count))

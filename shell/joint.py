"""Commands that one decision judges over several streams: all of them are appended to, or none.

The store's lock is held while a decision runs, so that it may look at any stream it comes upon:
the tokens of a listing are in the listing's own state.
"""

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

import attrs
from attrs import field
from returns.result import Failure, Result, Success

from adapters.db.settle import Decided, History
from astracore.catalog.aggregates import EVENTS
from astracore.errors.events import CorruptEvent, SpineFault, StreamFault, UnknownEventType
from astracore.events.codec import Codec
from astracore.events.envelope import Envelope, Origin, StreamId
from astracore.events.snapshot import Snapshot
from astracore.events.stored import Fresh, Stored, opened
from astracore.outcome import is_failure
from shell.streams import Job, Reached, Streams, Terms, ask, once, stale

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")
F = TypeVar("F")


@attrs.define
class Work:
    """What one decision has read, and what it wants appended."""

    history: History
    origin: Origin
    events: list[Fresh] = field(factory=list)
    snapshots: list[Snapshot] = field(factory=list)
    reached: dict[StreamId, Reached[Any]] = field(factory=dict)
    undo: list[Callable[[], None]] = field(factory=list)

    def state(self, streams: Streams[Any, S, Any, Any], key: str) -> Result[S, StreamFault]:
        """A stream as it stands, with what this decision has appended to it.

        Errors: CorruptEvent, UnknownEventType.
        """
        return self._reached(streams, key).map(lambda found: found.state)

    def append(
        self, streams: Streams[Any, S, E, Any], key: str, events: tuple[E, ...]
    ) -> Result[None, StreamFault]:
        """Add events to a stream; index and order are those of the calls.

        Errors: CorruptEvent, UnknownEventType.
        """
        found = self._reached(streams, key)
        if is_failure(found):
            return found
        before, index = found.unwrap(), len(self.events)
        if events:
            self.undo.append(lambda: streams.forget(key))
            made = streams.happened(key, before, events, self.origin, index)
            self.reached[streams.id(key)] = streams.known[key]
            self.events += made.events
            self.snapshots += made.snapshots
        return Success(None)

    def ask(
        self, streams: Streams[C, Any, E, F], key: str, command: C
    ) -> Result[None, F | StreamFault]:
        """Have another aggregate decide a command, as part of this decision."""
        found = self.state(streams, key)
        if is_failure(found):
            return found
        decided = streams.aggregate.decider.decide(command, found.unwrap())
        if is_failure(decided):
            return decided
        return self.append(streams, key, decided.unwrap())

    def forget(self) -> None:
        """Nothing of this has happened."""
        for one in self.undo:
            one()

    def _reached(
        self, streams: Streams[Any, S, Any, Any], key: str
    ) -> Result[Reached[S], StreamFault]:
        stream = streams.id(key)
        known = self.reached.get(stream)
        if known is not None:
            return Success(known)
        found = streams.current(self.history, key)
        if not is_failure(found):
            self.reached[stream] = found.unwrap()
        return found


Deciding: TypeAlias = Callable[[Work], Result[None, F | StreamFault]]


def joint_job(
    streams: Streams[Any, Any, Any, Any],
    key: str,
    deciding: Deciding[F],
    faults: Codec[F],
    terms: Terms,
) -> Job[F]:
    """A command whose own stream is that of `key`; `deciding` finds the others."""
    own, works = streams.id(key), list[Work]()

    def decide(history: History) -> Result[Decided, SpineFault]:
        fault = stale(history, own, terms)
        if fault is not None:
            return Failure(fault)
        work = Work(history, terms.origin)
        works.append(work)
        result = deciding(work)
        if not is_failure(result):
            return Success(Decided(events=tuple(work.events), snapshots=tuple(work.snapshots)))
        work.forget()
        cause = result.failure()
        if isinstance(cause, CorruptEvent | UnknownEventType):
            return Failure(cause)
        return Success(Decided(refusal=faults.encode(cause)))

    def read(stored: Stored) -> Result[Envelope[object], StreamFault]:
        return opened(stored, EVENTS.decode)

    def forget() -> None:
        for work in works:
            work.forget()

    reads = once(read)
    return Job(
        ask=ask(terms, (own,), decide, reads), refusal=faults.decode, read=reads, forget=forget
    )

"""From a typed command to an ask of the store, and back to a typed answer.

The states of recently used streams are remembered, at most `limit` of them per aggregate. They
belong to the writer thread: only decisions, which run there, touch them.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeAlias, TypeVar

import attrs
from attrs import field, frozen
from returns.result import Failure, Result, Success

from adapters.db.decisions import Taken
from adapters.db.settle import Ask, Decided, History, Settled
from astracore.errors.events import BadBody, SpineFault, StaleVersion, StreamFault
from astracore.events.catalog import Aggregate
from astracore.events.envelope import Envelope, Origin, StreamId
from astracore.events.recording import Recorder, recorded
from astracore.events.snapshot import due, folded, restored, snapshot
from astracore.events.stored import Stored, fresh, opened
from astracore.outcome import fold, is_failure
from shell.asked import Answer, Written, no_answer

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")
F = TypeVar("F")
F_co = TypeVar("F_co", covariant=True)
REMEMBERED = 10_000
Reads: TypeAlias = Callable[[Stored], Result[Envelope[object], StreamFault]]


class UnreadableError(Exception):
    """An event or answer cannot be read back: raised before the commit, so nothing is stored."""


@frozen(kw_only=True)
class Terms:
    """How a command is asked: everything but the command itself."""

    origin: Origin
    digest: str
    expected: int | None = None
    answer: Answer = no_answer
    kept: bool = False


@frozen(kw_only=True)
class Declined(Generic[F_co]):
    """A refusal, judged now or when the key was first used."""

    fault: F_co
    replayed: bool


@frozen
class Reached(Generic[S]):
    """A stream's state and the version it was reached at."""

    version: int
    state: S


@attrs.define
class Streams(Generic[C, S, E, F]):
    """One aggregate's streams with the states that are remembered, least recently used first."""

    aggregate: Aggregate[C, S, E, F]
    limit: int = REMEMBERED
    recorder: Recorder[C, S, E, F] | None = None  # None: its decisions are not recorded
    alias: Callable[[str], str] = str  # what a key is called in the log
    known: OrderedDict[str, Reached[S]] = field(factory=OrderedDict)

    @property
    def is_personal(self) -> bool:
        """Whether the state may hold what is to be forgotten: then no snapshot keeps it."""
        return any(hasattr(shape, "PERSONAL") for shape in self.aggregate.events.names)

    def id(self, key: str) -> StreamId:
        """The stream of the aggregate called `key`."""
        return StreamId(self.aggregate.decider.name, self.alias(key))

    def current(self, history: History, key: str) -> Result[Reached[S], StreamFault]:
        """The state as of now: what is remembered, or a snapshot, and the tail behind it.

        Errors: CorruptEvent, UnknownEventType.
        """
        stream = self.id(key)
        start = self.known.get(key)
        if start is None:
            start = self.from_snapshot(history, stream)
        head = history.head(stream)
        if start.version == head:
            return Success(start)
        state = folded(self.aggregate, start.state, history.tail(stream, start.version))
        return state.map(lambda now: Reached(head, now))

    def from_snapshot(self, history: History, stream: StreamId) -> Reached[S]:
        """Where folding may begin. A damaged snapshot is as good as none; the audit names it."""
        if history.head(stream) == 0:
            return Reached(0, self.aggregate.decider.initial)
        found = restored(self.aggregate, history.snapshot(stream))
        return Reached(*found.value_or((0, self.aggregate.decider.initial)))

    def remember(self, key: str, reached: Reached[S]) -> None:
        """Keep a state; the one longest unused makes room."""
        self.known[key] = reached
        self.known.move_to_end(key)
        if len(self.known) > self.limit:
            self.known.popitem(last=False)

    def forget(self, key: str) -> None:
        """The transaction that led to the state failed."""
        self.known.pop(key, None)

    def happened(
        self, key: str, before: Reached[S], events: tuple[E, ...], origin: Origin, index: int = 0
    ) -> Decided:
        """Fold decided events, remember where they lead, and say what is to be stored.

        `index` is how many events the command has made elsewhere already.
        """
        state, stream = before.state, self.id(key)
        for event in events:
            state = self.aggregate.decider.evolve(state, event)
        version = before.version + len(events)
        self.remember(key, Reached(version, state))
        made = tuple(
            fresh(self.aggregate.events, event, stream, origin, index + place)
            for place, event in enumerate(events)
        )
        if not due(before.version, version) or self.is_personal:
            return Decided(events=made)
        return Decided(events=made, snapshots=(snapshot(self.aggregate, stream, version, state),))


@frozen
class Job(Generic[F_co]):
    """An ask with what its answer means. `forget` drops states that a failed commit made."""

    ask: Ask
    refusal: Callable[[bytes], Result[F_co, BadBody]]
    read: Reads
    forget: Callable[[], None]

    def result(
        self, settled: Result[Settled, SpineFault]
    ) -> Result[Written, Declined[F_co | SpineFault]]:
        """The typed answer: the same for every retry of the key.  Errors: those of the decider,
        StaleVersion, IdempotencyMismatch, CorruptEvent, UnknownEventType.
        """
        if is_failure(settled):
            return Failure(Declined(fault=settled.failure(), replayed=False))
        found = settled.unwrap()
        if found.refused:
            fault = readable(self.refusal(found.answer))
            return Failure(Declined(fault=fault, replayed=found.replayed))
        return Success(
            Written(
                position=found.position,
                version=found.version,
                events=tuple(readable(self.read(one)) for one in found.stored),
                answer=found.answer,
                replayed=found.replayed,
            )
        )


T = TypeVar("T")


def readable(result: Result[T, BadBody] | Result[T, StreamFault]) -> T:
    """What was read; raises UnreadableError, since what we wrote must come back."""
    if is_failure(result):
        raise UnreadableError(str(result.failure()))
    return result.unwrap()


def once(read: Reads) -> Reads:
    """`read` for one job, whose events are looked at before and after the commit."""
    known: dict[str, tuple[Stored, Result[Envelope[object], StreamFault]]] = {}

    def remembered(stored: Stored) -> Result[Envelope[object], StreamFault]:
        found = known.get(stored.event_id)
        if found is None or found[0] is not stored:
            known[stored.event_id] = found = (stored, read(stored))
        return found[1]

    return remembered


def stale(history: History, stream: StreamId, terms: Terms) -> StaleVersion | None:
    """The refusal of a command that was made for another version of its stream, or None."""
    head = history.head(stream)
    if terms.expected is None or terms.expected == head:
        return None
    return StaleVersion(str(stream), terms.expected, head)


def job(streams: Streams[C, S, E, F], key: str, command: C, terms: Terms) -> Job[F]:
    """A command to one aggregate."""
    aggregate = streams.aggregate

    def decide(history: History) -> Result[Decided, SpineFault]:
        found = streams.current(history, key)
        if is_failure(found):
            return found
        before = found.unwrap()
        fault = stale(history, streams.id(key), terms)
        if fault is not None:
            return Failure(fault)
        outcome = aggregate.decider.decide(command, before.state)
        decided = fold(
            outcome,
            success=lambda events: streams.happened(key, before, events, terms.origin),
            failure=lambda fault: Decided(refusal=aggregate.faults.encode(fault)),
        )
        if streams.recorder is None:
            return Success(decided)
        record = recorded(streams.recorder, command, before.state, outcome)
        taken = Taken(
            record=record,
            stream=streams.id(key),
            version=before.version,
            subject=streams.recorder.subject(command),
            at=terms.origin.at.micros,
        )
        return Success(attrs.evolve(decided, taken=taken))

    def read(stored: Stored) -> Result[Envelope[object], StreamFault]:
        return opened(stored, aggregate.events.decode)

    reads = once(read)
    return Job(
        ask=ask(terms, (streams.id(key),), decide, reads),
        refusal=aggregate.faults.decode,
        read=reads,
        forget=lambda: streams.forget(key),
    )


def ask(
    terms: Terms,
    streams: tuple[StreamId, ...],
    decide: Callable[[History], Result[Decided, SpineFault]],
    read: Callable[[Stored], Result[Envelope[object], StreamFault]],
) -> Ask:
    """The command as the store sees it. Events are read back before they are committed."""
    return Ask(
        key=terms.origin.command_id,
        digest=terms.digest,
        actor=terms.origin.actor,
        at=terms.origin.at,
        streams=streams,
        decide=decide,
        answer=lambda stored: terms.answer(tuple(readable(read(one)) for one in stored)),
        kept=terms.kept,
    )

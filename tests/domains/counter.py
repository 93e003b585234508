"""A counter that may not fall below zero: the smallest aggregate with a refusal."""

from typing import Any, ClassVar, TypeAlias, assert_never

from attrs import evolve as changed
from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.events.canonical import canonical
from astracore.events.catalog import Aggregate, Catalog, catalog, classes_of
from astracore.events.codec import codec, union
from astracore.events.decider import Decider
from astracore.events.envelope import Envelope, Origin
from astracore.events.policy import Policy
from astracore.events.projection import Projection
from astracore.ids import CommandId
from astracore.instants import Instant


@frozen(kw_only=True)
class Add:
    """Add `amount`, in `parts` events."""

    counter: str
    amount: int
    parts: int = 1


@frozen(kw_only=True)
class Take:
    """Take `amount` away, if it is there."""

    counter: str
    amount: int


@frozen(kw_only=True)
class Added:
    """The counter grew; `note` says why, if anybody knows."""

    TYPE: ClassVar[str] = "astra.test.added.v1"
    amount: int
    note: str | None = None


@frozen(kw_only=True)
class Taken:
    """The counter fell."""

    TYPE: ClassVar[str] = "astra.test.taken.v1"
    amount: int


@frozen
class TooLittle:
    """More is to be taken than is there."""

    code: ClassVar[str] = "too_little"
    asked: int
    there: int


@frozen(kw_only=True)
class Counter:
    """What is there, and after how many events."""

    total: int = 0
    events: int = 0


CounterCommand: TypeAlias = Add | Take
CounterEvent: TypeAlias = Added | Taken


def decide(
    command: CounterCommand, counter: Counter
) -> Result[tuple[CounterEvent, ...], TooLittle]:
    """Errors: TooLittle."""
    match command:
        case Add():
            return Success(tuple(Added(amount=command.amount) for _ in range(command.parts)))
        case Take():
            if command.amount > counter.total:
                return Failure(TooLittle(command.amount, counter.total))
            return Success((Taken(amount=command.amount),))
        case _:
            assert_never(command)


def evolve(counter: Counter, event: CounterEvent) -> Counter:
    """Fold one event."""
    match event:
        case Added():
            return changed(counter, total=counter.total + event.amount, events=counter.events + 1)
        case Taken():
            return changed(counter, total=counter.total - event.amount, events=counter.events + 1)
        case _:
            assert_never(event)


COUNTER: Decider[CounterCommand, Counter, CounterEvent, TooLittle] = Decider(
    "test.counter", Counter(), decide, evolve
)
COUNTER_EVENTS: Catalog[CounterEvent] = catalog(classes_of(CounterEvent))
COUNTERS: Aggregate[CounterCommand, Counter, CounterEvent, TooLittle] = Aggregate(
    COUNTER, COUNTER_EVENTS, codec(Counter), union(classes_of(TooLittle))
)


@frozen(kw_only=True)
class Total:
    """A counter's row."""

    counter: str
    total: int


def total_of(row: Total | None, envelope: Envelope[CounterEvent], key: str) -> Total | None:
    """Fold; a row that falls to zero is deleted."""
    before = 0 if row is None else row.total
    event = envelope.event
    after = before + (event.amount if isinstance(event, Added) else -event.amount)
    return Total(counter=key, total=after) if after else None


TOTALS: Projection[CounterEvent, Total] = Projection(
    name="totals",
    version=1,
    events=classes_of(CounterEvent),
    keys=lambda envelope: (envelope.stream.key,),
    evolve=total_of,
    row=codec(Total),
    owner=lambda row: row.counter,
    sort=lambda row: f"{row.total:012d}",
)


def mirror(envelope: Envelope[Taken]) -> tuple[CounterCommand, ...]:
    """Whatever is taken anywhere is added to the counter `mirror`."""
    if envelope.stream.key == "mirror":
        return ()
    return (Add(counter="mirror", amount=envelope.event.amount),)


MIRROR: Policy[Taken, CounterCommand] = Policy(name="mirror", events=(Taken,), react=mirror)


def origin(command_id: str, actor: str = "u1", at: int = 1_000_000) -> Origin:
    """Where a test's command comes from."""
    return Origin(
        command_id=CommandId(command_id),
        correlation_id=f"request-{command_id}",
        causation_id=command_id,
        actor=actor,
        at=Instant(at),
    )


def answer(events: tuple[Envelope[Any], ...]) -> bytes:
    """An answer that depends on what happened and where it was put."""
    return canonical([f"{one.position}:{one.event_id}" for one in events])

"""The tasks of the tests. What they do is counted in notes, which are rows of the store."""

import asyncio
from typing import Any

from attrs import define, field, frozen
from returns.result import Failure, Success
from sqlalchemy import Connection

from adapters.db.notes import Note, under, write
from astracore.events.codec import codec
from astracore.jobs.rules import Priority
from shell.store import Store
from shell.tasks.task import (
    Done,
    NoPayload,
    Outcome,
    Permanent,
    Task,
    TaskContext,
    Timing,
    Transient,
)


@frozen(kw_only=True)
class Named:
    """Under what name it is counted."""

    name: str


def counted(connection: Connection, name: str) -> None:
    """Count one more under a name."""
    before = sum(note.at for note in under(connection, f"count:{name}."))
    write(connection, [Note(f"count:{name}.", before + 1, b"")])


def count_of(store: Store, name: str) -> int:
    """How often something happened."""
    return sum(note.at for note in store.read(lambda c: under(c, f"count:{name}")))


@define
class Gate:
    """Where handlers of the tests stop until they are let on."""

    reached: asyncio.Event = field(factory=asyncio.Event)
    opened: asyncio.Event = field(factory=asyncio.Event)


GATES: dict[str, Gate] = {}


async def count(_context: TaskContext, payload: Named) -> Outcome:
    """Count, in the transaction that completes the job."""
    return Success(Done({"name": payload.name}, lambda c: counted(c, payload.name)))


async def fail(context: TaskContext, payload: Named) -> Outcome:
    """Fail for now, or for ever."""
    if payload.name == "raise":
        raise RuntimeError("no good")
    if payload.name == "never":
        return Failure(Permanent("never", "not possible"))
    return Failure(Transient("not_now", f"attempt {context.attempt}"))


async def wait(context: TaskContext, payload: Named) -> Outcome:
    """Stop at a gate, look whether it is to stop, then count."""
    gate = GATES[payload.name]
    context.progress(1, 2)
    gate.reached.set()
    await gate.opened.wait()
    if context.cancelled():
        return Success(Done({"stopped": True}))
    return Success(Done({}, lambda c: counted(c, payload.name)))


async def deaf(_context: TaskContext, payload: Named) -> Outcome:
    """Go on when cancelled."""
    try:
        await GATES[payload.name].opened.wait()
    except asyncio.CancelledError:
        return Success(Done({}, lambda c: counted(c, payload.name)))
    return Success(Done())


async def guarded(context: TaskContext, payload: Named) -> Outcome:
    """Write in a transaction of its own, behind the fence."""
    gate = GATES[payload.name]
    gate.reached.set()
    await gate.opened.wait()

    def work(connection: Connection) -> None:
        context.fence(connection)
        counted(connection, payload.name)

    await asyncio.wrap_future(context.store.writing(work))
    return Success(Done())


async def chain(context: TaskContext, payload: Named) -> Outcome:
    """Enqueue another job with the mark of completion; the name says how often it is tried."""

    def effect(connection: Connection) -> None:
        first = context.enqueue(connection, "count", {"name": payload.name}, "next")
        again = context.enqueue(connection, "count", {"name": payload.name}, "next")
        assert first == again

    return Success(Done({}, effect))


async def breaks(_context: TaskContext, payload: Named) -> Outcome:
    """Its effect cannot be stored."""

    def effect(connection: Connection) -> None:
        counted(connection, payload.name)
        raise ValueError("the effect is no good")

    return Success(Done({}, effect))


async def plain(_context: TaskContext, _payload: NoPayload) -> Outcome:
    """Nothing."""
    return Success(Done())


async def large(_context: TaskContext, _payload: NoPayload) -> Outcome:
    """An answer that is too large."""
    return Success(Done({"text": "x" * 70_000}))


TASKS: tuple[Task[Any], ...] = (
    Task(name="count", payload=codec(Named), run=count),
    Task(name="fail", payload=codec(Named), run=fail),
    Task(name="wait", payload=codec(Named), run=wait, timeout=10_000_000),
    Task(name="deaf", payload=codec(Named), run=deaf),
    Task(name="guarded", payload=codec(Named), run=guarded),
    Task(name="chain", payload=codec(Named), run=chain),
    Task(name="breaks", payload=codec(Named), run=breaks),
    Task(name="plain", payload=codec(NoPayload), run=plain, priority=Priority.LOW),
    Task(name="large", payload=codec(NoPayload), run=large),
)


def plain_task(name: str, timing: Timing) -> Task[NoPayload]:
    """A task that does nothing, at its times."""
    return Task(name=name, payload=codec(NoPayload), run=plain, timing=timing)

"""Tasks that find what is due in the read models and ask for it, one command each.

What is found once is found again until it is done, and its aggregate decides whether it still is:
a command too many is refused or changes nothing. So a sweep that was cut off, or runs twice, has
the effect of one.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TypeAlias

from attrs import frozen
from returns.result import Success

from astracore.events.codec import codec
from astracore.instants import Instant
from astracore.jobs.rules import Priority
from astracore.outcome import is_failure
from shell.asked import Command
from shell.tasks.task import Done, NoPayload, Outcome, Task, TaskContext, Timing
from shell.workers.facts import Look

BATCH = 100  # commands between two words about progress
Found: TypeAlias = tuple[str, Command]  # what names it among those of one job, and the command


@frozen
class At:
    """When a sweep runs: now, and the instant that its schedule meant."""

    now: Instant
    slot: Instant


Find: TypeAlias = Callable[[Look, At], Iterable[Found]]


async def asked(context: TaskContext, due: tuple[Found, ...]) -> Outcome:
    """Ask for all that is due, in order; how many were done, and why others were not."""
    refused: Counter[str] = Counter()
    tried = 0
    while tried < len(due) and not context.cancelled():
        context.progress(tried, len(due))
        batch = due[tried : tried + BATCH]
        refused.update([code for one in batch if (code := await refusal(context, one))])
        tried += len(batch)
    done = tried - refused.total()
    return Success(Done({"due": len(due), "done": done, "refused": dict(refused)}))


async def refusal(context: TaskContext, one: Found) -> str:
    """Ask for one command; the code of its refusal, or nothing."""
    name, command = one
    told = await context.ask(command, type(command).__name__, name)
    return told.failure().fault.code if is_failure(told) else ""


def sweep(
    name: str, timing: Timing, find: Find, priority: Priority = Priority.NORMAL
) -> Task[NoPayload]:
    """The task that asks for whatever `find` finds in one look."""

    async def run(context: TaskContext, _payload: NoPayload) -> Outcome:
        now = context.clock.now()
        at = At(now=now, slot=context.slot or now)
        found = await asyncio.wrap_future(
            context.store.reading(lambda connection: tuple(find(Look(connection), at)))
        )
        return await asked(context, found)

    return Task(name=name, payload=codec(NoPayload), run=run, timing=timing, priority=priority)

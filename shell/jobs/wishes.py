"""From a task and a payload to the wish that is enqueued; refused when no handler would take it."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from attrs import evolve, field, frozen
from returns.result import Failure, Result, Success

from astracore.errors.jobs import JobInvalid, UnknownTask
from astracore.events.canonical import Json, canonical, parsed
from astracore.jobs.state import Wish
from astracore.outcome import collect, is_failure
from shell.tasks.task import Task

Tasks: TypeAlias = Mapping[str, Task[Any]]


@frozen
class Given:
    """A payload as it came in, with whatever JSON can hold."""

    tree: Mapping[str, Any] = field(factory=dict)

    @classmethod
    def of(cls, body: str) -> "Given":
        """A payload that was stored as canonical JSON."""
        found = parsed(body.encode()).value_or({})
        return cls(found if isinstance(found, Mapping) else {})


def wish(
    tasks: Tasks,
    task: str,
    given: Given,
    **more: Any,  # noqa: ANN401 - fields of Wish; None leaves the usual
) -> Result[Wish, UnknownTask | JobInvalid]:
    """What is enqueued: the task's own priority, retries and timeout unless `more` says otherwise.

    Errors: UnknownTask, JobInvalid.
    """
    known = tasks.get(task)
    if known is None:
        return Failure(UnknownTask(task[:64]))
    payload = plain(given.tree)
    if is_failure(payload):
        return payload
    body = canonical(payload.unwrap())
    read = known.payload.decode(body)
    if is_failure(read):
        place = ".".join(filter(None, ("payload", read.failure().path)))
        return Failure(JobInvalid(place, read.failure().why))
    usual = Wish(
        task=task,
        payload=body.decode(),
        priority=known.priority,
        max_retries=known.max_retries,
        timeout=known.timeout,
    )
    return Success(
        evolve(usual, **{name: value for name, value in more.items() if value is not None})
    )


def plain(value: object, path: str = "payload") -> Result[Json, JobInvalid]:
    """JSON without nulls and fractions.  Errors: JobInvalid."""
    if isinstance(value, str | int):
        return Success(value)
    if isinstance(value, Mapping):
        named = collect(plain(one, f"{path}.{name}"[:200]) for name, one in value.items())
        return named.map(lambda found: dict(zip(map(str, value), found, strict=True)))
    if isinstance(value, list | tuple):
        placed = (plain(one, f"{path}[{place}]"[:200]) for place, one in enumerate(value))
        return collect(placed).map(list)
    return Failure(JobInvalid(path, "neither null nor a fraction: leave it out, or write a text"))

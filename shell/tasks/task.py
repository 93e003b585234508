"""The port of tasks: what a job does, run by whichever worker of whichever process takes it.

A task is a value. Its handler gets a context and a payload that was read strictly; it answers
`Done`, or says with `Transient` or `Permanent` why not. An exception counts as transient.

    @frozen(kw_only=True)
    class Swept:
        account_id: AccountId

    async def sweep(context: TaskContext, payload: Swept) -> Outcome:
        told = await context.ask(SweepAccount(account_id=payload.account_id), payload.account_id)
        if is_failure(told):
            return Failure(Permanent(told.failure().fault.code, "the account refused"))
        return Success(Done({"events": len(told.unwrap().events)}))

    SWEEP = Task(name="sweep_account", payload=codec(Swept), run=sweep, timing=every(300))

**Twice.** An attempt may be cut off anywhere, and the job is then run again: what a handler does
must have the effect of once. Three ways, each enough: commands through `context.ask`, whose id is a
hash of the job and the facts that are named, so that a repetition gives the stored answer; rows
through `Done.effect`, which is committed with the mark of completion or not at all; writing in
transactions of one's own that begin with `context.fence`.

**Time.** After `timeout` the handler is cancelled and the attempt has failed. The loop is shared
with requests: compute in a thread (`asyncio.to_thread`), or between awaits of a millisecond or so.
Look at `context.cancelled()` between steps, and return `Done` with what was done so far.

**Payload.** An object, which `codec(Shape)` reads: unknown, missing and misformed fields are
refused when the job is enqueued (`job_invalid`). A task with a `timing` runs with `payload` `{}`.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, Protocol, TypeAlias, TypeVar

from attrs import field, frozen
from returns.result import Result
from sqlalchemy import Connection

from astracore.events.canonical import Json
from astracore.events.codec import Codec
from astracore.instants import Instant
from astracore.jobs.rules import JOB_RULES, Priority
from astracore.jobs.slots import CatchUp, Kind, Overlap
from shell.asked import Command, Refused, Written
from shell.market import Markets
from shell.reading import Reading
from shell.settler import Clock
from shell.store import Store

P = TypeVar("P")
Effect: TypeAlias = Callable[[Connection], None]


@frozen
class NoPayload:
    """The payload of a task that needs none: `{}`."""


@frozen
class Done:
    """The job is done. `answer` is kept for a day; `effect` is written in the very transaction
    that marks the job completed, under the store's lock, or never."""

    answer: Mapping[str, Json] = field(factory=dict)
    effect: Effect | None = None


@frozen
class Transient:
    """Not now: the job is tried again after its delay. `code` is stable, `why` for people."""

    code: str
    why: str


@frozen
class Permanent:
    """Never: no further attempt would help, the job is dead until a person retries it."""

    code: str
    why: str


TaskFault: TypeAlias = Transient | Permanent
Outcome: TypeAlias = Result[Done, TaskFault]


class LeaseLostError(Exception):
    """The job is not this worker's any more: what was about to be stored must not be."""


class TaskContext(Protocol):
    """What a handler may use. `slot` is the instant its schedule meant, None when on demand."""

    job_id: str
    task: str
    attempt: int
    slot: Instant | None
    store: Store
    reading: Reading
    markets: Markets
    clock: Clock

    async def ask(self, command: Command, *facts: str) -> Result[Written, Refused]:
        """Run a command under the one name that it has in this job: a hash of job and facts."""
        ...

    def enqueue(
        self, connection: Connection, task: str, payload: Mapping[str, Json], *facts: str
    ) -> str:
        """Put another job into the caller's transaction, at once due, once for job and facts; its
        id. Raises ValueError for a payload that the task does not take."""
        ...

    def progress(self, done: int, total: int) -> None:
        """Say how far it is; told to those who look with the next heartbeat."""
        ...

    def cancelled(self) -> bool:
        """Whether somebody wants this job stopped, or its lease is lost."""
        ...

    def fence(self, connection: Connection) -> None:
        """Raise LeaseLostError unless this attempt still holds the job, in this transaction."""
        ...


@frozen(kw_only=True)
class Timing:
    """When a task runs by itself; see `every` and `cron`."""

    kind: Kind
    spec: str
    zone: str = "UTC"
    catch_up: CatchUp = CatchUp.ONE
    overlap: Overlap = Overlap.SKIP


def every(
    seconds: int, *, catch_up: CatchUp = CatchUp.ONE, overlap: Overlap = Overlap.SKIP
) -> Timing:
    """Every so many seconds from the first start of the program on."""
    return Timing(kind=Kind.INTERVAL, spec=str(seconds), catch_up=catch_up, overlap=overlap)


def cron(line: str, *, catch_up: CatchUp = CatchUp.ONE, overlap: Overlap = Overlap.SKIP) -> Timing:
    """At `minute hour day month weekday`, UTC."""
    return Timing(kind=Kind.CRON, spec=line, catch_up=catch_up, overlap=overlap)


@frozen(kw_only=True)
class Task(Generic[P]):
    """What a job of this name does. `timeout` in microseconds, 10 s to 1 h."""

    name: str
    payload: Codec[P]
    run: Callable[[TaskContext, P], Awaitable[Outcome]]
    timing: Timing | None = None
    priority: Priority = Priority.NORMAL
    max_retries: int = JOB_RULES.retries_default
    timeout: int = JOB_RULES.timeout_default

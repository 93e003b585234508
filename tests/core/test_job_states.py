"""Jobs: every stage against every command as a table, and the worked examples."""

from collections.abc import Callable

import pytest
from attrs import evolve as changed

from astracore.events.codec import codec
from astracore.events.decider import replay
from astracore.instants import HOUR, MINUTE, SECOND, Instant
from astracore.jobs.commands import (
    CancelJob,
    CompleteJob,
    EnqueueJob,
    FailJob,
    Heartbeat,
    JobCommand,
    LoseLease,
    ObeyCancel,
    PurgeDead,
    RetryDead,
    ReturnJob,
    TakeJob,
)
from astracore.jobs.events import JobPurged, JobStarted
from astracore.jobs.folding import evolve
from astracore.jobs.job import JOBS, decide
from astracore.jobs.rules import (
    JOB_RULES,
    ORDER,
    Priority,
    Stage,
    chosen,
    delay_before,
    lease_until,
    passed_after,
)
from astracore.jobs.state import Job, Progress, Wish, standing
from astracore.outcome import is_failure

NOW = Instant(1_000 * SECOND)
LATER = Instant(NOW.micros + 20 * SECOND)  # within the first lease
WISH = Wish(
    task="sweep", payload="{}", priority=Priority.NORMAL, max_retries=1, timeout=300 * SECOND
)


def run(state: Job | None, *commands: JobCommand) -> Job | None:
    for command in commands:
        state = replay(JOBS, decide(command, state).unwrap(), state)
    return state


def enqueue(run_at: Instant = NOW, wish: Wish = WISH) -> EnqueueJob:
    return EnqueueJob(job_id="j", wish=wish, run_at=run_at, at=NOW)


def take(at: Instant = NOW) -> TakeJob:
    return TakeJob(job_id="j", worker="w", at=at)


def failing(token: int = 1, *, permanent: bool = False, at: Instant = LATER) -> FailJob:
    return FailJob(job_id="j", token=token, error="e", reason="r", permanent=permanent, at=at)


def cancel(at: Instant = NOW) -> CancelJob:
    return CancelJob(job_id="j", actor="staff:a", at=at)


STAGES: dict[str, Job | None] = {
    "absent": None,
    "scheduled": run(None, enqueue(Instant(NOW.micros + HOUR))),
    "queued": run(None, enqueue()),
    "running": run(None, enqueue(), take()),
    "cancel_requested": run(None, enqueue(), take(), cancel()),
    "retrying": run(None, enqueue(), take(), failing()),
    "completed": run(
        None, enqueue(), take(), CompleteJob(job_id="j", token=1, result="{}", at=LATER)
    ),
    "dead": run(None, enqueue(), take(), failing(permanent=True)),
    "cancelled": run(None, enqueue(), cancel()),
}
FAR = Instant(NOW.micros + 2 * HOUR)
COMMANDS: dict[str, Callable[[Job | None], JobCommand]] = {
    "enqueue": lambda _job: enqueue(),
    "take": lambda _job: take(FAR),
    "beat": lambda _job: Heartbeat(job_id="j", token=1, progress=None, at=LATER),
    "complete": lambda _job: CompleteJob(job_id="j", token=1, result="{}", at=LATER),
    "fail": lambda _job: failing(),
    "fail for ever": lambda _job: failing(permanent=True),
    "lose": lambda _job: LoseLease(job_id="j", at=FAR),
    "return": lambda _job: ReturnJob(job_id="j", token=1, at=LATER),
    "obey": lambda _job: ObeyCancel(job_id="j", token=1, at=LATER),
    "cancel": lambda _job: cancel(LATER),
    "retry": lambda _job: RetryDead(job_id="j", actor="staff:a", at=LATER),
    "purge": lambda _job: PurgeDead(job_id="j", actor="staff:a", at=LATER),
}
# Column: the stage before. Row: a command. Entry: the stage after, in short, or the refusal:
# "-" is job_state, "!" lease_lost.
SHORT = {
    "-": "job_state", "!": "lease_lost", "gone": "absent", "ask": "cancel_requested",
    "run": "running", "done": "completed", "over": "cancelled", "again": "retrying",
}  # fmt: skip
TABLE = """
              absent  scheduled  queued  running  ask   retrying  completed  dead    cancelled
enqueue       queued  -          -       -        -     -         -          -       -
take          -       run        run     -        -     run       -          -       -
beat          -       !          !       run      ask   !         !          !       !
complete      -       !          !       done     done  !         !          !       !
fail          -       !          !       again    over  !         !          !       !
fail_for_ever -       !          !       dead     over  !         !          !       !
lose          -       -          -       again    over  -         -          -       -
return        -       !          !       queued   over  !         !          !       !
obey          -       !          !       -        over  !         !          !       !
cancel        -       over       over    ask      -     over      -          -       -
retry         -       -          -       -        -     -         -          queued  -
purge         -       -          -       -        -     -         -          gone    -
"""
HEADER, *ROWS = (
    [SHORT.get(word, word) for word in line.split()] for line in TABLE.strip().splitlines()
)
CELLS = [
    (row[0].replace("_", " "), stage, entry)
    for row in ROWS
    for stage, entry in zip(HEADER, row[1:], strict=True)
]


@pytest.mark.parametrize(("command", "stage", "expected"), CELLS)
def test_each_command_in_each_stage(command: str, stage: str, expected: str) -> None:
    before = STAGES[stage]
    assert before is None or before.stage.value == stage
    decided = decide(COMMANDS[command](before), before)
    if is_failure(decided):
        assert decided.failure().code == expected
        return
    after = replay(JOBS, decided.unwrap(), before)
    assert ("absent" if after is None else after.stage.value) == expected
    assert after is None or codec(Job).decode(codec(Job).encode(after)).unwrap() == after


def test_the_table_is_whole() -> None:
    assert len(CELLS) == len(STAGES) * len(COMMANDS)
    assert set(HEADER) == {"absent"} | {one.value for one in Stage}


@pytest.mark.parametrize(("retry", "seconds"), [
    (0, 60), (1, 60), (2, 120), (3, 240), (4, 480), (6, 1920), (7, 3600), (10, 3600), (999, 3600),
])  # fmt: skip
def test_the_delay_before_each_retry(retry: int, seconds: int) -> None:
    assert delay_before(retry) == seconds * SECOND


@pytest.mark.parametrize("retries", [0, 1, 3, 10])
def test_attempts_are_one_more_than_retries(retries: int) -> None:
    job, now = run(None, enqueue(wish=changed(WISH, max_retries=retries))), NOW
    for attempt in range(1, retries + 2):
        job = run(job, take(now))
        assert job is not None
        assert (job.attempt, job.token) == (attempt, attempt)
        job = run(job, failing(attempt, at=now))
        assert job is not None
        assert job.stage is (Stage.DEAD if attempt > retries else Stage.RETRYING)
        now = job.run_at
    revived = run(job, RetryDead(job_id="j", actor="a", at=now))
    assert revived is not None
    assert (revived.stage, revived.attempt, revived.token) == (Stage.QUEUED, 0, retries + 1)
    assert (revived.run_at, revived.ended_at, revived.held) == (now, None, None)


@pytest.mark.parametrize(("wish", "field"), [
    ({"max_retries": -1}, "max_retries"), ({"max_retries": 11}, "max_retries"),
    ({"timeout": 10 * SECOND - 1}, "timeout"), ({"timeout": HOUR + 1}, "timeout"),
    ({"payload": '"' + "é" * 32_767 + '"'}, None), ({"payload": '"' + "é" * 32_768}, "payload"),
    ({"max_retries": 0, "timeout": 10 * SECOND}, None),
    ({"max_retries": 10, "timeout": HOUR}, None),
])  # fmt: skip
def test_the_bounds_of_a_wish(wish: dict[str, object], field: str | None) -> None:
    decided = decide(enqueue(wish=changed(WISH, **wish)), None)  # type: ignore[arg-type]
    if field is None:
        assert len(decided.unwrap()) == 1
    else:
        fault = decided.failure()
        assert (fault.code, getattr(fault, "field", "")) == ("job_invalid", field)


def test_a_result_has_a_bound() -> None:
    running = STAGES["running"]
    whole = CompleteJob(job_id="j", token=1, result="x" * JOB_RULES.payload_max, at=LATER)
    assert run(running, whole)
    over = changed(whole, result=whole.result + "x")
    assert decide(over, running).failure().code == "job_invalid"


@pytest.mark.parametrize("token", [0, 2])
def test_only_the_newest_token_speaks_and_only_while_it_lasts(token: int) -> None:
    running = STAGES["running"]
    for command in (failing(token), ReturnJob(job_id="j", token=token, at=LATER)):
        assert decide(command, running).failure().code == "lease_lost"
    end = Instant(NOW.micros + 30 * SECOND)
    assert decide(failing(at=end), running).failure().code == "lease_lost"
    assert decide(failing(at=Instant(end.micros - 1)), running).unwrap()
    early = decide(LoseLease(job_id="j", at=Instant(end.micros - 1)), running)
    assert early.failure().code == "job_state"
    assert decide(LoseLease(job_id="j", at=end), running).unwrap()


def test_a_heartbeat_renews_for_a_grace_up_to_one_after_the_timeout() -> None:
    assert lease_until(Instant(0), Instant(10), MINUTE).micros == 10 + 30 * SECOND
    assert lease_until(Instant(0), Instant(MINUTE), MINUTE).micros == MINUTE + 30 * SECOND
    assert lease_until(Instant(0), Instant(2 * MINUTE), MINUTE).micros == MINUTE + 30 * SECOND
    beaten = run(
        STAGES["running"], Heartbeat(job_id="j", token=1, progress=Progress(1, 2), at=LATER)
    )
    assert beaten is not None
    assert beaten.held is not None
    assert beaten.held.until.micros == LATER.micros + 30 * SECOND
    silent = run(beaten, Heartbeat(job_id="j", token=1, progress=None, at=LATER))
    assert silent is not None
    assert silent.progress == Progress(1, 2)
    assert len(silent.history) == 2


def test_what_comes_back_is_not_charged_and_what_is_retried_stands_in_no_line() -> None:
    returned = run(STAGES["running"], ReturnJob(job_id="j", token=1, at=LATER))
    assert returned is not None
    assert (returned.attempt, returned.token, returned.run_at) == (0, 1, LATER)
    dead = run(None, enqueue(wish=changed(WISH, in_line=True)), take(), failing(permanent=True))
    assert dead is not None
    assert dead.wish.in_line
    revived = run(dead, RetryDead(job_id="j", actor="a", at=LATER))
    assert revived is not None
    assert not revived.wish.in_line
    assert (revived.error, revived.history[-1].worker) == ("e", "a")


def test_history_keeps_the_newest_turns_and_who_had_it() -> None:
    job = run(None, enqueue())
    for token in range(1, 60):
        job = run(job, take(LATER), ReturnJob(job_id="j", token=token, at=LATER))
    assert job is not None
    assert len(job.history) == JOB_RULES.history_max
    assert {turn.worker for turn in job.history} == {"w"}
    retrying = STAGES["retrying"]
    assert retrying is not None
    last = retrying.history[-1]
    assert (last.what, last.worker, last.error, last.reason) == ("job_retrying", "w", "e", "r")


def test_long_reasons_are_cut_and_late_wishes_are_due_now() -> None:
    command = changed(failing(permanent=True), reason="x" * 501)
    dead = run(STAGES["running"], command)
    assert dead is not None
    assert dead.reason == "x" * 500
    early = run(None, enqueue(Instant(0)))
    assert early is not None
    assert (early.run_at, early.stage) == (NOW, Stage.QUEUED)


def test_what_is_due_counts_as_queued() -> None:
    scheduled = STAGES["scheduled"]
    assert scheduled is not None
    due = scheduled.run_at
    assert standing(scheduled, Instant(due.micros - 1)) is Stage.SCHEDULED
    assert standing(scheduled, due) is Stage.QUEUED
    dead = STAGES["dead"]
    assert dead is not None
    assert standing(dead, FAR) is Stage.DEAD


def test_events_of_an_unknown_job_change_nothing() -> None:
    started = JobStarted(job_id="j", worker="w", attempt=1, token=1, lease_until=LATER, at=NOW)
    assert evolve(None, started) is None
    assert evolve(None, JobPurged(job_id="j", actor="a", at=NOW)) is None


CRITICAL, HIGH, NORMAL, LOW = ORDER


@pytest.mark.parametrize(("waiting", "passed", "expected"), [
    ((), 0, None), ((), 99, None), ((LOW,), 0, LOW), ((HIGH, LOW), 0, HIGH),
    ((CRITICAL, HIGH, NORMAL, LOW), 19, CRITICAL), ((CRITICAL, HIGH, NORMAL, LOW), 20, LOW),
    ((CRITICAL, HIGH), 20, HIGH), ((CRITICAL,), 20, CRITICAL),
])  # fmt: skip
def test_which_queue_gives(
    waiting: tuple[Priority, ...], passed: int, expected: Priority | None
) -> None:
    assert chosen(frozenset(waiting), passed) is expected


def test_twenty_takes_pass_over_the_lowest_then_it_is_its_turn() -> None:
    waiting, passed, taken = frozenset({CRITICAL, NORMAL}), 0, []
    for _ in range(63):
        one = chosen(waiting, passed)
        assert one is not None
        taken.append(one)
        passed = passed_after(waiting, one, passed)
    assert [place for place, one in enumerate(taken, 1) if one is NORMAL] == [21, 42, 63]
    assert passed_after(frozenset({CRITICAL}), CRITICAL, 7) == 0

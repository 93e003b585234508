"""Looks at everything that can be wrong with an installation, changes nothing, and says what to
do. Each check answers for itself: one that fails hides none of the others."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path

from attrs import frozen
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from adapters.bus.redis import redis_bus
from adapters.db import leases, log, probe, rows, subscribers
from adapters.db.copying import file_fault
from astracore.events.chain import Head
from astracore.instants import SECOND, Instant
from astracore.outcome import is_failure
from astracore.projections.registry import MODELS
from shell.audit import kept_head, verify_chain, verify_tail
from shell.domains import ALL, DOMAINS, HOMES, domain_of_model
from shell.store import Store
from shell.stores import DATABASE, cannot_open, store_to_read
from shell.workers.aside import MONEY, checkpoint_name
from shell.workers.leading import LEASE
from shell.workers.served import SERVED

TAIL = 1_000  # entries of the chain that are always checked
LAG = 1_000  # events that a model or policy may be behind: what waits for one step, or for its note
APART = SECOND  # [µs] that two clocks may be apart
STEP = SECOND // 20  # [µs] by which the clock may jump while we look
ROOM_LOW = 1 << 30  # [bytes] left on the disk
ROOM_GONE = 100 << 20
BUS_S = 5.0
RESTORE = "stop the service, keep the files, restore the newest backup (`astra restore`)"


class State(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@frozen
class Check:
    """One question and its answer; `do` is what to do when it is not ok."""

    name: str
    state: State
    says: str
    do: str = ""


@frozen(kw_only=True)
class Patient:
    """What is to be looked at. `note` is where the end of the chain is kept."""

    data: Path
    database: str | None
    bus: str | None
    note: Path
    deep: bool
    now: Callable[[], Instant]
    monotonic: Callable[[], float]


def examined(patient: Patient) -> Iterator[Check]:
    """Every check, one after the other."""
    began = patient.now().micros, patient.monotonic()
    yield disk(patient.data)
    if patient.bus is not None:
        yield asyncio.run(bus(patient))
    opened = store_to_read(patient.data, patient.database, as_kept=True)
    if is_failure(opened):
        yield Check("store", State.FAILED, cannot_open(opened.failure()), "see what it says")
        return
    store = opened.unwrap()
    try:
        yield from of_store(patient, store)
    finally:
        store.close()
    yield stepped(patient, began)


def of_store(patient: Patient, store: Store) -> Iterator[Check]:
    """What the store is asked, each in a transaction of its own."""
    yield asked(store, "store", reachable)
    if patient.database is None:
        yield asked(store, "file", pages)
    yield asked(store, "chain", lambda connection: chain(connection, patient))
    yield asked(store, "lag", lambda connection: lagging(connection, patient))
    yield asked(store, "letters", letters)
    yield asked(store, "clock", lambda connection: clocks(connection, patient.now()))
    yield asked(store, "leader", lambda connection: leader(connection, patient))


def asked(store: Store, name: str, question: Callable[[Connection], Check]) -> Check:
    """The answer, or that the store could not give one."""
    try:
        return store.read(question)
    except (SQLAlchemyError, OSError, ValueError, TypeError) as trouble:
        return Check(name, State.FAILED, f"cannot be read: {trouble}".split("\n")[0], RESTORE)


def reachable(connection: Connection) -> Check:
    """The head of the log is there."""
    position = log.log_head(connection).position
    return Check("store", State.OK, f"reachable, {position} events, schema as this program needs")


def disk(folder: Path) -> Check:
    """Room beside the data."""
    there = next(one for one in (folder, *folder.resolve().parents) if one.exists())
    free = shutil.disk_usage(there).free
    state = State.FAILED if free < ROOM_GONE else State.WARNING if free < ROOM_LOW else State.OK
    return Check("disk", state, f"{free >> 20} MiB free at {there}", "make room" * (state != "ok"))


async def bus(patient: Patient) -> Check:
    """Redis answers. It may be away: only time is lost."""
    made = redis_bus(patient.bus or "", patient.monotonic, BUS_S)
    if is_failure(made):
        return Check("bus", State.FAILED, made.failure().why, "mend $ASTRA_BUS")
    found = await made.unwrap().standing()
    await made.unwrap().close()
    if is_failure(found):
        why = f"Redis is away: {found.failure().why}"
        return Check("bus", State.WARNING, why, "start Redis; nothing is lost meanwhile")
    groups = found.unwrap() or ()
    return Check("bus", State.OK, f"Redis answers, {len(groups)} groups read")


def pages(connection: Connection) -> Check:
    """SQLite's own check of its file."""
    fault = file_fault(connection)
    if fault is not None:
        return Check("file", State.FAILED, f"damaged: {fault}", RESTORE)
    return Check("file", State.OK, "every page is well")


def chain(connection: Connection, patient: Patient) -> Check:
    """The audit chain: its end, or all of it; and that it goes on from the kept end."""
    kept: Head | None = None
    if patient.note.exists():
        noted = kept_head(patient.note)
        if is_failure(noted):
            return Check("chain", State.FAILED, noted.failure().why, f"look at {patient.note}")
        kept = noted.unwrap()
    if patient.deep:
        walked = verify_chain(connection, kept, lambda _done, _all: None).map(lambda one: one.head)
    else:
        walked = verify_tail(connection, kept, TAIL)
    if is_failure(walked):
        broken = walked.failure()
        return Check("chain", State.FAILED, f"broken at entry {broken.seq}: {broken.why}", RESTORE)
    seq = walked.unwrap().seq
    told = "all" if patient.deep else f"the last {min(seq, TAIL)}"
    if kept is None and seq:
        do = "run `astra audit verify --head FILE`, FILE on another machine"
        return Check("chain", State.WARNING, f"{told} of {seq} entries hold, no end is kept", do)
    return Check("chain", State.OK, f"{told} of {seq} entries hold")


def lagging(connection: Connection, patient: Patient) -> Check:
    """How far read models and policies of the domains that are served are behind the log."""
    end, stands = log.log_head(connection).position, rows.standing(connection)
    here = served_now(connection, patient)
    names = {one.name: one.version for one in MODELS if domain_of_model(one) in here}
    names |= {checkpoint_name(one.name): 0 for one in SERVED if HOMES[one.name] in here}
    behind = {}
    for name, version in names.items():
        found = stands.get(name)
        fits = found is not None and version in (0, found.version)
        behind[name] = end - (found.position if found is not None and fits else 0)
    late = sorted((name for name in behind if behind[name] > LAG), key=lambda name: -behind[name])
    if not late:
        return Check("lag", State.OK, f"all of {len(behind)} readers are within {LAG} events")
    says = f"{len(late)} are behind, {late[0]} by {behind[late[0]]} events"
    return Check("lag", State.WARNING, says, "is it served? if it does not shrink, read the log")


def served_now(connection: Connection, patient: Patient) -> frozenset[str]:
    """The domains that somebody leads; all of them where one process has the store, or nobody."""
    names = [LEASE + domain for domain in DOMAINS] if patient.database is not None else []
    now = patient.now()
    held = (one.name for one in leases.some(connection, names) if one.until > now)
    return frozenset(name.removeprefix(LEASE) for name in held) or ALL


def letters(connection: Connection) -> Check:
    """Events that a policy or a reader of the bus could not handle and nobody has looked after."""
    found = subscribers.dead_of(connection)
    money = {checkpoint_name(name) for name, domain in HOMES.items() if domain in MONEY}
    says = ", ".join(f"{group} {count}" for group, count in sorted(found.items()))
    do = "look at GET /v1/events/dead-letters, mend what it names, then retry each"
    if stopped := sorted(money & found.keys()):
        return Check("letters", State.FAILED, f"stopped: {', '.join(stopped)}; dead: {says}", do)
    if found:
        return Check("letters", State.WARNING, f"dead letters: {says}", do)
    return Check("letters", State.OK, "no dead letters")


def clocks(connection: Connection, now: Instant) -> Check:
    """This machine's clock beside the database's, and beside the newest event."""
    theirs, newest = probe.clock_of(connection), probe.newest_at(connection)
    do = "set both machines' clocks (NTP)"
    if theirs is not None and abs(theirs - now.micros) > APART:
        says = f"the database's clock is {(theirs - now.micros) / SECOND:+.1f} s from ours"
        return Check("clock", State.FAILED, says, do)
    if newest is not None and newest - now.micros > APART:
        says = f"the newest event is {(newest - now.micros) / SECOND:.1f} s in the future"
        return Check("clock", State.FAILED, says, do)
    return Check("clock", State.OK, "as the database's" if theirs else "no event is in the future")


def stepped(patient: Patient, began: tuple[int, float]) -> Check:
    """Whether the clock was set while we looked."""
    wall = patient.now().micros - began[0]
    drift = wall - round((patient.monotonic() - began[1]) * SECOND)
    if abs(drift) > STEP:
        says = f"it jumped by {drift / SECOND:+.3f} s while we looked"
        return Check("steady", State.WARNING, says, "let NTP slew the clock, not step it")
    return Check("steady", State.OK, "the clock goes as fast as time")


def leader(connection: Connection, patient: Patient) -> Check:
    """Who serves, and who leads."""
    do = "start it with `astra serve`"
    if patient.database is None:
        pid = probe.server_of(patient.data / DATABASE)
        if pid is None:
            return Check("leader", State.WARNING, "no process serves this store", do)
        return Check("leader", State.OK, f"process {pid} serves")
    now = patient.now()
    names = [LEASE + domain for domain in DOMAINS]
    held = [one for one in leases.some(connection, names) if one.until > now]
    if not held:
        return Check("leader", State.WARNING, "no process leads", do)
    nobodys = set(DOMAINS) - {one.name.removeprefix(LEASE) for one in held}
    says = f"{len({one.holder for one in held})} processes lead {len(held)} domains"
    if nobodys:
        told = f"{says}, nobody {', '.join(sorted(nobodys))}"
        return Check("leader", State.WARNING, told, "serve them too (`astra serve --domains`)")
    return Check("leader", State.OK, says)

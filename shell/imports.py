"""Reading an export into an empty store: all of it, or nothing and the line that is wrong.

Every hash is computed anew on the way, every event goes through its codec, and everything is
written in one transaction: an import that is killed leaves the store as empty as it was.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, ClassVar, TypeAlias

from attrs import define, field, frozen
from returns.result import Failure, Result, Success
from sqlalchemy import Connection

from adapters.db import whole
from adapters.db.log import AuditRow, KeyRow, LogHead
from adapters.db.settle import refusal_bytes
from adapters.db.whole import DecisionText, SubjectKey
from astracore.events.canonical import digest, parsed
from astracore.events.catalog import Catalog, schema_version
from astracore.events.chain import REFUSED, START, Entry, Head, chained, link
from astracore.events.envelope import StreamId
from astracore.events.exported import entry, placed, unsealed
from astracore.events.personal import unveiled
from astracore.events.stored import Stored, sealed
from astracore.ids import CommandId
from astracore.instants import Instant
from astracore.outcome import is_failure
from shell.exportlines import CATEGORY, FORMAT, LINE_MAX, LOG, STREAM, BadExport, Line, line_in
from shell.store import Store
from shell.stores import PERSONAL

BATCH = 2_000  # rows of one statement
WHOLE = ("entry", "key", "decision", "subject", "end")  # the order of lines; parts have but events
KEY = {
    **dict.fromkeys(("answer", "command_id", "digest"), str),
    **dict.fromkeys(("at", "first", "last", "version"), int),
    **dict.fromkeys(("kept", "refused"), bool),
}
DECISION = {
    **dict.fromkeys(("category", "command", "command_id", "key", "outcome_hash"), str),
    **dict.fromkeys(("rules_hash", "state_hash", "subject"), str),
    **dict.fromkeys(("at", "seq", "version"), int),
}
SUBJECT = {"at": int, "subject": str, "wrapped": str}
HEX = re.compile(r"([0-9a-f]{2})*")
NUMBER_MAX = 2**63 - 1


@frozen
class NotEmpty:
    """The goal holds something already; an import goes into an empty store only."""

    code: ClassVar[str] = "not_empty"


ImportFault: TypeAlias = BadExport | NotEmpty


@frozen(kw_only=True)
class Imported:
    """What was read, and where the chain ends now."""

    events: int
    answers: int
    decisions: int
    head: Head


class ImportStoppedError(Exception):
    """Undoes the transaction; never leaves this module."""

    def __init__(self, fault: ImportFault) -> None:
        super().__init__(fault)
        self.fault = fault


@define
class Reader:
    """How far an export was read, and what waits to be written."""

    connection: Connection
    catalog: Catalog[Any]
    number: int = 0  # of the line
    scope: str = ""
    of: str = ""
    hash: bytes = START.hash  # over the lines
    chain: Head = START  # of the store
    position: int = 0
    phase: int = 0  # of WHOLE
    behind: str = ""  # the command id before
    answers: int = 0
    decisions: int = 0
    versions: dict[StreamId, int] = field(factory=dict)
    refused: dict[str, str] = field(factory=dict)
    events: list[Stored] = field(factory=list)
    entries: list[AuditRow] = field(factory=list)
    keys: list[KeyRow] = field(factory=list)
    decided: list[DecisionText] = field(factory=list)
    subjects: list[SubjectKey] = field(factory=list)

    def stop(self, why: str) -> ImportStoppedError:
        """What is wrong with the present line."""
        return ImportStoppedError(BadExport(self.number, why))


def imported(
    store: Store,
    catalog: Catalog[Any],
    source: BinaryIO,
    progress: Callable[[int], None] = lambda _lines: None,
) -> Result[Imported, ImportFault]:
    """Fill an empty store from an export.  Errors: NotEmpty, BadExport."""
    try:
        return Success(store.write(lambda c: read_in(Reader(c, catalog), source, progress)))
    except ImportStoppedError as stopped:
        return Failure(stopped.fault)


def read_in(reader: Reader, source: BinaryIO, progress: Callable[[int], None]) -> Imported:
    """The same in the caller's transaction.  Raises: ImportStoppedError."""
    if not whole.is_empty(reader.connection):
        raise ImportStoppedError(NotEmpty())
    lines = lines_of(reader, source)
    begin(reader, next(lines, None))
    take = take_whole if reader.scope == LOG else take_part
    for line in lines:
        take(reader, line)
        if line.kind == "end":
            break
        if reader.number % BATCH == 0:
            flush(reader)
            progress(reader.number)
    else:
        reader.number += 1
        raise reader.stop("cut: there is no last line")
    if next(lines, None) is not None:
        raise reader.stop("something stands behind the last line")
    flush(reader)
    head = LogHead(reader.position, reader.chain.seq, reader.chain.hash)
    if head.seq:
        whole.begin_at(reader.connection, head)
    return Imported(
        events=reader.position,
        answers=reader.answers,
        decisions=reader.decisions,
        head=reader.chain,
    )


def lines_of(reader: Reader, source: BinaryIO) -> Iterator[Line]:
    """Every line, read strictly.  Raises: ImportStoppedError."""
    while raw := source.readline(LINE_MAX):
        reader.number += 1
        line = line_in(reader.number, raw)
        if is_failure(line):
            raise ImportStoppedError(line.failure())
        yield line.unwrap()


def begin(reader: Reader, line: Line | None) -> None:
    """The first line says what the export is."""
    if line is None:
        reader.number = 1
        raise reader.stop("the file is empty")
    said = line.said
    if line.kind != "export" or said["format"] != FORMAT:
        raise reader.stop(f"not the first line of an export of format {FORMAT}")
    if said["export"] not in (LOG, STREAM, CATEGORY):
        raise reader.stop("this export has no answers in it: make one with `astra export`")
    reader.scope, reader.of = said["export"], said["of"]


def take_whole(reader: Reader, line: Line) -> None:
    """One line of a whole log: entries, then answers, then decisions, then the end."""
    if line.kind not in WHOLE[reader.phase :]:
        raise reader.stop(f"{line.kind}: not at this place")
    phase = WHOLE.index(line.kind)
    if phase != reader.phase:
        reader.phase, reader.behind = phase, ""
    TAKES[line.kind](reader, line)


def take_part(reader: Reader, line: Line) -> None:
    """One line of a stream or category: its events get new places, and a chain of this store."""
    if line.kind == "end":
        take_end(reader, line)
        return
    if line.kind != "event":
        raise reader.stop(f"{line.kind}: not in an export of a {reader.scope}")
    rehash(reader, line)
    stored = sealed_event(reader, line.text)
    stream = StreamId(stored.category, stored.key)
    if stored.position != 0 or reader.of != (
        stored.category if reader.scope == CATEGORY else str(stream)
    ):
        raise reader.stop(f"an event of {stream} in an export of {reader.of}")
    own = placed(stored, reader.position + 1)
    follow(reader, own)
    made = Entry(
        seq=reader.chain.seq + 1,
        at=Instant(own.recorded_at),
        actor=own.actor,
        kind=own.type,
        ref=own.event_id,
        body_hash=digest(sealed(own)),
    )
    chain(reader, made)


def take_entry(reader: Reader, line: Line) -> None:
    """An entry of the chain and what it vouches for."""
    found = entry(line.text)
    if is_failure(found):
        raise reader.stop(found.failure().why)
    made, body = found.unwrap(), line.said["body"]
    if made.seq != reader.chain.seq + 1:
        raise reader.stop(f"entry {made.seq} stands in the place of {reader.chain.seq + 1}")
    rehash(reader, line)
    if digest(body.encode()) != made.body_hash:
        raise reader.stop(f"the body of {made.ref} was changed")
    if made.kind == REFUSED:
        reader.refused[made.ref] = made.body_hash
    else:
        stored = sealed_event(reader, body)
        if (stored.event_id, stored.type) != (made.ref, made.kind):
            raise reader.stop(f"the entry is of {made.ref}, the event another one")
        follow(reader, stored)
    chain(reader, made)


def take_key(reader: Reader, line: Line) -> None:
    """An answered command. What was refused must be what the chain says."""
    said = told(reader, line, KEY, "command_id")
    row = KeyRow(
        **{**said, "command_id": CommandId(said["command_id"]), "answer": said["answer"].encode()}
    )
    vouched = reader.refused.pop(row.command_id, None)
    if row.refused and vouched != digest(refusal_bytes(row)):
        raise reader.stop("a refusal that the chain does not vouch for")
    if not row.refused and vouched is not None:
        raise reader.stop("the chain has it as refused")
    if not (row.first <= row.last + 1 and row.last <= reader.position):
        raise reader.stop("it names events that are not there")
    reader.answers += 1
    reader.keys.append(row)


def take_decision(reader: Reader, line: Line) -> None:
    """A decision as it was taken."""
    said = told(reader, line, DECISION, "command_id")
    reader.decided.append(DecisionText(**{**said, "command": said["command"].encode()}))
    reader.decisions += 1


def take_subject(reader: Reader, line: Line) -> None:
    """A person's key, wrapped by a master key that is not in the export."""
    said = told(reader, line, SUBJECT, "subject")
    if HEX.fullmatch(said["wrapped"]) is None:
        raise reader.stop("a key has hexadecimal digits")
    wrapped = bytes.fromhex(said["wrapped"])
    reader.subjects.append(SubjectKey(said["subject"], wrapped, said["at"]))


def take_end(reader: Reader, line: Line) -> None:
    """The last line knows how many there were, and the hash over them."""
    if line.text != reader.hash.hex() or line.said["lines"] != reader.number - 1:
        raise reader.stop("the last line is of other lines")
    if reader.refused:
        raise reader.stop(f"the answer to {min(reader.refused)} is missing")


TAKES: Mapping[str, Callable[[Reader, Line], None]] = {
    "entry": take_entry,
    "key": take_key,
    "decision": take_decision,
    "subject": take_subject,
    "end": take_end,
}


def rehash(reader: Reader, line: Line) -> None:
    """Go on from the hash before."""
    reader.hash = chained(reader.hash, line.text.encode())
    if line.said["hash"] != reader.hash.hex():
        raise reader.stop("the hash does not follow from the one before")


def sealed_event(reader: Reader, text: str) -> Stored:
    """An event that this program can read."""
    found = unsealed(text)
    if is_failure(found):
        raise reader.stop(found.failure().why)
    stored = found.unwrap()
    event = reader.catalog.decode(stored.type, erased(stored))
    if is_failure(event):
        raise reader.stop(f"{event.failure().code}: {stored.type}")
    if stored.schema_version != schema_version(stored.type):
        raise reader.stop(f"{stored.type} is not of version {stored.schema_version}")
    return stored


def erased(stored: Stored) -> bytes:
    """The body as it reads when nobody has the person's key: sealed fields need none to be told."""
    personal = PERSONAL.get(stored.type)
    if personal is None:
        return stored.body
    return unveiled(stored.body, personal, lambda _field, _text: None)


def follow(reader: Reader, stored: Stored) -> None:
    """Places in the log and in the stream have no gaps."""
    stream = StreamId(stored.category, stored.key)
    due = reader.versions.get(stream, 0) + 1
    if (stored.position, stored.version) != (reader.position + 1, due):
        raise reader.stop(f"event {stored.version} of {stream} stands in another one's place")
    reader.versions[stream], reader.position = due, stored.position
    reader.events.append(stored)


def chain(reader: Reader, made: Entry) -> None:
    """Append an entry to the store's chain."""
    reader.chain = link(reader.chain, made)
    reader.entries.append(AuditRow(made, reader.chain.hash))


def told(reader: Reader, line: Line, shape: Mapping[str, type], by: str) -> dict[str, Any]:
    """The fields of a line that is no entry; those named `by` rise from line to line."""
    rehash(reader, line)
    said = parsed(line.text.encode()).value_or(None)
    if not isinstance(said, dict) or {name: type(one) for name, one in said.items()} != shape:
        raise reader.stop(f"not a {line.kind}")
    if any(abs(one) > NUMBER_MAX for one in said.values() if isinstance(one, int)):
        raise reader.stop("a number that no database holds")
    if said[by] <= reader.behind:
        raise reader.stop(f"{said[by]} does not stand in its order")
    reader.behind = said[by]
    return said


def flush(reader: Reader) -> None:
    """Write what waits."""
    whole.add_log(reader.connection, reader.events, reader.entries)
    whole.add_keys(reader.connection, reader.keys)
    whole.add_decisions(reader.connection, reader.decided)
    whole.add_subjects(reader.connection, reader.subjects)
    for waiting in (reader.events, reader.entries, reader.keys, reader.decided, reader.subjects):
        waiting.clear()

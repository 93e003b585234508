"""Writing a log down: whole, its chain alone, or one stream or category. Both databases give the
same bytes, and whoever reads them need not have either."""

from collections.abc import Callable, Iterator
from typing import ClassVar

from attrs import define, frozen
from returns.result import Failure, Result, Success
from sqlalchemy import Connection

from adapters.db import log, whole
from adapters.db.log import AuditRow, KeyRow
from adapters.db.settle import refusal_bytes
from adapters.db.whole import DecisionText, SubjectKey
from astracore.events.canonical import Json, canonical
from astracore.events.chain import GENESIS, REFUSED, chained, entry_bytes
from astracore.events.envelope import StreamId
from astracore.events.exported import placed
from astracore.events.stored import sealed
from astracore.ids import CommandId
from shell.exportlines import CATEGORY, CHAIN, FORMAT, LOG, STREAM, written

CHUNK = 2_000


@frozen
class NoStream:
    """There is no event of this stream or category."""

    code: ClassVar[str] = "no_stream"
    name: str


@define
class Writer:
    """Gives lines to `sink`, each hashed over the one before."""

    sink: Callable[[str], object]
    hash: bytes = GENESIS
    lines: int = 0

    def begin(self, export: str, of: str = "") -> None:
        """The first line says what follows."""
        self.say({"export": export, "format": FORMAT, "of": of})

    def tell(self, kind: str, text: str, **more: str) -> None:
        """A line that is hashed."""
        self.hash = chained(self.hash, text.encode())
        self.say({kind: text, "hash": self.hash.hex(), **more})

    def end(self) -> None:
        """The last line: without it an export is not whole."""
        self.say({"end": self.hash.hex(), "lines": self.lines})

    def say(self, said: dict[str, object]) -> None:
        """Any line."""
        self.lines += 1
        self.sink(written(said) + "\n")


def export_chain(connection: Connection, sink: Callable[[str], object]) -> None:
    """The audit chain with all that it vouches for, and nothing else."""
    out = Writer(sink)
    out.begin(CHAIN)
    chain_lines(connection, out)
    out.end()


def export_log(connection: Connection, sink: Callable[[str], object]) -> None:
    """The chain, then every answer, decision and wrapped key, by id: all that cannot be folded."""
    out = Writer(sink)
    out.begin(LOG)
    chain_lines(connection, out)
    for answered in keys_of(connection):
        out.tell("key", key_text(answered))
    for decided in decisions_of(connection):
        out.tell("decision", decision_text(decided))
    for known in subjects_of(connection):
        out.tell("subject", subject_text(known))
    out.end()


def export_part(
    connection: Connection, category: str, key: str | None, sink: Callable[[str], object]
) -> Result[None, NoStream]:
    """The events of one stream, or of a category in log order, without places and answers.

    Errors: NoStream.
    """
    name = category if key is None else str(StreamId(category, key))
    found = whole.events_of(connection, category, key, 0, CHUNK)
    if not found:
        return Failure(NoStream(name))
    out = Writer(sink)
    out.begin(CATEGORY if key is None else STREAM, name)
    while found:
        for stored in found:
            out.tell("event", sealed(placed(stored, 0)).decode())
        found = whole.events_of(connection, category, key, found[-1].position, CHUNK)
    out.end()
    return Success(None)


def chain_lines(connection: Connection, out: Writer) -> None:
    """Each entry with its hash and the body it vouches for."""
    seq, position = 0, 0
    while entries := log.audit_after(connection, seq, CHUNK):
        bodies = bodies_of(connection, entries, position)
        for one, body in zip(entries, bodies, strict=True):
            out.lines += 1
            said = {"entry": entry_bytes(one.entry).decode(), "hash": one.hash.hex(), "body": body}
            out.sink(written(said) + "\n")
        seq, out.hash = entries[-1].entry.seq, entries[-1].hash
        position += sum(one.entry.kind != REFUSED for one in entries)


def bodies_of(
    connection: Connection, entries: tuple[AuditRow, ...], position: int
) -> Iterator[str]:
    """What each entry vouches for; empty where the store has lost it, which no reader takes."""
    refused = [CommandId(one.entry.ref) for one in entries if one.entry.kind == REFUSED]
    keys = log.keys(connection, refused) if refused else {}
    count = len(entries) - len(refused)
    found = log.kept_between(connection, position + 1, position + count)
    events = {one.position: sealed(one).decode() for one in found}
    for one in entries:
        if one.entry.kind == REFUSED:
            key = keys.get(CommandId(one.entry.ref))
            yield "" if key is None else refusal_bytes(key).decode()
        else:
            position += 1
            yield events.get(position, "")


def keys_of(connection: Connection) -> Iterator[KeyRow]:
    """Every answered command, by id."""
    behind = ""
    while found := whole.keys_behind(connection, behind, CHUNK):
        yield from found
        behind = found[-1].command_id


def decisions_of(connection: Connection) -> Iterator[DecisionText]:
    """Every decision, by command id."""
    behind = ""
    while found := whole.decisions_behind(connection, behind, CHUNK):
        yield from found
        behind = found[-1].command_id


def subjects_of(connection: Connection) -> Iterator[SubjectKey]:
    """Every person's key, by name."""
    behind = ""
    while found := whole.subjects_behind(connection, behind, CHUNK):
        yield from found
        behind = found[-1].subject


def key_text(one: KeyRow) -> str:
    """An answered command as canonical JSON."""
    said: dict[str, Json] = {
        "answer": one.answer.decode(),
        "at": one.at,
        "command_id": one.command_id,
        "digest": one.digest,
        "first": one.first,
        "kept": bool(one.kept),
        "last": one.last,
        "refused": bool(one.refused),
        "version": one.version,
    }
    return canonical(said).decode()


def decision_text(one: DecisionText) -> str:
    """A decision as canonical JSON."""
    said: dict[str, Json] = {
        "at": one.at,
        "category": one.category,
        "command": one.command.decode(),
        "command_id": one.command_id,
        "key": one.key,
        "outcome_hash": one.outcome_hash,
        "rules_hash": one.rules_hash,
        "seq": one.seq,
        "state_hash": one.state_hash,
        "subject": one.subject,
        "version": one.version,
    }
    return canonical(said).decode()


def subject_text(one: SubjectKey) -> str:
    """A person's wrapped key as canonical JSON."""
    said: dict[str, Json] = {"at": one.at, "subject": one.subject, "wrapped": one.wrapped.hex()}
    return canonical(said).decode()

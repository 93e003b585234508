"""The way back from what the audit chain hashes: sealed events and entries, read from text."""

import re
from collections.abc import Mapping
from typing import Any

from attrs import evolve
from returns.result import Failure, Result, Success

from astracore.errors.events import BadBody
from astracore.errors.values import BadInstant
from astracore.events.canonical import parsed
from astracore.events.chain import Entry, entry_bytes
from astracore.events.stored import Stored, sealed
from astracore.ids import CommandId, EventId
from astracore.instants import instant
from astracore.outcome import is_failure

BODY, TAIL = ',"data":', ',"event_id":"'
NUMBERS = dict.fromkeys(("position", "schema_version", "sequence"), int)
TEXTS = (
    *("actor", "aggregate", "aggregate_id", "causation_id", "command_id", "config_version"),
    *("correlation_id", "event_id", "occurred_at", "producer", "recorded_at", "type"),
)
ROW: Mapping[str, type] = {**NUMBERS, **dict.fromkeys(TEXTS, str)}
ENTRY: Mapping[str, type] = {
    "seq": int,
    **dict.fromkeys(("actor", "at", "body_hash", "kind", "ref"), str),
}
HALF = re.compile("[\ud800-\udfff]")  # of a pair, which no text here holds alone
NO_EVENT = BadBody("", "not an event as it is sealed")
NO_ENTRY = BadBody("", "not an entry of the chain")


def unsealed(text: str) -> Result[Stored, BadBody]:
    """The row of the log that is sealed as `text`.  Errors: BadBody.

    Its body is taken as it stands: whether it is one of its type is the catalog's to say.
    Invariant: sealed(unsealed(text)) is text, and unsealed(sealed(row)) is the row.
    """
    # No quotation mark stands bare inside a string, so the two places cannot be mistaken.
    head, tail = text.find(BODY), text.rfind(TAIL)
    if not 0 <= head < tail:
        return Failure(NO_EVENT)
    body = text[head + len(BODY) : tail].encode()
    made = Result.do(
        stored for named in fields(text[:head] + text[tail:], ROW) for stored in row(named, body)
    )
    if is_failure(made) or sealed(made.unwrap()).decode() != text:
        return Failure(NO_EVENT)
    return Success(made.unwrap())


def entry(text: str) -> Result[Entry, BadBody]:
    """The chain's entry that is hashed as `text`.  Errors: BadBody.

    Invariant: entry_bytes(entry(text)) is text.
    """
    made = Result.do(found for named in fields(text, ENTRY) for found in entry_of(named))
    if is_failure(made) or entry_bytes(made.unwrap()).decode() != text:
        return Failure(NO_ENTRY)
    return Success(made.unwrap())


def fields(text: str, shape: Mapping[str, type]) -> Result[dict[str, Any], BadBody]:
    """The object that `text` says, when it has just the fields of `shape`.  Errors: BadBody."""
    other = Failure(BadBody("", "other fields"))
    named = None if HALF.search(text) else parsed(text.encode()).value_or(None)
    if not isinstance(named, dict) or {name: type(one) for name, one in named.items()} != shape:
        return other
    if HALF.search("".join(one for one in named.values() if isinstance(one, str))):
        return other
    return Success(named)


def row(named: Mapping[str, Any], body: bytes) -> Result[Stored, BadInstant]:
    """The row of the log with these names of the envelope.  Errors: BadInstant."""
    return Result.do(
        Stored(
            position=named["position"],
            category=named["aggregate"],
            key=named["aggregate_id"],
            version=named["sequence"],
            event_id=EventId(named["event_id"]),
            type=named["type"],
            schema_version=named["schema_version"],
            occurred_at=occurred.micros,
            recorded_at=recorded.micros,
            correlation_id=named["correlation_id"],
            causation_id=named["causation_id"],
            command_id=CommandId(named["command_id"]),
            actor=named["actor"],
            config_version=named["config_version"],
            producer=named["producer"],
            body=body,
        )
        for occurred in instant(named["occurred_at"])
        for recorded in instant(named["recorded_at"])
    )


def entry_of(named: Mapping[str, Any]) -> Result[Entry, BadInstant]:
    """The chain's entry with these fields.  Errors: BadInstant."""
    return instant(named["at"]).map(
        lambda at: Entry(
            seq=named["seq"],
            at=at,
            actor=named["actor"],
            kind=named["kind"],
            ref=named["ref"],
            body_hash=named["body_hash"],
        )
    )


def placed(stored: Stored, position: int) -> Stored:
    """The event at another place of the log; at 0, which is none, where its stream alone counts."""
    return evolve(stored, position=position)

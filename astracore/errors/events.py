"""Causes that concern the event spine: appends, keys, stored bytes and the audit chain."""

from typing import ClassVar, TypeAlias

from attrs import frozen


@frozen
class StaleVersion:
    """The stream has moved on: `expected` is what the caller knew, `actual` what is stored."""

    code: ClassVar[str] = "stale_version"
    stream: str
    expected: int
    actual: int


@frozen
class IdempotencyMismatch:
    """The key was used before for other content; nothing changed."""

    code: ClassVar[str] = "idempotency_mismatch"
    command_id: str


@frozen
class BusAway:
    """The event bus did not answer in time; what it misses now it is told later."""

    code: ClassVar[str] = "bus_away"
    why: str


@frozen
class BusUnopened:
    """No service has published on this bus yet, or it was emptied a moment ago."""

    code: ClassVar[str] = "bus_unopened"


@frozen
class GroupGone:
    """The bus does not know the group: it has left, was let go, or the bus was emptied."""

    code: ClassVar[str] = "group_gone"
    group: str


@frozen
class BadGroup:
    """A group's name has 1 to 64 of a-z, 0-9, - and _, and begins with a letter."""

    code: ClassVar[str] = "bad_group"
    text: str


@frozen
class TooManyGroups:
    """There are as many groups as the bus serves; another one must leave first."""

    code: ClassVar[str] = "too_many_groups"
    limit: int


@frozen
class BadBody:
    """Stored or outside JSON does not have the shape of its type; `path` names the place."""

    code: ClassVar[str] = "bad_body"
    path: str
    why: str


@frozen
class CorruptEvent:
    """A stored event no longer passes its codec: our fault, not the caller's."""

    code: ClassVar[str] = "corrupt_event"
    type: str
    path: str
    why: str


@frozen
class UnknownEventType:
    """No class and no upcaster is registered for this stored event type."""

    code: ClassVar[str] = "unknown_event_type"
    type: str


@frozen
class CorruptSnapshot:
    """A stored snapshot does not match its own hash or its codec."""

    code: ClassVar[str] = "corrupt_snapshot"
    stream: str
    why: str


@frozen
class CorruptRow:
    """A read-model row no longer passes its codec; rebuild the model."""

    code: ClassVar[str] = "corrupt_row"
    model: str
    key: str
    why: str


@frozen
class BrokenChain:
    """The audit chain does not hold: `seq` is the first entry that is wrong, `why` says how."""

    code: ClassVar[str] = "broken_chain"
    seq: int
    why: str


@frozen
class BadProof:
    """The inclusion proof does not lead from the leaf to the root."""

    code: ClassVar[str] = "bad_proof"
    index: int
    count: int


@frozen
class UnknownCategory:
    """No streams of this category are folded; `astra events types` names the aggregates."""

    code: ClassVar[str] = "unknown_category"
    category: str


@frozen
class UnknownStream:
    """Nothing was ever stored in this stream."""

    code: ClassVar[str] = "unknown_stream"
    stream: str


@frozen
class BeforeBeginning:
    """At the point that was asked for the stream had no event yet."""

    code: ClassVar[str] = "before_beginning"
    stream: str


@frozen
class BehindEnd:
    """The stream has `version` versions, fewer than were asked for."""

    code: ClassVar[str] = "behind_end"
    stream: str
    version: int


@frozen
class Unfoldable:
    """The event at `version` makes no sense without earlier written ones that had not happened
    yet; ask for the time when it was recorded instead."""

    code: ClassVar[str] = "unfoldable"
    stream: str
    version: int
    why: str


StreamFault: TypeAlias = CorruptEvent | UnknownEventType
PastFault: TypeAlias = (
    StreamFault | UnknownCategory | UnknownStream | BeforeBeginning | BehindEnd | Unfoldable
)
SpineFault: TypeAlias = StreamFault | StaleVersion | IdempotencyMismatch
EventFault: TypeAlias = SpineFault | BadBody | CorruptSnapshot | CorruptRow | BrokenChain | BadProof

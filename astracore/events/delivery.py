"""What is told outside of the log: messages, who reads them, and what becomes of a failed one."""

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.events import BadGroup, BusAway, BusUnopened, GroupGone, TooManyGroups
from astracore.events.stored import Stored, published
from astracore.ids import derived_id

GROUP_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}", re.ASCII)
RETRIES_S = (1, 5, 25, 125)  # [s] from a failed delivery to the next one
DELIVERIES = len(RETRIES_S) + 1
CLAIM_S = 60  # [s] after which a delivery that nobody answered goes to somebody else
GROUPS_MAX = 64
BACKLOG_MAX = 1_000_000  # events that a group may be behind before it is let go

JoinFault: TypeAlias = BusAway | BusUnopened | TooManyGroups
TakeFault: TypeAlias = BusAway | GroupGone


@frozen(kw_only=True)
class Message:
    """An event on its way out: canonical bytes, in the stream of its name."""

    stream: str
    position: int
    body: bytes


@frozen(kw_only=True)
class Delivery:
    """A message in a reader's hands for the `count`-th time; `entry` is how the bus calls it."""

    message: Message
    entry: str
    count: int
    source: str  # the stream it was read from: its own, or that of messages given once more


@frozen(kw_only=True)
class Group:
    """Readers who share what is in `streams`. All up to `position` was answered."""

    name: str
    position: int
    streams: tuple[str, ...]


@frozen(kw_only=True)
class Reader:
    """One of a group."""

    group: str
    name: str
    streams: tuple[str, ...]


@frozen(kw_only=True)
class DeadLetter:
    """What a group was given DELIVERIES times without success; `entry` is how the bus calls it."""

    group: str
    entry: str
    message: Message
    deliveries: int
    why: str


def stream_of(type_name: str) -> str:
    """The stream of an event type: all versions of one name together.

    >>> stream_of("astra.trading.order_accepted.v1")
    'astra.trading.order_accepted'
    """
    return type_name.rpartition(".v")[0]


def message(stored: Stored, schema_hash: str) -> Message:
    """A stored event as it is published."""
    return Message(
        stream=stream_of(stored.type),
        position=stored.position,
        body=published(stored, schema_hash),
    )


def group_name(text: str) -> Result[str, BadGroup]:
    """A name for a group.  Errors: BadGroup.

    >>> group_name("billing-2").unwrap(), group_name("A b").failure().code
    ('billing-2', 'bad_group')
    """
    return Success(text) if GROUP_NAME.fullmatch(text) else Failure(BadGroup(text[:64]))


def retry_after(count: int) -> int | None:
    """Seconds until a message that failed for the `count`-th time is given again, or never.

    >>> [retry_after(count) for count in (1, 4, 5)]
    [1, 125, None]
    """
    return RETRIES_S[count - 1] if 0 < count < DELIVERIES else None


def trimmed_below(groups: Iterable[Group]) -> Mapping[str, int]:
    """For each stream the position up to which every group has answered.

    >>> fast = Group(name="fast", position=9, streams=("a", "b"))
    >>> trimmed_below([fast, Group(name="slow", position=4, streams=("a",))])
    {'a': 4, 'b': 9}
    """
    floors: dict[str, int] = {}
    for group in groups:
        for stream in group.streams:
            floors[stream] = min(group.position, floors.get(stream, group.position))
    return floors


def letter_id(group: str, position: int) -> str:
    """The id of a group's dead letter: the same however often it dies."""
    return derived_id(0, "dead letter", group, str(position))

"""What surrounds an event: where it stands, when it happened, who and what caused it."""

import re
from typing import Generic, TypeVar

from attrs import frozen

from astracore.ids import CommandId, EventId, derived_id
from astracore.instants import Instant

E_co = TypeVar("E_co", covariant=True)
TYPE_NAME = re.compile(
    r"astra\.(?P<domain>[a-z]+)\.(?P<event>[a-z0-9]+(?:_[a-z0-9]+)*)\.v(?P<version>[1-9][0-9]*)",
    re.ASCII,
)


@frozen(order=True)
class StreamId:
    """One aggregate's stream: `category` is its decider's name, `key` its id.

    >>> str(StreamId("trading.account", "a1"))
    'trading.account/a1'
    """

    category: str
    key: str

    def __str__(self) -> str:
        return f"{self.category}/{self.key}"


@frozen(kw_only=True)
class Origin:
    """Where a command comes from. `at` is the command's time, `actor` a user, service or job.

    `correlation_id` names the request that began it all, `causation_id` the direct cause:
    an event id for a policy's command, the command id itself for a request.
    """

    command_id: CommandId
    correlation_id: str
    causation_id: str
    actor: str
    at: Instant


@frozen(kw_only=True)
class Envelope(Generic[E_co]):
    """One stored event with everything known about it.

    Invariants: `version` is 1, 2, 3 … within `stream`; `position` is 1, 2, 3 … in the log.
    """

    event_id: EventId
    type: str
    schema_version: int
    stream: StreamId
    version: int
    position: int
    occurred_at: Instant
    recorded_at: Instant
    correlation_id: str
    causation_id: str
    command_id: CommandId
    actor: str
    config_version: str
    producer: str
    event: E_co


def event_id(at: Instant, command_id: CommandId, index: int) -> EventId:
    """The id of a command's `index`-th event: the same at every retry.

    >>> event_id(Instant(0), CommandId("c"), 0) == event_id(Instant(0), CommandId("c"), 1)
    False
    """
    return EventId(derived_id(at.micros // 1000, "event", command_id, str(index)))


def policy_command_id(at: Instant, cause: EventId, policy: str, place: int) -> CommandId:
    """The id of the `place`-th command that `policy` derives from the event `cause`.

    Invariant: a redelivered event derives the same ids, so that it cannot act twice.
    """
    return CommandId(derived_id(at.micros // 1000, "policy", cause, policy, str(place)))

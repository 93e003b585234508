"""What handlers work with: the command path, the read side, time, ids, tokens."""

import hashlib

from attrs import frozen

from adapters.clock import SystemClock
from adapters.ids import RandomIds
from adapters.security.tokens import Tokens
from astracore.events.envelope import Origin
from astracore.ids import CommandId, derived_id
from astracore.instants import Instant
from shell.asked import Answer, Asked, Command, CommandPort, no_answer
from shell.health import Condition
from shell.http.answers import to_json
from shell.http.cursors import Cursors
from shell.reading import Reading
from shell.views import Info


@frozen
class Trace:
    """The ids of the request that is being answered."""

    request_id: str
    correlation_id: str


@frozen(kw_only=True)
class Intent:
    """Who wants what: enough to name a command so that its retry has the same name.

    `content` is all that the caller sent beside the key; another content under the same key is
    refused.
    """

    actor: str
    route: str
    key: str
    content: tuple[object, ...]
    trace: Trace
    at: Instant

    @property
    def command_id(self) -> CommandId:
        """A hash of (caller, route, key)."""
        return CommandId(derived_id(0, "request", self.actor, self.route, self.key))

    def asked(self, command: Command, answer: Answer = no_answer) -> Asked:
        """`command` as it goes into the command path."""
        return Asked(
            command=command,
            origin=Origin(
                command_id=self.command_id,
                correlation_id=self.trace.correlation_id,
                causation_id=self.command_id,
                actor=self.actor,
                at=self.at,
            ),
            digest=hashlib.sha256(to_json(self.content)).hexdigest(),
            answer=answer,
        )


@frozen(kw_only=True)
class Desk:
    """All that a handler may use."""

    commands: CommandPort
    reading: Reading
    tokens: Tokens
    cursors: Cursors
    clock: SystemClock
    ids: RandomIds
    condition: Condition
    info: Info

"""What handlers work with: the command path, the read side, the markets, time, ids, tokens."""

import hashlib
from typing import TypeAlias

from attrs import field, frozen
from returns.result import Failure, Result, Success

from adapters.clock import SystemClock
from adapters.ids import RandomIds
from adapters.security.tokens import Tokens
from astracore.errors.events import CorruptRow
from astracore.errors.trading import AccountNotFound, UnknownOrder
from astracore.events.envelope import Origin
from astracore.ids import CommandId, derived_id
from astracore.instants import Instant
from astracore.outcome import is_failure
from astracore.projections.orders import ORDERS, OrderRow
from astracore.projections.portfolio import PORTFOLIO, PortfolioRow
from shell.asked import Answer, Asked, Command, CommandPort, Refused, Written, no_answer
from shell.caching.caches import Caches
from shell.health import Condition
from shell.http.answers import to_json
from shell.http.routes import Caller, Trace
from shell.market import Markets
from shell.reading import Reading
from shell.views import Info
from shell.workers.follower import Follower

Owned: TypeAlias = Result[PortfolioRow, AccountNotFound | CorruptRow]
OPENING_STEPS_MAX = 50


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
    clock: SystemClock
    ids: RandomIds
    condition: Condition
    info: Info
    markets: Markets
    follower: Follower
    caches: Caches = field(factory=Caches)

    def intent(self, caller: Caller, route: str, key: str, *content: object) -> Intent:
        """What this caller wants, now. Without a key of its own a request is its own key."""
        return Intent(
            actor=caller.user_id,
            route=route,
            key=key or caller.trace.request_id,
            content=content,
            trace=caller.trace,
            at=self.clock.now(),
        )

    async def run(
        self, intent: Intent, command: Command, answer: Answer = no_answer
    ) -> Result[Written, Refused]:
        """Run a command and wait until what it wrote can be read: callers read their own writes."""
        written = await self.commands.run(intent.asked(command, answer))
        if not is_failure(written):
            await self.follower.caught_up(written.unwrap().position)
        return written

    async def account(self, caller: Caller, account_id: str) -> Owned:
        """The caller's account.  Errors: AccountNotFound, also when it is somebody else's."""
        found = await self.reading.one(PORTFOLIO, account_id, caller.user_id)
        if is_failure(found):
            return found
        row = found.unwrap()
        return Failure(AccountNotFound(account_id)) if row is None else Success(row)

    async def order(
        self, caller: Caller, order_id: str
    ) -> Result[OrderRow, UnknownOrder | CorruptRow]:
        """The caller's order.  Errors: UnknownOrder, also when it is somebody else's."""
        found = await self.reading.one(ORDERS, order_id, caller.user_id)
        if is_failure(found):
            return found
        row = found.unwrap()
        return Failure(UnknownOrder(order_id)) if row is None else Success(row)

    async def opened(self, account_id: str) -> None:
        """Wait, within bounds, until a policy has opened this account."""
        for _ in range(OPENING_STEPS_MAX):
            found = await self.reading.one(PORTFOLIO, account_id)
            if is_failure(found) or found.unwrap() is not None:
                return
            await self.follower.caught_up(self.follower.position + 1, 0.1)

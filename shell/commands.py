"""The one command path: whoever asks for a change, it goes through `Commands.run`."""

from typing import TypeVar, assert_never

from returns.result import Result

from astracore.catalog.aggregates import (
    ACCOUNT_AGGREGATE,
    BOOKS_AGGREGATE,
    INSTRUMENT_AGGREGATE,
    PROGRESS_AGGREGATE,
    USER_AGGREGATE,
    USERNAME_AGGREGATE,
)
from astracore.catalog.decisions import ACCOUNT_DECISIONS
from astracore.errors.users import UserFault
from astracore.gamification.commands import ProgressCommand
from astracore.ledger.commands import BooksCommand
from astracore.trading.commands import AccountCommand
from astracore.trading.listings.commands import (
    ListInstrument,
    SetInstrumentStatus,
    UpdateInstrument,
)
from astracore.users.commands import Register
from astracore.users.events import UserEvent, UsernameEvent
from astracore.users.registration import folded, register
from astracore.users.state import Claim, User
from shell.asked import Asked, Fault, Refused, Written
from shell.settler import Settler
from shell.streams import Job, Pair, Streams, Terms, job, pair_job

F = TypeVar("F", bound=Fault)
POLICY = "policy:"  # how the actor of a policy's command begins


class Commands:
    """Routes each command to its aggregate's streams and settles it."""

    def __init__(self, settler: Settler) -> None:
        self._settler = settler
        self._accounts = Streams(ACCOUNT_AGGREGATE, recorder=ACCOUNT_DECISIONS)
        self._instruments = Streams(INSTRUMENT_AGGREGATE)
        self._progress = Streams(PROGRESS_AGGREGATE)
        self._books = Streams(BOOKS_AGGREGATE)
        self._users = Streams(USER_AGGREGATE)
        self._usernames = Streams(USERNAME_AGGREGATE)

    async def run(self, asked: Asked) -> Result[Written, Refused]:
        """Decide `asked` on the present state and store what came of it, once.

        A key that was used before gets the stored answer. Raises driver errors: nothing stored.
        """
        terms = Terms(
            origin=asked.origin,
            digest=asked.digest,
            expected=asked.expected,
            answer=asked.answer,
            kept=asked.origin.actor.startswith(POLICY),
        )
        if isinstance(asked.command, AccountCommand):
            account = asked.command
            return await self._settled(job(self._accounts, account.account_id, account, terms))
        if isinstance(asked.command, ProgressCommand):
            deed = asked.command
            return await self._settled(job(self._progress, deed.user_id, deed, terms))
        if isinstance(asked.command, BooksCommand):
            entry = asked.command
            return await self._settled(job(self._books, entry.book.value, entry, terms))
        match asked.command:
            case ListInstrument() as command:
                symbol = command.instrument.symbol
                return await self._settled(job(self._instruments, symbol, command, terms))
            case UpdateInstrument() | SetInstrumentStatus() as command:
                return await self._settled(job(self._instruments, command.symbol, command, terms))
            case Register() as command:
                return await self._settled(self._registration(command, terms))
            case _:
                assert_never(asked.command)

    async def close(self) -> None:
        """Wait until every command under way is stored and answered."""
        await self._settler.close()

    async def _settled(self, one: Job[F]) -> Result[Written, Refused]:
        """The answer, its fault as one of the closed union of all."""
        result = await self._settler.run(one)
        return result.alt(
            lambda declined: Refused(fault=declined.fault, replayed=declined.replayed)
        )

    def _registration(self, command: Register, terms: Terms) -> Job[UserFault]:
        """The one command over two streams: the user's and the name's."""

        def decide(
            user: User, claim: Claim
        ) -> Result[tuple[tuple[UserEvent, ...], tuple[UsernameEvent, ...]], UserFault]:
            return register(command, user, claim).map(lambda made: (made.user, made.name))

        pair = Pair(
            left=self._users,
            right=self._usernames,
            left_key=command.user_id,
            right_key=folded(command.username),
            decide=decide,
        )
        return pair_job(pair, terms)

"""The one command path: whoever asks for a change, it goes through `Commands.run`."""

from collections.abc import Callable
from typing import TypeAlias

from returns.result import Result

from astracore.catalog.aggregates import ACCOUNT_AGGREGATE, INSTRUMENT_AGGREGATE
from astracore.catalog.decisions import ACCOUNT_DECISIONS
from astracore.jobs.commands import JobRequest
from astracore.nft.eligibility.commands import EligibilityCommand
from astracore.nft.tokens.commands import TokenCommand
from astracore.trading.commands import AccountCommand
from astracore.trading.listings.commands import InstrumentCommand, ListInstrument
from shell.asked import Asked, Fault, Refused, Written
from shell.jobs.asking import job_ask, schedule_ask
from shell.messages import (
    BillingCommand,
    BotCommand,
    CollectibleCommand,
    Command,
    FundsCommand,
    GameCommand,
    MarketCommand,
    PeopleCommand,
    QueueCommand,
    RiskCommand,
    SocialCommand,
)
from shell.routing.billing import Billing
from shell.routing.collectibles import Collectibles
from shell.routing.funds import Funds
from shell.routing.game import Copying, Game, Risk
from shell.routing.market import Marketplace
from shell.routing.people import People
from shell.routing.social import Social
from shell.settler import Settler
from shell.streams import Job, Streams, Terms, job

LessBusy: TypeAlias = (
    RiskCommand
    | SocialCommand
    | BillingCommand
    | PeopleCommand
    | CollectibleCommand
    | BotCommand
    | QueueCommand
    | InstrumentCommand
)
POLICY = "policy:"  # how the actor of a policy's command begins


class Commands:
    """Routes each command to its aggregate's streams and settles it."""

    def __init__(self, settler: Settler, alias: Callable[[str], str] = str) -> None:
        self._settler = settler
        self._accounts = Streams(ACCOUNT_AGGREGATE, recorder=ACCOUNT_DECISIONS)
        self._instruments = Streams(INSTRUMENT_AGGREGATE)
        self._funds = Funds()
        self._collectibles = Collectibles(self._funds)
        self._market = Marketplace(self._collectibles)
        self._billing, self._people, self._social = Billing(), People(alias), Social()
        self._game, self._risk, self._copying = Game(), Risk(), Copying()

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
        result = await self._settler.run(self._job(asked.command, terms))
        return result.alt(
            lambda declined: Refused(fault=declined.fault, replayed=declined.replayed)
        )

    async def close(self) -> None:
        """Wait until every command under way is stored and answered."""
        await self._settler.close()

    def _job(self, command: Command, terms: Terms) -> Job[Fault]:
        """Over which streams a command is decided. The busiest come first."""
        if isinstance(command, AccountCommand):
            return job(self._accounts, command.account_id, command, terms)
        if isinstance(command, GameCommand):
            return self._game.job(command, terms)
        if isinstance(command, FundsCommand):
            return self._funds.job(command, terms)
        return self._less_busy(command, terms)

    def _less_busy(self, command: LessBusy, terms: Terms) -> Job[Fault]:
        if isinstance(command, RiskCommand):
            return self._risk.job(command, terms)
        if isinstance(command, SocialCommand):
            return self._social.job(command, terms)
        if isinstance(command, BillingCommand):
            return self._billing.job(command, terms)
        if isinstance(command, PeopleCommand):
            return self._people.job(command, terms)
        if isinstance(command, EligibilityCommand):
            return self._collectibles.claim(command, terms)
        if isinstance(command, TokenCommand):
            return self._collectibles.token(command, terms)
        if isinstance(command, MarketCommand):
            return self._market.job(command, terms)
        if isinstance(command, BotCommand):
            return self._copying.job(command, terms)
        if isinstance(command, QueueCommand):
            return self._queue_job(command, terms)
        if isinstance(command, ListInstrument):
            return job(self._instruments, command.instrument.symbol, command, terms)
        return job(self._instruments, command.symbol, command, terms)

    def _queue_job(self, command: QueueCommand, terms: Terms) -> Job[Fault]:
        """Over the rows of the queue, which are the truth there."""
        if isinstance(command, JobRequest):
            return job_ask(command, terms)
        return schedule_ask(command, terms)

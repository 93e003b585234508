"""Claims and tokens: which streams their commands are decided over, and the money of a deal."""

from collections.abc import Callable
from typing import TypeAlias

from returns.result import Result

from astracore.catalog.collectibles import (
    ELIGIBILITY_AGGREGATE,
    SUPPLY_AGGREGATE,
    TOKEN_AGGREGATE,
)
from astracore.errors.events import StreamFault
from astracore.errors.nft import MintFault
from astracore.events.catalog import classes_of
from astracore.events.codec import Codec, union
from astracore.ledger.commands import PostEntry
from astracore.nft.auctions.events import AuctionEvent
from astracore.nft.eligibility.commands import EligibilityCommand, RecordMint, RequestMint
from astracore.nft.eligibility.eligibility import record_mint, request_mint
from astracore.nft.tokens.commands import TokenCommand
from astracore.nft.tokens.events import TokenEvent
from astracore.outcome import collect
from astracore.policies.sales import Paying, payments
from shell.joint import Work, joint_job
from shell.messages import MarketFault
from shell.routing.funds import Funds
from shell.streams import Job, Streams, Terms, job

MARKET: Codec[MarketFault] = union(classes_of(MarketFault))
Done: TypeAlias = Result[None, MarketFault | StreamFault]
Minting: TypeAlias = Callable[[Work], Result[None, MintFault | StreamFault]]


def claim_key(command: EligibilityCommand) -> str:
    """The stream of one user's claim to one class, of a tournament or edition if it has any."""
    return f"{command.user_id}/{command.class_.value}/{command.reference}"


class Collectibles:
    """The streams of claims, serials and tokens."""

    def __init__(self, funds: Funds) -> None:
        self.tokens = Streams(TOKEN_AGGREGATE)
        self._funds = funds
        self._claims = Streams(ELIGIBILITY_AGGREGATE)
        self._supply = Streams(SUPPLY_AGGREGATE)

    def claim(self, command: EligibilityCommand, terms: Terms) -> Job[MintFault]:
        """A claim; a mint takes a serial of its class, and one that is recorded begins a token."""
        key = claim_key(command)
        match command:
            case RequestMint():
                deciding = self._requested(command)
            case RecordMint():
                deciding = self._recorded(command)
            case _:
                return job(self._claims, key, command, terms)
        return joint_job(self._claims, key, deciding, ELIGIBILITY_AGGREGATE.faults, terms)

    def token(self, command: TokenCommand, terms: Terms) -> Job[MarketFault]:
        """A token, and what offers on it set aside or get back."""
        key = command.token_id

        def deciding(work: Work) -> Done:
            return Result.do(
                done
                for token in work.state(self.tokens, key)
                for events in TOKEN_AGGREGATE.decider.decide(command, token)
                for _ in work.append(self.tokens, key, events)
                for done in self.paid(work, events)
            )

        return joint_job(self.tokens, key, deciding, MARKET, terms)

    def paid(self, work: Work, events: tuple[TokenEvent | AuctionEvent, ...]) -> Done:
        """What the events move, in books and wallets; the first refusal refuses the deal."""
        asked = payments(events, work.origin.command_id)
        return collect(self._moved(work, one) for one in asked).map(lambda _: None)

    def _moved(self, work: Work, asked: Paying) -> Done:
        if isinstance(asked, PostEntry):
            return work.ask(self._funds.books, asked.book.value, asked)
        return work.ask(self._funds.wallets, asked.user_id, asked)

    def _requested(self, command: RequestMint) -> Minting:
        key, class_ = claim_key(command), command.class_.value
        return lambda work: Result.do(
            done
            for claim in work.state(self._claims, key)
            for supply in work.state(self._supply, class_)
            for made in request_mint(command, claim, supply)
            for _ in work.append(self._claims, key, made.claim)
            for done in work.append(self._supply, class_, made.supply)
        )

    def _recorded(self, command: RecordMint) -> Minting:
        key = claim_key(command)
        return lambda work: Result.do(
            None
            for claim in work.state(self._claims, key)
            for made in record_mint(command, claim)
            for _ in work.append(self._claims, key, made.claim)
            for _ in collect(work.append(self.tokens, one.token_id, (one,)) for one in made.token)
        )

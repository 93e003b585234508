"""The market of collectibles: listings and auctions, decided with the tokens that they hold."""

from typing import TypeAlias, assert_never

from attrs import evolve
from returns.result import Result

from astracore.catalog.collectibles import (
    AUCTION_AGGREGATE,
    LISTING_AGGREGATE,
    SELLER_AGGREGATE,
)
from astracore.ids import UserId
from astracore.nft.auctions.auction import bid, close_auction
from astracore.nft.auctions.commands import Bid, CloseAuction
from astracore.nft.auctions.opening import Auctioned, open_auction
from astracore.nft.auctions.state import Auction
from astracore.nft.listings.accepting import accept_offer
from astracore.nft.listings.commands import (
    AcceptOffer,
    Buy,
    CancelListing,
    ExpireListing,
    RaiseNonce,
    Reprice,
)
from astracore.nft.listings.listing import (
    Trade,
    buy,
    cancel_listing,
    expire_listing,
    list_tokens,
)
from astracore.nft.listings.state import Listing
from astracore.nft.tokens.state import Token
from astracore.nft.types import Market
from astracore.outcome import collect, is_failure
from shell.joint import Work, joint_job
from shell.messages import AuctionToken, ListTokens, MarketCommand, MarketFault
from shell.routing.collectibles import MARKET, Collectibles, Done
from shell.streams import Job, Streams, Terms, job

Tokens: TypeAlias = tuple[Token, ...]
Dealing: TypeAlias = ListTokens | CancelListing | ExpireListing | Buy
Auctioning: TypeAlias = AuctionToken | Bid | CloseAuction


class Marketplace:
    """The streams of listings, sellers' counters and auctions."""

    def __init__(self, collectibles: Collectibles) -> None:
        self._collectibles = collectibles
        self._tokens = collectibles.tokens
        self._listings = Streams(LISTING_AGGREGATE)
        self._sellers = Streams(SELLER_AGGREGATE)
        self._auctions = Streams(AUCTION_AGGREGATE)

    def job(self, command: MarketCommand, terms: Terms) -> Job[MarketFault]:
        """Over which streams `command` is decided."""
        match command:
            case RaiseNonce():
                return job(self._sellers, command.user_id, command, terms)
            case Reprice():
                return job(self._listings, command.listing_id, command, terms)
            case ListTokens() | CancelListing() | ExpireListing() | Buy():
                return self._deal(command, terms)
            case AcceptOffer():
                return self._acceptance(command, terms)
            case AuctionToken() | Bid() | CloseAuction():
                return self._auction(command, terms)
            case _:
                assert_never(command)

    def _deal(self, command: Dealing, terms: Terms) -> Job[MarketFault]:
        """A listing, its tokens, and its seller's counter as it stands now."""
        key = command.terms.listing_id if isinstance(command, ListTokens) else command.listing_id

        def deciding(work: Work) -> Done:
            found = work.state(self._listings, key)
            if is_failure(found):
                return found
            listing = found.unwrap()
            names, seller = concerned(command, listing)
            return Result.do(
                done
                for counter in work.state(self._sellers, seller)
                for tokens in collect(work.state(self._tokens, one) for one in names)
                for trade in agreed(command, listing, tokens, counter.nonce)
                for done in self._traded(work, key, names, trade)
            )

        return joint_job(self._listings, key, deciding, MARKET, terms)

    def _acceptance(self, command: AcceptOffer, terms: Terms) -> Job[MarketFault]:
        """A token with its offers, and the listing that holds it, if one does."""

        def deciding(work: Work) -> Done:
            return Result.do(
                done
                for token in work.state(self._tokens, command.token_id)
                for done in self._accepted(work, command, token)
            )

        return joint_job(self._tokens, command.token_id, deciding, MARKET, terms)

    def _accepted(self, work: Work, command: AcceptOffer, token: Token) -> Done:
        if token.market is not Market.LISTING:
            return Result.do(
                done
                for trade in accept_offer(command, (token,))
                for done in self._traded(work, "", (token.token_id,), trade)
            )
        key = token.market_id
        return Result.do(
            done
            for listing in work.state(self._listings, key)
            for tokens in collect(work.state(self._tokens, one) for one in listing.token_ids)
            for trade in accept_offer(command, tokens, listing)
            for done in self._traded(work, key, listing.token_ids, trade)
        )

    def _traded(self, work: Work, key: str, names: tuple[str, ...], trade: Trade) -> Done:
        sold = tuple(event for events in trade.tokens for event in events)
        return Result.do(
            done
            for _ in work.append(self._listings, key, trade.listing)
            for _ in collect(
                work.append(self._tokens, name, events)
                for name, events in zip(names, trade.tokens, strict=True)
            )
            for done in self._collectibles.paid(work, sold)
        )

    def _auction(self, command: Auctioning, terms: Terms) -> Job[MarketFault]:
        """An auction and its one token."""
        key = command.terms.auction_id if isinstance(command, AuctionToken) else command.auction_id

        def deciding(work: Work) -> Done:
            return Result.do(
                done
                for auction in work.state(self._auctions, key)
                for done in self._bidden(work, command, key, auction)
            )

        return joint_job(self._auctions, key, deciding, MARKET, terms)

    def _bidden(
        self,
        work: Work,
        command: Auctioning,
        key: str,
        auction: Auction,
    ) -> Done:
        name = command.token_id if isinstance(command, AuctionToken) else auction.token_id
        return Result.do(
            done
            for token in work.state(self._tokens, name)
            for made in auctioned(command, auction, token)
            for _ in work.append(self._auctions, key, made.auction)
            for _ in work.append(self._tokens, name, made.token)
            for done in self._collectibles.paid(work, (*made.auction, *made.token))
        )


def concerned(command: Dealing, listing: Listing) -> tuple[tuple[str, ...], UserId]:
    """Which tokens a listing is, or is to be, of; and whose they are."""
    if isinstance(command, ListTokens):
        return command.token_ids, command.terms.user_id
    return listing.token_ids, listing.owner_id


def agreed(
    command: Dealing,
    listing: Listing,
    tokens: Tokens,
    nonce: int,
) -> Result[Trade, MarketFault]:
    """The listing's decision; `nonce` is the seller's counter at this moment."""
    match command:
        case ListTokens():
            return list_tokens(evolve(command.terms, nonce=nonce), listing, tokens)
        case CancelListing():
            return cancel_listing(command, listing, tokens)
        case ExpireListing():
            return expire_listing(command, listing, tokens)
        case Buy():
            return buy(evolve(command, nonce=nonce), listing, tokens)
        case _:
            assert_never(command)


def auctioned(
    command: Auctioning, auction: Auction, token: Token
) -> Result[Auctioned, MarketFault]:
    """The auction's decision."""
    match command:
        case AuctionToken():
            return open_auction(command.terms, auction, token)
        case Bid():
            return bid(command, auction, token)
        case CloseAuction():
            return close_auction(command, auction, token)
        case _:
            assert_never(command)

"""How an auction begins: its terms, and the token that it holds from then on."""

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.nft import AuctionFault, AuctionState
from astracore.instants import HOUR, after
from astracore.nft.auctions.commands import OpenAuction
from astracore.nft.auctions.events import AuctionEvent, AuctionOpened
from astracore.nft.auctions.state import Auction, may
from astracore.nft.payout import acceptable, shares_fault
from astracore.nft.rules import RULES, NftRules
from astracore.nft.tokens.events import TokenEvent, TokenListed
from astracore.nft.tokens.state import Deed, Token
from astracore.nft.tokens.token import ownable
from astracore.nft.types import AuctionKind, Market
from astracore.numeric import exact
from astracore.outcome import is_failure


@frozen(kw_only=True)
class Auctioned:
    """What is appended to the auction's stream and to the token's."""

    auction: tuple[AuctionEvent, ...] = ()
    token: tuple[TokenEvent, ...] = ()


@exact
def open_auction(
    command: OpenAuction, auction: Auction, token: Token, rules: NftRules = RULES
) -> Result[Auctioned, AuctionFault]:
    """Decide over both states.

    Errors: AuctionState (the id is in use, or the terms are none), NotPermitted, Soulbound,
    TokenLocked, InvalidFraction, RoyaltyAbovePrice, the faults of a price, PriceTooLow.
    """
    if not may(auction, "open"):
        return Failure(AuctionState(auction.status.value))
    fault = ownable(token, command.user_id, Deed.LIST) or shares_fault(rules.fees)
    if fault is not None:
        return Failure(fault)
    terms = faulty_terms(command, rules)
    if terms is not None:
        return Failure(terms)
    for bound in (command.start, command.start if command.floor is None else command.floor):
        price = acceptable(bound, command.currency, rules)
        if is_failure(price):
            return price
    return Success(Auctioned(auction=(_opened(command, token),), token=(_held(command, token),)))


def faulty_terms(command: OpenAuction, rules: NftRules) -> AuctionState | None:
    """Why these are no terms, or None. Kernel.

    Rising bids last 1 to 7 days and have no floor; a falling price lasts up to 7 days and has a
    floor below its start.
    """
    english = command.kind is AuctionKind.ENGLISH
    least = rules.english_least if english else HOUR
    if not least <= command.hours * HOUR <= rules.auction_most:
        return AuctionState("duration")
    if english is (command.floor is not None):
        return AuctionState("floor")
    falls = command.floor is None or command.floor < command.start
    return None if falls else AuctionState("floor")


def _opened(command: OpenAuction, token: Token) -> AuctionOpened:
    return AuctionOpened(
        auction_id=command.auction_id,
        kind=command.kind,
        token_id=token.token_id,
        class_=token.class_,
        rarity=token.rarity,
        owner_id=command.user_id,
        start=command.start,
        floor=command.floor,
        currency=command.currency,
        ends_at=after(command.at, command.hours * HOUR),
        at=command.at,
    )


def _held(command: OpenAuction, token: Token) -> TokenListed:
    return TokenListed(
        token_id=token.token_id,
        class_=token.class_,
        rarity=token.rarity,
        owner_id=token.owner_id,
        market=Market.AUCTION,
        market_id=command.auction_id,
        at=command.at,
    )

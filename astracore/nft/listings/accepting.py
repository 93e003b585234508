"""Accepting an offer: the sale, and the end of the listing that held the token."""

from collections.abc import Sequence

from returns.result import Failure, Result, Success

from astracore.errors.nft import ListingState, SaleFault, TokenLocked
from astracore.errors.risk import NotPermitted
from astracore.nft.listings.commands import AcceptOffer
from astracore.nft.listings.events import ListingCancelled
from astracore.nft.listings.listing import Trade, foreign, released
from astracore.nft.listings.state import Listing
from astracore.nft.rules import RULES, NftRules
from astracore.nft.sales import Deal, settle
from astracore.nft.tokens.events import TokenEvent
from astracore.nft.tokens.state import Offer, Token, offer_of
from astracore.nft.types import Market, OfferEnd, TokenState
from astracore.numeric import exact
from astracore.outcome import is_failure


@exact
def accept_offer(
    command: AcceptOffer,
    tokens: Sequence[Token],
    listing: Listing | None = None,
    rules: NftRules = RULES,
) -> Result[Trade, SaleFault]:
    """Sell one token to the one whose offer stands, paid by what was set aside.

    `tokens` is the token, or all tokens of the listing that holds it: the listing ends, its
    other tokens are free. The same acceptance again changes nothing.
    Errors: ListingState (no such offer, or its time is over), NotPermitted, TokenLocked (an
    auction holds the token, or the listing is not the one that does), then as `settle`.
    """
    token = next((one for one in tokens if one.token_id == command.token_id), None)
    if token is None:
        return Failure(ListingState("none"))
    if token.last_sale_id == command.sale_id and command.sale_id:
        return Success(Trade(tokens=((),) * len(tokens)))
    offer = offer_of(token, command.offer_id)
    fault = _unacceptable(command, token, offer)
    if fault is not None or offer is None:
        return Failure(ListingState("none") if fault is None else fault)
    sold = settle(_deal(command, token, offer), (token,), rules)
    if is_failure(sold):
        return sold
    if listing is None:
        held = token.state is TokenState.LISTED or len(tokens) != 1
        locked = TokenLocked(token.token_id, token.state.value)
        return Failure(locked) if held else Success(Trade(tokens=sold.unwrap()))
    return _with_listing(command, tokens, listing, sold.unwrap()[0])


def _unacceptable(command: AcceptOffer, token: Token, offer: Offer | None) -> SaleFault | None:
    if offer is None:
        return ListingState("none")
    if token.owner_id != command.user_id:
        return NotPermitted("owner")
    if command.at.micros >= offer.ends_at.micros:
        return ListingState(OfferEnd.EXPIRED.value)
    if token.market is Market.AUCTION:
        return TokenLocked(token.token_id, token.state.value)
    return None


def _deal(command: AcceptOffer, token: Token, offer: Offer) -> Deal:
    return Deal(
        sale_id=command.sale_id,
        market_id=offer.offer_id,
        seller_id=token.owner_id,
        buyer_id=offer.bidder_id,
        price=offer.amount,
        currency=offer.currency,
        escrow=offer.offer_id,
        offer_id=offer.offer_id,
        at=command.at,
    )


def _with_listing(
    command: AcceptOffer,
    tokens: Sequence[Token],
    listing: Listing,
    sold: tuple[TokenEvent, ...],
) -> Result[Trade, SaleFault]:
    strange = foreign(listing, tokens)
    if strange is not None:
        return Failure(strange)
    over = ListingCancelled(
        listing_id=listing.listing_id,
        owner_id=listing.owner_id,
        sale_id=command.sale_id,
        at=command.at,
    )
    return released(listing, tokens, command.at).map(
        lambda free: Trade(
            listing=(over,),
            tokens=tuple(
                sold if token.token_id == command.token_id else let
                for token, let in zip(tokens, free, strict=True)
            ),
        )
    )

"""The sale: payment, fees and ownership, decided by one function over the tokens' states.

Listings, offers and auctions agree on a deal in their own ways; what a deal does to tokens and
money is said here alone.
"""

from collections.abc import Sequence
from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.nft import (
    BundleSize,
    SaleFault,
    SelfTrade,
    Soulbound,
    TokenLocked,
    WashSale,
)
from astracore.errors.risk import NotPermitted
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.money.allocation import split_evenly
from astracore.money.amounts import Money, Quote
from astracore.nft.payout import Payout, payout, whole_price
from astracore.nft.rules import RULES, NftRules
from astracore.nft.tokens.endings import all_ended, ended, locked
from astracore.nft.tokens.events import MarketplaceSale, OfferEnded, TokenEvent
from astracore.nft.tokens.state import Deed, Token, offer_of
from astracore.nft.types import Kind, OfferEnd, TokenState
from astracore.numeric import exact
from astracore.outcome import collect, is_failure


@frozen(kw_only=True)
class Deal:
    """What was agreed: by listing, offer or auction `market_id`, paid by `escrow` if it is set."""

    sale_id: str
    market_id: str
    seller_id: UserId
    buyer_id: UserId
    price: Decimal
    currency: str
    escrow: str | None = None
    offer_id: str | None = None
    at: Instant


@exact
def settle(
    deal: Deal, tokens: Sequence[Token], rules: NftRules = RULES
) -> Result[tuple[tuple[TokenEvent, ...], ...], SaleFault]:
    """What the deal does to each token, in their order: the sale, and the end of other offers.

    A bundle's price is split equally, the left-over units to the first tokens.
    Errors: BundleSize, SelfTrade, NotPermitted (not the seller's), Soulbound, TokenLocked,
    WashSale, InvalidFraction, RoyaltyAbovePrice, the faults of a price, NumericLimit.
    Source: docs/formulas-collectibles.md#sale.
    Invariant: over all tokens platform + royalty + proceeds is the price, to the unit; every
    token ends with one owner, the buyer, and no standing offer.
    """
    fault = unsaleable(deal, tokens, rules)
    if fault is not None:
        return Failure(fault)
    return Result.do(
        sold
        for unit in whole_price(deal.price, deal.currency)
        for parts in split_evenly(_money(deal), unit, len(tokens))
        for sold in collect(
            _sold(deal, token, part.amount, rules)
            for token, part in zip(tokens, parts, strict=True)
        )
    )


def _money(deal: Deal) -> Money[Quote]:
    return Money(deal.price, deal.currency)


def unsaleable(deal: Deal, tokens: Sequence[Token], rules: NftRules) -> SaleFault | None:
    """The first reason why these tokens cannot go from this seller to this buyer, or None."""
    names = {token.token_id for token in tokens}
    if not 1 <= len(tokens) <= rules.bundle_most or len(names) != len(tokens):
        return BundleSize(len(tokens))
    if deal.seller_id == deal.buyer_id:
        return SelfTrade(deal.buyer_id)
    faults = (_unsaleable_one(deal, token, rules) for token in tokens)
    return next((fault for fault in faults if fault is not None), None)


def _unsaleable_one(deal: Deal, token: Token, rules: NftRules) -> SaleFault | None:
    fault = locked(token, Deed.SELL)
    if fault is not None:
        return fault
    if token.kind is Kind.SOULBOUND:
        return Soulbound(token.token_id)
    if token.owner_id != deal.seller_id:
        return NotPermitted("owner")
    # What one market holds, another cannot sell; an offer may end a listing.
    elsewhere = token.state is TokenState.LISTED and token.market_id != deal.market_id
    if elsewhere and deal.offer_id is None:
        return TokenLocked(token.token_id, token.state.value)
    return washed(token, deal.seller_id, deal.buyer_id, deal.at, rules)


def washed(
    token: Token, seller_id: UserId, buyer_id: UserId, at: Instant, rules: NftRules = RULES
) -> WashSale | None:
    """The refusal of a token that went between the same two users too lately, or None."""
    pair = {seller_id, buyer_id}
    for move in token.moves:
        recent = at.micros - move.at.micros < rules.wash_within
        if recent and {move.from_id, move.to} == pair:
            return WashSale(token.token_id, buyer_id)
    return None


def _sold(
    deal: Deal, token: Token, price: Decimal, rules: NftRules
) -> Result[tuple[TokenEvent, ...], SaleFault]:
    parts = payout(
        price,
        deal.currency,
        by_first_owner=token.first_owner_id == deal.seller_id,
        fees=rules.fees,
    )
    if is_failure(parts):
        return parts
    return Success((*_offers_ended(deal, token), _sale(deal, token, price, parts.unwrap())))


def _offers_ended(deal: Deal, token: Token) -> tuple[OfferEnded, ...]:
    taken = None if deal.offer_id is None else offer_of(token, deal.offer_id)
    others = tuple(offer for offer in token.offers if offer is not taken)
    accepted = () if taken is None else (ended(token, taken, OfferEnd.ACCEPTED, deal.at),)
    return (*accepted, *all_ended(token, others, deal.at))


def _sale(deal: Deal, token: Token, price: Decimal, parts: Payout) -> MarketplaceSale:
    return MarketplaceSale(
        sale_id=deal.sale_id,
        listing_id=deal.market_id,
        token_id=token.token_id,
        class_=token.class_,
        rarity=token.rarity,
        owner_id=deal.buyer_id,
        seller_id=deal.seller_id,
        buyer_id=deal.buyer_id,
        price=price,
        currency=deal.currency,
        platform=parts.platform,
        royalty=parts.royalty,
        royalty_to=token.first_owner_id,
        proceeds=parts.proceeds,
        power=token.power,
        escrow=deal.escrow,
        at=deal.at,
    )

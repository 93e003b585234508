"""Listings: each decision that holds or frees tokens is one over the listing's and their states."""

from collections.abc import Sequence
from typing import TypeAlias

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.nft import (
    BundleSize,
    ListingState,
    SaleFault,
    SelfTrade,
    TokenLocked,
)
from astracore.errors.risk import NotPermitted
from astracore.events.decider import Decider
from astracore.instants import DAY, Instant, after
from astracore.nft.listings.commands import (
    Buy,
    CancelListing,
    ExpireListing,
    List,
    RaiseNonce,
    Reprice,
)
from astracore.nft.listings.events import (
    ListedToken,
    ListingCancelled,
    ListingEvent,
    ListingExpired,
    ListingRepriced,
    ListingSold,
    NftListed,
    NonceRaised,
    SellerEvent,
)
from astracore.nft.listings.state import (
    Listing,
    Seller,
    changes_within,
    evolve,
    evolve_seller,
    may,
)
from astracore.nft.payout import acceptable, shares_fault
from astracore.nft.purses import affordable
from astracore.nft.rules import RULES, NftRules
from astracore.nft.sales import Deal, settle
from astracore.nft.tokens.events import TokenEvent, TokenListed, TokenReleased
from astracore.nft.tokens.state import Deed, Token
from astracore.nft.tokens.token import ownable
from astracore.nft.types import ListingState as State
from astracore.nft.types import Market
from astracore.numeric import exact
from astracore.outcome import is_failure

Decided: TypeAlias = Result[tuple[ListingEvent, ...], SaleFault]


@frozen(kw_only=True)
class Trade:
    """What is appended to the listing's stream and, in the order asked, to the tokens'."""

    listing: tuple[ListingEvent, ...] = ()
    tokens: tuple[tuple[TokenEvent, ...], ...] = ()


@exact
def list_tokens(
    command: List, listing: Listing, tokens: Sequence[Token], rules: NftRules = RULES
) -> Result[Trade, SaleFault]:
    """Tokens of one owner for one price: a sale of one, or a bundle.

    Errors: ListingState, BundleSize, NotPermitted, Soulbound, TokenLocked, InvalidFraction,
    RoyaltyAbovePrice, the faults of a price, PriceTooLow.
    """
    if not may(listing, "list"):
        return Failure(ListingState(listing.status.value))
    if not 1 <= len(tokens) <= rules.bundle_most or _doubled(tokens):
        return Failure(BundleSize(len(tokens)))
    for token in tokens:
        fault = ownable(token, command.user_id, Deed.LIST)
        if fault is not None:
            return Failure(fault)
    shares = shares_fault(rules.fees)
    if shares is not None:
        return Failure(shares)
    price = acceptable(command.price, command.currency, rules)
    if is_failure(price):
        return price
    return Success(
        Trade(
            listing=(_listed(command, tokens, rules),),
            tokens=tuple((_held(command, token),) for token in tokens),
        )
    )


def _doubled(tokens: Sequence[Token]) -> bool:
    return len({token.token_id for token in tokens}) != len(tokens)


def _listed(command: List, tokens: Sequence[Token], rules: NftRules) -> NftListed:
    return NftListed(
        listing_id=command.listing_id,
        tokens=tuple(
            ListedToken(token_id=token.token_id, class_=token.class_, rarity=token.rarity)
            for token in tokens
        ),
        owner_id=command.user_id,
        price=command.price,
        currency=command.currency,
        nonce=command.nonce,
        expires_at=after(command.at, rules.listing_lives),
        at=command.at,
    )


def _held(command: List, token: Token) -> TokenListed:
    return TokenListed(
        token_id=token.token_id,
        class_=token.class_,
        rarity=token.rarity,
        owner_id=token.owner_id,
        market=Market.LISTING,
        market_id=command.listing_id,
        at=command.at,
    )


@exact
def reprice(command: Reprice, listing: Listing, rules: NftRules = RULES) -> Decided:
    """Another price; as many changes within 24 hours as the rules say.

    Errors: ListingState, NotPermitted, the faults of a price, PriceTooLow.
    """
    fault = _closed(listing, "reprice", command.at)
    if fault is not None:
        return Failure(fault)
    if listing.owner_id != command.user_id:
        return Failure(NotPermitted("owner"))
    if len(changes_within(listing, command.at, DAY)) >= rules.reprices_a_day:
        return Failure(ListingState("repriced_too_often"))
    price = acceptable(command.price, listing.currency, rules)
    if is_failure(price):
        return price
    repriced = ListingRepriced(
        listing_id=listing.listing_id,
        owner_id=listing.owner_id,
        price=command.price,
        currency=listing.currency,
        revision=listing.revision + 1,
        at=command.at,
    )
    return Success((repriced,))


# Expiry is a matter of the command's time: no job has to run for it.
def _closed(listing: Listing, asked: str, at: Instant) -> ListingState | None:
    if not may(listing, asked):
        return ListingState(listing.status.value)
    over = at.micros >= listing.expires_at.micros
    return ListingState(State.EXPIRED.value) if over else None


def cancel_listing(
    command: CancelListing, listing: Listing, tokens: Sequence[Token]
) -> Result[Trade, SaleFault]:
    """The owner has the tokens back.  Errors: ListingState, NotPermitted, TokenLocked."""
    if not may(listing, "cancel"):
        return Failure(ListingState(listing.status.value))
    if listing.owner_id != command.user_id:
        return Failure(NotPermitted("owner"))
    cancelled = ListingCancelled(
        listing_id=listing.listing_id, owner_id=listing.owner_id, sale_id=None, at=command.at
    )
    return released(listing, tokens, command.at).map(
        lambda free: Trade(listing=(cancelled,), tokens=free)
    )


def expire_listing(
    command: ExpireListing, listing: Listing, tokens: Sequence[Token]
) -> Result[Trade, SaleFault]:
    """Over at its instant, not before.  Errors: ListingState, TokenLocked."""
    if not may(listing, "expire") or command.at.micros < listing.expires_at.micros:
        return Failure(ListingState(listing.status.value))
    expired = ListingExpired(
        listing_id=listing.listing_id, owner_id=listing.owner_id, at=command.at
    )
    return released(listing, tokens, command.at).map(
        lambda free: Trade(listing=(expired,), tokens=free)
    )


def released(
    listing: Listing, tokens: Sequence[Token], at: Instant
) -> Result[tuple[tuple[TokenEvent, ...], ...], TokenLocked]:
    """Every token of the listing is free again.

    Errors: TokenLocked (these are not the listing's tokens).
    """
    strange = foreign(listing, tokens)
    if strange is not None:
        return Failure(strange)
    return Success(
        tuple(
            (
                TokenReleased(
                    token_id=token.token_id,
                    class_=token.class_,
                    rarity=token.rarity,
                    owner_id=token.owner_id,
                    market_id=listing.listing_id,
                    at=at,
                ),
            )
            for token in tokens
        )
    )


def foreign(listing: Listing, tokens: Sequence[Token]) -> TokenLocked | None:
    """The refusal of tokens that are not what the listing holds, or None."""
    if tuple(token.token_id for token in tokens) != listing.token_ids:
        return TokenLocked(listing.listing_id, "other_tokens")
    for token in tokens:
        if token.market_id != listing.listing_id:
            return TokenLocked(token.token_id, token.state.value)
    return None


@exact
def buy(
    command: Buy, listing: Listing, tokens: Sequence[Token], rules: NftRules = RULES
) -> Result[Trade, SaleFault]:
    """Payment, fees and ownership at the listed price; the same purchase again changes nothing.

    Errors: ListingState (closed, expired, void by the seller's counter, dearer than max_price),
    SelfTrade, TierRequired, SpendingLimit, InsufficientFunds, then as `settle`.
    Source: docs/formulas-collectibles.md#sale.
    """
    again = listing.status is State.SOLD and listing.sale_id == command.sale_id
    if again and listing.buyer_id == command.user_id:
        return Success(Trade(tokens=((),) * len(tokens)))
    fault = _unbuyable(command, listing)
    if fault is not None:
        return Failure(fault)
    strange = foreign(listing, tokens)
    if strange is not None:
        return Failure(strange)
    deal = Deal(
        sale_id=command.sale_id,
        market_id=listing.listing_id,
        seller_id=listing.owner_id,
        buyer_id=command.user_id,
        price=listing.price,
        currency=listing.currency,
        at=command.at,
    )
    return Result.do(
        Trade(listing=(_bought(deal),), tokens=sold)
        for _ in affordable(command.purse, command.user_id, listing.price, listing.currency)
        for sold in settle(deal, tokens, rules)
    )


def _unbuyable(command: Buy, listing: Listing) -> SaleFault | None:
    fault = _closed(listing, "buy", command.at)
    if fault is not None:
        return fault
    if listing.nonce < command.nonce:
        return ListingState(State.CANCELLED.value)
    if listing.owner_id == command.user_id:
        return SelfTrade(command.user_id)
    return ListingState("above_max_price") if listing.price > command.max_price else None


def _bought(deal: Deal) -> ListingSold:
    return ListingSold(
        listing_id=deal.market_id,
        sale_id=deal.sale_id,
        owner_id=deal.seller_id,
        buyer_id=deal.buyer_id,
        price=deal.price,
        currency=deal.currency,
        at=deal.at,
    )


def raise_nonce(
    command: RaiseNonce, seller: Seller
) -> Result[tuple[SellerEvent, ...], ListingState]:
    """Void every listing under a lower counter.  Errors: ListingState (the counter only rises)."""
    if command.nonce <= seller.nonce:
        return Failure(ListingState(str(seller.nonce)[:64]))
    return Success((NonceRaised(owner_id=command.user_id, nonce=command.nonce, at=command.at),))


LISTING: Decider[Reprice, Listing, ListingEvent, SaleFault] = Decider(
    "nft.listing", Listing(), reprice, evolve
)
SELLER: Decider[RaiseNonce, Seller, SellerEvent, ListingState] = Decider(
    "nft.seller", Seller(), raise_nonce, evolve_seller
)

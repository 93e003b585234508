"""The aggregates of collectibles with what it takes to store them."""

from typing import Any

from astracore.errors.nft import AuctionFault, ListingState, MintFault, SaleFault, TokenFault
from astracore.events.catalog import Aggregate, Catalog, catalog, classes_of
from astracore.events.codec import codec, union
from astracore.nft.auctions.auction import AUCTION
from astracore.nft.auctions.commands import CloseAuction
from astracore.nft.auctions.events import AuctionEvent
from astracore.nft.auctions.state import Auction
from astracore.nft.eligibility.commands import EligibilityCommand, RequestMint
from astracore.nft.eligibility.eligibility import ELIGIBILITY, SUPPLY
from astracore.nft.eligibility.events import EligibilityEvent, SupplyEvent
from astracore.nft.eligibility.state import Claim, Supply
from astracore.nft.listings.commands import RaiseNonce, Reprice
from astracore.nft.listings.events import ListingEvent, SellerEvent
from astracore.nft.listings.listing import LISTING, SELLER
from astracore.nft.listings.state import Listing, Seller
from astracore.nft.tokens.commands import TokenCommand
from astracore.nft.tokens.events import TokenEvent
from astracore.nft.tokens.state import Token
from astracore.nft.tokens.token import TOKEN

ELIGIBILITY_EVENTS: Catalog[EligibilityEvent] = catalog(classes_of(EligibilityEvent))
SUPPLY_EVENTS: Catalog[SupplyEvent] = catalog(classes_of(SupplyEvent))
TOKEN_EVENTS: Catalog[TokenEvent] = catalog(classes_of(TokenEvent))
LISTING_EVENTS: Catalog[ListingEvent] = catalog(classes_of(ListingEvent))
SELLER_EVENTS: Catalog[SellerEvent] = catalog(classes_of(SellerEvent))
AUCTION_EVENTS: Catalog[AuctionEvent] = catalog(classes_of(AuctionEvent))

ELIGIBILITY_AGGREGATE: Aggregate[EligibilityCommand, Claim, EligibilityEvent, MintFault] = (
    Aggregate(ELIGIBILITY, ELIGIBILITY_EVENTS, codec(Claim), union(classes_of(MintFault)))
)
SUPPLY_AGGREGATE: Aggregate[RequestMint, Supply, SupplyEvent, MintFault] = Aggregate(
    SUPPLY, SUPPLY_EVENTS, codec(Supply), union(classes_of(MintFault))
)
TOKEN_AGGREGATE: Aggregate[TokenCommand, Token, TokenEvent, TokenFault] = Aggregate(
    TOKEN, TOKEN_EVENTS, codec(Token), union(classes_of(TokenFault))
)
LISTING_AGGREGATE: Aggregate[Reprice, Listing, ListingEvent, SaleFault] = Aggregate(
    LISTING, LISTING_EVENTS, codec(Listing), union(classes_of(SaleFault))
)
SELLER_AGGREGATE: Aggregate[RaiseNonce, Seller, SellerEvent, ListingState] = Aggregate(
    SELLER, SELLER_EVENTS, codec(Seller), union(classes_of(ListingState))
)
AUCTION_AGGREGATE: Aggregate[CloseAuction, Auction, AuctionEvent, AuctionFault] = Aggregate(
    AUCTION, AUCTION_EVENTS, codec(Auction), union(classes_of(AuctionFault))
)
COLLECTIBLE_AGGREGATES: tuple[Aggregate[Any, Any, Any, Any], ...] = (
    ELIGIBILITY_AGGREGATE,
    SUPPLY_AGGREGATE,
    TOKEN_AGGREGATE,
    LISTING_AGGREGATE,
    SELLER_AGGREGATE,
    AUCTION_AGGREGATE,
)

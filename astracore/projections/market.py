"""The market: what is listed, offered, auctioned and sold, and what a class's sales say."""

from decimal import Decimal
from typing import TypeAlias, assert_never

from attrs import evolve as changed
from attrs import frozen

from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Projection
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.money.currencies import CREDIT
from astracore.nft.auctions.events import (
    AuctionClosed,
    AuctionEvent,
    AuctionExtended,
    AuctionOpened,
    BidPlaced,
)
from astracore.nft.listings.events import (
    ListedToken,
    ListingCancelled,
    ListingEvent,
    ListingExpired,
    ListingRepriced,
    ListingSold,
    NftListed,
)
from astracore.nft.rules import ONE, RULES
from astracore.nft.tokens.events import MarketplaceSale, OfferEnded, OfferMade
from astracore.nft.types import AuctionKind, AuctionState, ListingState, NftClass, Rarity
from astracore.nft.valuation import Sold, demand, valuation
from astracore.projections.sorting import ascending, cheapest_first, newest_first

OfferEvent: TypeAlias = OfferMade | OfferEnded


@frozen(kw_only=True)
class ListingRow:
    """One listing, as anybody sees it."""

    listing_id: str
    tokens: tuple[ListedToken, ...]
    owner_id: UserId
    price: Decimal
    currency: str
    status: ListingState
    nonce: int
    revision: int = 0
    buyer_id: UserId | None = None
    expires_at: Instant
    listed_at: Instant


@frozen(kw_only=True)
class OfferRow:
    """One standing offer."""

    offer_id: str
    token_id: str
    class_: NftClass
    rarity: Rarity
    bidder_id: UserId
    amount: Decimal
    currency: str
    ends_at: Instant


@frozen(kw_only=True)
class AuctionRow:
    """One auction, with its highest bid."""

    auction_id: str
    kind: AuctionKind
    token_id: str
    class_: NftClass
    rarity: Rarity
    owner_id: UserId
    start: Decimal
    floor: Decimal | None
    currency: str
    status: AuctionState
    high: Decimal | None = None
    high_id: UserId | None = None
    bids: int = 0
    extensions: int = 0
    winner_id: UserId | None = None
    price: Decimal | None = None
    opened_at: Instant
    ends_at: Instant


@frozen(kw_only=True)
class DemandRow:
    """A class's last sales in CREDIT, each with the estimate that stood then, oldest first."""

    class_: NftClass
    sold: tuple[Sold, ...]


def evolve_listing(
    row: ListingRow | None, envelope: Envelope[ListingEvent], _key: str
) -> ListingRow | None:
    """Fold one event."""
    event = envelope.event
    if isinstance(event, NftListed):
        return listed(event) if row is None else row
    if row is None:
        return None
    match event:
        case ListingRepriced():
            return changed(row, price=event.price, revision=event.revision)
        case ListingCancelled():
            return changed(row, status=ListingState.CANCELLED)
        case ListingExpired():
            return changed(row, status=ListingState.EXPIRED)
        case ListingSold():
            return changed(row, status=ListingState.SOLD, buyer_id=event.buyer_id)
        case _:
            assert_never(event)


def listed(event: NftListed) -> ListingRow:
    """The row as it begins."""
    return ListingRow(
        listing_id=event.listing_id,
        tokens=event.tokens,
        owner_id=event.owner_id,
        price=event.price,
        currency=event.currency,
        status=ListingState.OPEN,
        nonce=event.nonce,
        expires_at=event.expires_at,
        listed_at=event.at,
    )


def listing_sort(row: ListingRow) -> str:
    """Open ones before others, then by currency, the cheapest, the newest first."""
    closed = int(row.status is not ListingState.OPEN)
    price = cheapest_first(row.price)
    return f"{closed}/{row.currency}/{price}/{newest_first(row.listed_at)}"


def evolve_offer(
    _row: OfferRow | None, envelope: Envelope[OfferEvent], _key: str
) -> OfferRow | None:
    """A row while the offer stands."""
    event = envelope.event
    if isinstance(event, OfferEnded):
        return None
    return OfferRow(
        offer_id=event.offer_id,
        token_id=event.token_id,
        class_=event.class_,
        rarity=event.rarity,
        bidder_id=event.bidder_id,
        amount=event.amount,
        currency=event.currency,
        ends_at=event.ends_at,
    )


def evolve_auction(
    row: AuctionRow | None, envelope: Envelope[AuctionEvent], _key: str
) -> AuctionRow | None:
    """Fold one event."""
    event = envelope.event
    if isinstance(event, AuctionOpened):
        return opened(event) if row is None else row
    if row is None:
        return None
    match event:
        case BidPlaced():
            return changed(row, high=event.amount, high_id=event.bidder_id, bids=row.bids + 1)
        case AuctionExtended():
            return changed(row, ends_at=event.ends_at, extensions=event.extensions)
        case AuctionClosed():
            return changed(
                row,
                status=AuctionState.CLOSED,
                winner_id=event.winner_id,
                price=event.price,
            )
        case _:
            assert_never(event)


def opened(event: AuctionOpened) -> AuctionRow:
    """The row as it begins."""
    return AuctionRow(
        auction_id=event.auction_id,
        kind=event.kind,
        token_id=event.token_id,
        class_=event.class_,
        rarity=event.rarity,
        owner_id=event.owner_id,
        start=event.start,
        floor=event.floor,
        currency=event.currency,
        status=AuctionState.OPEN,
        opened_at=event.at,
        ends_at=event.ends_at,
    )


def first_sale(
    row: MarketplaceSale | None, envelope: Envelope[MarketplaceSale], _key: str
) -> MarketplaceSale | None:
    """A sale is a fact and stays as it was booked."""
    return envelope.event if row is None else row


def first_bid(row: BidPlaced | None, envelope: Envelope[BidPlaced], _key: str) -> BidPlaced | None:
    """A bid is a fact, whatever beats it."""
    return envelope.event if row is None else row


def evolve_demand(
    row: DemandRow | None, envelope: Envelope[MarketplaceSale], _key: str
) -> DemandRow | None:
    """Add a sale in CREDIT with the estimate that the sales before it gave."""
    event = envelope.event
    if event.currency != CREDIT:
        return row
    before = () if row is None else row.sold
    asked = demand(before).value_or(ONE)
    worth = valuation(event.rarity, event.power, asked).map(lambda found: found.estimate)
    sold = Sold(event.price, worth.value_or(event.price))
    return DemandRow(class_=event.class_, sold=(*before, sold)[-RULES.demand_sales :])


MARKET_LISTINGS: Projection[ListingEvent, ListingRow] = Projection(
    name="nft.listings",
    version=1,
    events=(NftListed, ListingRepriced, ListingCancelled, ListingExpired, ListingSold),
    keys=lambda envelope: (envelope.event.listing_id,),
    evolve=evolve_listing,
    row=codec(ListingRow),
    owner=lambda _row: "",
    sort=listing_sort,
)
OFFERS: Projection[OfferEvent, OfferRow] = Projection(
    name="nft.offers",
    version=1,
    events=(OfferMade, OfferEnded),
    keys=lambda envelope: (envelope.event.offer_id,),
    evolve=evolve_offer,
    row=codec(OfferRow),
    owner=lambda _row: "",
    sort=lambda row: f"{row.token_id}/{row.offer_id}",
)
AUCTIONS: Projection[AuctionEvent, AuctionRow] = Projection(
    name="nft.auctions",
    version=1,
    events=(AuctionOpened, BidPlaced, AuctionExtended, AuctionClosed),
    keys=lambda envelope: (envelope.event.auction_id,),
    evolve=evolve_auction,
    row=codec(AuctionRow),
    owner=lambda _row: "",
    sort=lambda row: f"{int(row.status is AuctionState.CLOSED)}/{ascending(row.ends_at.micros)}",
)
BIDS: Projection[BidPlaced, BidPlaced] = Projection(
    name="nft.bids",
    version=1,
    events=(BidPlaced,),
    keys=lambda envelope: (envelope.event.bid_id,),
    evolve=first_bid,
    row=codec(BidPlaced),
    owner=lambda _row: "",
    sort=lambda row: f"{row.auction_id}/{newest_first(row.at)}",
)
SALES: Projection[MarketplaceSale, MarketplaceSale] = Projection(
    name="nft.sales",
    version=1,
    events=(MarketplaceSale,),
    keys=lambda envelope: (f"{envelope.event.sale_id}/{envelope.event.token_id}",),
    evolve=first_sale,
    row=codec(MarketplaceSale),
    owner=lambda _row: "",
    sort=lambda row: newest_first(row.at),
)
DEMAND: Projection[MarketplaceSale, DemandRow] = Projection(
    name="nft.demand",
    version=1,
    events=(MarketplaceSale,),
    keys=lambda envelope: (envelope.event.class_.value,),
    evolve=evolve_demand,
    row=codec(DemandRow),
    owner=lambda _row: "",
    sort=lambda row: row.class_.value,
)

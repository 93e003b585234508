"""What is remembered of an auction."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import assert_never

from attrs import evolve as changed
from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.nft.auctions.events import (
    AuctionClosed,
    AuctionEvent,
    AuctionExtended,
    AuctionOpened,
    BidPlaced,
)
from astracore.nft.rules import ZERO
from astracore.nft.types import AuctionKind, AuctionState

NOBODY = UserId("")
BEGINNING = Instant(0)
# From, asked -> to; what is not here is refused.
AUCTION_STATES: Mapping[AuctionState, Mapping[str, AuctionState]] = MappingProxyType(
    {
        AuctionState.NONE: {"open": AuctionState.OPEN},
        AuctionState.OPEN: {"bid": AuctionState.OPEN, "close": AuctionState.CLOSED},
        AuctionState.CLOSED: {},
    }
)


@frozen(kw_only=True)
class HighBid:
    """The bid that would win now; its amount is set aside under its id."""

    bid_id: str
    bidder_id: UserId
    amount: Decimal


@frozen(kw_only=True)
class Auction:
    """One auction of one token."""

    auction_id: str = ""
    status: AuctionState = AuctionState.NONE
    kind: AuctionKind = AuctionKind.ENGLISH
    token_id: str = ""
    owner_id: UserId = NOBODY
    start: Decimal = ZERO
    floor: Decimal | None = None
    currency: str = ""
    opened_at: Instant = BEGINNING
    ends_at: Instant = BEGINNING
    extensions: int = 0
    high: HighBid | None = None
    sale_id: str = ""


def may(auction: Auction, asked: str) -> bool:
    """Whether the table of states knows the step `asked` from here."""
    return asked in AUCTION_STATES[auction.status]


def evolve(auction: Auction, event: AuctionEvent) -> Auction:
    """Fold one event."""
    match event:
        case AuctionOpened():
            return opened(event)
        case BidPlaced():
            high = HighBid(bid_id=event.bid_id, bidder_id=event.bidder_id, amount=event.amount)
            return changed(auction, high=high)
        case AuctionExtended():
            return changed(auction, ends_at=event.ends_at, extensions=event.extensions)
        case AuctionClosed():
            return changed(
                auction, status=AuctionState.CLOSED, sale_id=event.sale_id or "", high=None
            )
        case _:
            assert_never(event)


def opened(event: AuctionOpened) -> Auction:
    """The auction as it begins."""
    return Auction(
        auction_id=event.auction_id,
        status=AuctionState.OPEN,
        kind=event.kind,
        token_id=event.token_id,
        owner_id=event.owner_id,
        start=event.start,
        floor=event.floor,
        currency=event.currency,
        opened_at=event.at,
        ends_at=event.ends_at,
    )

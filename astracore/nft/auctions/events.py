"""What may have happened to an auction."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.nft.types import AuctionKind, NftClass, Rarity


@frozen(kw_only=True)
class AuctionOpened:
    """A token stands in an auction."""

    TYPE: ClassVar[str] = "astra.nft.auction_opened.v1"
    auction_id: str
    kind: AuctionKind
    token_id: str
    class_: NftClass
    rarity: Rarity
    owner_id: UserId
    start: Decimal
    floor: Decimal | None
    currency: str
    ends_at: Instant
    at: Instant


@frozen(kw_only=True)
class BidPlaced:
    """The highest bid so far is set aside; the one it beats is free again."""

    TYPE: ClassVar[str] = "astra.nft.bid_placed.v1"
    auction_id: str
    bid_id: str
    kind: AuctionKind
    token_id: str
    bidder_id: UserId
    amount: Decimal
    currency: str
    freed_id: str | None  # the bid that was beaten
    freed_to: UserId | None
    freed: Decimal | None
    ends_at: Instant
    at: Instant


@frozen(kw_only=True)
class AuctionExtended:
    """A late bid moved the end; `extensions` counts how often."""

    TYPE: ClassVar[str] = "astra.nft.auction_extended.v1"
    auction_id: str
    token_id: str
    ends_at: Instant
    extensions: int
    at: Instant


@frozen(kw_only=True)
class AuctionClosed:
    """Over: sold to `winner_id` for `price`, or to nobody."""

    TYPE: ClassVar[str] = "astra.nft.auction_closed.v1"
    auction_id: str
    kind: AuctionKind
    token_id: str
    owner_id: UserId  # until now: the seller
    winner_id: UserId | None
    price: Decimal | None
    currency: str
    sale_id: str | None
    at: Instant


AuctionEvent: TypeAlias = AuctionOpened | BidPlaced | AuctionExtended | AuctionClosed

"""What may be asked of an auction."""

from decimal import Decimal

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.nft.purses import Purse
from astracore.nft.types import AuctionKind


@frozen(kw_only=True)
class OpenAuction:
    """`start` is the reserve of rising bids, or where the price falls from, to `floor`."""

    auction_id: str
    user_id: UserId
    kind: AuctionKind
    start: Decimal
    floor: Decimal | None
    currency: str
    hours: int
    at: Instant


@frozen(kw_only=True)
class Bid:
    """At most `amount`: it is set aside where bids rise, and buys where the price falls."""

    bid_id: str
    auction_id: str
    user_id: UserId
    amount: Decimal
    purse: Purse
    at: Instant


@frozen(kw_only=True)
class CloseAuction:
    """End an auction whose time is over; with a bid it is a sale."""

    sale_id: str
    auction_id: str
    at: Instant

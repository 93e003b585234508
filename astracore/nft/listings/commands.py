"""What may be asked of listings."""

from decimal import Decimal

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.nft.purses import Purse


@frozen(kw_only=True)
class List:
    """Offer tokens for a price. `nonce` is the seller's counter now."""

    listing_id: str
    user_id: UserId
    price: Decimal
    currency: str
    nonce: int = 0
    at: Instant


@frozen(kw_only=True)
class Reprice:
    """Another price."""

    listing_id: str
    user_id: UserId
    price: Decimal
    at: Instant


@frozen(kw_only=True)
class CancelListing:
    """Take the tokens back."""

    listing_id: str
    user_id: UserId
    at: Instant


@frozen(kw_only=True)
class ExpireListing:
    """End a listing whose time is over."""

    listing_id: str
    at: Instant


@frozen(kw_only=True)
class Buy:
    """Pay the listed price, at most `max_price`. `nonce` is the seller's counter now."""

    sale_id: str
    listing_id: str
    user_id: UserId
    max_price: Decimal
    purse: Purse
    nonce: int = 0
    at: Instant


@frozen(kw_only=True)
class AcceptOffer:
    """Sell to the one who made the offer."""

    sale_id: str
    offer_id: str
    token_id: str
    user_id: UserId
    at: Instant


@frozen(kw_only=True)
class RaiseNonce:
    """Make all of one's listings under lower counters void, unseen and at once."""

    user_id: UserId
    nonce: int
    at: Instant

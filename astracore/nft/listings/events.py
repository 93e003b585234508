"""What may have happened to a listing, and to a seller's counter."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.nft.types import NftClass, Rarity


@frozen(kw_only=True)
class ListedToken:
    """One token of a listing."""

    token_id: str
    class_: NftClass
    rarity: Rarity


@frozen(kw_only=True)
class NftListed:
    """Tokens of one owner stand for sale, together."""

    TYPE: ClassVar[str] = "astra.nft.nft_listed.v1"
    listing_id: str
    tokens: tuple[ListedToken, ...]
    owner_id: UserId
    price: Decimal
    currency: str
    nonce: int
    expires_at: Instant
    at: Instant


@frozen(kw_only=True)
class ListingRepriced:
    """Another price; `revision` counts them."""

    TYPE: ClassVar[str] = "astra.nft.listing_repriced.v1"
    listing_id: str
    owner_id: UserId
    price: Decimal
    currency: str
    revision: int
    at: Instant


@frozen(kw_only=True)
class ListingCancelled:
    """The owner took the tokens back, or sold one of them by accepting an offer."""

    TYPE: ClassVar[str] = "astra.nft.listing_cancelled.v1"
    listing_id: str
    owner_id: UserId
    sale_id: str | None
    at: Instant


@frozen(kw_only=True)
class ListingExpired:
    """The listing's time is over."""

    TYPE: ClassVar[str] = "astra.nft.listing_expired.v1"
    listing_id: str
    owner_id: UserId
    at: Instant


@frozen(kw_only=True)
class ListingSold:
    """Everything in the listing was bought."""

    TYPE: ClassVar[str] = "astra.nft.listing_sold.v1"
    listing_id: str
    sale_id: str
    owner_id: UserId  # until now: the seller
    buyer_id: UserId
    price: Decimal
    currency: str
    at: Instant


@frozen(kw_only=True)
class NonceRaised:
    """Listings under lower counters are void."""

    TYPE: ClassVar[str] = "astra.nft.nonce_raised.v1"
    owner_id: UserId
    nonce: int
    at: Instant


ListingEvent: TypeAlias = (
    NftListed | ListingRepriced | ListingCancelled | ListingExpired | ListingSold
)
SellerEvent: TypeAlias = NonceRaised

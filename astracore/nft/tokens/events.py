"""What may have happened to a token, from its mint on."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.nft.types import Kind, Market, NftClass, OfferEnd, Rarity


@frozen(kw_only=True)
class NftMinted:
    """The token exists."""

    TYPE: ClassVar[str] = "astra.nft.nft_minted.v1"
    token_id: str
    class_: NftClass
    rarity: Rarity
    owner_id: UserId
    reference: str
    kind: Kind
    level: int
    power: int
    metadata_hash: str
    tx_hash: str
    points: int
    at: Instant


@frozen(kw_only=True)
class TokenListed:
    """A listing or an auction holds the token now."""

    TYPE: ClassVar[str] = "astra.nft.token_listed.v1"
    token_id: str
    class_: NftClass
    rarity: Rarity
    owner_id: UserId
    market: Market
    market_id: str
    at: Instant


@frozen(kw_only=True)
class TokenReleased:
    """The listing or auction ended without a sale of this token."""

    TYPE: ClassVar[str] = "astra.nft.token_released.v1"
    token_id: str
    class_: NftClass
    rarity: Rarity
    owner_id: UserId
    market_id: str
    at: Instant


@frozen(kw_only=True)
class MarketplaceSale:
    """The token changed hands for money; platform + royalty + proceeds is the price.

    `listing_id` is the listing, offer or auction. `escrow` names what pays, when the price was
    set aside before; else the buyer's own funds pay.
    """

    TYPE: ClassVar[str] = "astra.nft.marketplace_sale.v1"
    sale_id: str
    listing_id: str
    token_id: str
    class_: NftClass
    rarity: Rarity
    owner_id: UserId  # from now on: the buyer
    seller_id: UserId
    buyer_id: UserId
    price: Decimal
    currency: str
    platform: Decimal
    royalty: Decimal
    royalty_to: UserId
    proceeds: Decimal
    power: int
    escrow: str | None = None
    at: Instant


@frozen(kw_only=True)
class NftTransferred:
    """The token was given away."""

    TYPE: ClassVar[str] = "astra.nft.nft_transferred.v1"
    token_id: str
    class_: NftClass
    rarity: Rarity
    owner_id: UserId  # until now
    to: UserId
    tx_hash: str | None
    at: Instant


@frozen(kw_only=True)
class NftBurned:
    """The token is gone for good."""

    TYPE: ClassVar[str] = "astra.nft.nft_burned.v1"
    token_id: str
    class_: NftClass
    rarity: Rarity
    owner_id: UserId
    at: Instant


@frozen(kw_only=True)
class NftStaked:
    """The token earns CREDIT and cannot move."""

    TYPE: ClassVar[str] = "astra.nft.nft_staked.v1"
    token_id: str
    class_: NftClass
    rarity: Rarity
    owner_id: UserId
    at: Instant


@frozen(kw_only=True)
class NftUnstaked:
    """The stake is over."""

    TYPE: ClassVar[str] = "astra.nft.nft_unstaked.v1"
    token_id: str
    class_: NftClass
    rarity: Rarity
    owner_id: UserId
    at: Instant


@frozen(kw_only=True)
class RewardClaimed:
    """Full days of a stake were paid [CREDIT]."""

    TYPE: ClassVar[str] = "astra.nft.reward_claimed.v1"
    token_id: str
    class_: NftClass
    rarity: Rarity
    user_id: UserId
    days: int
    credits: int
    at: Instant


@frozen(kw_only=True)
class OfferMade:
    """Somebody set `amount` aside for the token, until `ends_at`."""

    TYPE: ClassVar[str] = "astra.nft.offer_made.v1"
    offer_id: str
    token_id: str
    class_: NftClass
    rarity: Rarity
    owner_id: UserId
    bidder_id: UserId
    amount: Decimal
    currency: str
    ends_at: Instant
    at: Instant


@frozen(kw_only=True)
class OfferEnded:
    """The offer is over; unless it was accepted, what was set aside is free again."""

    TYPE: ClassVar[str] = "astra.nft.offer_ended.v1"
    offer_id: str
    token_id: str
    class_: NftClass
    rarity: Rarity
    owner_id: UserId
    bidder_id: UserId
    amount: Decimal
    currency: str
    reason: OfferEnd
    at: Instant


TokenEvent: TypeAlias = (
    NftMinted
    | TokenListed
    | TokenReleased
    | MarketplaceSale
    | NftTransferred
    | NftBurned
    | NftStaked
    | NftUnstaked
    | RewardClaimed
    | OfferMade
    | OfferEnded
)

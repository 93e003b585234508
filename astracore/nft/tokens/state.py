"""What is remembered of a token, and the table of its states."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never

from attrs import evolve as changed
from attrs import frozen

from astracore.ids import UserId
from astracore.instants import DAY, Instant
from astracore.nft.tokens.events import (
    MarketplaceSale,
    NftBurned,
    NftMinted,
    NftStaked,
    NftTransferred,
    NftUnstaked,
    OfferEnded,
    OfferMade,
    RewardClaimed,
    TokenEvent,
    TokenListed,
    TokenReleased,
)
from astracore.nft.types import Kind, Market, NftClass, Rarity, TokenState

NOBODY = UserId("")
REMEMBERED = 30 * DAY  # longer than any rule looks back


class Deed(StrEnum):
    """What moves a token between its states."""

    LIST = "list"
    RELEASE = "release"
    SELL = "sell"
    TRANSFER = "transfer"
    STAKE = "stake"
    UNSTAKE = "unstake"
    BURN = "burn"
    OFFER = "offer"


# From, deed -> to; what is not here is refused.
TOKEN_STATES: Mapping[TokenState, Mapping[Deed, TokenState]] = MappingProxyType(
    {
        TokenState.ABSENT: {},
        TokenState.MINTED: {
            Deed.LIST: TokenState.LISTED,
            Deed.SELL: TokenState.MINTED,
            Deed.TRANSFER: TokenState.MINTED,
            Deed.STAKE: TokenState.STAKED,
            Deed.BURN: TokenState.BURNED,
            Deed.OFFER: TokenState.MINTED,
        },
        TokenState.LISTED: {
            Deed.RELEASE: TokenState.MINTED,
            Deed.SELL: TokenState.MINTED,
            Deed.OFFER: TokenState.LISTED,
        },
        TokenState.STAKED: {Deed.UNSTAKE: TokenState.MINTED},
        TokenState.BURNED: {},
    }
)


@frozen(kw_only=True)
class Offer:
    """Money set aside for a token."""

    offer_id: str
    bidder_id: UserId
    amount: Decimal
    currency: str
    ends_at: Instant


@frozen(kw_only=True)
class Move:
    """The token went from one user to another."""

    from_id: UserId
    to: UserId
    at: Instant


@frozen(kw_only=True)
class Token:
    """One token; `owner_id` is its one owner, `first_owner_id` the one whom royalties go to."""

    token_id: str = ""
    state: TokenState = TokenState.ABSENT
    class_: NftClass = NftClass.FIRST_TRADE
    rarity: Rarity = Rarity.COMMON
    kind: Kind = Kind.SOULBOUND
    owner_id: UserId = NOBODY
    first_owner_id: UserId = NOBODY
    level: int = 0
    power: int = 0
    metadata_hash: str = ""
    market: Market | None = None
    market_id: str = ""
    staked_since: Instant | None = None
    paid_days: int = 0
    offers: tuple[Offer, ...] = ()
    moves: tuple[Move, ...] = ()
    last_sale_id: str = ""


def evolve(token: Token, event: TokenEvent) -> Token:
    """Fold one event."""
    match event:
        case NftMinted():
            return minted(event)
        case TokenListed():
            return changed(
                token, state=TokenState.LISTED, market=event.market, market_id=event.market_id
            )
        case TokenReleased():
            return changed(token, state=TokenState.MINTED, market=None, market_id="")
        case MarketplaceSale():
            sold = moved(token, event.seller_id, event.buyer_id, event.at)
            return changed(sold, last_sale_id=event.sale_id)
        case NftTransferred():
            return moved(token, event.owner_id, event.to, event.at)
        case NftBurned():
            return changed(token, state=TokenState.BURNED, owner_id=NOBODY)
        case NftStaked():
            return changed(token, state=TokenState.STAKED, staked_since=event.at, paid_days=0)
        case NftUnstaked():
            return changed(token, state=TokenState.MINTED, staked_since=None, paid_days=0)
        case RewardClaimed():
            return changed(token, paid_days=token.paid_days + event.days)
        case OfferMade():
            return changed(token, offers=(*token.offers, standing(event)))
        case OfferEnded():
            left = tuple(offer for offer in token.offers if offer.offer_id != event.offer_id)
            return changed(token, offers=left)
        case _:
            assert_never(event)


def minted(event: NftMinted) -> Token:
    """The token as it begins."""
    return Token(
        token_id=event.token_id,
        state=TokenState.MINTED,
        class_=event.class_,
        rarity=event.rarity,
        kind=event.kind,
        owner_id=event.owner_id,
        first_owner_id=event.owner_id,
        level=event.level,
        power=event.power,
        metadata_hash=event.metadata_hash,
    )


def moved(token: Token, from_id: UserId, to: UserId, at: Instant) -> Token:
    """The token with another owner, and free; who had it lately is remembered."""
    recent = tuple(move for move in token.moves if at.micros - move.at.micros < REMEMBERED)
    return changed(
        token,
        state=TokenState.MINTED,
        owner_id=to,
        market=None,
        market_id="",
        moves=(*recent, Move(from_id=from_id, to=to, at=at)),
    )


def standing(event: OfferMade) -> Offer:
    """The offer as it is remembered."""
    return Offer(
        offer_id=event.offer_id,
        bidder_id=event.bidder_id,
        amount=event.amount,
        currency=event.currency,
        ends_at=event.ends_at,
    )


def offer_of(token: Token, offer_id: str) -> Offer | None:
    """The standing offer with this id, if there is one."""
    return next((offer for offer in token.offers if offer.offer_id == offer_id), None)

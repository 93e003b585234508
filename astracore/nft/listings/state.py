"""What is remembered of a listing and of a seller."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import assert_never

from attrs import evolve as changed
from attrs import frozen

from astracore.ids import UserId
from astracore.instants import DAY, Instant
from astracore.nft.listings.events import (
    ListingCancelled,
    ListingEvent,
    ListingExpired,
    ListingRepriced,
    ListingSold,
    NftListed,
    SellerEvent,
)
from astracore.nft.rules import ZERO
from astracore.nft.types import ListingState

NOBODY = UserId("")
BEGINNING = Instant(0)
# From, asked -> to; what is not here is refused.
LISTING_STATES: Mapping[ListingState, Mapping[str, ListingState]] = MappingProxyType(
    {
        ListingState.NONE: {"list": ListingState.OPEN},
        ListingState.OPEN: {
            "reprice": ListingState.OPEN,
            "cancel": ListingState.CANCELLED,
            "expire": ListingState.EXPIRED,
            "buy": ListingState.SOLD,
        },
        ListingState.SOLD: {},
        ListingState.CANCELLED: {},
        ListingState.EXPIRED: {},
    }
)


@frozen(kw_only=True)
class Listing:
    """One listing. `reprices` are the instants of the last day's price changes."""

    listing_id: str = ""
    status: ListingState = ListingState.NONE
    owner_id: UserId = NOBODY
    token_ids: tuple[str, ...] = ()
    price: Decimal = ZERO
    currency: str = ""
    nonce: int = 0
    expires_at: Instant = BEGINNING
    revision: int = 0
    reprices: tuple[Instant, ...] = ()
    sale_id: str = ""
    buyer_id: UserId = NOBODY


@frozen(kw_only=True)
class Seller:
    """A user's counter: listings made under a lower one are void."""

    nonce: int = 0


def may(listing: Listing, asked: str) -> bool:
    """Whether the table of states knows the step `asked` from here."""
    return asked in LISTING_STATES[listing.status]


def evolve(listing: Listing, event: ListingEvent) -> Listing:
    """Fold one event."""
    match event:
        case NftListed():
            return Listing(
                listing_id=event.listing_id,
                status=ListingState.OPEN,
                owner_id=event.owner_id,
                token_ids=tuple(token.token_id for token in event.tokens),
                price=event.price,
                currency=event.currency,
                nonce=event.nonce,
                expires_at=event.expires_at,
            )
        case ListingRepriced():
            recent = changes_within(listing, event.at, DAY)
            return changed(
                listing,
                price=event.price,
                revision=event.revision,
                reprices=(*recent, event.at),
            )
        case ListingCancelled():
            return changed(listing, status=ListingState.CANCELLED)
        case ListingExpired():
            return changed(listing, status=ListingState.EXPIRED)
        case ListingSold():
            return changed(
                listing,
                status=ListingState.SOLD,
                sale_id=event.sale_id,
                buyer_id=event.buyer_id,
            )
        case _:
            assert_never(event)


def changes_within(listing: Listing, now: Instant, span: int) -> tuple[Instant, ...]:
    """The price changes later than `span` [µs] before `now`."""
    return tuple(at for at in listing.reprices if now.micros - at.micros < span)


def evolve_seller(seller: Seller, event: SellerEvent) -> Seller:
    """The counter never falls."""
    return Seller(nonce=max(seller.nonce, event.nonce))

"""Jobs of the market of collectibles: what has to be ended so that it lets go of what it holds."""

from collections.abc import Iterator
from typing import Any

from astracore.ids import derived_id
from astracore.jobs.rules import Priority
from astracore.nft.auctions.commands import CloseAuction
from astracore.nft.listings.commands import ExpireListing
from astracore.nft.tokens.commands import ExpireOffers
from astracore.nft.types import AuctionState, ListingState
from astracore.projections.market import AUCTIONS, MARKET_LISTINGS, OFFERS
from shell.tasks.sweeping import At, Found, sweep
from shell.tasks.task import Task, every
from shell.workers.facts import Look


def over(look: Look, at: At) -> Iterator[Found]:
    """Listings whose time is over, and tokens with offers whose time is."""
    for row in look.rows(MARKET_LISTINGS):
        if row.status is ListingState.OPEN and row.expires_at <= at.now:
            yield row.listing_id, ExpireListing(listing_id=row.listing_id, at=at.now)
    for token_id in sorted({row.token_id for row in look.rows(OFFERS) if row.ends_at <= at.now}):
        yield token_id, ExpireOffers(token_id=token_id, at=at.now)


def auctions(look: Look, at: At) -> Iterator[Found]:
    """Auctions whose time is over; the sale has a name of the auction's own."""
    for row in look.rows(AUCTIONS):
        if row.status is AuctionState.OPEN and row.ends_at <= at.now:
            sale = derived_id(row.ends_at.micros // 1000, "auction_sale", row.auction_id)
            yield (
                row.auction_id,
                CloseAuction(sale_id=sale, auction_id=row.auction_id, at=at.now),
            )


COLLECTIBLE_TASKS: tuple[Task[Any], ...] = (
    sweep("expire_listings", every(300), over),
    sweep("close_auctions", every(10), auctions, Priority.HIGH),
)

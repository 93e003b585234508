"""What must hold on the market after every step, from figures that the deciders do not see."""

from decimal import Decimal

from astracore.events.decider import replay
from astracore.instants import DAY
from astracore.nft.auctions import auction as bidding
from astracore.nft.rules import RULES
from astracore.nft.tokens import token as owning
from astracore.nft.types import AuctionState, ListingState, TokenState
from property_tests.bazaar import MONEY, START, Bazaar

DAILY = 8  # CREDIT of an epic token
LONGEST_STRETCH = RULES.snipe_most * RULES.snipe_window


def check(bazaar: Bazaar) -> None:
    check_money(bazaar)
    check_owners(bazaar)
    check_markets(bazaar)
    check_replay(bazaar)


def check_money(bazaar: Bazaar) -> None:
    for currency in MONEY:
        own = {name: value for (name, of), value in bazaar.books.items() if of == currency}
        assert sum(own.values(), Decimal(0)) == 0
        assert all(value >= 0 for name, value in own.items() if name != "issued"), own
        aside = {name: value for name, value in own.items() if "escrow/" in name and value}
        standing = {
            f"{'game_' if currency == 'CREDIT' else ''}escrow/{offer.offer_id}": offer.amount
            for token in bazaar.tokens.values()
            for offer in token.offers
            if offer.currency == currency
        }
        high = {
            f"game_escrow/{auction.high.bid_id}": auction.high.amount
            for auction in bazaar.auctions.values()
            if auction.high is not None and auction.currency == currency
        }
        assert aside == standing | high
    for sale in bazaar.sales:
        parts = (sale.platform, sale.royalty, sale.proceeds)
        assert sum(parts, Decimal(0)) == sale.price
        assert min(parts) >= 0
    days = (bazaar.now.micros - START.micros) // DAY
    assert all(paid <= DAILY * days for paid in bazaar.paid.values())


def check_owners(bazaar: Bazaar) -> None:
    """Exactly one owner each, the one whom the accepted deeds say."""
    assert set(bazaar.owners) == set(bazaar.tokens)
    for token_id, token in bazaar.tokens.items():
        burned = token.state is TokenState.BURNED
        assert burned or token.owner_id == bazaar.owners[token_id]
        assert not burned or not token.offers


def check_markets(bazaar: Bazaar) -> None:
    """A token is held by exactly the open listing or auction that it knows."""
    holding: dict[str, str] = {}
    for listing in bazaar.listings.values():
        for token_id in listing.token_ids if listing.status is ListingState.OPEN else ():
            assert holding.setdefault(token_id, listing.listing_id) == listing.listing_id
    for auction in bazaar.auctions.values():
        if auction.status is AuctionState.OPEN:
            assert auction.token_id not in holding
            holding[auction.token_id] = auction.auction_id
        stretch = auction.ends_at.micros - bazaar.first_end[auction.auction_id].micros
        assert 0 <= stretch <= LONGEST_STRETCH
        assert auction.extensions <= RULES.snipe_most
    assert holding == {
        token_id: token.market_id
        for token_id, token in bazaar.tokens.items()
        if token.state is TokenState.LISTED
    }


def check_replay(bazaar: Bazaar) -> None:
    """The log says all: folding it again gives the same states."""
    for token_id, token in bazaar.tokens.items():
        assert replay(owning.TOKEN, bazaar.log[token_id]) == token
    for auction_id, state in bazaar.auctions.items():
        assert replay(bidding.AUCTION, bazaar.log[auction_id]) == state

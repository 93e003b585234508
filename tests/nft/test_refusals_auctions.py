"""What auctions refuse, and how they end."""

from decimal import Decimal

import pytest
from attrs import evolve

from astracore.errors.nft import (
    AuctionState,
    BidTooLow,
    PriceTooLow,
    SelfTrade,
    TokenLocked,
    WashSale,
)
from astracore.events.decider import replay
from astracore.instants import DAY, HOUR, MINUTE, Instant, after
from astracore.nft.auctions.auction import AUCTION, bid, close_auction
from astracore.nft.auctions.commands import CloseAuction
from astracore.nft.auctions.events import AuctionExtended, BidPlaced
from astracore.nft.auctions.opening import open_auction
from astracore.nft.auctions.state import Auction
from astracore.nft.purses import Purse
from astracore.nft.rules import RULES, MarketFees
from astracore.nft.tokens.events import MarketplaceSale
from astracore.nft.tokens.state import Move
from astracore.nft.tokens.token import TOKEN
from astracore.nft.types import TokenState
from tests.nft.dealers import (
    ADA,
    AT,
    BOB,
    CYD,
    auctioned,
    bidding,
    falling,
    opening,
    seen,
    token,
)

D = Decimal
GREEDY = evolve(RULES, fees=MarketFees(platform=D("0.6"), royalty=D("0.6")))


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (opening(hours=23), "duration"),
        (opening(hours=169), "duration"),
        (opening(floor=D(100)), "floor"),
        (evolve(falling(), floor=None), "floor"),
        (evolve(falling(), floor=D(1000)), "floor"),
        (evolve(falling(), hours=0), "duration"),
    ],
)
def test_terms_that_are_none(command: object, why: str) -> None:
    refused = open_auction(command, Auction(), token()).failure()  # type: ignore[arg-type]
    assert refused == AuctionState(why)


def test_auctions_that_are_refused() -> None:
    auction, held = auctioned()
    assert open_auction(opening(), auction, token()).failure() == AuctionState("open")
    greedy = open_auction(opening(), Auction(), token(), GREEDY).failure()
    assert greedy.code == "royalty_above_price"
    low = open_auction(opening(start=D(99)), Auction(), token()).failure()
    assert low == PriceTooLow("CREDIT", D(100))
    floor = open_auction(evolve(falling(), floor=D(99)), Auction(), token()).failure()
    assert floor == PriceTooLow("CREDIT", D(100))
    assert open_auction(opening(hours=168), Auction(), token()).unwrap().token
    assert held.state is TokenState.LISTED


def test_bids_that_are_refused() -> None:
    auction, held = auctioned()
    assert bid(bidding(), Auction(), held).failure() == AuctionState("none")
    late = bidding(at=after(AT, DAY))
    assert bid(late, auction, held).failure() == AuctionState("open")
    assert bid(bidding(ADA), auction, held).failure() == SelfTrade("ada")
    assert bid(bidding(), auction, token()).failure() == TokenLocked("t1", "minted")
    assert bid(bidding(amount=D(99)), auction, held).failure() == BidTooLow(D(100))
    odd = bid(bidding(amount=D("100.5")), auction, held).failure()
    assert odd.code == "rounding_required"
    washed = evolve(held, moves=(Move(from_id=BOB, to=ADA, at=AT),))
    assert bid(bidding(), auction, washed).failure() == WashSale("t1", "bob")
    poor = bid(bidding(purse=Purse(balance=D(99))), auction, held).failure()
    assert poor.code == "insufficient_funds"
    broken = evolve(auction, start=D("0.5"), kind=auction.kind.DUTCH)
    assert bid(bidding(), broken, held).failure().code == "rounding_required"


def test_the_next_bid_is_a_step_higher_and_the_own_one_counts_towards_it() -> None:
    auction, held = auctioned()
    first = bid(bidding(amount=D(101)), auction, held).unwrap()
    high = replay(AUCTION, first.auction, auction)
    low = bid(bidding(CYD, bid_id="b2", amount=D(106)), high, held).failure()
    assert low == BidTooLow(D(107))
    raised = bidding(bid_id="b2", amount=D(150), purse=Purse(balance=D(49)))
    (event,) = bid(raised, high, held).unwrap().auction
    assert isinstance(event, BidPlaced)
    assert seen(event.freed_id, event.freed_to, event.freed) == ("b1", "bob", 101)
    short = evolve(raised, purse=Purse(balance=D(48)))
    assert bid(short, high, held).failure().code == "insufficient_funds"


def test_a_late_bid_moves_the_end_twelve_times_and_no_more() -> None:
    auction, held = auctioned()
    amount = D(100)
    calm = bidding(at=after(AT, DAY - 10 * MINUTE))
    assert len(bid(calm, auction, held).unwrap().auction) == 1
    for turn in range(13):
        late = after(auction.ends_at, -1)
        command = bidding((BOB, CYD)[turn % 2], bid_id=f"b{turn}", amount=amount, at=late)
        events = bid(command, auction, held).unwrap().auction
        assert isinstance(events[-1], AuctionExtended) is (turn < 12)
        auction = replay(AUCTION, events, auction)
        amount = amount * 2
    assert auction.extensions == 12
    assert auction.ends_at == after(AT, DAY + 12 * (10 * MINUTE - 1))


def close(at: Instant) -> CloseAuction:
    return CloseAuction(sale_id="s1", auction_id="a1", at=at)


def test_an_auction_ends_at_its_instant_as_a_sale_or_as_nothing() -> None:
    auction, held = auctioned()
    assert close_auction(close(AT), auction, held).failure() == AuctionState("open")
    end = close(after(AT, DAY))
    assert close_auction(end, auction, token()).failure() == TokenLocked("t1", "minted")
    nothing = close_auction(end, auction, held).unwrap()
    assert replay(TOKEN, nothing.token, held).owner_id == ADA
    assert AUCTION.decide(end, auction).unwrap() == nothing.auction
    closed = replay(AUCTION, nothing.auction, auction)
    assert close_auction(end, closed, held).failure() == AuctionState("closed")
    high = replay(AUCTION, bid(bidding(), auction, held).unwrap().auction, auction)
    sale = close_auction(end, high, held).unwrap()
    assert replay(TOKEN, sale.token, held).owner_id == BOB
    assert AUCTION.decide(end, high).failure() == TokenLocked("t1", "open")


def test_a_falling_price_is_paid_and_not_what_was_bid() -> None:
    auction, held = auctioned(falling())
    at = after(AT, 100 * MINUTE)
    low = bid(bidding(amount=D(833), at=at), auction, held).failure()
    assert low == BidTooLow(D(834))
    poor = bidding(amount=D(900), at=at, purse=Purse(balance=D(833)))
    assert bid(poor, auction, held).failure().code == "insufficient_funds"
    bought = bid(bidding(amount=D(900), at=at), auction, held).unwrap()
    (sale,) = bought.token
    assert isinstance(sale, MarketplaceSale)
    assert seen(sale.price, sale.escrow, sale.buyer_id) == (834, None, BOB)
    assert replay(AUCTION, bought.auction, auction).status.value == "closed"
    assert after(AT, 6 * HOUR) == auction.ends_at

"""Corners of the market where a slip would go unseen: fields side by side, bounds to the unit."""

from decimal import Decimal

from attrs import evolve

from astracore.errors.nft import TokenLocked
from astracore.errors.values import NumericLimit
from astracore.events.decider import replay
from astracore.instants import DAY, after
from astracore.nft.auctions.auction import AUCTION, bid, close_auction
from astracore.nft.auctions.commands import CloseAuction
from astracore.nft.auctions.events import AuctionClosed, AuctionOpened, BidPlaced
from astracore.nft.auctions.state import Auction
from astracore.nft.collection import Piece, SaleMade, collection_stats, owner_figures
from astracore.nft.eligibility.eligibility import record_mint, request_mint
from astracore.nft.eligibility.requirements import Fact, earned_rarity
from astracore.nft.eligibility.state import Supply
from astracore.nft.listings.accepting import accept_offer
from astracore.nft.listings.commands import AcceptOffer
from astracore.nft.listings.listing import LISTING, buy
from astracore.nft.minting import SERIALS, power
from astracore.nft.payments import payment_lines
from astracore.nft.purses import Purse
from astracore.nft.rules import CLASSES, RULES, AtLeast, MarketFees, Measure
from astracore.nft.sales import Deal, settle
from astracore.nft.tokens.commands import ClaimStaking, ExpireOffers, Stake, WithdrawOffer
from astracore.nft.tokens.events import (
    MarketplaceSale,
    NftTransferred,
    OfferEnded,
    OfferMade,
    RewardClaimed,
)
from astracore.nft.tokens.state import Move
from astracore.nft.tokens.token import TOKEN
from astracore.nft.traits import trait
from astracore.nft.types import NftClass, OfferEnd, Rarity, TokenState
from astracore.nft.valuation import Sold, demand
from tests.nft.dealers import (
    ADA,
    AT,
    BOB,
    CYD,
    RICH,
    auctioned,
    bidding,
    falling,
    gift,
    listed,
    offer,
    purchase,
    token,
)
from tests.nft.test_claims import ASK, RECORD, asked, eligible

D = Decimal


def test_the_first_of_an_edition_of_one() -> None:
    row = next(one for one in CLASSES if one.name is NftClass.SEASON_ITEM)
    rules = evolve(RULES, classes=(evolve(row, cap=1),))
    assert request_mint(ASK, eligible(), Supply(), rules).unwrap().supply
    full = Supply(last=1, editions={"winter": 1})
    assert request_mint(ASK, eligible(), full, rules).failure().code == "sold_out"


def test_a_spending_limit_may_be_used_up() -> None:
    exact = offer(currency="USDC", purse=evolve(RICH, spend_left=D(100)))
    assert TOKEN.decide(exact, token()).unwrap()
    credit = offer(purse=Purse(balance=D(100), spend_left=D(0)))
    assert TOKEN.decide(credit, token()).unwrap()


def test_only_the_own_bid_counts_towards_a_raise() -> None:
    auction, held = auctioned()
    high = replay(AUCTION, bid(bidding(amount=D(101)), auction, held).unwrap().auction, auction)
    poor = bidding(CYD, bid_id="b2", amount=D(107), purse=Purse(balance=D(106)))
    assert bid(poor, high, held).failure().code == "insufficient_funds"
    other = evolve(held, token_id="t9")
    refused = TokenLocked("t9", "listed")
    assert bid(bidding(), auction, other).failure() == refused
    end = CloseAuction(sale_id="s1", auction_id="a1", at=after(AT, DAY))
    assert close_auction(end, auction, other).failure() == refused


def test_what_an_auction_tells() -> None:
    auction, held = auctioned()
    placed = bid(bidding(amount=D(101)), auction, held).unwrap().auction
    assert placed == (
        BidPlaced(
            auction_id="a1",
            bid_id="b1",
            kind=auction.kind,
            token_id="t1",
            bidder_id=BOB,
            amount=D(101),
            currency="CREDIT",
            freed_id=None,
            freed_to=None,
            freed=None,
            ends_at=after(AT, DAY),
            at=AT,
        ),
    )
    high = replay(AUCTION, placed, auction)
    end = CloseAuction(sale_id="s1", auction_id="a1", at=after(AT, DAY))
    sold = close_auction(end, high, held).unwrap()
    assert sold.auction == (
        AuctionClosed(
            auction_id="a1",
            kind=auction.kind,
            token_id="t1",
            owner_id=ADA,
            winner_id=BOB,
            price=D(101),
            currency="CREDIT",
            sale_id="s1",
            at=after(AT, DAY),
        ),
    )
    assert replay(AUCTION, sold.auction, high).sale_id == "s1"
    (sale,) = sold.token
    assert isinstance(sale, MarketplaceSale)
    assert (sale.escrow, sale.listing_id, sale.seller_id) == ("b1", "a1", ADA)


def test_an_auction_without_bids_has_no_sale() -> None:
    auction, held = auctioned()
    end = CloseAuction(sale_id="s1", auction_id="a1", at=after(AT, DAY))
    nothing = close_auction(end, auction, held).unwrap()
    assert replay(AUCTION, nothing.auction, auction).sale_id == ""


def test_how_a_falling_auction_begins() -> None:
    auction, _ = auctioned(falling())
    assert (auction.start, auction.floor, auction.currency) == (D(1000), D(400), "CREDIT")
    told = AuctionOpened(
        auction_id="a1",
        kind=auction.kind,
        token_id="t1",
        class_=NftClass.LEVEL_75,
        rarity=Rarity.EPIC,
        owner_id=ADA,
        start=D(1000),
        floor=D(400),
        currency="CREDIT",
        ends_at=auction.ends_at,
        at=AT,
    )
    assert AUCTION.evolve(Auction(), told) == auction
    assert auction.opened_at == AT


def test_what_offers_tell_when_they_begin_and_end() -> None:
    (made,) = TOKEN.decide(offer(), token()).unwrap()
    assert made == OfferMade(
        offer_id="o1",
        token_id="t1",
        class_=NftClass.LEVEL_75,
        rarity=Rarity.EPIC,
        owner_id=ADA,
        bidder_id=BOB,
        amount=D(100),
        currency="CREDIT",
        ends_at=after(AT, 7 * DAY),
        at=AT,
    )
    held = replay(TOKEN, (made,), token())
    back = WithdrawOffer(offer_id="o1", token_id="t1", user_id=BOB, at=AT)
    (ended,) = TOKEN.decide(back, held).unwrap()
    assert ended == OfferEnded(
        offer_id="o1",
        token_id="t1",
        class_=NftClass.LEVEL_75,
        rarity=Rarity.EPIC,
        owner_id=ADA,
        bidder_id=BOB,
        amount=D(100),
        currency="CREDIT",
        reason=OfferEnd.WITHDRAWN,
        at=AT,
    )


def test_one_offer_is_accepted_and_the_others_are_freed() -> None:
    held = token()
    for name, user, price in (("o1", BOB, 100), ("o2", CYD, 200)):
        ask = offer(user, offer_id=name, price=D(price))
        held = replay(TOKEN, TOKEN.decide(ask, held).unwrap(), held)
    accept = AcceptOffer(sale_id="s1", offer_id="o2", token_id="t1", user_id=ADA, at=AT)
    (events,) = accept_offer(accept, (held,)).unwrap().tokens
    reasons = {event.offer_id: event.reason for event in events if isinstance(event, OfferEnded)}
    assert reasons == {"o1": OfferEnd.TOKEN_MOVED, "o2": OfferEnd.ACCEPTED}
    sale = events[-1]
    assert isinstance(sale, MarketplaceSale)
    assert (sale.buyer_id, sale.price, sale.escrow, sale.power) == (CYD, D(200), "o2", 150)
    sold = replay(TOKEN, events, held)
    assert len(accept_offer(accept, (sold, token("t2"))).unwrap().tokens) == 2
    freed = [line.account for event in events[:2] for line in payment_lines(event)]  # type: ignore[arg-type]
    assert sorted(freed) == ["game_escrow/o1", "wallet/bob"]


def test_moves_are_remembered_for_thirty_days() -> None:
    held = token(moves=(Move(from_id=CYD, to=ADA, at=AT),))
    given = replay(TOKEN, TOKEN.decide(gift(at=after(AT, 30 * DAY - 1)), held).unwrap(), held)
    assert [move.to for move in given.moves] == [ADA, BOB]
    late = replay(TOKEN, TOKEN.decide(gift(at=after(AT, 30 * DAY)), held).unwrap(), held)
    assert [move.to for move in late.moves] == [BOB]
    (event,) = TOKEN.decide(gift(tx_hash="0x1"), held).unwrap()
    assert event == NftTransferred(
        token_id="t1",
        class_=NftClass.LEVEL_75,
        rarity=Rarity.EPIC,
        owner_id=ADA,
        to=BOB,
        tx_hash="0x1",
        at=AT,
    )


def test_one_full_day_is_paid() -> None:
    held = replay(
        TOKEN, TOKEN.decide(Stake(token_id="t1", user_id=ADA, at=AT), token()).unwrap(), token()
    )
    claim = ClaimStaking(token_id="t1", user_id=ADA, at=after(AT, DAY))
    (paid,) = TOKEN.decide(claim, held).unwrap()
    assert paid == RewardClaimed(
        token_id="t1",
        class_=NftClass.LEVEL_75,
        rarity=Rarity.EPIC,
        user_id=ADA,
        days=1,
        credits=8,
        at=after(AT, DAY),
    )
    more = replay(TOKEN, (paid,), held)
    assert replay(TOKEN, (paid,), more).paid_days == 2


def test_offers_that_still_stand_are_left() -> None:
    held = token()
    for name, at in (("o1", AT), ("o2", after(AT, 1))):
        held = replay(TOKEN, TOKEN.decide(offer(offer_id=name, at=at), held).unwrap(), held)
    sweep = ExpireOffers(token_id="t1", at=after(AT, 7 * DAY))
    left = replay(TOKEN, TOKEN.decide(sweep, held).unwrap(), held)
    assert [one.offer_id for one in left.offers] == ["o2"]


def test_what_a_purchase_tells() -> None:
    listing, held = listed(token(first_owner_id=CYD))
    trade = buy(purchase(), listing, held).unwrap()
    (sale,) = trade.tokens[0]
    assert sale == MarketplaceSale(
        sale_id="s1",
        listing_id="l1",
        token_id="t1",
        class_=NftClass.LEVEL_75,
        rarity=Rarity.EPIC,
        owner_id=BOB,
        seller_id=ADA,
        buyer_id=BOB,
        price=D(1000),
        currency="CREDIT",
        platform=D(25),
        royalty=D(50),
        royalty_to=CYD,
        proceeds=D(925),
        power=150,
        at=AT,
    )
    assert [(line.account, line.amount) for line in payment_lines(sale)] == [
        ("wallet/bob", D(1000)),
        ("wallet/ada", D(-925)),
        ("wallet/cyd", D(-50)),
        ("burned", D(-25)),
    ]
    sold = replay(LISTING, trade.listing, listing)
    assert (sold.sale_id, sold.buyer_id, sold.owner_id) == ("s1", BOB, ADA)
    assert listing.expires_at == after(AT, 30 * DAY)


def test_places_of_traits_have_eight_bytes_and_tokens_thirty_two() -> None:
    assert trait(b"", 2**256 - 1, 2**64 - 1, 4).unwrap() in range(4)
    assert trait(b"", 0, 2**64, 4).failure().code == "invalid_seed"


def test_rarities_without_a_row_score_nothing() -> None:
    piece = Piece(
        class_=NftClass.LEVEL_25, rarity=Rarity.RARE, owner_id="a", state=TokenState.MINTED
    )
    found = owner_figures((piece,), evolve(RULES, rarities=())).unwrap()
    assert (found.tokens, found.score) == (1, D(0))


def test_windows_include_their_end() -> None:
    sale = SaleMade(price=D(5), currency="USDC", at=AT)
    (found,) = collection_stats((), (sale,), AT).unwrap().currencies
    assert (found.sales_day, found.volume_day) == (1, D(5))


def test_a_class_without_a_row_is_earned_by_nobody() -> None:
    facts = (Fact(Measure.CLOSED_TRADES, D(1)),)
    none = earned_rarity(NftClass.FIRST_TRADE, facts, None, evolve(RULES, classes=()))
    assert none.failure().code == "not_eligible"


def test_a_week_has_seven_days_and_floors_need_a_price() -> None:
    old = SaleMade(price=D(5), currency="USDC", at=after(AT, -7 * DAY - 1))
    (found,) = collection_stats((), (old,), AT).unwrap().currencies
    assert (found.sales_week, found.sales_all) == (0, 1)
    bundled = Piece(
        class_=NftClass.LEVEL_25,
        rarity=Rarity.RARE,
        owner_id="a",
        state=TokenState.LISTED,
        currency="USDC",
    )
    priced = evolve(bundled, price=D(9))
    (both,) = collection_stats((bundled, priced), (), AT).unwrap().currencies
    assert both.floor == 9


def test_a_minted_token_is_what_was_pinned() -> None:
    (minted,) = record_mint(RECORD, asked()).unwrap().token
    assert (minted.level, minted.power, minted.rarity) == (37, 87, Rarity.RARE)
    assert record_mint(RECORD, evolve(asked(), pinned=None)).failure().code == "mint_state"


def test_the_last_serial_of_a_class() -> None:
    level = evolve(eligible(), class_=NftClass.LEVEL_25)
    assert request_mint(ASK, level, Supply(last=SERIALS - 2)).unwrap().supply
    refused = request_mint(ASK, level, Supply(last=SERIALS - 1)).failure()
    assert refused.code == "sold_out"


def test_a_bonus_of_two_bounds_needs_both() -> None:
    row = next(one for one in CLASSES if one.name is NftClass.LEVEL_25)
    both = (*row.bonus, AtLeast(Measure.VIRAL_ITEMS, D(1)))
    rules = evolve(RULES, classes=(evolve(row, bonus=both),))
    facts = (Fact(Measure.LEVEL, D(25)), Fact(Measure.STREAK, D(30)))
    half = earned_rarity(NftClass.LEVEL_25, facts, None, rules).unwrap()
    assert half is Rarity.UNCOMMON


def test_the_token_that_is_named_is_the_one_that_is_sold() -> None:
    ask = offer(token_id="t2")
    second = replay(TOKEN, TOKEN.decide(ask, token("t2")).unwrap(), token("t2"))
    listing, (one, two) = listed(token(), second)
    accept = AcceptOffer(sale_id="s1", offer_id="o1", token_id="t2", user_id=ADA, at=AT)
    trade = accept_offer(accept, (one, two), listing).unwrap()
    assert replay(TOKEN, trade.tokens[0], one).owner_id == ADA
    assert replay(TOKEN, trade.tokens[1], two).owner_id == BOB


def test_power_is_rounded_half_to_even() -> None:
    odd = evolve(RULES, power_score=D("0.7"))
    assert power(Rarity.RARE, 0, odd).unwrap() == 4


def test_a_deal_under_shares_above_one_is_none() -> None:
    deal = Deal(
        sale_id="s",
        market_id="m",
        seller_id=ADA,
        buyer_id=BOB,
        price=D(100),
        currency="CREDIT",
        at=AT,
    )
    greedy = evolve(RULES, fees=MarketFees(platform=D("0.6"), royalty=D("0.6")))
    assert settle(deal, (token(),), greedy).failure().code == "royalty_above_price"
    bought = token(moves=(Move(from_id=CYD, to=ADA, at=AT),))
    assert len(settle(deal, (bought,)).unwrap()) == 1


def test_no_sales_that_count_make_no_demand() -> None:
    assert demand([Sold(D(2), D(1))] * 5, evolve(RULES, demand_sales=0)).unwrap() == 1


def test_power_of_rules_that_are_no_numbers_is_a_numeric_limit() -> None:
    for score in (D("NaN"), D("Infinity")):
        odd = evolve(RULES, power_score=score)
        assert power(Rarity.RARE, 0, odd).failure() == NumericLimit("InvalidOperation")

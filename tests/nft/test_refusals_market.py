"""What the market refuses, in which order, and what it does at the edges."""

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from astracore.errors.funds import InsufficientFunds
from astracore.errors.gates import SpendingLimit, TierRequired
from astracore.errors.nft import (
    BundleSize,
    ListingState,
    NothingToClaim,
    PriceTooLow,
    RoyaltyAbovePrice,
    SelfTrade,
    Soulbound,
    StakeTooShort,
    TokenLocked,
    WashSale,
)
from astracore.errors.risk import NotPermitted
from astracore.events.decider import replay
from astracore.instants import DAY, after
from astracore.nft.auctions.opening import open_auction
from astracore.nft.auctions.state import Auction
from astracore.nft.listings.accepting import accept_offer
from astracore.nft.listings.commands import (
    AcceptOffer,
    CancelListing,
    ExpireListing,
    RaiseNonce,
    Reprice,
)
from astracore.nft.listings.listing import (
    LISTING,
    SELLER,
    buy,
    cancel_listing,
    expire_listing,
    list_tokens,
)
from astracore.nft.listings.state import Listing, Seller
from astracore.nft.purses import Purse
from astracore.nft.rules import RULES, MarketFees
from astracore.nft.sales import Deal, settle
from astracore.nft.tokens.commands import (
    Burn,
    ClaimStaking,
    ExpireOffers,
    Stake,
    Unstake,
    WithdrawOffer,
)
from astracore.nft.tokens.events import MarketplaceSale, OfferEnded
from astracore.nft.tokens.state import TOKEN_STATES, Deed, Move, Token
from astracore.nft.tokens.token import TOKEN
from astracore.nft.types import Kind, OfferEnd, TokenState
from tests.nft.dealers import (
    ADA,
    AT,
    BOB,
    CYD,
    RICH,
    auctioned,
    gift,
    listed,
    offer,
    opening,
    purchase,
    put,
    seen,
    token,
)

D = Decimal
BOUND = token(kind=Kind.SOULBOUND)
GREEDY = evolve(RULES, fees=MarketFees(platform=D("0.6"), royalty=D("0.6")))


@pytest.mark.parametrize(
    ("held", "fault"),
    [
        (Token(), TokenLocked("", "absent")),
        (token(state=TokenState.BURNED), TokenLocked("t1", "burned")),
        (token(owner_id=BOB), NotPermitted("owner")),
        (BOUND, Soulbound("t1")),
        (token(state=TokenState.STAKED), TokenLocked("t1", "staked")),
        (token(state=TokenState.LISTED), TokenLocked("t1", "listed")),
    ],
)
def test_what_cannot_be_given_away_listed_staked_or_auctioned(held: Token, fault: object) -> None:
    assert TOKEN.decide(gift(), held).failure() == fault
    assert TOKEN.decide(Stake(token_id="t1", user_id=ADA, at=AT), held).failure() == fault
    assert list_tokens(put(), Listing(), (held,)).failure() == fault
    assert open_auction(opening(), Auction(), held).failure() == fault


def test_nobody_gives_to_themselves_and_keepsakes_may_be_burned() -> None:
    assert TOKEN.decide(gift(to=ADA), token()).failure() == SelfTrade("ada")
    burn = Burn(token_id="t1", user_id=ADA, at=AT)
    assert replay(TOKEN, TOKEN.decide(burn, BOUND).unwrap(), BOUND).state is TokenState.BURNED
    assert TOKEN.decide(burn, token(state=TokenState.STAKED)).failure().code == "token_locked"
    assert TOKEN.decide(burn, token(owner_id=BOB)).failure() == NotPermitted("owner")


def test_a_burned_token_takes_no_deed() -> None:
    assert TOKEN_STATES[TokenState.BURNED] == {}
    assert Deed.SELL not in TOKEN_STATES[TokenState.STAKED]


def test_a_stake_pays_each_day_once_and_stays_seven_days() -> None:
    staked = replay(
        TOKEN, TOKEN.decide(Stake(token_id="t1", user_id=ADA, at=AT), token()).unwrap(), token()
    )
    claim = ClaimStaking(token_id="t1", user_id=ADA, at=after(AT, 2 * DAY))
    early = evolve(claim, at=after(AT, DAY - 1))
    assert TOKEN.decide(early, staked).failure() == NothingToClaim("t1")
    assert TOKEN.decide(evolve(claim, user_id=BOB), staked).failure() == NotPermitted("owner")
    assert TOKEN.decide(claim, token()).failure() == NothingToClaim("t1")
    (paid,) = TOKEN.decide(claim, staked).unwrap()
    later = replay(TOKEN, (paid,), staked)
    assert TOKEN.decide(claim, later).failure() == NothingToClaim("t1")
    out = Unstake(token_id="t1", user_id=ADA, at=after(AT, 7 * DAY))
    soon = evolve(out, at=after(AT, 7 * DAY - 1))
    assert TOKEN.decide(soon, later).failure() == StakeTooShort(after(AT, 7 * DAY).micros)
    assert TOKEN.decide(out, token()).failure() == TokenLocked("t1", "minted")
    rest, gone = TOKEN.decide(out, later).unwrap()
    free = replay(TOKEN, (rest, gone), later)
    assert (free.state, free.staked_since, free.paid_days) == (TokenState.MINTED, None, 0)
    assert [paid.credits, rest.credits] == [16, 40]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("held", "command", "fault"),
    [
        (token(state=TokenState.STAKED), offer(), TokenLocked("t1", "staked")),
        (BOUND, offer(), Soulbound("t1")),
        (token(), offer(ADA), SelfTrade("ada")),
        (token(), offer(price=D(99)), PriceTooLow("CREDIT", D(100))),
        (token(), offer(currency="USDC", purse=Purse(balance=D(100))), TierRequired("phone")),
        (
            token(),
            offer(currency="USDC", purse=evolve(RICH, spend_left=D(99))),
            SpendingLimit(D(99), D(100)),
        ),
        (
            token(),
            offer(purse=Purse(balance=D(99))),
            InsufficientFunds("bob", "CREDIT", D(99), D(100)),
        ),
    ],
)
def test_offers_that_are_refused(held: Token, command: object, fault: object) -> None:
    assert TOKEN.decide(command, held).failure() == fault  # type: ignore[arg-type]


def test_prices_must_be_of_a_currency_that_the_market_takes() -> None:
    assert TOKEN.decide(offer(currency="BTC"), token()).failure().code == "unknown_currency"
    assert TOKEN.decide(offer(currency="?"), token()).failure().code == "unknown_currency"
    assert TOKEN.decide(offer(price=D("100.5")), token()).failure().code == "rounding_required"
    assert TOKEN.decide(offer(price=D("NaN")), token()).failure().code == "rounding_required"


def offered() -> Token:
    return replay(TOKEN, TOKEN.decide(offer(), token()).unwrap(), token())


def test_an_offer_ends_once_and_for_its_reason() -> None:
    held = offered()
    assert TOKEN.decide(offer(), held).failure() == ListingState("open")
    back = WithdrawOffer(offer_id="o1", token_id="t1", user_id=BOB, at=AT)
    assert TOKEN.decide(evolve(back, user_id=CYD), held).failure() == NotPermitted("owner")
    (ended,) = TOKEN.decide(back, held).unwrap()
    assert isinstance(ended, OfferEnded)
    assert ended.reason is OfferEnd.WITHDRAWN
    assert TOKEN.decide(back, replay(TOKEN, (ended,), held)).failure() == ListingState("none")
    sweep = ExpireOffers(token_id="t1", at=after(AT, 7 * DAY - 1))
    assert TOKEN.decide(sweep, held).unwrap() == ()
    (over,) = TOKEN.decide(evolve(sweep, at=after(AT, 7 * DAY)), held).unwrap()
    assert isinstance(over, OfferEnded)
    assert over.reason is OfferEnd.EXPIRED


def acceptance(**other: Any) -> AcceptOffer:  # noqa: ANN401
    asked = AcceptOffer(sale_id="s1", offer_id="o1", token_id="t1", user_id=ADA, at=AT)
    return evolve(asked, **other)


def test_acceptances_that_are_refused() -> None:
    held = offered()
    assert accept_offer(acceptance(), ()).failure() == ListingState("none")
    assert accept_offer(acceptance(offer_id="o2"), (held,)).failure() == ListingState("none")
    assert accept_offer(acceptance(user_id=CYD), (held,)).failure() == NotPermitted("owner")
    late = acceptance(at=after(AT, 7 * DAY))
    assert accept_offer(late, (held,)).failure() == ListingState("expired")
    staked = evolve(held, state=TokenState.STAKED)
    assert accept_offer(acceptance(), (staked,)).failure() == TokenLocked("t1", "staked")
    auction, at_auction = auctioned()
    bid_on = evolve(at_auction, offers=held.offers)
    assert accept_offer(acceptance(), (bid_on,)).failure() == TokenLocked("t1", "listed")
    assert auction.token_id == "t1"
    washed = evolve(held, moves=(Move(from_id=BOB, to=ADA, at=after(AT, -7 * DAY + 1)),))
    assert accept_offer(acceptance(), (washed,)).failure() == WashSale("t1", "bob")
    week = evolve(held, moves=(Move(from_id=BOB, to=ADA, at=after(AT, -7 * DAY)),))
    assert accept_offer(acceptance(), (week,)).unwrap().tokens
    other = token("t2")
    assert accept_offer(acceptance(), (held, other)).failure() == TokenLocked("t1", "minted")


def test_an_accepted_offer_ends_the_listing_and_frees_its_other_tokens() -> None:
    listing, (one, two) = listed(offered(), token("t2"))
    alone = accept_offer(acceptance(), (one,)).failure()
    assert alone == TokenLocked("t1", "listed")
    foreign = accept_offer(acceptance(), (one,), listing).failure()
    assert foreign == TokenLocked("l1", "other_tokens")
    trade = accept_offer(acceptance(), (one, two), listing).unwrap()
    sold = replay(TOKEN, trade.tokens[0], one)
    free = replay(TOKEN, trade.tokens[1], two)
    assert (sold.owner_id, sold.state, sold.offers) == (BOB, TokenState.MINTED, ())
    assert (free.owner_id, free.state) == (ADA, TokenState.MINTED)
    assert replay(LISTING, trade.listing, listing).status.value == "cancelled"
    again = accept_offer(acceptance(), (sold, free), listing).unwrap()
    assert not any(again.tokens)


def test_listings_that_are_refused() -> None:
    listing, held = listed(token())
    assert list_tokens(put(), listing, (token(),)).failure() == ListingState("open")
    assert list_tokens(put(), Listing(), ()).failure() == BundleSize(0)
    assert list_tokens(put(), Listing(), (token(), token())).failure() == BundleSize(2)
    many = tuple(token(f"t{place}") for place in range(11))
    assert list_tokens(put(), Listing(), many).failure() == BundleSize(11)
    assert list_tokens(put(), Listing(), many[:10]).unwrap().listing
    assert list_tokens(put("99"), Listing(), (token(),)).failure().code == "price_too_low"
    greedy = list_tokens(put(), Listing(), (token(),), GREEDY).failure()
    assert greedy == RoyaltyAbovePrice(D("1.2"))
    assert held[0].market_id == "l1"


def test_a_price_changes_ten_times_a_day() -> None:
    listing, _ = listed(token())
    change = Reprice(listing_id="l1", user_id=ADA, price=D(200), at=AT)
    assert LISTING.decide(evolve(change, user_id=BOB), listing).failure() == NotPermitted("owner")
    assert LISTING.decide(evolve(change, price=D(1)), listing).failure().code == "price_too_low"
    late = evolve(change, at=after(AT, 30 * DAY))
    assert LISTING.decide(late, listing).failure() == ListingState("expired")
    assert LISTING.decide(change, Listing()).failure() == ListingState("none")
    for _ in range(10):
        listing = replay(LISTING, LISTING.decide(change, listing).unwrap(), listing)
    assert listing.revision == 10
    assert LISTING.decide(change, listing).failure() == ListingState("repriced_too_often")
    assert LISTING.decide(evolve(change, at=after(AT, DAY)), listing).unwrap()


def test_listings_end_by_their_owner_and_at_their_instant() -> None:
    listing, held = listed(token(), token("t2"))
    cancel = CancelListing(listing_id="l1", user_id=ADA, at=AT)
    stranger = cancel_listing(evolve(cancel, user_id=BOB), listing, held).failure()
    assert stranger == NotPermitted("owner")
    assert cancel_listing(cancel, Listing(), held).failure() == ListingState("none")
    moved = (evolve(held[0], market_id="l9"), held[1])
    assert cancel_listing(cancel, listing, moved).failure() == TokenLocked("t1", "listed")
    freed = cancel_listing(cancel, listing, held).unwrap()
    assert [
        replay(TOKEN, made, one).state.value for made, one in zip(freed.tokens, held, strict=True)
    ] == [
        "minted",
        "minted",
    ]
    expire = ExpireListing(listing_id="l1", at=after(AT, 30 * DAY - 1))
    assert expire_listing(expire, listing, held).failure() == ListingState("open")
    on_time = evolve(expire, at=after(AT, 30 * DAY))
    over = expire_listing(on_time, listing, held).unwrap()
    ended = replay(LISTING, over.listing, listing)
    assert expire_listing(on_time, ended, held).failure() == ListingState("expired")


def test_purchases_that_are_refused() -> None:
    listing, held = listed(token())
    late = purchase(at=after(AT, 30 * DAY))
    assert buy(late, listing, held).failure() == ListingState("expired")
    assert buy(purchase(), Listing(), held).failure() == ListingState("none")
    assert buy(purchase(nonce=1), listing, held).failure() == ListingState("cancelled")
    assert buy(purchase(ADA), listing, held).failure() == SelfTrade("ada")
    dear = buy(purchase(max_price=D(999)), listing, held).failure()
    assert dear == ListingState("above_max_price")
    assert buy(purchase(), listing, ()).failure() == TokenLocked("l1", "other_tokens")
    poor = buy(purchase(purse=Purse(balance=D(999))), listing, held).failure()
    assert poor.code == "insufficient_funds"
    washed = (evolve(held[0], moves=(Move(from_id=ADA, to=BOB, at=AT),)),)
    assert buy(purchase(), listing, washed).failure() == WashSale("t1", "bob")
    assert buy(purchase(), listing, held, GREEDY).failure().code == "royalty_above_price"


def test_the_same_purchase_again_is_the_same_purchase() -> None:
    listing, held = listed(token())
    trade = buy(purchase(), listing, held).unwrap()
    sold = replay(LISTING, trade.listing, listing)
    again = buy(purchase(), sold, held).unwrap()
    assert (again.listing, again.tokens) == ((), ((),))
    assert buy(purchase(CYD), sold, held).failure() == ListingState("sold")
    assert buy(purchase(sale_id="s2"), sold, held).failure() == ListingState("sold")


def test_a_bundle_is_shared_equally_and_each_part_paid_out() -> None:
    resale = token("t2", first_owner_id=CYD)
    listing, held = listed(token(), resale, command=put("101"))
    trade = buy(purchase(), listing, held).unwrap()
    first, second = (events[-1] for events in trade.tokens)
    assert isinstance(first, MarketplaceSale)
    assert isinstance(second, MarketplaceSale)
    assert seen(first.price, first.platform, first.royalty, first.proceeds) == (51, 1, 0, 50)
    assert seen(second.price, second.platform, second.royalty, second.royalty_to) == (
        50,
        1,
        2,
        "cyd",
    )


def test_a_counter_only_rises() -> None:
    up = RaiseNonce(user_id=ADA, nonce=2, at=AT)
    seller = replay(SELLER, SELLER.decide(up, Seller()).unwrap())
    assert seller.nonce == 2
    assert SELLER.decide(up, seller).failure() == ListingState("2")


def deal(**other: Any) -> Deal:  # noqa: ANN401
    made = Deal(
        sale_id="s", market_id="m", seller_id=ADA, buyer_id=BOB, price=D(100), currency="CREDIT",
        at=AT,
    )  # fmt: skip
    return evolve(made, **other)


def test_what_no_deal_can_sell() -> None:
    assert settle(deal(), ()).failure() == BundleSize(0)
    assert settle(deal(buyer_id=ADA), (token(),)).failure() == SelfTrade("ada")
    assert settle(deal(), (BOUND,)).failure() == Soulbound("t1")
    assert settle(deal(), (token(owner_id=CYD),)).failure() == NotPermitted("owner")
    assert settle(deal(), (token(state=TokenState.STAKED),)).failure().code == "token_locked"
    _, (held,) = listed(token())
    assert settle(deal(), (held,)).failure() == TokenLocked("t1", "listed")
    assert settle(deal(price=D("0.5")), (token(),)).failure().code == "rounding_required"

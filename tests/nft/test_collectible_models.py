"""Read models and policies of the collection: what is told is what is shown and asked."""

from decimal import Decimal
from typing import Any, TypeVar

from attrs import evolve

from astracore.catalog.examples import example
from astracore.events.envelope import Envelope, StreamId
from astracore.events.projection import Projection, project
from astracore.gamification.commands import RarityFacts
from astracore.ids import CommandId, EventId, UserId
from astracore.instants import DAY, Instant
from astracore.ledger.commands import PostEntry
from astracore.ledger.entries import Book
from astracore.nft.auctions.events import (
    AuctionClosed,
    AuctionExtended,
    AuctionOpened,
    BidPlaced,
)
from astracore.nft.eligibility.events import (
    EligibilityGranted,
    MintFailed,
    MintRecorded,
    MintRequested,
)
from astracore.nft.listings.events import (
    ListingCancelled,
    ListingExpired,
    ListingRepriced,
    ListingSold,
    NftListed,
)
from astracore.nft.payments import payment_lines
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
    TokenListed,
    TokenReleased,
)
from astracore.nft.types import (
    AuctionState,
    ListingState,
    MintState,
    OfferEnd,
    Rarity,
    TokenState,
)
from astracore.policies.collectibles import pay_staking, reward_mint
from astracore.policies.sales import payments
from astracore.projections.collectibles import CLAIMS, TOKENS, figures
from astracore.projections.market import (
    AUCTIONS,
    BIDS,
    DEMAND,
    MARKET_LISTINGS,
    OFFERS,
    SALES,
    DemandRow,
    ListingRow,
)
from astracore.projections.sorting import cheapest_first
from tests.nft.dealers import seen

E = TypeVar("E")
R = TypeVar("R")
AT = Instant(50 * DAY)
D = Decimal


def told(event: E) -> Envelope[E]:
    """`event` as it would lie in a log."""
    return Envelope(
        event_id=EventId("event"),
        type="",
        schema_version=1,
        stream=StreamId("test", "key"),
        version=1,
        position=1,
        occurred_at=AT,
        recorded_at=AT,
        correlation_id="",
        causation_id="",
        command_id=CommandId("command"),
        actor="test",
        config_version="1",
        producer="test",
        event=event,
    )


def shown(projection: Projection[Any, R], *events: object) -> R | None:
    """The one row after `events`, through its bytes."""
    changes = project(projection, lambda _keys: {}, map(told, events)).unwrap()
    (change,) = changes or (None,)
    if change is None or change.body is None:
        return None
    return projection.row.decode(change.body).unwrap()


def test_a_token_is_shown_where_it_is() -> None:
    minted = example(NftMinted)
    places: list[tuple[object, TokenState]] = [
        (example(TokenListed), TokenState.LISTED),
        (example(TokenReleased), TokenState.MINTED),
        (example(NftStaked), TokenState.STAKED),
        (example(NftUnstaked), TokenState.MINTED),
        (example(NftBurned), TokenState.BURNED),
    ]
    for event, state in places:
        row = shown(TOKENS, minted, event)
        assert row is not None
        assert row.state is state
    sold = shown(TOKENS, minted, evolve(example(MarketplaceSale), buyer_id=UserId("bob")))
    given = shown(TOKENS, minted, evolve(example(NftTransferred), to=UserId("bob")))
    assert sold is not None
    assert given is not None
    assert sold.owner_id == given.owner_id == "bob"
    assert (sold.first_owner_id, sold.market_id) == (minted.owner_id, "")
    assert shown(TOKENS, minted, evolve(minted, power=1)) == shown(TOKENS, minted)
    assert shown(TOKENS, example(NftBurned)) is None


def test_the_rarest_tokens_come_first() -> None:
    row = shown(TOKENS, example(NftMinted))
    assert row is not None
    keys = [
        TOKENS.sort(evolve(row, rarity=rarity, token_id=token_id))
        for rarity in (Rarity.LEGENDARY, Rarity.RARE)
        for token_id in ("9", "10")
    ]
    assert keys == sorted(keys)


def test_a_claim_is_shown_as_far_as_it_has_come() -> None:
    granted = example(EligibilityGranted)
    owner = granted.user_id
    asked = evolve(example(MintRequested), owner_id=owner)
    failed = evolve(example(MintFailed), owner_id=owner)
    done = evolve(example(MintRecorded), owner_id=owner)
    for events, status in (
        ((granted,), MintState.ELIGIBLE),
        ((granted, asked), MintState.REQUESTED),
        ((granted, asked, failed), MintState.ELIGIBLE),
        ((granted, asked, done), MintState.MINTED),
    ):
        row = shown(CLAIMS, *events)
        assert row is not None
        assert row.status is status
    assert shown(CLAIMS, asked) is None


def test_a_listing_is_shown_with_its_price_and_end() -> None:
    listed = example(NftListed)
    row = shown(MARKET_LISTINGS, listed, evolve(example(ListingRepriced), price=D(7)))
    assert row is not None
    assert seen(row.price, row.status) == (7, ListingState.OPEN)
    ends: list[tuple[object, ListingState]] = [
        (example(ListingCancelled), ListingState.CANCELLED),
        (example(ListingExpired), ListingState.EXPIRED),
        (example(ListingSold), ListingState.SOLD),
    ]
    for event, status in ends:
        ended = shown(MARKET_LISTINGS, listed, event)
        assert ended is not None
        assert ended.status is status
        assert MARKET_LISTINGS.sort(row) < MARKET_LISTINGS.sort(ended)
    assert shown(MARKET_LISTINGS, example(ListingSold)) is None
    assert shown(MARKET_LISTINGS, listed, listed) == shown(MARKET_LISTINGS, listed)


def test_amounts_sort_as_text() -> None:
    amounts = [D(0), D("0.000000000000000001"), D("0.5"), D(9), D(10), D("10.25"), D("1E+29")]
    texts = [cheapest_first(amount) for amount in amounts]
    assert texts == sorted(texts)
    assert len({len(text) for text in texts}) == 1


def test_offers_and_auctions_are_shown_while_they_stand() -> None:
    assert shown(OFFERS, example(OfferMade)) is not None
    assert shown(OFFERS, example(OfferMade), example(OfferEnded)) is None
    opened, placed = example(AuctionOpened), example(BidPlaced)
    row = shown(AUCTIONS, opened, placed, evolve(placed, amount=D(9)), example(AuctionExtended))
    assert row is not None
    assert seen(row.high, row.bids, row.extensions, row.status) == (9, 2, 7, AuctionState.OPEN)
    closed = shown(AUCTIONS, opened, evolve(example(AuctionClosed), price=D(9)))
    assert closed is not None
    assert seen(closed.status, closed.price) == (AuctionState.CLOSED, 9)
    assert shown(AUCTIONS, placed) is None
    assert shown(AUCTIONS, opened, opened) == shown(AUCTIONS, opened)
    assert shown(BIDS, placed, evolve(placed, amount=D(9))) == placed


def test_sales_stay_and_make_the_demand_of_their_class() -> None:
    sale = evolve(
        example(MarketplaceSale), currency="CREDIT", price=D(2000), rarity=Rarity.COMMON, power=100
    )
    assert shown(SALES, sale, evolve(sale, price=D(1))) == sale
    row = shown(DEMAND, *[sale] * 12)
    assert isinstance(row, DemandRow)
    assert [sold.estimate for sold in row.sold[:3]] == [2000, 2000, 2000]
    assert len(row.sold) == 10
    assert shown(DEMAND, evolve(sale, currency="USDC")) is None


def test_the_figures_come_from_the_rows() -> None:
    token = shown(TOKENS, example(NftMinted), evolve(example(TokenListed), market_id="l1"))
    listing = shown(MARKET_LISTINGS, evolve(example(NftListed), listing_id="l1", currency="USDC"))
    assert token is not None
    assert isinstance(listing, ListingRow)
    found = figures((token,), (listing,), (example(MarketplaceSale),), AT).unwrap()
    assert found.currencies[-1].floor == listing.price
    bundle = evolve(listing, tokens=listing.tokens * 2)
    assert figures((token,), (bundle,), (), AT).unwrap().currencies == ()


def test_a_mint_is_worth_xp_by_its_rarity() -> None:
    (award,) = reward_mint(told(example(NftMinted)))
    assert award.facts == RarityFacts(rarity="common")


def test_a_stake_is_paid_in_the_games_book() -> None:
    (post,) = pay_staking(told(example(RewardClaimed)))
    claimed = example(RewardClaimed)
    assert post.book is Book.GAME
    assert [(line.account, line.amount) for line in post.entry.lines] == [
        ("issued", D(7)),
        (f"wallet/{claimed.user_id}", D(-7)),
    ]
    assert pay_staking(told(evolve(claimed, credits=0))) == ()


def test_the_market_pays_in_the_book_of_the_currency() -> None:
    sale = evolve(
        example(MarketplaceSale),
        currency="USDC",
        escrow=None,
        price=D("99.99"),
        platform=D("2.49975"),
        royalty=D("4.9995"),
        proceeds=D("92.49075"),
    )
    (post,) = payments((sale,), "deal")
    assert isinstance(post, PostEntry)
    assert post.book is Book.HOUSE
    assert [line.account.partition("/")[0] for line in post.entry.lines] == [
        "user_funds",
        "user_funds",
        "payable",
        "nft_marketplace",
    ]
    assert sum(line.amount for line in post.entry.lines) == 0
    accepted = evolve(example(OfferEnded), reason=OfferEnd.ACCEPTED)
    assert payments((accepted,), "deal") == ()
    first = evolve(sale, currency="CREDIT", escrow="o1", royalty=D(0))
    assert [line.account.partition("/")[0] for line in payment_lines(first)] == [
        "game_escrow",
        "wallet",
        "burned",
    ]

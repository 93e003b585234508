"""Worked examples of the collection's rules, to the unit."""

from decimal import Decimal

import pytest
from attrs import evolve

from astracore.errors.nft import BadReveal, NotEligible, RoyaltyAbovePrice
from astracore.errors.values import InvalidFraction, InvalidSeed, RoundingRequired
from astracore.instants import DAY, Instant
from astracore.nft.collection import Piece, SaleMade, collection_stats, owner_figures
from astracore.nft.eligibility.requirements import Fact, earned_rarity
from astracore.nft.minting import power, token_number
from astracore.nft.payout import payout, royalty_of
from astracore.nft.prices import Fall, dutch_price, english_minimum
from astracore.nft.rules import (
    CLASSES,
    MINIMUMS,
    RARITIES,
    RULES,
    MarketFees,
    Measure,
    class_row,
)
from astracore.nft.staking import full_days, stake_credits
from astracore.nft.traits import commitment, trait, traits
from astracore.nft.types import Kind, NftClass, Rarity, TokenState
from astracore.nft.valuation import Sold, demand, is_trending, trending, valuation
from tests.nft.dealers import seen

D = Decimal


@pytest.mark.parametrize(
    ("price", "currency", "first", "parts"),
    [
        ("99.99", "USDC", False, ("2.49975", "4.9995", "92.49075")),
        ("101", "CREDIT", False, ("2", "5", "94")),
        ("101", "CREDIT", True, ("2", "0", "99")),
        ("0.000001", "USDC", False, ("0", "0", "0.000001")),
        ("0", "CREDIT", False, ("0", "0", "0")),
    ],
)
def test_payouts(price: str, currency: str, *, first: bool, parts: tuple[str, str, str]) -> None:
    found = payout(D(price), currency, by_first_owner=first).unwrap()
    assert (found.platform, found.royalty, found.proceeds) == tuple(map(D, parts))


def test_shares_that_are_none_are_refused_before_the_price_is_looked_at() -> None:
    above = MarketFees(platform=D("0.5"), royalty=D("0.51"))
    found = payout(D("0.5"), "CREDIT", by_first_owner=True, fees=above)
    assert found.failure() == RoyaltyAbovePrice(D("1.01"))
    whole = MarketFees(platform=D("0.5"), royalty=D("0.5"))
    assert payout(D(101), "CREDIT", by_first_owner=False, fees=whole).unwrap().proceeds == 1
    below = MarketFees(platform=D("-0.1"), royalty=D("0.1"))
    fault = payout(D(1), "CREDIT", by_first_owner=True, fees=below).failure()
    assert fault == InvalidFraction("platform", "-0.1")
    assert payout(D("0.5"), "CREDIT", by_first_owner=True).failure() == RoundingRequired("0.5", "1")
    assert payout(D(-1), "CREDIT", by_first_owner=True).failure().code == "rounding_required"
    assert payout(D(1), "GOLD", by_first_owner=True).failure().code == "unknown_currency"


def test_royalties_by_the_unit() -> None:
    assert royalty_of(D(1000), D("0.05"), D(1)).unwrap() == 50
    assert royalty_of(D(1000), D("1.1"), D(1)).failure() == RoyaltyAbovePrice(D("1.1"))
    assert royalty_of(D(1000), D(1), D(0)).failure() == InvalidFraction("unit", "0")


def test_the_table_of_classes() -> None:
    """Every class of the rules, its rarity, points and kind."""
    told = {row.name.value: (row.rarity, row.points, row.kind) for row in CLASSES}
    traded, bound = Kind.TRADEABLE, Kind.SOULBOUND
    assert told == {
        "first_trade": (Rarity.COMMON, 100, bound),
        "level_25": (Rarity.UNCOMMON, 150, traded),
        "level_50": (Rarity.RARE, 250, traded),
        "level_75": (Rarity.EPIC, 500, traded),
        "level_100": (Rarity.LEGENDARY, 1000, traded),
        "clan_founder": (Rarity.EPIC, 500, bound),
        "viral_author": (Rarity.EPIC, 750, traded),
        "trading_master": (Rarity.LEGENDARY, 1000, bound),
        "tournament_winner": (Rarity.RARE, 400, traded),
        "season_item": (None, 50, traded),
    }
    assert [(row.score, row.stake) for row in RARITIES] == [
        (D(1), 1),
        (D("2.5"), 2),
        (D(5), 4),
        (D(10), 8),
        (D(25), 16),
    ]
    assert dict(MINIMUMS) == {
        "CREDIT": D(100),
        "USDC": D(1),
        "STRK": D(1),
        "ETH": D("0.0005"),
    }
    season = class_row(RULES, NftClass.SEASON_ITEM)
    assert season is not None
    assert season.cap == 10_000


NEEDS: list[tuple[NftClass, dict[Measure, str], Rarity | None]] = [
    (NftClass.FIRST_TRADE, {}, None),
    (NftClass.FIRST_TRADE, {Measure.CLOSED_TRADES: "0"}, None),
    (NftClass.FIRST_TRADE, {Measure.CLOSED_TRADES: "1"}, Rarity.COMMON),
    (
        NftClass.FIRST_TRADE,
        {Measure.CLOSED_TRADES: "1", Measure.TRADE_RETURN: "0.0999"},
        Rarity.COMMON,
    ),
    (
        NftClass.FIRST_TRADE,
        {Measure.CLOSED_TRADES: "1", Measure.TRADE_RETURN: "0.1"},
        Rarity.UNCOMMON,
    ),
    (NftClass.LEVEL_100, {Measure.LEVEL: "99", Measure.STREAK: "30"}, None),
    (NftClass.LEVEL_100, {Measure.LEVEL: "100", Measure.STREAK: "30"}, Rarity.LEGENDARY),
    (NftClass.LEVEL_75, {Measure.LEVEL: "75", Measure.STREAK: "29"}, Rarity.EPIC),
    (NftClass.CLAN_FOUNDER, {Measure.OWN_CLAN_MEMBERS: "9"}, None),
    (
        NftClass.CLAN_FOUNDER,
        {Measure.OWN_CLAN_MEMBERS: "10", Measure.OWN_CLAN_LEVEL: "5"},
        Rarity.LEGENDARY,
    ),
    (
        NftClass.VIRAL_AUTHOR,
        {Measure.VIRAL_ITEMS: "5", Measure.VIRAL_SCORE: "4999"},
        Rarity.EPIC,
    ),
    (NftClass.TRADING_MASTER, {Measure.LIVE_TRADES: "1000"}, None),
    (
        NftClass.TRADING_MASTER,
        {Measure.LIVE_TRADES: "1000", Measure.LIVE_WIN_RATE: "0.6", Measure.WORST_DRAWDOWN: "0.2"},
        Rarity.LEGENDARY,
    ),
    (NftClass.TOURNAMENT_WINNER, {Measure.TOURNAMENT_RANK: "2"}, None),
    (
        NftClass.TOURNAMENT_WINNER,
        {Measure.TOURNAMENT_RANK: "1", Measure.TOURNAMENT_SCORE: "80"},
        Rarity.EPIC,
    ),
]


@pytest.mark.parametrize(("name", "facts", "rarity"), NEEDS)
def test_requirements(name: NftClass, facts: dict[Measure, str], rarity: Rarity | None) -> None:
    stated = tuple(Fact(measure, D(value)) for measure, value in facts.items())
    assert earned_rarity(name, stated).value_or(None) is rarity


def test_an_edition_states_its_rarity_and_must() -> None:
    bought = (Fact(Measure.EDITION_BOUGHT, D(1)),)
    edition = earned_rarity(NftClass.SEASON_ITEM, bought, Rarity.RARE)
    assert edition.unwrap() is Rarity.RARE
    assert earned_rarity(NftClass.SEASON_ITEM, bought).failure().code == "not_eligible"


def test_power_and_numbers() -> None:
    assert power(Rarity.EPIC, 37).unwrap() == 137
    assert power(Rarity.UNCOMMON, 50).unwrap() == 75
    assert power(Rarity.UNCOMMON, 51).unwrap() == 75
    assert power(Rarity.COMMON, -4).unwrap() == 10
    assert token_number(NftClass.SEASON_ITEM, 2**64 - 1) == str(11 * 2**64 - 1)


def test_prices_of_auctions() -> None:
    fall = Fall(start=D(1000), floor=D(400), duration=360, currency="CREDIT")
    told = {minute: dutch_price(fall, minute).unwrap() for minute in (-5, 0, 100, 359, 360, 999)}
    assert told == {-5: 1000, 0: 1000, 100: 834, 359: 402, 360: 400, 999: 400}
    wrong = Fall(start=D(1), floor=D(2), duration=1, currency="CREDIT")
    assert dutch_price(wrong, 0).failure().code == "auction_state"
    still = Fall(start=D(2), floor=D(1), duration=0, currency="CREDIT")
    assert dutch_price(still, 0).failure().code == "auction_state"
    odd = Fall(start=D(2), floor=D("0.5"), duration=1, currency="CREDIT")
    assert dutch_price(odd, 0).failure().code == "rounding_required"
    assert english_minimum(D(101), "CREDIT").unwrap() == 107
    assert english_minimum(D("0.5"), "CREDIT").failure().code == "rounding_required"


def test_estimates() -> None:
    found = valuation(Rarity.EPIC, 137, D("1.2")).unwrap()
    assert seen(found.estimate, found.quick, found.normal, found.patient) == (
        42660,
        36261,
        42660,
        51192,
    )
    bare = evolve(RULES, rarities=())
    assert valuation(Rarity.EPIC, 1, D(1), bare).failure() == NotEligible("epic")
    assert demand([Sold(D(1), D(2))] * 2).unwrap() == 1
    assert demand([Sold(D(3), D(2))] * 3).unwrap() == D("1.5")
    assert demand([Sold(D(1), D(9))] * 3).unwrap() == D("0.5")
    old = [Sold(D(9), D(1))] * 5
    assert demand([*old, *[Sold(D(1), D(1))] * 10]).unwrap() == 1
    assert demand([Sold(D(1), D(0))] * 3).failure().code == "numeric_limit"


def test_trending() -> None:
    score = trending(300, 20, 3).unwrap()
    assert score == 49
    assert not is_trending(score).unwrap()
    assert trending(300, 20, 2).unwrap() == 56
    assert is_trending(D(50)).unwrap()
    assert trending(300, 20, 40).unwrap() == 7


def test_stakes() -> None:
    assert full_days(Instant(5), Instant(0)) == 0
    assert [stake_credits(rarity, 7) for rarity in Rarity] == [7, 14, 28, 56, 112]
    assert stake_credits(Rarity.EPIC, -1) == 0


def test_traits_are_a_function_of_what_is_published() -> None:
    sealed = commitment(b"winter")
    drawn = traits(b"winter", sealed, 7, (4, 4, 4)).unwrap()
    assert drawn == tuple(trait(b"winter", 7, place, 4).unwrap() for place in range(3))
    assert traits(b"summer", sealed, 7, (4,)).failure() == BadReveal(sealed)
    assert isinstance(traits(b"winter", sealed, 7, (0,)).failure(), InvalidSeed)
    assert isinstance(trait(b"", 2**256, 0, 4).failure(), InvalidSeed)
    assert isinstance(trait(b"", 0, -1, 4).failure(), InvalidSeed)


def piece(owner: str, state: TokenState, price: str | None = None) -> Piece:
    return Piece(
        class_=NftClass.LEVEL_25,
        rarity=Rarity.UNCOMMON,
        owner_id=owner,
        state=state,
        price=None if price is None else D(price),
        currency="" if price is None else "USDC",
    )


def test_figures_of_the_collection() -> None:
    pieces = (
        piece("a", TokenState.LISTED, "3"),
        piece("a", TokenState.LISTED, "2"),
        piece("b", TokenState.STAKED),
        piece("b", TokenState.LISTED),
        piece("c", TokenState.BURNED, "1"),
    )
    now = Instant(10 * DAY)
    sales = (
        SaleMade(price=D(5), currency="USDC", at=Instant(9 * DAY)),
        SaleMade(price=D(7), currency="USDC", at=Instant(9 * DAY + 1)),
        SaleMade(price=D(1), currency="ETH", at=Instant(0)),
        SaleMade(price=D(2), currency="ETH", at=Instant(11 * DAY)),
    )
    found = collection_stats(pieces, sales, now).unwrap()
    assert (found.minted, found.burned, found.owners) == (5, 1, 2)
    assert (found.listed_share, found.staked_share) == (D("0.75"), D("0.25"))
    ether, coin = found.currencies
    assert seen(coin.floor, coin.volume_day, coin.volume_week, coin.mean_week) == (2, 7, 12, 6)
    assert seen(coin.sales_day, coin.sales_week, coin.sales_all, coin.volume_all) == (1, 2, 2, 12)
    assert seen(ether.floor, ether.volume_all, ether.sales_week, ether.mean_week) == (
        None,
        3,
        0,
        None,
    )
    nothing = collection_stats((), (), now).unwrap()
    assert seen(nothing.listed_share, nothing.currencies) == (0, ())


def test_figures_of_an_owner() -> None:
    own = owner_figures((piece("a", TokenState.MINTED), piece("a", TokenState.BURNED))).unwrap()
    assert (own.tokens, own.score, own.completion) == (1, D("2.5"), D("0.1"))
    assert owner_figures(()).unwrap().score == 0

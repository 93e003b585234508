"""Formulas of collectibles against fractions, and what no rule may break."""

import decimal
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.errors.nft import BadReveal
from astracore.events.decider import replay
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.nft.eligibility.commands import GrantEligibility, RequestMint
from astracore.nft.eligibility.eligibility import ELIGIBILITY, SUPPLY, grant, request_mint
from astracore.nft.eligibility.requirements import Fact, earned_rarity
from astracore.nft.eligibility.state import Claim, Supply
from astracore.nft.payout import payout, royalty_of
from astracore.nft.prices import Fall, dutch_price, english_minimum
from astracore.nft.rules import CLASSES, RULES, AtLeast, MarketFees, Measure
from astracore.nft.traits import commitment, traits
from astracore.nft.types import NftClass, Rarity
from astracore.nft.valuation import Sold, demand, trending, valuation
from astracore.outcome import is_failure

D = Decimal
CRUDE = decimal.Context(prec=3, rounding=decimal.ROUND_UP)
UNITS = {"CREDIT": 0, "USDC": 6, "ETH": 18}
currencies = st.sampled_from(list(UNITS))
wholes = st.integers(0, 10**12) | st.sampled_from([0, 1, 2, 10**11])
shares = st.integers(0, 10_000).map(lambda n: D(n) / 10_000)


def of_units(count: int, currency: str) -> Decimal:
    return D(count).scaleb(-UNITS[currency])


@given(count=wholes, currency=currencies, platform=shares, royalty=shares, first=st.booleans())
@example(count=101, currency="CREDIT", platform=D("0.025"), royalty=D("0.05"), first=False)
@example(count=1, currency="USDC", platform=D(0), royalty=D(1), first=False)
def test_a_payout_is_the_price_and_each_part_is_cut_down(
    count: int, currency: str, platform: Decimal, royalty: Decimal, *, first: bool
) -> None:
    price, fees = of_units(count, currency), MarketFees(platform=platform, royalty=royalty)
    with decimal.localcontext(CRUDE):
        found = payout(price, currency, by_first_owner=first, fees=fees)
    if platform + royalty > 1:
        assert found.failure().code == "royalty_above_price"
        return
    parts = found.unwrap()
    assert Fraction(parts.platform) + Fraction(parts.royalty) + Fraction(parts.proceeds) == price
    scale = 10 ** UNITS[currency]
    assert Fraction(parts.platform) == Fraction(floor(count * Fraction(platform)), scale)
    owed = 0 if first else floor(count * Fraction(royalty))
    assert Fraction(parts.royalty) == Fraction(owed, scale)
    assert parts.proceeds >= 0


@given(wholes, st.integers(0, 20_000))
def test_a_royalty_is_the_same_in_points_of_a_hundredth_of_a_percent(
    count: int, points: int
) -> None:
    """As a contract computes it, in integers."""
    found = royalty_of(D(count), D(points).scaleb(-4), D(1))
    if points > 10_000:
        assert found.failure().code == "royalty_above_price"
    else:
        assert found.unwrap() == count * points // 10_000


@given(wholes, wholes, currencies, st.integers(1, 10**12), st.integers(-5, 2 * 10**12))
@example(1000, 400, "CREDIT", 360, 100)
def test_a_falling_price_is_the_line_rounded_up(
    one: int, other: int, currency: str, duration: int, elapsed: int
) -> None:
    low, high = sorted((one, other))
    fall = Fall(
        start=of_units(high, currency),
        floor=of_units(low, currency),
        duration=duration,
        currency=currency,
    )
    with decimal.localcontext(CRUDE):
        price = dutch_price(fall, elapsed).unwrap()
        later = dutch_price(fall, elapsed + 1).unwrap()
    passed = Fraction(min(max(elapsed, 0), duration), duration)
    line = ceil(high - (high - low) * passed)
    assert Fraction(price) == Fraction(line, 10 ** UNITS[currency])
    assert fall.floor <= later <= price <= fall.start


@given(wholes, currencies)
@example(101, "CREDIT")
def test_the_next_bid_is_the_least_that_is_a_step_higher(count: int, currency: str) -> None:
    least = english_minimum(of_units(count, currency), currency).unwrap()
    steps = Fraction(least) * 10 ** UNITS[currency]
    assert steps == ceil(Fraction(count) * Fraction(105, 100))


@given(st.sampled_from(Rarity), st.integers(0, 300), st.integers(50, 200))
@example(Rarity.EPIC, 137, 120)
def test_an_estimate_is_the_floor_of_the_product(
    rarity: Rarity, power: int, hundredths: int
) -> None:
    found = valuation(rarity, power, D(hundredths).scaleb(-2)).unwrap()
    base = {"common": 1000, "uncommon": 2500, "rare": 5000, "epic": 15000, "legendary": 50000}
    exact = base[rarity.value] * (1 + Fraction(power, 100)) * Fraction(hundredths, 100)
    assert found.estimate == floor(exact)
    assert found.quick <= found.normal == found.estimate <= found.patient


@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(1, 10**6)), max_size=14))
def test_demand_is_a_mean_within_bounds(pairs: list[tuple[int, int]]) -> None:
    found = demand([Sold(D(price), D(estimate)) for price, estimate in pairs]).unwrap()
    last = pairs[-10:]
    if len(last) < 3:
        assert found == 1
        return
    mean = sum((Fraction(*pair) for pair in last), Fraction(0)) / len(last)
    clamped = min(max(mean, Fraction(1, 2)), Fraction(2))
    assert abs(Fraction(found) - clamped) < Fraction(1, 10**40)


@given(st.integers(0, 10**6), st.integers(0, 10**5), st.integers(0, 60))
def test_trending_falls_with_age_and_never_below_a_tenth(
    views: int, favourites: int, days: int
) -> None:
    fresh = trending(views, favourites, 0).unwrap()
    score, later = trending(views, favourites, days), trending(views, favourites, days + 1)
    assert fresh >= score.unwrap() >= later.unwrap()
    exact = (Fraction(views, 10) + 2 * favourites) * max(Fraction(1, 10), 1 - Fraction(days, 10))
    assert abs(Fraction(score.unwrap()) - exact) <= Fraction(1, 200)


facts = st.lists(
    st.builds(Fact, st.sampled_from(Measure), st.integers(0, 1100).map(D)),
    unique_by=lambda fact: fact.measure,
)


@given(st.sampled_from(NftClass), facts, st.integers(1, 50), st.sampled_from(Rarity))
def test_better_facts_never_earn_less(
    name: NftClass, stated: list[Fact], more: int, edition: Rarity
) -> None:
    row = next(one for one in CLASSES if one.name is name)
    rising = {each.measure for each in (*row.needs, *row.bonus) if isinstance(each, AtLeast)}
    better = [
        evolve(fact, value=fact.value + (more if fact.measure in rising else -more))
        for fact in stated
    ]
    before, after = (earned_rarity(name, one, edition) for one in (stated, better))
    order = tuple(Rarity)
    if not is_failure(before):
        assert order.index(after.unwrap()) >= order.index(before.unwrap())


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdef"), st.sampled_from(["x", "y"]), st.booleans()),
        max_size=30,
    )
)
def test_serials_have_no_gap_and_editions_have_an_end(
    asked: list[tuple[str, str, bool]],
) -> None:
    """Whoever asks again, or fails and asks again, takes no second number."""
    row = next(one for one in CLASSES if one.name is NftClass.SEASON_ITEM)
    rules = evolve(RULES, classes=(evolve(row, cap=3),))
    supply = Supply()
    claims: dict[tuple[str, str], Claim] = {}
    numbers: dict[str, tuple[str, str]] = {}
    for user, edition, fails in asked:
        key = (user, edition)
        claim = claims.get(key) or granted(user, edition)
        made = request_mint(mint(user, edition), claim, supply, rules)
        if is_failure(made):
            continue
        claim = replay(ELIGIBILITY, made.unwrap().claim, claim)
        supply = replay(SUPPLY, made.unwrap().supply, supply)
        assert claim.pinned is not None
        assert numbers.setdefault(claim.pinned.token_id, key) == key
        claims[key] = evolve(claim, status=granted(user, edition).status) if fails else claim
    assert supply.last == len(numbers) == sum(supply.editions.values())
    assert all(count <= 3 for count in supply.editions.values())


def mint(user: str, edition: str) -> RequestMint:
    return RequestMint(
        user_id=UserId(user),
        class_=NftClass.SEASON_ITEM,
        level=1,
        reference=edition,
        at=Instant(0),
    )


def granted(user: str, edition: str) -> Claim:
    command = GrantEligibility(
        user_id=UserId(user),
        class_=NftClass.SEASON_ITEM,
        facts=(Fact(Measure.EDITION_BOUGHT, D(1)),),
        reference=edition,
        edition_rarity=Rarity.RARE,
        at=Instant(0),
    )
    return replay(ELIGIBILITY, grant(command, Claim()).unwrap())


@given(st.binary(max_size=40), st.integers(0, 2**256 - 1), st.lists(st.integers(1, 9), max_size=5))
def test_traits_are_within_their_choices_and_the_same_everywhere(
    reveal: bytes, token_id: int, choices: list[int]
) -> None:
    drawn = traits(reveal, commitment(reveal), token_id, choices).unwrap()
    assert len(drawn) == len(choices)
    assert all(0 <= one < among for one, among in zip(drawn, choices, strict=True))
    assert drawn == traits(reveal, commitment(reveal), token_id, tuple(choices)).unwrap()
    assert traits(reveal + b"!", commitment(reveal), token_id, choices).failure() == BadReveal(
        commitment(reveal)
    )

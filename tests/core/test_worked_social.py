"""Every worked example of people among people and of copy trading."""

from decimal import Decimal
from fractions import Fraction

import pytest

from astracore.bots.copying.fees import performance_fee
from astracore.bots.copying.sizing import CopyTerms, LeaderFill, Standing, Steps, copy_size
from astracore.instants import DAY
from astracore.social.battles.scores import (
    Verdict,
    clan_parts,
    elo_change,
    pot_parts,
    rated,
    trading_score,
)
from astracore.social.clans.rules import clan_level, clan_size
from astracore.social.content.rules import ContentKind
from astracore.social.content.scores import Spread, trending_score, viral_score
from astracore.social.profiles.reputation import influence, rating


@pytest.mark.parametrize(
    ("positive", "negative", "expected"),
    [("6", "1", "64.71"), ("90", "0", "95"), ("0", "0", "50")],
)
def test_rating(positive: str, negative: str, expected: str) -> None:
    assert rating(Decimal(positive), Decimal(negative)).unwrap() == Decimal(expected)


def test_influence() -> None:
    assert influence(followers=1000, endorsers=12, viral=1600, owns_clan=True) == 243


def test_level_and_size_of_a_clan() -> None:
    assert (clan_level(9000), clan_size(clan_level(9000))) == (4, 80)


def test_score_of_a_member() -> None:
    assert trading_score(Fraction("0.08"), Fraction("0.6"), 25) == 40


def test_rating_of_a_clan() -> None:
    assert elo_change(1000, 1100, Verdict.WON) == 20
    assert rated(1000, 1100, Verdict.WON) == (1020, 1080)
    assert elo_change(1100, 1000, Verdict.WON) == 12
    assert elo_change(1000, 1000, Verdict.TIED) == 0


def test_stakes() -> None:
    assert pot_parts(200, Verdict.WON).unwrap() == (160, 40)
    assert pot_parts(200, Verdict.LOST).unwrap() == (40, 160)
    assert pot_parts(200, Verdict.TIED).unwrap() == (100, 100)
    assert clan_parts(160, [Fraction(3), Fraction(1)]).unwrap() == (80, 60, 20)


def test_viral_score() -> None:
    spread = Spread(shares=12, likes=40, comments=8, reshares=3)
    assert viral_score(spread, ContentKind.MEME) == 427


def test_trending() -> None:
    assert trending_score(427, DAY) == Decimal("150.9673")


def test_size_of_a_copy() -> None:
    fill = LeaderFill(
        fill_id="fill",
        symbol="BTC-USD",
        qty=Decimal("0.8"),
        price=Decimal(1000),
        equity=Decimal(20000),
    )
    here = Standing(
        equity=Decimal(500), available=Decimal(500), held=Decimal(0), price=Decimal(1000)
    )
    steps = Steps(lot=Decimal("0.001"), min_qty=Decimal("0.001"), min_notional=Decimal(5))
    sized = copy_size(CopyTerms(), fill, here, steps).unwrap()
    assert (sized.qty, sized.wanted, sized.skip) == (Decimal("0.02"), Decimal("0.02"), None)


def test_fee_of_a_copy() -> None:
    first = performance_fee(Decimal(560), Decimal(500)).unwrap()
    assert (first.fee, first.leader, first.house) == (Decimal(6), Decimal("4.8"), Decimal("1.2"))
    assert first.mark == 554
    assert performance_fee(Decimal(550), first.mark).unwrap().fee == 0

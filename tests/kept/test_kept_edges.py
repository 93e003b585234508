"""Edges that walks do not come by: what is not finite, what is empty, what is told twice."""

from decimal import Decimal

import pytest
from attrs import evolve

from astracore.bots.copying.sizing import CopyTerms, LeaderFill, Standing, Steps, copy_size
from astracore.errors.nft import RoyaltyAbovePrice
from astracore.errors.payments import ProductRefused
from astracore.errors.social import BattleInvalid, ClanInvalid, ContentInvalid
from astracore.errors.values import NumericLimit
from astracore.events.decider import replay
from astracore.ids import UserId
from astracore.instants import DAY, Instant
from astracore.ledger.books import BOOKS
from astracore.ledger.commands import ClosePeriod
from astracore.ledger.entries import Book, BookRules
from astracore.ledger.state import Books
from astracore.nft.rules import RULES, MarketFees
from astracore.nft.sales import Deal, settle
from astracore.nft.tokens.commands import ClaimStaking
from astracore.nft.tokens.token import TOKEN
from astracore.nft.types import Kind
from astracore.nft.valuation import Sold, demand
from astracore.outcome import is_failure
from astracore.revenue.dates import civil, day_number, day_text, parse_day
from astracore.revenue.payments.fees import processor_fee
from astracore.revenue.payments.types import Method
from astracore.revenue.wallets.prices import CASH_OUT_RULES, cash_out_amounts, tokens_for
from astracore.revenue.wallets.rules import Pack, TokenRules
from astracore.social.battles.battle import BATTLE
from astracore.social.battles.commands import JoinBattle
from astracore.social.battles.scores import BattleKind, clan_score
from astracore.social.battles.state import Battle, Phase, Running
from astracore.social.battles.state import Terms as BattleTerms
from astracore.social.clans.clan import CLAN
from astracore.social.clans.commands import Donate
from astracore.social.clans.state import Clan
from astracore.social.clans.treasury import BOUND
from astracore.social.content.commands import HideContent, Share
from astracore.social.content.content import POST
from astracore.social.content.events import ShareTarget
from astracore.social.content.state import BLANK
from astracore.social.feats import PlayMode
from astracore.social.friendships.commands import RequestFriend
from astracore.social.friendships.events import FriendAccepted, FriendRequested
from astracore.social.friendships.friendship import FRIENDSHIP
from astracore.social.friendships.state import Bond, Friendship
from astracore.social.ids import BattleId, ClanId, ContentId
from astracore.users.passwords import is_common
from tests.kept.social_walks import founded
from tests.kept.walking import START, Dice
from tests.nft.dealers import ADA, AT, BOB, token

D = Decimal


@pytest.mark.parametrize("lot", ["Infinity", "NaN", "0", "-1"])
def test_a_lot_is_a_number_above_nothing(lot: str) -> None:
    fill = LeaderFill(fill_id="x", symbol="S", qty=D(1), price=D(100), equity=D(1000))
    stands = Standing(equity=D(500), available=D(100), held=D(0), price=D(100))
    steps = Steps(lot=D(lot), min_qty=D(0), min_notional=D(0))
    assert is_failure(copy_size(CopyTerms(), fill, stands, steps))
    assert copy_size(CopyTerms(), fill, stands, evolve(steps, lot=D("0.5"))).unwrap().qty == D(
        "0.5"
    )


def test_a_fee_of_endless_money_is_none() -> None:
    told = processor_fee(D("Infinity"), D("0.01"), Method.CARD)
    assert told.failure() == NumericLimit("InvalidOperation")


def test_a_pack_for_nothing_sells_nothing() -> None:
    free = TokenRules(packs=(Pack(usd=D(0), tokens=9),))
    assert tokens_for(D(5), free).failure() == ProductRefused("tokens for 5 USD")


def test_scores_of_nobody_are_told_in_cents() -> None:
    assert str(clan_score([], 0)) == "0.00"


def test_what_was_never_posted_is_neither_shared_nor_hidden() -> None:
    share = Share(
        content_id=ContentId("p"), actor_id=UserId("a"), target=ShareTarget.LINK, at=START
    )
    for command in (share, HideContent(content_id=ContentId("p"), at=START)):
        assert POST.decide(command, BLANK).failure() == ContentInvalid(("state",))


@pytest.mark.parametrize(
    ("months", "kept_from"), [(-1, "2026-04"), (0, "2026-04"), (1, "2026-03"), (3, "2026-01")]
)
def test_how_many_closed_months_are_remembered(months: int, kept_from: str) -> None:
    close = ClosePeriod(
        book=Book.HOUSE,
        month="2026-03",
        at=Instant(START.micros + 40 * 86_400_000_000),
        rules=BookRules(kept_months=months),
    )
    after = replay(BOOKS, BOOKS.decide(close, Books()).unwrap())
    assert (after.closed, after.kept_from) == ("2026-03", kept_from)


def test_the_first_month_of_all_has_none_before() -> None:
    close = ClosePeriod(book=Book.HOUSE, month="0000-01", at=START, rules=BookRules(kept_months=1))
    assert replay(BOOKS, BOOKS.decide(close, Books()).unwrap()).kept_from == "0000-01"


def test_fees_above_the_price_sell_nothing() -> None:
    deal = Deal(
        sale_id="s",
        market_id="",
        seller_id=ADA,
        buyer_id=BOB,
        price=D(100),
        currency="CREDIT",
        at=AT,
    )
    rules = evolve(RULES, fees=MarketFees(platform=D("0.9"), royalty=D("0.2")))
    assert settle(deal, (token(),), rules).failure() == RoyaltyAbovePrice(D("1.1"))


def test_money_that_never_ends_is_not_paid_out() -> None:
    rules = evolve(CASH_OUT_RULES, rate=D("Infinity"))
    assert cash_out_amounts(1, rules).failure() == NumericLimit("InvalidOperation")


def test_a_long_token_is_staked_before_it_pays() -> None:
    held = token(staked_since=AT)
    claim = ClaimStaking(token_id="t1", user_id=ADA, at=Instant(AT.micros + 9 * DAY))
    assert TOKEN.decide(claim, held).failure().code == "nothing_to_claim"


def test_the_second_reason_against_a_bundle_is_found() -> None:
    deal = Deal(
        sale_id="s",
        market_id="",
        seller_id=ADA,
        buyer_id=BOB,
        price=D(100),
        currency="CREDIT",
        at=AT,
    )
    bound = token("t2", kind=Kind.SOULBOUND)
    assert settle(deal, (token(), bound), RULES).failure().code == "soulbound"


def test_no_sales_are_counted_where_none_are_asked_for() -> None:
    none = evolve(RULES, demand_sales=0, demand_sales_least=0)
    one = evolve(RULES, demand_sales=1, demand_sales_least=1)
    sales = [Sold(price=D(150), estimate=D(100))]
    assert demand(sales, none).unwrap() == 1
    assert demand(sales, one).unwrap() == D("1.5")


@pytest.mark.parametrize("date", ["2000-02-29", "2000-03-01", "2100-02-28", "2399-12-31"])
def test_every_day_of_four_centuries_is_read_back(date: str) -> None:
    assert day_text(parse_day(date).unwrap()) == date


def test_the_last_day_of_each_century() -> None:
    for year in range(1600, 2500, 100):
        february = 29 if year % 400 == 0 else 28
        day = day_number(year, 2, february)
        assert civil(day) == (year, 2, february)
        assert civil(day + 1) == (year, 3, 1)


def test_a_run_downwards_is_as_common_as_one_upwards() -> None:
    assert [is_common(text) for text in ("9876543210", "0123456789", "0246813579")] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("equity", ["Infinity", "NaN", "-1"])
def test_who_joins_a_battle_has_money(equity: str) -> None:
    asked = JoinBattle(
        battle_id=BattleId("b"),
        actor_id=UserId("x"),
        clan_id=ClanId("nova"),
        equity=D(equity),
        at=START,
    )
    assert BATTLE.decide(asked, running()).failure() == BattleInvalid(("equity",))


def running() -> Battle:
    """A battle between nova and apex that has just begun."""
    terms = BattleTerms(
        battle_id=BattleId("b"),
        declarer_id=ClanId("nova"),
        opponent_id=ClanId("apex"),
        kind=BattleKind.XP,
        mode=PlayMode.PRACTICE,
        hours=24,
        stake=0,
        expires_at=START,
    )
    times = Running(best_of=3, starts_at=START, ends_at=Instant(START.micros + DAY))
    return Battle(phase=Phase.ACCEPTED, terms=terms, running=times)


def test_a_treasury_has_room_for_so_much() -> None:
    form = evolve(
        founded(Dice(1)),
        level=5,
        name="Nova",
        tag="NV",
        description="d",
        colour="#00ff00",
        emblem="star",
    )
    gift = Donate(clan_id=form.clan_id, actor_id=form.actor_id, amount=10, balance=99, at=START)
    clan = replay(CLAN, CLAN.decide(form, Clan()).unwrap())
    full, nearly = evolve(clan, treasury=BOUND - 10), evolve(clan, treasury=BOUND - 11)
    assert CLAN.decide(gift, full).failure() == ClanInvalid(("amount",))
    assert CLAN.decide(gift, nearly).unwrap()


def test_a_request_whose_time_is_over_is_not_answered_by_another() -> None:
    asked = Friendship(bond=Bond.REQUESTED, asked_by=BOB, expires_at=START)
    ask = RequestFriend(
        actor_id=ADA,
        target_id=BOB,
        blocked=False,
        friends=0,
        target_friends=0,
        recent=(),
        at=START,
    )
    (late,) = FRIENDSHIP.decide(ask, asked).unwrap()
    assert type(late) is FriendRequested
    (timely,) = FRIENDSHIP.decide(evolve(ask, at=Instant(START.micros - 1)), asked).unwrap()
    assert type(timely) is FriendAccepted

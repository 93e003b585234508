"""Edges that walks do not come by: what is not finite, what is empty, what is told twice."""

from decimal import Decimal

import pytest
from attrs import evolve

from astracore.bots.copying.sizing import CopyTerms, LeaderFill, Standing, Steps, copy_size
from astracore.errors.nft import RoyaltyAbovePrice
from astracore.errors.payments import ProductRefused
from astracore.errors.social import ContentInvalid
from astracore.errors.values import NumericLimit
from astracore.events.decider import replay
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.ledger.books import BOOKS
from astracore.ledger.commands import ClosePeriod
from astracore.ledger.entries import Book, BookRules
from astracore.ledger.state import Books
from astracore.nft.rules import RULES, MarketFees
from astracore.nft.sales import Deal, settle
from astracore.outcome import is_failure
from astracore.revenue.payments.fees import processor_fee
from astracore.revenue.payments.types import Method
from astracore.revenue.wallets.prices import tokens_for
from astracore.revenue.wallets.rules import Pack, TokenRules
from astracore.social.battles.scores import clan_score
from astracore.social.content.commands import HideContent, Share
from astracore.social.content.content import POST
from astracore.social.content.events import ShareTarget
from astracore.social.content.state import BLANK
from astracore.social.ids import ContentId
from tests.kept.walking import START
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

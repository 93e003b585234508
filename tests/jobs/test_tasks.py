"""Every predefined task: what it does, and that a second run, or a second job, adds nothing."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest
import pytest_asyncio
from attrs import evolve
from sqlalchemy import update

from adapters.db import notes, tables
from adapters.db.sqlite import open_store
from astracore.gamification.commands import AwardXp, CheckIn, PrizeFacts
from astracore.gamification.events import StreakBroken
from astracore.gamification.leaderboards.events import LeaderboardClosed
from astracore.gamification.sources import XpSource
from astracore.gamification.tournaments.events import TournamentClosed, TournamentOpened
from astracore.ids import EventId, UserId
from astracore.instants import DAY, HOUR, MINUTE, SECOND, Instant, after, utc_day
from astracore.nft.auctions.commands import Bid, OpenAuction
from astracore.nft.auctions.events import AuctionClosed
from astracore.nft.eligibility.commands import GrantEligibility, RecordMint, RequestMint
from astracore.nft.eligibility.requirements import Fact
from astracore.nft.listings.commands import List
from astracore.nft.listings.events import ListingExpired
from astracore.nft.purses import Purse
from astracore.nft.rules import Measure
from astracore.nft.tokens.commands import MakeOffer
from astracore.nft.tokens.events import NftMinted, OfferEnded
from astracore.nft.types import AuctionKind, NftClass
from astracore.outcome import is_failure
from astracore.projections.social_challenges import CHALLENGES
from astracore.revenue.recognition.commands import BillContract, Stream
from astracore.revenue.recognition.events import RevenueRecognised
from astracore.revenue.subscriptions.commands import StartTrial
from astracore.revenue.subscriptions.events import SubscriptionExpired
from astracore.revenue.wallets.commands import GrantCredits
from astracore.risk.profiles.commands import SetDeadman
from astracore.risk.profiles.events import DeadmanFired
from astracore.social.battles.commands import DeclareBattle, Side
from astracore.social.battles.events import BattleExpired
from astracore.social.battles.scores import BattleKind
from astracore.social.challenges.commands import CreateChallenge
from astracore.social.challenges.rules import ChallengeKind, TemplateName
from astracore.social.challenges.state import Phase
from astracore.social.clans.commands import CreateClan, JoinClan
from astracore.social.clans.events import JoinPolicy
from astracore.social.feats import PlayMode
from astracore.social.ids import BattleId, ChallengeId, ClanId
from astracore.trading.events import AccountOpened
from astracore.users.commands import Register, RequestDeletion
from astracore.users.events import UserDeleted
from shell.messages import AuctionToken, ListTokens
from shell.store import Store
from shell.tasks.platform import ANSWERS, DECISIONS
from shell.tasks.registry import TASKS
from shell.tasks.task import NoPayload, Permanent
from shell.workers.facts import Look
from tests.jobs.bench import Attempt, Bench, Lent, bench
from tests.jobs.yard import START

TIMED = {one.name for one in TASKS if one.timing is not None}
ADA, BOB = UserId("ada"), UserId("bob")
RICH = Purse(balance=Decimal(10**6), verified=True)


@pytest_asyncio.fixture
async def here(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(open_store(tmp_path / "store.db").unwrap()) as one:
        yield one


async def twice(here: Bench, task: str, **more: Instant) -> int:
    """How many events a job leads to; it again, and another after it, lead to none."""
    before = len(here.told())
    await here.job(task, "one", **more)
    first = here.told()
    await here.job(task, "one", **more)
    await here.job(task, "two", **more)
    assert here.told() == first
    return len(first) - before


async def token(here: Bench, owner: UserId) -> str:
    class_ = NftClass.LEVEL_75
    facts = (Fact(Measure.LEVEL, Decimal(75)), Fact(Measure.STREAK, Decimal(400)))
    at = here.clock.now()
    await here.did(GrantEligibility(user_id=owner, class_=class_, facts=facts, at=at))
    await here.did(RequestMint(user_id=owner, class_=class_, level=75, at=at))
    await here.did(RecordMint(user_id=owner, class_=class_, tx_hash="0x1", at=at))
    name: str = here.of(NftMinted)[-1].token_id
    return name


async def credited(here: Bench, user: UserId) -> None:
    await here.did(
        GrantCredits(
            user_id=user,
            reward=200,
            faucet=Decimal(1),
            reason="reward",
            source_event_id=user,
            at=here.clock.now(),
        )
    )


async def clans(here: Bench) -> None:
    for owner, clan in ((ADA, "nova"), (BOB, "apex")):
        founded = CreateClan(
            clan_id=ClanId(clan),
            actor_id=owner,
            level=50,
            name=f"{clan} clan",
            tag=clan,
            description="",
            policy=JoinPolicy.OPEN,
            colour="#112233",
            emblem="star",
            at=here.clock.now(),
        )
        await here.did(founded)
        for n in range(4):
            member = UserId(f"{clan}{n}")
            await here.did(JoinClan(clan_id=ClanId(clan), actor_id=member, at=here.clock.now()))


async def test_a_battle_nobody_answers_ends(here: Bench) -> None:
    await clans(here)
    side = Side(clan_id=ClanId("nova"), role=None, rating=0, members=0, treasury=0)
    declared = DeclareBattle(
        battle_id=BattleId("b"),
        actor_id=ADA,
        declarer=side,
        opponent=evolve(side, clan_id=ClanId("apex")),
        kind=BattleKind.XP,
        mode=PlayMode.PRACTICE,
        at=here.clock.now(),
    )
    await here.did(declared)
    assert await twice(here, "finish_battles") == 0
    here.clock.forward(25 * 3600)
    await twice(here, "finish_battles")
    assert len(here.of(BattleExpired)) == 1


async def test_a_challenge_ends_with_its_time(here: Bench) -> None:
    made = CreateChallenge(
        challenge_id=ChallengeId("c"),
        actor_id=ADA,
        template=TemplateName.DAILY_TRADES,
        kind=ChallengeKind.SOLO,
        mode=PlayMode.PRACTICE,
        equity=Decimal(1000),
        at=here.clock.now(),
    )
    await here.did(made)
    assert await twice(here, "expire_challenges") == 0
    here.clock.forward(40 * 86_400)
    assert await twice(here, "expire_challenges") > 0
    row = here.runtime.store.read(lambda connection: Look(connection).row(CHALLENGES, "c"))
    assert row is not None
    assert row.phase is Phase.OVER


async def test_listings_and_offers_let_go_when_their_time_is_over(here: Bench) -> None:
    name, at = await token(here, ADA), here.clock.now()
    await credited(here, BOB)
    terms = List(listing_id="l", user_id=ADA, price=Decimal(150), currency="CREDIT", at=at)
    await here.did(ListTokens(terms=terms, token_ids=(name,)))
    offer = MakeOffer(
        offer_id="o",
        token_id=name,
        user_id=BOB,
        price=Decimal(100),
        currency="CREDIT",
        purse=RICH,
        at=at,
    )
    await here.did(offer)
    assert await twice(here, "expire_listings") == 0
    here.clock.forward(100 * 86_400)
    await twice(here, "expire_listings")
    assert (len(here.of(ListingExpired)), len(here.of(OfferEnded))) == (1, 1)


async def test_an_auction_is_closed_once_under_one_name(here: Bench) -> None:
    name, at = await token(here, ADA), here.clock.now()
    await credited(here, BOB)
    terms = OpenAuction(
        auction_id="a",
        user_id=ADA,
        kind=AuctionKind.ENGLISH,
        start=Decimal(100),
        floor=None,
        currency="CREDIT",
        hours=24,
        at=at,
    )
    await here.did(AuctionToken(terms=terms, token_id=name))
    await here.did(
        Bid(bid_id="b", auction_id="a", user_id=BOB, amount=Decimal(100), purse=RICH, at=at)
    )
    assert await twice(here, "close_auctions") == 0
    here.clock.forward(24 * 3600)
    await twice(here, "close_auctions")
    (closed,) = here.of(AuctionClosed)
    assert closed.winner_id == BOB


async def test_a_trial_ends_and_revenue_is_earned_by_the_day(here: Bench) -> None:
    day = utc_day(START)
    await here.did(
        StartTrial(subscription_id="ada", user_id=ADA, plan="pro", method_used=False, day=day)
    )
    bill = BillContract(
        contract_id="k",
        user_id=ADA,
        stream=Stream.SUBSCRIPTIONS,
        currency="USD",
        amount=Decimal(30),
        start=day,
        end=day + 30,
    )
    await here.did(bill)
    assert await twice(here, "renew_subscriptions") == 0
    here.clock.forward(60 * 86_400)
    await twice(here, "renew_subscriptions")
    assert len(here.of(SubscriptionExpired)) == 1
    midnight = Instant((day + 11) * DAY + 5 * MINUTE)
    assert await twice(here, "recognise_revenue", slot=midnight) > 0
    assert sum(one.amount for one in here.of(RevenueRecognised)) == 11
    await here.job("recognise_revenue", slot=after(midnight, 30 * DAY))
    assert sum(one.amount for one in here.of(RevenueRecognised)) == 30
    last = await here.job("recognise_revenue", slot=after(midnight, 31 * DAY))
    assert last["due"] == 0  # nothing is asked of what is earned


async def test_streaks_boards_and_tournaments_end_with_their_time(here: Bench) -> None:
    await here.did(Register(user_id=ADA, username="ada-one", at=here.clock.now()))
    check_in = CheckIn(user_id=ADA, source_event_id=EventId("e"), at=here.clock.now())
    await here.did(check_in)
    assert await twice(here, "close_streaks") == 0
    assert await twice(here, "close_leaderboards") == 0
    assert await twice(here, "open_tournament") > 0
    assert len(here.of(TournamentOpened)) == 1
    assert await twice(here, "close_tournament") == 0
    here.clock.forward(3 * 86_400)
    for task in ("close_streaks", "close_leaderboards", "close_tournament"):
        assert await twice(here, task) > 0, task
    assert len(here.of(StreakBroken)) == 1
    assert len(here.of(TournamentClosed)) == 1
    closed = [one.period for one in here.of(LeaderboardClosed)] or here.of(LeaderboardClosed)
    assert len(closed) == 1  # of the day; week, month, season and all time go on


async def test_leagues_are_looked_at_once_a_week(here: Bench) -> None:
    await here.did(Register(user_id=ADA, username="ada-one", at=here.clock.now()))
    prize = AwardXp(
        user_id=ADA,
        source=XpSource.TOURNAMENT,
        source_event_id=EventId("e"),
        facts=PrizeFacts(xp=450),
        at=here.clock.now(),
    )
    await here.did(prize)
    answer = await here.job("evaluate_leagues", slot=here.clock.now())
    assert (answer["due"], answer["done"]) == (1, 1)
    await twice(here, "evaluate_leagues", slot=here.clock.now())


async def test_who_does_not_come_back_is_purged(here: Bench) -> None:
    await here.did(Register(user_id=ADA, username="ada-one", at=here.clock.now()))
    gone = RequestDeletion(
        user_id=ADA, matched=True, proof=None, open_things=(), at=here.clock.now()
    )
    await here.did(gone)
    assert await twice(here, "purge_accounts") == 0
    here.clock.forward(60 * 86_400)
    assert await twice(here, "purge_accounts") > 0
    assert [one.user_id for one in here.of(UserDeleted)] == [ADA]


async def test_accounts_are_weighed_and_a_silent_countdown_fires(here: Bench) -> None:
    await here.did(Register(user_id=ADA, username="ada-one", at=here.clock.now()))
    (account,) = (one.account_id for one in here.of(AccountOpened))
    assert (await here.job("monitor_risk"))["due"] == 0  # it holds nothing
    answer = await here.job("evaluate_risk_limits")
    assert (answer["due"], answer["done"]) == (1, 1)
    await twice(here, "evaluate_risk_limits")
    await here.did(SetDeadman(account_id=account, countdown=60, at=here.clock.now()))
    assert await twice(here, "fire_deadmen") == 0
    here.clock.forward(61)
    await twice(here, "fire_deadmen")
    assert len(here.of(DeadmanFired)) == 1


async def test_the_days_figures_are_kept(here: Bench) -> None:
    await here.did(Register(user_id=ADA, username="ada-one", at=here.clock.now()))
    slot = Instant((utc_day(START) + 1) * DAY + 6 * HOUR)
    answer = await here.job("generate_daily_report", slot=slot)
    assert (answer["day"], answer["registered"], answer["trades"]) == ("2026-03-04", 1, 0)
    assert await here.job("generate_daily_report", slot=slot) == answer
    (kept,) = here.runtime.store.read(lambda connection: notes.under(connection, "report:"))
    assert kept.name == "report:2026-03-04"


async def test_a_broken_chain_fails_the_job(here: Bench) -> None:
    await here.did(Register(user_id=ADA, username="ada-one", at=here.clock.now()))
    answer = await here.job("verify_audit_chain")
    assert answer["events"] == len(here.told())
    spoil = update(tables.events).where(tables.events.c.position == 1).values(actor="nobody")
    here.runtime.store.write(lambda connection: connection.execute(spoil).rowcount)
    task = next(one for one in TASKS if one.name == "verify_audit_chain")
    found = await task.run(Attempt(here, "j", task.name), NoPayload())
    assert isinstance(found.failure(), Permanent)


async def test_what_is_kept_for_a_time_goes_with_it(store: Store) -> None:
    """On both databases: answers of requests, records of decisions; policies' keys stay."""
    async with bench(cast("Store", Lent(store))) as here:
        await here.did(Register(user_id=ADA, username="ada-one", at=here.clock.now()))
        answer = await here.job("cleanup_data")
        assert (answer["answers"], answer["decisions"]) == (0, 0)
        here.clock.forward((ANSWERS + SECOND) // SECOND)
        assert (await here.job("cleanup_data"))["answers"] == 1
        here.clock.forward(DECISIONS // SECOND)
        assert (await here.job("cleanup_data"))["decisions"] == 1
        await here.job("vacuum_database")
        before = here.told()
        again = await here.ask(Register(user_id=ADA, username="ada-one", at=here.clock.now()))
        assert is_failure(again)
        assert here.told() == before


def test_every_task_has_a_name_of_its_own_and_a_schedule() -> None:
    names = [one.name for one in TASKS]
    assert len(names) == len(set(names)) == 21
    assert set(names) - TIMED == {"rebuild_projection"}


@pytest.mark.parametrize(
    "task", [one.name for one in TASKS if one.name != "verify_audit_chain" and one.timing]
)
async def test_an_empty_store_gives_no_task_anything_to_do_twice(here: Bench, task: str) -> None:
    before = len(here.told())
    await here.job(task)
    await here.job(task)
    assert len(here.told()) - before <= 1  # the tournament of the day

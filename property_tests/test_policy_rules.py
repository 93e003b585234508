"""What each rule between two domains asks: exactly this, of these, and nothing below the bound."""

from decimal import Decimal
from typing import Any, TypeAlias

import pytest
from attrs import evolve
from hypothesis import example as sampled
from hypothesis import given
from hypothesis import strategies as st

from astracore.bots.copying.events import CopyFeeSettled, CopyOrderIntended
from astracore.catalog.examples import example
from astracore.events.policy import reactions
from astracore.gamification.commands import Figure, ReverseXp, UnlockAchievement
from astracore.gamification.events import LevelUp, RewardClaimed
from astracore.gamification.leaderboards.events import LeaderboardClosed, Winner
from astracore.gamification.measures import Measure as Counted
from astracore.gamification.progress import PROGRESS
from astracore.gamification.sources import XpSource
from astracore.gamification.state import Progress
from astracore.gamification.tournaments.events import TournamentClosed
from astracore.ids import EventId, UserId
from astracore.ledger.commands import PostEntry
from astracore.ledger.entries import Book
from astracore.nft.eligibility.commands import GrantEligibility
from astracore.nft.eligibility.eligibility import ELIGIBILITY
from astracore.nft.eligibility.state import Claim
from astracore.nft.rules import Measure
from astracore.nft.tokens import events as tokens
from astracore.nft.types import NftClass
from astracore.outcome import is_failure
from astracore.policies.claims import (
    LEVELS,
    Author,
    LiveRecord,
    OwnedClan,
    StreakRow,
)
from astracore.policies.copies import (
    PLACE_COPY,
    POST_COPY_FEE,
    POST_PLATFORM_FEE,
    Payer,
)
from astracore.policies.corrections import TAKE_BACK, PaidDeed
from astracore.policies.rewards import (
    GRANT_REWARDS,
    RECEIVE_SHARES,
    SETTLE_TREASURIES,
    SPEND_DONATION,
    Faucet,
)
from astracore.policies.social import SOCIAL_POLICIES
from astracore.policies.trophies import MOVED, UNLOCK_EARNED, Concerned, UserFigures
from astracore.revenue.wallets.commands import GrantCredits, SpendCredits
from astracore.revenue.wallets.rules import CreditUse
from astracore.revenue.wallets.state import Wallet
from astracore.revenue.wallets.wallet import WALLETS
from astracore.social.battles.events import BattleFinished
from astracore.social.clans.events import ClanDonated, ClanEnded, ClanJoined, ClanTransferred
from astracore.social.content.events import (
    ContentCommented,
    ContentReacted,
    ContentShared,
    Reaction,
)
from astracore.social.ids import BattleId, ClanId
from astracore.social.invites.events import ReferralActivated
from astracore.social.profiles.events import EndorsementWithdrawn, Unfollowed
from astracore.trading.commands import PlaceOrder
from astracore.trading.events import TradeExecuted
from astracore.trading.types import OrderType
from property_tests.policy_examples import (
    ADA,
    BOB,
    CLOSED_AT,
    ROWS,
    SHARES,
    ask,
    closed,
    prize,
)
from property_tests.social_world import lying

Loose: TypeAlias = Any
D = Decimal


def is_granted(command: GrantEligibility) -> bool:
    """Whether the claim's own decider grants what a policy asks."""
    return not is_failure(ELIGIBILITY.decide(command, Claim()))


def test_a_first_trade_is_claimed_with_its_return() -> None:
    (claim,) = ask("claim_first_trade", closed())
    assert (claim.user_id, claim.class_, claim.reference) == (ADA, NftClass.FIRST_TRADE, "")
    assert {fact.measure: fact.value for fact in claim.facts} == {
        Measure.CLOSED_TRADES: 1,
        Measure.TRADE_RETURN: D("0.19"),
    }
    assert is_granted(claim)


@given(st.integers(990, 1010), st.integers(58, 62))
@sampled(999, 60)
@sampled(1000, 59)
@sampled(1000, 60)
def test_mastery_is_claimed_from_a_thousand_live_trades_on(trades: int, percent: int) -> None:
    row = LiveRecord(trades=trades, win_rate=D(percent) / 100, drawdown=D("0.2"))
    claims = ask("claim_mastery", closed(), row)
    assert [one.class_ for one in claims] == [NftClass.TRADING_MASTER] * (
        trades >= 1000 and percent >= 60
    )
    assert all(is_granted(one) for one in claims)
    assert ask("claim_mastery", evolve(closed(), is_practice=True), row) == []


@given(st.integers(1, 110))
@sampled(24)
@sampled(25)
@sampled(100)
def test_four_levels_are_claimed(level: int) -> None:
    event = evolve(example(LevelUp), user_id=ADA, new_level=level)
    claims = ask("claim_level", event, StreakRow(days=30))
    assert [one.class_ for one in claims] == ([LEVELS[level]] if level in LEVELS else [])
    assert all(fact.value == 30 for one in claims for fact in one.facts[1:])


@pytest.mark.parametrize("shape", [ClanJoined, ClanTransferred])
def test_the_owner_of_a_clan_of_ten_claims(shape: type[ClanJoined] | type[ClanTransferred]) -> None:
    event = evolve(example(shape), user_id=ADA)
    (claim,) = ask("claim_founding", event, OwnedClan(owner_id=BOB, members=10, level=1))
    assert (claim.user_id, claim.class_) == (BOB, NftClass.CLAN_FOUNDER)
    assert ask("claim_founding", event, OwnedClan(owner_id=BOB, members=9, level=9)) == []


@pytest.mark.parametrize("shape", [ContentReacted, ContentCommented, ContentShared])
def test_the_author_of_five_famous_posts_claims(shape: type[Loose]) -> None:
    event = evolve(example(shape), actor_id=ADA)
    (claim,) = ask("claim_fame", event, Author(author_id=BOB, items=5, score=2500))
    assert (claim.user_id, claim.class_) == (BOB, NftClass.VIRAL_AUTHOR)
    assert ask("claim_fame", event, Author(author_id=BOB, items=4, score=9000)) == []


def test_the_winner_of_a_tournament_claims_for_it() -> None:
    event = evolve(
        example(TournamentClosed), tournament_id="daily:x", prizes=(prize(ADA, 1), prize(BOB, 2))
    )
    (claim,) = ask("claim_victory", event)
    assert (claim.user_id, claim.class_, claim.reference) == (
        ADA,
        NftClass.TOURNAMENT_WINNER,
        "daily:x",
    )


def unlocks(event: object, users: tuple[UserFigures, ...]) -> tuple[Loose, ...]:
    return UNLOCK_EARNED.react(lying(event, at=CLOSED_AT.micros), Concerned(users=users))


@pytest.mark.parametrize("shape", MOVED, ids=lambda shape: shape.__name__)
def test_only_figures_that_an_event_raises_are_told(shape: type[Loose]) -> None:
    every = tuple(Figure(measure=one, value=2) for one in Counted)
    none = tuple(Figure(measure=one, value=0) for one in Counted)
    users = (UserFigures(user_id=ADA, figures=every), UserFigures(user_id=BOB, figures=none))
    assert unlocks(example(shape), users) == (
        UnlockAchievement(
            user_id=ADA,
            figures=tuple(one for one in every if one.measure in MOVED[shape]),
            at=CLOSED_AT,
        ),
    )


def test_an_event_that_raises_no_figure_unlocks_nothing() -> None:
    user = UserFigures(user_id=ADA, figures=(Figure(measure=Counted.CLANS, value=1),))
    assert unlocks(example(LevelUp), (user,)) == ()


@pytest.mark.parametrize(
    ("event", "user", "source"),
    [
        (
            evolve(example(ContentReacted), actor_id=ADA, reaction=Reaction.NONE),
            ADA,
            XpSource.LIKE,
        ),
        (evolve(example(Unfollowed), actor_id=ADA, target_id=BOB), ADA, XpSource.FOLLOW),
        (
            evolve(example(EndorsementWithdrawn), actor_id=ADA, target_id=BOB),
            BOB,
            XpSource.ENDORSEMENT,
        ),
    ],
)
def test_what_is_taken_back_gives_its_xp_back(event: Loose, user: UserId, source: XpSource) -> None:
    told = lying(event, at=CLOSED_AT.micros)
    paid = EventId("earlier")
    assert TAKE_BACK.react(told, PaidDeed(source_event_id=paid)) == (
        ReverseXp(user_id=user, source=source, source_event_id=paid, at=CLOSED_AT),
    )
    assert TAKE_BACK.react(told, PaidDeed(source_event_id=None)) == ()
    liked = lying(evolve(example(ContentReacted), reaction=Reaction.LIKE))
    assert TAKE_BACK.react(liked, PaidDeed(source_event_id=paid)) == ()


WINNERS = (
    Winner(user_id=ADA, rank=1, score=D(9), credits=70),
    Winner(user_id=BOB, rank=2, score=D(8), credits=0),
)


@pytest.mark.parametrize(
    ("event", "reason", "shares"),
    [
        (evolve(example(LevelUp), user_id=ADA, credits=30), "level_up", [(ADA, 30)]),
        (evolve(example(LevelUp), credits=0), "level_up", []),
        (evolve(example(RewardClaimed), user_id=ADA, amount=9), "reward", [(ADA, 9)]),
        (evolve(example(tokens.RewardClaimed), user_id=ADA, credits=8), "staking", [(ADA, 8)]),
        (
            evolve(example(TournamentClosed), prizes=(prize(ADA, 1), prize(BOB, 2))),
            "tournament_prizes",
            [(ADA, 5000), (BOB, 5000)],
        ),
        (evolve(example(LeaderboardClosed), winners=WINNERS), "leaderboard_prizes", [(ADA, 70)]),
        (
            evolve(
                example(ReferralActivated),
                inviter_id=ADA,
                user_id=BOB,
                credits=500,
                invited_credits=250,
            ),
            "referral",
            [(ADA, 500), (BOB, 250)],
        ),
    ],
)
def test_rewards_are_granted_under_the_faucet(
    event: Loose, reason: str, shares: list[tuple[UserId, int]]
) -> None:
    told = lying(event, at=CLOSED_AT.micros)
    asked = GRANT_REWARDS.react(told, Faucet(rate=D("0.9")))
    assert asked == tuple(
        GrantCredits(
            user_id=user,
            reward=amount,
            faucet=D("0.9"),
            reason=reason,
            source_event_id=told.event_id,
            at=CLOSED_AT,
        )
        for user, amount in shares
    )
    assert not any(is_failure(WALLETS.decide(one, Wallet())) for one in asked)


def test_stakes_and_treasuries_are_no_reward() -> None:
    event = evolve(example(BattleFinished), battle_id=BattleId("b"), stake=7, shares=SHARES)
    (received,) = RECEIVE_SHARES.react(lying(event))
    assert (received.user_id, received.amount, received.use) == (ADA, 4, CreditUse.STAKE)
    assert received.counterpart == "game_escrow/b"
    (posted,) = SETTLE_TREASURIES.react(lying(event))
    assert accounts(posted) == {"game_escrow/b": 10, "treasury/red": -10}
    ended = evolve(example(ClanEnded), clan_id=ClanId("red"), user_id=ADA, treasury=5)
    (rest,) = RECEIVE_SHARES.react(lying(ended))
    assert (rest.amount, rest.counterpart, rest.use) == (5, "treasury/red", CreditUse.DONATION)
    assert RECEIVE_SHARES.react(lying(evolve(ended, treasury=0))) == ()
    alone = evolve(event, shares=SHARES[1:])
    assert SETTLE_TREASURIES.react(lying(alone)) == ()


def test_a_donation_leaves_the_wallet_for_the_treasury() -> None:
    event = evolve(example(ClanDonated), clan_id=ClanId("red"), user_id=ADA, amount=5)
    told = lying(event)
    assert SPEND_DONATION.react(told) == (
        SpendCredits(
            user_id=ADA,
            amount=5,
            use=CreditUse.DONATION,
            counterpart="treasury/red",
            source_event_id=told.event_id,
            at=event.at,
        ),
    )


def accounts(command: PostEntry) -> dict[str, Decimal]:
    """What an entry moves, and that it moves nothing out of the world."""
    found = {line.account: line.amount for line in command.entry.lines}
    assert sum(found.values(), D(0)) == 0
    assert len(found) == len(command.entry.lines)
    return found


PAYER = Payer(currency="USD", is_practice=False, has_funds=True)


def test_a_copy_fee_goes_to_the_leader_and_the_house() -> None:
    event = evolve(
        example(CopyFeeSettled),
        user_id=ADA,
        leader_id="lea",
        fee=D("6.00"),
        leader_share=D("4.80"),
        house_share=D("1.20"),
    )
    (posted,) = POST_COPY_FEE.react(lying(event), PAYER)
    assert posted.book is Book.HOUSE
    assert accounts(posted) == {
        "user_funds/ada": 6,
        "payable/lea": D("-4.80"),
        "transaction_fees": D("-1.20"),
    }
    (owed,) = POST_COPY_FEE.react(lying(event), evolve(PAYER, has_funds=False))
    assert accounts(owed)["receivable"] == 6
    assert POST_COPY_FEE.react(lying(event), evolve(PAYER, is_practice=True)) == ()
    nothing = evolve(event, fee=D(0), leader_share=D(0), house_share=D(0))
    assert POST_COPY_FEE.react(lying(nothing), PAYER) == ()


def test_a_live_trades_platform_fee_is_revenue() -> None:
    event = evolve(example(TradeExecuted), user_id=ADA, platform_fee=D("0.5"), is_practice=False)
    (posted,) = POST_PLATFORM_FEE.react(lying(event), PAYER)
    assert accounts(posted) == {"user_funds/ada": D("0.5"), "transaction_fees": D("-0.5")}
    assert POST_PLATFORM_FEE.react(lying(evolve(event, platform_fee=D(0))), PAYER) == ()
    assert POST_PLATFORM_FEE.react(lying(evolve(event, is_practice=True)), PAYER) == ()


def test_an_intended_copy_is_one_order_however_often_it_is_told() -> None:
    event = example(CopyOrderIntended)
    (first,) = PLACE_COPY.react(lying(event), ROWS[PLACE_COPY.row])
    (again,) = PLACE_COPY.react(lying(event, number=9), ROWS[PLACE_COPY.row])
    other = evolve(event, leader_fill_id="another")
    (second,) = PLACE_COPY.react(lying(other), ROWS[PLACE_COPY.row])
    assert isinstance(first, PlaceOrder)
    assert first == again
    assert first.order_id != second.order_id
    assert (first.account_id, first.symbol, first.side, first.qty, first.type, first.bot_id) == (
        event.account_id,
        event.symbol,
        event.side,
        event.qty,
        OrderType.MARKET,
        event.follow_id,
    )
    assert first.reduce_only is event.reduces


@given(st.lists(st.booleans(), min_size=1, max_size=8))
@sampled([True, False, True])
@sampled([False, True])
def test_taking_back_and_doing_again_earns_nothing(likes: list[bool]) -> None:
    """One like is 1 XP while it has never been withdrawn, and 0 ever after."""
    (deed,) = [one for one in SOCIAL_POLICIES if one.name == "reward_deed"]
    state, paid = Progress(), None
    for number, like in enumerate(likes, start=1):
        reaction = Reaction.LIKE if like else Reaction.NONE
        event = evolve(example(ContentReacted), actor_id=ADA, reaction=reaction)
        told = lying(event, number, at=CLOSED_AT.micros)
        back = TAKE_BACK.react(told, PaidDeed(source_event_id=paid))
        commands: list[Loose] = [*(one.command for one in reactions(deed, told)), *back]
        for command in commands:
            for happened in PROGRESS.decide(command, state).unwrap():
                state = PROGRESS.evolve(state, happened)
        if like and paid is None:
            paid = told.event_id
    liked = likes.index(True) if True in likes else len(likes)
    assert state.xp == (1 if likes[liked:] and all(likes[liked:]) else 0)

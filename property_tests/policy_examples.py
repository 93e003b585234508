"""Events that tell something, and rows to judge them by: what makes each policy react."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypeAlias

from attrs import evolve

from astracore.catalog.examples import example
from astracore.catalog.registry import EVENT_CLASSES
from astracore.events.envelope import Envelope
from astracore.events.policy import Policy, reactions
from astracore.gamification.commands import Figure
from astracore.gamification.events import LevelUp
from astracore.gamification.measures import Measure
from astracore.gamification.tournaments.events import Prize, TournamentClosed
from astracore.gamification.tournaments.types import daily_id, entry_account
from astracore.ids import AccountId, EventId, UserId
from astracore.instants import DAY, HOUR, Instant, utc_day
from astracore.money.currencies import CREDIT
from astracore.nft.tokens.events import MarketplaceSale
from astracore.policies.claims import Author, LiveRecord, OwnedClan, StreakRow
from astracore.policies.copies import Payer
from astracore.policies.corrections import PaidDeed
from astracore.policies.engagements import Invited, Leaving, ReferralFacts, Waiting
from astracore.policies.guards import Accounts, Flagged, Views
from astracore.policies.registry import INSTEAD, POLICIES, ROW_POLICIES, WAITING_POLICIES
from astracore.policies.reviews import Review
from astracore.policies.rewards import (
    GRANT_REWARDS,
    RECEIVE_SHARES,
    SETTLE_TREASURIES,
    SPEND_DONATION,
    Faucet,
)
from astracore.policies.rows import RowPolicy, knowing
from astracore.policies.trophies import Concerned, UserFigures
from astracore.revenue.payments.events import PaymentFailed, PaymentSucceeded
from astracore.revenue.payments.types import ProductKind
from astracore.revenue.subscriptions.events import PlanChanged, SubscriptionStarted
from astracore.risk.limits import Action
from astracore.risk.profiles.events import RiskLimitHit
from astracore.social.battles.events import BattleFinished, StakeShare
from astracore.social.content.events import ContentReacted, Reaction
from astracore.social.engagements import Engagement
from astracore.social.ids import BattleId, ChallengeId, ClanId, ContentId, InviteId
from astracore.social.invites.commands import Tier as ReferralTier
from astracore.social.moderation.events import CaseDecided
from astracore.social.moderation.rules import Sanction
from astracore.trading.events import PositionClosed, TradeExecuted
from astracore.trading.facts import Facts
from astracore.trading.money_events import AccountReset
from astracore.users.permissions import Actor
from astracore.users.types import Role, Tier
from property_tests.social_world import lying

Loose: TypeAlias = Any  # events, rows and commands of every domain
ADA, BOB = UserId("ada"), UserId("bob")
CLOSED_AT = Instant(1_772_618_400_000_000)
ENGAGED = Engagement(
    user_id=ADA,
    clan_id=ClanId("clan"),
    battles=(BattleId("b1"), BattleId("b2")),
    challenges=(ChallengeId("c1"),),
    invite_id=InviteId("invite"),
)
REFERRAL = ReferralFacts(
    tier=ReferralTier.EMAIL, closes=5, close_days=3, linked=False, xp_rewards=0, credit_rewards=0
)
MODERATOR = Actor(user_id=UserId("mo"), roles=(Role.MODERATOR,), has_second_factor=True)
ROWS: Mapping[type, Loose] = {
    StreakRow: StreakRow(days=30),
    LiveRecord: LiveRecord(trades=1000, win_rate=Decimal("0.6"), drawdown=Decimal("0.2")),
    OwnedClan: OwnedClan(owner_id=BOB, members=10, level=5),
    Author: Author(author_id=BOB, items=5, score=5000),
    Concerned: Concerned(
        users=(
            UserFigures(
                user_id=ADA,
                figures=tuple(Figure(measure=measure, value=1) for measure in Measure),
            ),
        )
    ),
    PaidDeed: PaidDeed(source_event_id=EventId("earlier")),
    Faucet: Faucet(rate=Decimal(1)),
    Payer: Payer(currency="USD", is_practice=False, has_funds=True),
    Facts: Facts(
        instrument=None, marks=(), maker_rate=Decimal("0.0002"), taker_rate=Decimal("0.0005")
    ),
    Actor: MODERATOR,
    Review: Review(
        reviewer=Actor(user_id=UserId("su"), roles=(Role.SUPPORT,), has_second_factor=True),
        tier=Tier.PREMIUM,
    ),
    Views: Views(views=()),
    Flagged: Flagged(flags=3),
    Accounts: Accounts(account_ids=(AccountId("a1"), AccountId("a2"))),
    Engagement: ENGAGED,
    Invited: Invited(invite_id=InviteId("invite")),
    Waiting: Waiting(engagement=ENGAGED, facts=REFERRAL),
    Leaving: Leaving(engagement=ENGAGED, contents=(ContentId("p1"), ContentId("p2"))),
}


def closed(user_id: UserId = ADA) -> PositionClosed:
    """A live close that qualifies, on the account of a tournament's entry."""
    name = daily_id(CLOSED_AT)
    begin = Instant(utc_day(CLOSED_AT) * DAY)
    return evolve(
        example(PositionClosed),
        user_id=user_id,
        account_id=entry_account(name, user_id, begin),
        is_practice=False,
        fees=Decimal(1),
        peak_cost=Decimal(100),
        max_qty=Decimal(1),
        entry_avg=Decimal(100),
        exit_avg=Decimal(120),
        net=Decimal(19),
        return_=Decimal("0.19"),
        opened_at=Instant(CLOSED_AT.micros - HOUR),
        closed_at=CLOSED_AT,
    )


def prize(user_id: UserId, rank: int) -> Prize:
    """A place of a tournament's list."""
    return Prize(user_id=user_id, rank=rank, score=Decimal(80), xp=500, credits=5000)


SHARES = (
    StakeShare(clan_id=ClanId("red"), user_id=None, amount=10),
    StakeShare(clan_id=ClanId("red"), user_id=ADA, amount=4),
)
# Several to an event class where no single one makes all of its policies react.
TELLING: Mapping[type, tuple[Loose, ...]] = {
    PositionClosed: (closed(),),
    LevelUp: (evolve(example(LevelUp), old_level=24, new_level=25, credits=250),),
    TournamentClosed: (evolve(example(TournamentClosed), prizes=(prize(ADA, 1), prize(BOB, 2))),),
    BattleFinished: (evolve(example(BattleFinished), stake=7, shares=SHARES),),
    ContentReacted: tuple(evolve(example(ContentReacted), reaction=one) for one in Reaction),
    CaseDecided: (
        evolve(example(CaseDecided), sanction=Sanction.SUSPENDED, until=CLOSED_AT),
        evolve(example(CaseDecided), sanction=Sanction.BANNED),
    ),
    RiskLimitHit: (
        evolve(example(RiskLimitHit), actions=(Action.KILL_SWITCH, Action.CANCEL_ORDERS)),
    ),
    TradeExecuted: (
        example(TradeExecuted),
        evolve(example(TradeExecuted), is_practice=False),
    ),
    MarketplaceSale: (evolve(example(MarketplaceSale), currency=CREDIT),),
    AccountReset: (evolve(example(AccountReset), balance=Decimal(10), previous=Decimal(4)),),
    PaymentSucceeded: tuple(
        evolve(example(PaymentSucceeded), kind=kind, reference="pro/monthly")
        for kind in ProductKind
    ),
    PaymentFailed: tuple(evolve(example(PaymentFailed), kind=kind) for kind in ProductKind),
    SubscriptionStarted: (evolve(example(SubscriptionStarted), credit=Decimal(1)),),
    PlanChanged: (evolve(example(PlanChanged), kept=Decimal(1)),),
}
BOUND: tuple[Policy[Loose, Loose], ...] = tuple(
    knowing(policy, ROWS[policy.row]) for policy in ROW_POLICIES
)
EVERY: tuple[Policy[Loose, Loose], ...] = (*POLICIES, *WAITING_POLICIES, *BOUND)
WALLETS = {one.name for one in (GRANT_REWARDS, RECEIVE_SHARES, SPEND_DONATION, SETTLE_TREASURIES)}
# The two kinds of service: see `registry.INSTEAD`.
WITH_WALLETS = tuple(policy for policy in EVERY if policy.name not in INSTEAD)
WITHOUT_WALLETS = tuple(policy for policy in EVERY if policy.name not in WALLETS)


def examples_of(shape: type) -> tuple[Loose, ...]:
    """The events of a class that every policy of the class reacts to, between them."""
    return TELLING.get(shape, (example(shape),))


def asked(policies: tuple[Policy[Loose, Loose], ...], event: object) -> list[tuple[str, Loose]]:
    """Who asks what because of an event."""
    told: Envelope[object] = lying(event, at=CLOSED_AT.micros)
    return [
        (policy.name, reaction.command)
        for policy in policies
        for reaction in reactions(policy, told)
    ]


def reacting(shape: type) -> frozenset[str]:
    """The policies that ask something because of an event of this class."""
    return frozenset(name for event in examples_of(shape) for name, _ in asked(EVERY, event))


def concerned(policy: Policy[Loose, Loose] | RowPolicy[Loose, Loose, Loose]) -> frozenset[type]:
    """The event classes of a policy; all of them are in the catalogue."""
    return frozenset(policy.events) & EVENT_CLASSES


def ask(name: str, event: object, row: object = None) -> list[Loose]:
    """What the policy of this name asks; of the row that is given, else of the telling one."""
    bound = [knowing(one, ROWS[one.row] if row is None else row) for one in ROW_POLICIES]
    (policy,) = [one for one in (*POLICIES, *WAITING_POLICIES, *bound) if one.name == name]
    return [one.command for one in reactions(policy, lying(event, at=CLOSED_AT.micros))]

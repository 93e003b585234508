"""Which row each policy is told: who takes part where, what was done, who is who, who pays."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from astracore.catalog.funds import ECONOMY_AGGREGATE
from astracore.events.envelope import Envelope, StreamId
from astracore.gamification.events import LevelUp
from astracore.gamification.sources import XpSource
from astracore.ids import EventId, UserId
from astracore.instants import HOUR, Instant, instant_text, utc_day
from astracore.ledger.entries import Book
from astracore.outcome import collect, is_failure
from astracore.policies.claims import Author, LiveRecord, OwnedClan, StreakRow, recorded
from astracore.policies.copies import Payer
from astracore.policies.corrections import PaidDeed
from astracore.policies.engagements import Invited, Leaving, ReferralFacts, Waiting
from astracore.policies.guards import Accounts, Flagged
from astracore.policies.reviews import Review
from astracore.policies.rewards import Faucet
from astracore.projections.access import MEMBERS
from astracore.projections.daily import PNL_DAILY, worst_fall
from astracore.projections.finance import TRIAL_BALANCE
from astracore.projections.game import PROGRESS, XP_HISTORY
from astracore.projections.portfolio import PORTFOLIO, PortfolioRow
from astracore.projections.social_challenges import ENGAGEMENTS
from astracore.projections.social_clans import CLANS
from astracore.projections.social_content import CONTENTS, INVITES, InviteRow
from astracore.projections.trade_stats import TRADE_STATS
from astracore.projections.trophies import TROPHIES
from astracore.revenue.economy.state import Economy
from astracore.revenue.payments.events import DisputeLost
from astracore.risk.switches.events import KillSwitchEngaged
from astracore.risk.switches.types import Scope
from astracore.social.clans.events import ClanJoined, ClanTransferred, Role
from astracore.social.content.events import ContentReacted, Reaction
from astracore.social.engagements import Engagement
from astracore.social.invites.commands import Tier as Verified
from astracore.social.invites.events import ReferralActivated
from astracore.social.moderation.events import CaseDecided
from astracore.social.profiles.events import Endorsed, Followed
from astracore.trading.order_events import ReconciliationFlagged
from astracore.trading.types import AccountMode, AccountStatus
from astracore.users.permissions import Actor
from astracore.users.types import Role as Staff
from astracore.users.types import Tier, rank
from shell.workers.facts import Look

Told: TypeAlias = Envelope[Any]
RECENT = 1000  # events of one stream that are looked through, the newest
VIRAL = 500  # what an item scores that counts
TRADES = (XpSource.TRADE_PRACTICE, XpSource.TRADE_LIVE)
# Who reviews in the service's name: staff may, and nobody else.
HOUSE = Actor(user_id=UserId("service:review"), roles=(Staff.SUPPORT,), has_second_factor=True)
FAUCET = StreamId(ECONOMY_AGGREGATE.decider.name, "faucet")


def engagement(look: Look, told: Told) -> Engagement | None:
    """Where the user of the event takes part; most take part in nothing."""
    return look.row(ENGAGEMENTS, told.event.user_id)


def invited(look: Look, told: Told) -> Invited | None:
    """The invite of the code that somebody registered with."""
    code = told.event.invite_code
    if code is None:
        return None
    found = next((one for one in look.rows(INVITES) if one.code == code), None)
    return Invited(invite_id=None if found is None else found.invite_id)


def waiting(look: Look, told: Told) -> Waiting | None:
    """Somebody whose invitation waits, and what they have done since."""
    user_id = told.event.user_id
    found = look.row(ENGAGEMENTS, user_id)
    invite = None if found is None or found.invite_id is None else found.invite_id
    row = None if invite is None else look.row(INVITES, invite)
    if found is None or row is None:
        return None
    trophies = look.row(TROPHIES, user_id)
    days = {utc_day(one.at) for one in look.rows(XP_HISTORY, user_id) if one.source in TRADES}
    given = rewarded(look, row, told.occurred_at)
    facts = ReferralFacts(
        tier=verified(look, user_id),
        closes=0 if trophies is None else trophies.record.closed,
        close_days=len(days),
        linked=False,  # devices and addresses of users are not kept
        xp_rewards=sum(one.xp > 0 for one in given),
        credit_rewards=sum(one.credits > 0 for one in given),
    )
    return Waiting(engagement=found, facts=facts)


def verified(look: Look, user_id: UserId) -> Verified:
    """How far somebody is verified, as far as referrals care."""
    member = look.row(MEMBERS, user_id)
    tier = Tier.UNVERIFIED if member is None else member.tier
    if rank(tier) >= rank(Tier.IDENTITY):
        return Verified.IDENTITY
    return Verified.EMAIL if rank(tier) >= rank(Tier.EMAIL) else Verified.NONE


def rewarded(look: Look, row: InviteRow, at: Instant) -> tuple[ReferralActivated, ...]:
    """What the inviter was rewarded for in the month of `at`."""
    month = instant_text(at)[:7]
    used = (one for one in look.rows(INVITES, row.user_id) if one.activated)
    return tuple(
        event
        for one in used
        for event in (two.event for two in look.events(StreamId("social.invite", one.invite_id)))
        if isinstance(event, ReferralActivated) and instant_text(event.at)[:7] == month
    )


def leaving(look: Look, told: Told) -> Leaving | None:
    """Where a deleted user takes part, and everything they posted."""
    user_id = told.event.user_id
    found = look.row(ENGAGEMENTS, user_id) or Engagement(user_id=user_id)
    posted = tuple(one.content_id for one in look.rows(CONTENTS, user_id))
    return Leaving(engagement=found, contents=posted)


def streak(look: Look, told: Envelope[LevelUp]) -> StreakRow | None:
    """How long the user's streak is."""
    row = look.row(PROGRESS, told.event.user_id)
    return None if row is None else StreakRow(days=row.streak)


def live_record(look: Look, told: Told) -> LiveRecord | None:
    """What somebody's live trades come to; nobody's where the close was practice."""
    if told.event.is_practice:
        return None
    rows = [one for one in look.rows(TRADE_STATS, told.event.user_id) if not one.is_practice]
    names = {one.account_id for one in rows}
    days = [one for one in look.rows(PNL_DAILY, told.event.user_id) if one.account_id in names]
    live = [one for one in look.rows(PORTFOLIO, told.event.user_id) if one.account_id in names]
    falls = collect(
        worst_fall(one.initial_balance, [day for day in days if day.account_id == one.account_id])
        for one in live
    )
    if is_failure(falls):
        return None
    trades, wins = sum(one.trades for one in rows), sum(one.wins for one in rows)
    return recorded(trades, wins, falls.unwrap())


def owned_clan(look: Look, told: Envelope[ClanJoined | ClanTransferred]) -> OwnedClan | None:
    """The clan of the event: who owns it, how many it has, its level."""
    row = look.row(CLANS, told.event.clan_id)
    members = {} if row is None else row.clan.members
    owner = next((one for one, held in members.items() if held.role is Role.OWNER), None)
    if row is None or owner is None:
        return None
    return OwnedClan(owner_id=owner, members=row.members, level=row.level)


def author(look: Look, told: Told) -> Author | None:
    """Whose post it is, and what of theirs went round."""
    name = told.event.author_id
    scores = [one.score for one in look.rows(CONTENTS, name) if one.score >= VIRAL]
    return Author(author_id=name, items=len(scores), score=sum(scores))


def flagged(look: Look, told: Envelope[ReconciliationFlagged]) -> Flagged | None:
    """How often the account was flagged in the hour that ends with the event."""
    since = told.occurred_at.micros - HOUR
    flags = (
        one
        for one in look.events(told.stream, RECENT)
        if isinstance(one.event, ReconciliationFlagged) and one.position <= told.position
    )
    return Flagged(flags=sum(one.occurred_at.micros > since for one in flags))


def accounts(look: Look, told: Told) -> Accounts | None:
    """The open accounts that a switch, a suspension or a deletion concerns."""
    event = told.event
    if not isinstance(event, KillSwitchEngaged):
        return Accounts(account_ids=tuple(one.account_id for one in opened(look, event.user_id)))
    if event.scope is Scope.ACCOUNT:
        row = look.row(PORTFOLIO, event.target)
        return None if row is None else Accounts(account_ids=(row.account_id,))
    if event.scope is Scope.GLOBAL:
        return Accounts(account_ids=tuple(one.account_id for one in opened(look, None)))
    if event.scope is Scope.INSTRUMENT:
        holding = (one for one in opened(look, None) if one.reserves)
        return Accounts(account_ids=tuple(one.account_id for one in holding), symbol=event.target)
    return None  # venues and bots hold no accounts here


def opened(look: Look, owner: str | None) -> tuple[PortfolioRow, ...]:
    """The open accounts of somebody, or of everybody."""
    return tuple(
        one for one in look.rows(PORTFOLIO, owner) if one.status is not AccountStatus.CLOSED
    )


def payer(look: Look, told: Told) -> Payer | None:
    """Who pays a fee of live trading; nobody does of practice."""
    row = look.row(PORTFOLIO, told.event.account_id)
    if row is None or row.mode is AccountMode.PRACTICE:
        return None
    name = f"user_funds/{row.user_id}"
    held = (
        one.balance
        for one in look.rows(TRIAL_BALANCE)
        if (one.book, one.account, one.currency) == (Book.HOUSE, name, row.currency)
    )
    return Payer(currency=row.currency, is_practice=False, has_funds=any(one < 0 for one in held))


def paid_deed(look: Look, told: Told) -> PaidDeed | None:
    """The last deed that the event takes back, if that one was ever paid."""
    event = told.event
    if isinstance(event, ContentReacted) and event.reaction is Reaction.LIKE:
        return None
    paid_to = event.target_id if hasattr(event, "target_id") else event.actor_id
    paid = {one.source_event_id for one in look.rows(XP_HISTORY, event.actor_id)}
    paid |= {one.source_event_id for one in look.rows(XP_HISTORY, paid_to)}
    deeds: tuple[EventId, ...] = tuple(
        one.event_id
        for one in look.events(told.stream, RECENT)
        if one.position < told.position and is_deed(one.event, event) and one.event_id in paid
    )
    return PaidDeed(source_event_id=deeds[-1] if deeds else None)


def is_deed(before: object, withdrawn: Any) -> bool:  # noqa: ANN401 - one of three events
    """Whether an event is of the kind that `withdrawn` takes back, by the same user to the same."""
    if isinstance(before, ContentReacted):
        return before.reaction is Reaction.LIKE and before.actor_id == withdrawn.actor_id
    same = isinstance(before, Followed | Endorsed) and before.actor_id == withdrawn.actor_id
    return same and getattr(before, "target_id", None) == getattr(withdrawn, "target_id", None)


def faucet(look: Look, _told: Told) -> Faucet | None:
    """What rewards are multiplied by this week."""
    state = Economy()
    for one in look.events(FAUCET, 1):
        state = ECONOMY_AGGREGATE.decider.evolve(state, one.event)  # type: ignore[arg-type]
    return Faucet(rate=state.faucet)


def moderator(look: Look, told: Envelope[CaseDecided]) -> Actor | None:
    """Who decided a case, with the roles and factors they have."""
    row = look.row(MEMBERS, told.event.moderator_id)
    if row is None:
        return None
    return Actor(user_id=row.user_id, roles=row.roles, has_second_factor=row.second_factor)


def review(look: Look, told: Envelope[DisputeLost]) -> Review | None:
    """The tier of who lost a dispute, to be looked at in the service's name."""
    row = look.row(MEMBERS, told.event.user_id)
    return None if row is None else Review(reviewer=HOUSE, tier=row.tier)


# By the policy's name. What a policy is told is of its `row`, which a test holds it to.
LOOKUPS: Mapping[str, Callable[[Look, Told], object | None]] = MappingProxyType(
    {
        "count_xp": engagement,
        "count_close": engagement,
        "count_day": engagement,
        "welcome_invited": invited,
        "activate_invited": waiting,
        "leave_deleted": leaving,
        "claim_mastery": live_record,
        "claim_level": streak,
        "claim_founding": owned_clan,
        "claim_fame": author,
        "trip_on_flags": flagged,
        "trip_suspended": accounts,
        "cancel_stopped": accounts,
        "post_copy_fee": payer,
        "post_platform_fee": payer,
        "take_back": paid_deed,
        "grant_rewards": faucet,
        "suspend_by_case": moderator,
        "review_tier": review,
    }
)

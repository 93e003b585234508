"""What is rewarded in CREDIT, for a service that keeps wallets: under the faucet and the cap.

A service that keeps none credits the book alone, by the policies that `registry.INSTEAD` names; no
service has both, so that nothing is paid twice.
"""

from decimal import Decimal
from typing import TypeAlias, assert_never

from attrs import frozen

from astracore.events.envelope import Envelope
from astracore.events.policy import Policy
from astracore.gamification.events import LevelUp, RewardClaimed
from astracore.gamification.leaderboards.events import LeaderboardClosed
from astracore.gamification.tournaments.events import TournamentClosed
from astracore.ids import UserId
from astracore.ledger.commands import PostEntry
from astracore.nft.tokens import events as tokens
from astracore.policies.rows import RowPolicy
from astracore.policies.social_postings import clan, escrow, prizes, settled, taken
from astracore.revenue.wallets.commands import GrantCredits, ReceiveCredits, SpendCredits
from astracore.revenue.wallets.rules import CreditUse
from astracore.social.battles.events import BattleFinished
from astracore.social.clans.events import ClanDonated, ClanEnded
from astracore.social.invites.events import ReferralActivated

Rewarding: TypeAlias = (
    LevelUp
    | RewardClaimed
    | TournamentClosed
    | LeaderboardClosed
    | ReferralActivated
    | tokens.RewardClaimed
)
Shares: TypeAlias = tuple[tuple[UserId, int], ...]


@frozen(kw_only=True)
class Faucet:
    """What the week's rewards are multiplied by."""

    rate: Decimal


def grant_rewards(envelope: Envelope[Rewarding], row: Faucet) -> tuple[GrantCredits, ...]:
    """level_up, reward_claimed, tournament_, leaderboard_closed, referral_ → GrantCredits."""
    reason, shares = rewarded(envelope.event)
    return tuple(
        GrantCredits(
            user_id=user_id,
            reward=amount,
            faucet=row.rate,
            reason=reason,
            source_event_id=envelope.event_id,
            at=envelope.occurred_at,
        )
        for user_id, amount in shares
        if amount > 0
    )


def rewarded(event: Rewarding) -> tuple[str, Shares]:
    """Why, and who gets how much [CREDIT] before the faucet."""
    match event:
        case LevelUp():
            return "level_up", ((event.user_id, event.credits),)
        case RewardClaimed():
            return "reward", ((event.user_id, event.amount),)
        case tokens.RewardClaimed():
            return "staking", ((event.user_id, event.credits),)
        case TournamentClosed():
            paid = tuple((prize.user_id, prize.credits) for prize in event.prizes)
            return "tournament_prizes", paid
        case LeaderboardClosed():
            won = tuple((winner.user_id, winner.credits) for winner in event.winners)
            return "leaderboard_prizes", won
        case ReferralActivated():
            both = ((event.inviter_id, event.credits), (event.user_id, event.invited_credits))
            return "referral", both
        case _:
            assert_never(event)


def receive_shares(envelope: Envelope[BattleFinished | ClanEnded]) -> tuple[ReceiveCredits, ...]:
    """battle_finished, clan_ended → ReceiveCredits: stakes and treasuries are no reward."""
    event = envelope.event
    if isinstance(event, ClanEnded):
        counterpart, use = clan(event), CreditUse.DONATION
        shares: Shares = ((event.user_id, event.treasury),)
    else:
        counterpart, use = escrow(event.battle_id), CreditUse.STAKE
        shares = tuple(
            (share.user_id, share.amount) for share in event.shares if share.user_id is not None
        )
    return tuple(
        ReceiveCredits(
            user_id=user_id,
            amount=amount,
            use=use,
            counterpart=counterpart,
            source_event_id=envelope.event_id,
            at=event.at,
        )
        for user_id, amount in shares
        if amount > 0
    )


def spend_donation(envelope: Envelope[ClanDonated]) -> tuple[SpendCredits, ...]:
    """clan_donated → SpendCredits: what was decided by the wallet's balance leaves the wallet."""
    event = envelope.event
    return (
        SpendCredits(
            user_id=event.user_id,
            amount=event.amount,
            use=CreditUse.DONATION,
            counterpart=clan(event),
            source_event_id=envelope.event_id,
            at=event.at,
        ),
    )


def settle_treasuries(envelope: Envelope[BattleFinished]) -> tuple[PostEntry, ...]:
    """battle_finished → the treasuries' part of the escrow; fighters' wallets take the rest."""
    event = envelope.event
    ours = tuple(share for share in event.shares if share.user_id is None)
    total = sum(share.amount for share in ours)
    lines = (*taken(escrow(event.battle_id), total), *prizes(ours))
    return settled(envelope, event.at, "battle_prize", lines)


GRANT_REWARDS: RowPolicy[Rewarding, Faucet, GrantCredits] = RowPolicy(
    name="grant_rewards",
    events=(
        LevelUp,
        RewardClaimed,
        tokens.RewardClaimed,
        TournamentClosed,
        LeaderboardClosed,
        ReferralActivated,
    ),
    row=Faucet,
    react=grant_rewards,
)
RECEIVE_SHARES: Policy[BattleFinished | ClanEnded, ReceiveCredits] = Policy(
    name="receive_shares", events=(BattleFinished, ClanEnded), react=receive_shares
)
SPEND_DONATION: Policy[ClanDonated, SpendCredits] = Policy(
    name="spend_donation", events=(ClanDonated,), react=spend_donation
)
SETTLE_TREASURIES: Policy[BattleFinished, PostEntry] = Policy(
    name="settle_treasuries", events=(BattleFinished,), react=settle_treasuries
)

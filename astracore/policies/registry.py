"""Every policy: those that a service runs, and those that wait for something, with what it is.

POLICIES ask commands that every service handles. WAITING_POLICIES need nothing but their event, and
ROW_POLICIES a row of a read model besides: they run where the aggregates that they ask are served.
INSTEAD says which of them take the place of policies that only write the book of points.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from astracore.events.policy import Policy
from astracore.gamification.commands import AwardXp, RecordActivity, UnlockAchievement
from astracore.gamification.leaderboards.commands import ApplyScore
from astracore.ledger.commands import PostEntry
from astracore.policies.access import ACCESS_POLICIES
from astracore.policies.accounts import ISSUE, WELCOME
from astracore.policies.awards import REWARD_CLOSE
from astracore.policies.billing import BILLING_CONTRACTS, BILLING_POSTINGS
from astracore.policies.boards import (
    AWARD_PRIZES,
    OPEN_ENTRY,
    PAY_BOARD,
    PAY_TOURNAMENT,
    RECORD_CLOSE,
    SCORE_XP,
    UNLOCK_PLACED,
)
from astracore.policies.claims import CLAIM_POLICIES, CLAIM_ROWS
from astracore.policies.collectibles import PAY_STAKING, REWARD_MINT
from astracore.policies.copies import PLACE_COPY, POST_COPY_FEE, POST_PLATFORM_FEE
from astracore.policies.corrections import TAKE_BACK
from astracore.policies.engagements import ENGAGEMENT_ROWS
from astracore.policies.finance import FUNDS_POLICIES, FUNDS_POSTINGS
from astracore.policies.game import PAY_REWARD, UNLOCK_OWN
from astracore.policies.guards import GUARD_POLICIES, GUARD_ROWS
from astracore.policies.postings import (
    GRANT_CREDITS,
    SETTLE_CASH,
    SETTLE_FUNDING,
    SETTLE_LIQUIDATION,
    SETTLE_TRADE,
)
from astracore.policies.reviews import REVIEW_TIER, SUSPEND_BY_CASE
from astracore.policies.rewards import (
    GRANT_REWARDS,
    RECEIVE_SHARES,
    SETTLE_TREASURIES,
    SPEND_DONATION,
)
from astracore.policies.rows import RowPolicy
from astracore.policies.sales import BURN_SHARE
from astracore.policies.social import SOCIAL_POLICIES
from astracore.policies.social_postings import SOCIAL_POSTINGS
from astracore.policies.subscribing import SUBSCRIPTION_POLICIES
from astracore.policies.trophies import UNLOCK_EARNED
from astracore.trading.commands import OpenAccount

PolicyCommand: TypeAlias = (
    OpenAccount | PostEntry | AwardXp | RecordActivity | UnlockAchievement | ApplyScore
)

# The order is the one in which commands of one event are handled. The event types differ, and
# each policy is only ever called with its own: see `reactions`.
POLICIES: tuple[Policy[Any, PolicyCommand], ...] = (
    WELCOME,
    ISSUE,
    SETTLE_TRADE,
    SETTLE_LIQUIDATION,
    SETTLE_FUNDING,
    SETTLE_CASH,
    REWARD_CLOSE,
    GRANT_CREDITS,
    SCORE_XP,
    OPEN_ENTRY,
    AWARD_PRIZES,
    UNLOCK_PLACED,
    PAY_TOURNAMENT,
    PAY_BOARD,
    UNLOCK_OWN,
    PAY_REWARD,
    REWARD_MINT,
    PAY_STAKING,
    *FUNDS_POSTINGS,
    *BILLING_POSTINGS,
)
# Each waits until the service handles what it asks for.
WAITING_POLICIES: tuple[Policy[Any, Any], ...] = (
    *ACCESS_POLICIES,
    *GUARD_POLICIES,
    *BILLING_CONTRACTS,
    *FUNDS_POLICIES,
    *SUBSCRIPTION_POLICIES,
    *CLAIM_POLICIES,
    *SOCIAL_POLICIES,
    *SOCIAL_POSTINGS,
    RECORD_CLOSE,
    RECEIVE_SHARES,
    SPEND_DONATION,
    SETTLE_TREASURIES,
    BURN_SHARE,
)
# Each waits until the service fetches the row it names, too.
ROW_POLICIES: tuple[RowPolicy[Any, Any, Any], ...] = (
    *GUARD_ROWS,
    *ENGAGEMENT_ROWS,
    *CLAIM_ROWS,
    PLACE_COPY,
    POST_COPY_FEE,
    POST_PLATFORM_FEE,
    UNLOCK_EARNED,
    TAKE_BACK,
    GRANT_REWARDS,
    SUSPEND_BY_CASE,
    REVIEW_TIER,
)
# Wallets have their own postings. A service that keeps them runs the policies on the right and
# none of those on the left; one that keeps none runs those on the left alone.
INSTEAD: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        GRANT_CREDITS.name: (GRANT_REWARDS.name,),
        PAY_REWARD.name: (GRANT_REWARDS.name,),
        PAY_STAKING.name: (GRANT_REWARDS.name,),
        PAY_TOURNAMENT.name: (GRANT_REWARDS.name,),
        PAY_BOARD.name: (GRANT_REWARDS.name,),
        "grant_referral": (GRANT_REWARDS.name,),
        "settle_battle": (RECEIVE_SHARES.name, SETTLE_TREASURIES.name),
        "settle_clan_end": (RECEIVE_SHARES.name,),
        "settle_donation": (SPEND_DONATION.name,),
    }
)

"""Every policy, and every command that policies may ask for."""

from typing import Any, TypeAlias

from astracore.events.policy import Policy
from astracore.gamification.commands import AwardXp, RecordActivity, UnlockAchievement
from astracore.ledger.commands import PostEntry
from astracore.policies.accounts import ISSUE, WELCOME
from astracore.policies.awards import REWARD_CLOSE
from astracore.policies.billing import BILLING_POSTINGS
from astracore.policies.boards import (
    AWARD_PRIZES,
    OPEN_ENTRY,
    PAY_BOARD,
    PAY_TOURNAMENT,
    UNLOCK_PLACED,
)
from astracore.policies.collectibles import PAY_STAKING, REWARD_MINT
from astracore.policies.finance import FUNDS_POSTINGS
from astracore.policies.game import PAY_REWARD, UNLOCK_OWN
from astracore.policies.postings import (
    GRANT_CREDITS,
    SETTLE_CASH,
    SETTLE_FUNDING,
    SETTLE_LIQUIDATION,
    SETTLE_TRADE,
)
from astracore.trading.commands import OpenAccount

PolicyCommand: TypeAlias = OpenAccount | PostEntry | AwardXp | RecordActivity | UnlockAchievement

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
    UNLOCK_OWN,
    PAY_REWARD,
    REWARD_MINT,
    PAY_STAKING,
    *FUNDS_POSTINGS,
    *BILLING_POSTINGS,
    OPEN_ENTRY,
    AWARD_PRIZES,
    UNLOCK_PLACED,
    PAY_TOURNAMENT,
    PAY_BOARD,
)

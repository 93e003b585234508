"""What may be asked of a copy, and of a leader's listing."""

from decimal import Decimal
from typing import TypeAlias

from attrs import frozen

from astracore.bots.copying.rules import COPY
from astracore.bots.copying.sizing import CopyTerms, LeaderFill, Standing, Steps
from astracore.ids import AccountId, UserId
from astracore.instants import Instant
from astracore.trading.types import AccountMode, Side


@frozen(kw_only=True)
class PublishLeader:
    """Let others copy an account.

    Facts: identity tier, whole days since registration, closed trades and the worst drawdown from
    the account's own events, and how many leaders the user follows.
    """

    leader_id: str
    actor_id: UserId
    account_id: AccountId
    mode: AccountMode
    description: str
    has_identity: bool
    days: int
    closes: int
    drawdown: Decimal
    follows: int
    at: Instant


@frozen(kw_only=True)
class WithdrawLeader:
    """Be copied no longer."""

    leader_id: str
    reason: str
    at: Instant


@frozen(kw_only=True)
class StartCopy:
    """Copy a leader.

    Facts: the leader's mode, followers and whether it stands; the follower's mode, equity, other
    allocations, how many leaders it follows, whether it is a leader itself, and whether
    something else trades in the account (`account_taken`), whose profit would be paid for twice.
    """

    follow_id: str
    leader_id: str
    leader_user_id: UserId
    leader_mode: AccountMode
    leader_listed: bool
    followers: int
    actor_id: UserId
    account_id: AccountId
    mode: AccountMode
    equity: Decimal
    allocated: Decimal
    leaders: int
    leads: bool
    terms: CopyTerms
    allocation: Decimal
    stop: Decimal = COPY.stop
    copy_open: bool = False
    account_taken: bool = False
    at: Instant


@frozen(kw_only=True)
class ChangeCopy:
    """Other terms; None stays as it is. Facts as of StartCopy, `allocated` without this copy."""

    follow_id: str
    terms: CopyTerms | None = None
    allocation: Decimal | None = None
    stop: Decimal | None = None
    paused: bool | None = None
    equity: Decimal
    allocated: Decimal
    at: Instant


@frozen(kw_only=True)
class StopCopy:
    """End the copy. `equity` is that of its account; the last fee is settled."""

    follow_id: str
    reason: str
    close_positions: bool
    equity: Decimal
    at: Instant


@frozen(kw_only=True)
class Replicate:
    """A leader was filled. `steps` is None where the symbol is missing; `refusal` is the risk's."""

    follow_id: str
    fill: LeaderFill
    side: Side
    standing: Standing
    steps: Steps | None
    refusal: str | None = None
    at: Instant


@frozen(kw_only=True)
class WatchCopy:
    """See whether the loss ends the copy."""

    follow_id: str
    equity: Decimal
    at: Instant


@frozen(kw_only=True)
class SettleCopyFee:
    """Settle the fee of the month that is over."""

    follow_id: str
    equity: Decimal
    at: Instant


CopyCommand: TypeAlias = StartCopy | ChangeCopy | StopCopy | Replicate | WatchCopy | SettleCopyFee
LeaderCommand: TypeAlias = PublishLeader | WithdrawLeader

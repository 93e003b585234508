"""What may have happened to a copy, and to a leader's listing."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.bots.copying.sizing import CopyMode, SkipReason
from astracore.ids import AccountId, UserId
from astracore.instants import Instant
from astracore.trading.types import AccountMode, Side


@frozen(kw_only=True)
class LeaderPublished:
    """`user_id` may be copied."""

    TYPE: ClassVar[str] = "astra.bot.leader_published.v1"
    leader_id: str
    user_id: UserId
    account_id: AccountId
    mode: AccountMode
    description: str
    at: Instant


@frozen(kw_only=True)
class LeaderWithdrawn:
    """Nobody new may copy; those who do are stopped by a policy."""

    TYPE: ClassVar[str] = "astra.bot.leader_withdrawn.v1"
    leader_id: str
    user_id: UserId
    reason: str
    at: Instant


@frozen(kw_only=True)
class CopyStarted:
    """`user_id` copies a leader with `allocation` [account currency] in an account of its own."""

    TYPE: ClassVar[str] = "astra.bot.copy_started.v1"
    follow_id: str
    leader_id: str
    user_id: UserId
    account_id: AccountId
    mode: CopyMode
    figure: Decimal
    most: Decimal | None
    allocation: Decimal
    stop: Decimal
    copy_open: bool
    at: Instant


@frozen(kw_only=True)
class CopyChanged:
    """Other terms from now on; `flow` came in (or went out, below 0) with them."""

    TYPE: ClassVar[str] = "astra.bot.copy_changed.v1"
    follow_id: str
    mode: CopyMode
    figure: Decimal
    most: Decimal | None
    allocation: Decimal
    stop: Decimal
    paused: bool
    flow: Decimal
    mark: Decimal
    at: Instant


@frozen(kw_only=True)
class CopyStopped:
    """The copy is over; with `close_positions` what it holds is closed at the market."""

    TYPE: ClassVar[str] = "astra.bot.copy_stopped.v1"
    follow_id: str
    reason: str
    close_positions: bool
    at: Instant


@frozen(kw_only=True)
class CopyOrderIntended:
    """A fill of the leader is to be copied; with every number that this follows from."""

    TYPE: ClassVar[str] = "astra.bot.copy_order_intended.v1"
    follow_id: str
    leader_id: str
    leader_fill_id: str
    account_id: AccountId
    symbol: str
    side: Side
    wanted: Decimal
    qty: Decimal
    capped: bool
    leader_qty: Decimal
    leader_price: Decimal
    leader_equity: Decimal
    equity: Decimal
    available: Decimal
    price: Decimal
    reduces: bool
    at: Instant


@frozen(kw_only=True)
class CopySkipped:
    """A fill of the leader was not copied, and why; `wanted` is what was asked for [base]."""

    TYPE: ClassVar[str] = "astra.bot.copy_skipped.v1"
    follow_id: str
    leader_id: str
    leader_fill_id: str
    symbol: str
    reason: SkipReason
    detail: str
    wanted: Decimal
    price: Decimal
    at: Instant


@frozen(kw_only=True)
class CopyFeeSettled:
    """The performance fee of a period [account currency]."""

    TYPE: ClassVar[str] = "astra.bot.copy_fee_settled.v1"
    follow_id: str
    leader_id: str
    user_id: UserId
    account_id: AccountId
    equity: Decimal
    fee: Decimal
    leader_share: Decimal
    house_share: Decimal
    mark: Decimal
    at: Instant


CopyEvent: TypeAlias = (
    CopyStarted | CopyChanged | CopyStopped | CopyOrderIntended | CopySkipped | CopyFeeSettled
)
LeaderEvent: TypeAlias = LeaderPublished | LeaderWithdrawn

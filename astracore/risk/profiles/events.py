"""What may have happened to a risk profile."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.ids import AccountId
from astracore.instants import Instant
from astracore.risk.limits import Action, Level, LimitType, Status
from astracore.risk.profiles.types import LimitScope


@frozen(kw_only=True)
class LimitGrade:
    """One limit's grade; `utilisation` is absent when it is beyond any bound."""

    limit_id: str
    status: Status
    level: Level
    utilisation: Decimal | None


@frozen(kw_only=True)
class LimitCreated:
    """A limit is watched from `effective_at` on."""

    TYPE: ClassVar[str] = "astra.risk.limit_created.v1"
    account_id: AccountId
    limit_id: str
    type: LimitType
    scope: LimitScope
    target: str
    value: Decimal
    warning: Decimal
    critical: Decimal
    effective_at: Instant


@frozen(kw_only=True)
class LimitChanged:
    """A limit has other figures from `effective_at` on."""

    TYPE: ClassVar[str] = "astra.risk.limit_changed.v1"
    account_id: AccountId
    limit_id: str
    value: Decimal
    warning: Decimal
    critical: Decimal
    effective_at: Instant
    at: Instant


@frozen(kw_only=True)
class LimitDeleted:
    """A limit is no longer watched from `effective_at` on."""

    TYPE: ClassVar[str] = "astra.risk.limit_deleted.v1"
    account_id: AccountId
    limit_id: str
    effective_at: Instant
    at: Instant


@frozen(kw_only=True)
class RiskEvaluated:
    """At least one status changed; all grades stand here."""

    TYPE: ClassVar[str] = "astra.risk.risk_evaluated.v1"
    account_id: AccountId
    grades: tuple[LimitGrade, ...]
    level: Level
    at: Instant


@frozen(kw_only=True)
class AlertRaised:
    """A limit's status rose: a new alert, or an old one that is open again."""

    TYPE: ClassVar[str] = "astra.risk.alert_raised.v1"
    account_id: AccountId
    alert_id: str
    limit_id: str
    type: LimitType
    status: Status
    level: Level
    used: Decimal | None
    limit: Decimal
    at: Instant


@frozen(kw_only=True)
class AlertAcknowledged:
    """Somebody has seen the alert."""

    TYPE: ClassVar[str] = "astra.risk.alert_acknowledged.v1"
    account_id: AccountId
    alert_id: str
    by: str
    note: str
    at: Instant


@frozen(kw_only=True)
class AlertResolved:
    """The limit is NORMAL again, or gone."""

    TYPE: ClassVar[str] = "astra.risk.alert_resolved.v1"
    account_id: AccountId
    alert_id: str
    limit_id: str
    reason: str
    at: Instant


@frozen(kw_only=True)
class RiskLimitHit:
    """A limit was breached; `actions` are to be taken."""

    TYPE: ClassVar[str] = "astra.risk.risk_limit_hit.v1"
    account_id: AccountId
    alert_id: str
    limit_id: str
    type: LimitType
    used: Decimal | None
    limit: Decimal
    actions: tuple[Action, ...]
    at: Instant


@frozen(kw_only=True)
class BlockSet:
    """New exposure is blocked, of `target` alone if named, until `until` or until cleared."""

    TYPE: ClassVar[str] = "astra.risk.block_set.v1"
    account_id: AccountId
    limit_id: str
    kind: Action
    target: str
    until: Instant | None
    at: Instant


@frozen(kw_only=True)
class BlockCleared:
    """A block is over."""

    TYPE: ClassVar[str] = "astra.risk.block_cleared.v1"
    account_id: AccountId
    limit_id: str
    kind: Action
    at: Instant


@frozen(kw_only=True)
class DeadmanSet:
    """The countdown [s] runs, or is off when `due_at` is absent."""

    TYPE: ClassVar[str] = "astra.risk.deadman_set.v1"
    account_id: AccountId
    countdown: int
    due_at: Instant | None
    at: Instant


@frozen(kw_only=True)
class DeadmanRefreshed:
    """The countdown started again."""

    TYPE: ClassVar[str] = "astra.risk.deadman_refreshed.v1"
    account_id: AccountId
    due_at: Instant
    at: Instant


@frozen(kw_only=True)
class DeadmanFired:
    """The countdown ran out: all open orders are to be cancelled."""

    TYPE: ClassVar[str] = "astra.risk.deadman_fired.v1"
    account_id: AccountId
    at: Instant


ProfileEvent: TypeAlias = (
    LimitCreated
    | LimitChanged
    | LimitDeleted
    | RiskEvaluated
    | AlertRaised
    | AlertAcknowledged
    | AlertResolved
    | RiskLimitHit
    | BlockSet
    | BlockCleared
    | DeadmanSet
    | DeadmanRefreshed
    | DeadmanFired
)

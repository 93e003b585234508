"""What may be asked of a risk profile. `by_risk` says that the actor has role risk."""

from decimal import Decimal
from typing import TypeAlias

from attrs import frozen

from astracore.ids import AccountId
from astracore.instants import Instant
from astracore.risk.limits import CRITICAL, WARNING, LimitType
from astracore.risk.profiles.types import LimitScope, View


@frozen(kw_only=True)
class CreateLimit:
    """A new limit; one for each type, scope and target."""

    account_id: AccountId
    limit_id: str
    type: LimitType
    value: Decimal
    at: Instant
    scope: LimitScope = LimitScope.ACCOUNT
    target: str = ""
    warning: Decimal = WARNING
    critical: Decimal = CRITICAL


@frozen(kw_only=True)
class ChangeLimit:
    """Tighten at once; loosen after 24 hours, or at once by role risk."""

    account_id: AccountId
    limit_id: str
    value: Decimal
    warning: Decimal
    critical: Decimal
    by_risk: bool
    at: Instant


@frozen(kw_only=True)
class DeleteLimit:
    """Take a limit away: the loosest change there is."""

    account_id: AccountId
    limit_id: str
    by_risk: bool
    at: Instant


@frozen(kw_only=True)
class Evaluate:
    """Grade every limit on what the account holds now."""

    account_id: AccountId
    views: tuple[View, ...]
    at: Instant


@frozen(kw_only=True)
class AcknowledgeAlert:
    """Somebody has seen an alert; no block is lifted."""

    account_id: AccountId
    alert_id: str
    by: str
    note: str
    at: Instant


@frozen(kw_only=True)
class SetDeadman:
    """Cancel all open orders unless refreshed within `countdown` [s]; 0 turns it off."""

    account_id: AccountId
    countdown: int
    at: Instant


@frozen(kw_only=True)
class RefreshDeadman:
    """The client is alive: start the countdown again."""

    account_id: AccountId
    at: Instant


@frozen(kw_only=True)
class FireDeadman:
    """The countdown may have run out."""

    account_id: AccountId
    at: Instant


ProfileCommand: TypeAlias = (
    CreateLimit
    | ChangeLimit
    | DeleteLimit
    | Evaluate
    | AcknowledgeAlert
    | SetDeadman
    | RefreshDeadman
    | FireDeadman
)

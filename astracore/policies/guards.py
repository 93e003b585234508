"""What stops trading: limits of new accounts, what trips a switch, and what a switch cancels."""

from typing import Any, TypeAlias

from attrs import frozen

from astracore.events.envelope import Envelope
from astracore.events.policy import Policy
from astracore.ids import AccountId, derived_id
from astracore.instants import Instant
from astracore.policies.rows import RowPolicy
from astracore.risk.limits import LIMITS, Action
from astracore.risk.profiles.commands import CreateLimit, Evaluate
from astracore.risk.profiles.events import DeadmanFired, RiskLimitHit
from astracore.risk.profiles.types import View
from astracore.risk.switches.commands import Trip
from astracore.risk.switches.events import KillSwitchEngaged
from astracore.risk.switches.types import Actor, Mode, Scope
from astracore.trading.commands import CancelAll
from astracore.trading.events import AccountOpened, PositionClosed, TradeExecuted
from astracore.trading.money_events import LiquidationStarted
from astracore.trading.order_events import ReconciliationFlagged
from astracore.trading.types import AccountMode
from astracore.users.events import UserDeleted, UserSuspended

FLAGS = 3  # reconciliation flags of one account within an hour
Moved: TypeAlias = TradeExecuted | PositionClosed | LiquidationStarted
Stopping: TypeAlias = KillSwitchEngaged | UserDeleted


@frozen(kw_only=True)
class Views:
    """The account and its parts as they stand after the event."""

    views: tuple[View, ...]


@frozen(kw_only=True)
class Flagged:
    """How often the account was flagged in the hour that ends with the event, this one included."""

    flags: int


@frozen(kw_only=True)
class Accounts:
    """The open accounts that the event concerns, and the one symbol, if it is about one."""

    account_ids: tuple[AccountId, ...]
    symbol: str | None = None


def limit_new(envelope: Envelope[AccountOpened]) -> tuple[CreateLimit, ...]:
    """account_opened → CreateLimit for each default."""
    event = envelope.event
    live = event.mode is AccountMode.LIVE
    return tuple(
        CreateLimit(
            account_id=event.account_id,
            limit_id=derived_id(event.at.micros // 1000, "limit", event.account_id, name.value),
            type=name,
            value=rule.live if live else rule.practice,
            at=event.at,
        )
        for name, rule in LIMITS.items()
    )


def evaluate(envelope: Envelope[Moved], row: Views) -> tuple[Evaluate, ...]:
    """trade_executed, position_closed, liquidation_started → Evaluate."""
    return (
        Evaluate(account_id=envelope.event.account_id, views=row.views, at=envelope.occurred_at),
    )


def trip_on_breach(envelope: Envelope[RiskLimitHit]) -> tuple[Trip, ...]:
    """risk_limit_hit (kill_switch) → Trip of the account."""
    event = envelope.event
    if Action.KILL_SWITCH not in event.actions:
        return ()
    return (tripped(event.account_id, f"limit {event.type.value} was breached", event.at),)


def trip_on_flags(envelope: Envelope[ReconciliationFlagged], row: Flagged) -> tuple[Trip, ...]:
    """reconciliation_flagged, the third within an hour → Trip of the account."""
    event = envelope.event
    if row.flags < FLAGS:
        return ()
    return (tripped(event.account_id, f"flagged {row.flags} times in an hour", event.at),)


def trip_suspended(envelope: Envelope[UserSuspended], row: Accounts) -> tuple[Trip, ...]:
    """user_suspended → Trip of each of the user's accounts."""
    at = envelope.event.at
    return tuple(tripped(one, "the owner is suspended", at) for one in row.account_ids)


def tripped(account_id: AccountId, reason: str, at: Instant) -> Trip:
    """A rule stops one account; its switch has the account's own id."""
    return Trip(
        switch_id=account_id,
        scope=Scope.ACCOUNT,
        target=account_id,
        mode=Mode.HALT,
        actor=Actor(name="policy"),
        reason=reason,
        automatic=True,
        at=at,
    )


def cancel_own(envelope: Envelope[RiskLimitHit | DeadmanFired]) -> tuple[CancelAll, ...]:
    """risk_limit_hit (cancel_orders), deadman_fired → CancelAll."""
    event = envelope.event
    if isinstance(event, RiskLimitHit):
        if Action.CANCEL_ORDERS not in event.actions:
            return ()
        return (CancelAll(account_id=event.account_id, at=event.at, reason="risk_limit"),)
    return (CancelAll(account_id=event.account_id, at=event.at, reason="deadman"),)


def cancel_stopped(envelope: Envelope[Stopping], row: Accounts) -> tuple[CancelAll, ...]:
    """kill_switch_engaged → CancelAll of opening orders; user_deleted → of all orders."""
    event = envelope.event
    stopped = isinstance(event, KillSwitchEngaged)
    return tuple(
        CancelAll(
            account_id=one,
            at=event.at,
            symbol=row.symbol,
            reason="kill_switch" if stopped else "user_deleted",
            opening_only=stopped,
        )
        for one in row.account_ids
    )


GUARD_POLICIES: tuple[Policy[Any, CreateLimit | Trip | CancelAll], ...] = (
    Policy(name="limit_new", events=(AccountOpened,), react=limit_new),
    Policy(name="trip_on_breach", events=(RiskLimitHit,), react=trip_on_breach),
    Policy(name="cancel_own", events=(RiskLimitHit, DeadmanFired), react=cancel_own),
)
GUARD_ROWS: tuple[RowPolicy[Any, Any, Evaluate | Trip | CancelAll], ...] = (
    RowPolicy(
        name="evaluate_risk",
        events=(TradeExecuted, PositionClosed, LiquidationStarted),
        row=Views,
        react=evaluate,
    ),
    RowPolicy(
        name="trip_on_flags", events=(ReconciliationFlagged,), row=Flagged, react=trip_on_flags
    ),
    RowPolicy(name="trip_suspended", events=(UserSuspended,), row=Accounts, react=trip_suspended),
    RowPolicy(
        name="cancel_stopped",
        events=(KillSwitchEngaged, UserDeleted),
        row=Accounts,
        react=cancel_stopped,
    ),
)

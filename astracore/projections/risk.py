"""Risk as owners and staff see it: limits, alerts, the account's figures, standing switches."""

from collections.abc import Iterable
from decimal import Decimal
from typing import TypeAlias

from attrs import evolve as changed
from attrs import frozen

from astracore.events.catalog import classes_of
from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Model, Projection, model
from astracore.ids import AccountId
from astracore.instants import Instant
from astracore.projections.sorting import ascending, newest_first
from astracore.risk.limits import Level, LimitType, Status
from astracore.risk.profiles.events import (
    AlertAcknowledged,
    AlertRaised,
    AlertResolved,
    LimitChanged,
    LimitCreated,
    LimitDeleted,
    ProfileEvent,
    RiskEvaluated,
)
from astracore.risk.profiles.profile import PROFILE
from astracore.risk.profiles.state import (
    NOBODY,
    Profile,
    Watched,
    figures_at,
    grade_of,
    limit_at,
)
from astracore.risk.profiles.types import AlertStatus
from astracore.risk.switches.events import (
    KillSwitchEngaged,
    KillSwitchReleaseApproved,
    KillSwitchReleased,
    SwitchEvent,
)
from astracore.risk.switches.state import Switch
from astracore.risk.switches.switch import SWITCH

LimitEvent: TypeAlias = LimitCreated | LimitChanged | LimitDeleted | RiskEvaluated
AlertEvent: TypeAlias = AlertRaised | AlertAcknowledged | AlertResolved
TYPES = tuple(LimitType)


@frozen(kw_only=True)
class LimitRow:
    """One limit with its figures now and later, and its last grade; `utilisation` = used/limit.

    A utilisation of None is beyond any bound: something is used where nothing is allowed.
    """

    account_id: AccountId
    watched: Watched
    status: Status = Status.NORMAL
    level: Level = Level.LOW
    utilisation: Decimal | None
    graded_at: Instant | None = None


@frozen(kw_only=True)
class AlertRow:
    """The alert of a limit, also when it is over: who has seen it, why it ended."""

    alert_id: str
    account_id: AccountId
    limit_id: str
    type: LimitType
    state: AlertStatus
    status: Status
    level: Level
    used: Decimal | None
    limit: Decimal
    raised_at: Instant
    by: str | None = None
    note: str | None = None
    resolved_at: Instant | None = None
    reason: str | None = None


@frozen(kw_only=True)
class RiskRow:
    """One account: its level, and `profile`, the folded aggregate with blocks and dead man."""

    account_id: AccountId
    level: Level
    profile: Profile


@frozen(kw_only=True)
class SwitchRow:
    """A kill switch that stands; gone when it is released."""

    switch_id: str
    switch: Switch


def limit_keys(envelope: Envelope[LimitEvent]) -> tuple[str, ...]:
    """The limit itself; of an evaluation every limit that it graded."""
    event = envelope.event
    if isinstance(event, RiskEvaluated):
        return tuple(grade.limit_id for grade in event.grades)
    return (event.limit_id,)


def evolve_limit(row: LimitRow | None, envelope: Envelope[LimitEvent], key: str) -> LimitRow | None:
    """The profile's own fold, of one limit alone."""
    event = envelope.event
    before = NOBODY if row is None else Profile(limits=(row.watched,))
    profile = PROFILE.evolve(before, event)
    if not profile.limits:
        return row
    watched = profile.limits[-1]
    if row is None:
        return LimitRow(account_id=event.account_id, watched=watched, utilisation=Decimal(0))
    if not isinstance(event, RiskEvaluated):
        return changed(row, watched=watched)
    grade = grade_of(profile, key)
    return changed(
        row,
        status=grade.status,
        level=grade.level,
        utilisation=grade.utilisation,
        graded_at=event.at,
    )


def standing_limits(rows: Iterable[LimitRow], at: Instant) -> tuple[LimitRow, ...]:
    """Limits that are watched at `at`, in the order of their types; `figures` are those of then."""
    standing = (
        changed(row, watched=changed(row.watched, figures=figures_at(row.watched, at)))
        for row in rows
        if limit_at(row.watched, at) is not None
    )
    return tuple(sorted(standing, key=lambda row: TYPES.index(row.watched.type)))


def evolve_alert(
    row: AlertRow | None, envelope: Envelope[AlertEvent], _key: str
) -> AlertRow | None:
    """Open, seen, over; open again when its limit's status rises."""
    event = envelope.event
    match event:
        case AlertRaised():
            return AlertRow(
                alert_id=event.alert_id,
                account_id=event.account_id,
                limit_id=event.limit_id,
                type=event.type,
                state=AlertStatus.OPEN,
                status=event.status,
                level=event.level,
                used=event.used,
                limit=event.limit,
                raised_at=event.at,
            )
        case AlertAcknowledged():
            if row is None:
                return None
            return changed(row, state=AlertStatus.ACKNOWLEDGED, by=event.by, note=event.note)
        case _:
            if row is None:
                return None
            return changed(
                row, state=AlertStatus.RESOLVED, resolved_at=event.at, reason=event.reason
            )


def evolve_risk(row: RiskRow | None, envelope: Envelope[ProfileEvent], key: str) -> RiskRow:
    """The very fold of the aggregate."""
    event = envelope.event
    before = NOBODY if row is None else row.profile
    level = Level.LOW if row is None else row.level
    return RiskRow(
        account_id=AccountId(key),
        level=event.level if isinstance(event, RiskEvaluated) else level,
        profile=PROFILE.evolve(before, event),
    )


def evolve_switch(
    row: SwitchRow | None, envelope: Envelope[SwitchEvent], key: str
) -> SwitchRow | None:
    """There while it stands."""
    before = SWITCH.initial if row is None else row.switch
    after = SWITCH.evolve(before, envelope.event)
    return None if after.engaged is None else SwitchRow(switch_id=key, switch=after)


RISK_LIMITS: Projection[LimitEvent, LimitRow] = Projection(
    name="risk_limits",
    version=1,
    events=(LimitCreated, LimitChanged, LimitDeleted, RiskEvaluated),
    keys=limit_keys,
    evolve=evolve_limit,
    row=codec(LimitRow),
    owner=lambda row: row.account_id,
    sort=lambda row: ascending(TYPES.index(row.watched.type)),
)
RISK_ALERTS: Projection[AlertEvent, AlertRow] = Projection(
    name="risk_alerts",
    version=1,
    events=(AlertRaised, AlertAcknowledged, AlertResolved),
    keys=lambda envelope: (envelope.event.alert_id,),
    evolve=evolve_alert,
    row=codec(AlertRow),
    owner=lambda row: row.account_id,
    sort=lambda row: newest_first(row.raised_at),
)
RISK_METRICS: Projection[ProfileEvent, RiskRow] = Projection(
    name="risk_metrics",
    version=1,
    events=classes_of(ProfileEvent),
    keys=lambda envelope: (envelope.event.account_id,),
    evolve=evolve_risk,
    row=codec(RiskRow),
    owner=lambda row: row.account_id,
    sort=lambda row: row.account_id,
)
KILL_SWITCHES: Projection[SwitchEvent, SwitchRow] = Projection(
    name="kill_switches",
    version=1,
    events=(KillSwitchEngaged, KillSwitchReleaseApproved, KillSwitchReleased),
    keys=lambda envelope: (envelope.event.switch_id,),
    evolve=evolve_switch,
    row=codec(SwitchRow),
    owner=lambda _row: "",
    sort=lambda row: row.switch_id,
)
RISK_MODELS: tuple[Model, ...] = (
    model(RISK_LIMITS),
    model(RISK_ALERTS),
    model(RISK_METRICS),
    model(KILL_SWITCHES),
)

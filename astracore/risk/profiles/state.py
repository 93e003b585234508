"""What is remembered of a risk profile, and how events change it."""

from decimal import Decimal
from typing import assert_never

from attrs import evolve as changed
from attrs import frozen

from astracore.instants import Instant
from astracore.risk.limits import Action, Level, LimitType, Status, Thresholds
from astracore.risk.measures import Limit
from astracore.risk.profiles.events import (
    AlertAcknowledged,
    AlertRaised,
    AlertResolved,
    BlockCleared,
    BlockSet,
    DeadmanFired,
    DeadmanRefreshed,
    DeadmanSet,
    LimitChanged,
    LimitCreated,
    LimitDeleted,
    LimitGrade,
    ProfileEvent,
    RiskEvaluated,
    RiskLimitHit,
)
from astracore.risk.profiles.types import AlertStatus, LimitScope


@frozen(kw_only=True)
class Figures:
    """What a limit allows from `effective_at` on; `value` None: it is gone."""

    value: Decimal | None
    warning: Decimal
    critical: Decimal
    effective_at: Instant


@frozen(kw_only=True)
class Watched:
    """A limit: its figures now, and those that wait for their hour."""

    limit_id: str
    type: LimitType
    scope: LimitScope
    target: str
    figures: Figures
    waiting: Figures | None = None


@frozen(kw_only=True)
class Alert:
    """The alert of one limit, until it is resolved."""

    alert_id: str
    limit_id: str
    status: AlertStatus


@frozen(kw_only=True)
class Block:
    """What a breached limit forbids."""

    limit_id: str
    kind: Action
    target: str
    until: Instant | None


@frozen(kw_only=True)
class Profile:
    """Limits, the last grades, unresolved alerts, blocks, and the dead man's countdown [s]."""

    limits: tuple[Watched, ...] = ()
    grades: tuple[LimitGrade, ...] = ()
    alerts: tuple[Alert, ...] = ()
    blocks: tuple[Block, ...] = ()
    countdown: int = 0
    due_at: Instant | None = None


NOBODY = Profile()


def figures_at(watched: Watched, at: Instant) -> Figures:
    """The figures that count at `at`."""
    waiting = watched.waiting
    if waiting is not None and waiting.effective_at.micros <= at.micros:
        return waiting
    return watched.figures


def limit_at(watched: Watched, at: Instant) -> Limit | None:
    """The limit as it is measured at `at`; None once it is gone."""
    figures = figures_at(watched, at)
    if figures.value is None:
        return None
    return Limit(
        limit_id=watched.limit_id,
        type=watched.type,
        value=figures.value,
        marks=Thresholds(warning=figures.warning, critical=figures.critical),
    )


def grade_of(profile: Profile, limit_id: str) -> LimitGrade:
    """The last grade of a limit, the lowest when it was never graded."""
    for grade in profile.grades:
        if grade.limit_id == limit_id:
            return grade
    return LimitGrade(
        limit_id=limit_id, status=Status.NORMAL, level=Level.LOW, utilisation=Decimal(0)
    )


def evolve(profile: Profile, event: ProfileEvent) -> Profile:
    """The profile after `event`."""
    match event:
        case LimitCreated() | LimitChanged() | LimitDeleted():
            return _limited(profile, event)
        case RiskEvaluated():
            return changed(profile, grades=event.grades)
        case AlertRaised() | AlertAcknowledged() | AlertResolved():
            return changed(profile, alerts=_alerted(profile.alerts, event))
        case BlockSet():
            block = Block(
                limit_id=event.limit_id, kind=event.kind, target=event.target, until=event.until
            )
            return changed(profile, blocks=(*_unblocked(profile, event), block))
        case BlockCleared():
            return changed(profile, blocks=_unblocked(profile, event))
        case RiskLimitHit():
            return profile
        case DeadmanSet():
            return changed(profile, countdown=event.countdown, due_at=event.due_at)
        case DeadmanRefreshed():
            return changed(profile, due_at=event.due_at)
        case DeadmanFired():
            return changed(profile, due_at=None)
        case _:
            assert_never(event)


def _limited(profile: Profile, event: LimitCreated | LimitChanged | LimitDeleted) -> Profile:
    if isinstance(event, LimitCreated):
        watched = Watched(
            limit_id=event.limit_id,
            type=event.type,
            scope=event.scope,
            target=event.target,
            figures=_figures(event),
        )
        beside = tuple(each for each in profile.limits if limit_at(each, event.effective_at))
        return changed(profile, limits=(*beside, watched))
    limits = tuple(
        _pending(each, event) if each.limit_id == event.limit_id else each
        for each in profile.limits
    )
    return changed(profile, limits=limits)


# What waited for its hour is over once something else is decided, or counts if the hour came.
def _pending(watched: Watched, event: LimitChanged | LimitDeleted) -> Watched:
    now = figures_at(watched, event.at)
    if isinstance(event, LimitDeleted):
        gone = changed(now, value=None, effective_at=event.effective_at)
        return changed(watched, figures=now, waiting=gone)
    return changed(watched, figures=now, waiting=_figures(event))


def _figures(event: LimitCreated | LimitChanged) -> Figures:
    return Figures(
        value=event.value,
        warning=event.warning,
        critical=event.critical,
        effective_at=event.effective_at,
    )


def _alerted(
    alerts: tuple[Alert, ...], event: AlertRaised | AlertAcknowledged | AlertResolved
) -> tuple[Alert, ...]:
    beside = tuple(each for each in alerts if each.alert_id != event.alert_id)
    if isinstance(event, AlertResolved):
        return beside
    if isinstance(event, AlertRaised):
        raised = Alert(alert_id=event.alert_id, limit_id=event.limit_id, status=AlertStatus.OPEN)
        return (*beside, raised)
    return tuple(
        changed(each, status=AlertStatus.ACKNOWLEDGED) if each.alert_id == event.alert_id else each
        for each in alerts
    )


def _unblocked(profile: Profile, event: BlockSet | BlockCleared) -> tuple[Block, ...]:
    return tuple(
        each
        for each in profile.blocks
        if not (each.limit_id == event.limit_id and each.kind is event.kind)
    )

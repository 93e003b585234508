"""From a fresh assessment to what happened: grades, alerts, breaches, blocks."""

from collections.abc import Iterator

from attrs import frozen

from astracore.ids import AccountId, derived_id
from astracore.instants import DAY, HOUR, MINUTE, Instant, after, utc_day
from astracore.risk.limits import STATUSES, Action, Level, Status
from astracore.risk.measures import Graded, Snapshot
from astracore.risk.profiles.events import (
    AlertRaised,
    AlertResolved,
    BlockCleared,
    BlockSet,
    LimitGrade,
    ProfileEvent,
    RiskEvaluated,
    RiskLimitHit,
)
from astracore.risk.profiles.state import Profile, grade_of
from astracore.risk.profiles.types import AlertStatus

NOTICE_EVERY = 15 * MINUTE
ESCALATE_AFTER = 30 * MINUTE
BLOCKS = frozenset(
    {
        Action.BLOCK_SYMBOL,
        Action.BLOCK_NEW,
        Action.BLOCK_DAY,
        Action.BLOCK_HOUR,
        Action.REDUCE_ONLY,
    }
)


@frozen(kw_only=True)
class Fresh:
    """One limit graded just now, and the view it was measured on."""

    graded: Graded
    snapshot: Snapshot


@frozen(kw_only=True)
class Evaluation:
    """What an evaluation is made of."""

    account_id: AccountId
    profile: Profile
    fresh: tuple[Fresh, ...]
    watched: frozenset[str]  # the limits that still count
    level: Level
    at: Instant


def happened(found: Evaluation) -> tuple[ProfileEvent, ...]:
    """Every event of an evaluation, in order: grades, then each limit's, then what is over."""
    return (*_evaluated(found), *_alerts(found), *_over(found))


def is_notice_due(last: Instant | None, now: Instant) -> bool:
    """Whether an alert that stands may be announced again.

    >>> is_notice_due(Instant(0), Instant(15 * MINUTE)), is_notice_due(Instant(0), Instant(1))
    (True, False)
    """
    return last is None or now.micros - last.micros >= NOTICE_EVERY


def is_escalated(raised: Instant, now: Instant, *, status: AlertStatus, level: Level) -> bool:
    """Whether a HIGH or CRITICAL alert was left unacknowledged for 30 minutes.

    >>> is_escalated(Instant(0), Instant(30 * MINUTE), status=AlertStatus.OPEN, level=Level.HIGH)
    True
    """
    grave = level in {Level.HIGH, Level.CRITICAL} and status is AlertStatus.OPEN
    return grave and now.micros - raised.micros >= ESCALATE_AFTER


def _evaluated(found: Evaluation) -> Iterator[ProfileEvent]:
    fresh = {each.graded.limit_id: _grade(each.graded) for each in found.fresh}
    before = {grade.limit_id: grade for grade in found.profile.grades}
    kept = {name: grade for name, grade in before.items() if name in found.watched}
    grades = tuple((kept | fresh).values())
    statuses = {name: grade.status for name, grade in before.items()}
    now = {grade.limit_id: grade.status for grade in grades}
    if any(now[name] is not statuses.get(name, Status.NORMAL) for name in now) or (
        statuses.keys() - now.keys()
    ):
        yield RiskEvaluated(
            account_id=found.account_id, grades=grades, level=found.level, at=found.at
        )


def _alerts(found: Evaluation) -> Iterator[ProfileEvent]:
    for each in found.fresh:
        graded = each.graded
        before = grade_of(found.profile, graded.limit_id).status
        if STATUSES.index(graded.status) <= STATUSES.index(before):
            continue
        alert_id = _alert_id(found, graded.limit_id)
        yield AlertRaised(
            account_id=found.account_id,
            alert_id=alert_id,
            limit_id=graded.limit_id,
            type=graded.type,
            status=graded.status,
            level=graded.level,
            used=graded.used,
            limit=graded.limit,
            at=found.at,
        )
        if graded.status is Status.BREACHED:
            yield from _breached(found, each, alert_id)


def _breached(found: Evaluation, each: Fresh, alert_id: str) -> Iterator[ProfileEvent]:
    graded = each.graded
    yield RiskLimitHit(
        account_id=found.account_id,
        alert_id=alert_id,
        limit_id=graded.limit_id,
        type=graded.type,
        used=graded.used,
        limit=graded.limit,
        actions=graded.actions,
        at=found.at,
    )
    for action in graded.actions:
        if action in BLOCKS:
            yield BlockSet(
                account_id=found.account_id,
                limit_id=graded.limit_id,
                kind=action,
                target=_largest(each.snapshot) if action is Action.BLOCK_SYMBOL else "",
                until=_until(action, found.at),
                at=found.at,
            )


# A timed block ends at its hour, another one when its limit is no longer breached.
def _over(found: Evaluation) -> Iterator[ProfileEvent]:
    statuses = {each.graded.limit_id: each.graded.status for each in found.fresh}
    for alert in found.profile.alerts:
        gone = alert.limit_id not in found.watched
        if gone or statuses.get(alert.limit_id) is Status.NORMAL:
            yield AlertResolved(
                account_id=found.account_id,
                alert_id=alert.alert_id,
                limit_id=alert.limit_id,
                reason="limit deleted" if gone else "normal",
                at=found.at,
            )
    for block in found.profile.blocks:
        lapsed = block.until is not None and block.until.micros <= found.at.micros
        status = statuses.get(block.limit_id, Status.BREACHED)
        lifted = block.until is None and status is not Status.BREACHED
        if lapsed or lifted or block.limit_id not in found.watched:
            yield BlockCleared(
                account_id=found.account_id, limit_id=block.limit_id, kind=block.kind, at=found.at
            )


def _grade(graded: Graded) -> LimitGrade:
    return LimitGrade(
        limit_id=graded.limit_id,
        status=graded.status,
        level=graded.level,
        utilisation=graded.utilisation,
    )


def _alert_id(found: Evaluation, limit_id: str) -> str:
    for alert in found.profile.alerts:
        if alert.limit_id == limit_id:
            return alert.alert_id
    return derived_id(found.at.micros // 1000, "alert", found.account_id, limit_id)


def _largest(snapshot: Snapshot) -> str:
    named = zip(snapshot.symbols, snapshot.exposures, strict=False)
    return max(named, key=lambda pair: pair[1].copy_abs(), default=("", 0))[0]


def _until(action: Action, at: Instant) -> Instant | None:
    if action is Action.BLOCK_DAY:
        return Instant((utc_day(at) + 1) * DAY)
    return after(at, HOUR) if action is Action.BLOCK_HOUR else None

"""The risk profile as a decider."""

from decimal import Decimal
from typing import TypeAlias, assert_never

from returns.result import Failure, Result, Success

from astracore.errors.risk import (
    AlertClosed,
    AlertNotFound,
    InvalidCountdown,
    LimitExists,
    LimitNotFound,
    NotDue,
    ProfileFault,
    RiskFault,
)
from astracore.errors.values import BadAmount
from astracore.events.decider import Decider
from astracore.instants import DAY, SECOND, Instant, after
from astracore.outcome import collect
from astracore.risk.limits import highest_level, thresholds
from astracore.risk.measures import Graded, Limit, assess
from astracore.risk.profiles.commands import (
    AcknowledgeAlert,
    ChangeLimit,
    CreateLimit,
    DeleteLimit,
    Evaluate,
    FireDeadman,
    ProfileCommand,
    RefreshDeadman,
    SetDeadman,
)
from astracore.risk.profiles.evaluation import Evaluation, Fresh, happened
from astracore.risk.profiles.events import (
    AlertAcknowledged,
    DeadmanFired,
    DeadmanRefreshed,
    DeadmanSet,
    LimitChanged,
    LimitCreated,
    LimitDeleted,
    ProfileEvent,
)
from astracore.risk.profiles.state import (
    NOBODY,
    Figures,
    Profile,
    Watched,
    evolve,
    figures_at,
    grade_of,
    limit_at,
)
from astracore.risk.profiles.types import AlertStatus, View

LOOSENS_AFTER = DAY
COUNTDOWNS = range(10, 86_401)  # [s]
ProfileRefusal: TypeAlias = ProfileFault | RiskFault
Decided: TypeAlias = Result[tuple[ProfileEvent, ...], ProfileRefusal]


def decide(command: ProfileCommand, profile: Profile) -> Decided:
    """What a command does to a profile.

    Errors: BadAmount, ThresholdOrder, LimitExists, LimitNotFound, AlertNotFound, AlertClosed,
    InvalidCountdown, NotDue, NumericLimit.
    Source: docs/formulas-margin-sizing-risk.md#risk-profile.
    Invariant: evaluating the same snapshot twice reports nothing new the second time.
    """
    match command:
        case CreateLimit():
            return _created(command, profile)
        case ChangeLimit():
            return _changed(command, profile)
        case DeleteLimit():
            return _deleted(command, profile)
        case Evaluate():
            return _evaluated(command, profile)
        case AcknowledgeAlert():
            return _acknowledged(command, profile)
        case SetDeadman() | RefreshDeadman() | FireDeadman():
            return _deadman(command, profile)
        case _:
            assert_never(command)


PROFILE: Decider[ProfileCommand, Profile, ProfileEvent, ProfileRefusal] = Decider(
    "risk.profile", NOBODY, decide, evolve
)


def _created(command: CreateLimit, profile: Profile) -> Decided:
    for watched in profile.limits:
        same = (watched.type, watched.scope, watched.target) == (
            command.type,
            command.scope,
            command.target,
        )
        alive = figures_at(watched, command.at).value is not None
        if watched.limit_id == command.limit_id or (same and alive):
            return Failure(LimitExists(watched.limit_id))
    return Result.do(
        (
            LimitCreated(
                account_id=command.account_id,
                limit_id=command.limit_id,
                type=command.type,
                scope=command.scope,
                target=command.target,
                value=value,
                warning=marks.warning,
                critical=marks.critical,
                effective_at=command.at,
            ),
        )
        for value in _finite(command.value)
        for marks in thresholds(command.warning, command.critical)
    )


def _changed(command: ChangeLimit, profile: Profile) -> Decided:
    return Result.do(
        (
            LimitChanged(
                account_id=command.account_id,
                limit_id=command.limit_id,
                value=value,
                warning=marks.warning,
                critical=marks.critical,
                effective_at=_effective(command, figures_at(watched, command.at)),
                at=command.at,
            ),
        )
        for watched in _found(command.limit_id, profile, command.at)
        for value in _finite(command.value)
        for marks in thresholds(command.warning, command.critical)
    )


def _deleted(command: DeleteLimit, profile: Profile) -> Decided:
    wait = 0 if command.by_risk else LOOSENS_AFTER
    return _found(command.limit_id, profile, command.at).map(
        lambda _: (
            LimitDeleted(
                account_id=command.account_id,
                limit_id=command.limit_id,
                effective_at=after(command.at, wait),
                at=command.at,
            ),
        )
    )


def _evaluated(command: Evaluate, profile: Profile) -> Decided:
    limits = {
        watched.limit_id: limit
        for watched in profile.limits
        if (limit := limit_at(watched, command.at)) is not None
    }
    return collect(_fresh(view, profile, limits) for view in command.views).map(
        lambda parts: happened(_evaluation(command, profile, sum(parts, ()), limits))
    )


def _fresh(
    view: View, profile: Profile, limits: dict[str, Limit]
) -> Result[tuple[Fresh, ...], RiskFault]:
    here = tuple(
        limits[watched.limit_id]
        for watched in profile.limits
        if watched.limit_id in limits
        and (watched.scope, watched.target) == (view.scope, view.target)
    )
    before = {limit.limit_id: _last(limit, profile) for limit in here}
    return assess(view.snapshot, here, before=before).map(
        lambda found: tuple(Fresh(graded=graded, snapshot=view.snapshot) for graded in found.graded)
    )


def _evaluation(
    command: Evaluate, profile: Profile, fresh: tuple[Fresh, ...], limits: dict[str, Limit]
) -> Evaluation:
    measured = {each.graded.limit_id for each in fresh}
    levels = [each.graded.level for each in fresh]
    levels += [grade_of(profile, limit_id).level for limit_id in limits if limit_id not in measured]
    return Evaluation(
        account_id=command.account_id,
        profile=profile,
        fresh=fresh,
        watched=frozenset(limits),
        level=highest_level(tuple(levels)),
        at=command.at,
    )


# The last grade of a limit in the shape that an assessment compares with.
def _last(limit: Limit, profile: Profile) -> Graded:
    grade = grade_of(profile, limit.limit_id)
    return Graded(
        limit_id=limit.limit_id,
        type=limit.type,
        used=None,
        limit=limit.value,
        headroom=None,
        utilisation=grade.utilisation,
        status=grade.status,
        level=grade.level,
    )


def _acknowledged(command: AcknowledgeAlert, profile: Profile) -> Decided:
    for alert in profile.alerts:
        if alert.alert_id != command.alert_id:
            continue
        if alert.status is not AlertStatus.OPEN:
            return Failure(AlertClosed(alert.alert_id, alert.status.value))
        return Success(
            (
                AlertAcknowledged(
                    account_id=command.account_id,
                    alert_id=alert.alert_id,
                    by=command.by,
                    note=command.note,
                    at=command.at,
                ),
            )
        )
    return Failure(AlertNotFound(command.alert_id))


def _deadman(command: SetDeadman | RefreshDeadman | FireDeadman, profile: Profile) -> Decided:
    match command:
        case SetDeadman():
            return _deadman_set(command)
        case RefreshDeadman():
            if profile.countdown == 0:
                return Failure(NotDue(None))
            due = after(command.at, profile.countdown * SECOND)
            return Success(
                (DeadmanRefreshed(account_id=command.account_id, due_at=due, at=command.at),)
            )
        case FireDeadman():
            due_at = profile.due_at
            if due_at is None or command.at.micros < due_at.micros:
                return Failure(NotDue(None if due_at is None else due_at.micros))
            return Success((DeadmanFired(account_id=command.account_id, at=command.at),))
        case _:
            assert_never(command)


def _deadman_set(command: SetDeadman) -> Decided:
    if command.countdown != 0 and command.countdown not in COUNTDOWNS:
        return Failure(InvalidCountdown(command.countdown))
    due = after(command.at, command.countdown * SECOND) if command.countdown else None
    return Success(
        (
            DeadmanSet(
                account_id=command.account_id,
                countdown=command.countdown,
                due_at=due,
                at=command.at,
            ),
        )
    )


def _found(limit_id: str, profile: Profile, at: Instant) -> Result[Watched, ProfileFault]:
    for watched in profile.limits:
        if watched.limit_id == limit_id and limit_at(watched, at) is not None:
            return Success(watched)
    return Failure(LimitNotFound(limit_id))


# Tighter figures count at once, looser ones a day later unless role risk says so.
def _effective(command: ChangeLimit, now: Figures) -> Instant:
    looser = (
        command.value > (now.value or Decimal(0))
        or command.warning > now.warning
        or command.critical > now.critical
    )
    return after(command.at, LOOSENS_AFTER if looser and not command.by_risk else 0)


def _finite(value: Decimal) -> Result[Decimal, RiskFault]:
    return Success(value) if value.is_finite() else Failure(BadAmount(str(value)[:64]))

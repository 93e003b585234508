"""Risk as rows: limits with their grades, alerts through their life, switches while they stand."""

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from astracore.catalog.examples import example
from astracore.ids import AccountId
from astracore.instants import DAY, Instant
from astracore.projections.risk import (
    KILL_SWITCHES,
    RISK_ALERTS,
    RISK_LIMITS,
    RISK_METRICS,
    standing_limits,
)
from astracore.risk.limits import Action, Level, LimitType, Status
from astracore.risk.profiles.events import (
    AlertAcknowledged,
    AlertRaised,
    AlertResolved,
    BlockSet,
    DeadmanSet,
    LimitChanged,
    LimitCreated,
    LimitDeleted,
    LimitGrade,
    RiskEvaluated,
)
from astracore.risk.profiles.types import AlertStatus
from astracore.risk.switches.events import (
    KillSwitchEngaged,
    KillSwitchReleaseApproved,
    KillSwitchReleased,
)
from property_tests.social_world import folded

ACCOUNT = AccountId("a")
NOON, LATER = Instant(DAY), Instant(2 * DAY)


def created(limit_id: str, type_: LimitType) -> LimitCreated:
    return evolve(
        example(LimitCreated),
        account_id=ACCOUNT,
        limit_id=limit_id,
        type=type_,
        value=Decimal("0.05"),
        effective_at=NOON,
    )


LOSS, VAR = created("l1", LimitType.DAILY_LOSS), created("l2", LimitType.VAR)
GRADES = RiskEvaluated(
    account_id=ACCOUNT,
    grades=(
        LimitGrade(
            limit_id="l1",
            status=Status.WARNING,
            level=Level.HIGH,
            utilisation=Decimal("0.8"),
        ),
        LimitGrade(limit_id="l2", status=Status.BREACHED, level=Level.CRITICAL, utilisation=None),
    ),
    level=Level.CRITICAL,
    at=LATER,
)


def test_limits_carry_their_last_grade() -> None:
    rows = folded(RISK_LIMITS, [LOSS, VAR, GRADES])
    found = {
        key: (row.status, row.level, row.utilisation, row.graded_at) for key, row in rows.items()
    }
    assert found == {
        "l1": (Status.WARNING, Level.HIGH, Decimal("0.8"), LATER),
        "l2": (Status.BREACHED, Level.CRITICAL, None, LATER),
    }
    assert {row.account_id for row in rows.values()} == {ACCOUNT}
    assert folded(RISK_LIMITS, [GRADES]) == {}


def test_a_change_waits_for_its_hour_and_keeps_the_grade() -> None:
    change = evolve(
        example(LimitChanged),
        account_id=ACCOUNT,
        limit_id="l1",
        value=Decimal("0.5"),
        effective_at=LATER,
        at=NOON,
    )
    row = folded(RISK_LIMITS, [LOSS, GRADES, change])["l1"]
    assert row.status is Status.WARNING
    (now,) = standing_limits([row], NOON)
    (then,) = standing_limits([row], LATER)
    assert (now.watched.figures.value, then.watched.figures.value) == (
        Decimal("0.05"),
        Decimal("0.5"),
    )


def test_a_deleted_limit_stands_until_its_hour_and_types_give_the_order() -> None:
    gone = evolve(
        example(LimitDeleted), account_id=ACCOUNT, limit_id="l1", effective_at=LATER, at=NOON
    )
    rows = folded(RISK_LIMITS, [VAR, LOSS, gone])
    order = [row.watched.limit_id for row in standing_limits(rows.values(), NOON)]
    assert order == ["l1", "l2"]
    left = [row.watched.limit_id for row in standing_limits(rows.values(), LATER)]
    assert left == ["l2"]
    assert RISK_LIMITS.sort(rows["l1"]) < RISK_LIMITS.sort(rows["l2"])


RAISED = evolve(example(AlertRaised), account_id=ACCOUNT, alert_id="x", at=NOON)
SEEN = evolve(example(AlertAcknowledged), account_id=ACCOUNT, alert_id="x", by="ada")
OVER = evolve(example(AlertResolved), account_id=ACCOUNT, alert_id="x", at=LATER)


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ([RAISED], AlertStatus.OPEN),
        ([RAISED, SEEN], AlertStatus.ACKNOWLEDGED),
        ([RAISED, SEEN, RAISED], AlertStatus.OPEN),
        ([RAISED, OVER], AlertStatus.RESOLVED),
    ],
)
def test_an_alert_lives_through_its_states(events: list[Any], state: AlertStatus) -> None:
    row = folded(RISK_ALERTS, events)["x"]
    assert row.state is state
    assert row.by == ("ada" if events[-1] is SEEN else None)
    assert row.resolved_at == (LATER if events[-1] is OVER else None)
    assert folded(RISK_ALERTS, [SEEN]) == folded(RISK_ALERTS, [OVER]) == {}


def test_newer_alerts_come_first() -> None:
    newer = evolve(RAISED, alert_id="y", at=LATER)
    rows = folded(RISK_ALERTS, [RAISED, newer])
    assert RISK_ALERTS.sort(rows["y"]) < RISK_ALERTS.sort(rows["x"])
    assert RISK_ALERTS.owner(rows["x"]) == ACCOUNT


def test_an_account_is_one_row_with_its_level_blocks_and_dead_man() -> None:
    block = evolve(example(BlockSet), account_id=ACCOUNT, limit_id="l1", kind=Action.BLOCK_DAY)
    deadman = evolve(example(DeadmanSet), account_id=ACCOUNT, countdown=60)
    row = folded(RISK_METRICS, [LOSS, GRADES, block, deadman])[ACCOUNT]
    assert row.level is Level.CRITICAL
    assert [one.kind for one in row.profile.blocks] == [Action.BLOCK_DAY]
    assert row.profile.countdown == 60
    assert folded(RISK_METRICS, [LOSS])[ACCOUNT].level is Level.LOW
    assert (RISK_METRICS.owner(row), RISK_METRICS.sort(row)) == (ACCOUNT, ACCOUNT)


def test_a_switch_is_shown_while_it_stands() -> None:
    engaged = evolve(example(KillSwitchEngaged), switch_id="s", reason="drawdown")
    approved = evolve(example(KillSwitchReleaseApproved), switch_id="s", by="risk-1")
    released = evolve(example(KillSwitchReleased), switch_id="s")
    row = folded(KILL_SWITCHES, [engaged, approved])["s"]
    assert row.switch.engaged is not None
    assert row.switch.engaged.reason == "drawdown"
    assert row.switch.approval is not None
    assert row.switch.approval.by == "risk-1"
    assert folded(KILL_SWITCHES, [engaged, approved, released]) == {}
    assert (KILL_SWITCHES.owner(row), KILL_SWITCHES.sort(row)) == ("", "s")
    assert folded(RISK_LIMITS, [LOSS])["l1"].account_id == RISK_LIMITS.owner(
        folded(RISK_LIMITS, [LOSS])["l1"]
    )

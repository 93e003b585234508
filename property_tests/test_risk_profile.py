"""The risk profile: limits, alerts, blocks, and the dead man."""

from decimal import Decimal

import pytest
from attrs import evolve as changed
from hypothesis import given
from hypothesis import strategies as st

from astracore.events.decider import replay
from astracore.ids import AccountId
from astracore.instants import DAY, MINUTE, SECOND, Instant
from astracore.risk.limits import Action, Level, LimitType, Status
from astracore.risk.measures import Snapshot
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
from astracore.risk.profiles.evaluation import is_escalated, is_notice_due
from astracore.risk.profiles.events import (
    AlertRaised,
    AlertResolved,
    BlockCleared,
    BlockSet,
    ProfileEvent,
    RiskEvaluated,
    RiskLimitHit,
)
from astracore.risk.profiles.profile import PROFILE
from astracore.risk.profiles.state import NOBODY, Profile, grade_of, limit_at
from astracore.risk.profiles.types import AlertStatus, LimitScope, View

ACCOUNT = AccountId("account")


def snapshot(orders: int, *, loss: str = "0", at: int = 0) -> Snapshot:
    """An account of 1000 with a number of orders and a loss of the day."""
    return Snapshot(
        at=Instant(at),
        equity=Decimal(1000) - Decimal(loss),
        day_open=Decimal(1000),
        deposits=Decimal(0),
        peak=Decimal(1000),
        exposures=(Decimal(10), Decimal(-6000)),
        symbols=("BTC-USD", "ETH-USD"),
        maintenance=Decimal(0),
        orders=orders,
        open_orders=0,
        losses=0,
    )


def create(kind: LimitType, value: str, *, name: str = "limit") -> CreateLimit:
    """A limit of the whole account."""
    return CreateLimit(
        account_id=ACCOUNT, limit_id=name, type=kind, value=Decimal(value), at=Instant(0)
    )


def evaluate(held: Snapshot) -> Evaluate:
    """The whole account judged at the snapshot's instant."""
    view = View(scope=LimitScope.ACCOUNT, target="", snapshot=held)
    return Evaluate(account_id=ACCOUNT, views=(view,), at=held.at)


def change(value: str, at: int, *, by_risk: bool = False, warning: str = "0.8") -> ChangeLimit:
    """Other figures for the limit."""
    return ChangeLimit(
        account_id=ACCOUNT,
        limit_id="limit",
        value=Decimal(value),
        warning=Decimal(warning),
        critical=Decimal("0.95"),
        by_risk=by_risk,
        at=Instant(at),
    )


def run(*commands: ProfileCommand) -> tuple[Profile, tuple[ProfileEvent, ...]]:
    """The profile after accepted commands, and the events of the last one."""
    state = NOBODY
    last: tuple[ProfileEvent, ...] = ()
    for command in commands:
        last = PROFILE.decide(command, state).unwrap()
        state = replay(PROFILE, last, state)
    return state, last


def said(command: ProfileCommand, state: Profile) -> str:
    """The code of the cause."""
    return PROFILE.decide(command, state).failure().code


def test_a_breach_raises_hits_and_blocks_until_it_is_over() -> None:
    """And the same snapshot again reports nothing new."""
    limit = create(LimitType.ORDER_RATE, "60")
    state, events = run(limit, evaluate(snapshot(60)))
    assert [type(each) for each in events] == [RiskEvaluated, AlertRaised, RiskLimitHit, BlockSet]
    assert PROFILE.decide(evaluate(snapshot(60)), state).unwrap() == ()
    assert state.blocks[0].kind is Action.BLOCK_NEW
    held, events = run(limit, evaluate(snapshot(60)), evaluate(snapshot(57)))
    assert events == ()
    calm, events = run(limit, evaluate(snapshot(60)), evaluate(snapshot(10)))
    assert [type(each) for each in events] == [RiskEvaluated, AlertResolved, BlockCleared]
    assert not calm.alerts
    assert not calm.blocks
    assert held.blocks


def test_a_rise_reopens_an_acknowledged_alert_and_acknowledging_lifts_nothing() -> None:
    """The alert of a limit keeps its id until it is resolved."""
    limit = create(LimitType.ORDER_RATE, "100")
    state, events = run(limit, evaluate(snapshot(80)))
    alert = events[1]
    assert isinstance(alert, AlertRaised)
    seen = AcknowledgeAlert(
        account_id=ACCOUNT, alert_id=alert.alert_id, by="u", note="", at=Instant(1)
    )
    calm, _ = run(limit, evaluate(snapshot(80)), seen)
    assert calm.alerts[0].status is AlertStatus.ACKNOWLEDGED
    assert said(seen, calm) == "alert_closed"
    assert said(seen, NOBODY) == "alert_not_found"
    reopened, again = run(limit, evaluate(snapshot(80)), seen, evaluate(snapshot(100, at=5)))
    assert isinstance(again[1], AlertRaised)
    assert again[1].alert_id == alert.alert_id
    assert again[1].status is Status.BREACHED
    assert reopened.alerts[0].status is AlertStatus.OPEN
    assert reopened.blocks
    assert state.alerts[0].status is AlertStatus.OPEN


@pytest.mark.parametrize(
    ("kind", "value", "action", "until", "target"),
    [
        (LimitType.DAILY_LOSS, "0.05", Action.BLOCK_DAY, DAY, ""),
        (LimitType.POSITION_SIZE, "2", Action.BLOCK_SYMBOL, None, "ETH-USD"),
        (LimitType.DRAWDOWN, "0.05", Action.REDUCE_ONLY, None, ""),
    ],
)
def test_each_breach_blocks_in_its_own_way(
    kind: LimitType, value: str, action: Action, until: int | None, target: str
) -> None:
    """For the day, for the symbol, or until it is over."""
    state, _ = run(create(kind, value), evaluate(snapshot(0, loss="100", at=5)))
    block = state.blocks[0]
    assert (block.kind, block.target) == (action, target)
    assert block.until == (None if until is None else Instant(until))


def test_two_limits_have_an_alert_each() -> None:
    """Acknowledging the second leaves the first open."""
    rate, day = create(LimitType.ORDER_RATE, "60"), create(LimitType.DAILY_LOSS, "1", name="day")
    margin = create(LimitType.MARGIN, "0", name="margin")
    warned = evaluate(snapshot(60, loss="850"))
    state, _ = run(rate, day, margin, warned, evaluate(snapshot(60, loss="990", at=7)))
    assert [alert.limit_id for alert in state.alerts] == ["limit", "day"]
    seen = AcknowledgeAlert(
        account_id=ACCOUNT, alert_id=state.alerts[1].alert_id, by="u", note="", at=Instant(1)
    )
    after = replay(PROFILE, PROFILE.decide(seen, state).unwrap(), state)
    assert [alert.status.value for alert in after.alerts] == ["open", "acknowledged"]


def test_a_timed_block_ends_at_its_hour_though_the_limit_is_still_breached() -> None:
    """Midnight clears the day's loss block."""
    limit = create(LimitType.DAILY_LOSS, "0.05")
    early, late = snapshot(0, loss="100"), snapshot(0, loss="100", at=DAY)
    state, events = run(limit, evaluate(early), evaluate(late))
    assert [type(each) for each in events] == [BlockCleared]
    assert state.blocks == ()


def test_tightening_counts_at_once_and_loosening_a_day_later() -> None:
    """Unless role risk says so; a deletion is the loosest change."""
    limit = create(LimitType.ORDER_RATE, "60")

    def allowed(state: Profile, at: int) -> Decimal | None:
        found = limit_at(state.limits[0], Instant(at))
        return None if found is None else found.value

    tight, _ = run(limit, change("30", 5))
    assert allowed(tight, 5) == 30
    loose, _ = run(limit, change("90", 5))
    assert allowed(loose, 5) == 60
    assert allowed(loose, 5 + DAY) == 90
    warned, _ = run(limit, change("60", 5, warning="0.9"))
    assert warned.limits[0].waiting is not None
    assert warned.limits[0].waiting.effective_at == Instant(5 + DAY)
    trusted, _ = run(limit, change("90", 5, by_risk=True))
    assert allowed(trusted, 5) == 90
    again, _ = run(limit, change("90", 5), change("80", DAY + 5))
    assert allowed(again, DAY + 4) == 90
    assert allowed(again, DAY + 5) == 80
    delete = DeleteLimit(account_id=ACCOUNT, limit_id="limit", by_risk=False, at=Instant(5))
    gone, _ = run(limit, delete)
    assert allowed(gone, 5) == 60
    assert allowed(gone, 5 + DAY) is None


def test_a_limit_that_is_gone_takes_its_alert_and_block_along() -> None:
    """And makes room for another of its type."""
    limit = create(LimitType.ORDER_RATE, "60")
    delete = DeleteLimit(account_id=ACCOUNT, limit_id="limit", by_risk=True, at=Instant(5))
    state, events = run(limit, evaluate(snapshot(60)), delete, evaluate(snapshot(60, at=6)))
    assert [type(each) for each in events] == [RiskEvaluated, AlertResolved, BlockCleared]
    assert (len(state.grades), len(state.alerts), len(state.blocks)) == (0, 0, 0)
    assert said(change("1", 9), state) == "limit_not_found"
    fresh = CreateLimit(
        account_id=ACCOUNT,
        limit_id="new",
        type=LimitType.ORDER_RATE,
        value=Decimal(1),
        at=Instant(9),
    )
    after, _ = run(limit, delete, fresh)
    assert [each.limit_id for each in after.limits] == ["new"]
    assert said(create(LimitType.ORDER_RATE, "1", name="new"), after) == "limit_exists"
    assert said(create(LimitType.ORDER_RATE, "1", name="other"), after) == "limit_exists"


def test_limits_are_numbers_with_thresholds_in_order() -> None:
    """From outside nothing else comes in."""
    state, _ = run(create(LimitType.ORDER_RATE, "60"))
    assert said(create(LimitType.VAR, "NaN", name="b"), state) == "bad_amount"
    assert said(change("NaN", 1), state) == "bad_amount"
    assert said(change("1", 1, warning="0.96"), state) == "threshold_order"
    assert said(evaluate(snapshot(0, loss="Infinity")), state) == "bad_amount"


def test_a_view_that_is_missing_changes_nothing() -> None:
    """A limit that was not measured keeps its grade, alert and block."""
    limit = create(LimitType.ORDER_RATE, "60")
    blind = Evaluate(account_id=ACCOUNT, views=(), at=Instant(9))
    before, _ = run(limit, evaluate(snapshot(60)))
    after, events = run(limit, evaluate(snapshot(60)), blind)
    assert events == ()
    assert after == before


def test_the_dead_mans_switch_fires_once_when_nobody_refreshes() -> None:
    """0 turns it off; other countdowns are 10 to 86400 seconds."""

    def arm(countdown: int) -> SetDeadman:
        return SetDeadman(account_id=ACCOUNT, countdown=countdown, at=Instant(0))

    def fire(at: int) -> FireDeadman:
        return FireDeadman(account_id=ACCOUNT, at=Instant(at))

    refresh = RefreshDeadman(account_id=ACCOUNT, at=Instant(5 * SECOND))
    assert said(refresh, NOBODY) == "not_due"
    assert said(fire(1), NOBODY) == "not_due"
    for countdown in (9, 86_401, -1):
        assert said(arm(countdown), NOBODY) == "invalid_countdown"
    armed, _ = run(arm(10))
    assert said(fire(10 * SECOND - 1), armed) == "not_due"
    alive, _ = run(arm(10), refresh)
    assert said(fire(10 * SECOND), alive) == "not_due"
    fired, _ = run(arm(10), fire(10 * SECOND))
    assert said(fire(11 * SECOND), fired) == "not_due"
    off, _ = run(arm(10), arm(0))
    assert off.due_at is None


def test_notices_and_escalations_keep_their_times() -> None:
    """Every 15 minutes; HIGH and CRITICAL after 30 unacknowledged."""
    assert is_notice_due(None, Instant(0))
    assert not is_notice_due(Instant(0), Instant(15 * MINUTE - 1))
    late = Instant(30 * MINUTE)
    assert not is_escalated(Instant(0), late, status=AlertStatus.OPEN, level=Level.MEDIUM)
    assert not is_escalated(Instant(0), late, status=AlertStatus.ACKNOWLEDGED, level=Level.HIGH)
    assert not is_escalated(Instant(1), late, status=AlertStatus.OPEN, level=Level.CRITICAL)


@given(st.lists(st.integers(0, 130), max_size=12))
def test_a_profile_is_rebuilt_by_its_events_whatever_it_saw(counts: list[int]) -> None:
    """One alert at most for a limit, a block exactly while it is breached."""
    state = NOBODY
    events: list[ProfileEvent] = []
    commands: list[ProfileCommand] = [create(LimitType.ORDER_RATE, "100")]
    commands += [evaluate(snapshot(count, at=at)) for at, count in enumerate(counts)]
    for command in commands:
        new = PROFILE.decide(command, state).unwrap()
        state = replay(PROFILE, new, state)
        events.extend(new)
        assert PROFILE.decide(command, state).value_or(()) == ()
    assert replay(PROFILE, events) == state
    breached = any(grade.status is Status.BREACHED for grade in state.grades)
    assert bool(state.blocks) == breached
    assert len(state.alerts) == any(grade.status is not Status.NORMAL for grade in state.grades)


def test_notices_and_days_are_counted_from_where_they_are() -> None:
    """Not from the beginning of time."""
    assert not is_notice_due(Instant(10 * MINUTE), Instant(25 * MINUTE - 1))
    assert is_notice_due(Instant(10 * MINUTE), Instant(25 * MINUTE))
    limit = create(LimitType.DAILY_LOSS, "0.05")
    state, _ = run(limit, evaluate(snapshot(0, loss="100", at=5 * DAY + 7)))
    assert state.blocks[0].until == Instant(6 * DAY)


def test_a_deletion_by_role_risk_counts_at_once() -> None:
    """To the microsecond; everybody else waits a day."""
    limit = create(LimitType.ORDER_RATE, "60")
    for by_risk, wait in ((True, 0), (False, DAY)):
        delete = DeleteLimit(account_id=ACCOUNT, limit_id="limit", by_risk=by_risk, at=Instant(5))
        state, _ = run(limit, delete)
        assert limit_at(state.limits[0], Instant(4 + wait)) is not None
        assert limit_at(state.limits[0], Instant(5 + wait)) is None


def test_limits_that_were_not_measured_keep_their_level() -> None:
    """The account's level is the highest of all, also of what no view showed this time."""
    rate = create(LimitType.ORDER_RATE, "60")
    bot = CreateLimit(
        account_id=ACCOUNT,
        limit_id="bot",
        type=LimitType.OPEN_ORDERS,
        scope=LimitScope.BOT,
        target="b",
        value=Decimal(10),
        at=Instant(0),
    )
    busy = View(scope=LimitScope.BOT, target="b", snapshot=changed(snapshot(0), open_orders=10))
    beside = Evaluate(account_id=ACCOUNT, views=(busy,), at=Instant(0))
    state, _ = run(rate, bot, beside)
    events = PROFILE.decide(evaluate(snapshot(40)), state).unwrap()
    assert not [each for each in events if isinstance(each, RiskEvaluated)]
    warned = PROFILE.decide(evaluate(snapshot(50)), state).unwrap()
    assert isinstance(warned[0], RiskEvaluated)
    assert warned[0].level is Level.CRITICAL
    assert [(block.limit_id, block.kind) for block in state.blocks] == [("bot", Action.BLOCK_NEW)]
    both, _ = run(rate, bot, beside, evaluate(snapshot(60)))
    assert [block.limit_id for block in both.blocks] == ["bot", "limit"]
    freed, _ = run(rate, bot, beside, evaluate(snapshot(60)), evaluate(snapshot(0)))
    assert [block.limit_id for block in freed.blocks] == ["bot"]


def test_a_limit_is_measured_with_its_own_thresholds() -> None:
    state, _ = run(create(LimitType.ORDER_RATE, "60"), change("50", 5, warning="0.7"))
    found = limit_at(state.limits[0], Instant(5))
    assert found is not None
    assert (found.marks.warning, found.marks.critical) == (Decimal("0.7"), Decimal("0.95"))


def test_a_higher_critical_alone_is_looser() -> None:
    """So it waits a day, as a higher warning or a higher limit does."""
    limit = create(LimitType.ORDER_RATE, "60")
    lax = changed(change("60", 5), critical=Decimal("0.99"))
    state, _ = run(limit, lax)
    found = limit_at(state.limits[0], Instant(4 + DAY))
    assert found is not None
    assert found.marks.critical == Decimal("0.95")
    after = limit_at(state.limits[0], Instant(5 + DAY))
    assert after is not None
    assert after.marks.critical == Decimal("0.99")


def test_what_was_never_graded_has_used_nothing() -> None:
    assert grade_of(NOBODY, "x").utilisation == 0


def test_an_alert_has_the_time_in_its_name() -> None:
    """The first twelve digits are the milliseconds of the evaluation."""
    at = 1_700_000_000_000_000
    _, events = run(create(LimitType.ORDER_RATE, "60"), evaluate(snapshot(60, at=at)))
    alert = events[1]
    assert isinstance(alert, AlertRaised)
    assert alert.alert_id.replace("-", "")[:12] == f"{at // 1000:012x}"

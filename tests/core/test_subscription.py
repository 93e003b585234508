"""The subscription's own rules: what each status takes, and what it costs."""

from decimal import Decimal

import pytest

from astracore.errors.revenue import (
    AmountDue,
    ChargeNotDue,
    CouponUsed,
    InvalidCoupon,
    InvalidPause,
    NotRefundable,
    PlanUnknown,
    SubscriptionState,
    TrialUsed,
)
from astracore.errors.values import InvalidPeriod
from astracore.events.decider import replay
from astracore.ids import UserId
from astracore.revenue.coupons import Coupon
from astracore.revenue.dates import day_number, day_text
from astracore.revenue.periods import Cycle
from astracore.revenue.plans import FREE, PLANS
from astracore.revenue.subscriptions.access import Due, due_on, entitlements
from astracore.revenue.subscriptions.changing import refund_due
from astracore.revenue.subscriptions.commands import (
    CancelPlan,
    ChangePlan,
    EndPlan,
    EndReason,
    PausePlan,
    RenewPlan,
    ResumePlan,
    StartTrial,
    Subscribe,
    SubscriptionCommand,
)
from astracore.revenue.subscriptions.events import (
    ChangeScheduled,
    PlanChanged,
    SubscriptionExpired,
    SubscriptionRenewed,
    SubscriptionResumed,
)
from astracore.revenue.subscriptions.state import NOTHING, Scheduled, Status, Subscription
from astracore.revenue.subscriptions.subscription import SUBSCRIPTION

FIRST = day_number(2026, 3, 1)
USER = UserId("u")
HALF = Coupon(name="half", fraction=Decimal("0.5"), periods=2)


def d(text: str) -> Decimal:
    return Decimal(text)


def on(month: int, date: int, year: int = 2026) -> int:
    return day_number(year, month, date)


def after(state: Subscription, *commands: SubscriptionCommand) -> Subscription:
    """The state after commands that are all accepted."""
    for command in commands:
        state = replay(SUBSCRIPTION, SUBSCRIPTION.decide(command, state).unwrap(), state)
    return state


def paid(
    plan: str, cycle: Cycle, amount: str, day: int = FIRST, coupon: Coupon | None = None
) -> Subscribe:
    return Subscribe(
        subscription_id="s",
        user_id=USER,
        plan=plan,
        cycle=cycle,
        paid=d(amount),
        day=day,
        coupon=coupon,
    )


def trial(plan: str = "pro", *, used: bool = False, day: int = FIRST) -> StartTrial:
    return StartTrial(subscription_id="s", user_id=USER, plan=plan, method_used=used, day=day)


def renew(day: int, amount: str = "0", *, succeeded: bool = True) -> RenewPlan:
    return RenewPlan(subscription_id="s", succeeded=succeeded, day=day, paid=d(amount))


def change(plan: str, cycle: Cycle, day: int, amount: str = "0") -> ChangePlan:
    return ChangePlan(subscription_id="s", plan=plan, cycle=cycle, day=day, paid=d(amount))


def end(reason: EndReason, day: int) -> EndPlan:
    return EndPlan(subscription_id="s", reason=reason, day=day)


BASIC = after(NOTHING, paid("basic", Cycle.MONTHLY, "9.99"))
PRO = after(NOTHING, paid("pro", Cycle.MONTHLY, "19.99"))
YEARLY = after(NOTHING, paid("pro", Cycle.YEARLY, "199.90"))
LIFE = after(NOTHING, paid("basic", Cycle.LIFETIME, "299.70"))
TRYING = after(NOTHING, trial())
LATE = after(BASIC, renew(on(4, 1), succeeded=False))
PAUSED = after(BASIC, PausePlan(subscription_id="s", months=2, day=on(3, 11)))
ENDED = after(BASIC, end(EndReason.USER_DELETED, on(3, 5)))


def test_the_worked_upgrade() -> None:
    (event,) = SUBSCRIPTION.decide(change("pro", Cycle.MONTHLY, on(3, 11), "6.77"), BASIC).unwrap()
    assert isinstance(event, PlanChanged)
    assert (event.charge, event.credit) == (d("13.54"), d("6.77"))
    assert (event.start, event.end) == (BASIC.start, BASIC.end)
    assert event.contract_id == event.old_contract_id == "s.1"
    state = replay(SUBSCRIPTION, [event], BASIC)
    assert (state.paid, state.price, state.plan) == (d("16.76"), d("19.99"), "pro")


def test_the_worked_upgrade_to_a_year() -> None:
    (event,) = SUBSCRIPTION.decide(change("pro", Cycle.YEARLY, on(3, 11), "186.36"), PRO).unwrap()
    assert isinstance(event, PlanChanged)
    assert (event.credit, event.charge, event.kept) == (d("13.54"), d("186.36"), d("0"))
    assert [day_text(event.start), day_text(event.end)] == ["2026-03-11", "2027-03-11"]
    assert (event.contract_id, event.old_contract_id) == ("s.2", "s.1")
    state = replay(SUBSCRIPTION, [event], PRO)
    assert (state.paid, state.anchor, state.count) == (d("199.90"), on(3, 11), 0)


def test_the_worked_refunds() -> None:
    """All of it within 14 days; of a year 7 full months later 116.6; of a month nothing."""
    assert refund_due(YEARLY, on(3, 14), PLANS).unwrap() == d("199.90")
    assert refund_due(YEARLY, on(3, 15), PLANS).unwrap() == d("183.24")
    assert refund_due(YEARLY, on(8, 1), PLANS).unwrap() == d("116.60")
    assert refund_due(YEARLY, on(8, 2), PLANS).unwrap() == d("99.95")
    assert refund_due(BASIC, on(3, 15), PLANS).unwrap() == 0
    assert refund_due(LATE, on(4, 2), PLANS).unwrap() == 0
    (event,) = SUBSCRIPTION.decide(end(EndReason.REFUNDED, on(8, 1)), YEARLY).unwrap()
    assert isinstance(event, SubscriptionExpired)
    assert event.refund == d("116.60")
    refused = SUBSCRIPTION.decide(end(EndReason.REFUNDED, on(3, 20)), BASIC)
    assert refused.failure() == NotRefundable("s")


def test_an_anchor_on_the_31st_comes_back_to_it() -> None:
    state = after(NOTHING, paid("basic", Cycle.MONTHLY, "9.99", on(1, 31)))
    ends = [day_text(state.end)]
    for day in (on(2, 28), on(3, 31)):
        state = after(state, renew(day, "9.99"))
        ends.append(day_text(state.end))
    assert ends == ["2026-02-28", "2026-03-31", "2026-04-30"]


def test_dunning_ends_after_the_fifth_failure_and_bills_from_the_start() -> None:
    state = BASIC
    for date in (1, 2, 4, 6):
        state = after(state, renew(on(4, date), succeeded=False))
        assert state.status is Status.PAST_DUE
    assert due_on(state, on(4, 7)) is None
    assert due_on(state, on(4, 8)) is Due.RETRY
    early = SUBSCRIPTION.decide(renew(on(4, 7), "9.99"), state)
    assert early.failure() == ChargeNotDue(on(4, 8))
    over = after(state, renew(on(4, 8), succeeded=False))
    assert over.status is Status.ENDED
    (event,) = SUBSCRIPTION.decide(renew(on(4, 8), "9.99"), state).unwrap()
    assert isinstance(event, SubscriptionRenewed)
    assert (event.start, event.end) == (on(4, 1), on(5, 1))
    assert replay(SUBSCRIPTION, [event], state).failures == 0


def test_a_downgrade_and_a_cancellation_wait_for_the_end_and_can_be_withdrawn() -> None:
    (event,) = SUBSCRIPTION.decide(change("basic", Cycle.MONTHLY, on(3, 11)), PRO).unwrap()
    assert isinstance(event, ChangeScheduled)
    assert event.effective == on(4, 1)
    state = after(PRO, change("basic", Cycle.MONTHLY, on(3, 11)))
    assert state.scheduled == Scheduled(plan="basic", cycle=Cycle.MONTHLY)
    assert after(state, change("basic", Cycle.MONTHLY, on(3, 12))) == state
    assert after(state, change("pro", Cycle.MONTHLY, on(3, 12))).scheduled is None
    assert after(PRO, change("pro", Cycle.MONTHLY, on(3, 12))) == PRO
    assert after(state, ResumePlan(subscription_id="s", day=on(3, 12))).scheduled is None
    assert after(state, renew(on(4, 1), "9.99")).plan == "basic"
    leaving = after(PRO, change("free", Cycle.MONTHLY, on(3, 12)))
    assert leaving == after(PRO, CancelPlan(subscription_id="s", day=on(3, 12)))
    assert after(leaving, renew(on(4, 1))).status is Status.ENDED
    charged = SUBSCRIPTION.decide(renew(on(4, 1), "9.99"), leaving)
    assert charged.failure() == AmountDue(d("0"), d("9.99"))
    assert after(LATE, CancelPlan(subscription_id="s", day=on(4, 2))).status is Status.ENDED


def test_a_pause_gives_every_day_back() -> None:
    back = SUBSCRIPTION.decide(ResumePlan(subscription_id="s", day=on(3, 21)), PAUSED).unwrap()
    (event,) = back
    assert isinstance(event, SubscriptionResumed)
    assert (event.start, event.end) == (on(3, 11), on(4, 11))
    state = replay(SUBSCRIPTION, back, PAUSED)
    assert after(state, renew(on(4, 11), "9.99")).end == on(5, 11)
    late = after(PAUSED, ResumePlan(subscription_id="s", day=on(9, 1)))
    assert late.end == on(4, 1) + (on(5, 11) - on(3, 11))
    again = PausePlan(subscription_id="s", months=1, day=on(4, 1))
    assert SUBSCRIPTION.decide(again, state).failure() == InvalidPause(1)


def test_a_coupon_lasts_its_periods_and_is_used_once() -> None:
    state = after(NOTHING, paid("basic", Cycle.MONTHLY, "4.99", coupon=HALF))
    state = after(state, renew(on(4, 1), "4.99"))
    state = after(state, renew(on(5, 1), "9.99"))
    state = after(state, end(EndReason.CANCELLED, on(5, 2)))
    again = SUBSCRIPTION.decide(paid("basic", Cycle.MONTHLY, "4.99", on(5, 3), HALF), state)
    assert again.failure() == CouponUsed("half")
    bad = Coupon(name="bad")
    refused = SUBSCRIPTION.decide(paid("basic", Cycle.MONTHLY, "9.99", coupon=bad), NOTHING)
    assert refused.failure() == InvalidCoupon("bad")


def test_a_plan_for_life_has_no_end() -> None:
    assert due_on(LIFE, on(3, 1, 2050)) is None
    assert entitlements(LIFE, on(3, 1, 2050)).bots == 3
    assert SUBSCRIPTION.decide(renew(on(3, 1, 2050)), LIFE).failure() == SubscriptionState(
        "active", "renew"
    )
    later = after(LIFE, change("pro", Cycle.LIFETIME, on(3, 1, 2050), "599.70"))
    soon = after(LIFE, change("pro", Cycle.LIFETIME, FIRST + 548, "449.85"))
    for state in (later, soon):
        assert (state.plan, state.cycle, state.paid) == ("pro", Cycle.LIFETIME, d("599.70"))


def test_access_follows_status() -> None:
    pro, basic = (entitlements(state, FIRST) for state in (PRO, BASIC))
    assert (pro.live_bots, basic.orders) == (True, 50)
    assert entitlements(TRYING, on(3, 14)).live_bots
    assert entitlements(TRYING, on(3, 15)) == FREE
    assert entitlements(LATE, on(4, 8)).bots == 3
    assert entitlements(LATE, on(4, 9)) == FREE
    for state in (NOTHING, PAUSED, ENDED):
        assert entitlements(state, on(3, 12)) == FREE


def test_what_the_daily_run_finds() -> None:
    assert due_on(TRYING, on(3, 11)) is None
    assert due_on(TRYING, on(3, 12)) is Due.REMIND_TRIAL
    assert due_on(TRYING, on(3, 15)) is Due.END_TRIAL
    assert due_on(BASIC, on(3, 31)) is None
    assert due_on(BASIC, on(4, 1)) is Due.RENEW
    assert due_on(LATE, on(4, 1)) is None
    assert due_on(PAUSED, on(5, 10)) is None
    assert due_on(PAUSED, on(5, 11)) is Due.RESUME
    assert due_on(NOTHING, FIRST) is None
    gone = after(TRYING, end(EndReason.TRIAL_OVER, on(3, 15)))
    assert (gone.status, due_on(gone, on(3, 16))) == (Status.ENDED, None)


REFUSALS: list[tuple[Subscription, SubscriptionCommand, object]] = [
    (NOTHING, trial("free"), PlanUnknown("free", "trial")),
    (PRO, trial(), SubscriptionState("active", "start_trial")),
    (NOTHING, trial(used=True), TrialUsed("s")),
    (ENDED, trial(), TrialUsed("s")),
    (NOTHING, paid("gold", Cycle.MONTHLY, "1"), PlanUnknown("gold", "monthly")),
    (NOTHING, paid("enterprise", Cycle.LIFETIME, "1"), PlanUnknown("enterprise", "lifetime")),
    (PRO, paid("pro", Cycle.MONTHLY, "19.99"), SubscriptionState("active", "subscribe")),
    (NOTHING, paid("pro", Cycle.MONTHLY, "19.98"), AmountDue(d("19.99"), d("19.98"))),
    (TRYING, change("pro", Cycle.YEARLY, FIRST), SubscriptionState("trialing", "change_plan")),
    (PRO, change("gold", Cycle.MONTHLY, FIRST), PlanUnknown("gold", "monthly")),
    (PRO, change("enterprise", Cycle.MONTHLY, on(4, 1)), InvalidPeriod(f"{on(4, 1)} in {PRO.end}")),
    (BASIC, change("pro", Cycle.MONTHLY, on(3, 11), "6.76"), AmountDue(d("6.77"), d("6.76"))),
    (NOTHING, CancelPlan(subscription_id="s", day=FIRST), SubscriptionState("none", "cancel")),
    (LIFE, CancelPlan(subscription_id="s", day=FIRST), SubscriptionState("active", "cancel")),
    (PRO, ResumePlan(subscription_id="s", day=FIRST), SubscriptionState("active", "resume")),
    (
        LATE,
        PausePlan(subscription_id="s", months=1, day=on(4, 2)),
        SubscriptionState("past_due", "pause"),
    ),
    (PRO, PausePlan(subscription_id="s", months=0, day=FIRST), InvalidPause(0)),
    (PRO, PausePlan(subscription_id="s", months=4, day=FIRST), InvalidPause(4)),
    (TRYING, renew(on(3, 15), "19.99"), SubscriptionState("trialing", "renew")),
    (PRO, renew(on(3, 31), "19.99"), ChargeNotDue(on(4, 1))),
    (PRO, renew(on(4, 1), "9.99"), AmountDue(d("19.99"), d("9.99"))),
    (ENDED, end(EndReason.CANCELLED, FIRST), SubscriptionState("ended", "end")),
    (PRO, end(EndReason.TRIAL_OVER, FIRST), SubscriptionState("active", "end_trial")),
    (TRYING, end(EndReason.TRIAL_OVER, on(3, 14)), ChargeNotDue(on(3, 15))),
    (TRYING, end(EndReason.REFUNDED, on(3, 14)), NotRefundable("s")),
]


@pytest.mark.parametrize(("state", "command", "cause"), REFUSALS)
def test_what_is_refused(state: Subscription, command: SubscriptionCommand, cause: object) -> None:
    assert SUBSCRIPTION.decide(command, state).failure() == cause

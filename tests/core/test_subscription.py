"""The subscription's own rules: what each status takes, and what it costs."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from attrs import evolve

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


def basic_now() -> Subscription:
    return after(NOTHING, paid("basic", Cycle.MONTHLY, "9.99"))


def pro_now() -> Subscription:
    return after(NOTHING, paid("pro", Cycle.MONTHLY, "19.99"))


def yearly_now() -> Subscription:
    return after(NOTHING, paid("pro", Cycle.YEARLY, "199.90"))


def life_now() -> Subscription:
    return after(NOTHING, paid("basic", Cycle.LIFETIME, "299.70"))


def trying_now() -> Subscription:
    return after(NOTHING, trial())


def late_now() -> Subscription:
    return after(basic_now(), renew(on(4, 1), succeeded=False))


def paused_now() -> Subscription:
    return after(basic_now(), PausePlan(subscription_id="s", months=2, day=on(3, 11)))


def ended_now() -> Subscription:
    return after(basic_now(), end(EndReason.USER_DELETED, on(3, 5)))


def test_the_worked_upgrade() -> None:
    asked = change("pro", Cycle.MONTHLY, on(3, 11), "6.77")
    (event,) = SUBSCRIPTION.decide(asked, basic_now()).unwrap()
    assert isinstance(event, PlanChanged)
    assert (event.charge, event.credit) == (d("13.54"), d("6.77"))
    assert (event.start, event.end) == (basic_now().start, basic_now().end)
    assert event.contract_id == event.old_contract_id == "s.1"
    state = replay(SUBSCRIPTION, [event], basic_now())
    assert (state.paid, state.price, state.plan) == (d("16.76"), d("19.99"), "pro")


def test_the_worked_upgrade_to_a_year() -> None:
    asked = change("pro", Cycle.YEARLY, on(3, 11), "186.36")
    (event,) = SUBSCRIPTION.decide(asked, pro_now()).unwrap()
    assert isinstance(event, PlanChanged)
    assert (event.credit, event.charge, event.kept) == (d("13.54"), d("186.36"), d("0"))
    assert [day_text(event.start), day_text(event.end)] == ["2026-03-11", "2027-03-11"]
    assert (event.contract_id, event.old_contract_id) == ("s.2", "s.1")
    state = replay(SUBSCRIPTION, [event], pro_now())
    assert (state.paid, state.anchor, state.count) == (d("199.90"), on(3, 11), 0)


def test_the_worked_refunds() -> None:
    """All of it within 14 days; of a year 7 full months later 116.6; of a month nothing."""
    assert refund_due(yearly_now(), on(3, 14), PLANS).unwrap() == d("199.90")
    assert refund_due(yearly_now(), on(3, 15), PLANS).unwrap() == d("183.24")
    assert refund_due(yearly_now(), on(8, 1), PLANS).unwrap() == d("116.60")
    assert refund_due(yearly_now(), on(8, 2), PLANS).unwrap() == d("99.95")
    assert refund_due(basic_now(), on(3, 15), PLANS).unwrap() == 0
    assert refund_due(late_now(), on(4, 2), PLANS).unwrap() == 0
    (event,) = SUBSCRIPTION.decide(end(EndReason.REFUNDED, on(8, 1)), yearly_now()).unwrap()
    assert isinstance(event, SubscriptionExpired)
    assert event.refund == d("116.60")
    refused = SUBSCRIPTION.decide(end(EndReason.REFUNDED, on(3, 20)), basic_now())
    assert refused.failure() == NotRefundable("s")


def test_an_anchor_on_the_31st_comes_back_to_it() -> None:
    state = after(NOTHING, paid("basic", Cycle.MONTHLY, "9.99", on(1, 31)))
    ends = [day_text(state.end)]
    for day in (on(2, 28), on(3, 31)):
        state = after(state, renew(day, "9.99"))
        ends.append(day_text(state.end))
    assert ends == ["2026-02-28", "2026-03-31", "2026-04-30"]


def test_dunning_ends_after_the_fifth_failure_and_bills_from_the_start() -> None:
    state = basic_now()
    for date in (1, 2, 4, 6):
        state = after(state, renew(on(4, date), succeeded=False))
        assert state.status is Status.PAST_DUE
    assert due_on(state, on(4, 7)) is None
    assert due_on(state, on(4, 8)) is Due.RETRY
    early = SUBSCRIPTION.decide(renew(on(4, 7), succeeded=False), state)
    assert early.failure() == ChargeNotDue(on(4, 8))
    over = after(state, renew(on(4, 8), succeeded=False))
    assert over.status is Status.ENDED
    (event,) = SUBSCRIPTION.decide(renew(on(4, 8), "9.99"), state).unwrap()
    assert isinstance(event, SubscriptionRenewed)
    assert (event.start, event.end) == (on(4, 1), on(5, 1))
    assert replay(SUBSCRIPTION, [event], state).failures == 0


def test_a_downgrade_and_a_cancellation_wait_for_the_end_and_can_be_withdrawn() -> None:
    (event,) = SUBSCRIPTION.decide(change("basic", Cycle.MONTHLY, on(3, 11)), pro_now()).unwrap()
    assert isinstance(event, ChangeScheduled)
    assert event.effective == on(4, 1)
    state = after(pro_now(), change("basic", Cycle.MONTHLY, on(3, 11)))
    assert state.scheduled == Scheduled(plan="basic", cycle=Cycle.MONTHLY)
    assert after(state, change("basic", Cycle.MONTHLY, on(3, 12))) == state
    assert after(state, change("pro", Cycle.MONTHLY, on(3, 12))).scheduled is None
    assert after(pro_now(), change("pro", Cycle.MONTHLY, on(3, 12))) == pro_now()
    assert after(state, ResumePlan(subscription_id="s", day=on(3, 12))).scheduled is None
    assert after(state, renew(on(4, 1), "9.99")).plan == "basic"
    leaving = after(pro_now(), change("free", Cycle.MONTHLY, on(3, 12)))
    assert leaving == after(pro_now(), CancelPlan(subscription_id="s", day=on(3, 12)))
    assert after(leaving, renew(on(4, 1))).status is Status.ENDED
    charged = SUBSCRIPTION.decide(renew(on(4, 1), "9.99"), leaving)
    assert charged.failure() == AmountDue(d("0"), d("9.99"))
    assert after(late_now(), CancelPlan(subscription_id="s", day=on(4, 2))).status is Status.ENDED


def test_a_pause_gives_every_day_back() -> None:
    asked = ResumePlan(subscription_id="s", day=on(3, 21))
    back = SUBSCRIPTION.decide(asked, paused_now()).unwrap()
    (event,) = back
    assert isinstance(event, SubscriptionResumed)
    assert (event.start, event.end) == (on(3, 11), on(4, 11))
    state = replay(SUBSCRIPTION, back, paused_now())
    assert after(state, renew(on(4, 11), "9.99")).end == on(5, 11)
    late = after(paused_now(), ResumePlan(subscription_id="s", day=on(9, 1)))
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
    assert due_on(life_now(), on(3, 1, 2050)) is None
    assert entitlements(life_now(), on(3, 1, 2050)).bots == 3
    assert SUBSCRIPTION.decide(renew(on(3, 1, 2050)), life_now()).failure() == SubscriptionState(
        "active", "renew"
    )
    later = after(life_now(), change("pro", Cycle.LIFETIME, on(3, 1, 2050), "599.70"))
    soon = after(life_now(), change("pro", Cycle.LIFETIME, FIRST + 548, "449.85"))
    for state in (later, soon):
        assert (state.plan, state.cycle, state.paid) == ("pro", Cycle.LIFETIME, d("599.70"))


def test_access_follows_status() -> None:
    pro, basic = (entitlements(state, FIRST) for state in (pro_now(), basic_now()))
    assert (pro.live_bots, basic.orders) == (True, 50)
    assert entitlements(trying_now(), on(3, 14)).live_bots
    assert entitlements(trying_now(), on(3, 15)) == FREE
    assert entitlements(late_now(), on(4, 8)).bots == 3
    assert entitlements(late_now(), on(4, 9)) == FREE
    for state in (NOTHING, paused_now(), ended_now()):
        assert entitlements(state, on(3, 12)) == FREE


def test_what_the_daily_run_finds() -> None:
    assert due_on(trying_now(), on(3, 11)) is None
    assert due_on(trying_now(), on(3, 12)) is Due.REMIND_TRIAL
    assert due_on(trying_now(), on(3, 15)) is Due.END_TRIAL
    assert due_on(basic_now(), on(3, 31)) is None
    assert due_on(basic_now(), on(4, 1)) is Due.RENEW
    assert due_on(late_now(), on(4, 1)) is None
    assert due_on(paused_now(), on(5, 10)) is None
    assert due_on(paused_now(), on(5, 11)) is Due.RESUME
    assert due_on(NOTHING, FIRST) is None
    gone = after(trying_now(), end(EndReason.TRIAL_OVER, on(3, 15)))
    assert (gone.status, due_on(gone, on(3, 16))) == (Status.ENDED, None)


def fresh() -> Subscription:
    return NOTHING


REFUSALS: list[tuple[Callable[[], Subscription], SubscriptionCommand, object]] = [
    (fresh, trial("free"), PlanUnknown("free", "trial")),
    (pro_now, trial(), SubscriptionState("active", "start_trial")),
    (fresh, trial(used=True), TrialUsed("s")),
    (ended_now, trial(), TrialUsed("s")),
    (fresh, paid("gold", Cycle.MONTHLY, "1"), PlanUnknown("gold", "monthly")),
    (fresh, paid("enterprise", Cycle.LIFETIME, "1"), PlanUnknown("enterprise", "lifetime")),
    (pro_now, paid("pro", Cycle.MONTHLY, "19.99"), SubscriptionState("active", "subscribe")),
    (fresh, paid("pro", Cycle.MONTHLY, "19.98"), AmountDue(d("19.99"), d("19.98"))),
    (trying_now, change("pro", Cycle.YEARLY, FIRST), SubscriptionState("trialing", "change_plan")),
    (pro_now, change("gold", Cycle.MONTHLY, FIRST), PlanUnknown("gold", "monthly")),
    (
        pro_now,
        change("enterprise", Cycle.MONTHLY, on(4, 1)),
        InvalidPeriod(f"{on(4, 1)} in {on(4, 1)}"),
    ),
    (basic_now, change("pro", Cycle.MONTHLY, on(3, 11), "6.76"), AmountDue(d("6.77"), d("6.76"))),
    (fresh, CancelPlan(subscription_id="s", day=FIRST), SubscriptionState("none", "cancel")),
    (life_now, CancelPlan(subscription_id="s", day=FIRST), SubscriptionState("active", "cancel")),
    (pro_now, ResumePlan(subscription_id="s", day=FIRST), SubscriptionState("active", "resume")),
    (
        late_now,
        PausePlan(subscription_id="s", months=1, day=on(4, 2)),
        SubscriptionState("past_due", "pause"),
    ),
    (pro_now, PausePlan(subscription_id="s", months=0, day=FIRST), InvalidPause(0)),
    (pro_now, PausePlan(subscription_id="s", months=4, day=FIRST), InvalidPause(4)),
    (trying_now, renew(on(3, 15), "19.99"), SubscriptionState("trialing", "renew")),
    (pro_now, renew(on(3, 31), "19.99"), ChargeNotDue(on(4, 1))),
    (pro_now, renew(on(4, 1), "9.99"), AmountDue(d("19.99"), d("9.99"))),
    (ended_now, end(EndReason.CANCELLED, FIRST), SubscriptionState("ended", "end")),
    (pro_now, end(EndReason.TRIAL_OVER, FIRST), SubscriptionState("active", "end_trial")),
    (trying_now, end(EndReason.TRIAL_OVER, on(3, 14)), ChargeNotDue(on(3, 15))),
    (trying_now, end(EndReason.REFUNDED, on(3, 14)), NotRefundable("s")),
]


@pytest.mark.parametrize(("state", "command", "cause"), REFUSALS)
def test_what_is_refused(
    state: Callable[[], Subscription], command: SubscriptionCommand, cause: object
) -> None:
    assert SUBSCRIPTION.decide(command, state()).failure() == cause


def test_money_that_comes_between_two_attempts_is_taken() -> None:
    """Who pays by hand while the schedule waits has paid: the period goes on from its end."""
    state = after(late_now(), renew(on(4, 2), succeeded=False))
    assert state.retry == on(4, 4)
    again = after(state, renew(on(4, 3), "9.99"))
    assert (again.status, again.start, again.end) == (Status.ACTIVE, on(4, 1), on(5, 1))


def test_a_coupon_for_one_period_does_not_discount_a_second_by_a_change() -> None:
    once = Coupon(name="once", fraction=Decimal("0.5"), periods=1)
    month = after(NOTHING, paid("pro", Cycle.MONTHLY, "9.99", coupon=once))
    # h2(9.99 × 31/31) of the month is left on its first day; the year costs its own price.
    year = after(month, change("pro", Cycle.YEARLY, FIRST, "189.91"))
    assert (year.price, year.coupon) == (d("199.90"), None)
    for_two = after(NOTHING, paid("pro", Cycle.MONTHLY, "9.99", coupon=HALF))
    half = after(for_two, change("pro", Cycle.YEARLY, FIRST, "89.96"))
    assert (half.price, half.coupon) == (d("99.95"), evolve(HALF, periods=1))
    assert after(half, renew(on(3, 1, 2027), "199.90")).coupon is None
    better = after(for_two, change("enterprise", Cycle.MONTHLY, FIRST, "15.00"))
    assert better.coupon == HALF


def test_an_upgrade_late_in_the_year_gives_back_the_rest_and_not_the_year() -> None:
    """Days had by the old plan are had, unless its own 14 days run still."""
    state = after(NOTHING, paid("basic", Cycle.YEARLY, "99.90"))
    late = on(2, 1, 2027)  # 28 of 365 days are left: 7.66 of basic, 15.33 of pro
    state = after(state, change("pro", Cycle.YEARLY, late, "7.67"))
    assert state.paid == d("107.57")
    assert refund_due(state, late, PLANS).unwrap() == d("15.33")
    young = after(NOTHING, paid("basic", Cycle.YEARLY, "99.90"))
    young = after(young, change("pro", Cycle.YEARLY, on(3, 6), "98.63"))
    assert refund_due(young, on(3, 7), PLANS).unwrap() == young.paid == d("198.53")
    assert refund_due(young, on(3, 19), PLANS).unwrap() == d("197.16")
    twice = after(young, change("enterprise", Cycle.YEARLY, on(6, 1), "224.39"))
    assert refund_due(twice, on(6, 2), PLANS).unwrap() == d("373.90")


def test_what_ends_by_choice_has_no_days_of_grace() -> None:
    going = after(pro_now(), CancelPlan(subscription_id="s", day=on(3, 5)))
    assert entitlements(going, on(3, 31)).live_bots
    assert entitlements(going, on(4, 1)) == FREE
    assert entitlements(pro_now(), on(4, 8)).live_bots

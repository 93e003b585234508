"""A subscription, asked anything in any order, against what a bookkeeper would remember."""

from decimal import Decimal
from typing import cast

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from astracore.catalog.billing import SUBSCRIPTION_AGGREGATE
from astracore.errors.revenue import AmountDue, SubscriptionFault
from astracore.ids import UserId
from astracore.outcome import is_failure
from astracore.revenue.coupons import Coupon, after_period, discounted
from astracore.revenue.dates import add_months, day_number
from astracore.revenue.periods import Cycle
from astracore.revenue.plans import FREE, PLANS, price
from astracore.revenue.subscriptions.access import Due, due_on, entitlements
from astracore.revenue.subscriptions.changing import ChangeKind, quote_change, refund_due
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
    PlanChanged,
    SubscriptionEvent,
    SubscriptionExpired,
    SubscriptionPastDue,
    SubscriptionRenewed,
    SubscriptionResumed,
    SubscriptionStarted,
    TrialStarted,
)
from astracore.revenue.subscriptions.state import Status, Subscription
from astracore.revenue.subscriptions.subscription import SUBSCRIPTION
from astracore.verification.billing.checks import period_is_sound

ZERO = Decimal(0)
plans = st.sampled_from(["basic", "pro", "enterprise", "free", "gold"])
cycles = st.sampled_from(Cycle)
coupons = st.sampled_from(
    [
        None,
        Coupon(name="half", fraction=Decimal("0.5"), periods=2),
        Coupon(name="five", amount=Decimal(5), periods=1),
        Coupon(name="always", fraction=Decimal("0.1")),
        Coupon(name="bad", fraction=Decimal(2)),
    ]
)


class SubscriptionMachine(RuleBasedStateMachine):
    """`served` are the days that were paid and had; nothing is paid for twice."""

    def __init__(self) -> None:
        super().__init__()
        self.state: Subscription = SUBSCRIPTION.initial
        self.day = day_number(2026, 1, 31)
        self.paid = ZERO
        self.trials = 0
        self.pauses: list[int] = []
        self.attempts: list[int] = []
        self.ends: list[int] = []

    def ask(self, command: SubscriptionCommand) -> SubscriptionFault | None:
        """Decide, look at the events, fold."""
        outcome = SUBSCRIPTION.decide(command, self.state)
        if is_failure(outcome):
            return outcome.failure()
        for event in outcome.unwrap():
            self.look(event)
            self.state = SUBSCRIPTION.evolve(self.state, event)
        return None

    def look(self, event: SubscriptionEvent) -> None:
        """What each event must say, given what was before."""
        before = self.state
        if isinstance(event, TrialStarted):
            self.trials += 1
            assert event.end - event.start == 14
        if isinstance(event, SubscriptionStarted | SubscriptionRenewed):
            assert event.charge + event.credit == event.price
            self.paid += event.charge
        if isinstance(event, SubscriptionRenewed):
            assert event.start == before.end
            assert event.rate_before == before.rate
            self.attempts = []
        if isinstance(event, SubscriptionResumed):
            assert event.end - event.start == before.end - before.start
            assert event.day <= min(self.day, cast("int", before.paused_until))
            assert event.end - before.end == event.day - cast("int", before.paused_on)
        if isinstance(event, PlanChanged):
            again = event.contract_id == event.old_contract_id
            assert (event.start, event.end) == (before.start, before.end) or not again
            self.paid += event.charge - (event.credit if again else ZERO)
        if isinstance(event, SubscriptionPastDue):
            self.attempts.append(event.failures)
            assert event.retry - event.due == [1, 3, 5, 7][event.failures - 1]
        if isinstance(event, SubscriptionExpired):
            assert 0 <= event.refund <= max(self.paid, before.paid)
            self.attempts = []

    def net(self, plan: str, cycle: Cycle, coupon: Coupon | None) -> Decimal:
        """What a period costs; nothing where it is not sold."""
        full = price(PLANS, plan, cycle)
        return full.bind(lambda found: discounted(found, coupon, PLANS.unit)).value_or(ZERO)

    @rule(days=st.integers(0, 40))
    def time_passes(self, days: int) -> None:
        self.day += days

    @rule(plan=plans, used=st.booleans())
    def start_trial(self, *, plan: str, used: bool) -> None:
        may = self.trials == 0 and not used and not self.state.first_paid
        fault = self.ask(
            StartTrial(
                subscription_id="s",
                user_id=UserId("u"),
                plan=plan,
                method_used=used,
                day=self.day,
            )
        )
        assert may or fault is not None

    @rule(plan=plans, cycle=cycles, coupon=coupons, wrong=st.booleans())
    def subscribe(self, *, plan: str, cycle: Cycle, coupon: Coupon | None, wrong: bool) -> None:
        due = self.net(plan, cycle, coupon)
        before = self.state
        fault = self.ask(
            Subscribe(
                subscription_id="s",
                user_id=UserId("u"),
                plan=plan,
                cycle=cycle,
                paid=due + wrong,
                coupon=coupon,
                day=self.day,
            )
        )
        if fault is None:
            assert not wrong
            assert before.status in {Status.NONE, Status.TRIALING, Status.ENDED}
            assert coupon is None or coupon.name not in before.coupons

    @rule(plan=plans, cycle=cycles, wrong=st.booleans())
    def change(self, *, plan: str, cycle: Cycle, wrong: bool) -> None:
        quoted = quote_change(self.state, plan, cycle, self.day, PLANS)
        due = ZERO
        if not is_failure(quoted):
            quote = quoted.unwrap()
            due = quote.change.charge
            if quote.kind is ChangeKind.UPGRADE:
                due -= quote.change.credit
        before = self.state
        asked = ChangePlan(
            subscription_id="s", plan=plan, cycle=cycle, day=self.day, paid=due + wrong
        )
        fault = self.ask(asked)
        if wrong and plan != "free":
            assert fault is not None
            assert self.state == before
            assert isinstance(fault, AmountDue) or is_failure(quoted)

    @rule()
    def cancel(self) -> None:
        self.ask(CancelPlan(subscription_id="s", day=self.day))

    @rule()
    def resume(self) -> None:
        self.ask(ResumePlan(subscription_id="s", day=self.day))

    @rule(months=st.integers(0, 4))
    def pause(self, months: int) -> None:
        if self.ask(PausePlan(subscription_id="s", months=months, day=self.day)) is None:
            assert 1 <= months <= 3
            assert all(self.day >= add_months(one, 12) for one in self.pauses)
            self.pauses.append(self.day)

    @precondition(lambda self: self.state.status in {Status.ACTIVE, Status.PAST_DUE})
    @rule(succeeds=st.booleans(), early=st.booleans())
    def renew(self, *, succeeds: bool, early: bool) -> None:
        due = self.state.retry if self.state.status is Status.PAST_DUE else self.state.end
        self.day = due - 1 if early else max(self.day, due)
        to = self.state.scheduled or self.state
        free = to.plan == "free"
        amount = self.net(to.plan, to.cycle, after_period(self.state.coupon)) if succeeds else ZERO
        in_time = not early or (succeeds and self.state.status is Status.PAST_DUE)
        possible = in_time and self.state.cycle is not Cycle.LIFETIME
        fault = self.ask(
            RenewPlan(
                subscription_id="s",
                succeeded=succeeds,
                day=self.day,
                paid=ZERO if free else amount,
            )
        )
        assert (fault is None) == possible

    @rule(reason=st.sampled_from(EndReason))
    def end(self, reason: EndReason) -> None:
        promised = refund_due(self.state, self.day, PLANS).unwrap()
        fault = self.ask(EndPlan(subscription_id="s", reason=reason, day=self.day))
        if fault is None and reason is EndReason.REFUNDED:
            assert promised > 0

    @invariant()
    def one_trial_and_sound_periods(self) -> None:
        assert self.trials <= 1
        assert period_is_sound(self.state)
        assert len(set(self.state.coupons)) == len(self.state.coupons)
        assert len(self.attempts) <= 4

    @invariant()
    def access_follows_status(self) -> None:
        given = entitlements(self.state, self.day)
        if self.state.status in {Status.NONE, Status.ENDED, Status.PAUSED}:
            assert given == FREE
        within = self.state.start <= self.day < self.state.end
        if within and self.state.status in {Status.TRIALING, Status.ACTIVE}:
            assert given != FREE
        if self.state.status is Status.PAST_DUE:
            assert (given == FREE) == (self.day > self.state.end + 7)

    @invariant()
    def what_is_due_can_be_done(self) -> None:
        due = due_on(self.state, self.day)
        if due in {Due.RENEW, Due.RETRY}:
            assert self.state.status in {Status.ACTIVE, Status.PAST_DUE}
        if due is Due.RESUME:
            assert self.state.status is Status.PAUSED

    @invariant()
    def a_snapshot_is_the_state(self) -> None:
        stored = SUBSCRIPTION_AGGREGATE.state
        assert stored.decode(stored.encode(self.state)).unwrap() == self.state


SubscriptionMachine.TestCase.settings = settings(stateful_step_count=25, deadline=None)
TestSubscription = SubscriptionMachine.TestCase

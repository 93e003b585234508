"""One customer of the simulated business: what they want, what their bank says, what follows."""

from decimal import Decimal

from attrs import evolve, fields, frozen

from astracore.events.envelope import Envelope
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.numeric import EXACT
from astracore.revenue.coupons import Coupon, after_period, discounted
from astracore.revenue.invoices.lines import Evidence, Rule
from astracore.revenue.periods import Cycle
from astracore.revenue.plans import PLANS, price
from astracore.revenue.recognition.commands import (
    BillContract,
    Method,
    Milestone,
    ReachMilestone,
    RecordUse,
    Stream,
)
from astracore.revenue.subscriptions.access import Due, due_on
from astracore.revenue.subscriptions.changing import ChangeKind, Quote, quote_change
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
)
from astracore.revenue.subscriptions.state import Status, Subscription
from astracore.revenue.subscriptions.subscription import SUBSCRIPTION
from astracore.verification.billing.desk import Desk, drawn
from astracore.verification.billing.house import House

ZERO = Decimal(0)
SOLD = tuple((plan.name, cycle) for plan in PLANS.plans if plan.rank for cycle in plan.cycles)
COUNTRIES = ("NL", "DE", "US", "FR")
COUPONS = (
    Coupon(name="welcome", fraction=Decimal("0.25"), periods=3),
    Coupon(name="three", amount=Decimal(3), periods=1),
)
HALVES = (
    Milestone(name="first", share=Decimal("0.5")),
    Milestone(name="second", share=Decimal("0.5")),
)


@frozen(kw_only=True)
class Counts:
    """How often what happened."""

    started: int = 0
    renewed: int = 0
    upgraded: int = 0
    failed: int = 0
    paused: int = 0
    refunded: int = 0
    disputed: int = 0
    sold: int = 0

    def plus(self, other: "Counts") -> "Counts":
        """Both together."""
        names = [field.name for field in fields(Counts)]
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in names})


class Customer:
    """Somebody who subscribes, changes their mind, and sometimes wants their money back."""

    def __init__(self, house: House, name: str, seed: int) -> None:
        self.house = house
        self.name = name
        self.seed = seed
        self.user_id = UserId(name)
        self.counts = Counts()
        self.desk = Desk(house, self.user_id, COUNTRIES[self.draw("country", among=4)])
        self.courses: list[str] = []

    def draw(self, *facts: object, among: int) -> int:
        """A number that depends on the seed, the customer and the facts."""
        return drawn(self.seed, self.name, *facts, among=among)

    @property
    def state(self) -> Subscription:
        """How the subscription stands."""
        found: Subscription = self.house.state(SUBSCRIPTION, self.name)
        return found

    def count(self, what: str) -> None:
        """One more of it."""
        self.counts = evolve(self.counts, **{what: getattr(self.counts, what) + 1})

    def live(self, day: int, at: Instant) -> None:
        """One day: what is due first, then what the customer wants."""
        due = due_on(self.state, day)
        if due in {Due.RENEW, Due.RETRY}:
            self.renew(day, at)
        elif due is Due.RESUME:
            self.house.ask(ResumePlan(subscription_id=self.name, day=day), at)
        elif due is Due.END_TRIAL:
            over = EndPlan(subscription_id=self.name, reason=EndReason.TRIAL_OVER, day=day)
            self.house.ask(over, at)
        wish = self.draw("wish", day, among=1000)
        if self.state.status is Status.ACTIVE:
            self.wish(wish, day, at)
        elif self.state.status in {Status.NONE, Status.ENDED, Status.TRIALING} and wish < 60:
            self.begin(wish, day, at)
        if 900 <= wish < 925:
            self.shop(wish, day, at)

    def begin(self, wish: int, day: int, at: Instant) -> None:
        """A trial, or a plan that is paid at once."""
        plan, cycle = SOLD[self.draw("plan", day, among=len(SOLD))]
        if wish < 15:
            trial = StartTrial(
                subscription_id=self.name,
                user_id=self.user_id,
                plan=plan,
                method_used=False,
                day=day,
            )
            self.house.ask(trial, at)
            return
        unused = [each for each in COUPONS if each.name not in self.state.coupons]
        coupon = unused[0] if unused and wish < 35 else None
        full, net = self.prices(plan, cycle, coupon)
        asked = Subscribe(
            subscription_id=self.name,
            user_id=self.user_id,
            plan=plan,
            cycle=cycle,
            paid=net,
            coupon=coupon,
            day=day,
        )
        self.invoiced(self.house.ask(asked, at), full, coupon, day, at)
        self.count("started")

    def renew(self, day: int, at: Instant) -> None:
        """The charge of the next period, which may fail."""
        before = self.state
        ending = before.scheduled is not None and before.scheduled.plan == "free"
        fails = self.draw("bank", day, among=100) < 15
        if fails or ending:
            asked = RenewPlan(subscription_id=self.name, succeeded=False, day=day)
            self.house.ask(asked, at)
            self.count("failed")
            return
        target = before.scheduled or before
        coupon = after_period(before.coupon)
        full, net = self.prices(target.plan, target.cycle, coupon)
        asked = RenewPlan(subscription_id=self.name, succeeded=True, day=day, paid=net)
        self.invoiced(self.house.ask(asked, at), full, coupon, day, at)
        self.count("renewed")

    def prices(self, plan: str, cycle: Cycle, coupon: Coupon | None) -> tuple[Decimal, Decimal]:
        """What a period costs before and after a coupon."""
        full = price(PLANS, plan, cycle).unwrap()
        return full, discounted(full, coupon, PLANS.unit).unwrap()

    def invoiced(
        self,
        stored: tuple[Envelope[object], ...],
        full: Decimal,
        coupon: Coupon | None,
        day: int,
        at: Instant,
    ) -> None:
        """The invoice of a period: its price, and what a coupon takes off."""
        evidence = [Evidence(rule=Rule.FULL, price=full)]
        if coupon is not None:
            evidence.append(Evidence(rule=Rule.DISCOUNT, price=full, coupon=coupon))
        self.desk.bill(Stream.SUBSCRIPTIONS, evidence, stored, day, at)

    def wish(self, wish: int, day: int, at: Instant) -> None:
        """What an active customer may want."""
        if wish < 12:
            self.change(day, at)
        elif wish < 18:
            self.house.ask(CancelPlan(subscription_id=self.name, day=day), at)
        elif wish < 22:
            self.house.ask(ResumePlan(subscription_id=self.name, day=day), at)
        elif wish < 26:
            asked = PausePlan(subscription_id=self.name, months=1 + wish % 3, day=day)
            if self.house.ask(asked, at):
                self.count("paused")
        elif wish < 34:
            self.refund(day, at)
        elif wish < 38:
            self.dispute(day, at)

    def change(self, day: int, at: Instant) -> None:
        """Another plan: what is charged is quoted first."""
        plan, cycle = SOLD[self.draw("change", day, among=len(SOLD))]
        before = self.state
        quote = quote_change(before, plan, cycle, day, PLANS).unwrap()
        same = quote.kind is ChangeKind.UPGRADE
        due = quote.change.charge - (quote.change.credit if same else ZERO)
        stored = self.house.ask(
            ChangePlan(subscription_id=self.name, plan=plan, cycle=cycle, day=day, paid=due), at
        )
        if stored and quote.kind in {ChangeKind.UPGRADE, ChangeKind.RENEWAL}:
            evidence = self.evidence_of(before, quote, day)
            self.desk.bill(Stream.SUBSCRIPTIONS, evidence, stored, day, at)
            self.count("upgraded")

    def evidence_of(self, before: Subscription, quote: Quote, day: int) -> list[Evidence]:
        """The lines of a change: the new plan, and the unused part of the old that pays for it."""
        left, whole = max(0, before.end - day), before.end - before.start
        old = Evidence(rule=Rule.UNUSED, price=before.price, left=left, whole=whole)
        if quote.kind is ChangeKind.UPGRADE:
            return [Evidence(rule=Rule.PRORATED, price=quote.price, left=left, whole=whole), old]
        return [Evidence(rule=Rule.FULL, price=quote.price), evolve(old, cap=quote.price)]

    def refund(self, day: int, at: Instant) -> None:
        """The money back, where the rules give it."""
        asked = EndPlan(subscription_id=self.name, reason=EndReason.REFUNDED, day=day)
        if self.house.ask(asked, at):
            self.desk.give_back(self.house.log, day, at)
            self.count("refunded")

    def dispute(self, day: int, at: Instant) -> None:
        """The bank takes a payment back; one in two is lost, and the subscription with it."""
        self.count("disputed")
        if self.draw("verdict", day, among=2):
            self.desk.charge_back(at)
            over = EndPlan(subscription_id=self.name, reason=EndReason.CANCELLED, day=day)
            self.house.ask(over, at)

    def shop(self, wish: int, day: int, at: Instant) -> None:
        """Something beside the plan, of each of the other streams, and use of what was bought."""
        kinds = (
            (Stream.TRANSACTION_FEES, Method.STRAIGHT_LINE, Decimal("1.37")),
            (Stream.NFT_MARKETPLACE, Method.STRAIGHT_LINE, Decimal("2.50")),
            (Stream.PREMIUM_FEATURES, Method.USE, Decimal(5)),
            (Stream.PREMIUM_FEATURES, Method.MILESTONES, Decimal("49.99")),
        )
        stream, method, amount = kinds[wish % 4]
        contract_id = f"{self.name}.shop.{day}"
        asked = BillContract(
            contract_id=contract_id,
            user_id=self.user_id,
            stream=stream,
            currency=PLANS.currency,
            amount=amount,
            start=day,
            end=day + (730 if method is Method.USE else 1),
            method=method,
            milestones=HALVES if method is Method.MILESTONES else (),
            units=EXACT.multiply(amount, 100) if method is Method.USE else ZERO,
        )
        stored = self.house.ask(asked, at)
        self.desk.bill(stream, [Evidence(rule=Rule.FULL, price=amount)], stored, day, at)
        self.count("sold")
        if method is Method.USE:
            used = Decimal(1 + wish % 7 * 61)
            self.house.ask(RecordUse(contract_id=contract_id, units=used, day=day), at)
        if method is Method.MILESTONES:
            self.courses.append(contract_id)
        for course in self.courses:
            name = HALVES[wish % 2].name
            self.house.ask(ReachMilestone(contract_id=course, milestone=name, day=day), at)

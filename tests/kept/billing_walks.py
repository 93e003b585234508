"""Walks through subscriptions, invoices, contracts of revenue and splits; grids of their prices."""

# ruff: noqa: FBT003 - of what is drawn, much is true or false

from decimal import Decimal

from astracore.ids import UserId
from astracore.outcome import is_failure
from astracore.revenue.coupons import Coupon, discounted
from astracore.revenue.dates import day_number
from astracore.revenue.invoices.commands import (
    CreditLine,
    DraftInvoice,
    IssueCreditNote,
    OpenInvoice,
    PayInvoice,
    VoidInvoice,
    WriteOffInvoice,
)
from astracore.revenue.invoices.invoice import INVOICE
from astracore.revenue.invoices.lines import Charge, Evidence, Rule, explained, recomputed
from astracore.revenue.invoices.state import Invoice
from astracore.revenue.periods import Cycle
from astracore.revenue.plans import PLANS
from astracore.revenue.recognition.commands import (
    BillContract,
    ChangeContract,
    Method,
    Milestone,
    ReachMilestone,
    RecogniseDay,
    RecordUse,
    RefundContract,
    Stream,
    SuspendContract,
)
from astracore.revenue.recognition.contract import CONTRACT
from astracore.revenue.splits.commands import SettleSplits
from astracore.revenue.splits.split import SPLIT
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
)
from astracore.revenue.subscriptions.state import Status, Subscription
from astracore.revenue.subscriptions.subscription import SUBSCRIPTION
from astracore.revenue.usage import ChargeModel, UsageCharge, Use
from tests.kept.telling import Tale
from tests.kept.walking import Dice, Loose

D = Decimal
CENT = D("0.01")
U = UserId("u")
FIRST = day_number(2026, 1, 31)
HALF = Coupon(name="half", fraction=D("0.5"), periods=2)
FIVE = Coupon(name="five", amount=D(5))
PLAN_NAMES = ("basic", "pro", "pro", "enterprise", "free", "none")
CYCLES = (Cycle.MONTHLY, Cycle.MONTHLY, Cycle.QUARTERLY, Cycle.YEARLY, Cycle.LIFETIME, Cycle.WEEKLY)


def subscribed(d: Dice, day: int) -> Subscribe:
    plan, cycle, coupon = d.one("basic", "pro"), d.one(*CYCLES), d.one(None, None, HALF, FIVE)
    full: dict[Cycle, Loose] = {
        Cycle.MONTHLY: 1,
        Cycle.QUARTERLY: D("2.85"),
        Cycle.YEARLY: 10,
        Cycle.LIFETIME: 30,
    }
    monthly = D("9.99") if plan == "basic" else D("19.99")
    net = discounted((monthly * full.get(cycle, 1)).quantize(CENT), coupon, CENT).unwrap()
    credit = d.one(D(0), D(0), D(1))
    return Subscribe(
        subscription_id="s",
        user_id=U,
        plan=plan,
        cycle=cycle,
        paid=net - credit + d.one(0, 0, 0, 0, CENT),
        day=day,
        credit=credit,
        coupon=coupon,
    )


def altered(d: Dice, day: int, state: Subscription) -> ChangePlan:
    """What the quote asks for is paid, mostly."""
    plan, cycle = d.one(*PLAN_NAMES), d.one(*CYCLES)
    quote = quote_change(state, plan, cycle, day, PLANS)
    paid = D(0)
    if not is_failure(quote):
        change = quote.unwrap().change
        offset = change.credit if quote.unwrap().kind is ChangeKind.UPGRADE else 0
        paid = change.charge - offset
    paid += d.one(0, 0, 0, 0, CENT)
    return ChangePlan(subscription_id="s", plan=plan, cycle=cycle, day=day, paid=paid)


def renewal(d: Dice, day: int, state: Subscription) -> RenewPlan:
    """The price of the period that stands, or nothing where the charge failed."""
    succeeded = d.one(True, True, False)
    due = state.price if succeeded and state.scheduled is None else D(0)
    return RenewPlan(subscription_id="s", succeeded=succeeded, day=day, paid=due)


def step(d: Dice, day: int, state: Subscription) -> object:
    if state.status in {Status.NONE, Status.ENDED} or d.one(*[0] * 9, 1):
        trial = StartTrial(
            subscription_id="s",
            user_id=U,
            plan=d.one("pro", "pro", "free", "none"),
            method_used=d.one(False, False, True),
            day=day,
        )
        return d.one(subscribed(d, day), subscribed(d, day), trial)
    return d.one(
        altered(d, day, state),
        altered(d, day, state),
        altered(d, day, state),
        CancelPlan(subscription_id="s", day=day),
        ResumePlan(subscription_id="s", day=day),
        ResumePlan(subscription_id="s", day=day),
        PausePlan(subscription_id="s", months=d.one(0, 1, 2, 3, 4), day=day),
        renewal(d, day, state),
        renewal(d, day, state),
        renewal(d, day, state),
        EndPlan(subscription_id="s", reason=d.one(*EndReason), day=day),
    )


def subscriptions(*seeds: int) -> str:
    """One subscription after the other, asked on days that matter to it, and its quotes."""
    tale = Tale()
    for seed in seeds:
        d, day = Dice(seed), FIRST
        for _ in range(45):
            state = tale.state(SUBSCRIPTION, "s")
            days = [one for one in (state.end - 1, state.end, state.retry) if one >= day]
            day = d.one(day, day, day + 1, day + 13, day + 14, *days, day - 1)
            tale.lines.append(f"day {day - FIRST}")
            tale.ask(SUBSCRIPTION, "s", step(d, day, state))
            state = tale.state(SUBSCRIPTION, "s")
            tale.answer("refund", refund_due(state, day, PLANS))
            plan, cycle = d.one(*PLAN_NAMES), d.one(*CYCLES)
            tale.answer(f"quote {plan} {cycle}", quote_change(state, plan, cycle, day, PLANS))
        tale.stand()
        tale.put(SUBSCRIPTION, "s", SUBSCRIPTION.initial)
    return tale.text()


def evidence(d: Dice) -> Evidence:
    rule = d.one(*Rule)
    charge = UsageCharge(model=ChargeModel.PACKAGE, price=D(3), size=D(10), free=D(1))
    return Evidence(
        rule=rule,
        price=D(d.one("9.99", "0.05", "100")),
        quantity=d.one(1, 2, 3),
        left=d.one(1, 2, 7, 0),
        whole=d.one(7, 31, 2),
        cap=d.one(None, D(1)),
        coupon=d.one(None, HALF, FIVE),
        charge=d.one(None, charge),
        use=d.one(None, Use(units=D(25), events=2)),
    )


def charges(d: Dice) -> tuple[Charge, ...]:
    made = []
    for place in range(d.one(1, 2, 3)):
        found = evidence(d)
        amount = recomputed(found, CENT).value_or(D(1))
        made.append(
            Charge(
                line_id=d.one(f"l{place}", f"l{place}", f"l{place}", f"l{place}", "l0"),
                text="text",
                product=d.one("plan", "usage"),
                evidence=found,
                sources=d.one(("e1",), ("e1", "e2"), ("e1",), ("e1",), ()),
                amount=amount + d.one(*[D(0)] * 7, CENT),
            )
        )
    return tuple(made)


def on_invoice(d: Dice, place: int, state: Invoice) -> object:
    """Something to ask of an invoice: the first five times a draft, or to send it."""
    named: dict[str, Loose] = {"invoice_id": "i"}
    day = FIRST + place
    draft = DraftInvoice(
        **named,
        user_id=U,
        currency=d.one("USD", "EUR"),
        country=d.one("NL", "DE", "GB", "FR", "US"),
        charges=charges(d),
        day=day,
    )
    note = credited(d, place, state)
    left = state.total - state.credited - state.applied
    later = (
        PayInvoice(
            **named,
            payment_id=d.one("p1", "p2", "p3"),
            amount=d.one(left, D("0.5"), left + CENT, D(0)),
            day=day,
        ),
        note,
        note,
        note,
        VoidInvoice(**named, reason="wrong", day=day) if place > 19 else note,
        WriteOffInvoice(**named, reason="gone", day=day) if place > 9 else note,
    )
    opened = OpenInvoice(**named, number="INV-2026-000001", day=day, due_days=14)
    return d.one(draft, draft, opened) if place < 5 else d.one(*later, opened)


def credited(d: Dice, place: int, state: Invoice) -> IssueCreditNote:
    """A part of a line, the same twice, or everything."""
    lines = [one.charge.line_id for one in state.lines] or ["l0"]
    nets = {one.charge.line_id: one.net for one in state.lines}
    name = d.one(*lines)
    part = d.one(nets.get(name, D(1)), D("0.5"), D("1.23"), D(0), D(-1))
    return IssueCreditNote(
        invoice_id="i",
        number=f"CN-2026-{place:06}",
        lines=d.one(
            (CreditLine(line_id=name, net=part),),
            (CreditLine(line_id=name, net=part),) * 2,
            tuple(CreditLine(line_id=one, net=nets.get(one, D(1))) for one in lines),
        ),
        reason="asked",
        day=FIRST + place,
    )


def invoices(*seeds: int) -> str:
    """Invoices of some lines: sent, paid in parts, credited line by line, voided, written off."""
    tale = Tale()
    for seed in seeds:
        d = Dice(seed)
        for place in range(26):
            tale.ask(INVOICE, "i", on_invoice(d, place, tale.state(INVOICE, "i")))
        for line in tale.state(INVOICE, "i").lines:
            tale.answer("why", explained(line.charge))
        tale.stand()
        tale.put(INVOICE, "i", INVOICE.initial)
    return tale.text()


def bill(d: Dice) -> BillContract:
    return BillContract(
        contract_id="c",
        user_id=U,
        stream=d.one(*Stream),
        currency="USD",
        amount=D(d.one("100", "9.99", "0", "-1")),
        start=FIRST,
        end=FIRST + d.one(31, 10, 0, 365),
        method=d.one(*Method),
        milestones=d.one(
            (Milestone(name="a", share=D("0.4")), Milestone(name="b", share=D("0.6"))),
            (Milestone(name="a", share=D(1)),),
            (Milestone(name="a", share=D("0.5")),),
        ),
        units=D(d.one("10", "3", "0")),
    )


def contracts(*seeds: int) -> str:
    """Contracts of revenue: earned by day, by deed, by use; changed, suspended, given back."""
    tale = Tale()
    for seed in seeds:
        d, day, named = Dice(seed), FIRST, {"contract_id": "c"}
        for _ in range(26):
            day = d.one(day, day, day + 1, day + 5, day + 10, day - 1)
            made = d.one(
                RecogniseDay(**named, day=day),
                RecogniseDay(**named, day=day),
                ReachMilestone(**named, milestone=d.one("a", "b", "c"), day=day),
                RecordUse(**named, units=D(d.one("1", "2.5", "0", "7")), day=day),
                RecordUse(**named, units=D(1), day=day),
                ChangeContract(
                    **named, day=day, more=D(d.one("5", "-1", "0")), end=day + d.one(0, 9, 20)
                ),
                SuspendContract(**named, day=day),
                RefundContract(
                    **named,
                    day=day,
                    amount=D(d.one("1", "50", "0", "101")),
                    ends=d.one(True, False),
                ),
            )
            new = not tale.state(CONTRACT, "c").begun
            tale.lines.append(f"day {day - FIRST}")
            tale.ask(CONTRACT, "c", bill(d) if new else made)
        tale.stand()
        tale.put(CONTRACT, "c", CONTRACT.initial)
    return tale.text()


def splits() -> str:
    tale = Tale()
    for stream in Stream:
        for place, (earned, back, fees) in enumerate(
            [
                ("100", "0", "0"),
                ("99.99", "3.33", "2.5"),
                ("10", "20", "0"),
                ("0", "0", "0"),
                ("-1", "0", "0"),
            ]
        ):
            asked = SettleSplits(
                stream=stream,
                month=f"2026-{place + 1:02}",
                currency="USD",
                recognised=D(earned),
                refunds=D(back),
                fees=D(fees),
            )
            tale.ask(SPLIT, stream.value, asked, asked)
    tale.stand()
    return tale.text()


WALKS = {
    "subscriptions": lambda: subscriptions(*range(1, 13)),
    "invoices": lambda: invoices(*range(1, 17)),
    "contracts": lambda: contracts(*range(1, 13)),
    "splits": splits,
}

"""Walks through subscriptions, invoices, contracts of revenue and splits; grids of their prices."""

import itertools
from collections.abc import Mapping
from decimal import Decimal

from astracore.events.decider import replay
from astracore.ids import UserId
from astracore.outcome import is_failure
from astracore.revenue.coupons import Coupon, after_period, checked, discounted
from astracore.revenue.dates import day_number
from astracore.revenue.daycount import DayCount, year_fraction
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
from astracore.revenue.invoices.tax import TAXES, TaxMode, TaxRate, TaxRounding, TaxTable, taxed
from astracore.revenue.performance_fee import (
    Entry,
    FeeTerms,
    Hurdle,
    Mark,
    crystallised,
    entry_credit,
    equalised,
)
from astracore.revenue.periods import Cycle, Timing, aligned, anchored_on, period, period_at
from astracore.revenue.plans import PLANS
from astracore.revenue.proration import prorated, renewed, seconds_left, upgrade
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
from astracore.revenue.recurring import AddOn, Terms, period_parts, seats_changed
from astracore.revenue.saas import (
    Base,
    Movements,
    Paying,
    acquisition_cost,
    arpu,
    closing,
    customer_churn,
    lifetime_value,
    net_retention,
    payback,
    quick_ratio,
    revenue_churn,
    run_rate,
)
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
from astracore.revenue.usage import ChargeModel, Tier, UsageCharge, Use, jump_points, usage_charge
from astracore.instants import SECOND, Instant
from tests.kept.telling import Tale
from tests.kept.walking import Dice

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
    full = {Cycle.MONTHLY: 1, Cycle.QUARTERLY: D("2.85"), Cycle.YEARLY: 10, Cycle.LIFETIME: 30}
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


def invoices(*seeds: int) -> str:
    """Invoices of some lines: sent, paid in parts, credited line by line, voided, written off."""
    tale = Tale()
    for seed in seeds:
        d, named = Dice(seed), {"invoice_id": "i"}
        for place in range(26):
            day = FIRST + place
            state = tale.state(INVOICE, "i")
            lines = [one.charge.line_id for one in state.lines] or ["l0"]
            nets = {one.charge.line_id: one.net for one in state.lines}
            name = d.one(*lines)
            part = d.one(nets.get(name, D(1)), D("0.5"), D("1.23"), D(0), D(-1))
            draft = DraftInvoice(
                **named,
                user_id=U,
                currency=d.one("USD", "EUR"),
                country=d.one("NL", "DE", "GB", "FR", "US"),
                charges=charges(d),
                day=day,
            )
            left = state.total - state.credited - state.applied
            note = IssueCreditNote(
                **named,
                number=f"CN-2026-{place:06}",
                lines=d.one(
                    (CreditLine(line_id=name, net=part),),
                    (CreditLine(line_id=name, net=part),) * 2,
                    tuple(CreditLine(line_id=one, net=nets.get(one, D(1))) for one in lines),
                ),
                reason="asked",
                day=day,
            )
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
            tale.ask(INVOICE, "i", d.one(draft, draft, opened) if place < 5 else d.one(*later, opened))
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
                    **named, day=day, amount=D(d.one("1", "50", "0", "101")), ends=d.one(True, False)
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
            [("100", "0", "0"), ("99.99", "3.33", "2.5"), ("10", "20", "0"), ("0", "0", "0"), ("-1", "0", "0")]
        ):  # fmt: skip
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


def pricing() -> str:
    """Grids of the formulas behind an invoice."""
    tale = Tale()
    usage(tale)
    for price, left, whole in itertools.product(("9.99", "0", "0.05"), (-1, 0, 1, 7, 8), (0, 1, 7)):
        tale.answer(f"part {price} {left}/{whole}", prorated(D(price), left, whole, CENT))
    for old, new, left in itertools.product(("9.99", "19.99", "-1", "0"), repeat=3):
        for formula in (upgrade, renewed):
            told = formula(D(old), D(new), left=int(D(left)), whole=19, unit=CENT)
            tale.answer(f"{formula.__name__} {old} {new} {left}", told)
    for at in (-1, 0, 1, 9 * SECOND, 10 * SECOND - 1, 10 * SECOND, 11 * SECOND):
        ends = Instant(10 * SECOND)
        tale.answer(f"seconds {at}", seconds_left(Instant(0), ends, Instant(at)))
    for parts in itertools.product(("0", "0.5", "1", "1.1"), ("0", "5", "-1"), (None, 0, 1, 2)):
        coupon = Coupon(name="c", fraction=D(parts[0]), amount=D(parts[1]), periods=parts[2])
        tale.answer(f"coupon {parts}", checked(coupon))
        tale.answer("off", discounted(D("9.99"), coupon, CENT))
        tale.answer("after", after_period(coupon))
    calendar(tale)
    recurring(tale)
    taxes(tale)
    return tale.text()


def usage(tale: Tale) -> None:
    tiers = (
        Tier(up_to=D(10), price=D(2), flat=D(1)),
        Tier(up_to=D(20), price=D(1)),
        Tier(up_to=None, price=D("0.5"), flat=D(3)),
    )
    shapes: Mapping[str, dict[str, object]] = {
        "plain": {"price": D("0.333"), "free": D(5)},
        "pack": {"price": D(3), "size": D(10)},
        "tiers": {"tiers": tiers, "free": D(1)},
        "events": {"price": D("0.02"), "fixed": D("0.3"), "free_events": 2},
        "bounds": {"price": D(1), "minimum": D(4), "maximum": D(15), "tiers": tiers},
        "wrong": {"price": D(-1), "size": D(0)},
        "low": {"price": D(1), "tiers": tiers[1::-1], "minimum": D(5), "maximum": D(4)},
        "one": {"tiers": tiers[:1], "free": D(-1)},
    }
    for model, name in itertools.product(ChargeModel, shapes):
        charge = UsageCharge(model=model, **shapes[name])
        tale.answer(f"{model} {name} jumps", jump_points(charge, CENT))
        for units, events in itertools.product((-1, 0, 1, 5, 6, 10, 11, 20, 21, 30), (0, 2, 3)):
            told = usage_charge(charge, Use(units=D(units), events=events), CENT)
            tale.answer(f"{model} {name} {units} {events}", told)


def calendar(tale: Tale) -> None:
    for cycle, place in itertools.product(Cycle, (-1, 0, 1, 12)):
        tale.answer(f"period {cycle} {place}", period(FIRST, cycle, place))
        tale.answer("at", period_at(FIRST, cycle, FIRST + 29 * place))
    for date, day in itertools.product((1, 15, 28, 31), (FIRST, FIRST + 15, FIRST + 28, FIRST + 60)):
        tale.answer(f"anchored {date} {day - FIRST}", anchored_on(day, date))
    for date, cycle, timing in itertools.product((0, 1, 15, 31, 32), Cycle, Timing):
        for target in (FIRST - 1, FIRST, FIRST + 40, FIRST + 75):
            told = aligned(
                FIRST, FIRST + 75, date=date, cycle=cycle, target=target, timing=timing
            )
            tale.answer(f"aligned {date} {cycle} {timing} {target - FIRST}", told)
    days = (FIRST, FIRST + 28, FIRST + 29, day_number(2024, 2, 29), day_number(2027, 12, 31))
    for convention, start, end in itertools.product(DayCount, days, days):
        tale.answer(f"{convention} {start} {end}", year_fraction(start, end, convention))


def recurring(tale: Tale) -> None:
    plain = {"price": D("9.99"), "seats": 3, "seats_included": 2, "seat_price": D(4)}
    extras = (AddOn(name="x", price=D("1.5"), quantity=2), AddOn(name="y", price=D(2)))
    for more in ({}, {"add_ons": extras}, {"minimum": D(50)}, {"seats": 1}, {"seats": -1}):
        for left in (0, 7, 31, 32):
            terms = Terms(**{**plain, **more})
            told = period_parts(terms, D(7), left=left, whole=31, unit=CENT)
            tale.answer(f"terms {sorted(more)} {left}", told)
    for seats, left in itertools.product((-2, 0, 1, 5), (0, 10, 31)):
        told = seats_changed(D(4), seats, left=left, whole=31, unit=CENT)
        tale.answer(f"seats {seats} {left}", told)


def taxes(tale: Tale) -> None:
    two = (
        TaxRate(country="CA", product="*", name="gst", rate=D("0.05")),
        TaxRate(country="CA", product="*", name="pst", rate=D("0.07")),
        TaxRate(country="CA", product="book", name="low", rate=D("0.01")),
        TaxRate(country="CA", product="book", name="lower", rate=D("0.002")),
        TaxRate(country="CA", product="toy", name="all", rate=D(1)),
    )
    sales = [(name, D(amount)) for name, amount in
             (("plan", "9.99"), ("book", "1.11"), ("plan", "0.05"), ("toy", "3"), ("plan", "-2"))]  # fmt: skip
    for mode, rounding in itertools.product(TaxMode, TaxRounding):
        table = TaxTable(rates=two, mode=mode, rounding=rounding)
        tale.answer(f"{mode} {rounding}", taxed(table, "CA", sales, CENT))
        tale.answer("nobody", taxed(table, "XX", sales, CENT))
    for country in ("NL", "DE", "FR", "GB", "US"):
        tale.answer(country, taxed(TAXES, country, sales, CENT))
    bad = TaxTable(rates=(TaxRate(country="CA", product="*", name="x", rate=D("1.01")),))
    tale.answer("too much", taxed(bad, "CA", sales, CENT))


def figures() -> str:
    """How the business stands, and what a manager of money is paid."""
    tale = Tale()
    for cycle, price, count in itertools.product(Cycle, ("9.99", "0", "-1"), (0, 1, 3, -1)):
        rows = [Paying(price=D(price), cycle=cycle, count=count), Paying(price=D(5), cycle=cycle)]
        tale.answer(f"rate {cycle} {price} {count}", run_rate(rows))
    names = ("opening", "new", "expansion", "reactivation", "contraction", "churn")
    base = dict(zip(names, map(D, (1000, 100, 50, 20, 30, 40)), strict=True))
    for name, value in itertools.product(names, ("0", "7", "2000", "-1")):
        moved = Movements(**{**base, name: D(value)})
        for formula in (closing, net_retention, revenue_churn, quick_ratio):
            tale.answer(f"{formula.__name__} {name} {value}", formula(moved))
    quiet = Movements(opening=D(10))
    tale.answer("quiet", quick_ratio(quiet))
    for one, two in itertools.product((-1, 0, 1, 3, 10), repeat=2):
        tale.answer(f"churn {one} {two}", customer_churn(one, two))
        tale.answer(f"arpu {one} {two}", arpu(D(one), two))
        tale.answer(f"cost {one} {two}", acquisition_cost(D(one), two))
    for yearly, customers, churn in itertools.product((0, 120, -1), (0, 7, -1), ("0", "0.05", "1", "2")):
        held = Base(yearly=D(yearly), customers=customers, churn=D(churn))
        tale.answer(f"value {yearly} {customers} {churn}", lifetime_value(held))
        for cost in (D(0), D(100), D(-1)):
            tale.answer(f"payback {cost}", payback(cost, held))
    performance(tale)
    return tale.text()


def performance(tale: Tale) -> None:
    for hurdle, kind, rate in itertools.product(("0", "0.08", "-0.1"), Hurdle, ("0.2", "0", "1", "1.1")):
        terms = FeeTerms(rate=D(rate), hurdle=D(hurdle), kind=kind)
        mark = Mark(value=D(1000), day=FIRST)
        for value, days in itertools.product((-1, 0, 1000, 1040, 1080, 1081, 1500), (-1, 0, 181, 365)):
            told = crystallised(terms, mark, D(value), FIRST + days)
            tale.answer(f"fee {hurdle} {kind} {rate} {value} {days}", told)
        for shares, value, high in itertools.product((-1, 0, 10), (90, 100, 120), (100, 110)):
            entry = Entry(shares=D(shares), value=D(value), mark=D(high))
            tale.answer(f"entry {shares} {value} {high}", entry_credit(terms, entry))
            for now in (80, 105, 115, 130):
                tale.answer(f"equal {now}", equalised(terms, entry, D(now)))


WALKS = {
    "subscriptions": lambda: subscriptions(*range(1, 13)),
    "invoices": lambda: invoices(*range(1, 17)),
    "contracts": lambda: contracts(*range(1, 13)),
    "splits": splits,
    "pricing": pricing,
    "figures": figures,
}

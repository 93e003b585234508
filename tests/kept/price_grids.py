"""Grids of the formulas behind an invoice, and of how the business stands."""

import itertools
from collections.abc import Mapping

from astracore.instants import SECOND, Instant
from astracore.revenue.coupons import Coupon, after_period, checked, discounted
from astracore.revenue.dates import day_number
from astracore.revenue.daycount import DayCount, year_fraction
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
from astracore.revenue.proration import prorated, renewed, seconds_left, upgrade
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
from astracore.revenue.usage import ChargeModel, Tier, UsageCharge, Use, jump_points, usage_charge
from tests.kept.billing_walks import CENT, FIRST, D
from tests.kept.telling import Tale
from tests.kept.walking import Loose


def pricing() -> str:
    """Grids of the formulas behind an invoice."""
    tale = Tale()
    usage(tale)
    for price, left, whole in itertools.product(("9.99", "0", "0.05"), (-1, 0, 1, 7, 8), (0, 1, 7)):
        tale.answer(f"part {price} {left}/{whole}", prorated(D(price), left, whole, CENT))
    for old, new, rest in itertools.product(("9.99", "19.99", "-1", "0"), repeat=3):
        for formula in (upgrade, renewed):
            told = formula(D(old), D(new), left=int(D(rest)), whole=19, unit=CENT)
            tale.answer(f"{formula.__name__} {old} {new} {rest}", told)
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
    shapes: Mapping[str, dict[str, Loose]] = {
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
    for date, day in itertools.product(
        (1, 15, 28, 31), (FIRST, FIRST + 15, FIRST + 28, FIRST + 60)
    ):
        tale.answer(f"anchored {date} {day - FIRST}", anchored_on(day, date))
    for date, cycle, timing in itertools.product((0, 1, 15, 31, 32), Cycle, Timing):
        for target in (FIRST - 1, FIRST, FIRST + 40, FIRST + 75):
            told = aligned(FIRST, FIRST + 75, date=date, cycle=cycle, target=target, timing=timing)
            tale.answer(f"aligned {date} {cycle} {timing} {target - FIRST}", told)
    days = (FIRST, FIRST + 28, FIRST + 29, day_number(2024, 2, 29), day_number(2027, 12, 31))
    for convention, start, end in itertools.product(DayCount, days, days):
        tale.answer(f"{convention} {start} {end}", year_fraction(start, end, convention))


def recurring(tale: Tale) -> None:
    plain: dict[str, Loose] = {
        "price": D("9.99"),
        "seats": 3,
        "seats_included": 2,
        "seat_price": D(4),
    }
    extras = (AddOn(name="x", price=D("1.5"), quantity=2), AddOn(name="y", price=D(2)))
    more: dict[str, Loose]
    for more in ({}, {"add_ons": extras}, {"minimum": D(50)}, {"seats": 1}, {"seats": -1}):
        for left in (0, 7, 31, 32):
            terms = Terms(**{**plain, **more})
            told = period_parts(terms, D(7), left=left, whole=31, unit=CENT)
            tale.answer(f"terms {sorted(more)} {left}", told)
    for seats, left in itertools.product((-2, 0, 1, 5), (0, 10, 31)):
        changed = seats_changed(D(4), seats, left=left, whole=31, unit=CENT)
        tale.answer(f"seats {seats} {left}", changed)


def taxes(tale: Tale) -> None:
    two = (
        TaxRate(country="CA", product="*", name="gst", rate=D("0.05")),
        TaxRate(country="CA", product="*", name="pst", rate=D("0.07")),
        TaxRate(country="CA", product="book", name="low", rate=D("0.01")),
        TaxRate(country="CA", product="book", name="lower", rate=D("0.002")),
        TaxRate(country="CA", product="toy", name="all", rate=D(1)),
    )
    rows = (("plan", "9.99"), ("book", "1.11"), ("plan", "0.05"), ("toy", "3"), ("plan", "-2"))
    sales = [(name, D(amount)) for name, amount in rows]
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
    for yearly, customers, churn in itertools.product(
        (0, 120, -1), (0, 7, -1), ("0", "0.05", "1", "2")
    ):
        held = Base(yearly=D(yearly), customers=customers, churn=D(churn))
        tale.answer(f"value {yearly} {customers} {churn}", lifetime_value(held))
        for cost in (D(0), D(100), D(-1)):
            tale.answer(f"payback {cost}", payback(cost, held))
    performance(tale)
    return tale.text()


def performance(tale: Tale) -> None:
    for hurdle, kind, rate in itertools.product(
        ("0", "0.08", "-0.1"), Hurdle, ("0.2", "0", "1", "1.1")
    ):
        terms = FeeTerms(rate=D(rate), hurdle=D(hurdle), kind=kind)
        mark = Mark(value=D(1000), day=FIRST)
        for value, days in itertools.product(
            (-1, 0, 1000, 1040, 1080, 1081, 1500), (-1, 0, 181, 365)
        ):
            told = crystallised(terms, mark, D(value), FIRST + days)
            tale.answer(f"fee {hurdle} {kind} {rate} {value} {days}", told)
        for shares, value, high in itertools.product((-1, 0, 10), (90, 100, 120), (100, 110)):
            entry = Entry(shares=D(shares), value=D(value), mark=D(high))
            tale.answer(f"entry {shares} {value} {high}", entry_credit(terms, entry))
            for now in (80, 105, 115, 130):
                tale.answer(f"equal {now}", equalised(terms, entry, D(now)))


GRIDS = {"pricing": pricing, "figures": figures}

"""Prices, taxes, credit notes and fees against exact fractions."""

import decimal
from decimal import Decimal
from fractions import Fraction
from math import floor

from attrs import evolve
from hypothesis import assume, example, given
from hypothesis import strategies as st

from astracore.ids import UserId
from astracore.outcome import is_failure
from astracore.revenue.coupons import Coupon, discounted
from astracore.revenue.invoices.commands import (
    CreditLine,
    DraftInvoice,
    IssueCreditNote,
    OpenInvoice,
)
from astracore.revenue.invoices.credit_notes import credited_net
from astracore.revenue.invoices.invoice import INVOICE
from astracore.revenue.invoices.lines import Charge, Evidence, Record, Rule, metered
from astracore.revenue.invoices.state import Invoice
from astracore.revenue.invoices.tax import TaxMode, TaxRate, TaxRounding, TaxTable, taxed
from astracore.revenue.performance_fee import (
    Entry,
    FeeTerms,
    Mark,
    crystallised,
    entry_credit,
    equalised,
)
from astracore.revenue.proration import prorated, renewed, upgrade
from astracore.revenue.recurring import Terms, period_parts, seats_changed
from astracore.revenue.usage import ChargeModel, Tier, UsageCharge, Use, jump_points, usage_charge
from astracore.verification.billing.checks import (
    invoice_explains_itself,
    notes_stay_within_the_invoice,
)

CENT = Decimal("0.01")
cents = st.integers(0, 10**7).map(lambda n: Decimal(n).scaleb(-2))
prices = cents | st.sampled_from([Decimal(0), CENT, Decimal("9.99"), Decimal("1E+20")])
whole_days = st.integers(1, 1096)
OPEN = (Tier(up_to=None, price=CENT),)
rates = st.integers(0, 3000).map(lambda n: Decimal(n).scaleb(-4))
units = st.integers(0, 2 * 10**8).map(lambda n: Decimal(n).scaleb(-3)) | st.just(Decimal(0))


def half_up(value: Fraction) -> Decimal:
    """To cents, ties away from zero."""
    sign = -1 if value < 0 else 1
    return Decimal(sign * floor(abs(value) * 100 + Fraction(1, 2))).scaleb(-2)


@st.composite
def parts(draw: st.DrawFn) -> tuple[int, int]:
    whole = draw(whole_days)
    return draw(st.integers(0, whole)), whole


@given(prices, prices, parts())
@example(Decimal("9.99"), Decimal("19.99"), (21, 31))
def test_a_change_is_the_exact_share_half_up(
    old: Decimal, new: Decimal, span: tuple[int, int]
) -> None:
    left, whole = span
    with decimal.localcontext(decimal.Context(prec=3, rounding=decimal.ROUND_UP)):
        change = upgrade(old, new, left=left, whole=whole, unit=CENT).unwrap()
        anew = renewed(old, new, left=left, whole=whole, unit=CENT).unwrap()
    assert change.credit == half_up(Fraction(old) * left / whole)
    assert change.charge == half_up(Fraction(new) * left / whole)
    back = upgrade(new, old, left=left, whole=whole, unit=CENT).unwrap()
    assert (back.charge, back.credit) == (change.credit, change.charge)
    assert anew.charge + anew.credit == new + anew.kept
    assert not (anew.charge and anew.kept)


@given(prices, st.lists(st.integers(0, 400), min_size=1, max_size=6))
def test_parts_of_a_price_lie_within_half_a_cent(price: Decimal, lengths: list[int]) -> None:
    whole = sum(lengths) or 1
    for length in lengths:
        found = prorated(price, length, whole, CENT).unwrap()
        assert abs(Fraction(found) - Fraction(price) * length / whole) <= Fraction(1, 200)


@st.composite
def tiers(draw: st.DrawFn) -> tuple[Tier, ...]:
    ends = sorted(draw(st.sets(st.integers(1, 10**5), max_size=4)))
    made = [
        Tier(up_to=Decimal(end), price=draw(rates), flat=draw(st.sampled_from([Decimal(0), CENT])))
        for end in ends
    ]
    return (*made, Tier(up_to=None, price=draw(rates)))


charges = st.builds(
    UsageCharge,
    model=st.sampled_from(ChargeModel),
    price=rates,
    size=st.integers(1, 1000).map(Decimal),
    free=st.integers(0, 500).map(Decimal),
    tiers=tiers(),
    fixed=rates,
    free_events=st.integers(0, 3),
    minimum=st.sampled_from([Decimal(0), Decimal(2)]),
    maximum=st.sampled_from([None, Decimal(50)]),
)


def oracle(charge: UsageCharge, use: Use) -> Fraction:
    """Each model, the long way."""
    amount, free = Fraction(use.units), Fraction(charge.free)
    match charge.model:
        case ChargeModel.STANDARD:
            return max(Fraction(0), amount - free) * Fraction(charge.price)
        case ChargeModel.PACKAGE:
            packages = -(-max(Fraction(0), amount - free) // Fraction(charge.size))
            return packages * Fraction(charge.price)
        case ChargeModel.PERCENTAGE:
            fees = max(0, use.events - charge.free_events) * Fraction(charge.fixed)
            total = max(Fraction(0), amount - free) * Fraction(charge.price) + fees
            if not use.units and not use.events:
                return Fraction(0)
            total = max(total, Fraction(charge.minimum))
            return total if charge.maximum is None else min(total, Fraction(charge.maximum))
        case ChargeModel.VOLUME:
            for tier in charge.tiers if amount else ():
                if tier.up_to is None or amount <= Fraction(tier.up_to):
                    return amount * Fraction(tier.price) + Fraction(tier.flat)
            return Fraction(0)
        case _:
            total, below = Fraction(0), Fraction(0)
            for tier in charge.tiers:
                top = amount if tier.up_to is None else min(amount, Fraction(tier.up_to))
                if top > below:
                    total += (top - below) * Fraction(tier.price) + Fraction(tier.flat)
                below = max(below, top)
            return total


@given(charges, units, st.integers(0, 20))
@example(UsageCharge(model=ChargeModel.PACKAGE, price=CENT, tiers=OPEN), Decimal(0), 0)
def test_what_use_costs_is_the_long_way(charge: UsageCharge, amount: Decimal, events: int) -> None:
    use = Use(units=amount, events=events)
    for model in ChargeModel:
        one = evolve(charge, model=model)
        assert usage_charge(one, use, CENT).unwrap() == half_up(oracle(one, use))


@given(charges, units, units)
def test_more_use_never_costs_less_except_by_volume(
    charge: UsageCharge, one: Decimal, other: Decimal
) -> None:
    less, more = sorted((one, other))
    for model in set(ChargeModel) - {ChargeModel.VOLUME}:
        events = 1 if model is ChargeModel.PERCENTAGE else 0
        found = [
            usage_charge(evolve(charge, model=model), Use(units=units, events=events), CENT)
            for units in (less, more)
        ]
        assert found[0].unwrap() <= found[1].unwrap()


@given(charges)
def test_a_jump_is_what_a_touch_more_costs(drawn: UsageCharge) -> None:
    """And where none is named the charge is continuous, to the cent."""
    for model in (ChargeModel.GRADUATED, ChargeModel.VOLUME):
        jumps_are_named(evolve(drawn, model=model))


def jumps_are_named(charge: UsageCharge) -> None:
    """At each end of a tier."""
    named = {jump.units: jump for jump in jump_points(charge, CENT).unwrap()}
    ends = [Decimal(0), *(tier.up_to for tier in charge.tiers if tier.up_to is not None)]
    for end in ends:
        at = usage_charge(charge, Use(units=end), CENT).unwrap()
        beyond = usage_charge(charge, Use(units=end + Decimal("1E-9")), CENT).unwrap()
        if end in named:
            assert named[end].at == at
            assert abs(named[end].beyond - beyond) <= CENT
        else:
            assert abs(beyond - at) <= CENT


@given(prices, st.integers(0, 50), st.integers(0, 20), prices, parts(), prices)
def test_a_period_costs_at_least_its_promise(
    price: Decimal, seats: int, included: int, least: Decimal, span: tuple[int, int], use: Decimal
) -> None:
    left, whole = span
    terms = Terms(
        price=price, seats=seats, seats_included=included, seat_price=CENT * 399, minimum=least
    )
    found = period_parts(terms, use, left=left, whole=whole, unit=CENT).unwrap()
    total = sum((part.amount for part in found), use)
    assert total >= half_up(Fraction(least) * left / whole)
    assert all(part.amount > 0 for part in found)
    plain = prorated(price, left, whole, CENT).unwrap()
    assert total >= plain + use
    more = seats_changed(price, seats, left=left, whole=whole, unit=CENT).unwrap()
    fewer = seats_changed(price, -seats, left=left, whole=whole, unit=CENT).unwrap()
    assert more + fewer == 0


tables = st.builds(
    lambda many, mode, rounding: TaxTable(
        rates=tuple(
            TaxRate(country="XX", product="*", name=f"t{n}", rate=rate)
            for n, rate in enumerate(many)
        ),
        mode=mode,
        rounding=rounding,
    ),
    st.lists(rates, max_size=3),
    st.sampled_from(TaxMode),
    st.sampled_from(TaxRounding),
)


@given(tables, st.lists(cents, min_size=1, max_size=6))
def test_net_and_taxes_are_the_whole(table: TaxTable, amounts: list[Decimal]) -> None:
    found = taxed(table, "XX", [("p", amount) for amount in amounts], CENT).unwrap()
    net = sum((one.net for one in found), Decimal(0))
    tax = sum((one.tax for one in found), Decimal(0))
    total = sum(amounts, Decimal(0))
    if table.mode is TaxMode.INCLUSIVE:
        assert net + tax == total
    else:
        assert net == total
    if table.rounding is TaxRounding.INVOICE and table.mode is TaxMode.EXCLUSIVE:
        each = [half_up(Fraction(total) * Fraction(row.rate)) for row in table.rates]
        assert tax == sum(each, Decimal(0))
    if table.rounding is TaxRounding.LINE and table.mode is TaxMode.EXCLUSIVE:
        for amount, one in zip(amounts, found, strict=True):
            for part, row in zip(one.taxes, table.rates, strict=True):
                assert part.amount == half_up(Fraction(amount) * Fraction(row.rate))


@given(prices, rates, st.integers(0, 20))
def test_a_coupon_takes_something_and_never_more_than_there_is(
    price: Decimal, rate: Decimal, whole: int
) -> None:
    coupon = Coupon(name="c", fraction=rate, amount=Decimal(whole))
    left = discounted(price, coupon, CENT).unwrap()
    assert 0 <= left <= price
    assert left == max(Decimal(0), price - half_up(Fraction(price) * Fraction(rate)) - whole)


def opened(amounts: list[Decimal], table: TaxTable) -> Invoice | None:
    """An open invoice of these lines."""
    lines = tuple(
        Charge(
            line_id=f"l{n}",
            text="",
            product="p",
            evidence=Evidence(rule=Rule.FULL, price=amount),
            sources=("e",),
            amount=amount,
        )
        for n, amount in enumerate(amounts)
    )
    state = INVOICE.initial
    for command in (
        DraftInvoice(
            invoice_id="i",
            user_id=UserId("u"),
            currency="USD",
            country="XX",
            charges=lines,
            day=0,
            taxes=table,
        ),
        OpenInvoice(invoice_id="i", number="INV-2026-000001", day=0),
    ):
        outcome = INVOICE.decide(command, state)
        if is_failure(outcome):
            return None
        for event in outcome.unwrap():
            state = INVOICE.evolve(state, event)
    return state


@given(
    st.lists(cents, min_size=1, max_size=3),
    tables,
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 100)), max_size=8),
)
def test_credit_notes_never_take_more_than_was_charged(
    amounts: list[Decimal], table: TaxTable, asked: list[tuple[int, int]]
) -> None:
    """And a note for all that is left leaves nothing, to the cent."""
    state = opened(amounts, table)
    assume(state is not None and state.total > 0)
    assert state is not None
    assert invoice_explains_itself(state, {"e"})
    for place, percent in asked:
        line = state.lines[place % len(state.lines)]
        left = line.net - credited_net(state, line.charge.line_id)
        net = half_up(Fraction(left) * percent / 100)
        state = credited(state, [CreditLine(line_id=line.charge.line_id, net=net)])
        assert notes_stay_within_the_invoice(state)
    rest = [
        CreditLine(line_id=name, net=left)
        for name, left in (
            (line.charge.line_id, line.net - credited_net(state, line.charge.line_id))
            for line in state.lines
        )
        if left
    ]
    before = state
    state = credited(state, rest)
    if rest and state is not before:
        assert state.credited == state.total
    assert notes_stay_within_the_invoice(state)


def credited(state: Invoice, lines: list[CreditLine]) -> Invoice:
    """The invoice after a note, or as it was where that is refused."""
    command = IssueCreditNote(
        invoice_id="i", number="CN-2026-000001", lines=tuple(lines), reason="r", day=1
    )
    outcome = INVOICE.decide(command, state)
    if is_failure(outcome):
        return state
    for event in outcome.unwrap():
        state = INVOICE.evolve(state, event)
    return state


@given(st.lists(st.tuples(st.sampled_from("abcde"), units), max_size=8))
def test_a_record_that_comes_twice_counts_once(rows: list[tuple[str, Decimal]]) -> None:
    known = dict(rows)
    records = [Record(event_id=name, units=amount) for name, amount in known.items()]
    doubled = [*records, *records]
    found = metered(doubled, [name for name, _ in rows]).unwrap()
    assert found.units == sum(known.values(), Decimal(0))
    assert found.events == len(known)
    assert is_failure(metered(doubled, ["nobody"]))


values = st.integers(0, 10**6).map(lambda n: Decimal(n).scaleb(-2))


@given(values, values, values, st.integers(0, 10**4).map(Decimal), rates)
def test_each_entrant_pays_for_their_own_gain(
    mark: Decimal, entry: Decimal, value: Decimal, shares: Decimal, rate: Decimal
) -> None:
    terms = FeeTerms(rate=rate)
    held = Entry(shares=shares, value=entry, mark=mark)
    found = equalised(terms, held, value).unwrap()
    own = Fraction(rate) * max(Fraction(0), Fraction(value) - Fraction(entry)) * Fraction(shares)
    assert Fraction(found.common) - Fraction(found.returned) + Fraction(found.owed) == own
    assert found.returned <= entry_credit(terms, held).unwrap()


@given(values, st.lists(st.tuples(values, st.integers(1, 400)), max_size=8), rates, rates)
def test_no_gain_is_charged_for_twice(
    first: Decimal, path: list[tuple[Decimal, int]], rate: Decimal, hurdle: Decimal
) -> None:
    """The mark never falls, and all fees are at most the rate of the highest rise."""
    terms = FeeTerms(rate=rate, hurdle=hurdle)
    mark, day, fees = Mark(value=first, day=0), 0, Fraction(0)
    highest = first
    for value, days in path:
        day += days
        found = crystallised(terms, mark, value, day).unwrap()
        assert found.mark.value >= mark.value
        assert found.fee >= 0
        assert not (value <= mark.value and found.fee)
        fees += Fraction(found.fee) if found.fee else 0
        highest, mark = max(highest, value), found.mark
        # What was charged lowers what is left, so the next rise starts below the highest value.
        assert fees <= Fraction(rate) * (Fraction(highest) - Fraction(first) + fees)

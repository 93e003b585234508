"""Brackets, requirements, liquidation: against exact fractions that do not share the code."""

import decimal
from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, example, given
from hypothesis import strategies as st

from astracore.margin.account import available_balance
from astracore.margin.brackets import MARGIN_BRACKETS, Bracket
from astracore.margin.funding import funding_payment
from astracore.margin.legs import Contract, Leg, notional, unrealised
from astracore.margin.liquidation import (
    Other,
    bankruptcy_price,
    cross_margin,
    flat_bracket,
    insurance_change,
    liquidation_price,
)
from astracore.margin.requirements import initial_margin, maintenance_margin
from astracore.margin.tiers import Tier, brackets_of
from astracore.margin.venues import account_price, entry_maintenance_price, shifted_price
from property_tests.risk_makers import CRUDE, decimals, legs, prices, sizes, ticks, tiers

fee_rates = st.sampled_from([Decimal(0), Decimal("0.0006"), Decimal("0.01")])
leverages = st.integers(1, 100)
LINEAR = (Contract.LINEAR,)


def needed(value: Fraction, rows: tuple[Tier, ...]) -> Fraction:
    """Maintenance by summing each bracket's own slice at its own rate: no deductions."""
    total = Fraction(0)
    for row in rows:
        top = value if row.cap is None else min(value, Fraction(row.cap))
        total += max(Fraction(0), top - Fraction(row.floor)) * Fraction(row.rate)
    return total


def worth(leg: Leg, price: Fraction) -> tuple[Fraction, Fraction]:
    """Notional and unrealised P&L in exact fractions."""
    signed = Fraction(leg.quantity) * Fraction(leg.multiplier)
    if leg.contract is Contract.INVERSE:
        return abs(signed) / price, signed * (1 / Fraction(leg.entry) - 1 / price)
    return abs(signed) * price, signed * (price - Fraction(leg.entry))


def left_over(
    leg: Leg, margin: Decimal, rows: tuple[Tier, ...], fee_rate: Decimal, price: Fraction
) -> Fraction:
    """Equity less maintenance and closing fee at `price`: liquidated at zero and below."""
    value, gain = worth(leg, price)
    return Fraction(margin) + gain - needed(value, rows) - Fraction(fee_rate) * value


@st.composite
def positions(draw: st.DrawFn) -> tuple[Leg, Decimal, tuple[Tier, ...], Decimal]:
    """A leg with a margin between nothing and one and a half notionals, a table, a fee rate."""
    leg, rows, fee_rate = draw(legs()), draw(tiers()), draw(fee_rates)
    share = draw(st.fractions(0, Fraction(3, 2), max_denominator=200))
    value = notional(leg, leg.entry).unwrap()
    margin = Decimal(int(Fraction(value) * share * 10**6)) / 10**6
    return leg, margin, rows, fee_rate


@given(positions(), ticks)
def test_at_the_liquidation_price_maintenance_is_met_and_one_tick_beyond_it_is_not(
    position: tuple[Leg, Decimal, tuple[Tier, ...], Decimal], tick: Decimal
) -> None:
    """Re-evaluated from the definition, under a crude ambient context."""
    leg, margin, rows, fee_rate = position
    with decimal.localcontext(CRUDE):
        brackets = brackets_of(rows).unwrap()
        found = liquidation_price(
            leg, margin=margin, brackets=brackets, fee_rate=fee_rate, tick=tick
        ).unwrap()
    beyond = Fraction(tick) * -leg.sign
    if found is None:
        far = Fraction(10) ** 30
        limit = far if leg.sign < 0 else 1 / far
        assert left_over(leg, margin, rows, fee_rate, limit) >= 0
        return
    shown = Fraction(found)
    assert shown > 0 or leg.sign < 0
    assert shown == 0 or left_over(leg, margin, rows, fee_rate, shown) >= 0
    if shown + beyond > 0:
        assert left_over(leg, margin, rows, fee_rate, shown + beyond) < 0


@given(positions())
def test_unrounded_the_residual_at_the_liquidation_price_is_zero(
    position: tuple[Leg, Decimal, tuple[Tier, ...], Decimal],
) -> None:
    """Up to the 50 digits that a quotient carries."""
    leg, margin, rows, fee_rate = position
    brackets = brackets_of(rows).unwrap()
    found = liquidation_price(leg, margin=margin, brackets=brackets, fee_rate=fee_rate).unwrap()
    assume(found is not None)
    assert found is not None
    value, _ = worth(leg, Fraction(found))
    residual = left_over(leg, margin, rows, fee_rate, Fraction(found))
    assert abs(residual) <= (value + abs(Fraction(margin)) + 1) / 10**40


@given(positions())
def test_exactly_one_bracket_is_self_consistent_where_a_price_exists(
    position: tuple[Leg, Decimal, tuple[Tier, ...], Decimal],
) -> None:
    """Each bracket is tried alone, as if it had no end; neighbours agree at their boundary."""
    leg, margin, rows, fee_rate = position
    brackets = brackets_of(rows).unwrap()
    found = liquidation_price(leg, margin=margin, brackets=brackets, fee_rate=fee_rate).unwrap()
    fitting = set()
    for row, bracket in zip(rows, brackets, strict=True):
        alone = (flat_bracket(bracket.rate, bracket.deduction),)
        price = liquidation_price(leg, margin=margin, brackets=alone, fee_rate=fee_rate)
        value = price.value_or(None)
        if value is None:
            continue
        held, _ = worth(leg, Fraction(value))
        slack = held / 10**40
        top = None if row.cap is None else Fraction(row.cap)
        if Fraction(row.floor) < held - slack and (top is None or held - slack <= top):
            fitting.add(value)
    assert fitting == (set() if found is None else {found})


@given(tiers(), decimals("0", "12000000", 2))
@example((Tier(floor=Decimal(0), cap=None, rate=Decimal("0.5"), max_leverage=1),), Decimal(0))
def test_maintenance_is_the_sum_of_slices_between_zero_and_the_notional(
    rows: tuple[Tier, ...], value: Decimal
) -> None:
    """The deduction form equals the slice form, so it is continuous and convex."""
    margin = maintenance_margin(value, brackets_of(rows).unwrap()).unwrap()
    assert Fraction(margin) == needed(Fraction(value), rows)
    assert 0 <= margin <= value


@given(tiers())
def test_maintenance_has_no_jump_at_a_floor(rows: tuple[Tier, ...]) -> None:
    """Both brackets give the same figure at the notional where they meet."""
    brackets = brackets_of(rows).unwrap()
    for below, above, row in zip(brackets, brackets[1:], rows[1:], strict=False):
        low = row.floor * below.rate - below.deduction
        assert low == row.floor * above.rate - above.deduction


@given(tiers(), decimals("1", "12000000", 2))
def test_initial_margin_covers_maintenance_at_every_allowed_leverage(
    rows: tuple[Tier, ...], value: Decimal
) -> None:
    """For tables whose rate times highest leverage is at most one half, as these are."""
    brackets = brackets_of(rows).unwrap()
    row = next(each for each in brackets if each.to is None or value <= each.to)
    initial = initial_margin(value, Decimal(row.max_leverage)).unwrap()
    assert initial >= maintenance_margin(value, brackets).unwrap()


@given(positions())
def test_bankruptcy_lies_beyond_liquidation_and_liquidation_beyond_entry(
    position: tuple[Leg, Decimal, tuple[Tier, ...], Decimal],
) -> None:
    """Seen from the entry, when the margin covers maintenance and fee there."""
    leg, margin, rows, fee_rate = position
    assume(left_over(leg, margin, rows, fee_rate, Fraction(leg.entry)) >= 0)
    brackets = brackets_of(rows).unwrap()
    end = liquidation_price(leg, margin=margin, brackets=brackets, fee_rate=fee_rate).unwrap()
    bankrupt = bankruptcy_price(leg, margin=margin, fee_rate=fee_rate).unwrap()
    if end is None:
        assert bankrupt is None
        return
    assert leg.sign * (leg.entry - end) >= 0
    assert bankrupt is None or leg.sign * (end - bankrupt) >= 0


@given(positions(), decimals("0.01", "1000", 2))
def test_more_margin_moves_liquidation_away_from_the_mark(
    position: tuple[Leg, Decimal, tuple[Tier, ...], Decimal], added: Decimal
) -> None:
    """A price that vanishes is as far away as it can be."""
    leg, margin, rows, fee_rate = position
    brackets = brackets_of(rows).unwrap()
    near = liquidation_price(leg, margin=margin, brackets=brackets, fee_rate=fee_rate).unwrap()
    far = liquidation_price(
        leg, margin=margin + added, brackets=brackets, fee_rate=fee_rate
    ).unwrap()
    assert far is None or (near is not None and leg.sign * (near - far) > 0)


@given(legs(), leverages, leverages)
def test_more_leverage_moves_liquidation_toward_the_mark(leg: Leg, one: int, two: int) -> None:
    """With the margin that each leverage asks for."""
    low, high = sorted((one, two))
    value = notional(leg, leg.entry).unwrap()
    ends = [
        liquidation_price(
            leg, margin=value / leverage, brackets=(flat_bracket(Decimal("0.005"), Decimal(0)),)
        ).unwrap()
        for leverage in (low, high)
    ]
    calm, bold = ends
    assert calm is None or (bold is not None and leg.sign * (bold - calm) >= 0)


@given(legs(), decimals("1", "1000", 2), st.integers(2, 1000))
def test_scaling_quantity_margin_and_deduction_together_leaves_the_price(
    leg: Leg, margin: Decimal, scale: int
) -> None:
    """Inside one bracket."""
    rate, deduction = Decimal("0.01"), Decimal("0.25")
    larger = Leg(
        contract=leg.contract,
        quantity=leg.quantity * scale,
        entry=leg.entry,
        multiplier=leg.multiplier,
    )
    one = liquidation_price(leg, margin=margin, brackets=(flat_bracket(rate, deduction),))
    two = liquidation_price(
        larger, margin=margin * scale, brackets=(flat_bracket(rate, deduction * scale),)
    )
    assert one == two


@given(legs(), decimals("0", "100000", 2))
def test_cross_alone_is_isolated_with_the_whole_wallet(leg: Leg, wallet: Decimal) -> None:
    """And another position adds exactly what it is worth."""
    assert cross_margin(wallet, ()).unwrap() == wallet
    other = Other(unrealised=Decimal(-7), maintenance=Decimal(2), closing_fee=Decimal(1))
    behind = cross_margin(wallet, (other,), order_margin=Decimal(5)).unwrap()
    assert Fraction(behind) == Fraction(wallet) - 15
    cross = liquidation_price(leg, margin=behind, brackets=MARGIN_BRACKETS)
    assert cross == liquidation_price(leg, margin=wallet - 15, brackets=MARGIN_BRACKETS)


@given(sizes, prices)
def test_an_unleveraged_long_without_maintenance_is_never_liquidated(
    size: Decimal, entry: Decimal
) -> None:
    """Its margin is its whole value."""
    leg = Leg(contract=Contract.LINEAR, quantity=size, entry=entry)
    free = (flat_bracket(Decimal(0), Decimal(0)),)
    assert liquidation_price(leg, margin=size * entry, brackets=free).unwrap() is None


@given(
    decimals("-1000", "1000", 2),
    decimals("-500", "500", 2),
    decimals("0", "500", 2),
    decimals("0", "500", 2),
)
def test_available_balance_is_never_negative_and_falls_with_orders(
    wallet: Decimal, gain: Decimal, held: Decimal, order: Decimal
) -> None:
    """Against the definition in fractions."""
    left = available_balance(wallet, gain, position_margin=held, order_margin=order).unwrap()
    none = Fraction(0)
    exact = Fraction(wallet) + min(none, Fraction(gain)) - Fraction(held) - Fraction(order)
    assert Fraction(left) == max(none, exact)
    more = available_balance(wallet, gain, position_margin=held, order_margin=order + 1).unwrap()
    assert 0 <= more <= left


@given(legs(), prices)
def test_profit_and_funding_mirror_and_sum_to_zero(leg: Leg, mark: Decimal) -> None:
    """Longs pay what shorts receive; a profit is the other side's loss."""
    mirror = Leg(
        contract=leg.contract,
        quantity=-leg.quantity,
        entry=leg.entry,
        multiplier=leg.multiplier,
    )
    rate = Decimal("0.0001")
    paid = funding_payment(leg, mark=mark, rate=rate).unwrap()
    assert paid == funding_payment(mirror, mark=mark, rate=rate).unwrap().copy_negate()
    assert paid == funding_payment(leg, mark=mark, rate=-rate).unwrap().copy_negate()
    assert paid * leg.sign < 0
    assert unrealised(leg, mark).unwrap() == unrealised(mirror, mark).unwrap().copy_negate()
    _, exact = worth(leg, Fraction(mark))
    assert abs(Fraction(unrealised(leg, mark).unwrap()) - exact) <= abs(exact) / 10**48


@given(legs(LINEAR), decimals("1", "400", 2), prices)
def test_the_account_form_is_the_linear_form(leg: Leg, margin: Decimal, mark: Decimal) -> None:
    """dYdX states equity at the oracle; the margin without profit is that less the profit."""
    equity = margin + unrealised(leg, mark).unwrap()
    one = account_price(leg, equity=equity, oracle=mark, rate=Decimal("0.03")).unwrap()
    two = liquidation_price(
        leg, margin=margin, brackets=(flat_bracket(Decimal("0.03"), Decimal(0)),)
    ).unwrap()
    assert one == two


@given(legs(LINEAR), decimals("1", "400", 2), decimals("0", "400", 2))
def test_a_shift_is_the_price_with_more_margin(leg: Leg, margin: Decimal, added: Decimal) -> None:
    """Wherever both prices exist."""
    rate = Decimal("0.005")
    table = (flat_bracket(rate, Decimal(0)),)
    start = liquidation_price(leg, margin=margin, brackets=table).unwrap()
    end = liquidation_price(leg, margin=margin + added, brackets=table).unwrap()
    assume(start is not None and end is not None)
    assert start is not None
    assert end is not None
    moved = shifted_price(leg, liquidation=start, added=added, rate=rate).unwrap()
    assert abs(moved - end) < Decimal("1e-30") * (1 + abs(end))


@given(legs(LINEAR), leverages, decimals("0", "100", 2))
def test_maintenance_on_the_entry_leaves_exactly_it(
    leg: Leg, leverage: int, extra: Decimal
) -> None:
    """Bybit's form: initial margin, extra and profit together are the maintenance at entry."""
    rate = Decimal("0.005")
    price = entry_maintenance_price(
        leg, leverage=Decimal(leverage), rate=rate, extra_margin=extra
    ).unwrap()
    assume(price is not None)
    assert price is not None
    value, _ = worth(leg, Fraction(leg.entry))
    _, gain = worth(leg, Fraction(price))
    residual = value / leverage + Fraction(extra) + gain - value * Fraction(rate)
    assert abs(residual) < (1 + value) / 10**40


@given(legs(), prices, prices)
def test_insurance_takes_the_difference_to_bankruptcy(
    leg: Leg, fill: Decimal, bankrupt: Decimal
) -> None:
    """A fill on the good side of bankruptcy never costs the fund."""
    change = insurance_change(leg, fill=fill, bankruptcy=bankrupt).unwrap()
    assert change * leg.sign * (fill - bankrupt) >= 0


def test_a_finite_table_names_the_notional_it_does_not_reach() -> None:
    """And a short that nothing can save says so."""
    table = (Bracket(to=Decimal(10), max_leverage=5, rate=Decimal("0.1"), deduction=Decimal(0)),)
    leg = Leg(contract=Contract.LINEAR, quantity=Decimal(-1), entry=Decimal(100))
    found = liquidation_price(leg, margin=Decimal(10), brackets=table).failure()
    assert found.code == "notional_above_brackets"
    lost = liquidation_price(leg, margin=Decimal(-200), brackets=table).failure()
    assert lost.code == "invalid_margin"

"""Rebalancing: never too much spent, nothing asked for twice, as near as lots and cash allow."""

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.errors.money import NegativeAmount
from astracore.errors.portfolio import DuplicateAsset
from astracore.errors.values import (
    InvalidFraction,
    InvalidPrice,
    InvalidQuantity,
    InvalidStep,
    NumericLimit,
)
from astracore.portfolio.rebalancing import Line, Plan, rebalance
from astracore.verification.invariants import never_overspends, on_grid
from property_tests.risk_makers import CRUDE, decimals

ZERO = Decimal(0)
lots = st.sampled_from([Decimal("0.001"), Decimal(1), Decimal("0.5"), Decimal(7)])
fees = st.sampled_from([ZERO, Decimal("0.001"), Decimal("0.02"), Decimal("0.5")])


@st.composite
def portfolios(draw: st.DrawFn) -> tuple[Line, ...]:
    """A few assets whose weights sum to at most 1, often to exactly 1."""
    count = draw(st.integers(1, 5))
    cuts = sorted(draw(st.lists(st.integers(0, 1000), min_size=count, max_size=count)))
    full = draw(st.booleans())
    ends = [*cuts[:-1], 1000] if full else cuts
    shares = [end - start for start, end in zip([0, *ends], ends, strict=False)]
    return tuple(
        Line(
            asset=f"A{place}",
            held=draw(decimals("0", "1000", 3)),
            price=draw(decimals("0.01", "5000", 2)),
            weight=Decimal(share).scaleb(-3),
            lot=draw(lots),
            least=draw(st.sampled_from([ZERO, Decimal(5)])),
            least_worth=draw(st.sampled_from([ZERO, Decimal(10), Decimal(50_000)])),
            fee=draw(fees),
        )
        for place, share in enumerate(shares)
    )


cash_amounts = decimals("0", "1000000", 2)


def filled(lines: tuple[Line, ...], plan: Plan) -> tuple[Line, ...]:
    """The lines after every order was filled at its line's price."""
    moved = {order.asset: order.quantity for order in plan.orders}
    return tuple(evolve(one, held=one.held + moved.get(one.asset, ZERO)) for one in lines)


def equity_after(lines: tuple[Line, ...], cash: Decimal) -> Fraction:
    """X with X + Σ f |w X − v| = E, bisected: the left side rises."""
    rows = [
        (Fraction(one.fee), Fraction(one.weight), Fraction(one.held) * Fraction(one.price))
        for one in lines
    ]
    before = Fraction(cash) + sum((worth for _, _, worth in rows), Fraction(0))
    low, high = Fraction(0), before
    for _ in range(80):
        middle = (low + high) / 2
        if middle + sum(f * abs(w * middle - v) for f, w, v in rows) > before:
            high = middle
        else:
            low = middle
    return low


@given(portfolios(), cash_amounts)
def test_cash_is_kept_and_nothing_is_oversold(lines: tuple[Line, ...], cash: Decimal) -> None:
    """Each order is one that its market takes; the cash left is what was not spent."""
    with decimal.localcontext(CRUDE):
        plan = rebalance(lines, cash).unwrap()
    by_name = {one.asset: one for one in lines}
    paid = [order.worth + order.fee for order in plan.orders]
    assert never_overspends(cash, paid)
    assert sum(map(Fraction, paid), Fraction(0)) + Fraction(plan.cash) == Fraction(cash)
    for order in plan.orders:
        line = by_name[order.asset]
        assert on_grid(order.quantity, line.lot)
        assert abs(order.quantity) >= line.least
        assert order.worth == order.quantity * line.price
        assert order.fee == abs(order.worth) * line.fee
        assert abs(order.worth) >= line.least_worth
    assert all(one.held >= 0 for one in filled(lines, plan))
    sides = [(order.quantity > 0, order.asset) for order in plan.orders]
    assert sides == sorted(sides)


# A sale too small for the market leaves too little cash for what is wanted.
@example(
    lines=(
        Line(asset="A", held=Decimal(9), price=Decimal(1), weight=ZERO, lot=Decimal(1),
             least_worth=Decimal(10)),
        Line(asset="B", held=ZERO, price=Decimal(1), weight=Decimal(1), lot=Decimal(1),
             fee=Decimal("0.01")),
    ),
    cash=Decimal(91),
)  # fmt: skip
@given(portfolios(), cash_amounts)
def test_a_plan_that_was_carried_out_asks_for_nothing(
    lines: tuple[Line, ...], cash: Decimal
) -> None:
    """The fixed point is reached in one step."""
    plan = rebalance(lines, cash).unwrap()
    again = rebalance(filled(lines, plan), plan.cash).unwrap()
    assert again == Plan(orders=(), cash=plan.cash)


@given(portfolios(), cash_amounts, st.data())
def test_any_part_of_the_way_keeps_the_goal(
    lines: tuple[Line, ...], cash: Decimal, data: st.DataObject
) -> None:
    """After some of the orders the rest is asked for, no more and nothing else."""
    plan = rebalance(lines, cash).unwrap()
    done = tuple(order for order in plan.orders if data.draw(st.booleans()))
    spent = sum((order.worth + order.fee for order in done), ZERO)
    if spent > cash:
        return
    rest = rebalance(filled(lines, Plan(orders=done, cash=ZERO)), cash - spent).unwrap()
    wanted = {order.asset: order.quantity for order in plan.orders}
    finished = {order.asset for order in done if order.quantity < 0}
    for order in rest.orders:
        assert order.asset not in finished
        if order.quantity < 0:
            assert order.quantity == wanted[order.asset]


@given(portfolios(), cash_amounts)
def test_what_is_left_undone_has_a_reason(lines: tuple[Line, ...], cash: Decimal) -> None:
    """Less than a lot away from the target, or too small an order, or no cash for one more lot."""
    plan = rebalance(lines, cash).unwrap()
    goal = equity_after(lines, cash)
    bought = {order.asset for order in plan.orders if order.quantity > 0}
    for line in filled(lines, plan):
        wanted = Fraction(line.weight) * goal / Fraction(line.price)
        away = wanted - Fraction(line.held)
        slack = Fraction(1, 10**9)
        if abs(away) < Fraction(line.lot) + slack:
            continue
        size = int(abs(away) / Fraction(line.lot) + slack) * Fraction(line.lot)
        small = size < Fraction(line.least) or size * Fraction(line.price) < line.least_worth
        fewest = max(
            Fraction(line.lot),
            Fraction(line.least),
            Fraction(line.least_worth) / Fraction(line.price),
        )
        more = Fraction(line.lot) if line.asset in bought else fewest
        cost = more * Fraction(line.price) * (1 + Fraction(line.fee))
        assert (small and line.asset not in bought) or (away > 0 and cost > Fraction(plan.cash))


@given(portfolios(), cash_amounts)
def test_scale_and_order_mean_nothing(lines: tuple[Line, ...], cash: Decimal) -> None:
    """Ten times the money in ten times the units is ten times the orders; lines are a set."""
    plan = rebalance(lines, cash).unwrap()
    assert rebalance(tuple(reversed(lines)), cash).unwrap() == plan
    dearer = tuple(
        evolve(one, price=one.price * 10, least_worth=one.least_worth * 10) for one in lines
    )
    assert [order.quantity for order in rebalance(dearer, cash * 10).unwrap().orders] == [
        order.quantity for order in plan.orders
    ]


def test_by_hand() -> None:
    """10,000 in two coins at 60/40 and 0.1 %: equity after fees is 10,000 / 1.001."""
    lines = (
        Line(asset="BTC", held=ZERO, price=Decimal(50_000), weight=Decimal("0.6"),
             lot=Decimal("0.0001"), fee=Decimal("0.001")),
        Line(asset="ETH", held=ZERO, price=Decimal(2_000), weight=Decimal("0.4"),
             lot=Decimal("0.001"), fee=Decimal("0.001")),
    )  # fmt: skip
    plan = rebalance(lines, Decimal(10_000)).unwrap()
    assert [(order.asset, order.quantity) for order in plan.orders] == [
        ("BTC", Decimal("0.1198")),
        ("ETH", Decimal("1.998")),
    ]
    assert plan.cash == Decimal(10000) - (Decimal(5990) + Decimal(3996)) * Decimal("1.001")


GOOD = Line(asset="A", held=ZERO, price=Decimal(1), weight=Decimal(1), lot=Decimal(1))


@pytest.mark.parametrize(
    ("lines", "cash", "cause"),
    [
        ((GOOD,), Decimal(-1), NegativeAmount("-1")),
        ((GOOD,), Decimal("Infinity"), NumericLimit("Overflow")),
        ((evolve(GOOD, price=Decimal("1E+31")),), ZERO, NumericLimit("Overflow")),
        ((evolve(GOOD, weight=ZERO),) * 2, ZERO, DuplicateAsset("A")),
        ((evolve(GOOD, price=ZERO),), ZERO, InvalidPrice("0")),
        ((evolve(GOOD, held=Decimal(-1)),), ZERO, InvalidQuantity("-1")),
        ((evolve(GOOD, lot=ZERO),), ZERO, InvalidStep("0")),
        ((evolve(GOOD, weight=Decimal("1.1")),), ZERO, InvalidFraction("weight", "1.1")),
        ((evolve(GOOD, weight=Decimal("-0.1")),), ZERO, InvalidFraction("weight", "-0.1")),
        ((evolve(GOOD, fee=Decimal(1)),), ZERO, InvalidFraction("fee", "1")),
        ((evolve(GOOD, fee=Decimal("-0.1")),), ZERO, InvalidFraction("fee", "-0.1")),
        (
            (GOOD, evolve(GOOD, asset="B", weight=Decimal("0.1"))),
            ZERO,
            InvalidFraction("weights", "1.1"),
        ),
    ],
)
def test_what_is_no_portfolio_is_refused(
    lines: tuple[Line, ...], cash: Decimal, cause: object
) -> None:
    assert rebalance(lines, cash).failure() == cause


def test_nothing_is_a_portfolio_too() -> None:
    assert rebalance((), ZERO).unwrap() == Plan(orders=(), cash=ZERO)
    assert rebalance((GOOD,), ZERO).unwrap() == Plan(orders=(), cash=ZERO)

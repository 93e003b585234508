"""Positions against an oracle in fractions that keeps lots and knows no averages."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.numeric import EXACT
from astracore.trading.positions import Booking, Holding, apply_fill, average, part_of, return_of
from astracore.trading.types import ZERO, Side
from property_tests.trading_makers import D, Oracle

quantities = st.integers(1, 10**7).map(lambda n: Decimal(n).scaleb(-4))
prices = st.integers(1, 10**7).map(lambda n: Decimal(n).scaleb(-2))
fills = st.lists(st.tuples(st.sampled_from(Side), quantities, prices), min_size=1, max_size=12)
Fill = tuple[Side, Decimal, Decimal]


def run(history: list[Fill], held: Holding | None = None) -> tuple[Holding, Decimal]:
    """The holding and all that was realised."""
    now, realised = held or Holding(), ZERO
    for side, qty, price in history:
        booking = apply_fill(now, side, qty, price).unwrap()
        now = booking.after
        realised = EXACT.add(realised, booking.realised)
    return now, realised


def oracle(history: list[Fill]) -> Oracle:
    """The same in fractions."""
    books = Oracle()
    for side, qty, price in history:
        books.fill(Fraction(qty) * (1 if side is Side.BUY else -1), Fraction(price))
    return books


@given(fills, prices)
@example([(Side.BUY, D(3), D("3.33")), (Side.SELL, D(1), D(4)), (Side.SELL, D(2), D(4))], D(4))
def test_realised_and_unrealised_are_what_the_money_says(
    history: list[Fill], mark: Decimal
) -> None:
    """realised + unrealised = −Σ signed qty × price + position × mark, exactly, at every prefix."""
    for length in range(1, len(history) + 1):
        now, realised = run(history[:length])
        books = oracle(history[:length])
        assert Fraction(now.qty) == books.qty
        floating = Fraction(now.qty) * Fraction(mark) - Fraction(now.cost)
        assert Fraction(realised) + floating == books.total(Fraction(mark))


@given(fills)
def test_flat_means_no_cost_and_the_lots_profit(history: list[Fill]) -> None:
    """Flat: cost 0, and realised equals the lots' own, which knows no rounding."""
    now, _ = run(history)
    if now.qty > ZERO:
        history = [*history, (Side.SELL, now.qty, history[-1][2])]
    elif now.qty < ZERO:
        history = [*history, (Side.BUY, -now.qty, history[-1][2])]
    end, realised = run(history)
    assert end == Holding(qty=ZERO, cost=ZERO)
    assert Fraction(realised) == oracle(history).realised


@given(fills)
def test_the_mirror_has_the_opposite_profit(history: list[Fill]) -> None:
    """Sides swapped: quantity, cost and profit change their sign, to the last digit."""
    turned = [(Side.SELL if s is Side.BUY else Side.BUY, q, p) for s, q, p in history]
    (now, realised), (other, lost) = run(history), run(turned)
    assert (now.qty, now.cost, realised) == (-other.qty, -other.cost, -lost)


@given(fills, quantities, quantities, prices, st.sampled_from(Side))
def test_partial_fills_at_one_price_are_one_fill(
    history: list[Fill], first: Decimal, second: Decimal, price: Decimal, side: Side
) -> None:
    """Cut or whole: the same quantity; the same cost and profit within one unit of rounding."""
    start, before = run(history)
    whole, gained = run([(side, EXACT.add(first, second), price)], start)
    cut, pieces = run([(side, first, price), (side, second, price)], start)
    assert whole.qty == cut.qty
    assert abs(whole.cost - cut.cost) <= D("0.000001")
    assert EXACT.subtract(gained, whole.cost) == EXACT.subtract(pieces, cut.cost)
    assert before == run(history)[1]


@given(fills, prices)
def test_a_flip_is_a_close_and_an_open(history: list[Fill], price: Decimal) -> None:
    """Closing all and opening the other side in two fills ends where the one fill ends."""
    start, _ = run(history)
    if start.qty == ZERO:
        return
    side = Side.SELL if start.qty > ZERO else Side.BUY
    extra = D("0.5")
    flip = run([(side, EXACT.add(abs(start.qty), extra), price)], start)
    steps = run([(side, abs(start.qty), price), (side, extra, price)], start)
    assert flip == steps


@given(fills)
def test_the_average_lies_between_the_prices_of_its_side(history: list[Fill]) -> None:
    """While no fill reduces, the average entry is between the least and the greatest price."""
    side = history[0][0]
    same = [(side, qty, price) for _, qty, price in history]
    now, _ = run(same)
    with localcontext(EXACT):
        shown = average(now.cost, now.qty)
    assert shown is not None
    slack = D("0.00000001")
    assert min(p for *_, p in same) - slack <= shown <= max(p for *_, p in same) + slack


@given(fills, quantities)
def test_reducing_keeps_the_average(history: list[Fill], qty: Decimal) -> None:
    """A part closed: the cost left is the old average of what is left, within half a unit."""
    start, _ = run(history)
    if abs(start.qty) <= qty:
        return
    side = Side.SELL if start.qty > ZERO else Side.BUY
    now, _ = run([(side, qty, D(7))], start)
    fair = Fraction(start.cost) * Fraction(now.qty) / Fraction(start.qty)
    assert abs(Fraction(now.cost) - fair) <= Fraction(1, 2_000_000)


@given(quantities, prices)
def test_there_and_back_costs_nothing(qty: Decimal, price: Decimal) -> None:
    """Buy and sell at one price realises 0."""
    assert run([(Side.BUY, qty, price), (Side.SELL, qty, price)]) == (Holding(), ZERO)


def test_the_worked_close_of_thirds() -> None:
    """qty 3, cost 10, close 1 at 4 and 2 at 4: 0.666667 and 1.333333, together exactly 2."""
    first = apply_fill(Holding(qty=D(3), cost=D(10)), Side.SELL, D(1), D(4)).unwrap()
    second = apply_fill(first.after, Side.SELL, D(2), D(4)).unwrap()
    assert (first.realised, second.realised) == (D("0.666667"), D("1.333333"))
    assert second.after == Holding()
    assert first == Booking(
        closed=D(1),
        opened=ZERO,
        realised=D("0.666667"),
        released=D("3.333333"),
        after=Holding(qty=D(2), cost=D("6.666667")),
    )


@pytest.mark.parametrize(
    ("qty", "price", "code"),
    [
        ("0", "1", "invalid_quantity"),
        ("-1", "1", "invalid_quantity"),
        ("1", "0", "invalid_price"),
        ("NaN", "1", "numeric_limit"),
        (f"1.{'0' * 60}1", f"1.{'0' * 60}1", "numeric_limit"),
    ],
)
def test_what_is_no_fill_is_refused(qty: str, price: str, code: str) -> None:
    """Quantity before price; what does not fit is named and never rounded."""
    assert apply_fill(Holding(), Side.BUY, D(qty), D(price)).failure().code == code


def test_shares_and_averages_at_their_edges() -> None:
    """The whole is released whole; nothing has no average and no return."""
    with localcontext(EXACT):
        assert part_of(D("1.0000001"), D(2), D(2)) == D("1.0000001")
        assert average(ZERO, ZERO) is None
        assert return_of(D(5), ZERO) == ZERO

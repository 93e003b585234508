"""Lots: nothing leaks, the order is the method's, and methods differ in timing alone."""

from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from astracore.errors.trading import InsufficientLots
from astracore.instants import Instant
from astracore.trading.lots.basis import Lot, LotMethod, Piece, reduce
from astracore.trading.types import ZERO

D = Decimal
amounts = st.integers(1, 10**9).map(lambda n: Decimal(n).scaleb(-4))


@st.composite
def holdings(draw: st.DrawFn) -> tuple[Lot, ...]:
    """A book of up to eight lots, several at one instant."""
    size = draw(st.integers(1, 8))
    return tuple(
        Lot(
            lot_id=str(seq),
            acquired_at=Instant(draw(st.integers(0, 3))),
            seq=seq,
            qty=draw(amounts),
            cost=draw(amounts),
        )
        for seq in range(size)
    )


shares = st.fractions(0, 1)
methods = st.sampled_from(LotMethod)


def part(lots: tuple[Lot, ...], share: Fraction) -> Decimal:
    """A share of all that is held, on the fourth decimal."""
    held = sum(int(lot.qty.scaleb(4)) for lot in lots)
    return Decimal(int(held * share)).scaleb(-4)


def total(values: tuple[Lot, ...] | tuple[Piece, ...]) -> tuple[Decimal, Decimal]:
    """All quantity and all cost."""
    return sum((one.qty for one in values), ZERO), sum((one.cost for one in values), ZERO)


@given(holdings(), shares, methods)
def test_nothing_leaks(lots: tuple[Lot, ...], share: Fraction, method: LotMethod) -> None:
    """Matched and remaining make what was there, for quantity and cost; no lot is empty."""
    qty = part(lots, share)
    done = reduce(method, lots, qty).unwrap()
    (taken, matched), (left, kept) = total(done.pieces), total(done.lots)
    assert (taken, matched) == (qty, done.cost)
    assert (taken + left, matched + kept) == total(lots)
    assert all(lot.qty > ZERO for lot in done.lots)
    if method is not LotMethod.AVERAGE:
        order = [lot.lot_id for lot in lots]
        assert [lot.lot_id for lot in done.lots] == sorted(
            (lot.lot_id for lot in done.lots), key=order.index
        )


@given(holdings(), shares, methods)
def test_the_cost_of_a_part_is_its_share(
    lots: tuple[Lot, ...], share: Fraction, method: LotMethod
) -> None:
    """At most one lot is cut, and what it gives is its fair share within half a millionth."""
    done = reduce(method, lots, part(lots, share)).unwrap()
    by_id = {lot.lot_id: lot for lot in lots}
    if method is LotMethod.AVERAGE:
        qty, cost = total(lots)
        fair = Fraction(cost) * Fraction(part(lots, share)) / Fraction(qty)
        assert abs(Fraction(done.cost) - fair) <= Fraction(1, 2_000_000)
        return
    whole = [piece for piece in done.pieces if piece.qty == by_id[piece.lot_id].qty]
    assert len(done.pieces) - len(whole) <= 1
    for piece in done.pieces:
        lot = by_id[piece.lot_id]
        fair = Fraction(lot.cost) * Fraction(piece.qty) / Fraction(lot.qty)
        assert abs(Fraction(piece.cost) - fair) <= Fraction(1, 2_000_000)


@given(holdings(), shares)
def test_dearest_first_gains_least(lots: tuple[Lot, ...], share: Fraction) -> None:
    """HIFO matches the most cost, LOFO the least, within the rounding of one cut each."""
    qty = part(lots, share)
    costs = {m: reduce(m, lots, qty).unwrap().cost for m in LotMethod}
    slack = D("0.000002")
    assert all(costs[LotMethod.LOFO] - slack <= cost for cost in costs.values())
    assert all(cost <= costs[LotMethod.HIFO] + slack for cost in costs.values())


@given(holdings(), shares)
def test_time_turned_around_turns_the_order(lots: tuple[Lot, ...], share: Fraction) -> None:
    """FIFO of reversed acquisition times is LIFO."""
    turned = tuple(
        evolve(lot, acquired_at=Instant(-lot.acquired_at.micros), seq=-lot.seq) for lot in lots
    )
    qty = part(lots, share)
    first = reduce(LotMethod.FIFO, turned, qty).unwrap()
    assert first.pieces == reduce(LotMethod.LIFO, lots, qty).unwrap().pieces


@given(holdings(), st.permutations(range(8)), shares)
def test_the_order_is_by_time_and_not_by_place(
    lots: tuple[Lot, ...], shuffled: list[int], share: Fraction
) -> None:
    """FIFO takes by (acquired_at, seq), wherever the lots stand."""
    places = [place for place in shuffled if place < len(lots)]
    other = tuple(lots[place] for place in places)
    qty = part(lots, share)
    here = reduce(LotMethod.FIFO, lots, qty).unwrap().pieces
    assert here == reduce(LotMethod.FIFO, other, qty).unwrap().pieces
    times = {lot.lot_id: (lot.acquired_at, lot.seq) for lot in lots}
    assert [times[piece.lot_id] for piece in here] == sorted(times[p.lot_id] for p in here)


@given(holdings(), methods, amounts)
def test_too_much_takes_nothing(lots: tuple[Lot, ...], method: LotMethod, extra: Decimal) -> None:
    """More than is held is named, found and missing; all of it gives every cost."""
    held, cost = total(lots)
    refused = reduce(method, lots, held + extra).failure()
    assert refused == InsufficientLots(found=held, missing=extra)
    assert reduce(method, lots, held).unwrap().cost == cost
    assert reduce(method, lots, held).unwrap().lots == ()


@pytest.mark.parametrize(("qty", "code"), [("-1", "invalid_quantity"), ("NaN", "numeric_limit")])
def test_what_is_no_quantity_is_refused(qty: str, code: str) -> None:
    """Below zero, or no number."""
    assert reduce(LotMethod.FIFO, (), D(qty)).failure().code == code


def test_published_dearest_first() -> None:
    """Three reductions of beancount's booking tests: 116 goes before 115 before 114."""
    lots = tuple(
        Lot(lot_id=str(seq), acquired_at=Instant(seq), seq=seq, qty=D(50), cost=D(50) * price)
        for seq, price in enumerate((115, 116, 114))
    )
    taken: list[tuple[str, Decimal]] = []
    for qty in (D(40), D(35), D(30)):
        done = reduce(LotMethod.HIFO, lots, qty).unwrap()
        lots = done.lots
        taken += [(piece.lot_id, piece.qty) for piece in done.pieces]
    assert taken == [("1", D(40)), ("1", D(10)), ("0", D(25)), ("0", D(25)), ("2", D(5))]
    assert lots == (Lot(lot_id="2", acquired_at=Instant(2), seq=2, qty=D(45), cost=D(5130)),)

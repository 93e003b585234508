"""Cost basis: named lots, pools, days; invariants 24 and 40 to 44 by their numbers."""

import decimal
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.errors.trading import InsufficientLots
from astracore.instants import DAY, Instant
from astracore.outcome import is_failure
from astracore.trading.lots.basis import Lot, LotMethod, reduce
from astracore.trading.lots.disposals import (
    DatedTrade,
    Match,
    Rule,
    matched_disposals,
    same_day_gain,
)
from astracore.trading.lots.pools import (
    Pool,
    PoolTrade,
    pool_run,
    pool_step,
    return_of_capital,
    unit_cost,
)
from astracore.trading.lots.specific_lots import Pick, reduce_specific
from astracore.trading.types import ZERO, Side
from astracore.verification.strategies import hostile_contexts

D = Decimal
STEP = Fraction(1, 10**6)
amounts = st.sampled_from([D("0.0001"), D(1), D("99999999.9999")]) | st.integers(1, 10**9).map(
    lambda n: D(n).scaleb(-4)
)
methods = st.sampled_from(LotMethod)


@st.composite
def books(draw: st.DrawFn) -> tuple[Lot, ...]:
    """A book of up to six lots of several instants."""
    size = draw(st.integers(1, 6))
    return tuple(
        Lot(
            lot_id=str(seq),
            acquired_at=Instant(draw(st.integers(0, 2))),
            seq=seq,
            qty=draw(amounts),
            cost=draw(amounts),
        )
        for seq in range(size)
    )


def held(lots: Sequence[Lot]) -> Decimal:
    """All that is held, whatever the caller's context."""
    with decimal.localcontext(decimal.Context(prec=100)):
        return sum((lot.qty for lot in lots), ZERO)


def share(lots: Sequence[Lot], part: Fraction) -> Decimal:
    """A part of it on the fourth decimal."""
    return D(int(Fraction(held(lots)) * part * 10**4)).scaleb(-4)


def costs(rows: Sequence[Decimal]) -> Fraction:
    """A sum in fractions."""
    return sum((Fraction(one) for one in rows), Fraction(0))


@given(books(), st.fractions(0, 1), methods, methods, amounts)
def test_24_methods_change_only_when_a_gain_is_counted(
    lots: tuple[Lot, ...], part: Fraction, one: LotMethod, other: LotMethod, mark: Decimal
) -> None:
    """gain + unrealised is the same for all of them at every mark, exactly."""
    qty = share(lots, part)
    sums = []
    for method in (one, other):
        done = reduce(method, lots, qty).unwrap()
        gain = Fraction(qty) * Fraction(mark) - costs([piece.cost for piece in done.pieces])
        left = Fraction(held(done.lots)) * Fraction(mark)
        sums.append(gain + left - costs([lot.cost for lot in done.lots]))
    assert sums[0] == sums[1]


@given(books(), st.lists(st.fractions(0, 1), min_size=1, max_size=4))
def test_40_named_lots_leak_nothing(lots: tuple[Lot, ...], parts: list[Fraction]) -> None:
    """Matched and remaining are what was there; each pick costs its share within half a step."""
    picks = [
        Pick(qty=D(int(Fraction(lot.qty) * part * 10**4)).scaleb(-4), lot_id=lot.lot_id)
        for lot, part in zip(lots, parts, strict=False)
    ]
    done = reduce_specific(lots, picks).unwrap()
    taken = costs([piece.qty for piece in done.pieces])
    assert taken + Fraction(held(done.lots)) == Fraction(held(lots))
    whole = costs([piece.cost for piece in done.pieces]) + costs([lot.cost for lot in done.lots])
    assert whole == costs([lot.cost for lot in lots])
    by_id = {lot.lot_id: lot for lot in lots}
    for piece in done.pieces:
        lot = by_id[piece.lot_id]
        fair = Fraction(lot.cost) * Fraction(piece.qty) / Fraction(lot.qty)
        assert abs(Fraction(piece.cost) - fair) <= STEP / 2


@given(books(), methods, amounts)
def test_41_too_much_takes_nothing(lots: tuple[Lot, ...], method: LotMethod, more: Decimal) -> None:
    """Found and missing are named, by methods, by names and by pools."""
    with decimal.localcontext(decimal.Context(prec=100)):
        wanted, first = held(lots) + more, lots[0].qty + more
    assert reduce(method, lots, wanted).failure().code == "insufficient_lots"
    refused = reduce_specific(lots, (Pick(qty=first, lot_id="0"),)).failure()
    assert refused == InsufficientLots(found=lots[0].qty, missing=more)
    pool = Pool(qty=held(lots), cost=D(1))
    short = pool_step(pool, PoolTrade(side=Side.SELL, qty=wanted, price=D(1))).failure()
    assert short == InsufficientLots(found=pool.qty, missing=more)


@given(books(), st.fractions(0, 1), amounts)
def test_42_dearest_first_gains_least(
    lots: tuple[Lot, ...], part: Fraction, price: Decimal
) -> None:
    """HIFO gains no more, LOFO no less than any other order of taking lots, by brute force."""
    qty = share(lots, part)
    rates = sorted((Fraction(lot.cost) / Fraction(lot.qty), Fraction(lot.qty)) for lot in lots)
    for method, ladder in ((LotMethod.LOFO, rates), (LotMethod.HIFO, rates[::-1])):
        left, cost = Fraction(qty), Fraction(0)
        for rate, size in ladder:
            cost += rate * min(left, size)
            left -= min(left, size)
        done = reduce(method, lots, qty).unwrap()
        assert abs(costs([piece.cost for piece in done.pieces]) - cost) <= STEP * len(lots)
    assert price > ZERO


@given(books())
def test_43_time_reversed_turns_first_into_last(lots: tuple[Lot, ...]) -> None:
    """FIFO of reversed acquisition times is LIFO."""
    turned = tuple(
        evolve(lot, acquired_at=Instant(-lot.acquired_at.micros), seq=-lot.seq) for lot in lots
    )
    qty = share(lots, Fraction(1, 2))
    first = reduce(LotMethod.FIFO, turned, qty).unwrap()
    assert first.pieces == reduce(LotMethod.LIFO, lots, qty).unwrap().pieces


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=6), amounts)
def test_44_a_full_sale_of_the_pool_gains_what_first_in_gains(
    rows: list[tuple[Decimal, Decimal]], price: Decimal
) -> None:
    """To the last digit: the last part takes the rest."""
    bought = [PoolTrade(side=Side.BUY, qty=qty, price=paid) for qty, paid in rows]
    pool = pool_run(bought).unwrap()[-1].pool
    sale = PoolTrade(side=Side.SELL, qty=pool.qty, price=price, fee=D("0.01"))
    step = pool_step(pool, sale).unwrap()
    spent = sum((Fraction(qty) * Fraction(paid) for qty, paid in rows), Fraction(0))
    assert step.gain is not None
    assert Fraction(step.gain) == Fraction(pool.qty) * Fraction(price) - Fraction(1, 100) - spent
    assert step.pool == Pool(qty=ZERO, cost=ZERO)


trade_rows = st.lists(
    st.tuples(st.sampled_from(Side), amounts, amounts, st.sampled_from(["0", "0.5", "-0.1"])),
    min_size=1,
    max_size=10,
)


@given(trade_rows, st.sampled_from(["1", "0.4", "2"]))
def test_a_pool_is_the_average_in_fractions(
    rows: list[tuple[Side, Decimal, Decimal, str]], rate: str
) -> None:
    """Each sale takes its share of the cost within half a step; expenses belong to both sides."""
    qty = cost = Fraction(0)
    pool = Pool()
    for side, size, price, fee in rows:
        one = PoolTrade(
            side=side, qty=size, price=price, fee=D(fee), fx_rate=D(rate), fee_fx_rate=D(2)
        )
        step = pool_step(pool, one)
        value = Fraction(size) * Fraction(price) * Fraction(rate)
        if side is Side.SELL and Fraction(size) > qty:
            assert step.failure().code == "insufficient_lots"
            continue
        done = step.unwrap()
        if side is Side.BUY:
            qty, cost = qty + Fraction(size), cost + value + 2 * Fraction(fee)
            assert done.gain is None
        else:
            matched = cost * Fraction(size) / qty
            assert abs(Fraction(done.matched) - matched) <= STEP
            assert done.gain is not None
            net = value - 2 * Fraction(fee) - Fraction(done.matched)
            assert Fraction(done.gain) == net
            qty, cost = qty - Fraction(size), cost - Fraction(done.matched)
        pool = done.pool
        assert (Fraction(pool.qty), Fraction(pool.cost)) == (qty, cost)


def sequence(rows: list[tuple[Side, Decimal, Decimal, str]], gaps: list[int]) -> list[DatedTrade]:
    """Trades on rising days."""
    day, made = 0, []
    for (side, qty, price, fee), gap in zip(rows, gaps, strict=False):
        day += gap
        trade = PoolTrade(side=side, qty=qty, price=price, fee=D(fee))
        made.append(DatedTrade(at=Instant(day * DAY + 5), trade=trade))
    return made


@given(trade_rows, st.lists(st.integers(0, 40), min_size=10, max_size=10))
@example(
    [(Side.BUY, D(10), D(1), "0"), (Side.SELL, D(4), D(2), "0"), (Side.BUY, D(4), D(3), "0")],
    [0, 1, 30, *[0] * 7],
)
@example(
    [(Side.BUY, D(10), D(1), "0"), (Side.SELL, D(4), D(2), "0"), (Side.BUY, D(4), D(3), "0")],
    [0, 1, 31, *[0] * 7],
)
def test_days_are_matched_as_the_law_orders_them(
    rows: list[tuple[Side, Decimal, Decimal, str]], gaps: list[int]
) -> None:
    """Nothing leaks; every unit sold is matched once, same day before thirty days before pool."""
    trades = sequence(rows, gaps)
    done = matched_disposals(trades)
    bought = [one.trade for one in trades if one.trade.side is Side.BUY]
    sold = [one.trade for one in trades if one.trade.side is Side.SELL]
    if is_failure(done):
        assert done.failure().code == "insufficient_lots"
        return
    matches, pool = done.unwrap().matches, done.unwrap().pool
    spent = costs([t.fee for t in bought]) + sum(
        (Fraction(t.qty) * Fraction(t.price) for t in bought), Fraction(0)
    )
    earned = sum((Fraction(t.qty) * Fraction(t.price) for t in sold), Fraction(0)) - costs(
        [t.fee for t in sold]
    )
    assert costs([m.cost for m in matches]) + Fraction(pool.cost) == spent
    assert costs([m.proceeds for m in matches]) == earned
    assert costs([m.qty for m in matches]) == costs([t.qty for t in sold])
    assert costs([t.qty for t in bought]) - costs([t.qty for t in sold]) == Fraction(pool.qty)
    for match in matches:
        assert Fraction(match.gain) == Fraction(match.proceeds) - Fraction(match.cost)
    expect_rules(trades, matches)


def expect_rules(trades: Sequence[DatedTrade], matches: Sequence[Match]) -> None:
    """The quantities by rule, from the text of the law and in fractions."""
    bought: dict[int, Fraction] = {}
    sold: dict[int, Fraction] = {}
    for one in trades:
        side = bought if one.trade.side is Side.BUY else sold
        day = one.at.micros // DAY
        side[day] = side.get(day, Fraction(0)) + Fraction(one.trade.qty)
    due: dict[tuple[int, Rule], Fraction] = {}

    def use(sale: int, purchase: int, rule: Rule) -> None:
        qty = min(sold[sale], bought.get(purchase, Fraction(0)))
        if qty:
            due[sale, rule] = due.get((sale, rule), Fraction(0)) + qty
            sold[sale] -= qty
            bought[purchase] -= qty

    for day in sorted(sold):
        use(day, day, Rule.SAME_DAY)
    for day in sorted(sold):
        for later in range(day + 1, day + 31):
            use(day, later, Rule.THIRTY_DAYS)
    due |= {(day, Rule.POOL): left for day, left in sold.items() if left}
    found: dict[tuple[int, Rule], Fraction] = {}
    for match in matches:
        found[match.day, match.rule] = found.get((match.day, match.rule), Fraction(0)) + Fraction(
            match.qty
        )
    assert found == due


def test_the_section_104_example_of_two_sales() -> None:
    """1,000 shares at 4,150 and 500 at 2,130, expenses included; 700 and 400 sold: 329 and 300."""
    trades = [
        PoolTrade(side=Side.BUY, qty=D(1000), price=D(4), fee=D(150)),
        PoolTrade(side=Side.BUY, qty=D(500), price=D("4.1"), fee=D(80)),
        PoolTrade(side=Side.SELL, qty=D(700), price=D("4.8"), fee=D(100)),
        PoolTrade(side=Side.SELL, qty=D(400), price=D("5.2"), fee=D(105)),
    ]
    gains = [step.gain for step in pool_run(trades).unwrap() if step.gain is not None]
    assert [round(gain) for gain in gains] == [329, 300]
    pool = pool_run(trades[:2]).unwrap()[-1].pool
    assert str(unit_cost(pool).unwrap()).startswith("4.18666666666666666")
    assert unit_cost(Pool()).unwrap() is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"qty": D(0)}, "invalid_quantity"),
        ({"price": D(-1)}, "invalid_price"),
        ({"fx_rate": D(0)}, "invalid_contract"),
        ({"fee_fx_rate": D(-1)}, "invalid_contract"),
        ({"qty": D("NaN")}, "numeric_limit"),
    ],
)
def test_what_is_no_trade_is_refused(change: dict[str, Any], code: str) -> None:
    """By every function that takes trades."""
    good = PoolTrade(side=Side.BUY, qty=D(1), price=D(1))
    bad = evolve(good, **change)
    assert pool_step(Pool(), bad).failure().code == code
    assert pool_run([good, bad]).failure().code == code
    assert same_day_gain([bad]).failure().code == code
    dated = [DatedTrade(at=Instant(0), trade=bad)]
    assert matched_disposals(dated).failure().code == code


def test_same_day_needs_both_sides() -> None:
    """Nothing bought, or nothing sold: no gain."""
    sale = PoolTrade(side=Side.SELL, qty=D(1), price=D(1))
    assert same_day_gain([sale]).unwrap() == ZERO
    assert same_day_gain([evolve(sale, side=Side.BUY)]).unwrap() == ZERO
    assert return_of_capital(Pool(), D(-1)).failure().code == "invalid_price"


def lot(name: str, day: int, qty: str, cost: str) -> Lot:
    """A lot of a day."""
    return Lot(lot_id=name, acquired_at=Instant(day * DAY), seq=0, qty=D(qty), cost=D(cost))


@pytest.mark.parametrize(
    ("pick", "code"),
    [
        (Pick(qty=D(1)), "ambiguous_lot"),
        (Pick(qty=D(1), unit_cost=D(10)), "ambiguous_lot"),
        (Pick(qty=D(1), lot_id="z"), "lot_not_found"),
        (Pick(qty=D(1), acquired_at=Instant(9)), "lot_not_found"),
        (Pick(qty=D(-1), lot_id="a"), "invalid_quantity"),
        (Pick(qty=D(5), lot_id="a"), "insufficient_lots"),
        (Pick(qty=D("NaN"), lot_id="a"), "numeric_limit"),
    ],
)
def test_descriptions_name_one_lot(pick: Pick, code: str) -> None:
    """None that fits, several that fit, more than it holds; then nothing is taken."""
    lots = (lot("a", 1, "2", "20"), lot("b", 2, "3", "30"), lot("c", 3, "1", "40"))
    good = Pick(qty=D(1), acquired_at=Instant(3 * DAY), unit_cost=D(40))
    assert reduce_specific(lots, (good, pick)).failure().code == code
    done = reduce_specific(lots, (good,)).unwrap()
    assert [(piece.lot_id, piece.cost) for piece in done.pieces] == [("c", D(40))]
    assert done.lots == lots[:2]


@given(books(), st.fractions(0, 1), hostile_contexts())
def test_the_callers_context_changes_nothing(
    lots: tuple[Lot, ...], part: Fraction, context: decimal.Context
) -> None:
    """Invariant 20 for lots and pools."""
    qty = share(lots, part)
    sale = PoolTrade(side=Side.BUY, qty=D(3), price=D("1.3333333"))
    before = [reduce(method, lots, qty) for method in LotMethod], pool_step(Pool(), sale)
    with decimal.localcontext(context):
        assert ([reduce(m, lots, qty) for m in LotMethod], pool_step(Pool(), sale)) == before

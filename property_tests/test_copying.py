"""Copy trading: sizes against fractions, budgets never exceeded, turns fair, levels paid once."""

from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

import pytest
from attrs import evolve as changed
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.bots.copying.audit import (
    CopyRecord,
    LeaderClose,
    drift,
    is_explained,
    track_record,
    unexplained,
)
from astracore.bots.copying.fees import moved_mark, performance_fee
from astracore.bots.copying.rules import COPY
from astracore.bots.copying.sizing import (
    CopyMode,
    CopyTerms,
    LeaderFill,
    SkipReason,
    Standing,
    Steps,
    copy_size,
    slipped,
    wanted_qty,
)
from astracore.bots.copying.turns import block_parts, turn
from astracore.errors.bots import CopyInvalid
from astracore.instants import Instant

Loose: TypeAlias = Any  # facts by name
ZERO = Decimal(0)
STEPS = Steps(lot=Decimal("0.001"), min_qty=Decimal("0.002"), min_notional=Decimal(2))
money = st.integers(1, 10**8).map(lambda cents: Decimal(cents) / 100)
sizes = st.integers(1, 10**6).map(lambda lots: Decimal(lots) / 1000)


def fill(**facts: Loose) -> LeaderFill:
    """The leader buys 0.8 at 100 with 20000."""
    plain = LeaderFill(
        fill_id="fill",
        symbol="BTC-USD",
        qty=Decimal("0.8"),
        price=Decimal(100),
        equity=Decimal(20000),
    )
    return changed(plain, **facts)


def here(**facts: Loose) -> Standing:
    """The follower has 500 and may spend 300 of it."""
    plain = Standing(equity=Decimal(500), available=Decimal(300), held=ZERO, price=Decimal(100))
    return changed(plain, **facts)


terms = st.builds(
    CopyTerms,
    mode=st.sampled_from(CopyMode),
    figure=st.integers(1, 3000).map(lambda tenths: Decimal(tenths) / 10),
    most=st.none() | money,
)
fills = st.builds(
    LeaderFill,
    fill_id=st.just("fill"),
    symbol=st.just("BTC-USD"),
    qty=sizes,
    price=money,
    equity=money,
    closes=st.just(ZERO) | st.sampled_from([Decimal("0.25"), Decimal("0.5"), Decimal(1)]),
)
standings = st.builds(
    Standing,
    equity=money | money.map(lambda amount: -amount),
    available=money | st.just(ZERO) | st.just(Decimal(-1)),
    held=sizes | st.just(ZERO) | st.just(Decimal("0.0005")),
    price=money,
)


@given(terms, fills, standings)
@example(CopyTerms(), fill(), here())
@example(CopyTerms(), fill(), here(available=ZERO))
@example(CopyTerms(), fill(closes=Decimal(1)), here(held=Decimal("0.0005")))
def test_a_copy_is_what_the_terms_ask_for_within_the_budget(
    asked: CopyTerms, leader: LeaderFill, standing: Standing
) -> None:
    sized = copy_size(asked, leader, standing, STEPS).unwrap()
    equity = max(Fraction(0), Fraction(standing.equity))
    if leader.closes:
        wanted = Fraction(standing.held) * Fraction(leader.closes)
    else:
        wanted = {
            CopyMode.PROPORTIONAL: Fraction(leader.qty)
            * equity
            / Fraction(leader.equity)
            * Fraction(asked.figure),
            CopyMode.FIXED_AMOUNT: Fraction(asked.figure) / Fraction(standing.price),
            CopyMode.FIXED_RATIO: Fraction(leader.qty) * Fraction(asked.figure),
        }[asked.mode]
    assert wanted_qty(asked, leader, standing).unwrap() == wanted
    assert 0 <= wanted - Fraction(sized.wanted) < Fraction(1, 10**18)
    assert 0 <= sized.qty <= wanted
    assert (sized.skip is None) is (sized.qty > 0)
    if leader.closes:
        assert sized.qty <= standing.held
        assert leader.closes != 1 or sized.qty == standing.held
        return
    budget = max(ZERO, standing.available)
    budget = budget if asked.most is None else min(budget, asked.most)
    assert sized.qty * standing.price <= budget
    if sized.qty:
        assert sized.qty % STEPS.lot == 0
        assert sized.qty >= STEPS.min_qty
        assert sized.qty * standing.price >= STEPS.min_notional
        room = min(wanted, Fraction(budget) / Fraction(standing.price))
        assert room - Fraction(sized.qty) < Fraction(STEPS.lot)


@pytest.mark.parametrize(
    ("leader", "standing", "reason", "capped"),
    [
        ({}, {}, None, False),
        ({}, {"price": Decimal("100.5")}, None, False),
        ({}, {"price": Decimal("100.51")}, SkipReason.SLIPPAGE, False),
        ({}, {"price": Decimal("99.49")}, SkipReason.SLIPPAGE, False),
        ({"qty": Decimal("0.04")}, {}, SkipReason.BELOW_MIN_QTY, False),
        ({"qty": Decimal("0.08")}, {}, SkipReason.BELOW_MIN_NOTIONAL, False),
        ({"qty": Decimal(40)}, {}, None, False),
        ({"qty": Decimal(400)}, {}, None, True),
        ({}, {"available": Decimal("0.1")}, SkipReason.NO_BUDGET, True),
        ({}, {"available": Decimal("0.3"), "price": Decimal(100)}, SkipReason.NO_BUDGET, True),
        ({"closes": Decimal(1)}, {}, SkipReason.NOTHING_HELD, False),
        (
            {"closes": Decimal("0.1")},
            {"held": Decimal("0.009")},
            SkipReason.BELOW_MIN_QTY,
            False,
        ),
        (
            {"closes": Decimal("0.5")},
            {"held": Decimal("0.02"), "price": Decimal(200)},
            None,
            False,
        ),
    ],
)
def test_why_something_is_not_copied(
    leader: dict[str, Loose],
    standing: dict[str, Loose],
    reason: SkipReason | None,
    *,
    capped: bool,
) -> None:
    sized = copy_size(CopyTerms(), fill(**leader), here(**standing), STEPS).unwrap()
    assert (sized.skip, sized.capped) == (reason, capped)


def test_the_three_ways_to_copy() -> None:
    asked = {
        CopyMode.PROPORTIONAL: Fraction(2, 50),
        CopyMode.FIXED_AMOUNT: Fraction(2, 100),
        CopyMode.FIXED_RATIO: Fraction(16, 10),
    }
    for mode, wanted in asked.items():
        terms = CopyTerms(mode=mode, figure=Decimal(2))
        assert wanted_qty(terms, fill(), here()).unwrap() == wanted


def test_below_the_least_of_ten_wanted_is_told() -> None:
    """Wanted worth 1.845 where 10 is the least: told, and not rounded up."""
    steps = changed(STEPS, lot=Decimal("0.00001"), min_notional=Decimal(10), min_qty=ZERO)
    sized = copy_size(CopyTerms(), fill(qty=Decimal("0.738")), here(), steps).unwrap()
    assert sized.skip is SkipReason.BELOW_MIN_NOTIONAL
    assert sized.wanted * 100 == Decimal("1.845")
    assert sized.qty == 0


@pytest.mark.parametrize(
    ("asked", "leader", "standing", "wrong"),
    [
        ({"figure": ZERO}, {"qty": ZERO, "price": ZERO}, {}, ("figure", "qty", "leader_price")),
        ({}, {"equity": ZERO}, {"price": ZERO}, ("leader_equity", "price")),
        ({}, {"closes": Decimal(-1)}, {"held": Decimal(-1)}, ("closes", "held")),
        ({}, {"closes": Decimal(2)}, {}, ("closes",)),
        (
            {},
            {},
            {"equity": Decimal("NaN"), "available": Decimal("Infinity")},
            ("equity", "available"),
        ),
        ({"most": ZERO}, {}, {}, ("most",)),
        ({}, {"qty": Decimal("1E+31")}, {"held": Decimal("1E+31")}, ("qty", "held")),
    ],
)
def test_forms_name_all_their_faults(
    asked: dict[str, Loose],
    leader: dict[str, Loose],
    standing: dict[str, Loose],
    wrong: tuple[str, ...],
) -> None:
    found = wanted_qty(changed(CopyTerms(), **asked), fill(**leader), here(**standing))
    assert found.failure() == CopyInvalid(wrong)


def test_steps_need_their_form() -> None:
    for facts in ({"lot": ZERO}, {"min_qty": Decimal(-1)}, {"min_notional": Decimal("NaN")}):
        steps = changed(STEPS, **facts)
        assert copy_size(CopyTerms(), fill(), here(), steps).failure() == CopyInvalid(("steps",))


@given(st.integers(1, 12), st.integers(0, 40))
def test_everybody_is_first_once_in_a_round(count: int, start: int) -> None:
    followers = list(range(count))
    firsts = [turn(followers, start + number)[0] for number in range(count)]
    assert sorted(firsts) == followers
    assert sorted(turn(followers, start)) == followers
    assert turn((), start) == ()


@given(st.integers(0, 500), st.lists(st.integers(0, 60), max_size=8), st.integers(0, 30))
@example(10, [5, 5, 5], 0)
@example(0, [0, 0], 0)
def test_a_block_fill_is_split_to_the_last_lot(filled: int, wanted: list[int], number: int) -> None:
    parts = block_parts(filled, wanted, number).unwrap()
    whole = sum(wanted)
    assert sum(parts) == min(filled, whole)
    for part, one in zip(parts, wanted, strict=True):
        assert 0 <= part <= one
        assert filled >= whole or abs(part - Fraction(filled * one, whole)) < 1


@given(st.integers(0, 100), st.integers(1, 9), st.integers(1, 40))
def test_over_a_round_of_fills_equals_get_the_same(filled: int, count: int, each: int) -> None:
    totals = [0] * count
    for number in range(count):
        parts = block_parts(filled, [each] * count, number).unwrap()
        totals = [total + part for total, part in zip(totals, parts, strict=True)]
    assert len(set(totals)) == 1


def test_lots_are_counted_from_nothing_up() -> None:
    assert block_parts(-1, [1], 0).failure() == CopyInvalid(("lots",))
    assert block_parts(1, [-1], 0).failure() == CopyInvalid(("lots",))


@given(st.lists(st.integers(-(10**7), 10**8), max_size=12), st.integers(1, 10**7))
def test_no_level_is_paid_for_twice(levels: list[int], start: int) -> None:
    """All fees together are at most a tenth of the highest level's height over the allocation."""
    mark = Decimal(start) / 100
    paid, top = ZERO, mark
    for level in levels:
        equity = Decimal(level) / 100
        fee = performance_fee(equity, mark).unwrap()
        exact = Fraction(1, 10) * max(Fraction(0), Fraction(equity) - Fraction(mark))
        assert 0 <= exact - Fraction(fee.fee) < Fraction(1, 100)
        assert fee.leader + fee.house == fee.fee
        assert abs(Fraction(fee.leader) - Fraction(4, 5) * Fraction(fee.fee)) < Fraction(1, 100)
        assert fee.mark == max(mark, equity - fee.fee) >= mark
        paid, mark, top = paid + fee.fee, fee.mark, max(top, equity)
    assert paid * 9 <= (top - Decimal(start) / 100) * 10


def test_money_moves_the_mark() -> None:
    assert moved_mark(Decimal(500), Decimal(100)).unwrap() == 600
    assert moved_mark(Decimal(500), Decimal(-600)).unwrap() == 0
    assert moved_mark(Decimal("NaN"), ZERO).failure() == CopyInvalid(("flow",))
    assert performance_fee(ZERO, Decimal(-1)).failure() == CopyInvalid(("equity",))
    below = performance_fee(Decimal(-1), Decimal(500)).unwrap()
    assert (below.fee, below.leader, below.house, below.mark) == (ZERO, ZERO, ZERO, Decimal(500))
    dear = changed(COPY, fee_rate=Decimal(2))
    assert performance_fee(ZERO, ZERO, dear).failure() == CopyInvalid(("fee_rate",))


@given(terms, fills, standings)
def test_a_record_is_explained_by_its_numbers_and_by_no_others(
    asked: CopyTerms, leader: LeaderFill, standing: Standing
) -> None:
    sized = copy_size(asked, leader, standing, STEPS).unwrap()
    record = CopyRecord(
        leader_event_id="event",
        terms=asked,
        fill=leader,
        standing=standing,
        steps=STEPS,
        sized=sized,
    )
    assert is_explained(record)
    forged = changed(record, sized=changed(sized, qty=sized.qty + 1))
    broken = changed(record, standing=changed(standing, price=ZERO))
    assert unexplained((record, forged, broken)) == (forged, broken)


@given(st.lists(st.tuples(st.integers(-300, 300), st.integers(100, 1000)), max_size=10))
@example([(-200, 100), (50, 100)])
def test_a_track_record_is_a_fold_of_closes(found: list[tuple[int, int]]) -> None:
    closes = [
        LeaderClose(net=Decimal(net), equity=Decimal(equity), closed_at=Instant(number))
        for number, (net, equity) in enumerate(found)
    ]
    record = track_record(closes).unwrap()
    levels = [Fraction(1)]
    for net, equity in found:
        levels.append(levels[-1] * max(Fraction(0), 1 + Fraction(net, equity)))
    falls = [
        1 - levels[late] / levels[early]
        for late in range(len(levels))
        for early in range(late)
        if levels[early]
    ]
    worst = max([Fraction(0), *falls])
    assert abs(Fraction(record.drawdown) - worst) < Fraction(1, 10**25)
    assert record.closes == len(found)
    assert record.wins == sum(net > 0 for net, _ in found)
    assert record.net == sum(net for net, _ in found)
    assert record.first_at == (Instant(0) if found else None)
    assert record.last_at == (Instant(len(found) - 1) if found else None)


def test_a_track_record_needs_equity() -> None:
    bad = LeaderClose(net=ZERO, equity=ZERO, closed_at=Instant(0))
    assert track_record([bad]).failure() == CopyInvalid(("close",))
    assert drift(Decimal(1), ZERO).unwrap() == 1
    assert drift(Decimal("NaN"), ZERO).failure() == CopyInvalid(("position",))
    assert slipped(Decimal(90), Decimal(100))


@given(st.lists(sizes, min_size=1, max_size=12))
def test_drift_is_bounded_by_a_lot_for_each_fill(quantities: list[Decimal]) -> None:
    """With enough budget the copy is behind its ideal by less than one lot for each fill."""
    steps = Steps(lot=Decimal("0.001"), min_qty=ZERO, min_notional=ZERO)
    rich = here(available=Decimal(10**12))
    held, ideal = ZERO, Fraction(0)
    for qty in quantities:
        held += copy_size(CopyTerms(), fill(qty=qty), rich, steps).unwrap().qty
        ideal += wanted_qty(CopyTerms(), fill(qty=qty), rich).unwrap()
    assert 0 <= ideal - Fraction(held) < len(quantities) * Fraction(1, 1000)
    exact = Decimal(ideal.numerator) / Decimal(ideal.denominator)
    assert drift(held, exact).unwrap() <= 1

"""Positions in every kind of contract against fractions; invariants 21 to 39 by their numbers."""

import decimal
from decimal import Decimal
from fractions import Fraction

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from astracore.portfolio.attribution import Attribution, added, unexplained
from astracore.trading.contracts.contract_positions import (
    ContractFill,
    ContractPosition,
    apply_contract_fill,
    apply_funding,
    net_of,
    worth_at,
)
from astracore.trading.contracts.folds import fold_fills
from astracore.trading.contracts.kinds import (
    Contract,
    Holding,
    average_entry,
    notional,
    opposite,
    profit,
    settle_fill,
    unrealised_at,
)
from astracore.trading.types import ZERO, ContractKind, Side
from property_tests.contract_makers import (
    KINDS,
    D,
    averages,
    contracts,
    fees,
    fill,
    histories,
    numbered,
    prices,
    quantities,
    run,
    slack,
    terms,
    total_gain,
)

History = tuple[ContractFill, ...]
LINEAR_KINDS = st.sampled_from([kind for kind in KINDS if kind is not ContractKind.INVERSE])


@given(contracts, histories, prices)
def test_realised_and_unrealised_are_what_the_money_says(
    made: Contract, fills: History, mark: Decimal
) -> None:
    """Against cash accounting in fractions; to the last digit where nothing is divided."""
    now = run(made, fills)
    floating = unrealised_at(made, now.held, mark).unwrap()
    gained = Fraction(now.realised) + Fraction(floating)
    due = total_gain(made, fills, Fraction(mark))
    if made.kind is ContractKind.INVERSE:
        assert abs(gained - due) <= slack(made, fills)
    else:
        assert gained == due


@given(contracts, histories)
def test_realised_is_that_of_average_cost(made: Contract, fills: History) -> None:
    """Each close releases its share of the cost, within half a step."""
    now, book = run(made, fills), averages(made, fills)
    assert Fraction(now.held.qty) == book.qty
    assert abs(Fraction(now.realised) - book.realised) <= slack(made, fills)


@given(contracts, histories)
def test_21_replaying_one_by_one_is_folding_the_list(made: Contract, fills: History) -> None:
    """The fold of bare decimals gives what the checked fills give, to the last digit."""
    now, folded = run(made, fills), fold_fills(made, fills).unwrap()
    assert (folded.held, folded.realised) == (now.held, now.realised)
    assert (folded.fee_cost, folded.trades) == (now.fee_cost, len(now.trades))


@given(contracts, histories, quantities, quantities, prices, st.sampled_from(Side))
def test_21_partial_fills_at_one_price_are_one_fill(
    made: Contract, fills: History, first: Decimal, second: Decimal, price: Decimal, side: Side
) -> None:
    """The same quantity; cost and profit differ by roundings to the step alone."""
    with decimal.localcontext(decimal.Context(prec=100)):
        both = first + second
    whole = run(made, (*fills, fill(50, side, both, price, ZERO)))
    cut = (fill(50, side, first, price, ZERO), fill(51, side, second, price, ZERO))
    parts = run(made, (*fills, *cut))
    assert whole.held.qty == parts.held.qty
    assert abs(Fraction(whole.held.cost) - Fraction(parts.held.cost)) <= slack(made, (), 4)
    assert abs(Fraction(whole.realised) - Fraction(parts.realised)) <= slack(made, (), 4)


@given(st.lists(st.tuples(st.sampled_from(Side), quantities, prices), min_size=1, max_size=8))
def test_22_quantity_is_the_signed_sum_less_base_fees(
    rows: list[tuple[Side, Decimal, Decimal]],
) -> None:
    """A fee in the base lowers what is held and is an expense at the price of its fill."""
    spot, position = terms(ContractKind.SPOT), ContractPosition(terms=terms(ContractKind.SPOT))
    qty = expense = Fraction(0)
    for number, (side, size, price) in enumerate(rows):
        charged = D("0.000000001")
        one = evolve(fill(number, side, size, price, charged), fee_asset="BTC")
        position = apply_contract_fill(position, one).unwrap().position
        qty += Fraction(size) * (1 if side is Side.BUY else -1) - Fraction(charged)
        expense += Fraction(charged) * Fraction(price)
    assert Fraction(position.held.qty) == qty
    assert Fraction(position.fee_cost) == expense
    assert Fraction(position.fees["BTC"]) == len(rows) * Fraction(1, 10**9)
    assert position.terms == spot


@given(contracts, quantities, prices, st.sampled_from(Side))
def test_23_there_and_back_at_one_price_is_nothing(
    made: Contract, qty: Decimal, price: Decimal, side: Side
) -> None:
    """No fee, no profit."""
    fills = numbered([(side, qty, price, ZERO), (opposite(side), qty, price, ZERO)])
    now = run(made, fills)
    assert (now.realised, now.held, now.cycle) == (ZERO, Holding(), None)


@given(contracts, histories)
def test_25_the_mirror_has_the_opposite_profit(made: Contract, fills: History) -> None:
    """Sides swapped: quantity, cost and gross profit change their sign, to the last digit."""
    mirrored = tuple(evolve(one, side=opposite(one.side)) for one in fills)
    now, other = run(made, fills), run(made, mirrored)
    flipped = Holding(qty=now.held.qty.copy_negate(), cost=now.held.cost.copy_negate())
    assert (other.held, other.realised) == (flipped, now.realised.copy_negate())
    assert other.fee_cost == now.fee_cost


@given(contracts, histories, prices, st.integers(0, 13), st.integers(-(10**6), 10**6))
def test_26_the_change_of_equity_is_explained_at_every_prefix(
    made: Contract, fills: History, mark: Decimal, cut: int, paid: int
) -> None:
    """realised + unrealised + funding − fees, with no tolerance, by cycles as well."""
    funding = D(paid).scaleb(-6)
    before = run(made, fills[:cut])
    start = worth_at(before, mark).unwrap()
    funded = apply_funding(before, funding).unwrap()
    now = funded
    for one in fills[cut:]:
        now = apply_contract_fill(now, one).unwrap().position
    end = worth_at(now, mark).unwrap()
    with decimal.localcontext(decimal.Context(prec=100)):
        pieces = Attribution(
            realised=end.realised - start.realised,
            unrealised=end.unrealised - start.unrealised,
            funding=funding if before.cycle is not None else ZERO,
            fees=end.fees - start.fees,
        )
        cycles = [*now.closed, *([now.cycle] if now.cycle is not None else [])]
        netted = sum((net_of(cycle) for cycle in cycles), ZERO) + end.unrealised
        assert sum((cycle.realised for cycle in cycles), ZERO) == now.realised
        assert sum((cycle.fees for cycle in cycles), ZERO) == now.fee_cost
    assert unexplained(start.total, end.total, pieces).unwrap() == ZERO
    assert netted == end.total
    assert added([pieces, Attribution()]).unwrap() == pieces


@given(contracts, histories, prices, fees)
def test_27_a_flip_is_a_close_and_an_open(
    made: Contract, fills: History, price: Decimal, fee: Decimal
) -> None:
    """One fill through flat ends where two fills end; its fee is shared by quantity."""
    start = run(made, fills)
    if start.cycle is None:
        return
    side, held = opposite(start.cycle.side), abs(start.held.qty)
    with decimal.localcontext(decimal.Context(prec=100)):
        beyond = held + D("0.5")
    flip = apply_contract_fill(start, fill(90, side, beyond, price, fee)).unwrap().position
    ended, fresh = flip.closed[-1], flip.cycle
    assert fresh is not None
    with decimal.localcontext(decimal.Context(prec=100)):
        closing = ended.fees - start.cycle.fees
        assert closing + fresh.fees == fee
    two = (fill(90, side, held, price, closing), fill(91, side, D("0.5"), price, fresh.fees))
    steps = start
    for one in two:
        steps = apply_contract_fill(steps, one).unwrap().position
    assert (steps.held, steps.realised, steps.fee_cost) == (
        flip.held,
        flip.realised,
        flip.fee_cost,
    )
    assert steps.closed[-1].realised == ended.realised
    assert steps.cycle is not None
    assert steps.cycle.entry_value == fresh.entry_value


@given(contracts, histories)
def test_28_the_average_lies_between_the_prices_paid(made: Contract, fills: History) -> None:
    """Of the fills since the position was last flat, on its side."""
    now = run(evolve(made, step=D("1E-18")), fills)
    average = average_entry(now.terms, now.held).unwrap()
    if average is None or now.cycle is None:
        assert not (now.held.qty and now.held.cost)
        return
    opened = now.cycle.opened_at
    paid = [f.price for f in fills if f.at >= opened and f.side is now.cycle.side]
    near = Fraction(1, 10**15)
    if made.kind is not ContractKind.INVERSE and abs(now.held.cost) > D("0.001"):
        assert Fraction(min(paid)) * (1 - near) <= Fraction(average)
        assert Fraction(average) <= Fraction(max(paid)) * (1 + near)


@given(LINEAR_KINDS, quantities, prices, quantities, prices)
def test_29_reducing_never_changes_the_average(
    kind: ContractKind, qty: Decimal, entry: Decimal, part: Decimal, leaving: Decimal
) -> None:
    """Within half a step over what is left."""
    made = terms(kind, step="1E-18")
    start = run(made, numbered([(Side.BUY, qty, entry, ZERO)]))
    if not part < qty:
        return
    after = apply_contract_fill(start, fill(9, Side.SELL, part, leaving, ZERO)).unwrap().position
    average = average_entry(made, after.held).unwrap()
    assert average is not None
    distance = abs(Fraction(average) - Fraction(entry)) * Fraction(after.held.qty)
    assert distance <= Fraction(made.step)


@given(contracts, histories, st.integers(0, 13))
def test_30_a_trade_known_by_its_id_changes_nothing(
    made: Contract, fills: History, place: int
) -> None:
    """The same fill again: the same position; another fill under the id: refused."""
    now, again = run(made, fills), fills[place % len(fills)]
    repeated = apply_contract_fill(now, again).unwrap()
    assert (repeated.position, repeated.booking) == (now, None)
    other = evolve(again, price=again.price * 2)
    assert apply_contract_fill(now, other).failure().code == "duplicate_entry"
    assert fold_fills(made, (*fills, again, again)) == fold_fills(made, fills)
    assert fold_fills(made, (*fills, other)).failure().code == "duplicate_entry"


@given(contracts, histories, prices)
def test_31_flat_has_no_cost_and_nothing_unrealised(
    made: Contract, fills: History, mark: Decimal
) -> None:
    """Closing everything leaves nothing behind, whatever was rounded on the way."""
    now = run(made, fills)
    if now.cycle is not None:
        closing = fill(99, opposite(now.cycle.side), abs(now.held.qty), mark, ZERO)
        now = apply_contract_fill(now, closing).unwrap().position
    assert now.held == Holding()
    assert now.cycle is None
    assert unrealised_at(made, now.held, mark).unwrap() == ZERO
    assert worth_at(now, None).unwrap().unrealised == ZERO


@given(contracts, quantities, prices, prices, prices, st.sampled_from(Side))
def test_32_unrealised_is_affine_or_concave_in_the_mark(
    made: Contract, qty: Decimal, entry: Decimal, low: Decimal, high: Decimal, side: Side
) -> None:
    """The middle of two marks: linear exactly between; an inverse long at or above, short below."""
    held = settle_fill(made, Holding(), side, qty, entry).unwrap().after
    with decimal.localcontext(decimal.Context(prec=100)):
        middle = (low + high) / 2
    left, centre, right = (
        Fraction(unrealised_at(made, held, mark).unwrap()) for mark in (low, middle, high)
    )
    bend = centre - (left + right) / 2
    if made.kind is not ContractKind.INVERSE:
        assert bend == 0
    elif side is Side.BUY:
        assert bend >= -2 * Fraction(made.step)
    else:
        assert bend <= 2 * Fraction(made.step)


@given(LINEAR_KINDS, histories, prices, st.integers(1, 1000))
def test_33_the_multiplier_multiplies(
    kind: ContractKind, fills: History, mark: Decimal, factor: int
) -> None:
    """Notional and total profit grow k-fold with the multiplier, exactly."""
    one, many = terms(kind), terms(kind, multiplier=str(factor))
    first, second = run(one, fills), run(many, fills)
    worths = [worth_at(p, mark).unwrap() for p in (first, second)]
    gains = [Fraction(w.realised) + Fraction(w.unrealised) for w in worths]
    assert gains[1] == factor * gains[0]
    sizes = [notional(made, fills[0].qty, mark).unwrap() for made in (one, many)]
    assert Fraction(sizes[1]) == factor * Fraction(sizes[0])


@given(quantities, prices, prices)
def test_34_a_hedged_inverse_short_is_constant_in_dollars(
    qty: Decimal, entry: Decimal, mark: Decimal
) -> None:
    """Short N dollars of contracts against N/entry coins: coins + profit are worth N anywhere."""
    made = terms(ContractKind.INVERSE, step="1E-30")
    gain = Fraction(profit(made, -qty, entry, mark).unwrap())
    coins = Fraction(qty) / Fraction(entry)
    worth = (coins + gain) * Fraction(mark)
    assert abs(worth - Fraction(qty)) <= Fraction(qty) / 10**20 + Fraction(mark) / 10**20


@given(contracts, histories, prices, st.integers(-(10**6), 10**6))
def test_35_a_fee_changes_net_by_itself_alone(
    made: Contract, fills: History, mark: Decimal, more: int
) -> None:
    """Another fee on the last fill, or a rebate: the total moves by exactly the difference."""
    extra = D(more).scaleb(-6)
    with decimal.localcontext(decimal.Context(prec=100)):
        dearer = evolve(fills[-1], fee=fills[-1].fee + extra)
        before = worth_at(run(made, fills), mark).unwrap()
        after = worth_at(run(made, (*fills[:-1], dearer)), mark).unwrap()
        assert before.total - after.total == extra
    assert before.realised == after.realised


@given(contracts, histories, quantities, prices, st.sampled_from(Side))
def test_38_a_fill_at_the_mark_changes_no_equity(
    made: Contract, fills: History, qty: Decimal, mark: Decimal, side: Side
) -> None:
    """Without a fee; for inverse contracts within the roundings of three values."""
    now = run(made, fills)
    after = apply_contract_fill(now, fill(77, side, qty, mark, ZERO)).unwrap().position
    totals = [Fraction(worth_at(p, mark).unwrap().total) for p in (now, after)]
    allowed = slack(made, (), 2) if made.kind is ContractKind.INVERSE else Fraction(0)
    assert abs(totals[1] - totals[0]) <= allowed


@given(st.lists(st.tuples(contracts, histories, prices), min_size=1, max_size=3))
def test_39_the_profit_of_symbols_adds_to_the_account(
    books: list[tuple[Contract, History, Decimal]],
) -> None:
    """Buckets add up, piece by piece."""
    worths = [worth_at(run(made, fills), mark).unwrap() for made, fills, mark in books]
    pieces = [
        Attribution(realised=w.realised, unrealised=w.unrealised, fees=w.fees) for w in worths
    ]
    total = sum((Fraction(w.total) for w in worths), Fraction(0))
    whole = added(pieces).unwrap()
    assert Fraction(whole.realised) + Fraction(whole.unrealised) - Fraction(whole.fees) == total

"""Contracts by figures that hide nothing: no two of them are alike, so no term can be missing."""

import pytest
from attrs import evolve

from astracore.instants import Instant
from astracore.trading.contracts.contract_positions import (
    Applied,
    ContractFill,
    ContractPosition,
    apply_contract_fill,
    apply_funding,
    break_even,
    leg_of_fill,
    net_of,
    worth_at,
)
from astracore.trading.contracts.folds import fold_fills
from astracore.trading.contracts.hedging import (
    LegName,
    apply_leg_fill,
    flat_legs,
    gross_qty,
    is_flat,
    net_holding,
)
from astracore.trading.contracts.kinds import (
    Contract,
    Holding,
    average_entry,
    contract,
    notional,
    profit,
    reducible,
    settle_fill,
    unrealised_at,
)
from astracore.trading.contracts.trade_log import TradeLog
from astracore.trading.types import ContractKind, Side
from property_tests.trading_makers import D

PLAIN = Contract(base="ETH", quote="USD", settle="USD")
TWO = evolve(PLAIN, multiplier=D(2))
THREE = evolve(PLAIN, multiplier=D(3))
SPOT = evolve(PLAIN, kind=ContractKind.SPOT)
COIN = Contract(
    kind=ContractKind.INVERSE,
    base="ETH",
    quote="USD",
    settle="ETH",
    multiplier=D(10),
    step=D("0.00000001"),
)
BUY, SELL = Side.BUY, Side.SELL


def traded(name: str, side: Side, qty: str, price: str, **more: object) -> ContractFill:
    """One fill."""
    fields: dict[str, object] = {"trade_id": name, "side": side, "qty": D(qty), "price": D(price)}
    return ContractFill(**{**fields, **more})  # type: ignore[arg-type]


def through(terms: Contract, *fills: ContractFill) -> ContractPosition:
    """The position after fills that must be accepted."""
    position = ContractPosition(terms=terms)
    for one in fills:
        position = apply_contract_fill(position, one).unwrap().position
    return position


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (evolve(PLAIN, multiplier=D(0)), "multiplier"),
        (evolve(PLAIN, multiplier=D("NaN")), "multiplier"),
        (evolve(PLAIN, step=D(0)), "step"),
        (evolve(PLAIN, settle="ETH"), "settle"),
        (evolve(SPOT, settle="ETH"), "settle"),
        (evolve(COIN, settle="USD"), "settle"),
    ],
)
def test_contracts_that_cannot_be(terms: Contract, field: str) -> None:
    assert contract(terms).failure().field == field


def test_contracts_that_can_be() -> None:
    quanto = evolve(PLAIN, kind=ContractKind.QUANTO, settle="BTC")
    for terms in (PLAIN, THREE, SPOT, COIN, quanto):
        assert contract(terms).unwrap() == terms


def test_what_can_be_reduced() -> None:
    assert [reducible(D(qty), side) for qty in (-3, 0, 2) for side in Side] == [3, 0, 0, 0, 0, 2]


def test_notionals() -> None:
    """Without a sign; a quotient is half even to the step, a product exact or to the one given."""
    assert notional(THREE, D(-2), D(7)).unwrap() == 42
    assert notional(COIN, D(-7), D(3000)).unwrap() == D("0.02333333")
    assert notional(COIN, D(8), D(3000)).unwrap() == D("0.02666667")
    halves = [notional(PLAIN, D(1), D(p), step=D(1)).unwrap() for p in ("2.5", "3.5", "3.4")]
    assert halves == [2, 4, 3]
    coins = [notional(COIN, D(q), D(4), step=D(1)).unwrap() for q in ("1", "0.6", "1.4")]
    assert coins == [2, 2, 4]
    assert [notional(PLAIN, D(1), D(p)).failure().code for p in (0, -1)] == ["invalid_price"] * 2


def test_profits() -> None:
    assert [profit(THREE, D(q), D(10), D(15)).unwrap() for q in (2, -2)] == [30, -30]
    assert [profit(COIN, D(q), D(20), D(25)).unwrap() for q in (7, -7)] == [D("0.7"), D("-0.7")]
    assert profit(PLAIN, D(1), D(0), D(1)).failure().code == "invalid_price"
    assert profit(PLAIN, D(1), D(1), D(0)).failure().code == "invalid_price"


def test_entries_and_what_is_unrealised() -> None:
    """Linear cost/(q m), inverse q m/cost; a flat position has none."""
    long, coins = Holding(qty=D(2), cost=D(60)), Holding(qty=D(-4), cost=D(-8))
    assert average_entry(THREE, long).unwrap() == 10
    assert average_entry(COIN, coins).unwrap() == 5
    for held in (Holding(), Holding(qty=D(1)), Holding(cost=D(1))):
        assert average_entry(PLAIN, held).unwrap() is None
    assert unrealised_at(THREE, long, D(11)).unwrap() == 6
    assert unrealised_at(COIN, coins, D(4)).unwrap() == 2
    assert unrealised_at(PLAIN, long, D(0)).failure().code == "invalid_price"


@pytest.mark.parametrize(
    ("terms", "held", "fill", "told"),
    [
        # closed, opened, realised, quantity and cost after
        (PLAIN, (3, 100), (BUY, 2, 40), "0 2 0 5 180"),
        (PLAIN, (3, 100), (SELL, 1, 40), "1 0 6.666667 2 66.666667"),
        (PLAIN, (3, 100), (SELL, 3, 40), "3 0 20 0 0"),
        (PLAIN, (3, 100), (SELL, 5, 40), "3 2 20 -2 -80"),
        (THREE, (-2, -90), (BUY, 3, 10), "2 1 30 1 30"),
        (COIN, (6, 3), (SELL, 2, 25), "2 0 0.2 4 2"),
        (COIN, (-6, -3), (BUY, 7, 25), "6 1 -0.6 1 0.4"),
    ],
)
def test_fills_by_figures(
    terms: Contract, held: tuple[int, int], fill: tuple[Side, int, int], told: str
) -> None:
    side, qty, price = fill
    start = Holding(qty=D(held[0]), cost=D(held[1]))
    one = settle_fill(terms, start, side, D(qty), D(price)).unwrap()
    found = (one.closed, one.opened, one.realised, one.after.qty, one.after.cost)
    assert found == tuple(map(D, told.split()))
    entered = one.after.cost if one.opened else D(0)
    assert one.closed + one.opened == qty
    assert start.cost - one.released + (entered if one.closed else one.after.cost - start.cost) == (
        one.after.cost
    )


def test_fills_of_nothing() -> None:
    assert settle_fill(PLAIN, Holding(), BUY, D(0), D(1)).failure().code == "invalid_quantity"
    assert settle_fill(PLAIN, Holding(), BUY, D(1), D(0)).failure().code == "invalid_price"


def test_fees_reach_the_position_as_money_and_quantity() -> None:
    """In the settlement as they are, in the base of a spot pair off the quantity, else by rate."""
    fee = {"fee": D("0.5")}

    def leg(terms: Contract, side: Side, **more: object) -> tuple[object, ...]:
        found = leg_of_fill(terms, traded("t", side, "4", "7", **{**fee, **more})).unwrap()
        return (found.qty, found.fee)

    assert leg(SPOT, BUY) == (4, D("0.5"))
    assert leg(SPOT, BUY, fee_asset="USD") == (4, D("0.5"))
    assert leg(SPOT, BUY, fee_asset="ETH") == (D("3.5"), D("3.5"))
    assert leg(SPOT, SELL, fee_asset="ETH") == (D("4.5"), D("3.5"))
    assert leg(evolve(SPOT, multiplier=D(2)), BUY, fee_asset="ETH") == (D("3.5"), 7)
    assert leg(SPOT, BUY, fee_asset="BNB", fee_rate=D(300)) == (4, 150)
    assert leg(PLAIN, BUY, fee_asset="ETH", fee_rate=D(6)) == (4, 3)
    assert leg(PLAIN, BUY, fee_asset="BNB", fee=D(0)) == (4, 0)

    def fault(terms: Contract, **more: object) -> str:
        return leg_of_fill(terms, traded("t", BUY, "4", "7", **{**fee, **more})).failure().code

    assert fault(SPOT, fee_asset="ETH", fee=D(4)) == "invalid_quantity"
    assert fault(SPOT, fee_asset="BNB") == "unknown_mark"
    assert fault(PLAIN, fee_asset="ETH") == "unknown_mark"
    assert fault(SPOT, fee_asset="BNB", fee_rate=D(0)) == "invalid_price"
    assert fault(SPOT, fee=D("Infinity")) == "numeric_limit"


LIFE = (
    traded("a", BUY, "2", "10", fee=D("0.1"), at=Instant(1)),
    traded("b", BUY, "1", "13", fee=D("0.2"), at=Instant(2)),
    traded("c", SELL, "1", "20", fee=D("0.4"), at=Instant(3)),
    traded("d", SELL, "3", "17", fee=D("0.9"), at=Instant(4)),
)


def test_a_life_from_flat_to_the_other_side() -> None:
    """Bought 2 at 10 and 1 at 13, sold 1 at 20, then 3 at 17: one of the three is short."""
    position = through(PLAIN, *LIFE)
    (ended,) = position.closed
    assert [ended.side, ended.opened_at, ended.closed_at] == [BUY, Instant(1), Instant(4)]
    assert [ended.max_qty, ended.peak_cost] == [3, 33]
    assert [ended.entry_qty, ended.entry_value] == [3, 33]
    assert [ended.exit_qty, ended.exit_value] == [3, 54]
    assert [ended.realised, ended.fees, ended.funding] == [21, D("1.3"), 0]
    assert net_of(ended) == D("19.7")
    now = position.cycle
    assert now is not None
    assert [now.side, now.opened_at, now.closed_at] == [SELL, Instant(4), None]
    assert [now.max_qty, now.peak_cost, now.fees] == [1, 17, D("0.3")]
    assert [position.held, position.realised] == [Holding(qty=D(-1), cost=D(-17)), 21]
    assert [position.fees, position.fee_cost] == [{"USD": D("1.6")}, D("1.6")]
    assert len(position.trades) == 4


def test_a_life_in_coin() -> None:
    """Values are quotients: 40 at 20 are 20, 10 at 25 are 4."""
    fills = (traded("a", BUY, "40", "20", fee=D("0.3")), traded("b", SELL, "10", "25"))
    cycle = through(COIN, *fills).cycle
    assert cycle is not None
    assert [cycle.entry_qty, cycle.entry_value, cycle.exit_qty] == [40, 20, 10]
    assert [cycle.exit_value, cycle.realised, cycle.peak_cost, cycle.fees] == [4, 1, 20, D("0.3")]
    turned = through(COIN, *fills, traded("c", SELL, "70", "25"))
    now = turned.cycle
    assert now is not None
    assert [now.entry_qty, now.entry_value, now.peak_cost, now.side] == [40, 16, 16, SELL]
    assert [turned.closed[0].exit_value, turned.closed[0].realised] == [16, 4]


def test_a_trade_told_twice_changes_nothing() -> None:
    position = through(PLAIN, *LIFE)
    assert apply_contract_fill(position, LIFE[1]).unwrap() == Applied(
        position=position, booking=None
    )
    other = evolve(LIFE[1], qty=D(9))
    assert apply_contract_fill(position, other).failure().code == "duplicate_entry"


def test_a_fee_finer_than_the_unit_stays_whole() -> None:
    """What closes all pays all of it, to the last digit."""
    last = traded("b", SELL, "2", "10", fee=D("1E-9"))
    (ended,) = through(PLAIN, traded("a", BUY, "2", "10"), last).closed
    assert ended.fees == D("1E-9")


def test_funding_adds_up() -> None:
    position = through(PLAIN, *LIFE)
    for paid in ("5", "-2"):
        position = apply_funding(position, D(paid)).unwrap()
    assert position.cycle is not None
    assert [position.funding, position.cycle.funding] == [3, 3]
    flat = through(PLAIN, LIFE[0], evolve(LIFE[0], trade_id="x", side=SELL))
    assert apply_funding(flat, D(5)).unwrap() == flat
    assert apply_funding(position, D("NaN")).failure().code == "numeric_limit"
    worth = worth_at(position, D(15)).unwrap()
    assert [worth.realised, worth.unrealised, worth.fees, worth.funding] == [21, 2, D("1.6"), 3]
    assert worth.total == D("24.4")
    assert worth_at(position, None).failure().code == "invalid_price"
    assert worth_at(position, D(0)).failure().code == "invalid_price"
    assert worth_at(flat, None).unwrap().total == D("-0.2")


@pytest.mark.parametrize("terms", [PLAIN, THREE, COIN])
@pytest.mark.parametrize("side", Side)
def test_closing_at_break_even_leaves_nothing(terms: Contract, side: Side) -> None:
    """Bought back or sold at that price, with its own fee, the cycle comes to nothing."""
    one = traded("a", side, "40", "20", fee=D("0.3"))
    part = traded("b", Side.SELL if side is BUY else BUY, "10", "22", fee=D("0.2"))
    position = apply_funding(through(terms, one, part), D("0.7")).unwrap()
    rate = D("0.001")
    price = break_even(position, rate).unwrap()
    assert price is not None
    worth = worth_at(position, price).unwrap()
    value = notional(terms, position.held.qty, price).unwrap()
    assert abs(worth.total - value * rate) < D("0.0000001")
    assert break_even(ContractPosition(), rate).unwrap() is None
    paid_off = apply_funding(through(terms, one), D(10**6)).unwrap()
    lost = apply_funding(through(terms, one), D(-(10**6))).unwrap()
    assert (break_even(paid_off).unwrap() is None) is ((terms is COIN) is (side is SELL))
    assert (break_even(lost).unwrap() is None) is ((terms is COIN) is (side is BUY))


@pytest.mark.parametrize("terms", [PLAIN, TWO, THREE, COIN])
def test_many_fills_at_once_are_as_one_by_one(terms: Contract) -> None:
    """Shares that end on a half, flips, a close of all, fees in other assets, a trade twice."""
    fills = [
        *LIFE,
        LIFE[0],
        traded("e", SELL, "2", "0.1", fee=D("0.05"), fee_asset="BNB", fee_rate=D(7)),
        traded("f", BUY, "3", "9", fee=D("-0.25"), fee_asset=terms.settle),
        traded("g", BUY, "0.000002", "1"),
        traded("h", SELL, "0.000001", "1"),
        traded("i", SELL, "0.000001", "3"),
    ]
    for count in range(len(fills) + 1):
        folded = fold_fills(terms, fills[:count]).unwrap()
        single = through(terms, *fills[:count])
        assert folded.held == single.held
        assert [folded.realised, folded.fee_cost] == [single.realised, single.fee_cost]
        assert folded.trades == len(single.trades)


def test_many_fills_are_refused_as_one_by_one() -> None:
    twice = (LIFE[0], evolve(LIFE[0], price=D(11)))
    assert fold_fills(PLAIN, twice).failure().code == "duplicate_entry"
    for change, code in (
        ({"qty": D(0)}, "invalid_quantity"),
        ({"price": D(-1)}, "invalid_price"),
        ({"fee": D("Infinity")}, "numeric_limit"),
        ({"fee": D(1), "fee_asset": "BNB"}, "unknown_mark"),
    ):
        fills = (LIFE[0], evolve(LIFE[1], **change))
        assert fold_fills(PLAIN, fills).failure().code == code


def test_known_trades_stand_on_few_shelves() -> None:
    """Each shelf is at least twice as large as the next, and no larger than it must be."""
    log: TradeLog[int] = TradeLog()
    sizes = []
    for number in range(7):
        log = log.with_trade(str(number), number)
        sizes.append([len(shelf) for shelf in log.shelves])
    assert sizes == [[1], [2], [2, 1], [4], [4, 1], [4, 2], [4, 2, 1]]
    assert [log.find(str(number)) for number in range(8)] == [*range(7), None]


def test_legs_side_by_side() -> None:
    legs = flat_legs(PLAIN)
    assert is_flat(legs)
    legs = apply_leg_fill(legs, LegName.LONG, traded("a", BUY, "5", "10")).unwrap()
    assert not is_flat(legs)
    legs = apply_leg_fill(legs, LegName.SHORT, traded("b", SELL, "2", "13")).unwrap()
    assert [legs.long.held.qty, legs.short.held.qty] == [5, -2]
    assert net_holding(legs).unwrap() == Holding(qty=D(3), cost=D(24))
    assert gross_qty(legs) == 7
    short = apply_leg_fill(legs, LegName.LONG, traded("c", SELL, "5", "11")).unwrap()
    assert not is_flat(short)
    assert is_flat(apply_leg_fill(short, LegName.SHORT, traded("d", BUY, "2", "11")).unwrap())
    more = apply_leg_fill(legs, LegName.SHORT, traded("e", BUY, "3", "11")).failure()
    assert str(more) == "LegExceeded(leg='short', found=Decimal('2'), missing=Decimal('1'))"
    same = apply_leg_fill(legs, LegName.LONG, traded("a", BUY, "5", "10")).unwrap()
    assert same == legs
    wrong = apply_leg_fill(legs, LegName.LONG, traded("f", BUY, "0", "1"))
    assert wrong.failure().code == "invalid_quantity"

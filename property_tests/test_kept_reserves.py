"""What orders claim and lock, beside an oracle in whole numbers, on accounts made of chance."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import ceil

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from astracore.ids import OrderId, PositionId
from astracore.trading.orders.groups import Group, GroupKind, GroupLeg
from astracore.trading.pnl import available_at, cross_floating, unmarked, valuation
from astracore.trading.reserves import (
    available,
    cross_margin,
    free,
    need_of,
    opening_parts,
    queued,
    sharing,
    shortfalls,
    unclaimed,
)
from astracore.trading.state import Account, Order, Position
from astracore.trading.types import ContractKind, MarginMode, OrderStatus, OrderType, Side
from property_tests.account_world import COIN
from property_tests.trading_makers import NOW, D, after, limit, opening

ETH = "ETH-USD"
(PATTERN,) = after(opening("100000"), limit("o", Side.BUY, "1", "2000")).orders.values()
KINDS = (GroupKind.OCO, GroupKind.OUO, GroupKind.OTO, GroupKind.BRACKET)
CROSS, ISOLATED = MarginMode.CROSS, MarginMode.ISOLATED
Row = tuple[Side, int, int, bool, bool, int]  # side, qty, executed, reduces, held, list (-1: none)


def order_of(place: int, row: Row, mode: MarginMode = ISOLATED) -> Order:
    """An open order."""
    side, qty, executed, reduces, held, listed = row
    return evolve(
        PATTERN,
        order_id=OrderId(f"o{place}"),
        side=side,
        qty=D(qty),
        executed=D(min(executed, qty - 1)),
        reduce_only=reduces,
        status=OrderStatus.HELD if held else OrderStatus.OPEN,
        list_id=None if listed < 0 else f"l{listed}",
        reserve=D(place),
        reference=D(2000 + 7 * place),
        leverage=1 + place,
        margin_mode=mode,
        turn=place,
    )


def held(qty: int, mode: MarginMode = ISOLATED, symbol: str = ETH) -> Mapping[str, Position]:
    """A position at 1900, or none."""
    one = Position(
        position_id=PositionId("p"),
        symbol=symbol,
        qty=D(qty),
        cost=D(1900 * qty),
        margin=D(100),
        leverage=1,
        opened_at=NOW,
        margin_mode=mode,
    )
    return {symbol: one} if qty else {}


def account(qty: int, rows: list[Row], kinds: list[GroupKind], mode: MarginMode) -> Account:
    """An account with these orders in one symbol; the first of a list stands in front."""
    orders = [order_of(place, row, mode) for place, row in enumerate(rows)]
    groups = {}
    for number, kind in enumerate(kinds):
        names = [one.order_id for one in orders if one.list_id == f"l{number}"]
        legs = tuple(GroupLeg(order_id=name, qty=D(1)) for name in names)
        if legs:
            groups[f"l{number}"] = Group(kind=kind, legs=legs)
    return Account(
        currency="PUSD",
        cash=D(100_000),
        orders={one.order_id: one for one in reversed(orders)},
        positions=held(qty, mode),
        groups=groups,
        cross=frozenset({ETH}) if mode is CROSS else frozenset(),
        leverage={ETH: 3},
    )


def left(row: Row) -> int:
    """What an order may still fill."""
    return row[1] - min(row[2], row[1] - 1)


def names_of(rows: list[Row], kinds: list[GroupKind]) -> list[str]:
    """Under what each order claims: legs of which one at most fills share a name."""
    first: dict[int, int] = {}
    names = []
    for place, row in enumerate(rows):
        number = row[5]
        alone = number < 0 or number >= len(kinds) or kinds[number] is GroupKind.OTO
        if not alone and kinds[number] is GroupKind.BRACKET:
            alone = first.setdefault(number, place) == place
        names.append(f"o{place}" if alone else f"l{number}")
    return names


def most_of(rows: list[Row], names: list[str], side: Side, *, waiting: bool) -> dict[str, int]:
    """The largest order of each name on one side."""
    most: dict[str, int] = {}
    for row, name in zip(rows, names, strict=True):
        if row[0] is side and (waiting or not row[4]):
            most[name] = max(most.get(name, 0), left(row))
    return most


def room_of(qty: int, side: Side) -> int:
    """What an order of a side could close."""
    return max(0, -qty if side is Side.BUY else qty)


rows_of = st.lists(
    st.tuples(
        st.sampled_from(Side),
        st.integers(1, 5),
        st.integers(0, 4),
        st.booleans(),
        st.booleans(),
        st.integers(-1, 2),
    ),
    max_size=6,
)
kinds_of = st.lists(st.sampled_from(KINDS), min_size=2, max_size=2)
sizes = st.integers(-8, 8)


def worst(qty: int, rows: list[Row], names: list[str]) -> int:
    """The largest position that the open and held orders can lead to."""
    found = []
    for side in Side:
        opens = reduces = 0
        for name, most in most_of(rows, names, side, waiting=True).items():
            of_it = [row for row, one in zip(rows, names, strict=True) if one == name]
            only = all(row[3] for row in of_it if row[0] is side)
            opens, reduces = (opens, reduces + most) if only else (opens + most, reduces)
        filled = opens + min(reduces, room_of(qty, side))
        found.append(abs(qty + (filled if side is Side.BUY else -filled)))
    return max(found)


@given(sizes, rows_of, kinds_of)
def test_claims(qty: int, rows: list[Row], kinds: list[GroupKind]) -> None:
    state = account(qty, rows, kinds, ISOLATED)
    names = names_of(rows, kinds)
    assert [sharing(state, state.orders[OrderId(f"o{n}")]) for n in range(len(rows))] == names
    for side in Side:
        claims = sum(most_of(rows, names, side, waiting=False).values())
        assert unclaimed(state, ETH, side) == max(0, room_of(qty, side) - claims)
        opens = reduces = 0
        for name, most in most_of(rows, names, side, waiting=True).items():
            mine = [r for r, one in zip(rows, names, strict=True) if one == name and r[0] is side]
            if all(row[3] for row in mine):
                reduces += most
            else:
                opens += most
        assert queued(state, ETH, side) == opens + min(reduces, room_of(qty, side))
    assert queued(state, "X", Side.BUY) == 0


@given(sizes, rows_of, kinds_of)
def test_what_opens_and_what_is_missing(qty: int, rows: list[Row], kinds: list[GroupKind]) -> None:
    """Oldest first, each name takes its largest order's share of what there is to close."""
    state = account(qty, rows, kinds, ISOLATED)
    names = names_of(rows, kinds)
    room = {side: room_of(qty, side) for side in Side}
    working = [(name, row[0]) for name, row in zip(names, rows, strict=True) if not row[4]]
    expected: dict[str, int] = {}
    missing: dict[str, Decimal] = {}
    for name, side in dict.fromkeys(working):
        places = [n for n, row in enumerate(rows)
                  if names[n] == name and row[0] is side and not row[4]]  # fmt: skip
        for place in places:
            part = 0 if rows[place][3] else max(0, left(rows[place]) - room[side])
            expected[f"o{place}"] = part
        room[side] = max(0, room[side] - max(left(rows[n]) for n in places))
        orders = [state.orders[OrderId(f"o{n}")] for n in places]
        needs = [need_of(one, D(expected[one.order_id])) for one in orders]
        short = max(needs) - sum(one.reserve for one in orders)
        if short > 0:
            largest = orders[needs.index(max(needs))]
            missing[largest.order_id] = largest.reserve + short
    found = {one.order_id: int(part) for one, part in opening_parts(state, ETH)}
    assert found == expected
    assert {one.order_id: need for one, need in shortfalls(state, ETH)} == missing


@given(sizes, rows_of, kinds_of, st.sampled_from([None, 1700, 2100]))
def test_cross_margin(qty: int, rows: list[Row], kinds: list[GroupKind], mark: int | None) -> None:
    """u(worst × price / 3): at the mark, else the entry, else the newest order's reference."""
    state = account(qty, rows, kinds, CROSS)
    names = names_of(rows, kinds)
    marks = {} if mark is None else {ETH: D(mark)}
    price = mark or (1900 if qty else 2000 + 7 * (len(rows) - 1))
    micro = 1_000_000
    expected = Fraction(ceil(Fraction(worst(qty, rows, names) * price * micro, 3)), micro)
    total = expected if rows or qty else Fraction(0)
    assert Fraction(cross_margin(state, marks)) == total
    gained = D(0) if mark is None else D(qty * (mark - 1900))
    assert cross_floating(state, marks) == gained
    left_over = 100_000 - total + min(Fraction(0), Fraction(gained))
    assert Fraction(free(state, marks, gained)) == left_over
    assert available_at(state, marks) == available(state, marks, gained)
    isolated = evolve(state, cross=frozenset(), reserved=D(7))
    assert free(isolated, marks, D(-5)) == 99_993
    assert cross_margin(account(qty, rows, kinds, ISOLATED), marks) == 0


def test_margin_of_many_symbols_and_legs() -> None:
    """Each symbol by its own leverage, an order without a position at its reference."""
    eth, sol = held(-2, CROSS)[ETH], held(3, CROSS, "SOL-USD")["SOL-USD"]
    apart = held(5, ISOLATED, "XRP-USD")["XRP-USD"]
    lone = evolve(order_of(3, (Side.SELL, 4, 0, False, False, -1), CROSS), symbol="BTC-USD")
    state = Account(
        currency="PUSD",
        cash=D(10_000),
        positions={ETH: eth, "SOL-USD": sol, "XRP-USD": apart},
        orders={lone.order_id: lone},
        cross=frozenset({ETH, "SOL-USD", "BTC-USD"}),
        leverage={ETH: 2, "SOL-USD": 5},
    )
    marks = {ETH: D(2000), "XRP-USD": D(1)}
    assert cross_margin(state, marks) == 2000 + 1140 + 4 * 2021
    assert cross_floating(state, marks) == -200
    assert free(state, marks, D(-200)) == 10_000 - 3140 - 8084 - 200
    assert available(state, marks, D(-200)) == 0
    assert unmarked(state.positions, marks) == "SOL-USD"
    assert unmarked(state.positions, {"XRP-USD": D(1)}) == ETH
    coin = evolve(lone, contract=ContractKind.INVERSE, multiplier=COIN.multiplier, symbol=ETH)
    short = Account(
        currency="BTC",
        cash=D(1),
        orders={coin.order_id: coin},
        cross=frozenset({ETH}),
        leverage={ETH: 3},
    )
    assert cross_margin(short, {ETH: D(30_000)}) == D("0.00044445")


def test_what_an_account_is_worth() -> None:
    legs = {f"{ETH}:long": held(3)[ETH], f"{ETH}:short": held(-1)[ETH]}
    state = Account(currency="PUSD", cash=D(1000), reserved=D(300), positions=legs)
    found = valuation(state, {ETH: D(2000)}).unwrap()
    assert (found.cash, found.available, found.reserved) == (D(1000), D(700), D(300))
    assert (found.margin, found.unrealised, found.equity) == (D(200), D(200), D(1400))
    assert found.exposure == {ETH: D(8000)}
    assert PATTERN.type is OrderType.LIMIT

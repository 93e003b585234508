"""What admitted orders can lead to: no limit breaks, no order of arrival matters."""

from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from astracore.ids import FillId, OrderId
from astracore.trading.account import ACCOUNT
from astracore.trading.commands import RecordFill
from astracore.trading.events import OrderAccepted
from astracore.trading.facts import RiskFacts
from astracore.trading.pnl import worth
from astracore.trading.state import Account
from astracore.trading.types import Liquidity, OrderType, Side
from property_tests.trading_makers import ETH, ME, NOW, after, facts, leverage, opening, order

MOST = Decimal(12_000)
GROSS = facts(risk=RiskFacts(exposure=MOST, net_exposure=MOST))
START = after(opening(), leverage(5))
asks = st.tuples(
    st.sampled_from(Side), st.integers(1, 4000), st.none() | st.integers(190_000, 210_000)
)


def placed(state: Account, wanted: list[tuple[Side, int, int | None]]) -> Account:
    """The account with every order of `wanted` that is admitted under the limits."""
    for place, (side, lots, ticks) in enumerate(wanted):
        command = order(
            f"o{place}",
            side,
            lots * ETH.lot * 10,
            type=OrderType.MARKET if ticks is None else OrderType.LIMIT,
            limit_price=None if ticks is None else ticks * ETH.tick,
            facts=GROSS,
        )
        result = ACCOUNT.decide(command, state)
        for event in result.value_or(()):
            state = ACCOUNT.evolve(state, event)
    return state


def fill_of(state: Account, name: OrderId, price: Decimal, tag: str = "") -> RecordFill:
    """The whole of an order at a price."""
    found = state.orders[name]
    return RecordFill(
        account_id=ME,
        order_id=name,
        fill_id=FillId(f"f{name}{tag}"),
        symbol=found.symbol,
        side=found.side,
        qty=found.qty - found.executed,
        price=price,
        liquidity=Liquidity.TAKER,
        at=NOW,
    )


def worst(state: Account, name: OrderId) -> Decimal:
    """The price at which an order may fill at the worst."""
    found = state.orders[name]
    if found.limit_price is not None:
        return found.limit_price
    assert found.protective_price is not None
    return found.protective_price


@example(
    wanted=[
        (Side.BUY, 3, None),
        (Side.BUY, 3, None),
        (Side.BUY, 1995, None),
        (Side.BUY, 4000, 190000),
    ],
    way=Side.BUY,
)
@given(wanted=st.lists(asks, max_size=12), way=st.sampled_from(Side))
def test_no_admitted_order_breaks_a_limit(
    wanted: list[tuple[Side, int, int | None]], way: Side
) -> None:
    """All orders of one side filled at the worst price: exposure, leverage and cash hold."""
    state = placed(START, wanted)
    for name in [one for one, kept in state.orders.items() if kept.side is way]:
        if name in state.orders:
            state = after(fill_of(state, name, worst(state, name)), start=state)
            assert state.insurance == 0
    held = state.positions.get("ETH-USD")
    size = Decimal(0) if held is None else abs(held.qty)
    assert size * 2000 <= MOST
    assert state.cash >= state.reserved >= 0
    assert worth(state, {"ETH-USD": Decimal(2000)}) > 0


@given(wanted=st.lists(asks, max_size=8), dice=st.randoms(use_true_random=False))
def test_arrival_does_not_matter(wanted: list[tuple[Side, int, int | None]], dice: object) -> None:
    """Fills in any order, doubled, before or after the acknowledgement: one position."""
    state = placed(START, wanted)
    fills = [fill_of(state, name, worst(state, name)) for name in state.orders]
    shuffled = [*fills, *fills]
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    ends = [once(state, fills), once(state, shuffled)]
    held = [end.positions.get("ETH-USD") for end in ends]
    assert [one.qty if one else 0 for one in held] == [held[0].qty if held[0] else 0] * 2
    done = [sorted((one.order_id, one.executed) for one in end.ended.values()) for end in ends]
    assert done[0] == done[1]


def once(state: Account, fills: list[RecordFill]) -> Account:
    """The account after these reports."""
    for fill in fills:
        for event in ACCOUNT.decide(fill, state).unwrap():
            state = ACCOUNT.evolve(state, event)
    return state


def test_the_limits_bite() -> None:
    """The limits of these properties refuse something: they are not met by accident."""
    big = order("b", Side.BUY, "6", facts=GROSS)
    assert [cause.code for cause in ACCOUNT.decide(big, START).failure().causes] == [
        "exposure_limit",
        "exposure_limit",
    ]
    assert isinstance(ACCOUNT.decide(order("b", Side.BUY, "5"), START).unwrap()[0], OrderAccepted)

"""Well-typed arguments that no door lets in: an answer or a named refusal, never an exception."""

import decimal
from decimal import Decimal

import pytest

from astracore.errors.trading import InvalidOrder
from astracore.errors.values import InvalidQuantity, NumericLimit
from astracore.ids import AccountId, OrderId
from astracore.instants import Instant
from astracore.numeric import Rounding
from astracore.numeric.rounding import rounded_quotient
from astracore.trading.contracts.contract_positions import ContractFill
from astracore.trading.contracts.fees import proportional_fee
from astracore.trading.contracts.folds import fold_fills
from astracore.trading.contracts.kinds import Contract, profit
from astracore.trading.lots.basis import Lot, LotMethod, reduce
from astracore.trading.orders.groups import Group, GroupKind, GroupLeg, LegState, Release, leg_ended
from astracore.trading.types import OrderType, Side, TimeInForce
from astracore.trading.venue.matching import BookOrder, MatchingBook, submit
from astracore.trading.venue.paper_orders import VenueOrder, fill_id

D = Decimal
NAN = D("NaN")
ONE = D(1)
LIMIT = NumericLimit("InvalidOperation")


@pytest.mark.parametrize("place", range(3))
def test_what_is_no_number_is_a_signal_and_not_another_exception(place: int) -> None:
    top, bottom, step = (NAN if n == place else ONE for n in range(3))
    with pytest.raises(decimal.InvalidOperation):
        rounded_quotient(top, bottom, step, Rounding.HALF_EVEN)


def test_nothing_has_no_sign() -> None:
    assert str(rounded_quotient(ONE, D(3), D("-0.4"), Rounding.DOWN)) in {"0.0", "0.8"}
    assert not rounded_quotient(D("0.1"), ONE, D("-0.4"), Rounding.DOWN).is_signed()
    assert not profit(Contract(), D(-1), ONE, ONE).unwrap().is_signed()
    assert not proportional_fee(Contract(), (D(0), ONE), D(-1), None).unwrap().is_signed()


def test_a_short_that_is_closed_is_flat_without_a_sign() -> None:
    fills = [
        ContractFill(trade_id=name, side=side, qty=ONE, price=ONE)
        for name, side in (("a", Side.SELL), ("b", Side.BUY))
    ]
    held = fold_fills(Contract(), fills).unwrap().held
    assert (str(held.qty), str(held.cost)) == ("0", "0")


def test_lots_of_infinite_cost_are_a_numeric_limit() -> None:
    lots = [
        Lot(lot_id=str(n), seq=n, qty=ONE, cost=D("Infinity"), acquired_at=Instant(n))
        for n in range(2)
    ]
    assert reduce(LotMethod.HIFO, lots, ONE).failure() == LIMIT


def test_a_parent_without_children_can_end() -> None:
    parent = GroupLeg(order_id="p", qty=ONE, executed=ONE, state=LegState.WORKING)
    group = Group(kind=GroupKind.OTO, legs=(parent,), release=Release.FULL)
    assert leg_ended(group, "p").unwrap().group.legs[0].state is LegState.ENDED


def test_an_iceberg_of_more_than_a_hundred_parts_is_refused() -> None:
    many = BookOrder(
        order_id="a", owner="x", side=Side.SELL, qty=D("10.01"), price=ONE, display=D("0.1")
    )
    fault = InvalidOrder("display_qty", "shows the order in more than 100 parts")
    assert submit(MatchingBook(), many).failure() == fault


def test_the_id_of_a_fill_does_not_depend_on_how_numbers_are_written() -> None:
    order = VenueOrder(
        order_id=OrderId("o"), account_id=AccountId("a"), symbol="BTC-USD", side=Side.BUY,
        type=OrderType.MARKET, tif=TimeInForce.IOC, qty=ONE, executed=D("1E-18"),
    )  # fmt: skip
    with decimal.localcontext(decimal.Context(capitals=0)):
        small = fill_id(order)
    assert small == fill_id(order)


@pytest.mark.parametrize("method", LotMethod)
@pytest.mark.parametrize("held", [D(0), D(-1)])
def test_a_lot_of_nothing_is_no_lot(method: LotMethod, held: Decimal) -> None:
    lots = tuple(
        Lot(lot_id=name, acquired_at=Instant(n), seq=n, qty=qty, cost=ONE)
        for n, (name, qty) in enumerate((("a", D(2)), ("b", held)))
    )
    assert reduce(method, lots, ONE).failure() == InvalidQuantity(str(held))

"""Fees and returns by figures that hide nothing."""

import pytest
from attrs import evolve

from astracore.numeric import Rounding
from astracore.trading.contracts.costs import fee_level, fee_of
from astracore.trading.contracts.fee_inclusive import Inclusive, apply_inclusive, inclusive_steps
from astracore.trading.contracts.fees import (
    charged,
    per_unit_cumulative,
    proportional_fee,
    round_trip_fees,
)
from astracore.trading.contracts.kinds import Contract, Holding, average_entry
from astracore.trading.contracts.trade_returns import (
    MarginStake,
    RoundTrip,
    excursions,
    net_profit,
    r_multiple,
    realized_return,
    return_on,
    return_on_margin,
)
from astracore.trading.types import FEE_SCHEDULE, Side
from property_tests.trading_makers import D
from tests.trading.test_kept_contracts import (
    BUY,
    COIN,
    LIFE,
    PLAIN,
    SELL,
    THREE,
    through,
    traded,
)


@pytest.mark.parametrize(("terms", "turned"), [(PLAIN, 1), (COIN, -1)])
def test_fees_inside_the_cost(terms: Contract, turned: int) -> None:
    """When flat, all realised so is gross profit less fees; in between the cost carries them."""
    fills = (*LIFE, traded("e", BUY, "1", "16", fee=D("0.05")))
    steps = inclusive_steps(fills, terms).unwrap()
    plain = through(terms, *fills)
    assert steps[-1].plain == Holding()
    assert steps[-1].loaded == 0
    assert steps[-1].cumulative == plain.realised - plain.fee_cost
    first, second = steps[0], steps[1]
    assert first.realised is None
    assert first.loaded == first.plain.cost + turned * D("0.1")
    assert second.loaded == second.plain.cost + turned * D("0.3")
    entries = [average_entry(terms, one.plain).unwrap() for one in steps]
    assert [one.average for one in steps] == [*entries[:-1], entries[-2]]
    third = steps[2]
    gone = second.plain.cost / 3 + turned * D("0.1")
    assert abs(third.loaded - (second.loaded - gone)) < D("0.000001")
    value = D(20) if terms is PLAIN else D(10) / 20
    gain = turned * (value - gone) - D("0.4")
    assert third.realised is not None
    assert abs(third.realised - gain) < D("0.000001")
    assert apply_inclusive(Inclusive(), traded("x", BUY, "0", "1")).failure().code
    strange = traded("x", BUY, "1", "1", fee=D(1), fee_asset="BNB")
    assert apply_inclusive(Inclusive(), strange).failure().code == "unknown_mark"
    assert inclusive_steps((LIFE[0], strange)).failure().code == "unknown_mark"
    worthless = traded("x", BUY, "1", "1E+12")
    assert apply_inclusive(Inclusive(average=D(5)), worthless, COIN).unwrap().average == 5
    fine = (traded("x", BUY, "2", "5"), traded("y", SELL, "2", "5", fee=D("1E-7")))
    assert inclusive_steps(fine, PLAIN).unwrap()[-1].realised == D("-1E-7")


def test_fees_by_value() -> None:
    """A charge goes up and a rebate down to the step; without a step it is exact."""
    units = (D(-2), D(7))
    rate = D("0.0001")
    assert proportional_fee(THREE, units, rate, None).unwrap() == D("0.0042")
    assert proportional_fee(THREE, units, rate, D("0.001")).unwrap() == D("0.005")
    assert proportional_fee(THREE, units, -rate, D("0.001")).unwrap() == D("-0.004")
    even = proportional_fee(THREE, units, rate, D("0.001"), Rounding.HALF_EVEN)
    assert even.unwrap() == D("0.004")
    exact = proportional_fee(COIN, (D(-2), D(8)), rate, None).unwrap()
    assert exact == D("0.00025")
    assert proportional_fee(COIN, (D(2), D(1)), rate, None).unwrap() == D("0.002")
    assert proportional_fee(COIN, (D(2), D(7)), rate).unwrap() == D("0.000286")
    assert proportional_fee(PLAIN, (D(1), D(0)), rate).failure().code == "invalid_price"
    assert [charged(D(n), D(3), D(1)) for n in (1, 0, -1, 3)] == [1, 0, 0, 1]
    both = round_trip_fees(THREE, D(2), (D(7), D(11)), rate).unwrap()
    assert [both.opening, both.closing] == [D("0.0042"), D("0.0066")]
    up = round_trip_fees(THREE, D(2), (D(7), D(11)), rate, D("0.001")).unwrap()
    assert [up.opening, up.closing] == [D("0.005"), D("0.007")]
    assert round_trip_fees(PLAIN, D(2), (D(7), D(0)), rate).failure().code == "invalid_price"


def test_fees_by_unit_and_by_volume() -> None:
    paid = per_unit_cumulative([D(2), D(0), D(30)], D("0.1"), D("0.5"), D(1)).unwrap()
    assert list(paid) == [1, 1, D("3.7")]
    assert per_unit_cumulative([D(-1)], D(1)).failure().code == "invalid_quantity"
    levels = [(level.from_volume, level) for level in FEE_SCHEDULE]
    assert [fee_level(volume) for volume, _ in levels] == [level for _, level in levels]
    assert fee_level(D(-1)) == FEE_SCHEDULE[0]
    assert fee_level(D(10**12)) == FEE_SCHEDULE[-1]
    assert fee_level(D("999999.99")) == FEE_SCHEDULE[1]
    assert fee_of(D(7), D("0.0001"), D("0.3")) == D("0.00049")
    assert fee_of(D(7), D("0.0000001")) == D("0.000001")


def test_a_round_trip() -> None:
    """Long 3 from 10 to 12 with fees 1 % and 2 %, funding 0.5 at leverage 4; then short."""
    trip = RoundTrip(
        side=BUY,
        qty=D(3),
        opened=D(10),
        closed=D(12),
        open_rate=D("0.01"),
        close_rate=D("0.02"),
        funding=D("0.5"),
        leverage=D(4),
    )
    long = net_profit(trip).unwrap()
    assert long.net == D("35.28") - D("30.3") + D("0.5")
    assert round(long.ratio, 12) == round(D("5.48") * 4 / D("30.3"), 12)
    short = net_profit(evolve(trip, side=SELL)).unwrap()
    assert short.net == D("29.7") - D("36.72") + D("0.5")
    assert round(short.ratio, 12) == round(D("-6.52") * 4 / D("29.7"), 12)
    for change, code in (
        ({"opened": D(0)}, "invalid_price"),
        ({"closed": D(0)}, "invalid_price"),
        ({"qty": D(-1)}, "invalid_quantity"),
        ({"qty": D(0)}, "zero_denominator"),
    ):
        assert net_profit(evolve(trip, **change)).failure().code == code  # type: ignore[arg-type]


def test_returns() -> None:
    assert [realized_return(side, D(8), D(10)).unwrap() for side in Side] == [
        D("0.25"),
        D("-0.25"),
    ]
    assert realized_return(BUY, D(0), D(1)).failure().code == "invalid_price"
    assert realized_return(BUY, D(1), D(0)).failure().code == "invalid_price"
    assert return_on(D(-3), D(12)).unwrap() == D("-0.25")
    assert return_on(D(1), D(0)).failure().code == "zero_denominator"
    stake = MarginStake(
        qty=D(-4), entry=D(10), leverage=D(5), bankruptcy=D(8), close_rate=D("0.125")
    )
    assert return_on_margin(THREE, D(9), stake).unwrap() == D(9) / 36
    assert return_on_margin(COIN, D("2.85"), stake).unwrap() == 2
    free = evolve(stake, close_rate=D(0), bankruptcy=D(0))
    assert return_on_margin(THREE, D(6), free).unwrap() == D("0.25")
    for terms, change, code in (
        (COIN, {"close_rate": D(0), "bankruptcy": D(0)}, "invalid_price"),
        (THREE, {"bankruptcy": D(0)}, "invalid_price"),
        (THREE, {"entry": D(0)}, "invalid_price"),
        (THREE, {"leverage": D(0)}, "zero_denominator"),
        (THREE, {"qty": D(0)}, "zero_denominator"),
    ):
        wrong = evolve(stake, **change)
        assert return_on_margin(terms, D(1), wrong).failure().code == code


def test_risk_and_the_worst_of_a_trade() -> None:
    held = Holding(qty=D(2), cost=D(60))
    assert r_multiple(THREE, held, D(9), D(15)).unwrap() == D("2.5")
    assert r_multiple(COIN, Holding(qty=D(4), cost=D(2)), D(10), D(5)).unwrap() == D("2.5")
    assert r_multiple(THREE, held, D(10), D(1)).failure().code == "zero_denominator"
    assert r_multiple(THREE, held, D(0), D(1)).failure().code == "invalid_price"
    found = excursions(THREE, held, (D(8), D(12), D(11))).unwrap()
    assert [found.adverse, found.favourable] == [-12, 12]
    alone = excursions(THREE, held, (D(12),)).unwrap()
    assert [alone.adverse, alone.favourable] == [0, 12]
    assert excursions(THREE, held, (D(11), D(0))).failure().code == "invalid_price"

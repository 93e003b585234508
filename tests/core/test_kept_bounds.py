"""Each bound that margin formulas state: what is on it passes, what is beyond is named."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from astracore.instants import Instant
from astracore.margin import account, funding, legs, requirements, venues
from astracore.margin.account import Working
from astracore.margin.brackets import MARGIN_BRACKETS
from astracore.margin.funding import InterestScheme
from astracore.margin.requirements import OrderTerms

D = Decimal
LINEAR, INVERSE = legs.Contract.LINEAR, legs.Contract.INVERSE
LONG = legs.Leg(contract=LINEAR, quantity=D(4), entry=D(100))
SHORT = evolve(LONG, quantity=D(-4))
COIN = legs.Leg(contract=INVERSE, quantity=D(1000), entry=D(100))
CENT = D("0.01")
ORDER = OrderTerms(
    direction=1,
    quantity=D(3),
    price=D(10),
    mark=D(8),
    open_fee_rate=D("0.01"),
    close_fee_rate=D("0.02"),
    close_price=D(5),
)
WORKING = Working(quantity=D(2), buys=D(3), sells=D(9), mark=D(10), leverage=D(7))


def cost(leverage: int = 6, **change: Any) -> Callable[[], Any]:  # noqa: ANN401
    """What an order costs."""
    return lambda: requirements.order_cost(evolve(ORDER, **change), D(leverage), unit=CENT)


def cross(**change: Any) -> Callable[[], Any]:  # noqa: ANN401
    """The initial margin of one symbol."""
    return lambda: account.cross_initial_margin((evolve(WORKING, **change),), unit=CENT)


def reserve(opening: int = 3, price: int = 10, leverage: int = 7) -> Callable[[], Any]:
    """What an open order locks."""
    return lambda: requirements.order_reserve(
        D(opening), D(price), D(leverage), fee_rate=D("0.0123"), unit=CENT
    )


def paid(leg: legs.Leg, rate: str, share: str = "1") -> Callable[[], Any]:
    """Funding."""
    return lambda: funding.funding_payment(leg, mark=D(50), rate=D(rate), share=D(share))


def owed(minutes: int, scheme: InterestScheme, borrowed: int = 240) -> Callable[[], Any]:
    """Interest."""
    return lambda: funding.borrow_interest(
        D(borrowed), rate=D("0.1"), minutes=D(minutes), scheme=scheme
    )


def bybit(leverage: str, rate: str) -> Callable[[], Any]:
    """Maintenance on the notional at the entry."""
    return lambda: venues.entry_maintenance_price(LONG, leverage=D(leverage), rate=D(rate))


HOURLY, FOURS = InterestScheme.HOURLY, InterestScheme.FOUR_HOURLY


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (cost(), "11.60"),  # 30/6 + 3 (2 + 0.1 + 0.1) = 5 + 6.6
        (cost(direction=-1), "5.60"),
        (cost(quantity=D(0)), "0"),
        (cost(0), "invalid_leverage"),
        (cost(direction=0), "invalid_fraction"),
        (cost(price=D(0)), "invalid_price"),
        (cost(mark=D(0)), "invalid_price"),
        (cost(close_price=D(0)), "invalid_price"),
        (cost(quantity=D(-1)), "invalid_quantity"),
        (cross(), "10.00"),
        (cross(sells=D(0)), "7.15"),
        (cross(buys=D(0), sells=D(0)), "2.86"),
        (cross(quantity=D(-5)), "20.00"),
        (cross(buys=D(-1)), "invalid_quantity"),
        (cross(sells=D(-1)), "invalid_quantity"),
        (cross(mark=D(0)), "invalid_price"),
        (cross(leverage=D(0)), "invalid_leverage"),
        (reserve(), "4.66"),  # 4.2857… up and 0.369 up
        (reserve(opening=0), "0"),
        (reserve(opening=-1), "invalid_quantity"),
        (reserve(price=0), "invalid_price"),
        (reserve(leverage=0), "invalid_leverage"),
        (paid(LONG, "0.01"), "-2"),
        (paid(SHORT, "0.01"), "2"),
        (paid(LONG, "-0.01", "0.5"), "1"),
        (paid(LONG, "0.01", "0"), "0"),
        (paid(COIN, "0.01"), "-0.2"),
        (paid(LONG, "0.01", "1.01"), "invalid_fraction"),
        (paid(LONG, "0.01", "-0.01"), "invalid_fraction"),
        (owed(0, HOURLY), "0"),
        (owed(1, HOURLY), "1"),
        (owed(60, HOURLY), "1"),
        (owed(61, HOURLY), "2"),
        (owed(0, FOURS), "24"),
        (owed(240, FOURS), "48"),
        (owed(241, FOURS), "72"),
        (owed(-1, HOURLY), "invalid_margin"),
        (owed(1, HOURLY, -1), "invalid_margin"),
        (owed(1, HOURLY, 0), "0"),
        (lambda: funding.settled_funding(D("0.019"), unit=CENT), "0.01"),
        (lambda: funding.settled_funding(D("-0.011"), unit=CENT), "-0.02"),
        (lambda: funding.settled_funding(D(1), unit=D(0)), "invalid_step"),
        (
            lambda: funding.interest_component(base_rate=D(2), quote_rate=D(8), intervals=3),
            "2",
        ),
        (
            lambda: funding.interest_component(base_rate=D(2), quote_rate=D(8), intervals=0),
            "zero_denominator",
        ),
        (lambda: funding.funding_rate(D(5), D(9), clamp=D(3)), "8"),
        (lambda: funding.funding_rate(D(9), D(5), clamp=D(3)), "6"),
        (lambda: funding.funding_rate(D(5), D(6), clamp=D(3)), "6"),
        (lambda: funding.funding_rate(D(5), D(6), clamp=D(0)), "5"),
        (lambda: funding.funding_rate(D(5), D(6), clamp=D(-1)), "invalid_fraction"),
        (lambda: account.margin_ratio(D(0), D(4)), "0"),
        (lambda: account.margin_ratio(D(3), D(4)), "0.75"),
        (lambda: account.margin_ratio(D(-1), D(4)), "invalid_margin"),
        (lambda: account.margin_ratio(D(3), D(0)), "zero_denominator"),
        (lambda: account.margin_ratio(D(3), D("0.5")), "6"),
        (
            lambda: account.removable_margin(
                D(10), D(-2), notional=D(20), leverage=D(7), unit=CENT
            ),
            "5.14",
        ),
        (
            lambda: account.removable_margin(D(10), D(2), notional=D(20), leverage=D(7), unit=CENT),
            "7.14",
        ),
        (
            lambda: account.removable_margin(D(2), D(2), notional=D(20), leverage=D(7), unit=CENT),
            "0",
        ),
        (
            lambda: account.removable_margin(D(2), D(2), notional=D(2), leverage=D(0), unit=CENT),
            "invalid_leverage",
        ),
        (lambda: requirements.initial_margin(D(20), D(7), rate=D(2), unit=CENT), "5.72"),
        (lambda: requirements.initial_margin(D(0), D(7)), "0"),
        (lambda: requirements.initial_margin(D(-1), D(7)), "invalid_quantity"),
        (lambda: requirements.initial_margin(D(1), D(0)), "invalid_leverage"),
        (lambda: requirements.maintenance_margin(D(0), MARGIN_BRACKETS), "0"),
        (lambda: requirements.maintenance_margin(D(-1), MARGIN_BRACKETS), "invalid_quantity"),
        (
            lambda: requirements.maintenance_margin(D("50001.5"), MARGIN_BRACKETS, unit=CENT),
            "250.02",
        ),
        (
            lambda: venues.buffered_price(1, entry=D(9), liquidation=D(5), buffer=D("0.25")),
            "6",
        ),
        (
            lambda: venues.buffered_price(-1, entry=D(9), liquidation=D(15), buffer=D(1)),
            "9",
        ),
        (
            lambda: venues.buffered_price(1, entry=D(9), liquidation=D(5), buffer=D(0)),
            "5",
        ),
        (
            lambda: venues.buffered_price(0, entry=D(9), liquidation=D(5), buffer=D(0)),
            "invalid_fraction",
        ),
        (
            lambda: venues.buffered_price(1, entry=D(9), liquidation=D(5), buffer=D("1.01")),
            "invalid_fraction",
        ),
        (
            lambda: venues.entry_maintenance_price(LONG, leverage=D(5), rate=D("0.1")),
            "90",
        ),
        (
            lambda: venues.entry_maintenance_price(
                SHORT, leverage=D(5), rate=D(0), extra_margin=D(40)
            ),
            "130",
        ),
        (
            lambda: venues.entry_maintenance_price(LONG, leverage=D(5), rate=D(1)),
            "invalid_fraction",
        ),
        (
            lambda: venues.entry_maintenance_price(LONG, leverage=D(0), rate=D(0)),
            "invalid_leverage",
        ),
        (
            lambda: venues.account_price(LONG, equity=D(80), oracle=D(100), rate=D("0.2")),
            "100",
        ),
        (
            lambda: venues.account_price(SHORT, equity=D(80), oracle=D(100), rate=D(0)),
            "120",
        ),
        (
            lambda: venues.account_price(SHORT, equity=D(80), oracle=D(0), rate=D(0)),
            "invalid_price",
        ),
        (
            lambda: venues.account_price(SHORT, equity=D(80), oracle=D(1), rate=D(1)),
            "invalid_fraction",
        ),
    ],
)
def test_bounds(call: Callable[[], Any], expected: str) -> None:
    result = call()
    if expected[-1].isdigit():
        assert result.unwrap() == D(expected)
    else:
        assert result.failure().code == expected


def test_leverage_and_instants() -> None:
    caps = [
        requirements.highest_leverage(D(notional), MARGIN_BRACKETS, tier_cap=cap, level=level)
        for notional, cap, level in ((1, 99, 99), (1, 7, 99), (1, 99, 1), (50001, 99, 99))
    ]
    assert [one.unwrap() for one in caps] == [50, 7, 10, 25]
    taking = [
        funding.is_funded(Instant(5), Instant(at), inclusive=inclusive)
        for at in (4, 5, 6)
        for inclusive in (True, False)
    ]
    assert taking == [False, False, True, False, True, True]
    liquidated = [account.is_liquidated(D(5), D(equity)).unwrap() for equity in (4, 5, 6)]
    assert liquidated == [True, True, False]

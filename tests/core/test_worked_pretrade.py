"""The check before an order, limit by limit and to the digit."""

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from returns.result import Result

from astracore.outcome import is_failure
from astracore.risk import pretrade

D = Decimal
BOOK = pretrade.Book(
    position=D(6),
    open_buys=D(3),
    open_sells=D(2),
    gross_beside=D(500),
    net_beside=D(-300),
    equity=D(1020),
    available=D(400),
    daily_loss=D("0.02"),
    drawdown=D("0.1"),
    orders=9,
    open_orders=4,
    losses=3,
)
OPEN = pretrade.MarketFacts(mark=D(100), is_open=True)
FREE = pretrade.TradeLimits()


def order(quantity: str, price: str = "100", margin: str = "1") -> pretrade.ProposedOrder:
    return pretrade.ProposedOrder(
        symbol="A", quantity=D(quantity), price=D(price), margin=D(margin)
    )


def told(
    proposed: pretrade.ProposedOrder,
    book: pretrade.Book = BOOK,
    market: pretrade.MarketFacts = OPEN,
    **bounds: Any,  # noqa: ANN401
) -> tuple[str, ...]:
    """What the check warns of, or the breaches as text."""
    done: Result[pretrade.Approved, Any] = pretrade.check(
        proposed, book, market, evolve(FREE, **bounds)
    )
    if is_failure(done):
        return tuple(map(str, done.failure()))
    return done.unwrap().warnings


def just(name: str, value: Decimal | int) -> dict[str, Any]:
    """One limit, by its name."""
    return {name: value}


# A buy of 2 at 110 makes 11 units of 110: position 11, value 1210, gross 1710, net 910, and loses
# 20 of the equity to the mark of 100.
USES = {
    "position": (D(11), "ExposureLimit(limit='position', used=Decimal('11'), allowed="),
    "gross": (D(1710), "ExposureLimit(limit='gross', used=Decimal('1710'), allowed="),
    "net": (D(910), "ExposureLimit(limit='net', used=Decimal('910'), allowed="),
    "leverage": (D("1.71"), "ExposureLimit(limit='leverage', used=Decimal('1.71'), allowed="),
}


@pytest.mark.parametrize("name", USES)
def test_an_exposure_limit_to_the_digit(name: str) -> None:
    """Exactly the limit passes with a warning, a thousandth less is a breach; 0.8 of it warns."""
    used, text = USES[name]
    buy = order("2", "110")
    assert told(buy, **just(name, used)) == (name,)
    assert told(buy, **just(name, used / D("0.8"))) == (name,)
    assert told(buy, **just(name, used / D("0.8") + D("0.001"))) == ()
    (breach,) = told(buy, **just(name, used - D("0.001")))
    assert breach.startswith(text)


def test_the_worst_state_of_a_sale() -> None:
    """6 held, 2 to be sold, 14 more: ten short at the mark, as far as the limit goes."""
    sale = order("-14", "90")
    assert told(sale, position=D(10), gross=D(1500), net=D(1300)) == ("position", "gross", "net")
    assert len(told(sale, position=D("9.9"), gross=D(1499), net=D(1299))) == 3
    assert told(sale, concentration=D("0.8"), leverage=D(3)) == ("concentration",)


def test_concentration_is_a_share_of_gross() -> None:
    buy = order("4", "100")  # 13 units: 1300 of 1800
    assert told(buy, concentration=D("0.73")) == ("concentration",)
    assert told(buy, concentration=D("0.91")) == ()
    (breach,) = told(buy, concentration=D("0.72"))
    assert breach.startswith("ConcentrationLimit(used=Decimal('0.7222222")
    alone = evolve(BOOK, gross_beside=D(0))
    assert told(buy, alone, concentration=D("0.1")) == ()


def test_equity_is_that_of_the_worst_state() -> None:
    """Gross 1800 of equity 1020: less what a sale at 90 loses, what others lose, and the fee."""
    sale, bounds = evolve(order("-10", "90"), fee=D(5)), just("leverage", D(1))
    (breach,) = told(evolve(sale, quantity=D(-17)), **bounds)
    assert breach.startswith("ExposureLimit(limit='leverage', used=Decimal('2.130")  # 1800 / 845
    waiting = evolve(BOOK, open_loss=D(45))
    (breach,) = told(evolve(sale, quantity=D(-17)), waiting, **bounds)
    assert breach.startswith("ExposureLimit(limit='leverage', used=Decimal('2.25'),")  # 1800 / 800
    (breach,) = told(order("-17", "110"), **bounds)  # a better price than the mark loses nothing
    assert breach.startswith("ExposureLimit(limit='leverage', used=Decimal('1.892")  # 1930 / 1020


def test_leverage_without_equity_is_beyond_any_bound() -> None:
    for equity in (D(0), D(-5)):
        (breach,) = told(order("2"), evolve(BOOK, equity=equity), leverage=D(9))
        assert breach == "ExposureLimit(limit='leverage', used=None, allowed=Decimal('9'))"


@pytest.mark.parametrize(
    ("bounds", "fine", "breach"),
    [
        ("orders", 10, "OrderRateLimit(limit='rate', used=Decimal('10'), allowed=Decimal('9'))"),
        ("open_orders", 5, "OrderRateLimit(limit='open', used=Decimal('5'), allowed=Decimal('4'))"),
        ("losses", 4, "LossRunLimit(used=Decimal('3'), allowed=Decimal('3'))"),
    ],
)
def test_counts_to_the_one(bounds: str, fine: int, breach: str) -> None:
    assert told(order("1"), **just(bounds, fine)) == ()
    assert told(order("1"), **just(bounds, fine - 1)) == (breach,)


def test_losses_and_margin_to_the_digit() -> None:
    assert told(order("1"), daily_loss=D("0.021"), drawdown=D("0.11")) == ()
    assert told(order("1"), daily_loss=D("0.02"), drawdown=D("0.1")) == (
        "DailyLossLimit(used=Decimal('0.02'), allowed=Decimal('0.02'))",
        "DrawdownLimit(used=Decimal('0.1'), allowed=Decimal('0.1'))",
    )
    assert told(order("1", margin="400")) == ()
    assert told(order("1", margin="400.1")) == (
        "MarginLimit(required=Decimal('400.1'), available=Decimal('400'))",
    )


@pytest.mark.parametrize(
    ("quantity", "price", "refused"),
    [
        ("1", "105", False),
        ("1", "105.1", True),
        ("1", "50", False),
        ("-9", "95", False),
        ("-9", "94.9", True),
        ("-9", "500", False),
    ],
)
def test_the_collar_binds_the_worse_side(quantity: str, price: str, *, refused: bool) -> None:
    market = evolve(OPEN, collar=D("0.05"))
    found = told(order(quantity, price), market=market)
    figures = [D(each) for text in found for each in text.split("'")[1::2]]
    assert figures == ([D(price), 95, 105] if refused else [])
    assert all(text.startswith("PriceCollar(") for text in found)


@pytest.mark.parametrize(
    ("position", "quantity", "reduces"),
    [
        (6, "-4", True),  # two are being sold already
        (6, "-4.1", False),
        (-6, "3", True),  # three are being bought already
        (-6, "3.1", False),
        (6, "1", False),
        (6, "0", False),
        (0, "1", False),
        (0, "-1", False),
        (D("0.5"), "-0.5", False),
        (D(-1), "0.5", False),
    ],
)
def test_what_reduces(position: Decimal, quantity: str, *, reduces: bool) -> None:
    book = evolve(BOOK, position=D(position))
    assert pretrade.is_reducing(D(quantity), book) is reduces
    bare = evolve(book, open_buys=D(0), open_sells=D(0), position=D("0.5"))
    assert pretrade.is_reducing(D("-0.5"), bare)


def test_nothing_used_warns_of_nothing() -> None:
    """A limit of zero that nothing uses is no warning."""
    flat = evolve(BOOK, net_beside=D(-1000))
    assert told(order("1"), flat, net=D(0)) == ()
    short = evolve(BOOK, position=D(-6))
    assert told(order("-1"), short, position=D(10)) == ("position",)

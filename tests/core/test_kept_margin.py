"""Margin and risk at their bounds, by figures that hide nothing."""

from decimal import Decimal

from attrs import evolve

from astracore.instants import DAY, Instant
from astracore.margin import account, hedged, legs, requirements, venues
from astracore.margin.brackets import MARGIN_BRACKETS, Bracket
from astracore.margin.liquidation import liquidation_price
from astracore.risk import exposure, stress, value_at_risk, volatility, whatif
from property_tests.trading_makers import NOW, after, opening
from tests.trading.stories import BUY, ask, later

D = Decimal
LONG = legs.Leg(contract=legs.Contract.LINEAR, quantity=D(1), entry=D(100))
SHORT = evolve(LONG, quantity=D(-1))


def test_money_is_rounded_to_the_unit() -> None:
    """What is available down, what is released half to even."""

    def left(wallet: str) -> Decimal:
        found = account.available_balance(
            D(wallet), D(-1), position_margin=D(2), order_margin=D(3), unit=D("0.01")
        )
        return found.unwrap()

    assert [left(one) for one in ("7.009", "7.011", "6")] == [D("1.00"), D("1.01"), D(0)]
    halves = [
        account.released_margin(D(one), closed=D(1), held=D(2), unit=D("0.01")).unwrap()
        for one in ("0.01", "0.03", "0.05")
    ]
    assert halves == [D("0.00"), D("0.02"), D("0.02")]
    third = account.released_margin(D(1), closed=D(2), held=D(3), unit=D("0.01"))
    assert third.unwrap() == D("0.67")


def test_leverage_from_one_on() -> None:
    allowed = [requirements.allowed_leverage(one, D(1), MARGIN_BRACKETS) for one in (0, 1, 50, 51)]
    assert [one.value_or(None) for one in allowed] == [None, 1, 50, None]
    assert exposure.leverage(D(7), D("0.5")).unwrap() == 14
    assert exposure.leverage(D("0.5"), D(2)).unwrap() == D("0.25")
    assert exposure.leverage(D(1), D(0)).failure().code == "zero_denominator"


def test_a_fee_belongs_to_what_was_staked() -> None:
    found = venues.return_on_margin(D(5), initial_margin=D(8), closing_fee=D(2))
    assert found.unwrap() == D("0.5")
    nothing = venues.return_on_margin(D(5), initial_margin=D(2), closing_fee=D(-2))
    assert nothing.failure().code == "zero_denominator"


def test_rates_below_zero_are_none() -> None:
    """Of a bracket, of the fee, and both together at one."""

    def code(rate: str, fee: str) -> str:
        rows = (Bracket(to=None, max_leverage=5, rate=D(rate), deduction=D(0)),)
        found = liquidation_price(LONG, margin=D(10), brackets=rows, fee_rate=D(fee))
        return found.failure().code

    assert [code("-0.1", "0.2"), code("0.1", "-0.05"), code("0.5", "0.5")] == [
        "invalid_fraction"
    ] * 3


def test_legs_that_hedge_each_other_have_no_corridor() -> None:
    """Without rates nothing that the price does is felt."""
    rows = (Bracket(to=None, max_leverage=5, rate=D(0), deduction=D(0)),)
    held = hedged.Account(margin=D(10), brackets=rows, fee_rate=D(0))
    found = hedged.hedged_liquidation((LONG, SHORT), held, mark=D(100)).unwrap()
    assert (found.below, found.above) == (None, None)


def test_little_equity_has_a_ratio() -> None:
    held = stress.Holding(
        name="a",
        symbol="ETH-USD",
        settles_in="USD",
        leg=LONG,
        mark=D(100),
        brackets=MARGIN_BRACKETS,
    )
    report = stress.stress((held,), stress.Scenario(), equity=D("0.8")).unwrap()
    assert (report.equity, report.margin_ratio) == (D("0.8"), D("0.625"))
    nothing = stress.stress((held,), stress.Scenario(), equity=D(0)).unwrap()
    assert nothing.margin_ratio is None


def test_the_tail_is_beyond_its_edge() -> None:
    """-3 alone is below the quantile -2; where nothing is below, the edge itself counts."""
    days = tuple(map(D, (-3, -2, -1, 0, 1)))
    assert value_at_risk.es_historical(days, D("0.75")).unwrap() == 3
    same = (D(-1), D(-1), D(2))
    assert value_at_risk.es_historical(same, D("0.9")).unwrap() == 1


def test_what_a_history_has_seen_and_made() -> None:
    """Orders of the last minute, the day's first equity, the peak; and what was made."""
    second = 1_000_000
    sent = tuple(Instant(NOW.micros + at * second) for at in (-60, -59, 0))
    seen = whatif.Seen(sent=sent)
    order = evolve(ask("n", BUY, "1"), at=NOW)
    held = after(opening("1000"))
    first = whatif.looked(seen, held, order)
    assert first == whatif.Seen(
        day=NOW.micros // DAY, day_equity=D(1000), peak=D(1000), sent=sent[1:]
    )
    poorer = whatif.looked(first, evolve(held, cash=D(900)), order)
    assert (poorer.day_equity, poorer.peak) == (D(1000), D(1000))
    richer = whatif.looked(first, evolve(held, cash=D(1100)), evolve(order, at=later(DAY)))
    assert (richer.day_equity, richer.peak, richer.sent) == (D(1100), D(1100), ())
    lived = evolve(held, realised=D(7), fees=D(3), funding=D(-2), insurance=D(5))
    assert whatif.made(lived) == 7
    assert str(whatif.made(held)) == "0"


def test_half_lives() -> None:
    assert volatility.half_life(D("0.25")).unwrap() == D("0.5")

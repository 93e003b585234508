"""Orders brought onto a grid, against filters restated in fractions."""

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astracore.errors.market import InvalidMarket, PriceOutOfRange
from astracore.errors.money import AssetMismatch
from astracore.errors.values import BadAmount, NumericLimit
from astracore.market import (
    PRICE_RULES,
    BandFilter,
    Draft,
    Filters,
    LotFilter,
    Market,
    NotionalFilter,
    Price,
    PriceFilter,
    PriceRole,
    Quantity,
    market,
    normalise_order,
)
from astracore.money import RULES, Base, Money, Quote
from astracore.numeric import to_text
from astracore.outcome import is_failure
from astracore.verification import invariants
from astracore.verification.oracles import nearest_multiple
from astracore.verification.strategies import amounts, hostile_contexts, markets

roles = st.sampled_from(list(PriceRole))
quantities = (
    st.decimals(0, 1100, places=8)
    | st.sampled_from(["0", "0.0001", "0.7", "1", "1000", "1000.3", "0.00001"]).map(Decimal)
    | amounts
)
prices = st.decimals(0, 3000, places=6) | amounts | st.none()
references = st.sampled_from([Decimal(0), Decimal(1), Decimal("101.7")]) | amounts
WEIRD = st.sampled_from(["NaN", "sNaN", "Infinity", "1E+999999", "-0"]).map(Decimal)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    return Draft(
        quantity=draw(quantities),
        price=draw(prices),
        role=draw(roles),
        reducing=draw(st.booleans()),
    )


def lot_of(held: Market, draft: Draft) -> LotFilter:
    own = held.filters.market_lot
    return own if draft.price is None and own is not None else held.filters.lot


def passes(held: Market, draft: Draft, reference: Decimal) -> bool:
    """All filters, restated in fractions."""
    rules, lot = held.filters, lot_of(held, draft)
    size = Fraction(draft.quantity)
    price = Fraction(reference if draft.price is None else draft.price)
    good = size > 0 and Fraction(lot.minimum) <= size
    good = good and (not lot.maximum or size <= Fraction(lot.maximum))
    good = good and invariants.on_grid(draft.quantity, lot.step, lot.minimum)
    if draft.price is not None:
        grid = rules.price
        good = good and price > 0 and price >= Fraction(grid.minimum)
        good = good and (not grid.maximum or price <= Fraction(grid.maximum))
        good = good and invariants.on_grid(draft.price, grid.tick, grid.minimum)
        low, high = rules.band.low * reference, rules.band.high * reference
        good = good and (not low or price >= low) and (not high or price <= high)
    notional = abs(price) * size * Fraction(rules.notional.multiplier)
    good = good and (draft.reducing or notional >= Fraction(rules.notional.minimum))
    return good and (not rules.notional.maximum or notional <= Fraction(rules.notional.maximum))


@given(markets(), drafts(), references, hostile_contexts())
def test_invariants_18_and_19_normalised_orders_pass_and_stay(
    held: Market, draft: Draft, reference: Decimal, ambient: decimal.Context
) -> None:
    with decimal.localcontext(ambient):
        answer = normalise_order(held, draft, reference=reference)
    if is_failure(answer):
        assert answer.failure()
        return
    order = answer.unwrap()
    assert passes(held, order, reference)
    assert order.quantity <= draft.quantity
    assert normalise_order(held, order, reference=reference).unwrap() == order
    start = Fraction(held.filters.price.minimum)
    if draft.price is not None and order.price is not None:
        wanted = nearest_multiple(
            Fraction(draft.price) - start,
            Fraction(held.filters.price.tick),
            RULES[draft.role.value].value,
        )
        assert wanted is not None
        assert Fraction(order.price) == start + wanted
    lot = lot_of(held, draft)
    assert Fraction(draft.quantity) - Fraction(order.quantity) < Fraction(lot.step)


@given(markets(), drafts(), references)
def test_an_order_on_the_grid_is_refused_only_for_a_reason(
    held: Market, draft: Draft, reference: Decimal
) -> None:
    if passes(held, draft, reference):
        assert normalise_order(held, draft, reference=reference).unwrap() == draft


@given(markets(), WEIRD, WEIRD | st.none(), WEIRD, hostile_contexts())
def test_normalising_is_total(
    held: Market,
    quantity: Decimal,
    price: Decimal | None,
    reference: Decimal,
    ambient: decimal.Context,
) -> None:
    draft = Draft(quantity=quantity, price=price, role=PriceRole.LIMIT_BUY)
    with decimal.localcontext(ambient):
        faults = normalise_order(held, draft, reference=reference).failure()
        minted = held.priced(quantity).failure()
        sized = held.sized(quantity).failure()
    assert isinstance(faults[0], BadAmount)
    assert isinstance(minted, BadAmount)
    assert isinstance(sized, BadAmount)


@given(markets(), amounts)
def test_a_market_mints_only_what_keeps_its_rules(held: Market, value: Decimal) -> None:
    price, quantity = held.priced(value), held.sized(value)
    if not is_failure(price):
        assert price.unwrap().value > 0
        assert held.price(to_text(value)) == price
        assert invariants.on_grid(value, held.filters.price.tick, held.filters.price.minimum)
    if not is_failure(quantity):
        lot = held.filters.lot
        assert held.quantity(to_text(value)) == quantity
        assert lot.minimum <= value <= lot.maximum
        assert invariants.on_grid(value, lot.step, lot.minimum)


def btc(**changes: object) -> Market:
    rules: dict[str, object] = {
        "price": PriceFilter(tick=Decimal("0.1"), maximum=Decimal(100_000)),
        "lot": LotFilter(step=Decimal("0.001"), minimum=Decimal("0.01"), maximum=Decimal(10)),
        "notional": NotionalFilter(minimum=Decimal(5), maximum=Decimal(500_000)),
        "band": BandFilter(low=Decimal("0.9"), high=Decimal("1.1")),
    }
    filters = Filters(**(rules | changes))  # type: ignore[arg-type]
    return market("BTC-USD", "BTC", "USD", filters).unwrap()


def draft_of(quantity: str, price: str | None, *, reducing: bool = False) -> Draft:
    return Draft(
        quantity=Decimal(quantity),
        price=None if price is None else Decimal(price),
        role=PriceRole.LIMIT_BUY,
        reducing=reducing,
    )


@pytest.mark.parametrize(
    ("quantity", "price", "codes"),
    [
        ("0.0199", "100.07", ["below_min_notional"]),
        ("0.009", "100", ["quantity_out_of_range", "below_min_notional"]),
        ("-1", "100", ["invalid_quantity", "below_min_notional"]),
        ("11", "100", ["quantity_out_of_range"]),
        ("1", "0", ["invalid_price", "price_out_of_range", "below_min_notional"]),
        ("1", "89.9", ["price_out_of_range"]),
        ("1", "110.1", ["price_out_of_range"]),
        ("0", "1000000", ["price_out_of_range", "price_out_of_range", "quantity_out_of_range"]),
    ],
)
def test_every_breach_is_reported(quantity: str, price: str, codes: list[str]) -> None:
    faults = normalise_order(btc(), draft_of(quantity, price), reference=Decimal(100)).failure()
    found = [fault.code for fault in faults]
    assert [code for code in found if code in codes] == codes


def test_small_orders_may_reduce_but_large_ones_may_not() -> None:
    small = draft_of("0.01", "100", reducing=True)
    assert normalise_order(btc(), small, reference=Decimal(100)).unwrap() == small
    large = draft_of("10", "60000", reducing=True)
    faults = normalise_order(btc(), large, reference=Decimal(60_000)).failure()
    assert [fault.code for fault in faults] == ["above_max_notional"]


def test_market_orders_have_their_own_lot_and_reference() -> None:
    own = btc(market_lot=LotFilter(step=Decimal(1), minimum=Decimal(1)))
    order = normalise_order(own, draft_of("2.7", None), reference=Decimal(100)).unwrap()
    assert order.quantity == 2
    faults = normalise_order(own, draft_of("0.5", None), reference=Decimal(100)).failure()
    assert [fault.code for fault in faults] == ["quantity_off_step", "quantity_out_of_range"]
    without = normalise_order(btc(), draft_of("2.7", None), reference=Decimal(100)).unwrap()
    assert without.quantity == Decimal("2.7")


def test_a_rounded_price_still_fits() -> None:
    top = Decimal("9" * 30 + "." + "9" * 18)
    free = btc(price=PriceFilter(tick=Decimal("0.1")), band=BandFilter())
    draft = Draft(quantity=Decimal(1), price=top, role=PriceRole.LIMIT_SELL)
    faults = normalise_order(free, draft, reference=Decimal(0)).failure()
    assert faults == (NumericLimit("Overflow"),)


def test_kernels_that_lose_a_digit_are_named() -> None:
    wide = "1." + "0" * 17 + "1"
    fine = Filters(
        price=PriceFilter(tick=Decimal(wide)),
        lot=LotFilter(step=Decimal(wide)),
        notional=NotionalFilter(multiplier=Decimal("9" * 30 + ".123456789123456789")),
    )
    held = market("A-B", "A", "B", fine).unwrap()
    long = Decimal("9" * 30 + "." + "1" * 18)
    draft = Draft(quantity=long, price=long, role=PriceRole.LIMIT_BUY)
    faults = normalise_order(held, draft, reference=Decimal(0)).failure()
    assert faults == (NumericLimit("Inexact"),)


def test_a_market_is_refused_when_its_rules_cannot_be_kept() -> None:
    tick, lot = PriceFilter(tick=Decimal(1)), LotFilter(step=Decimal(1))
    zero, nan = Decimal(0), Decimal("NaN")
    odd = {
        "price.tick": Filters(price=PriceFilter(tick=zero), lot=lot),
        "lot.step": Filters(price=tick, lot=LotFilter(step=nan)),
        "market_lot.step": Filters(price=tick, lot=lot, market_lot=LotFilter(step=-Decimal(1))),
        "notional.multiplier": Filters(
            price=tick, lot=lot, notional=NotionalFilter(multiplier=zero)
        ),
        "price": Filters(price=PriceFilter(tick=Decimal(1), minimum=-Decimal(1)), lot=lot),
        "lot": Filters(
            price=tick, lot=LotFilter(step=Decimal(1), minimum=Decimal(2), maximum=Decimal(1))
        ),
        "market_lot": Filters(
            price=tick, lot=lot, market_lot=LotFilter(step=Decimal(1), minimum=nan)
        ),
        "notional": Filters(price=tick, lot=lot, notional=NotionalFilter(maximum=-Decimal(1))),
        "band": Filters(price=tick, lot=lot, band=BandFilter(low=Decimal(2), high=Decimal(1))),
    }
    for field, rules in odd.items():
        assert market("A-B", "A", "B", rules).failure() == InvalidMarket("A-B", field)


def test_a_spread_may_be_priced_below_zero() -> None:
    grid = PriceFilter(tick=Decimal("0.1"), minimum=Decimal(-100), signed=True)
    held = btc(price=grid, band=BandFilter())
    assert held.price("-3.5").unwrap().value == Decimal("-3.5")
    assert held.price("-100.1").failure() == PriceOutOfRange("-100.1", "-100", "0")
    assert btc().price("-3.5").failure().code == "invalid_price"
    order = normalise_order(held, draft_of("2", "-3.57"), reference=Decimal(1)).unwrap()
    assert order.price == Decimal("-3.6")


def test_price_times_quantity_is_money_of_the_quote() -> None:
    held = btc()
    price, size = held.price("101.5").unwrap(), held.quantity("0.25").unwrap()
    assert price.times(size).unwrap() == Money(Decimal("25.375"), "USD")
    assert size.money() == Money(Decimal("0.25"), "BTC")
    assert price.times(Quantity(Decimal(1), "ETH")).failure() == AssetMismatch("BTC", "ETH")
    odd: Price[Base, Quote] = Price(Decimal("NaN"), "BTC", "USD")
    assert odd.times(size) is not None
    assert held.price("1e5").failure() == BadAmount("1e5")
    assert held.quantity("0.0255").failure().code == "quantity_off_step"
    assert held.price("100.05").failure().code == "price_off_tick"


def test_prices_round_by_what_they_do() -> None:
    assert {role: rule.value for role, rule in PRICE_RULES.items()} == {
        PriceRole.LIMIT_BUY: "FLOOR",
        PriceRole.LIMIT_SELL: "CEILING",
        PriceRole.STOP_OF_LONG: "CEILING",
        PriceRole.STOP_OF_SHORT: "FLOOR",
        PriceRole.ENTRY_STOP_BUY: "CEILING",
        PriceRole.ENTRY_STOP_SELL: "FLOOR",
        PriceRole.TARGET_OF_LONG: "CEILING",
        PriceRole.TARGET_OF_SHORT: "FLOOR",
    }

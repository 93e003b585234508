"""Hypothesis strategies for values of the ground floor. Edges are always sampled.

Needs the extra `astracore[verify]`; values are built through the doors that users go through.
"""

import decimal
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from hypothesis import strategies as st

from astracore.instants import Instant
from astracore.market import (
    Filters,
    LotFilter,
    Market,
    NotionalFilter,
    PriceFilter,
    market,
)
from astracore.money import (
    CURRENCIES,
    Currency,
    Money,
    Rate,
    Snapshot,
    from_minor_units,
    money,
    rate,
)
from astracore.numeric import Rounding, to_text

R = TypeVar("R")
LIMIT = "9" * 30 + "." + "9" * 18
SMALLEST = "0." + "0" * 17 + "1"
EDGES = ("0", "1", "-1", "0.5", "-0.5", "2.5", SMALLEST, "-" + SMALLEST, LIMIT, "-" + LIMIT)
STEPS = ("1", "0.01", "0.5", "0.12", "110", "0.05", "0.00000012", SMALLEST, "3", "7", "1E+3")

amount_texts: st.SearchStrategy[str] = (
    st.sampled_from(EDGES)
    | st.integers(-(10**20), 10**20).map(lambda units: to_text(Decimal(units).scaleb(-2)))
    | st.decimals("-1e29", "1e29", places=18).map(to_text)
    | st.decimals("-100", "100", places=3).map(to_text)
)
amounts: st.SearchStrategy[Decimal] = amount_texts.map(Decimal)
steps: st.SearchStrategy[Decimal] = st.sampled_from(STEPS).map(Decimal) | st.decimals(
    "0.000001", "1000", places=6
)
rules: st.SearchStrategy[Rounding] = st.sampled_from(list(Rounding))
lossy_rules: st.SearchStrategy[Rounding] = st.sampled_from(
    [rule for rule in Rounding if rule is not Rounding.UNNECESSARY]
)
ratios: st.SearchStrategy[list[Fraction]] = st.lists(
    st.sampled_from([Fraction(0), Fraction(1), Fraction(1, 3), Fraction(2, 7)])
    | st.fractions(0, 1000, max_denominator=1000),
    min_size=1,
    max_size=12,
).filter(any)
currencies: st.SearchStrategy[Currency] = st.sampled_from(
    [held for held in CURRENCIES.values() if held.exponent is not None]
)


@st.composite
def hostile_contexts(draw: st.DrawFn) -> decimal.Context:
    """A caller's decimal context that would ruin any sum that relied on it."""
    modes = ("ROUND_UP", "ROUND_FLOOR", "ROUND_05UP", "ROUND_HALF_DOWN")
    signals = [decimal.Inexact, decimal.Rounded, decimal.Subnormal, decimal.FloatOperation]
    return decimal.Context(
        prec=draw(st.sampled_from([1, 3, 28])),
        rounding=draw(st.sampled_from(modes)),
        Emin=-1,
        Emax=1,
        traps=draw(st.sampled_from([[], signals])),
    )


def monies(role: type[R], asset: str) -> st.SearchStrategy[Money[R]]:
    """Money of one asset, up to the edges of what the door accepts."""
    return amount_texts.map(lambda text: money(role, text, asset).unwrap())


def moderate_monies(role: type[R], asset: str) -> st.SearchStrategy[Money[R]]:
    """Money whose sums stay within the bounds."""
    texts = st.sampled_from(["0", "1", "-1", SMALLEST, "-" + SMALLEST]) | st.decimals(
        "-1e27", "1e27", places=18
    ).map(to_text)
    return texts.map(lambda text: money(role, text, asset).unwrap())


def settled(role: type[R], held: Currency) -> st.SearchStrategy[Money[R]]:
    """Money that is a whole number of its currency's units."""
    units = st.sampled_from([0, 1, -1, 10**18]) | st.integers(-(10**15), 10**15)
    return units.map(lambda count: from_minor_units(role, count, held).unwrap())


CODES = ("AUD", "EUR", "GBP", "JPY", "USD")


@st.composite
def rates(draw: st.DrawFn, base: str, quote: str) -> Rate:
    """A two-sided quote, with and without a spread."""
    bid = draw(
        st.sampled_from(["1", "0.000001", "110.1", "1000000"])
        | st.decimals("0.0001", "10000", places=4).map(to_text)
    )
    spread = draw(st.sampled_from(["0", "0.0001", "5"]))
    context = decimal.Context(prec=60)
    ask = context.add(Decimal(bid), Decimal(spread))
    return rate(base, quote, bid=Decimal(bid), ask=ask, at=Instant(0)).unwrap()


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Rates between a few currencies: sometimes no path, sometimes many."""
    pairs = draw(
        st.lists(
            st.tuples(st.sampled_from(CODES), st.sampled_from(CODES)).filter(
                lambda pair: pair[0] != pair[1]
            ),
            max_size=8,
        )
    )
    return Snapshot(tuple(draw(rates(base, quote)) for base, quote in pairs))


@st.composite
def markets(draw: st.DrawFn) -> Market:
    """Markets whose ticks and lots are not always powers of ten, and start off zero at times."""
    tick = draw(st.sampled_from(["0.1", "0.01", "0.25", "0.5", "3", "0.12"]))
    lot = draw(st.sampled_from(["0.00001", "0.001", "0.3", "1"]))
    least = draw(st.sampled_from(["0", lot, "0.0001", "0.7"]))
    origin = draw(st.sampled_from(["0", "0.07"]))
    own = draw(st.sampled_from([None, LotFilter(step=Decimal(1), minimum=Decimal(1))]))
    filters = Filters(
        price=PriceFilter(tick=Decimal(tick), minimum=Decimal(origin)),
        lot=LotFilter(step=Decimal(lot), minimum=Decimal(least), maximum=Decimal(1000)),
        market_lot=own,
        notional=NotionalFilter(minimum=Decimal(5), maximum=Decimal(1_000_000)),
    )
    return market("BTC-USD", "BTC", "USD", filters).unwrap()

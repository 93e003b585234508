"""Strategies for margin, sizing and risk: plausible figures, and hostile ones with every edge."""

import decimal
from decimal import Decimal

from hypothesis import strategies as st

from astracore.margin.legs import Contract, Leg
from astracore.margin.tiers import Tier

CRUDE = decimal.Context(prec=3, rounding=decimal.ROUND_UP, traps=[])
EDGES = ["0", "1", "-1", "0.5", "1E-18", "-1E-18", "9" * 30 + "." + "9" * 18, "-" + "9" * 30]
HOSTILE = [*EDGES, "NaN", "sNaN", "Infinity", "-Infinity", "-0", "1E+999999", "1E-999999", "1E+400"]

hostile_decimals = st.sampled_from([Decimal(text) for text in HOSTILE]) | st.decimals(
    allow_nan=False, min_value=-1000, max_value=1000, places=4
)


def decimals(low: str, high: str, places: int = 6) -> st.SearchStrategy[Decimal]:
    """Decimals from `low` to `high`, both ends often."""
    edges = st.sampled_from([Decimal(low), Decimal(high)])
    return edges | st.decimals(Decimal(low), Decimal(high), places=places)


prices = decimals("0.01", "90000", 2)
sizes = decimals("0.001", "5000", 3)
signs = st.sampled_from([1, -1])
ticks = st.sampled_from([Decimal("0.01"), Decimal("0.5"), Decimal("0.000001")])
changes = decimals("-0.3", "0.3", 6)
fractions = decimals("0.01", "0.99", 4)


@st.composite
def legs(draw: st.DrawFn, kinds: tuple[Contract, ...] = tuple(Contract)) -> Leg:
    """A leg of any kind; inverse ones hold enough contracts to matter."""
    kind = draw(st.sampled_from(kinds))
    scale = 1000 if kind is Contract.INVERSE else 1
    return Leg(
        contract=kind,
        quantity=draw(signs) * draw(sizes) * scale,
        entry=draw(prices),
        multiplier=draw(st.sampled_from([Decimal(1), Decimal("0.01"), Decimal(10)])),
    )


@st.composite
def tiers(draw: st.DrawFn) -> tuple[Tier, ...]:
    """A table whose last row has no end, rates rising to less than one half."""
    count = draw(st.integers(1, 6))
    caps = sorted(
        draw(st.lists(st.integers(1, 10**7), min_size=count, max_size=count, unique=True))
    )
    rates = sorted(draw(st.lists(st.integers(1, 4000), min_size=count + 1, max_size=count + 1)))
    floors = [0, *caps]
    tops = [*(Decimal(cap) for cap in caps), None]
    return tuple(
        Tier(
            floor=Decimal(floor),
            cap=top,
            rate=Decimal(rate) / 10_000,
            max_leverage=max(1, 10_000 // (2 * rate)),
        )
        for floor, top, rate in zip(floors, tops, rates, strict=True)
    )

"""A synthetic order book: deterministic levels around the last price."""

import decimal
import hashlib
from decimal import Decimal

from attrs import frozen

from astracore.numeric import EXACT, ceiling_to, floor_to


@frozen(kw_only=True)
class Level:
    """What is offered at one price."""

    price: Decimal  # [quote per base]
    qty: Decimal  # [base]


@frozen(kw_only=True)
class Book:
    """Bids descend, asks ascend, and the best bid is below the best ask."""

    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


@frozen(kw_only=True)
class Grid:
    """How finely and how deeply a market is quoted."""

    tick: Decimal  # [quote per base]
    lot: Decimal  # [base]
    half_spread: Decimal = Decimal("0.00005")  # fraction of the price
    step: Decimal = Decimal("0.0001")  # fraction of the price between levels
    depth: int = 15  # at most 32
    notional: Decimal = Decimal(25_000)  # [quote] typical of one level


def ladder(price: Decimal, grid: Grid, salt: str) -> Book:
    """Levels around `price`, growing away from it; `salt` varies the sizes, repeatably.

    Bids are below `price` and asks above it, on the tick, sizes on the lot and never 0.
    Invariant: bids descend, asks ascend, best bid < price < best ask; total for prices of at
    least 50 ticks (below that the book has only the levels that fit above 0).
    """
    noise = hashlib.sha256(f"{salt}:{price}".encode()).digest()
    with decimal.localcontext(EXACT):
        away = max(grid.tick, ceiling_to(price * grid.half_spread, grid.tick))
        step = max(grid.tick, floor_to(price * grid.step, grid.tick))
        below = floor_to(price - away, grid.tick)
        above = ceiling_to(price + away, grid.tick)
        bids = [
            Level(price=at, qty=_size(at, grid, noise[place], place))
            for place in range(grid.depth)
            if (at := below - step * place) > 0
        ]
        asks = [
            Level(price=at, qty=_size(at, grid, noise[-1 - place], place))
            for place, at in enumerate(above + step * place for place in range(grid.depth))
        ]
    return Book(bids=tuple(bids), asks=tuple(asks))


def _size(price: Decimal, grid: Grid, noise: int, place: int) -> Decimal:
    """notional × (1/2 + noise/256) × (1 + place/4)/price in whole lots, at least one. Kernel."""
    weight = grid.notional * (128 + noise) * (4 + place)
    lots = weight // (1024 * price * grid.lot)
    return max(Decimal(1), lots) * grid.lot

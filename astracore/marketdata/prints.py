"""Public trades: the path of a candle as prints, and prints rolled up into candles."""

from decimal import Decimal

from attrs import evolve, frozen

from astracore.instants import Instant
from astracore.marketdata.book import Grid
from astracore.marketdata.candles import Candle
from astracore.marketdata.walk import Stride
from astracore.numeric import EXACT, floor_to

UNIT = Decimal("0.00000001")  # [base] the finest volume share
POINTS = 4


@frozen(kw_only=True)
class Print:
    """Somebody traded `qty` at `price`."""

    symbol: str
    price: Decimal  # [quote per base]
    qty: Decimal  # [base]
    at: Instant


def path(candle: Candle) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Open, the nearer of high and low to it, the other, close; a tie goes to the low first.

    Source: docs/formulas.md#path.
    >>> from astracore.marketdata.candles import candle
    >>> [str(p) for p in path(candle(1, "0,10,12,9,11,1,59999".split(",")).unwrap())]
    ['10', '9', '12', '11']
    """
    up = EXACT.subtract(candle.high, candle.open)
    down = EXACT.subtract(candle.open, candle.low)
    if up < down:
        return candle.open, candle.high, candle.low, candle.close
    return candle.open, candle.low, candle.high, candle.close


def shares(volume: Decimal) -> tuple[Decimal, ...]:
    """`volume` over the four points of a path; the close takes what does not divide.

    Invariant: the shares add up to the volume.
    >>> [str(share) for share in shares(Decimal("0.00000006"))]
    ['1E-8', '1E-8', '1E-8', '3E-8']
    """
    quarter = floor_to(EXACT.multiply(volume, Decimal("0.25")), UNIT)
    rest = EXACT.subtract(volume, EXACT.multiply(quarter, Decimal(POINTS - 1)))
    return (quarter,) * (POINTS - 1) + (rest,)


def prints_of(candle: Candle, symbol: str) -> tuple[Print, ...]:
    """The prints that a candle stands for, spread evenly over its time; none without volume.

    Invariant: their candle is the candle they came from (times apart).
    """
    span = candle.close_time.micros - candle.open_time.micros
    walked = zip(path(candle), shares(candle.volume), strict=True)
    return tuple(
        Print(
            symbol=symbol,
            price=price,
            qty=qty,
            at=Instant(candle.open_time.micros + span * place // (POINTS - 1)),
        )
        for place, (price, qty) in enumerate(walked)
        if candle.volume > 0
    )


def printed(symbol: str, taken: Stride, grid: Grid, at: Instant) -> Print:
    """A step of the seeded process as a print on the grid of its market.

    >>> grid = Grid(tick=Decimal("0.1"), lot=Decimal("0.01"))
    >>> printed("BTC-USD", Stride(price=650000, lots=5), grid, Instant(0)).price
    Decimal('65000.0')
    """
    price = EXACT.multiply(Decimal(taken.price), grid.tick)
    qty = EXACT.multiply(Decimal(taken.lots), grid.lot)
    return Print(symbol=symbol, price=price, qty=qty, at=at)


def opened(traded: Print, length: int) -> Candle:
    """The candle of `length` [µs] that starts with this print."""
    start = traded.at.micros - traded.at.micros % length
    return Candle(
        open_time=Instant(start),
        close_time=Instant(start + length - 1),
        open=traded.price,
        high=traded.price,
        low=traded.price,
        close=traded.price,
        volume=traded.qty,
    )


def extended(candle: Candle, traded: Print) -> Candle:
    """The candle with one more print that belongs to it."""
    return evolve(
        candle,
        high=max(candle.high, traded.price),
        low=min(candle.low, traded.price),
        close=traded.price,
        volume=EXACT.add(candle.volume, traded.qty),
    )


def rolled(candle: Candle | None, traded: Print, length: int) -> tuple[Candle | None, Candle]:
    """Fold a print into the running candle: the one that it closed (if any), and the running one.

    Prints come in order of time. Minutes without trades make no candle.
    """
    if candle is None:
        return None, opened(traded, length)
    if traded.at > candle.close_time:
        return candle, opened(traded, length)
    return None, extended(candle, traded)

"""Large orders in small pieces: schedules whose pieces add up to the parent, on the lot."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.orders import OrderFault
from astracore.errors.trading import InvalidOrder
from astracore.errors.values import InvalidPrice, InvalidQuantity
from astracore.instants import SECOND, Instant
from astracore.numeric import (
    Rounding,
    exact,
    rounded_quotient,
    to_fraction,
    to_text,
)
from astracore.trading.contracts.kinds import ONE, above_zero, from_zero
from astracore.trading.types import ZERO

MOST_PARTS = 100  # of an iceberg
MOST_SLICES = 500
LEAST_GAP = 5 * SECOND
HALF = Decimal("0.5")
WIDEST_SKEW = 1000


@frozen(kw_only=True)
class Slice:
    """Until when (`at`) how much of the parent should be done together (`target` [base])."""

    at: Instant
    target: Decimal


@frozen(kw_only=True)
class Rung:
    """One limit order of a scaled order."""

    price: Decimal
    qty: Decimal


def off_grid(qty: Decimal, lot: Decimal) -> InvalidQuantity | InvalidOrder | None:
    """What is wrong with a quantity that is to be cut into lots, or None. Kernel."""
    if not above_zero(lot):
        return InvalidOrder("lot", "must be above zero")
    if not above_zero(qty):
        return InvalidQuantity(to_text(qty))
    if qty % lot != ZERO:
        return InvalidOrder("qty", "must be a multiple of the lot")
    return None


def _targets(qty: Decimal, shares: Sequence[Fraction], lot: Decimal) -> tuple[Decimal, ...]:
    """floor(qty × running share, lot); the last share is whole, so its target is all. Kernel."""
    lots = int(qty // lot)
    whole, running, targets = sum(shares), Fraction(0), list[Decimal]()
    for share in shares:
        running += share
        part = running * lots / whole
        targets.append(lot * (part.numerator // part.denominator))
    return tuple(targets)


def _differences(targets: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """What each slice adds. Kernel."""
    before = (ZERO, *targets)
    return tuple(now - then for then, now in zip(before, targets, strict=False))


@exact
def sliced_by(
    qty: Decimal, weights: Sequence[Decimal], lot: Decimal
) -> Result[tuple[Decimal, ...], OrderFault]:
    """Cut `qty` by weights: the differences of floor(qty × W_k/W_n, lot), the last target all.

    Errors: InvalidOrder (no weight, one below zero, none above, off the lot), InvalidQuantity,
    NumericLimit.  Source: docs/formulas-contracts-orders.md#slices.
    Invariant: the slices add up to `qty`; each is a multiple of the lot and not below zero.
    >>> [str(part) for part in sliced_by(Decimal("0.005"), [Decimal(w) for w in (1, 2, 1)],
    ...                                  Decimal("0.001")).unwrap()]
    ['0.001', '0.002', '0.002']
    """
    fault = off_grid(qty, lot)
    if fault is not None:
        return Failure(fault)
    if not all(weight >= ZERO for weight in weights) or not any(weights):
        return Failure(InvalidOrder("weights", "none below zero and one above is needed"))
    return Success(_differences(_targets(qty, [to_fraction(one) for one in weights], lot)))


@exact
def sliced_evenly(
    qty: Decimal, count: int, lot: Decimal
) -> Result[tuple[Decimal, ...], OrderFault]:
    """Cut `qty` into `count` slices: the differences of floor(qty × k/n, lot).

    Errors: InvalidOrder, InvalidQuantity, NumericLimit.
    Source: docs/formulas-contracts-orders.md#slices.
    Invariant: the slices add up to `qty`; they differ by one lot at most.
    >>> [str(part) for part in sliced_evenly(Decimal(1), 3, Decimal("0.001")).unwrap()]
    ['0.333', '0.333', '0.334']
    """
    if not 1 <= count <= MOST_SLICES:
        return Failure(InvalidOrder("slices", f"1 to {MOST_SLICES} are possible"))
    return sliced_by(qty, (ONE,) * count, lot)


def schedule(
    start: Instant, end: Instant, parts: Sequence[Decimal]
) -> Result[tuple[Slice, ...], OrderFault]:
    """Slice k at start + (k−1)(end−start)/n, with what should be done by it in all.

    Errors: InvalidOrder (not 2 to 500 slices, gaps under 5 s).
    Source: docs/formulas-contracts-orders.md#slices.
    """
    count = len(parts)
    if not 2 <= count <= MOST_SLICES:
        return Failure(InvalidOrder("schedule", f"2 to {MOST_SLICES} slices are possible"))
    length = end.micros - start.micros
    if length < LEAST_GAP * count:
        return Failure(InvalidOrder("schedule", "the gaps must be 5 s or more"))
    return _scheduled(start, length, parts)


@exact
def _scheduled(
    start: Instant, length: int, parts: Sequence[Decimal]
) -> Result[tuple[Slice, ...], OrderFault]:
    """The slices with their instants."""
    slices, done = list[Slice](), ZERO
    for place, part in enumerate(parts):
        done += part
        at = Instant(start.micros + length * place // len(parts))
        slices.append(Slice(at=at, target=done))
    return Success(tuple(slices))


@exact
def slice_child(
    target: Decimal, executed: Decimal, min_qty: Decimal, *, last: bool = False
) -> Result[Decimal, OrderFault]:
    """The market order of one slice: target − executed; under min_qty it waits for the next.

    The last slice takes what is left however little it is.
    Errors: NumericLimit.  Source: docs/formulas-contracts-orders.md#slices.
    >>> slice_child(Decimal("0.666"), Decimal("0.3"), Decimal("0.001")).unwrap()
    Decimal('0.366')
    """
    due = max(ZERO, target - executed)
    return Success(due if last or due >= min_qty else ZERO)


@exact
def volume_target(
    qty: Decimal, volume: Decimal, share: Decimal, lot: Decimal
) -> Result[Decimal, OrderFault]:
    """What should be done once others traded `volume`: min(qty, floor(V f/(1 − f), lot)).

    Errors: InvalidOrder (f outside (0, 0.5], off the lot), InvalidQuantity, NumericLimit.
    Source: docs/formulas-contracts-orders.md#slices.
    Invariant: own volume is at most f of all volume, own included.
    >>> target = volume_target(Decimal(100), Decimal("47.5"), Decimal("0.1"), Decimal("0.001"))
    >>> to_text(target.unwrap())
    '5.277'
    """
    fault = off_grid(qty, lot)
    if fault is not None:
        return Failure(fault)
    if not ZERO < share <= HALF:
        return Failure(InvalidOrder("participation", "must be above 0 and at most 0.5"))
    if not from_zero(volume):
        return Failure(InvalidQuantity(to_text(volume)))
    due = rounded_quotient(volume * share, ONE - share, lot, Rounding.FLOOR)
    return Success(min(qty, due))


@exact
def iceberg_parts(qty: Decimal, display: Decimal) -> Result[tuple[Decimal, ...], OrderFault]:
    """What an iceberg shows, part by part: min(display, what is left).

    Errors: InvalidQuantity, InvalidOrder (more than 100 parts, or nothing shown), NumericLimit.
    Source: docs/formulas-contracts-orders.md#slices.
    Invariant: the parts add up to `qty`.
    >>> [str(part) for part in iceberg_parts(Decimal(1), Decimal("0.3")).unwrap()]
    ['0.3', '0.3', '0.3', '0.1']
    """
    if not above_zero(qty):
        return Failure(InvalidQuantity(to_text(qty)))
    if not above_zero(display):
        return Failure(InvalidOrder("display_qty", "must be above zero"))
    if qty > display * MOST_PARTS:
        return Failure(InvalidOrder("display_qty", f"would need more than {MOST_PARTS} parts"))
    full = int(qty // display)
    rest = qty - display * full
    return Success((display,) * full + ((rest,) if rest else ()))


@frozen(kw_only=True)
class Ladder:
    """The terms of a scaled order: `count` limits from `low` to `high`, quantities by skew."""

    qty: Decimal
    low: Decimal
    high: Decimal
    count: int
    skew: Decimal = ONE
    tick: Decimal
    lot: Decimal


def faulty_ladder(ladder: Ladder) -> OrderFault | None:
    """The first term that no scaled order can have, or None. Kernel."""
    if not 2 <= ladder.count <= 50:
        return InvalidOrder("count", "2 to 50 are possible")
    if not ZERO < ladder.skew <= WIDEST_SKEW:
        return InvalidOrder("skew", f"must be above 0 and at most {WIDEST_SKEW}")
    if not above_zero(ladder.tick):
        return InvalidOrder("tick", "must be above zero")
    if not above_zero(ladder.low):
        return InvalidPrice(to_text(ladder.low))
    if not ladder.high > ladder.low:
        return InvalidPrice(to_text(ladder.high))
    return off_grid(ladder.qty, ladder.lot)


@exact
def scaled(ladder: Ladder) -> Result[tuple[Rung, ...], OrderFault]:
    """Limits at floor(low + (high−low)(k−1)/(n−1), tick), quantities by weights skew^(k−1).

    Errors: InvalidOrder, InvalidPrice, InvalidQuantity, NumericLimit.
    Source: docs/formulas-contracts-orders.md#slices.
    Invariant: the quantities add up to the parent's; prices rise from rung to rung or stay.
    >>> ladder = Ladder(qty=Decimal(1), low=Decimal(90), high=Decimal(100), count=3,
    ...                 skew=Decimal(2), tick=Decimal(1), lot=Decimal("0.001"))
    >>> [(str(rung.price), str(rung.qty)) for rung in scaled(ladder).unwrap()]
    [('90', '0.142'), ('95', '0.286'), ('100', '0.572')]
    """
    fault = faulty_ladder(ladder)
    if fault is not None:
        return Failure(fault)
    skew, last = to_fraction(ladder.skew), ladder.count - 1
    shares = [skew**place for place in range(ladder.count)]
    parts = _differences(_targets(ladder.qty, shares, ladder.lot))
    width = ladder.high - ladder.low
    prices = (
        rounded_quotient(
            ladder.low * last + width * place, Decimal(last), ladder.tick, Rounding.FLOOR
        )
        for place in range(ladder.count)
    )
    rungs = tuple(Rung(price=price, qty=qty) for price, qty in zip(prices, parts, strict=True))
    return Success(rungs)


@exact
def quote_quantity(amount: Decimal, price: Decimal, lot: Decimal) -> Result[Decimal, OrderFault]:
    """What an amount of money buys: floor(amount/P, lot).

    Errors: InvalidOrder, InvalidPrice, NumericLimit.
    Source: docs/formulas-contracts-orders.md#market-orders.
    >>> quote_quantity(Decimal(1000), Decimal("47379.5"), Decimal("0.0001")).unwrap()
    Decimal('0.0211')
    """
    if not (amount > ZERO and lot > ZERO):
        return Failure(InvalidOrder("quote_amount", "amount and lot must be above zero"))
    if not above_zero(price):
        return Failure(InvalidPrice(to_text(price)))
    return Success(rounded_quotient(amount, price, lot, Rounding.FLOOR))

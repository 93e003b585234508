"""Exchange rates, and the chain of them that leads from one currency to another."""

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from itertools import pairwise

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.fx import (
    CrossedQuote,
    FxFault,
    IdentityRateMustBeOne,
    NonPositiveRate,
    NoRatePath,
    StaleRate,
)
from astracore.errors.values import NumericLimit
from astracore.instants import Instant
from astracore.numeric import exact, from_fraction, quotient, to_fraction

DIGITS = 200  # [digits] on either side of the point of a rate


class QuoteSide(Enum):
    """Which price of a two-sided quote is asked for."""

    BID = "BID"  # selling the source
    ASK = "ASK"  # buying the source
    MID = "MID"


class SideRule(Enum):
    """What crossing a pair against its direction costs."""

    CONSERVATIVE = "conservative"  # the other side of the quote: what one would really get
    SAME = "same"  # the side that was asked for, as some systems do


@frozen
class Rate:
    """1 `base` is `bid` to `ask` `quote`, seen `at`. Outside data enters through `rate`."""

    base: str
    quote: str
    bid: Decimal
    ask: Decimal
    at: Instant


@frozen
class Snapshot:
    """Rates that were valid together; of several for one pair the latest counts.

    `pivot` is a currency that indirect conversions rather go through.
    """

    rates: tuple[Rate, ...]
    pivot: str | None = None


@frozen
class Freshness:
    """No rate may be older than `max_age` [µs] at `now`."""

    now: Instant
    max_age: int


@frozen
class CrossRate:
    """1 of the first currency of `path` is exactly `factor` of the last."""

    path: tuple[str, ...]
    factor: Fraction

    def carried(self) -> Decimal:
        """The factor to 50 significant digits, half to even."""
        return from_fraction(self.factor)


@exact
def rate(
    base: str, quote: str, *, bid: Decimal, ask: Decimal, at: Instant
) -> Result[Rate, FxFault]:
    """A two-sided quote.

    Errors: NumericLimit (not finite, or over 200 digits on a side of the point), NonPositiveRate,
    IdentityRateMustBeOne, CrossedQuote.  Source: docs/formulas.md#fx.
    """
    pair = f"{base}/{quote}"
    for side in (bid, ask):
        exponent = side.as_tuple().exponent
        if not isinstance(exponent, int) or exponent < -DIGITS or side.adjusted() >= DIGITS:
            return Failure(NumericLimit("Overflow"))
        if side <= 0:
            return Failure(NonPositiveRate(pair, str(side)))
    if base == quote and not bid == ask == 1:
        return Failure(IdentityRateMustBeOne(base))
    if bid > ask:
        return Failure(CrossedQuote(pair, str(bid), str(ask)))
    return Success(Rate(base, quote, bid, ask, at))


@exact
def inverse(known: Rate) -> Result[Rate, FxFault]:
    """The same quote read from the other end: its bid is 1/ask, its ask 1/bid, to 50 digits.

    Errors: NumericLimit, NonPositiveRate.  Source: docs/formulas.md#fx.
    """
    if not (known.bid > 0 and known.ask > 0):
        return Failure(NonPositiveRate(f"{known.base}/{known.quote}", str(known.bid)))
    bid = quotient(Decimal(1), known.ask)
    ask = quotient(Decimal(1), known.bid)
    return Success(Rate(known.quote, known.base, bid, ask, known.at))


def path(snapshot: Snapshot, source: str, target: str) -> Result[tuple[str, ...], FxFault]:
    """The codes on the way from `source` to `target`.

    The direct rate, else the way over the pivot, else the fewest rates; ties go to the
    alphabetically first list of codes, read from the alphabetically first end, so that the way
    back is the same way.
    Errors: NoRatePath.  Source: docs/formulas.md#fx.
    """
    if source == target:
        return Success((source,))
    neighbours = _neighbours(snapshot)
    pivot = snapshot.pivot
    around = neighbours.get(source, frozenset())
    if target not in around and pivot in around and target in neighbours.get(pivot, ()):
        return Success((source, pivot, target))
    first, last = min(source, target), max(source, target)
    distance = _distances(neighbours, last)
    if first not in distance:
        return Failure(NoRatePath(source[:64], target[:64]))
    steps = [first]
    while steps[-1] != last:
        here = steps[-1]
        nearer = (c for c in neighbours[here] if distance.get(c) == distance[here] - 1)
        steps.append(min(nearer))
    return Success(tuple(steps if first == source else reversed(steps)))


def _neighbours(snapshot: Snapshot) -> Mapping[str | None, frozenset[str]]:
    """Which currencies one rate leads to."""
    found: dict[str | None, set[str]] = {}
    for known in snapshot.rates:
        found.setdefault(known.base, set()).add(known.quote)
        found.setdefault(known.quote, set()).add(known.base)
    return {code: frozenset(others) for code, others in found.items()}


def _distances(neighbours: Mapping[str | None, frozenset[str]], target: str) -> dict[str, int]:
    """How many rates lead from each currency to `target`."""
    distance = {target: 0}
    edge = [target]
    while edge:
        reached = {c for here in edge for c in neighbours.get(here, ()) if c not in distance}
        distance.update(dict.fromkeys(reached, distance[edge[0]] + 1))
        edge = sorted(reached)
    return distance


def _latest(snapshot: Snapshot, one: str, other: str) -> Rate:
    """The newest rate between two neighbours, the later one of the list at a tie.

    The answer does not depend on the direction asked for, or there and back could gain.
    """
    pair = {one, other}
    known = [each for each in snapshot.rates if {each.base, each.quote} == pair]
    return max(reversed(known), key=lambda each: each.at.micros)


def _factor(known: Rate, *, forward: bool, side: QuoteSide, side_rule: SideRule) -> Fraction:
    """What one unit becomes across one rate, taken in its direction or against it."""
    bid, ask = to_fraction(known.bid), to_fraction(known.ask)
    if side is QuoteSide.MID:
        middle = (bid + ask) / 2
        return middle if forward else 1 / middle
    wanted, other = (bid, ask) if side is QuoteSide.BID else (ask, bid)
    if forward:
        return wanted
    return 1 / (wanted if side_rule is SideRule.SAME else other)


@exact
def cross_rate(
    snapshot: Snapshot,
    source: str,
    target: str,
    *,
    side: QuoteSide,
    side_rule: SideRule = SideRule.CONSERVATIVE,
    fresh: Freshness | None = None,
) -> Result[CrossRate, FxFault]:
    """What one `source` is worth in `target`: the exact product along the path.

    BID is what selling the source brings, ASK what buying it costs. A currency is worth exactly
    one of itself, whatever the snapshot says.
    Errors: NoRatePath, StaleRate (any rate on the way), NonPositiveRate, NumericLimit.
    Source: docs/formulas.md#fx.  Invariant: BID <= MID <= ASK; there and back is at most 1.
    """
    return Result.do(
        found
        for codes in path(snapshot, source, target)
        for found in _along(snapshot, codes, side=side, side_rule=side_rule, fresh=fresh)
    )


def _along(
    snapshot: Snapshot,
    codes: tuple[str, ...],
    *,
    side: QuoteSide,
    side_rule: SideRule,
    fresh: Freshness | None,
) -> Result[CrossRate, FxFault]:
    """Multiply the rates between neighbouring codes."""
    factor = Fraction(1)
    for here, there in pairwise(codes):
        known = _latest(snapshot, here, there)
        pair = f"{known.base}/{known.quote}"
        if not (known.bid > 0 and known.ask > 0):
            return Failure(NonPositiveRate(pair, str(known.bid)))
        if fresh is not None and fresh.now.micros - known.at.micros > fresh.max_age:
            age = fresh.now.micros - known.at.micros
            return Failure(StaleRate(pair, age, fresh.max_age))
        forward = known.base == here
        factor *= _factor(known, forward=forward, side=side, side_rule=side_rule)
    return Success(CrossRate(codes, factor))

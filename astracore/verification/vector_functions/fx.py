"""`fx.*`: rates, inverses, cross rates and conversion."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import TypeAlias

from returns.result import Failure, Result, Success

from astracore.errors.fx import FxFault
from astracore.errors.vectors import BadInput
from astracore.instants import Instant
from astracore.money import (
    CrossRate,
    QuoteSide,
    Rate,
    SideRule,
    Snapshot,
    cross_rate,
    inverse,
    rate,
)
from astracore.numeric import Rounding, exact, round_fraction, rounded_ratio, to_fraction
from astracore.outcome import collect
from astracore.verification.inputs import Answer, Function, Inputs, Json, read_ratio
from astracore.verification.steps import step_of

CaseFault: TypeAlias = FxFault | BadInput
Told: TypeAlias = Result[Answer, CaseFault]
PLACES = 190  # [decimals] of a rate that is stated as a quotient, or with more
AT = Instant(0)  # cases state no instants: all their rates are of one snapshot


def _exactly(text: str) -> Result[Decimal, CaseFault]:
    """A price, or a quotient of two, at 190 decimals: far more than any answer is compared at.

    Rounds: half to even, only what has more.
    """
    return read_ratio(text).map(_at_places)


def _at_places(stated: Fraction) -> Decimal:
    """`stated` as a decimal of PLACES decimals."""
    units = rounded_ratio(stated.numerator * 10**PLACES, stated.denominator, Rounding.HALF_EVEN)
    return Decimal((int(units < 0), tuple(map(int, str(abs(units)))), -PLACES))


def _price(inputs: Inputs, key: str) -> Result[Decimal, CaseFault]:
    """The price under `key`."""
    return Result.do(value for text in inputs.text(key) for value in _exactly(text))


def _single(base: str, quote: str, value: Decimal) -> Result[Rate, FxFault]:
    """A rate without a spread."""
    return rate(base, quote, bid=value, ask=value, at=AT)


def _stated(inputs: Inputs) -> Result[Rate, CaseFault]:
    """The rate that `from`, `to` and `rate` name."""
    return Result.do(
        known
        for base in inputs.text("from")
        for quote in inputs.text("to")
        for value in _price(inputs, "rate")
        for known in _single(base, quote, value)
    )


def _rate(inputs: Inputs) -> Told:
    """fx.rate: a rate is accepted as it is."""
    return Result.do(known.bid for known in _stated(inputs))


def _inverse(inputs: Inputs) -> Told:
    """fx.inverse: the same rate from the other end."""
    return Result.do(turned.bid for known in _stated(inputs) for turned in inverse(known))


def _triple(row: Sequence[str]) -> Result[Rate, CaseFault]:
    """[from, to, rate] or [from, to, bid, ask]."""
    if len(row) not in {3, 4}:
        return Failure(BadInput("rates", "a row is [from, to, rate] or [from, to, bid, ask]"))
    return Result.do(
        known
        for bid in _exactly(row[2])
        for ask in _exactly(row[-1])
        for known in _quoted(row[0], row[1], bid, ask)
    )


def _quoted(base: str, quote: str, bid: Decimal, ask: Decimal) -> Result[Rate, CaseFault]:
    """One rate among others: at or below zero it is refused where the path uses it."""
    if min(bid, ask) <= 0:
        return Success(Rate(base, quote, bid, ask, AT))
    return rate(base, quote, bid=bid, ask=ask, at=AT)


def _snapshot(inputs: Inputs) -> Result[Snapshot, CaseFault]:
    """The list `rates`, else the one rate of `from`, `to`, `rate`."""
    pivot = inputs.text("pivot").value_or(None)
    if not inputs.has("rates"):
        return Result.do(Snapshot((known,), pivot) for known in _stated(inputs))
    return Result.do(
        Snapshot(known, pivot)
        for rows in inputs.rows("rates")
        for known in collect(_triple(row) for row in rows)
    )


def _crossed(inputs: Inputs) -> Result[CrossRate, CaseFault]:
    """What one `from` is worth in `to`."""
    return Result.do(
        found
        for snapshot in _snapshot(inputs)
        for source in inputs.text("from")
        for target in inputs.text("to")
        for side in _side(inputs, QuoteSide.MID)
        for found in cross_rate(snapshot, source, target, side=side)
    )


def _cross_rate(inputs: Inputs) -> Told:
    """fx.cross_rate: the product along the path."""
    return Result.do(found.factor for found in _crossed(inputs))


def _convert(inputs: Inputs) -> Told:
    """fx.convert: amount * rate, in the target's unit when a mode is stated."""
    return Result.do(
        answer
        for amount in inputs.number("amount")
        for found in _crossed(inputs)
        for answer in _converted(inputs, amount, found.factor)
    )


@exact
def _converted(inputs: Inputs, amount: Decimal, factor: Fraction) -> Told:
    """Multiply exactly; round once, by the stated mode or not at all."""
    worth = to_fraction(amount) * factor
    if not inputs.has("mode"):
        return Success(worth)
    return Result.do(
        answer
        for rule in inputs.mode("mode")
        for unit in step_of(inputs, "to")
        for answer in round_fraction(worth, unit, rule)
    )


def _sides(
    pair: str, sides: Mapping[str, Json], side: QuoteSide, rule: SideRule
) -> Result[Rate, CaseFault]:
    """{"A/B": {"bid", "ask"}}; a side that is not stated is the other one.

    By the rule `same` the asked side alone is looked at, so there a quote may be crossed.
    """
    base, slash, quote = pair.partition("/")
    prices = Inputs(sides)
    bid = "bid" if prices.has("bid") else "ask"
    ask = "ask" if prices.has("ask") else "bid"
    if not slash:
        return Failure(BadInput("quotes", f"{pair[:64]} is no pair"))
    if rule is SideRule.SAME and side is not QuoteSide.MID:
        bid = ask = bid if side is QuoteSide.BID else ask
    return Result.do(
        known
        for low in _price(prices, bid)
        for high in _price(prices, ask)
        for known in _quoted(base, quote, low, high)
    )


def _side(inputs: Inputs, default: QuoteSide) -> Result[QuoteSide, BadInput]:
    """The side asked for."""
    if not inputs.has("price_type"):
        return Success(default)
    return inputs.text("price_type").bind(_side_named)


def _side_named(name: str) -> Result[QuoteSide, BadInput]:
    """BID, ASK or MID."""
    if name not in QuoteSide.__members__:
        return Failure(BadInput("price_type", "BID, ASK or MID is needed"))
    return Success(QuoteSide[name])


def _exchange_rate(inputs: Inputs) -> Told:
    """fx.exchange_rate: by two-sided quotes, the asked side of each unless `side_rule` differs."""
    conservative = inputs.text("side_rule").value_or("same") == SideRule.CONSERVATIVE.value
    rule = SideRule.CONSERVATIVE if conservative else SideRule.SAME
    quotes = inputs.table("quotes") if inputs.has("quotes") else Success({})
    return Result.do(
        found.factor
        for table in quotes
        for side in _side(inputs, QuoteSide.MID)
        for known in collect(_sides(pair, sides, side, rule) for pair, sides in table.items())
        for source in inputs.text("from")
        for target in inputs.text("to")
        for found in cross_rate(Snapshot(known), source, target, side=side, side_rule=rule)
    )


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "fx.rate": _rate,
        "fx.inverse": _inverse,
        "fx.cross_rate": _cross_rate,
        "fx.convert": _convert,
        "fx.exchange_rate": _exchange_rate,
    }
)

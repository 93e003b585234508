"""Every type of order as a value of its own: what it needs, and nothing else.

`order_terms` is the door: a field that is missing, that the type does not have, or that breaks the
type's own rules is refused by name. How long a type lives and what it becomes is in the table
that accounts decide by (`trading.orders.terms`). Prices on the tick and quantities on the lot are
the market's business (`market.filters`), money the pre-trade check's.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import NOTHING, fields, frozen
from returns.result import Failure, Result, Success

from astracore.errors.orders import OrderFault
from astracore.errors.trading import InvalidOrder
from astracore.instants import Instant
from astracore.numeric import exact
from astracore.trading.contracts.kinds import above_zero, from_zero
from astracore.trading.orders.slices import (
    HALF,
    LEAST_GAP,
    MOST_PARTS,
    MOST_SLICES,
    WIDEST_SKEW,
)
from astracore.trading.orders.terms import RULES, Family, TypeRule
from astracore.trading.types import ZERO, OrderType, TimeInForce

MOST_RUNGS = 50
LEAST_TRAIL, MOST_TRAIL = Decimal("0.001"), Decimal("0.2")
Field: TypeAlias = Decimal | int | Instant | tuple[Decimal, ...] | None


@frozen(kw_only=True)
class Market:
    """Takes the book, never beyond the protective price."""

    KIND: ClassVar[str] = "market"
    qty: Decimal  # [base]


@frozen(kw_only=True)
class MarketQuote:
    """A market order for an amount of money."""

    KIND: ClassVar[str] = "market_quote"
    quote_amount: Decimal  # [quote]


@frozen(kw_only=True)
class Limit:
    """Never worse than its price."""

    KIND: ClassVar[str] = "limit"
    qty: Decimal
    limit_price: Decimal  # [quote per base]


@frozen(kw_only=True)
class MarketToLimit:
    """A market order whose rest becomes a limit at the last fill's price."""

    KIND: ClassVar[str] = "market_to_limit"
    qty: Decimal


@frozen(kw_only=True)
class StopMarket:
    """The market breaks through the level: market."""

    KIND: ClassVar[str] = "stop_market"
    qty: Decimal
    stop_price: Decimal


@frozen(kw_only=True)
class StopLimit:
    """The market breaks through the level: limit."""

    KIND: ClassVar[str] = "stop_limit"
    qty: Decimal
    stop_price: Decimal
    limit_price: Decimal


@frozen(kw_only=True)
class TakeProfitMarket:
    """The market comes to the level: market. Always reduce-only."""

    KIND: ClassVar[str] = "take_profit_market"
    qty: Decimal
    stop_price: Decimal


@frozen(kw_only=True)
class TakeProfitLimit:
    """The market comes to the level: limit. Always reduce-only."""

    KIND: ClassVar[str] = "take_profit_limit"
    qty: Decimal
    stop_price: Decimal
    limit_price: Decimal


@frozen(kw_only=True)
class MarketIfTouched:
    """The market comes to the level: market. May open."""

    KIND: ClassVar[str] = "market_if_touched"
    qty: Decimal
    stop_price: Decimal


@frozen(kw_only=True)
class LimitIfTouched:
    """The market comes to the level: limit. May open."""

    KIND: ClassVar[str] = "limit_if_touched"
    qty: Decimal
    stop_price: Decimal
    limit_price: Decimal


@frozen(kw_only=True)
class TrailingStopAmount:
    """The level follows by an amount."""

    KIND: ClassVar[str] = "trailing_stop_amount"
    qty: Decimal
    trail: Decimal  # [quote per base]
    activation_price: Decimal | None = None


@frozen(kw_only=True)
class TrailingStopPercent:
    """The level follows by a fraction from 0.001 to 0.2."""

    KIND: ClassVar[str] = "trailing_stop_percent"
    qty: Decimal
    trail_fraction: Decimal
    activation_price: Decimal | None = None


@frozen(kw_only=True)
class TrailingStopLimit:
    """A trailing stop, by amount or by fraction (one of them), that becomes a limit."""

    KIND: ClassVar[str] = "trailing_stop_limit"
    qty: Decimal
    limit_offset: Decimal
    trail: Decimal | None = None
    trail_fraction: Decimal | None = None
    activation_price: Decimal | None = None


@frozen(kw_only=True)
class Iceberg:
    """A limit that shows a part of itself."""

    KIND: ClassVar[str] = "iceberg"
    qty: Decimal
    limit_price: Decimal
    display_qty: Decimal


@frozen(kw_only=True)
class Pegged:
    """Follows the best price of its side at an offset."""

    KIND: ClassVar[str] = "pegged"
    qty: Decimal
    offset: Decimal
    limit_price: Decimal | None = None


@frozen(kw_only=True)
class Twap:
    """Equal slices from start to end."""

    KIND: ClassVar[str] = "twap"
    qty: Decimal
    start: Instant
    end: Instant
    slices: int


@frozen(kw_only=True)
class Vwap:
    """Slices by weights from start to end."""

    KIND: ClassVar[str] = "vwap"
    qty: Decimal
    start: Instant
    end: Instant
    weights: tuple[Decimal, ...]


@frozen(kw_only=True)
class Pov:
    """A share of what is traded until the end."""

    KIND: ClassVar[str] = "pov"
    qty: Decimal
    participation: Decimal  # fraction, above 0, at most 0.5
    end: Instant


@frozen(kw_only=True)
class Scaled:
    """Limits from low to high."""

    KIND: ClassVar[str] = "scaled"
    qty: Decimal
    low: Decimal
    high: Decimal
    count: int
    skew: Decimal


OrderTerms: TypeAlias = (
    Market
    | MarketQuote
    | Limit
    | MarketToLimit
    | StopMarket
    | StopLimit
    | TakeProfitMarket
    | TakeProfitLimit
    | MarketIfTouched
    | LimitIfTouched
    | TrailingStopAmount
    | TrailingStopPercent
    | TrailingStopLimit
    | Iceberg
    | Pegged
    | Twap
    | Vwap
    | Pov
    | Scaled
)
CLASSES: Mapping[str, type[OrderTerms]] = {
    cls.KIND: cls
    for cls in (
        Market,
        MarketQuote,
        Limit,
        MarketToLimit,
        StopMarket,
        StopLimit,
        TakeProfitMarket,
        TakeProfitLimit,
        MarketIfTouched,
        LimitIfTouched,
        TrailingStopAmount,
        TrailingStopPercent,
        TrailingStopLimit,
        Iceberg,
        Pegged,
        Twap,
        Vwap,
        Pov,
        Scaled,
    )
}


def _where(holds: Callable[[TypeRule], bool]) -> frozenset[str]:
    return frozenset(kind.value for kind, rule in RULES.items() if holds(rule))


FORCED_REDUCE_ONLY = _where(lambda rule: rule.reduces)
POST_ONLY = _where(lambda rule: rule.family is Family.LIMIT)
SLICED = _where(lambda rule: rule.family is Family.SLICED)  # they end at their own end


def times_in_force(kind: str) -> tuple[TimeInForce, ...]:
    """What an order of this type may live by, the default first; none for sliced and unknown types.

    >>> [tif.value for tif in times_in_force("market")], times_in_force("twap")
    (['ioc', 'fok'], ())
    """
    rules = next((RULES[one] for one in OrderType if one.value == kind), None)
    return () if rules is None or kind in SLICED else rules.times


def _amount(value: Field, least: Decimal, most: Decimal | None = None) -> str | None:
    """Why `value` is no decimal above `least` (and at most `most`), or None. Kernel."""
    if not isinstance(value, Decimal):
        return "must be a decimal"
    if not above_zero(value - least):
        return f"must be above {least}"
    return None if most is None or value <= most else f"must be at most {most}"


def _whole(value: Field, most: int) -> str | None:
    """Why `value` is no count from 2 to `most`, or None."""
    if isinstance(value, int) and not isinstance(value, bool) and 2 <= value <= most:
        return None
    return f"must be a whole number from 2 to {most}"


def _weights(value: Field) -> str | None:
    """Why `value` is no list of weights, or None. Kernel."""
    if not isinstance(value, tuple) or not 2 <= len(value) <= MOST_SLICES:
        return f"2 to {MOST_SLICES} weights are needed"
    if not all(from_zero(weight) for weight in value) or not any(value):
        return "none below zero and one above is needed"
    return None


def _faulty_field(name: str, value: Field) -> str | None:
    """Why a field cannot have this value, or None. Kernel."""
    match name:
        case "start" | "end":
            return None if isinstance(value, Instant) else "must be an instant"
        case "slices" | "count":
            return _whole(value, MOST_SLICES if name == "slices" else MOST_RUNGS)
        case "weights":
            return _weights(value)
        case "limit_offset" | "offset":
            return None if value == ZERO else _amount(value, ZERO)
        case "trail_fraction":
            return None if value == LEAST_TRAIL else _amount(value, LEAST_TRAIL, MOST_TRAIL)
        case "participation":
            return _amount(value, ZERO, HALF)
        case "skew":
            return _amount(value, ZERO, Decimal(WIDEST_SKEW))
        case _:
            return _amount(value, ZERO)


def _gap(start: Instant, end: Instant, slices: int) -> InvalidOrder | None:
    """Slices stand 5 s apart or more."""
    if end.micros - start.micros < LEAST_GAP * slices:
        return InvalidOrder("end", "the gaps must be 5 s or more")
    return None


def faulty_whole(terms: OrderTerms) -> InvalidOrder | None:
    """What is wrong between the fields of an order, or None. Kernel."""
    match terms:
        case TrailingStopLimit() if (terms.trail is None) is (terms.trail_fraction is None):
            return InvalidOrder("trail", "either trail or trail_fraction is needed")
        case Iceberg() if not terms.display_qty <= terms.qty <= terms.display_qty * MOST_PARTS:
            return InvalidOrder("display_qty", f"1 to {MOST_PARTS} parts are possible")
        case Twap():
            return _gap(terms.start, terms.end, terms.slices)
        case Vwap():
            return _gap(terms.start, terms.end, len(terms.weights))
        case Scaled() if not terms.low < terms.high:
            return InvalidOrder("high", "must be above low")
        case _:
            return None


@exact
def order_terms(kind: str, stated: Mapping[str, Field]) -> Result[OrderTerms, OrderFault]:
    """The value of an order type from named fields; None is not stated.

    Errors: InvalidOrder (the type; a field missing, foreign, of a wrong kind or out of its
    range; fields that contradict each other), NumericLimit.
    Source: docs/formulas-contracts-orders.md#order-types.
    >>> order_terms("limit", {"qty": Decimal(1), "stop_price": Decimal(2)}).failure().field
    'stop_price'
    """
    cls = CLASSES.get(kind)
    if cls is None:
        return Failure(InvalidOrder("type", f"no order is called {kind[:32]}"))
    given = {name: value for name, value in stated.items() if value is not None}
    known = {one.name: one.default is NOTHING for one in fields(cls)}
    for name in given:
        if name not in known:
            return Failure(InvalidOrder(name[:32], f"{kind} does not have it"))
    for name, needed in known.items():
        reason = _faulty_field(name, given[name]) if name in given else None
        if name not in given and needed:
            reason = f"{kind} needs it"
        if reason is not None:
            return Failure(InvalidOrder(name, reason))
    made: Callable[..., OrderTerms] = cls
    terms = made(**given)
    fault = faulty_whole(terms)
    return Success(terms) if fault is None else Failure(fault)

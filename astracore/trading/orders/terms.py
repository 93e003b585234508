"""What each order type needs beside side, quantity and limit, as data; what else is refused."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from attrs import frozen

from astracore.errors.trading import InvalidOrder
from astracore.instants import Instant
from astracore.trading.contracts.hedging import LegName
from astracore.trading.orders.self_trades import StpMode
from astracore.trading.orders.trailing import TrailBy
from astracore.trading.orders.triggers import TriggerSide, TriggerSource
from astracore.trading.types import ZERO, OrderType, TimeInForce


@frozen(kw_only=True)
class Schedule:
    """How a sliced or scaled order is cut; each type has fields of its own."""

    start: Instant | None = None
    end: Instant | None = None
    slices: int | None = None
    weights: tuple[Decimal, ...] | None = None
    participation: Decimal | None = None  # fraction of all volume
    low: Decimal | None = None  # [quote per base]
    high: Decimal | None = None  # [quote per base]
    skew: Decimal | None = None


@frozen(kw_only=True)
class OrderTerms:
    """What an order says beyond side, quantity and limit; None is what its type does not have."""

    quote_amount: Decimal | None = None  # [quote]
    stop_price: Decimal | None = None  # [quote per base]
    trail: Decimal | None = None  # [quote per base], or a fraction of the best price
    trail_by: TrailBy | None = None
    limit_offset: Decimal | None = None  # [quote per base]
    activation_price: Decimal | None = None  # [quote per base]
    display_qty: Decimal | None = None  # [base]
    offset: Decimal | None = None  # [quote per base] behind the best price
    schedule: Schedule | None = None
    trigger_source: TriggerSource | None = None
    expire_at: Instant | None = None
    leg: LegName | None = None
    stp: StpMode | None = None


PLAIN = OrderTerms()


class Family(StrEnum):
    """What an order becomes at a venue."""

    MARKET = "market"
    LIMIT = "limit"
    SLICED = "sliced"


@frozen(kw_only=True)
class TypeRule:
    """One row of the table of types. `needed` and `allowed` are names of fields."""

    needed: frozenset[str]
    allowed: frozenset[str] = frozenset()
    schedule: frozenset[str] = frozenset()  # of the schedule; `slices` and such
    times: tuple[TimeInForce, ...]  # the first is the default
    family: Family
    trigger: TriggerSide | None = None  # conditional types alone
    reduces: bool = False  # reduce_only is forced


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_T = TimeInForce
_AT_ONCE = (_T.IOC, _T.FOK)
_RESTING = (_T.GTC, _T.GTD, _T.DAY)
_EVERY = (_T.GTC, _T.IOC, _T.FOK, _T.GTD, _T.DAY)


def _conditional(side: TriggerSide, *, limit: bool = False, reduces: bool = False) -> TypeRule:
    """A stop or touch order that becomes a market or limit order."""
    return TypeRule(
        needed=_names("qty stop_price limit_price" if limit else "qty stop_price"),
        allowed=_names("trigger_source"),
        times=_RESTING,
        family=Family.LIMIT if limit else Family.MARKET,
        trigger=side,
        reduces=reduces,
    )


def _trailing(extra: str = "", allowed: str = "", family: Family = Family.MARKET) -> TypeRule:
    """A stop whose level follows the best price."""
    return TypeRule(
        needed=_names(f"qty trail {extra}"),
        allowed=_names(f"activation_price trigger_source {allowed}"),
        times=_RESTING,
        family=family,
        trigger=TriggerSide.STOP,
    )


def _sliced(schedule: str) -> TypeRule:
    """A market order in pieces, over at the end of its schedule."""
    return TypeRule(
        needed=_names("qty schedule"),
        schedule=_names(schedule),
        times=(_T.GTD,),
        family=Family.SLICED,
    )


RULES: Mapping[OrderType, TypeRule] = {
    OrderType.MARKET: TypeRule(needed=_names("qty"), times=_AT_ONCE, family=Family.MARKET),
    OrderType.MARKET_QUOTE: TypeRule(
        needed=_names("quote_amount"), times=_AT_ONCE, family=Family.MARKET
    ),
    OrderType.LIMIT: TypeRule(needed=_names("qty limit_price"), times=_EVERY, family=Family.LIMIT),
    OrderType.MARKET_TO_LIMIT: TypeRule(needed=_names("qty"), times=_RESTING, family=Family.MARKET),
    OrderType.STOP_MARKET: _conditional(TriggerSide.STOP),
    OrderType.STOP_LIMIT: _conditional(TriggerSide.STOP, limit=True),
    OrderType.TAKE_PROFIT_MARKET: _conditional(TriggerSide.TOUCH, reduces=True),
    OrderType.TAKE_PROFIT_LIMIT: _conditional(TriggerSide.TOUCH, limit=True, reduces=True),
    OrderType.MARKET_IF_TOUCHED: _conditional(TriggerSide.TOUCH),
    OrderType.LIMIT_IF_TOUCHED: _conditional(TriggerSide.TOUCH, limit=True),
    OrderType.TRAILING_STOP_AMOUNT: _trailing(),
    OrderType.TRAILING_STOP_PERCENT: _trailing(),
    OrderType.TRAILING_STOP_LIMIT: _trailing("limit_offset", "trail_by", Family.LIMIT),
    OrderType.ICEBERG: TypeRule(
        needed=_names("qty limit_price display_qty"), times=_RESTING, family=Family.LIMIT
    ),
    OrderType.PEGGED: TypeRule(
        needed=_names("qty offset"),
        allowed=_names("limit_price"),
        times=_RESTING,
        family=Family.LIMIT,
    ),
    OrderType.TWAP: _sliced("start end slices"),
    OrderType.VWAP: _sliced("start end weights"),
    OrderType.POV: _sliced("end participation"),
    OrderType.SCALED: TypeRule(
        needed=_names("qty schedule"),
        schedule=_names("low high slices skew"),
        times=_RESTING,
        family=Family.LIMIT,
    ),
}
SPECIAL = (  # the fields that some types have and others must not
    "quote_amount",
    "stop_price",
    "trail",
    "trail_by",
    "limit_offset",
    "activation_price",
    "display_qty",
    "offset",
    "schedule",
    "trigger_source",
)
SCHEDULED = ("start", "end", "slices", "weights", "participation", "low", "high", "skew")
PRICES = ("stop_price", "activation_price")
POSITIVE = ("quote_amount", "stop_price", "trail", "activation_price", "display_qty")


def trails(kind: OrderType) -> bool:
    """Whether the type's level follows the market."""
    return "trail" in RULES[kind].needed


def trail_by(kind: OrderType, terms: OrderTerms) -> TrailBy:
    """How a trailing order's distance is measured."""
    if kind is OrderType.TRAILING_STOP_PERCENT:
        return TrailBy.PERCENT
    return terms.trail_by or TrailBy.AMOUNT


def misplaced(
    kind: OrderType, qty: Decimal, limit_price: Decimal | None, terms: OrderTerms
) -> tuple[InvalidOrder, ...]:
    """Every field that the type needs and lacks, or has and may not have, in a fixed order."""
    rule = RULES[kind]
    given = {name for name in SPECIAL if getattr(terms, name) is not None}
    given |= {"qty"} if qty != ZERO else set()
    given |= {"limit_price"} if limit_price is not None else set()
    faults = [
        InvalidOrder(name, f"a {kind.value} order needs one")
        for name in ("limit_price", *SPECIAL)
        if name in rule.needed - given
    ]
    faults += [
        InvalidOrder(name, f"a {kind.value} order has none")
        for name in ("qty", "limit_price", *SPECIAL)
        if name in given - rule.needed - rule.allowed
    ]
    return (*faults, *_misscheduled(kind, terms.schedule))


def _misscheduled(kind: OrderType, schedule: Schedule | None) -> tuple[InvalidOrder, ...]:
    """The same for the fields of the schedule."""
    if schedule is None:
        return ()
    needed = RULES[kind].schedule
    return tuple(
        InvalidOrder(f"schedule.{name}", "is needed" if name in needed else "not for this type")
        for name in SCHEDULED
        if (getattr(schedule, name) is not None) is not (name in needed)
    )

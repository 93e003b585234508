"""When a waiting order fires: which price it watches, on which side of its level, how often.

The stop side fires a buy at p >= level and a sell at p <= level; the touch side a buy at
p <= level and a sell at p >= level. Equality fires.
"""

from decimal import Decimal
from enum import StrEnum

from attrs import evolve, frozen
from returns.result import Failure, Result, Success

from astracore.errors.levels import TriggerWouldFire
from astracore.errors.orders import OrderFault
from astracore.errors.values import InvalidPrice
from astracore.numeric import exact, to_text
from astracore.trading.contracts.kinds import above_zero
from astracore.trading.types import Side


class TriggerSource(StrEnum):
    """The price that is watched; `double_last` needs two prints in a row."""

    LAST = "last"
    MARK = "mark"
    INDEX = "index"
    BID_ASK = "bid_ask"
    DOUBLE_LAST = "double_last"


class TriggerSide(StrEnum):
    """Stop: the market breaks through the level. Touch: it comes to it."""

    STOP = "stop"
    TOUCH = "touch"


@frozen(kw_only=True)
class Prices:
    """What is known of a market at one instant [quote per base]; None is not known.

    `last` is stated when a trade printed just now, and only then.
    """

    last: Decimal | None = None
    mark: Decimal | None = None
    index: Decimal | None = None
    bid: Decimal | None = None
    ask: Decimal | None = None


@frozen(kw_only=True)
class Trigger:
    """A level and how it is watched."""

    side: Side
    level: Decimal
    kind: TriggerSide = TriggerSide.STOP
    source: TriggerSource = TriggerSource.LAST


@frozen(kw_only=True)
class Watch:
    """A trigger at work: `reached` prints in a row stood at or beyond the level."""

    trigger: Trigger
    reached: int = 0
    fired: bool = False


def stop_fires(side: Side, level: Decimal, price: Decimal) -> bool:
    """Whether `price` breaks `level`. Kernel.

    >>> [stop_fires(side, Decimal(95), Decimal(94)) for side in Side]
    [False, True]
    """
    return price >= level if side is Side.BUY else price <= level


def touch_fires(side: Side, level: Decimal, price: Decimal) -> bool:
    """Whether `price` comes to `level`. Kernel.

    >>> [touch_fires(side, Decimal(95), Decimal(94)) for side in Side]
    [True, False]
    """
    return price <= level if side is Side.BUY else price >= level


def fires(trigger: Trigger, price: Decimal) -> bool:
    """Whether one price reaches the trigger's level. Kernel."""
    rule = stop_fires if trigger.kind is TriggerSide.STOP else touch_fires
    return rule(trigger.side, trigger.level, price)


def watched(trigger: Trigger, prices: Prices) -> Decimal | None:
    """The price that the trigger looks at: a buy by bid_ask at the ask, a sell at the bid."""
    match trigger.source:
        case TriggerSource.MARK:
            return prices.mark
        case TriggerSource.INDEX:
            return prices.index
        case TriggerSource.BID_ASK:
            return prices.ask if trigger.side is Side.BUY else prices.bid
        case _:
            return prices.last


@exact
def observe(watch: Watch, prices: Prices) -> Result[Watch, OrderFault]:
    """The trigger after one more look at the market; a price that is not known changes nothing.

    Errors: InvalidPrice, NumericLimit.  Source: docs/formulas-contracts-orders.md#triggers.
    Invariant: once fired it stays so; double_last fires at the second of two prints in a row.
    >>> stop = Watch(trigger=Trigger(side=Side.SELL, level=Decimal(95)))
    >>> observe(stop, Prices(last=Decimal(95))).unwrap().fired
    True
    """
    price = watched(watch.trigger, prices)
    if watch.fired or price is None:
        return Success(watch)
    if not above_zero(price):
        return Failure(InvalidPrice(to_text(price)))
    needed = 2 if watch.trigger.source is TriggerSource.DOUBLE_LAST else 1
    reached = watch.reached + 1 if fires(watch.trigger, price) else 0
    return Success(evolve(watch, reached=reached, fired=reached >= needed))


@exact
def accept_trigger(trigger: Trigger, prices: Prices) -> Result[Watch, OrderFault]:
    """Set a trigger to work; one that stands where the market is already is refused.

    Errors: InvalidPrice (the level is not above zero), TriggerWouldFire (equality too),
    NumericLimit.  Source: docs/formulas-contracts-orders.md#triggers.
    >>> sell = Trigger(side=Side.SELL, level=Decimal(95))
    >>> accept_trigger(sell, Prices(last=Decimal(95))).failure().code
    'trigger_would_fire'
    """
    if not above_zero(trigger.level):
        return Failure(InvalidPrice(to_text(trigger.level)))
    price = watched(trigger, prices)
    if price is not None and fires(trigger, price):
        return Failure(TriggerWouldFire(trigger.level, price))
    return Success(Watch(trigger=trigger))

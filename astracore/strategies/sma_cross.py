"""SMA cross: long while the fast average is above the slow one, short while it is below.

The rule sees a candle when it has closed; what it wants can be traded at the next print at the
earliest, so that it cannot look ahead.
"""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.strategies import StrategyFault, StrategyParams
from astracore.indicators.sma import Sma, observed
from astracore.marketdata.candles import Candle
from astracore.numeric import EXACT
from astracore.trading.types import Side

LONGEST = 10_000


@frozen(kw_only=True)
class SmaCross:
    """Averages over `fast` < `slow` candles; a position of `qty` [base] either way.

    Outside data enters through `sma_cross`.
    """

    fast: int
    slow: int
    qty: Decimal


@frozen(kw_only=True)
class Intent:
    """What the strategy wants done at the market, as soon as there is one."""

    side: Side
    qty: Decimal  # [base]


@frozen(kw_only=True)
class Crossing:
    """The averages, and the side that is held; None before the first cross."""

    fast: Sma
    slow: Sma
    side: Side | None = None


def sma_cross(fast: int, slow: int, qty: Decimal) -> Result[SmaCross, StrategyFault]:
    """The rule for these lengths [candles] and this position [base].

    Errors: StrategyParams (unless 1 <= fast < slow <= 10,000 and qty > 0).
    >>> sma_cross(30, 10, Decimal(1)).failure().code
    'strategy_params'
    """
    if not 1 <= fast < slow <= LONGEST:
        return Failure(StrategyParams(f"1 <= fast < slow <= {LONGEST} is needed"))
    if qty <= 0:
        return Failure(StrategyParams("a position above 0 is needed"))
    return Success(SmaCross(fast=fast, slow=slow, qty=qty))


def initial(rules: SmaCross) -> Crossing:
    """Nothing seen, nothing held."""
    return Crossing(fast=Sma(length=rules.fast), slow=Sma(length=rules.slow))


def step(rules: SmaCross, state: Crossing, candle: Candle) -> tuple[Crossing, Intent | None]:
    """Take in one closed candle; the order that a cross calls for, if it is one.

    The averages are compared as total_fast × slow with total_slow × fast; equal ones keep the
    side that is held. The first order opens `qty`, every later one turns the position over.
    Invariant: what comes of candle t does not depend on candles after t.
    """
    fast = observed(state.fast, candle.close)
    slow = observed(state.slow, candle.close)
    side = state.side
    if slow.warm:
        left = EXACT.multiply(fast.total, Decimal(rules.slow))
        right = EXACT.multiply(slow.total, Decimal(rules.fast))
        if left != right:
            side = Side.BUY if left > right else Side.SELL
    after = Crossing(fast=fast, slow=slow, side=side)
    if side is None or side is state.side:
        return after, None
    qty = rules.qty if state.side is None else EXACT.add(rules.qty, rules.qty)
    return after, Intent(side=side, qty=qty)

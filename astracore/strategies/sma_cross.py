"""Two moving averages: buy when the fast one rises above the slow one, sell when it falls below."""

import decimal
from decimal import Decimal
from enum import StrEnum

from attrs import evolve, frozen
from returns.result import Failure, Result, Success

from astracore.errors.values import InvalidWindow
from astracore.indicators.sma import Sma, pushed
from astracore.marketdata.candles import Candle
from astracore.numeric import EXACT


class Stance(StrEnum):
    """What a strategy wants to hold."""

    FLAT = "flat"
    LONG = "long"
    SHORT = "short"


@frozen(kw_only=True)
class Intent:
    """What to change the holding to, at the first price after `candle` has closed."""

    stance: Stance
    candle: Candle  # the last one that the decision has seen


@frozen(kw_only=True)
class SmaCross:
    """The state between two candles. `short` says whether falling means selling short."""

    fast: Sma
    slow: Sma
    short: bool = False
    stance: Stance = Stance.FLAT


def sma_cross(fast: int, slow: int, *, short: bool = False) -> Result[SmaCross, InvalidWindow]:
    """A strategy that has seen nothing yet.  Errors: InvalidWindow unless 1 <= fast < slow.

    >>> sma_cross(5, 5)
    <Failure: InvalidWindow(window=5)>
    """
    if not 1 <= fast < slow:
        return Failure(InvalidWindow(fast))
    return Success(SmaCross(fast=Sma(window=fast), slow=Sma(window=slow), short=short))


def on_candle(state: SmaCross, candle: Candle) -> tuple[SmaCross, Intent | None]:
    """Look at a closed candle; an intent when the wanted holding changes.

    fast mean > slow mean: long; below: flat, or short where allowed; equal or too early: as it was.
    Means are compared exactly, as fast total × slow window against slow total × fast window.
    No look ahead: the intent follows from this candle and those before it, and it is to be carried
    out at prices after this candle's close.
    Invariant: changing any later candle changes nothing that was answered before.
    """
    with decimal.localcontext(EXACT):
        fast = pushed(state.fast, candle.close)
        slow = pushed(state.slow, candle.close)
        ahead = fast.total * slow.window - slow.total * fast.window
    seen = evolve(state, fast=fast, slow=slow)
    wanted = stance_of(seen, ahead) if slow.ready else state.stance
    if wanted is state.stance:
        return seen, None
    return evolve(seen, stance=wanted), Intent(stance=wanted, candle=candle)


def stance_of(state: SmaCross, ahead: Decimal) -> Stance:
    """The holding wanted when the fast mean is `ahead` of the slow one (a scaled difference)."""
    if ahead > 0:
        return Stance.LONG
    if ahead < 0:
        return Stance.SHORT if state.short else Stance.FLAT
    return state.stance

"""Liquidation as single venues state it. Each function names its venue and where it differs.

Binance and dYdX account forms are `liquidation_price` itself: isolated with the position's margin,
cross with `cross_margin`. Gate, OKX and Bybit's fee-aware forms pass the fee rate there. What
stands here cannot be had by an argument: maintenance on the entry notional, a buffer, a shift.
"""

from decimal import Decimal

from returns.result import Failure, Result, Success

from astracore.errors.margin import InvalidMargin, MarginFault
from astracore.errors.series import ZeroDenominator
from astracore.errors.values import (
    InvalidFraction,
    InvalidLeverage,
    InvalidPrice,
    InvalidQuantity,
    InvalidStep,
)
from astracore.margin.legs import Leg, checked, size_of
from astracore.metrics.frames import exactly
from astracore.numeric import Rounding, quotient, rounded_quotient

ZERO = Decimal(0)


@exactly
def entry_maintenance_price(
    leg: Leg, *, leverage: Decimal, rate: Decimal, extra_margin: Decimal = ZERO
) -> Result[Decimal | None, MarginFault]:
    """P = E (1 - s/L + s mu) - s extra/Q: maintenance on the entry notional (Bybit, USDT).

    Errors: InvalidLeverage, InvalidFraction, InvalidQuantity (flat), InvalidPrice.
    Rounds: carried to 50 digits, HALF_EVEN.   None: at or below zero.
    Source: docs/formulas-margin-sizing-risk.md#bybit-linear (Bybit, Liquidation Price).
    >>> from astracore.margin.legs import Contract
    >>> short = Leg(contract=Contract.LINEAR, quantity=Decimal(-1), entry=Decimal(20000))
    >>> entry_maintenance_price(short, leverage=Decimal(50), rate=Decimal("0.005"),
    ...                         extra_margin=Decimal(3000)).unwrap()
    Decimal('23300.000')
    """
    if leverage <= 0:
        return Failure(InvalidLeverage(str(leverage)[:64]))
    if not 0 <= rate < 1:
        return Failure(InvalidFraction("rate", str(rate)[:64]))
    # E (L - s + s mu L) Q - s extra L over L Q: one division.
    sign, size = leg.sign, size_of(leg)
    kept = leg.entry * size * (leverage - sign + sign * rate * leverage)
    over = kept - sign * extra_margin * leverage
    return _held(leg).map(lambda _: _positive(quotient(over, leverage * size)))


@exactly
def inverse_isolated_price(
    leg: Leg, *, leverage: Decimal, rate: Decimal, deduction: Decimal = ZERO, extra: Decimal = ZERO
) -> Result[Decimal | None, MarginFault]:
    """P = Q / (V + s (IM + extra - MM)), V = Q/E, IM = V/L, MM = V mu - a (Bybit, inverse).

    Errors: InvalidLeverage, InvalidFraction, InvalidQuantity (flat), InvalidPrice.
    Rounds: carried to 50 digits, HALF_EVEN.   None: the short's margin covers any rise.
    Source: docs/formulas-margin-sizing-risk.md#bybit-inverse (Bybit, Unified Trading Account).
    >>> from astracore.margin.legs import Contract
    >>> long = Leg(contract=Contract.INVERSE, quantity=Decimal(60000), entry=Decimal(50000))
    >>> inverse_isolated_price(long, leverage=Decimal(10), rate=Decimal("0.005")).unwrap()
    Decimal('45662.100456621004566210045662100456621004566210046')
    """
    if leverage <= 0:
        return Failure(InvalidLeverage(str(leverage)[:64]))
    if not 0 <= rate < 1:
        return Failure(InvalidFraction("rate", str(rate)[:64]))
    # Everything times E L, which keeps the denominator exact.
    sign, size, scale = leg.sign, size_of(leg), leg.entry * leverage
    margin = size - size * rate * leverage + (deduction + extra) * scale
    under = size * leverage + sign * margin
    return _held(leg).map(lambda _: quotient(size * scale, under) if under > 0 else None)


@exactly
def inverse_cross_price(
    leg: Leg,
    *,
    balance: Decimal,
    bankruptcy: Decimal,
    rate: Decimal,
    fee_rate: Decimal,
    tick: Decimal | None = None,
) -> Result[Decimal | None, MarginFault]:
    """P = Q / (Q/E + s (balance - mu Q/E - f Q/bankruptcy)) (Bybit, inverse cross).

    Maintenance stands on the entry notional and the closing fee on the bankruptcy price.
    Errors: InvalidFraction, InvalidPrice, InvalidQuantity (flat), InvalidStep.
    Rounds: to `tick` toward the mark, long CEILING, short FLOOR.   None: no price.
    Source: docs/formulas-margin-sizing-risk.md#bybit-inverse (Bybit, Inverse Contract).
    >>> from astracore.margin.legs import Contract
    >>> long = Leg(contract=Contract.INVERSE, quantity=Decimal(10000), entry=Decimal(8000))
    >>> inverse_cross_price(long, balance=Decimal("0.5"), bankruptcy=Decimal("5718.57"),
    ...     rate=Decimal("0.005"), fee_rate=Decimal("0.00075"), tick=Decimal("0.5")).unwrap()
    Decimal('5739.5')
    """
    if not 0 <= rate < 1 or not 0 <= fee_rate < 1:
        return Failure(InvalidFraction("rate", str(rate)[:64]))
    if bankruptcy <= 0:
        return Failure(InvalidPrice(str(bankruptcy)[:64]))
    if tick is not None and tick <= 0:
        return Failure(InvalidStep(str(tick)[:64]))
    # Everything times E x bankruptcy, which keeps the denominator exact.
    sign, size, scale = leg.sign, size_of(leg), leg.entry * bankruptcy
    fees = rate * size * bankruptcy + fee_rate * size * leg.entry
    under = size * bankruptcy + sign * (balance * scale - fees)
    return _held(leg).map(lambda _: _to_tick(size * scale, under, leg, tick))


@exactly
def account_price(
    leg: Leg, *, equity: Decimal, oracle: Decimal, rate: Decimal
) -> Result[Decimal | None, MarginFault]:
    """P = (e - q x) / (|q| mu - q), e the equity at the oracle price x (dYdX).

    Errors: InvalidFraction, InvalidQuantity (flat), InvalidPrice.
    Rounds: carried to 50 digits, HALF_EVEN.   None: at or below zero.
    Source: docs/formulas-margin-sizing-risk.md#dydx (dYdX, Liquidations).
    Invariant: equals the linear form with W = e - U(x).
    >>> from astracore.margin.legs import Contract
    >>> long = Leg(contract=Contract.LINEAR, quantity=Decimal(10), entry=Decimal(100))
    >>> account_price(long, equity=Decimal(120), oracle=Decimal(100), rate=Decimal("0.12")).unwrap()
    Decimal('1E+2')
    """
    if not 0 <= rate < 1:
        return Failure(InvalidFraction("rate", str(rate)[:64]))
    if oracle <= 0:
        return Failure(InvalidPrice(str(oracle)[:64]))
    signed = leg.quantity * leg.multiplier
    return _held(leg).map(
        lambda _: _positive(quotient(equity - signed * oracle, abs(signed) * rate - signed))
    )


@exactly
def buffered_price(
    direction: int, *, entry: Decimal, liquidation: Decimal, buffer: Decimal
) -> Result[Decimal, MarginFault]:
    """P_b = P + s b |E - P|: leave before the venue does (freqtrade).

    Errors: InvalidFraction (b outside [0, 1], or a direction that is not +1 or -1).
    Rounds: never.   Source: docs/formulas-margin-sizing-risk.md#buffer.
    >>> buffered_price(1, entry=Decimal(2), liquidation=Decimal("1.5"),
    ...                buffer=Decimal("0.05")).unwrap()
    Decimal('1.525')
    """
    if direction not in {1, -1}:
        return Failure(InvalidFraction("direction", str(direction)))
    if not 0 <= buffer <= 1:
        return Failure(InvalidFraction("buffer", str(buffer)[:64]))
    return Success(liquidation + direction * buffer * abs(entry - liquidation))


@exactly
def shifted_price(
    leg: Leg,
    *,
    liquidation: Decimal,
    added: Decimal,
    rate: Decimal = ZERO,
    fee_rate: Decimal = ZERO,
) -> Result[Decimal, MarginFault]:
    """P + added / -(Q (s - mu - f)): where margin added to a linear leg moves its price.

    With mu = f = 0 the price moves by added / Q, as Bybit states it.
    Errors: InvalidFraction (mu + f >= 1), InvalidQuantity (flat), InvalidPrice.
    Rounds: carried to 50 digits, HALF_EVEN.
    Source: docs/formulas-margin-sizing-risk.md#added-margin.
    >>> from astracore.margin.legs import Contract
    >>> long = Leg(contract=Contract.LINEAR, quantity=Decimal(1), entry=Decimal(10000))
    >>> shifted_price(long, liquidation=Decimal(9500), added=Decimal(1000)).unwrap()
    Decimal('8500')
    """
    if rate < 0 or fee_rate < 0 or rate + fee_rate >= 1:
        return Failure(InvalidFraction("maintenance rate + fee rate", str(rate + fee_rate)[:64]))
    slope = size_of(leg) * (leg.sign - rate - fee_rate)
    return _held(leg).map(lambda _: quotient(liquidation * slope - added, slope))


@exactly
def increased_price(leg: Leg, *, distance: Decimal, added: Decimal) -> Result[Decimal, MarginFault]:
    """P = E - s (distance + added / Q): margin added before is shared by the larger position.

    `leg` is the position after the increase, `distance` [quote per base] what initial margin
    less maintenance alone keeps between entry and liquidation.
    Errors: InvalidMargin (distance < 0), InvalidQuantity (flat), InvalidPrice.
    Rounds: carried to 50 digits, HALF_EVEN.
    Source: docs/formulas-margin-sizing-risk.md#added-margin (Bybit, Adjust Margin).
    >>> from astracore.margin.legs import Contract
    >>> long = Leg(contract=Contract.LINEAR, quantity=Decimal(2), entry=Decimal(10000))
    >>> increased_price(long, distance=Decimal(500), added=Decimal(1000)).unwrap()
    Decimal('9000')
    """
    if distance < 0:
        return Failure(InvalidMargin("distance", distance))
    size, sign = size_of(leg), leg.sign
    return _held(leg).map(
        lambda _: quotient((leg.entry - sign * distance) * size - sign * added, size)
    )


@exactly
def return_on_margin(
    unrealised: Decimal, *, initial_margin: Decimal, closing_fee: Decimal = ZERO
) -> Result[Decimal, MarginFault]:
    """U / (IM + fee to close at the bankruptcy price) [1]; Binance's ROE has no fee.

    Errors: ZeroDenominator.   Rounds: carried to 50 digits, HALF_EVEN.
    Source: docs/formulas-margin-sizing-risk.md#return-on-margin.
    >>> return_on_margin(Decimal(-50), initial_margin=Decimal(100)).unwrap()
    Decimal('-0.5')
    """
    base = initial_margin + closing_fee
    if base == 0:
        return Failure(ZeroDenominator("initial margin"))
    return Success(quotient(unrealised, base))


def _held(leg: Leg) -> Result[Leg, MarginFault]:
    if leg.quantity == 0:
        return Failure(InvalidQuantity(str(leg.quantity)[:64]))
    return checked(leg)


def _positive(price: Decimal) -> Decimal | None:
    return price if price > 0 else None


def _to_tick(over: Decimal, under: Decimal, leg: Leg, tick: Decimal | None) -> Decimal | None:
    if under <= 0:
        return None
    if tick is None:
        return quotient(over, under)
    rule = Rounding.CEILING if leg.sign > 0 else Rounding.FLOOR
    return rounded_quotient(over, under, tick, rule)

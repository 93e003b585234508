"""What an account has left: margin balance, available balance, margin ratio, releases."""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.margin import InvalidMargin, MarginFault
from astracore.errors.series import ZeroDenominator
from astracore.errors.values import InvalidLeverage, InvalidPrice, InvalidQuantity, InvalidStep
from astracore.margin.requirements import charged
from astracore.metrics.frames import exactly
from astracore.numeric import Rounding, quotient, rounded, rounded_quotient

ZERO = Decimal(0)


@frozen(kw_only=True)
class Working:
    """One symbol of a cross account: signed `quantity` and what open orders may add, all [base]."""

    quantity: Decimal
    buys: Decimal
    sells: Decimal
    mark: Decimal
    leverage: Decimal


@exactly
def margin_balance(wallet: Decimal, unrealised: Decimal) -> Result[Decimal, MarginFault]:
    """wallet + U [settlement].

    Errors: only what does not fit.   Rounds: never.
    Source: docs/formulas-margin-sizing-risk.md#available-balance.
    >>> margin_balance(Decimal(1000), Decimal("-50.5")).unwrap()
    Decimal('949.5')
    """
    return Success(wallet + unrealised)


@exactly
def available_balance(
    wallet: Decimal,
    unrealised: Decimal,
    *,
    position_margin: Decimal,
    order_margin: Decimal,
    unit: Decimal | None = None,
) -> Result[Decimal, MarginFault]:
    """max(0, wallet + min(0, U) - sum IM - order margin) [settlement]: gains are not yet money.

    Errors: InvalidStep.   Rounds: DOWN to `unit`.
    Source: docs/formulas-margin-sizing-risk.md#available-balance.
    Invariant: never negative, and no larger when an order is added.
    >>> available_balance(Decimal(1000), Decimal(-100), position_margin=Decimal(200),
    ...                   order_margin=Decimal("50.5")).unwrap()
    Decimal('649.5')
    """
    left = max(ZERO, wallet + min(ZERO, unrealised) - position_margin - order_margin)
    if unit is None:
        return Success(left)
    if unit <= 0:
        return Failure(InvalidStep(str(unit)[:64]))
    return Success(rounded(left, unit, Rounding.DOWN))


@exactly
def margin_ratio(maintenance: Decimal, equity: Decimal) -> Result[Decimal, MarginFault]:
    """sum MM / equity [1]; 1 and above means liquidation, and so does equity at or below zero.

    Errors: InvalidMargin (MM < 0), ZeroDenominator (equity <= 0: the ratio has no value).
    Rounds: carried to 50 digits, HALF_EVEN.
    Source: docs/formulas-margin-sizing-risk.md#margin-ratio.
    >>> margin_ratio(Decimal("9.8"), Decimal(490)).unwrap()
    Decimal('0.02')
    """
    if maintenance < 0:
        return Failure(InvalidMargin("maintenance", maintenance))
    if equity <= 0:
        return Failure(ZeroDenominator("equity"))
    return Success(quotient(maintenance, equity))


@exactly
def is_liquidated(maintenance: Decimal, equity: Decimal) -> Result[bool, MarginFault]:
    """Whether equity <= maintenance [both settlement] at the mark.

    Errors: only what does not fit.   Source: docs/formulas-margin-sizing-risk.md#margin-ratio.
    >>> is_liquidated(Decimal("9.8"), Decimal(490)).unwrap()
    False
    """
    return Success(equity <= maintenance)


@exactly
def cross_initial_margin(
    symbols: tuple[Working, ...], *, unit: Decimal
) -> Result[Decimal, MarginFault]:
    """sum u(max(|q + buys|, |q - sells|) x mark / leverage) [quote] over the symbols.

    Errors: InvalidStep, InvalidQuantity (buys or sells < 0), InvalidPrice, InvalidLeverage.
    Rounds: each symbol UP to `unit`.   Source: docs/formulas-margin-sizing-risk.md#initial-margin.
    >>> symbol = Working(quantity=Decimal(1), buys=Decimal("0.5"), sells=Decimal(2),
    ...                  mark=Decimal(1500), leverage=Decimal(5))
    >>> cross_initial_margin((symbol,), unit=Decimal("0.000001")).unwrap()
    Decimal('450.000000')
    """
    if unit <= 0:
        return Failure(InvalidStep(str(unit)[:64]))
    total = ZERO
    for symbol in symbols:
        if min(symbol.buys, symbol.sells) < 0:
            return Failure(InvalidQuantity(str(min(symbol.buys, symbol.sells))[:64]))
        if symbol.mark <= 0:
            return Failure(InvalidPrice(str(symbol.mark)[:64]))
        if symbol.leverage <= 0:
            return Failure(InvalidLeverage(str(symbol.leverage)[:64]))
        worst = max(abs(symbol.quantity + symbol.buys), abs(symbol.quantity - symbol.sells))
        total += rounded_quotient(worst * symbol.mark, symbol.leverage, unit, Rounding.UP)
    return Success(total)


@exactly
def released_margin(
    margin: Decimal, *, closed: Decimal, held: Decimal, unit: Decimal
) -> Result[Decimal, MarginFault]:
    """margin x closed / held [settlement], all of it when everything is closed.

    Errors: InvalidStep, InvalidQuantity (0 < closed <= held does not hold).
    Rounds: HALF_EVEN to `unit`.   Source: docs/formulas-margin-sizing-risk.md#released-margin.
    >>> released_margin(Decimal("600.1"), closed=Decimal("0.5"), held=Decimal("1.5"),
    ...                 unit=Decimal("0.000001")).unwrap()
    Decimal('200.033333')
    """
    if unit <= 0:
        return Failure(InvalidStep(str(unit)[:64]))
    if not 0 < closed <= held:
        return Failure(InvalidQuantity(str(closed)[:64]))
    if closed == held:
        return Success(margin)
    return Success(rounded_quotient(margin * closed, held, unit, Rounding.HALF_EVEN))


@exactly
def removable_margin(
    margin: Decimal,
    unrealised: Decimal,
    *,
    notional: Decimal,
    leverage: Decimal,
    unit: Decimal,
) -> Result[Decimal, MarginFault]:
    """max(0, margin + min(0, U) - u(N / L)) [settlement]: what may leave an isolated position.

    Errors: InvalidLeverage, InvalidStep.   Rounds: the requirement UP to `unit`.
    Source: docs/formulas-margin-sizing-risk.md#released-margin.
    >>> removable_margin(Decimal(700), Decimal(-50), notional=Decimal(3000), leverage=Decimal(5),
    ...                  unit=Decimal("0.000001")).unwrap()
    Decimal('50.000000')
    """
    if leverage <= 0:
        return Failure(InvalidLeverage(str(leverage)[:64]))
    return charged(notional, leverage, unit).map(
        lambda needed: max(ZERO, margin + min(ZERO, unrealised) - needed)
    )

"""Which status a cause of trading has: the type checker proves that each has one."""

from typing import TypeAlias, assert_never

from astracore.errors import funds, levels, market, risk, trading, values

OfWords: TypeAlias = (
    trading.InstrumentUnavailable
    | trading.InstrumentPrecision
    | trading.InvalidOrder
    | market.PriceOffTick
    | market.QuantityOffStep
    | market.QuantityOutOfRange
    | market.BelowMinNotional
    | market.AboveMaxNotional
    | trading.PriceStale
    | market.PriceOutOfRange
    | trading.PostOnlyWouldCross
    | trading.ReduceOnlyNoPosition
    | trading.Overfill
    | trading.InvalidFill
    | levels.TriggerWouldFire
    | levels.BracketPrices
)
OfMeans: TypeAlias = (
    values.NumericLimit
    | trading.AccountClosed
    | trading.AccountFrozen
    | trading.TooManyAccounts
    | trading.BalanceOutOfRange
    | trading.PositionLimit
    | trading.OrderTooLarge
    | trading.LeverageAboveBracket
    | trading.InsufficientMargin
    | trading.TooManyOrders
    | trading.DailyTradeLimit
    | risk.KillSwitchActive
    | risk.ExposureLimit
    | risk.DailyLossLimit
    | risk.DrawdownLimit
    | trading.CoolingOff
    | funds.InsufficientFunds
    | trading.MarginTooLow
)


def status_of_trading(cause: trading.TradingFault) -> int:
    match cause:
        case values.BadAmount():
            return 400
        case trading.LiveNotAllowed() | trading.PracticeNotWithdrawable():
            return 403
        case trading.AccountNotFound() | trading.UnknownOrder() | trading.PositionNotFound():
            return 404
        case (
            trading.DuplicateClientOrderId()
            | trading.InstrumentExists()
            | trading.InvalidTransition()
            | trading.PositionOpen()
            | trading.ResetNotFlat()
            | trading.ResetTooSoon()
        ):
            return 409
        case _:
            return of_words(cause) if isinstance(cause, OfWords) else of_means(cause)


def of_words(cause: OfWords) -> int:
    """What an order says of itself, its instrument and its prices."""
    match cause:
        case (
            trading.InstrumentUnavailable()
            | trading.InstrumentPrecision()
            | trading.InvalidOrder()
            | market.PriceOffTick()
            | market.QuantityOffStep()
            | market.QuantityOutOfRange()
            | market.BelowMinNotional()
            | market.AboveMaxNotional()
            | trading.PriceStale()
            | market.PriceOutOfRange()
            | trading.PostOnlyWouldCross()
            | trading.ReduceOnlyNoPosition()
            | trading.Overfill()
            | trading.InvalidFill()
            | levels.TriggerWouldFire()
            | levels.BracketPrices()
        ):
            return 422
        case _:
            return assert_never(cause)


def of_means(cause: OfMeans) -> int:
    """What an account, its money and its limits do not allow."""
    match cause:
        case (
            values.NumericLimit()
            | trading.AccountClosed()
            | trading.AccountFrozen()
            | trading.TooManyAccounts()
            | trading.BalanceOutOfRange()
            | trading.PositionLimit()
            | trading.OrderTooLarge()
            | trading.LeverageAboveBracket()
            | trading.InsufficientMargin()
            | trading.TooManyOrders()
            | trading.DailyTradeLimit()
            | risk.KillSwitchActive()
            | risk.ExposureLimit()
            | risk.DailyLossLimit()
            | risk.DrawdownLimit()
            | trading.CoolingOff()
            | funds.InsufficientFunds()
            | trading.MarginTooLow()
        ):
            return 422
        case _:
            return assert_never(cause)

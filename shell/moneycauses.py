"""Which status a cause of payments has: the type checker proves that each has one."""

from typing import TypeAlias, assert_never

from astracore.errors import gates, payments

MoneyCause: TypeAlias = (
    payments.QuoteExpired
    | payments.PaymentState
    | payments.MovementState
    | payments.UnderReview
    | payments.WeekAdjusted
    | gates.SpendingLimit
    | payments.TooEarly
    | payments.PurchaseRefused
    | payments.RefundExceeds
    | payments.PaymentDeclined
    | payments.OfferEvidence
    | payments.WithdrawalLimit
    | payments.CashoutDisabled
    | payments.EarningCap
    | payments.ProductRefused
)


def status_of_money(cause: MoneyCause) -> int:
    """The HTTP status of one of these causes."""
    match cause:
        case (
            payments.QuoteExpired()
            | payments.PaymentState()
            | payments.MovementState()
            | payments.UnderReview()
            | payments.WeekAdjusted()
        ):
            return 409
        case (
            gates.SpendingLimit()
            | payments.TooEarly()
            | payments.PurchaseRefused()
            | payments.RefundExceeds()
            | payments.PaymentDeclined()
            | payments.OfferEvidence()
            | payments.WithdrawalLimit()
            | payments.CashoutDisabled()
            | payments.EarningCap()
            | payments.ProductRefused()
        ):
            return 422
        case _:
            return assert_never(cause)

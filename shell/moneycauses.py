"""Which status a cause of payments and billing has: the type checker proves that each has one."""

from typing import TypeAlias, assert_never

from astracore.errors import gates, payments, revenue

MoneyCause: TypeAlias = (
    revenue.PlanUnknown
    | revenue.LineNotFound
    | payments.QuoteExpired
    | payments.PaymentState
    | payments.MovementState
    | payments.UnderReview
    | payments.WeekAdjusted
    | revenue.SubscriptionState
    | revenue.TrialUsed
    | revenue.ChargeNotDue
    | revenue.CouponUsed
    | revenue.InvoiceState
    | revenue.PaymentApplied
    | revenue.NumberTaken
    | revenue.ContractState
    | revenue.DayClosed
    | revenue.MonthSettled
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
    | revenue.AmountDue
    | revenue.InvalidCoupon
    | revenue.InvalidPause
    | revenue.NotRefundable
    | revenue.InvalidTiers
    | revenue.BadDay
    | revenue.InvalidLine
    | revenue.CreditExceeds
    | revenue.RefundExceedsRecognisedAndDeferred
)


def status_of_money(cause: MoneyCause) -> int:
    """The HTTP status of one of these causes."""
    match cause:
        case revenue.PlanUnknown() | revenue.LineNotFound():
            return 404
        case (
            payments.QuoteExpired()
            | payments.PaymentState()
            | payments.MovementState()
            | payments.UnderReview()
            | payments.WeekAdjusted()
            | revenue.SubscriptionState()
            | revenue.TrialUsed()
            | revenue.ChargeNotDue()
            | revenue.CouponUsed()
            | revenue.InvoiceState()
            | revenue.PaymentApplied()
            | revenue.NumberTaken()
            | revenue.ContractState()
            | revenue.DayClosed()
            | revenue.MonthSettled()
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
            | revenue.AmountDue()
            | revenue.InvalidCoupon()
            | revenue.InvalidPause()
            | revenue.NotRefundable()
            | revenue.InvalidTiers()
            | revenue.BadDay()
            | revenue.InvalidLine()
            | revenue.CreditExceeds()
            | revenue.RefundExceedsRecognisedAndDeferred()
        ):
            return 422
        case _:
            return assert_never(cause)

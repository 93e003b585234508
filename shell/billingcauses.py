"""Which status a cause of billing has: the type checker proves that each has one."""

from typing import TypeAlias, assert_never

from astracore.errors import revenue

BillingCause: TypeAlias = (
    revenue.PlanUnknown
    | revenue.LineNotFound
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


def status_of_billing(cause: BillingCause) -> int:
    """The HTTP status of one of these causes."""
    match cause:
        case revenue.PlanUnknown() | revenue.LineNotFound():
            return 404
        case (
            revenue.SubscriptionState()
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
            revenue.AmountDue()
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

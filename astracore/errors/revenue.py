"""Causes that concern subscriptions, invoices and recognition."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.errors.money import NegativeAmount
from astracore.errors.series import ZeroDenominator
from astracore.errors.values import InvalidFraction, InvalidPeriod, NumericLimit


@frozen
class PlanUnknown:
    """The catalogue sells no such plan for such a cycle."""

    code: ClassVar[str] = "plan_unknown"
    plan: str
    cycle: str


@frozen
class SubscriptionState:
    """A subscription in this status does not take this command."""

    code: ClassVar[str] = "subscription_state"
    status: str
    asked: str


@frozen
class TrialUsed:
    """A trial is given once per person and per payment method."""

    code: ClassVar[str] = "trial_used"
    subscription_id: str


@frozen
class AmountDue:
    """What was paid and credited is not what is due."""

    code: ClassVar[str] = "amount_due"
    due: Decimal
    given: Decimal


@frozen
class ChargeNotDue:
    """It is too early: this is due on day `due`."""

    code: ClassVar[str] = "charge_not_due"
    due: int


@frozen
class CouponUsed:
    """A person may use a coupon once, and one coupon at a time."""

    code: ClassVar[str] = "coupon_used"
    coupon: str


@frozen
class InvalidCoupon:
    """A coupon takes a fraction within 0 and 1 or an amount above 0, for 1 period or more."""

    code: ClassVar[str] = "invalid_coupon"
    coupon: str


@frozen
class InvalidPause:
    """A pause lasts 1 to 3 months and is granted once a year."""

    code: ClassVar[str] = "invalid_pause"
    months: int


@frozen
class NotRefundable:
    """The rules give nothing back for this subscription today."""

    code: ClassVar[str] = "not_refundable"
    subscription_id: str


@frozen
class InvalidTiers:
    """Tiers rise, and the last alone is open; the one at `index` breaks this."""

    code: ClassVar[str] = "invalid_tiers"
    index: int


@frozen
class BadDay:
    """Text is not a date such as `2026-03-04`."""

    code: ClassVar[str] = "bad_day"
    text: str


@frozen
class InvoiceState:
    """An invoice in this status does not take this command."""

    code: ClassVar[str] = "invoice_state"
    status: str
    asked: str


@frozen
class InvalidLine:
    """A line of the invoice is doubled, unsettled or not what its own evidence says."""

    code: ClassVar[str] = "invalid_line"
    line_id: str


@frozen
class LineNotFound:
    """The invoice has no line of this name."""

    code: ClassVar[str] = "line_not_found"
    line_id: str


@frozen
class CreditExceeds:
    """Credit notes would take back more than the line or the invoice charges."""

    code: ClassVar[str] = "credit_exceeds"
    left: Decimal
    asked: Decimal


@frozen
class PaymentApplied:
    """This payment was applied to the invoice before."""

    code: ClassVar[str] = "payment_applied"
    payment_id: str


@frozen
class NumberTaken:
    """The serial number is out of its sequence."""

    code: ClassVar[str] = "number_taken"
    number: str


@frozen
class ContractState:
    """A contract of revenue that stands so does not take this command."""

    code: ClassVar[str] = "contract_state"
    asked: str


@frozen
class DayClosed:
    """The day is recognised already; only later days may change."""

    code: ClassVar[str] = "day_closed"
    day: int


@frozen
class RefundExceedsRecognisedAndDeferred:
    """More is to be given back than the contract has billed and not given back."""

    code: ClassVar[str] = "refund_exceeds_recognised_and_deferred"
    left: Decimal
    asked: Decimal


@frozen
class MonthSettled:
    """The month is settled already, or is not the next one."""

    code: ClassVar[str] = "month_settled"
    month: str


PricingFault: TypeAlias = (
    PlanUnknown
    | InvalidTiers
    | InvalidCoupon
    | InvalidFraction
    | InvalidPeriod
    | NegativeAmount
    | NumericLimit
    | BadDay
)
SubscriptionFault: TypeAlias = (
    PricingFault
    | SubscriptionState
    | TrialUsed
    | AmountDue
    | ChargeNotDue
    | CouponUsed
    | InvalidPause
    | NotRefundable
)
InvoiceFault: TypeAlias = (
    PricingFault
    | InvoiceState
    | InvalidLine
    | LineNotFound
    | CreditExceeds
    | PaymentApplied
    | NumberTaken
)
RecognitionFault: TypeAlias = (
    ContractState
    | DayClosed
    | RefundExceedsRecognisedAndDeferred
    | InvalidPeriod
    | InvalidFraction
    | NegativeAmount
    | NumericLimit
)
MetricFault: TypeAlias = ZeroDenominator | NegativeAmount | NumericLimit | InvalidFraction
SplitFault: TypeAlias = MonthSettled | InvalidFraction | NegativeAmount | NumericLimit

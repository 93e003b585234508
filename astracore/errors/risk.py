"""Causes of the risk area: limits that an order would break, the switch, alerts and blocks."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.errors.series import SeriesFault


@frozen
class KillSwitchActive:
    """A kill switch stands over this account: only reducing orders and cancels pass."""

    code: ClassVar[str] = "kill_switch_active"
    state: str
    reason: str


@frozen
class ExposureLimit:
    """`limit` (position, gross, net or leverage) would be `used` where `allowed` is the most."""

    code: ClassVar[str] = "exposure_limit"
    limit: str
    used: Decimal | None
    allowed: Decimal


@frozen
class ConcentrationLimit:
    """One symbol would hold a larger share of the gross exposure than is allowed."""

    code: ClassVar[str] = "concentration_limit"
    used: Decimal
    allowed: Decimal


@frozen
class MarginLimit:
    """The order needs more margin than is available."""

    code: ClassVar[str] = "margin_limit"
    required: Decimal
    available: Decimal


@frozen
class DailyLossLimit:
    """The account lost its share of the day; only reducing orders pass until 00:00 UTC."""

    code: ClassVar[str] = "daily_loss_limit"
    used: Decimal | None
    allowed: Decimal


@frozen
class DrawdownLimit:
    """The account fell further below its peak than is allowed."""

    code: ClassVar[str] = "drawdown_limit"
    used: Decimal | None
    allowed: Decimal


@frozen
class OrderRateLimit:
    """More orders in the trailing interval, or open, than allowed: `limit` says which."""

    code: ClassVar[str] = "order_rate_limit"
    limit: str
    used: Decimal
    allowed: Decimal


@frozen
class LossRunLimit:
    """Too many closed trades lost in a row."""

    code: ClassVar[str] = "loss_run_limit"
    used: Decimal
    allowed: Decimal


@frozen
class PriceCollar:
    """The order's price lies outside low x mark .. high x mark."""

    code: ClassVar[str] = "price_collar"
    price: Decimal
    lowest: Decimal
    highest: Decimal


@frozen
class InstrumentHalted:
    """The instrument does not take this order in its present status."""

    code: ClassVar[str] = "instrument_halted"
    status: str


@frozen
class FilterBroken:
    """The order breaks a filter of its market; `cause` is the filter's own code."""

    code: ClassVar[str] = "filter_broken"
    cause: str


@frozen
class ThresholdOrder:
    """Thresholds must satisfy 0 < warning < critical <= 1."""

    code: ClassVar[str] = "threshold_order"
    warning: Decimal
    critical: Decimal


@frozen
class LimitExists:
    """A limit of this type and scope is there already."""

    code: ClassVar[str] = "limit_exists"
    limit_id: str


@frozen
class LimitNotFound:
    """No limit has this id."""

    code: ClassVar[str] = "limit_not_found"
    limit_id: str


@frozen
class AlertNotFound:
    """No alert has this id."""

    code: ClassVar[str] = "alert_not_found"
    alert_id: str


@frozen
class AlertClosed:
    """The alert is resolved, or was acknowledged before."""

    code: ClassVar[str] = "alert_closed"
    alert_id: str
    status: str


@frozen
class NotEngaged:
    """The switch is not engaged, so nothing can be released or approved."""

    code: ClassVar[str] = "not_engaged"
    switch_id: str


@frozen
class ReleaseTooSoon:
    """The switch may be released by this actor from `until` [µs of UTC] on."""

    code: ClassVar[str] = "release_too_soon"
    until: int


@frozen
class SecondApprover:
    """Two different users of role risk must agree, the second less than an hour after the first."""

    code: ClassVar[str] = "second_approver"
    approvals: int


@frozen
class RiskTooHigh:
    """The level must be MEDIUM or lower before trading may start again."""

    code: ClassVar[str] = "risk_too_high"
    level: str


@frozen
class ReasonTooShort:
    """The reason has fewer characters than `needed`."""

    code: ClassVar[str] = "reason_too_short"
    needed: int


@frozen
class NotPermitted:
    """This actor may not do that; `needed` names who may."""

    code: ClassVar[str] = "not_permitted"
    needed: str


@frozen
class InvalidCountdown:
    """A dead man's countdown is 0 (off) or 10 to 86400 seconds."""

    code: ClassVar[str] = "invalid_countdown"
    seconds: int


@frozen
class NotDue:
    """The dead man's countdown has not run out, or is off."""

    code: ClassVar[str] = "not_due"
    due_at: int | None


Breach: TypeAlias = (
    KillSwitchActive
    | InstrumentHalted
    | FilterBroken
    | PriceCollar
    | ExposureLimit
    | ConcentrationLimit
    | MarginLimit
    | DailyLossLimit
    | DrawdownLimit
    | OrderRateLimit
    | LossRunLimit
)
SwitchFault: TypeAlias = (
    NotEngaged | ReleaseTooSoon | SecondApprover | RiskTooHigh | ReasonTooShort | NotPermitted
)
ProfileFault: TypeAlias = (
    ThresholdOrder
    | LimitExists
    | LimitNotFound
    | AlertNotFound
    | AlertClosed
    | InvalidCountdown
    | NotDue
    | NotPermitted
)
RiskFault: TypeAlias = SeriesFault

"""Limits as data, and their grades: utilisation, status, level, and the hysteresis between them.

A utilisation is used / limit; None stands for beyond any bound (something used where nothing is
allowed, or exposure without equity), which is larger than every number.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.risk import RiskFault, ThresholdOrder
from astracore.errors.values import BadAmount, NumericLimit
from astracore.metrics.frames import kept, statistical

ZERO = Decimal(0)
ONE = Decimal(1)
HOLD = Decimal("0.95")  # a grade ends only below its threshold times this
WARNING = Decimal("0.8")
CRITICAL = Decimal("0.95")
Utilisation: TypeAlias = Decimal | None


class LimitType(StrEnum):
    """What a limit measures, in the order in which violations are reported."""

    POSITION_SIZE = "position_size"
    DAILY_LOSS = "daily_loss"
    DRAWDOWN = "drawdown"
    LEVERAGE = "leverage"
    EXPOSURE = "exposure"
    NET_EXPOSURE = "net_exposure"
    CONCENTRATION = "concentration"
    MARGIN = "margin"
    ORDER_RATE = "order_rate"
    OPEN_ORDERS = "open_orders"
    LOSS_RUN = "loss_run"
    VAR = "var"


class Action(StrEnum):
    """What a breach of a limit causes."""

    ALERT = "alert"
    BLOCK_SYMBOL = "block_symbol"
    BLOCK_NEW = "block_new"
    BLOCK_DAY = "block_day"  # until 00:00 UTC
    BLOCK_HOUR = "block_hour"
    REDUCE_ONLY = "reduce_only"
    PAUSE_BOTS = "pause_bots"
    CANCEL_ORDERS = "cancel_orders"
    KILL_SWITCH = "kill_switch"


class Status(StrEnum):
    """Where a limit stands; ordered by `STATUSES`."""

    NORMAL = "normal"
    WARNING = "warning"
    CRITICAL = "critical"
    BREACHED = "breached"


class Level(StrEnum):
    """How tight things are; ordered by `LEVELS`."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


STATUSES = tuple(Status)
LEVELS = tuple(Level)
LEVEL_THRESHOLDS = (Decimal("0.5"), Decimal("0.8"), ONE)


@frozen(kw_only=True)
class LimitRule:
    """The default of a limit type: most allowed in practice and live, and what a breach does."""

    practice: Decimal
    live: Decimal
    actions: tuple[Action, ...]


@frozen(kw_only=True)
class Thresholds:
    """Utilisations at which a limit warns and turns critical. Made by `thresholds`."""

    warning: Decimal = WARNING
    critical: Decimal = CRITICAL


def _rule(practice: str, live: str, *actions: Action) -> LimitRule:
    return LimitRule(practice=Decimal(practice), live=Decimal(live), actions=actions)


LIMITS: Mapping[LimitType, LimitRule] = MappingProxyType(
    {
        LimitType.POSITION_SIZE: _rule("5", "2", Action.BLOCK_SYMBOL),
        LimitType.DAILY_LOSS: _rule("0.1", "0.05", Action.BLOCK_DAY),
        LimitType.DRAWDOWN: _rule(
            "0.3", "0.2", Action.REDUCE_ONLY, Action.PAUSE_BOTS, Action.KILL_SWITCH
        ),
        LimitType.LEVERAGE: _rule("20", "5", Action.BLOCK_NEW),
        LimitType.EXPOSURE: _rule("1000000", "100000", Action.BLOCK_NEW),
        LimitType.NET_EXPOSURE: _rule("1000000", "100000", Action.BLOCK_NEW),
        LimitType.CONCENTRATION: _rule("1", "0.8", Action.ALERT),
        LimitType.MARGIN: _rule("0.8", "0.5", Action.CANCEL_ORDERS, Action.BLOCK_NEW),
        LimitType.ORDER_RATE: _rule("60", "60", Action.BLOCK_NEW),
        LimitType.OPEN_ORDERS: _rule("200", "200", Action.BLOCK_NEW),
        LimitType.LOSS_RUN: _rule("10", "10", Action.BLOCK_HOUR),
        LimitType.VAR: _rule("1", "0.1", Action.ALERT),
    }
)


def thresholds(warning: Decimal, critical: Decimal) -> Result[Thresholds, ThresholdOrder]:
    """0 < warning < critical <= 1.

    Errors: ThresholdOrder.
    >>> thresholds(Decimal("0.9"), Decimal("0.8")).failure().code
    'threshold_order'
    """
    finite = warning.is_finite() and critical.is_finite()
    if not finite or not ZERO < warning < critical <= ONE:
        return Failure(ThresholdOrder(warning, critical))
    return Success(Thresholds(warning=warning, critical=critical))


@statistical
def utilisation(used: Decimal, limit: Decimal) -> Result[Utilisation, RiskFault]:
    """used / limit [1]; a limit at or below 0 allows nothing: None if anything is used, else 0.

    Errors: only what does not fit.   Rounds: 28 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#utilisation.
    >>> utilisation(Decimal("0.04"), Decimal("0.05")).unwrap()
    Decimal('0.8')
    >>> utilisation(Decimal(1), Decimal(0)).unwrap() is None
    True
    """
    if limit <= 0:
        return Success(None if used > 0 else ZERO)
    return Success(kept(max(ZERO, used) / limit))


@statistical
def status(
    used: Utilisation, marks: Thresholds, *, before: Status = Status.NORMAL
) -> Result[Status, BadAmount | NumericLimit]:
    """NORMAL u < w <= WARNING < c <= CRITICAL < 1 <= BREACHED, falling only below 0.95 x mark.

    Errors: only what is not finite.   Source: docs/formulas-margin-sizing-risk.md#status.
    Invariant: monotone in u; with `before` it rises at once and falls late.
    >>> marks = Thresholds()
    >>> [status(Decimal(u), marks).unwrap().value for u in ("0.798", "0.8", "0.95", "1")]
    ['normal', 'warning', 'critical', 'breached']
    >>> status(Decimal("0.77"), marks, before=Status.WARNING).unwrap().value
    'warning'
    """
    bounds = (marks.warning, marks.critical, ONE)
    return Success(STATUSES[_held(used, bounds, STATUSES.index(before))])


@statistical
def level(
    used: Utilisation, *, before: Level = Level.LOW
) -> Result[Level, BadAmount | NumericLimit]:
    """LOW u < 0.5 <= MEDIUM < 0.8 <= HIGH < 1 <= CRITICAL, falling only below 0.95 x threshold.

    Errors: only what is not finite.   Source: docs/formulas-margin-sizing-risk.md#level.
    Invariant: monotone in u.
    >>> level(Decimal("0.62")).unwrap().value, level(Decimal("0.8")).unwrap().value
    ('medium', 'high')
    """
    return Success(LEVELS[_held(used, LEVEL_THRESHOLDS, LEVELS.index(before))])


def highest_level(levels: tuple[Level, ...]) -> Level:
    """The account's level: the highest of its limits, LOW without any.

    >>> highest_level((Level.MEDIUM, Level.HIGH, Level.LOW)).value
    'high'
    """
    return max(levels, key=LEVELS.index, default=Level.LOW)


def at_least(used: Utilisation, bound: Decimal) -> bool:
    """Whether a utilisation reaches `bound`; None reaches every bound."""
    return used is None or used >= bound


# How many thresholds are reached now; one reached before still counts above 0.95 of it.
def _held(used: Utilisation, bounds: tuple[Decimal, ...], before: int) -> int:
    now = sum(at_least(used, bound) for bound in bounds)
    held = sum(at_least(used, bound * HOLD) for bound in bounds[:before])
    return max(now, held)

"""What each limit measures, from one snapshot of an account; every limit graded at once."""

from collections.abc import Mapping
from decimal import Decimal

from attrs import frozen
from returns.result import Result, Success

from astracore.errors.risk import RiskFault
from astracore.instants import Instant
from astracore.metrics.frames import Vector, kept, statistical
from astracore.outcome import collect
from astracore.risk.limits import (
    LIMITS,
    Action,
    Level,
    LimitType,
    Status,
    Thresholds,
    Utilisation,
    highest_level,
    level,
    status,
    utilisation,
)

ZERO = Decimal(0)
ONE = Decimal(1)
MEASURES = tuple(LimitType)
USUAL = Thresholds()


@frozen(kw_only=True)
class Snapshot:
    """An account as its risk is judged, amounts in USD, at one instant.

    `exposures` are signed, one for each symbol held; `deposits` of the day are net; `peak` is
    already moved by flows; `losses` is the run of closed losses; `var` is one day's at 95 %.
    """

    at: Instant
    equity: Decimal
    day_open: Decimal
    deposits: Decimal
    peak: Decimal
    exposures: Vector
    maintenance: Decimal
    orders: int  # in the trailing 60 s
    open_orders: int
    losses: int
    var: Decimal = ZERO
    symbols: tuple[str, ...] = ()  # of the exposures, in their order


@frozen(kw_only=True)
class Limit:
    """The most a measure may be, and its thresholds."""

    limit_id: str
    type: LimitType
    value: Decimal
    marks: Thresholds = USUAL


@frozen(kw_only=True)
class Graded:
    """One limit at one instant. `used` None: beyond any bound; `headroom` = limit - used."""

    limit_id: str
    type: LimitType
    used: Decimal | None
    limit: Decimal
    headroom: Decimal | None
    utilisation: Utilisation
    status: Status
    level: Level

    @property
    def actions(self) -> tuple[Action, ...]:
        """What a breach of this type of limit causes."""
        return LIMITS[self.type].actions


@frozen(kw_only=True)
class Assessment:
    """Every limit, the highest utilisation first and then in the order of `LimitType`."""

    graded: tuple[Graded, ...]
    level: Level


@statistical
def measure(kind: LimitType, held: Snapshot) -> Result[Decimal | None, RiskFault]:
    """What a limit of `kind` counts as used; None: exposure or loss without equity to carry it.

    Errors: only what does not fit.   Rounds: 28 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#measures.
    >>> held = Snapshot(at=Instant(0), equity=Decimal(9500), day_open=Decimal(10000),
    ...     deposits=Decimal(0), peak=Decimal(10000), exposures=(Decimal(19000),),
    ...     maintenance=Decimal(95), orders=0, open_orders=0, losses=0)
    >>> [str(measure(kind, held).unwrap()) for kind in (LimitType.DAILY_LOSS, LimitType.LEVERAGE)]
    ['0.05', '2']
    """
    return Success(_measured(kind, held))


@statistical
def assess(
    held: Snapshot, limits: tuple[Limit, ...], *, before: Mapping[str, Graded]
) -> Result[Assessment, RiskFault]:
    """Every limit graded, none left out; `before` holds the last grades by limit id.

    Errors: only what does not fit.   Rounds: 28 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#measures.
    Invariant: raising a limit never raises its status or the level.
    >>> held = Snapshot(at=Instant(0), equity=Decimal(100), day_open=Decimal(100),
    ...     deposits=Decimal(0), peak=Decimal(100), exposures=(), maintenance=Decimal(0),
    ...     orders=60, open_orders=1, losses=0)
    >>> rate = Limit(limit_id="a", type=LimitType.ORDER_RATE, value=Decimal(60))
    >>> assess(held, (rate,), before={}).unwrap().level.value
    'critical'
    """
    graded = collect(_graded(limit, held, before.get(limit.limit_id)) for limit in limits)
    return graded.map(_ordered)


def _ordered(graded: tuple[Graded, ...]) -> Assessment:
    return Assessment(
        graded=tuple(sorted(graded, key=_urgency)),
        level=highest_level(tuple(each.level for each in graded)),
    )


def _urgency(each: Graded) -> tuple[bool, Decimal, int]:
    beyond = each.utilisation is None
    return (not beyond, -(each.utilisation or ZERO), MEASURES.index(each.type))


def _graded(limit: Limit, held: Snapshot, before: Graded | None) -> Result[Graded, RiskFault]:
    used = _measured(limit.type, held)
    return Result.do(
        Graded(
            limit_id=limit.limit_id,
            type=limit.type,
            used=used,
            limit=limit.value,
            headroom=None if used is None else kept(limit.value - used),
            utilisation=share,
            status=grade,
            level=height,
        )
        for share in _shared(used, limit.value)
        for grade in status(
            share, limit.marks, before=Status.NORMAL if before is None else before.status
        )
        for height in level(share, before=Level.LOW if before is None else before.level)
    )


def _shared(used: Decimal | None, limit: Decimal) -> Result[Utilisation, RiskFault]:
    return Success(None) if used is None else utilisation(used, limit)


def _measured(kind: LimitType, held: Snapshot) -> Decimal | None:
    sizes = tuple(abs(each) for each in held.exposures)
    gross = sum(sizes, ZERO)
    largest = max(sizes, default=ZERO)
    match kind:
        case LimitType.POSITION_SIZE:
            return _per_equity(largest, held.equity)
        case LimitType.DAILY_LOSS:
            return _per_equity(
                max(ZERO, held.day_open + held.deposits - held.equity), held.day_open
            )
        case LimitType.DRAWDOWN:
            return _per_equity(max(ZERO, held.peak - held.equity), held.peak)
        case LimitType.LEVERAGE:
            return _per_equity(gross, held.equity)
        case LimitType.EXPOSURE:
            return gross
        case LimitType.NET_EXPOSURE:
            return abs(sum(held.exposures, ZERO))
        case _:
            return _counted(kind, held, largest, gross)


def _counted(kind: LimitType, held: Snapshot, largest: Decimal, gross: Decimal) -> Decimal | None:
    match kind:
        case LimitType.CONCENTRATION:
            return kept(largest / gross) if len(held.exposures) > 1 and gross else ZERO
        case LimitType.MARGIN:
            return _per_equity(held.maintenance, held.equity)
        case LimitType.ORDER_RATE:
            return Decimal(held.orders)
        case LimitType.OPEN_ORDERS:
            return Decimal(held.open_orders)
        case LimitType.LOSS_RUN:
            return Decimal(held.losses)
        case _:
            return _per_equity(held.var, held.equity)


def _per_equity(amount: Decimal, equity: Decimal) -> Decimal | None:
    if amount == 0:
        return ZERO
    return kept(amount / equity) if equity > 0 else None

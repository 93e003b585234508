"""What became of one order, step by step, and what each of its fills did, from its events alone."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TypeAlias

from attrs import evolve, fields, frozen
from returns.result import Result, Success

from astracore.errors.values import NumericLimit
from astracore.ids import FillId, OrderId
from astracore.instants import Instant
from astracore.numeric import Rounding, exact, rounded, to_text
from astracore.trading.contracts.kinds import ONE, reducible, sign_of
from astracore.trading.events import (
    AccountEvent,
    OrderAccepted,
    OrderAcknowledged,
    OrderCancelled,
    OrderCancelRefused,
    OrderCancelRequested,
    OrderExpired,
    OrderRejected,
    OrderReserveChanged,
    TradeExecuted,
)
from astracore.trading.order_events import (
    ChildReleased,
    OrderAmended,
    OrderTriggered,
    OrderUnanswered,
    ReconciliationFlagged,
    TrailingMoved,
)
from astracore.trading.types import (
    FEE_SCHEDULE,
    MICRO,
    ZERO,
    ContractKind,
    FeeLevel,
    Liquidity,
    Side,
)

SHOWN = (  # the fields of an event that say what a step did
    "reason",
    "status",
    "qty",
    "executed",
    "limit_price",
    "protective_price",
    "stop_price",
    "price",
    "level",
    "extreme",
    "becomes",
    "reference",
    "reserve",
    "reserve_released",
    "revision",
    "parent_id",
    "venue_order_id",
    "fill_id",
)
OfOrder: TypeAlias = (
    OrderAccepted
    | OrderAcknowledged
    | OrderCancelRequested
    | OrderCancelRefused
    | OrderReserveChanged
    | OrderCancelled
    | OrderRejected
    | OrderExpired
    | TradeExecuted
    | OrderAmended
    | OrderTriggered
    | TrailingMoved
    | ChildReleased
    | OrderUnanswered
    | ReconciliationFlagged
)


@frozen(kw_only=True)
class Turn:
    """One step of an order's life: the event's name, when, and the figures it left."""

    name: str
    at: Instant
    figures: Mapping[str, str]


@frozen(kw_only=True)
class FillWhy:
    """Why a fill left what it left [account currency; prices quote per base; quantities base].

    `price` is that of the level that was taken, or of the order's own limit where it rested;
    `bound` is the worst that the order allowed, `better_by` how much better it was. The fee is
    notional × fee_rate, rounded up to the unit; `fee_level` counts the schedule's rows from 0.
    Invariant: cash_after = cash_before + realised − fee − platform_fee + insurance − margin_change.
    """

    fill_id: FillId
    at: Instant
    side: Side
    qty: Decimal
    price: Decimal
    liquidity: Liquidity
    bound: Decimal | None
    better_by: Decimal | None
    notional: Decimal
    fee: Decimal
    fee_rate: Decimal
    fee_level: int | None
    platform_fee: Decimal
    reserve_before: Decimal
    reserve_after: Decimal
    reserve_released: Decimal
    position_before: Decimal
    position_after: Decimal
    closed: Decimal
    opened: Decimal
    realised: Decimal
    margin_change: Decimal
    insurance: Decimal
    cash_before: Decimal
    cash_after: Decimal
    late: bool


@frozen(kw_only=True)
class Story:
    """An order's life. `reserve` is what it has locked now, `bound` the worst price it takes."""

    order_id: OrderId
    turns: tuple[Turn, ...] = ()
    fills: tuple[FillWhy, ...] = ()
    maker_rate: Decimal = ZERO
    taker_rate: Decimal = ZERO
    reserve: Decimal = ZERO
    bound: Decimal | None = None


@exact
def story(order_id: OrderId, events: Iterable[AccountEvent]) -> Result[Story, NumericLimit]:
    """The steps and fills of `order_id` among `events`, in their order.

    Errors: NumericLimit.  Source: docs/formulas-contracts-orders.md#why.
    Invariant: those of FillWhy; released reserves and what is left add up to what was locked.
    """
    told = Story(order_id=order_id)
    for event in events:
        if isinstance(event, OfOrder) and event.order_id == order_id:
            told = continued(told, event)
    return Success(told)


def continued(told: Story, event: OfOrder) -> Story:
    """The story after one more of the order's own events. Kernel."""
    told = evolve(told, turns=(*told.turns, turn_of(event)))
    match event:
        case OrderAccepted():
            return evolve(
                told,
                maker_rate=event.maker_rate,
                taker_rate=event.taker_rate,
                reserve=event.reserve,
                bound=event.limit_price or event.protective_price,
            )
        case OrderAmended():
            return evolve(told, reserve=event.reserve, bound=event.limit_price or told.bound)
        case OrderReserveChanged() | ChildReleased():
            return evolve(told, reserve=event.reserve)
        case OrderTriggered():
            return evolve(told, bound=event.limit_price or event.protective_price)
        case TradeExecuted():
            fills = (*told.fills, fill_why(told, event))
            return evolve(told, fills=fills, reserve=event.reserve)
        case OrderCancelled() | OrderRejected() | OrderExpired():
            return evolve(told, reserve=ZERO)
        case _:
            return told


def turn_of(event: OfOrder) -> Turn:
    """What an event says of a step. Kernel."""
    names = {field.name for field in fields(type(event))}
    found = {name: getattr(event, name) for name in SHOWN if name in names}
    return Turn(
        name=event.TYPE.split(".")[2],
        at=event.at,
        figures={name: shown(value) for name, value in found.items() if value is not None},
    )


def shown(value: object) -> str:
    """A figure as text."""
    return to_text(value) if isinstance(value, Decimal) else str(value)


def fill_why(told: Story, event: TradeExecuted) -> FillWhy:
    """One fill with what it did to the account. Kernel."""
    sign = sign_of(event.side)
    moves = moved_by(event)
    before = event.position_qty - sign * moves
    closed = min(moves, reducible(before, event.side))
    rate = told.maker_rate if event.liquidity is Liquidity.MAKER else told.taker_rate
    charges = event.fee + event.platform_fee
    better = None if told.bound is None else sign * (told.bound - event.price)
    return FillWhy(
        fill_id=event.fill_id,
        at=event.at,
        side=event.side,
        qty=event.qty,
        price=event.price,
        liquidity=event.liquidity,
        bound=told.bound,
        better_by=better,
        notional=event.notional,
        fee=event.fee,
        fee_rate=rate,
        fee_level=fee_level_of(told.maker_rate, told.taker_rate),
        platform_fee=event.platform_fee,
        reserve_before=told.reserve,
        reserve_after=event.reserve,
        reserve_released=told.reserve - event.reserve,
        position_before=before,
        position_after=event.position_qty,
        closed=closed,
        opened=moves - closed,
        realised=event.realised,
        margin_change=event.margin_change,
        insurance=event.insurance,
        cash_before=event.cash - event.realised + charges - event.insurance + event.margin_change,
        cash_after=event.cash,
        late=event.late,
    )


def moved_by(event: TradeExecuted) -> Decimal:
    """By how much a fill moved the position [base]: a fee of a spot pair that was charged in the
    base, at its own price, is not part of it. Kernel."""
    base, charged = event.symbol.partition("-")[0], event.fee_charged
    if event.contract is not ContractKind.SPOT or event.fee_asset != base or charged is None:
        return event.qty
    value = charged * event.price * (ONE if event.multiplier is None else event.multiplier)
    worth = rounded(value, MICRO, Rounding.CEILING)
    return event.qty - sign_of(event.side) * charged if worth == event.fee else event.qty


def fee_level_of(
    maker: Decimal, taker: Decimal, schedule: tuple[FeeLevel, ...] = FEE_SCHEDULE
) -> int | None:
    """Which row of the schedule these rates are, from 0; None when they are of none.

    >>> fee_level_of(Decimal("0.00018"), Decimal("0.00045")), fee_level_of(ZERO, ZERO)
    (1, None)
    """
    rows = [place for place, row in enumerate(schedule) if (row.maker, row.taker) == (maker, taker)]
    return rows[0] if rows else None

"""Fills, what is held because of them, and what was closed by them."""

import decimal
from collections.abc import Iterable
from decimal import Decimal
from itertools import islice
from typing import TypeAlias

from attrs import evolve as changed
from attrs import frozen
from returns.result import Result, Success

from astracore.errors.values import NumericLimit
from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Projection
from astracore.ids import AccountId, PositionId, UserId
from astracore.instants import Instant
from astracore.numeric import EXACT, Rounding, exact, rounded_quotient
from astracore.projections.sorting import newest_first
from astracore.trading.contracts.hedging import LegName
from astracore.trading.events import PositionClosed, TradeExecuted
from astracore.trading.money_events import FundingPaid, MarginAdjusted, PositionLiquidated
from astracore.trading.pnl import floating
from astracore.trading.positions import entry_price, passage, side_of
from astracore.trading.state import Position
from astracore.trading.types import MarginMode, Side

STEP = Decimal("0.000001")


@frozen(kw_only=True)
class PositionRow:
    """One open position and whose it is."""

    account_id: AccountId
    user_id: UserId
    held: Position


@frozen(kw_only=True)
class PositionView:
    """A position at a mark, as its owner sees it [account currency unless said]."""

    position_id: PositionId
    account_id: AccountId
    symbol: str
    side: Side
    qty: Decimal  # [base], signed
    cost: Decimal
    entry_price: Decimal | None  # [quote per base], 8 decimals
    mark: Decimal  # [quote per base]
    margin: Decimal
    leverage: int
    unrealised: Decimal
    roe: Decimal | None  # unrealised / margin, 6 decimals; None without margin
    realised: Decimal
    fees: Decimal
    funding: Decimal
    opened_at: Instant
    leg: LegName | None = None
    margin_mode: MarginMode = MarginMode.ISOLATED


PositionEvent: TypeAlias = TradeExecuted | FundingPaid | MarginAdjusted | PositionLiquidated


def first_fill(
    row: TradeExecuted | None, envelope: Envelope[TradeExecuted], _key: str
) -> TradeExecuted | None:
    """A fill is a fact and stays as it was booked."""
    return envelope.event if row is None else row


def held_after(
    row: PositionRow | None, envelope: Envelope[PositionEvent], _key: str
) -> PositionRow | None:
    """The position after what happened to it; none when flat."""
    event = envelope.event
    with decimal.localcontext(EXACT):
        if not isinstance(event, TradeExecuted):
            return shifted(row, event)
        now = passage(None if row is None else row.held, event).now
    if now is None:
        return None
    return PositionRow(account_id=event.account_id, user_id=event.user_id, held=now)


def shifted(
    row: PositionRow | None, event: FundingPaid | MarginAdjusted | PositionLiquidated
) -> PositionRow | None:
    """The position after money moved, or after it was taken over."""
    if row is None or isinstance(event, PositionLiquidated):
        return None
    held = row.held
    if isinstance(event, MarginAdjusted):
        peak = max(held.peak_margin, event.margin)
        return changed(row, held=changed(held, margin=event.margin, peak_margin=peak))
    now = changed(
        held,
        margin=held.margin + event.margin_change,
        funding=held.funding + event.amount,
        funded_at=event.at,
    )
    return changed(row, held=now)


def closed(
    row: PositionClosed | None, envelope: Envelope[PositionClosed], _key: str
) -> PositionClosed | None:
    """A closed position is a fact too."""
    return envelope.event if row is None else row


@exact
def marked(row: PositionRow, mark: Decimal) -> Result[PositionView, NumericLimit]:
    """The position at `mark` [quote per base]: unrealised = qty × mark − cost.

    Errors: NumericLimit.  Rounds: entry price half even, 8; roe half even, 6.
    """
    held = row.held
    gained = floating(held, mark)
    return Success(
        PositionView(
            position_id=held.position_id,
            account_id=row.account_id,
            symbol=held.symbol,
            side=side_of(held.qty),
            qty=held.qty,
            cost=held.cost,
            entry_price=entry_price(held),
            mark=mark,
            margin=held.margin,
            leverage=held.leverage,
            unrealised=gained,
            roe=ratio(gained, held.margin),
            realised=held.realised,
            fees=held.fees,
            funding=held.funding,
            opened_at=held.opened_at,
            leg=held.leg,
            margin_mode=held.margin_mode,
        )
    )


def ratio(part: Decimal, whole: Decimal) -> Decimal | None:
    """part / whole, half even to 6 decimals; None without a whole. Kernel."""
    return None if whole <= 0 else rounded_quotient(part, whole, STEP, Rounding.HALF_EVEN)


def won_lately(closes: Iterable[PositionClosed], most: int = 50) -> Decimal | None:
    """The share of the newest closes, which come first, that won; None without any."""
    nets = [one.net for one in islice(closes, most)]
    return ratio(Decimal(sum(net > 0 for net in nets)), Decimal(len(nets)))


def fill_keys(envelope: Envelope[TradeExecuted]) -> tuple[str, ...]:
    """One row for each fill, those of an order beside each other."""
    event = envelope.event
    return (f"{fills_of(event.account_id, event.order_id)}{event.fill_id}",)


def fills_of(account_id: str, order_id: str) -> str:
    """What the keys of an order's fills begin with."""
    return f"{account_id}/{order_id}/"


FILLS: Projection[TradeExecuted, TradeExecuted] = Projection(
    name="fills",
    version=2,
    events=(TradeExecuted,),
    keys=fill_keys,
    evolve=first_fill,
    row=codec(TradeExecuted),
    owner=lambda row: row.user_id,
    sort=lambda row: newest_first(row.at),
)
POSITIONS: Projection[PositionEvent, PositionRow] = Projection(
    name="positions",
    version=2,
    events=(TradeExecuted, FundingPaid, MarginAdjusted, PositionLiquidated),
    keys=lambda envelope: (f"{envelope.event.account_id}/{envelope.event.key}",),
    evolve=held_after,
    row=codec(PositionRow),
    owner=lambda row: row.user_id,
    sort=lambda row: f"{row.account_id}/{row.held.key}",
)
CLOSED_POSITIONS: Projection[PositionClosed, PositionClosed] = Projection(
    name="closed_positions",
    version=1,
    events=(PositionClosed,),
    keys=lambda envelope: (envelope.event.position_id,),
    evolve=closed,
    row=codec(PositionClosed),
    owner=lambda row: row.user_id,
    sort=lambda row: newest_first(row.closed_at),
)

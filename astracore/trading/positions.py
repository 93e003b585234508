"""What a fill does to a position: cost is stored, averages are shown, nothing leaks."""

from decimal import Decimal

from attrs import evolve, frozen
from returns.result import Result

from astracore.errors.trading import PositionFault
from astracore.numeric import Rounding, rounded_quotient
from astracore.trading.contracts.kinds import (
    LINEAR,
    ONE,
    Booking,
    Holding,
    part_of,
    reducible,
    settle_fill,
    side_of,
    sign_of,
)
from astracore.trading.events import TradeExecuted
from astracore.trading.state import Position
from astracore.trading.types import MICRO, ZERO, ContractKind, MarginMode, Side

__all__ = [
    "Booking",
    "Holding",
    "Passage",
    "apply_fill",
    "average",
    "fee_split",
    "part_of",
    "passage",
    "reducible",
    "return_of",
    "side_of",
    "sign_of",
]

FINE = Decimal("1E-18")
DISPLAYED = Decimal("0.00000001")  # averages, 8 decimals


def apply_fill(
    held: Holding, side: Side, qty: Decimal, price: Decimal
) -> Result[Booking, PositionFault]:
    """Book a fill of `qty` [base] at `price` [quote per base] on a linear or spot holding.

    closed c = min(qty, |held|) if it opposes; released = cost × c/|held| (half even, 6 decimals,
    all when c = |held|); realised = sign × c × price − released; the rest opens at price.
    Errors: InvalidQuantity, InvalidPrice, NumericLimit.  Source: docs/formulas.md#fills.
    Invariant: realised + cost after = cost before + the money the fill moved.
    >>> held = Holding(qty=Decimal(3), cost=Decimal(10))
    >>> apply_fill(held, Side.SELL, Decimal(1), Decimal(4)).unwrap().realised
    Decimal('0.666667')
    """
    return settle_fill(LINEAR, held, side, qty, price)


def average(cost: Decimal, qty: Decimal) -> Decimal | None:
    """cost/qty to 8 decimals, for display only; None when flat. Kernel."""
    if qty == ZERO:
        return None
    return rounded_quotient(cost, qty, DISPLAYED, Rounding.HALF_EVEN)


def moved_value(contract: ContractKind, moved: Decimal, price: Decimal) -> Decimal:
    """What averages are made of: quantity × price, of inverse contracts quantity/price. Kernel."""
    if contract is ContractKind.INVERSE:
        return rounded_quotient(moved, price, FINE, Rounding.HALF_EVEN)
    return moved * price


def average_price(contract: ContractKind, value: Decimal, qty: Decimal) -> Decimal | None:
    """The average price of what `moved_value` added up, for display; None of nothing. Kernel."""
    if contract is ContractKind.INVERSE:
        return average(qty, value)
    return average(value, qty)


def entry_price(held: Position) -> Decimal | None:
    """The average price [quote per base] that a position was entered at, for display. Kernel."""
    units = held.qty * held.multiplier
    return average_price(held.contract, held.cost, units)


@frozen(kw_only=True)
class Passage:
    """A position's way through one fill: what ended with it, and what is open after it."""

    ended: Position | None
    now: Position | None


def fee_split(fee: Decimal, closed: Decimal, qty: Decimal) -> tuple[Decimal, Decimal]:
    """The fee of the closing and of the opening part of a fill; they add up to it. Kernel."""
    closing = part_of(fee, closed, qty)
    return closing, fee - closing


def passage(held: Position | None, trade: TradeExecuted) -> Passage:
    """Fold one stored trade into the position it met: total, and used by state and read models.

    Kernel: call it inside an exact context.
    Invariant: flat exactly when the trade's position_qty is 0.
    """
    if held is None:
        return Passage(ended=None, now=_opened(trade, abs(trade.position_qty), trade.fee))
    moved = abs(trade.position_qty - held.qty)  # a fee in the base is not part of the quantity
    closed = min(moved, reducible(held.qty, trade.side))
    closing_fee, opening_fee = fee_split(trade.fee, closed, moved)
    if not closed:
        return Passage(ended=None, now=_grown(held, trade, moved))
    lessened = _lessened(held, trade, closed, closing_fee)
    if trade.position_qty == ZERO:
        return Passage(ended=lessened, now=None)
    if closed < moved:
        return Passage(ended=lessened, now=_opened(trade, moved - closed, opening_fee, held))
    return Passage(ended=None, now=lessened)


def _opened(
    trade: TradeExecuted, qty: Decimal, fee: Decimal, before: Position | None = None
) -> Position:
    """A fresh position, from flat or as the far side of a flip."""
    margin = trade.margin_change + (ZERO if before is None else before.margin)
    kind = trade.contract or ContractKind.LINEAR
    return Position(
        position_id=trade.position_id,
        symbol=trade.symbol,
        qty=trade.position_qty,
        cost=trade.position_cost,
        margin=margin,
        leverage=trade.leverage,
        opened_at=trade.at,
        fees=fee,
        peak_cost=abs(trade.position_cost),
        peak_margin=margin,
        max_qty=qty,
        entry_qty=qty,
        entry_value=moved_value(kind, qty, trade.price),
        leg=trade.leg,
        margin_mode=trade.margin_mode or MarginMode.ISOLATED,
        contract=kind,
        multiplier=ONE if trade.multiplier is None else trade.multiplier,
    )


def _grown(held: Position, trade: TradeExecuted, moved: Decimal) -> Position:
    """The same position, larger by `moved`."""
    margin = held.margin + trade.margin_change
    return evolve(
        held,
        qty=trade.position_qty,
        cost=trade.position_cost,
        margin=margin,
        leverage=trade.leverage,
        fees=held.fees + trade.fee,
        peak_cost=max(held.peak_cost, abs(trade.position_cost)),
        peak_margin=max(held.peak_margin, margin),
        max_qty=max(held.max_qty, abs(trade.position_qty)),
        entry_qty=held.entry_qty + moved,
        entry_value=held.entry_value + moved_value(held.contract, moved, trade.price),
    )


def _lessened(held: Position, trade: TradeExecuted, closed: Decimal, fee: Decimal) -> Position:
    """The same position after its part (or end) was closed."""
    flat = closed == abs(held.qty)
    return evolve(
        held,
        qty=ZERO if flat else trade.position_qty,
        cost=ZERO if flat else trade.position_cost,
        margin=ZERO if flat else held.margin + trade.margin_change,
        realised=held.realised + trade.realised,
        fees=held.fees + fee,
        exit_qty=held.exit_qty + closed,
        exit_value=held.exit_value + moved_value(held.contract, closed, trade.price),
    )


def return_of(net: Decimal, peak_cost: Decimal) -> Decimal:
    """net / peak_cost to 6 decimals, 0 when nothing was ever invested. Kernel."""
    if peak_cost == ZERO:
        return ZERO
    return rounded_quotient(net, peak_cost, MICRO, Rounding.HALF_EVEN)

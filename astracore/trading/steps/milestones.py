"""What is told of a position when it opens and when its life is over."""

from attrs import frozen

from astracore.ids import AccountId, UserId
from astracore.instants import Instant
from astracore.trading.contracts.kinds import Booking, side_of
from astracore.trading.events import AccountEvent, PositionClosed, PositionOpened, TradeExecuted
from astracore.trading.positions import average_price, passage, return_of
from astracore.trading.state import Position
from astracore.trading.types import ZERO, ContractKind, Side


def milestones(
    trade: TradeExecuted, before: Position | None, booking: Booking, *, had_stop: bool
) -> tuple[AccountEvent, ...]:
    """position_closed and position_opened, where the trade crossed flat. Kernel."""
    ended = passage(before, trade).ended
    events: list[AccountEvent] = []
    if ended is not None and before is not None:
        events.append(closed_by(trade, before, ended, had_stop=had_stop))
    if booking.opened and (before is None or booking.closed):
        events.append(
            PositionOpened(
                position_id=trade.position_id,
                account_id=trade.account_id,
                user_id=trade.user_id,
                symbol=trade.symbol,
                side=trade.side,
                qty=booking.opened,
                price=trade.price,
                leverage=trade.leverage,
                is_practice=trade.is_practice,
                at=trade.at,
                leg=trade.leg,
                margin_mode=trade.margin_mode,
                contract=trade.contract,
            )
        )
    return tuple(events)


@frozen(kw_only=True)
class Ending:
    """Who lost a position, when and why."""

    account_id: AccountId
    user_id: UserId
    is_practice: bool
    side: Side  # of the position
    reason: str
    at: Instant
    had_stop: bool = False
    bot_id: str | None = None


def closed_by(
    trade: TradeExecuted, before: Position, ended: Position, *, had_stop: bool
) -> PositionClosed:
    """The close of a position by a trade. Kernel."""
    ending = Ending(
        account_id=trade.account_id,
        user_id=trade.user_id,
        is_practice=trade.is_practice,
        side=side_of(before.qty),
        reason="flipped" if trade.position_qty != ZERO else "closed",
        at=trade.at,
        had_stop=had_stop,
        bot_id=trade.bot_id,
    )
    return closed_event(ended, ending)


def closed_event(ended: Position, ending: Ending) -> PositionClosed:
    """The figures of a position's whole life. Kernel."""
    net = ended.realised - ended.fees + ended.funding
    linear = ended.contract is ContractKind.LINEAR
    return PositionClosed(
        position_id=ended.position_id,
        account_id=ending.account_id,
        user_id=ending.user_id,
        symbol=ended.symbol,
        side=ending.side,
        max_qty=ended.max_qty,
        entry_avg=average_price(ended.contract, ended.entry_value, ended.entry_qty) or ZERO,
        exit_avg=average_price(ended.contract, ended.exit_value, ended.exit_qty) or ZERO,
        gross=ended.realised,
        fees=ended.fees,
        funding=ended.funding,
        net=net,
        return_=return_of(net, ended.peak_cost),
        peak_cost=ended.peak_cost,
        peak_margin=ended.peak_margin,
        opened_at=ended.opened_at,
        closed_at=ending.at,
        reason=ending.reason,
        had_stop=ending.had_stop,
        is_practice=ending.is_practice,
        bot_id=ending.bot_id,
        leg=ended.leg,
        contract=None if linear else ended.contract,
    )

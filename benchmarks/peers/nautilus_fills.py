"""The same fills as events of nautilus_trader, and its Position applying them."""

from collections.abc import Sequence

from nautilus_trader.core.uuid import UUID4
from nautilus_trader.model.enums import LiquiditySide, OrderSide, OrderType
from nautilus_trader.model.events import OrderFilled
from nautilus_trader.model.identifiers import (
    AccountId,
    ClientOrderId,
    PositionId,
    StrategyId,
    TradeId,
    TraderId,
    VenueOrderId,
)
from nautilus_trader.model.objects import Money, Price, Quantity
from nautilus_trader.model.position import Position
from nautilus_trader.test_kit.providers import TestInstrumentProvider

from astracore.trading.contracts.contract_positions import ContractFill
from astracore.trading.types import Side

INSTRUMENT = TestInstrumentProvider.ethusdt_perp_binance()


def event(one: ContractFill, number: int) -> OrderFilled:
    """One fill in their terms; the event id is the same for all, which costs them nothing."""
    return OrderFilled(
        trader_id=TraderId("T-001"),
        strategy_id=StrategyId("S-001"),
        instrument_id=INSTRUMENT.id,
        client_order_id=ClientOrderId(f"O-{number}"),
        venue_order_id=VenueOrderId(f"V-{number}"),
        account_id=AccountId("BINANCE-001"),
        trade_id=TradeId(one.trade_id),
        position_id=PositionId("P-001"),
        order_side=OrderSide.BUY if one.side is Side.BUY else OrderSide.SELL,
        order_type=OrderType.LIMIT,
        last_qty=Quantity(one.qty, precision=INSTRUMENT.size_precision),
        last_px=Price(one.price, precision=INSTRUMENT.price_precision),
        currency=INSTRUMENT.quote_currency,
        commission=Money(one.fee, INSTRUMENT.quote_currency),
        liquidity_side=LiquiditySide.TAKER,
        event_id=UUID4(),
        ts_event=number,
        ts_init=number,
    )


def events(fills: Sequence[ContractFill]) -> list[OrderFilled]:
    """All fills as events."""
    return [event(one, number) for number, one in enumerate(fills)]


def applied(told: Sequence[OrderFilled]) -> Position:
    """A position that every event was applied to."""
    position = Position(instrument=INSTRUMENT, fill=told[0])
    for one in told[1:]:
        position.apply(one)
    return position

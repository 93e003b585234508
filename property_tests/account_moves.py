"""Prices, quantities, legs and plans that mostly make sense, for histories of an account."""

from decimal import Decimal

from astracore.ids import OrderId
from astracore.instants import HOUR, Instant
from astracore.trading.contracts.hedging import LegName, PositionMode
from astracore.trading.money_commands import SetMarginMode
from astracore.trading.orders.terms import Schedule
from astracore.trading.types import MarginMode, OrderType
from property_tests.account_world import ME, World


class Moves:
    """What the rules of a history are made of."""

    world: World

    def mode(self, symbol: str, to: MarginMode) -> None:
        """Another margin mode."""
        at = self.world.at
        self.world.ask(SetMarginMode(account_id=ME, symbol=symbol, margin_mode=to, at=at))

    def symbol(self, pick: int) -> str:
        """One of the markets."""
        names = sorted(self.world.listed)
        return names[pick % len(names)]

    def price(self, symbol: str, thousandths: int) -> Decimal:
        """A price on the tick, near the mark."""
        tick = self.world.listed[symbol].tick
        wanted = self.world.marks[symbol] * (1000 + thousandths) / 1000
        return max(tick, wanted // tick * tick)

    def qty(self, symbol: str, size: int) -> Decimal:
        """A quantity on the lot: `size` hundredths of what a tenth of the account buys, or so."""
        listed = self.world.listed[symbol]
        unit = {"ETH-USD": Decimal("0.01"), "SOL-USD": Decimal("0.1"), "BTC-USD": Decimal(100)}
        return unit[symbol] * size // listed.lot * listed.lot

    def leg(self, pick: int) -> LegName | None:
        """A leg, where the account hedges."""
        if self.world.state.position_mode is PositionMode.NETTING:
            return None
        return tuple(LegName)[pick % 2]

    def order_id(self, pick: int) -> OrderId | None:
        """Some order that is remembered."""
        names = sorted((*self.world.state.orders, *self.world.state.ended))
        return names[pick % len(names)] if names else None

    def trail(self, kind: OrderType, symbol: str, by: int) -> Decimal:
        """A distance that may be wrong."""
        if kind is OrderType.TRAILING_STOP_PERCENT:
            return Decimal(abs(by) + 1) / 1000
        return self.world.listed[symbol].tick * (abs(by) + 1) * 10

    def schedule(self, kind: OrderType) -> Schedule:
        """A plan of the right shape."""
        start, end = Instant(self.world.now), Instant(self.world.now + HOUR)
        if kind is OrderType.POV:
            return Schedule(end=end, participation=Decimal("0.1"))
        if kind is OrderType.TWAP:
            return Schedule(start=start, end=end, slices=4)
        return Schedule(start=start, end=end, weights=(Decimal(1), Decimal(2)))

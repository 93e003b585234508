"""Candles played through the one command path by a bot, on a clock that the candles set.

Everything that is asked for has an id derived from the session, and the venue is a pure function
of the candles, so playing again asks for exactly the same things. What was stored the first time
is answered and not done again: a run that was killed is finished by running it once more.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from attrs import field, frozen

from astracore.events.envelope import Origin
from astracore.ids import AccountId, CommandId, OrderId, UserId, derived_id
from astracore.instants import Instant
from astracore.marketdata.book import Grid, ladder
from astracore.marketdata.candles import Candle
from astracore.marketdata.prints import Print, prints_of
from astracore.outcome import is_failure
from astracore.policies.accounts import practice_account_id
from astracore.strategies.sma_cross import SmaCross, on_candle
from astracore.strategies.turns import Turn, turn
from astracore.trading.commands import Facts, Mark, PlaceOrder
from astracore.trading.contracts.costs import fee_level
from astracore.trading.events import OrderAccepted
from astracore.trading.types import ZERO, Instrument, OrderType
from astracore.trading.venue.paper import Report, Venue, on_print, submit
from astracore.users.commands import Register
from shell.asked import Asked, Command, Written
from shell.runtime import Runtime
from shell.workers.venue import command_of, order_accepted

ACTOR = "service:demo"


class CandleClock:
    """Says the time of the candle that is being played."""

    def __init__(self, start: Instant) -> None:
        self.at = start

    def now(self) -> Instant:
        """The instant that the candles have reached."""
        return self.at


@frozen(kw_only=True)
class Session:
    """One demo: `name` stands for the file and every parameter, and all ids follow from it."""

    name: str
    instrument: Instrument
    strategy: SmaCross
    qty: Decimal  # [base] of a stance
    start: Instant

    @property
    def username(self) -> str:
        """The bot's name on the board."""
        return f"sma_{self.name[:8]}"

    @property
    def user_id(self) -> UserId:
        """The bot's user."""
        return UserId(derived_id(self.start.micros // 1000, "demo-user", self.name))

    @property
    def account_id(self) -> AccountId:
        """The account that registration opens."""
        return practice_account_id(self.user_id, self.start)

    def origin(self, at: Instant, *facts: str) -> Origin:
        """Who asks, named by what is asked for."""
        name = CommandId(derived_id(at.micros // 1000, "demo", self.name, *facts))
        return Origin(
            command_id=name, correlation_id=self.name, causation_id=name, actor=ACTOR, at=at
        )


class DemoRefusedError(Exception):
    """The books refused what the demo cannot do without."""


@frozen(kw_only=True)
class Player:
    """Plays one session on a running spine."""

    runtime: Runtime
    clock: CandleClock
    session: Session
    _grid: Grid = field(init=False)

    @_grid.default
    def _default_grid(self) -> Grid:
        return Grid(tick=self.session.instrument.tick, lot=self.session.instrument.lot)

    async def play(
        self, candles: Iterable[Candle], total: int, shown: Callable[[int, int], None]
    ) -> int:
        """Register, then let the bot trade every candle; how many orders it placed.

        What a candle decides is sent at the first print of the next one.
        """
        await self._register()
        symbol = self.session.instrument.symbol
        venue = Venue.over({symbol: self.session.instrument})
        state, due, orders = self.session.strategy, None, 0
        held = state.stance
        for done, candle in enumerate(candles):
            shown(done, total)
            venue, sent = await self._traded(venue, prints_of(candle, symbol), due, orders)
            if sent:
                held, due, orders = state.stance, None, orders + 1
            state, _intent = on_candle(state, candle)
            due = turn(held, state.stance, self.session.qty)
        return orders

    async def _traded(
        self, venue: Venue, prints: Sequence[Print], due: Turn | None, count: int
    ) -> tuple[Venue, bool]:
        """The prints of one candle; what is due is sent at the first, and whether it was."""
        wanted = due
        for traded in prints:
            venue = await self._print(venue, traded)
            if wanted is not None:
                venue, wanted = await self._order(venue, wanted, traded, count), None
        return venue, due is not None and wanted is None

    async def _register(self) -> None:
        at = self.session.start
        await self._must(
            Register(user_id=self.session.user_id, username=self.session.username, at=at),
            self.session.origin(at, "register"),
        )
        await self.runtime.follower.quiet()

    async def _print(self, venue: Venue, traded: Print) -> Venue:
        """The market moves; nothing of ours rests, but what would be filled is recorded."""
        self.clock.at = traded.at
        book = ladder(traded.price, self._grid, f"{traded.symbol}:{traded.at.micros}")
        moved, reports = on_print(venue, traded, book)
        await self._recorded(reports)
        return moved

    async def _order(self, venue: Venue, due: Turn, traded: Print, count: int) -> Venue:
        """Place what the bot wants, let the venue fill it, and wait for all that follows."""
        origin = self.session.origin(traded.at, "order", str(count))
        rates = fee_level(ZERO)
        placed = await self._ask(
            PlaceOrder(
                account_id=self.session.account_id,
                order_id=OrderId(derived_id(traded.at.micros // 1000, "order", origin.command_id)),
                symbol=traded.symbol,
                side=due.side,
                type=OrderType.MARKET,
                qty=due.qty,
                facts=Facts(
                    instrument=self.session.instrument,
                    marks=(Mark(symbol=traded.symbol, price=traded.price, at=traded.at),),
                    maker_rate=rates.maker,
                    taker_rate=rates.taker,
                ),
                at=traded.at,
                bot_id=self.session.username,
            ),
            origin,
        )
        for envelope in () if placed is None else placed.events:
            if isinstance(envelope.event, OrderAccepted):
                venue, reports = submit(venue, order_accepted(envelope.event), traded.at)
                await self._recorded(reports)
        await self.runtime.follower.quiet()
        return venue

    async def _recorded(self, reports: Iterable[Report]) -> None:
        for report in reports:
            name, command = command_of(report)
            await self._must(
                command,
                Origin(
                    command_id=name,
                    correlation_id=self.session.name,
                    causation_id=name,
                    actor=ACTOR,
                    at=report.at,
                ),
            )

    async def _must(self, command: Command, origin: Origin) -> None:
        if await self._ask(command, origin) is None:
            raise DemoRefusedError(type(command).__name__)

    async def _ask(self, command: Command, origin: Origin) -> Written | None:
        """None when it was refused, which is stored too: an order the account cannot afford."""
        result = await self.runtime.commands.run(
            Asked(command=command, origin=origin, digest=origin.command_id)
        )
        return None if is_failure(result) else result.unwrap()

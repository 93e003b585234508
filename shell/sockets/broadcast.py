"""What happened becomes frames: rows that changed, prints that came."""

import asyncio

from attrs import define, field

from adapters.clock import SystemClock
from astracore.events.envelope import Envelope
from astracore.events.projection import Change
from astracore.instants import Instant
from astracore.marketdata.prints import Print
from astracore.outcome import is_failure
from astracore.projections.game import PROGRESS, XP_BOARD, BoardRow, ProgressRow
from astracore.projections.orders import ORDERS, OrderRow
from astracore.projections.portfolio import PORTFOLIO, PortfolioRow
from astracore.projections.trades import FILLS, POSITIONS, PositionRow
from astracore.trading.events import TradeExecuted
from shell.codecs import candle_view, fill_view, flat, print_views
from shell.http.answers import Items, to_json
from shell.market import Markets
from shell.marketviews import at_mark, book_view, worth_of
from shell.sockets.channels import Hub, Topic
from shell.sockets.topics import BOARD, BOOK_DEPTH
from shell.workers.folding import Changed

PORTFOLIO_SECONDS = 1.0


@define
class Broadcast:
    """Publishes on the hub; the follower and the venue tell it what happened."""

    hub: Hub
    markets: Markets
    clock: SystemClock
    worth: dict[str, PortfolioRow] = field(factory=dict)  # accounts whose owners will be told

    def heard(self, events: tuple[Envelope[object], ...], changed: tuple[Changed, ...]) -> None:
        """A committed step of the log. Follower listener."""
        for one in changed:
            self._model(one)
        for envelope in events:
            if isinstance(envelope.event, TradeExecuted):
                self._flat(envelope.event)

    def _model(self, one: Changed) -> None:
        now = self.clock.now()
        if one.model.name in TOLD:
            for change in one.changes:
                self._row(change, now)

    def _row(self, change: Change, at: Instant) -> None:
        owner = change.owner
        match change.row:
            case OrderRow() as order:
                self.hub.publish("update", Topic("orders", owner), at, to_json(order))
            case TradeExecuted() as fill:
                self.hub.publish("event", Topic("fills", owner), at, to_json(fill_view(fill)))
            case PositionRow() as held:
                view = at_mark(held, self.markets)
                if not is_failure(view):
                    data = to_json(view.unwrap())
                    self.hub.publish("update", Topic("positions", owner), at, data)
            case ProgressRow() as stands:
                self.hub.publish("update", Topic("progress", owner), at, to_json(stands))
            case BoardRow() as place:
                self.hub.publish("update", Topic(BOARD), at, to_json(Items((place,))))
            case PortfolioRow() as row:
                self.worth[row.account_id] = row

    def _flat(self, event: TradeExecuted) -> None:
        if not event.position_qty:  # the fill left nothing: its row is gone without an owner
            topic = Topic("positions", event.user_id)
            self.hub.publish("update", topic, self.clock.now(), to_json(flat(event)))

    async def portfolios(self) -> None:
        """Tell owners what their accounts are worth, at most once a second, until cancelled."""
        while True:
            await asyncio.sleep(PORTFOLIO_SECONDS)
            due, self.worth = self.worth, {}
            for row in due.values():
                self._worth(row)

    def _worth(self, row: PortfolioRow) -> None:
        view = worth_of(row, self.markets, self.clock.now())
        if not is_failure(view):
            topic = Topic("portfolio", row.user_id)
            self.hub.publish("update", topic, self.clock.now(), to_json(view.unwrap()))

    async def prints(self, queue: "asyncio.Queue[Print]") -> None:
        """Publish every print of the venue until cancelled."""
        while True:
            self._print(await queue.get())

    def _print(self, traded: Print) -> None:
        symbol, at = traded.symbol, traded.at
        for interval, candle in self.markets.observe(traded):
            data = to_json(candle_view(symbol, interval, candle, closed=True))
            self.hub.publish("event", Topic(f"candles.{symbol}.{interval}"), at, data)
        market = self.markets.by_symbol[symbol]
        newest = print_views(symbol, tuple(market.prints)[-2:], market.count)[0]
        self.hub.publish("event", Topic(f"trades.{symbol}"), at, to_json(newest))
        ticker, book = Topic(f"ticker.{symbol}"), Topic(f"book.{symbol}")
        stats = self.markets.stats(symbol, at) if self.hub.has_listeners(ticker) else None
        if stats is not None:
            self.hub.publish("update", ticker, at, to_json(stats))
        if self.hub.has_listeners(book):
            data = to_json(book_view(symbol, self.markets.book(symbol), BOOK_DEPTH, at))
            self.hub.publish("snapshot", book, at, data)


TOLD = frozenset(model.name for model in (ORDERS, FILLS, POSITIONS, PROGRESS, XP_BOARD, PORTFOLIO))

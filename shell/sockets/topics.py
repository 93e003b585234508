"""What each topic begins with: a snapshot of the state that its frames go on from."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from attrs import frozen

from adapters.clock import SystemClock
from astracore.gamification.leaderboards.types import Cadence
from astracore.ids import UserId
from astracore.outcome import is_failure
from astracore.projections.game import PROGRESS
from astracore.projections.orders import OPEN_ORDERS
from astracore.projections.portfolio import PORTFOLIO
from astracore.projections.trades import FILLS, POSITIONS
from shell.boards import part, xp_table
from shell.codecs import fill_view
from shell.http.answers import Items, to_json
from shell.market import INTERVALS, Markets
from shell.marketviews import at_mark, book_view, candle_views, prints_of, worth_of
from shell.queries import CandleQuery
from shell.reading import Reading
from shell.sockets.channels import Topic

BOARD = "leaderboard.xp.all_time"
BOARD_ROWS_MAX = 100
FILLS_MAX = 50
BOOK_DEPTH = 15
PRIVATE = frozenset({"orders", "fills", "positions", "portfolio", "progress"})
Snapshot: TypeAlias = Callable[[Topic], Awaitable[bytes | None]]


@frozen
class Snapshots:
    """Answers what a topic stands at. None: there is no such topic."""

    reading: Reading
    markets: Markets
    clock: SystemClock

    def by_kind(self) -> Mapping[str, Snapshot]:
        """The snapshot of each kind of topic: the first part of its name."""
        return {
            "orders": self.orders,
            "fills": self.fills,
            "positions": self.positions,
            "portfolio": self.portfolio,
            "progress": self.progress,
            "ticker": self.ticker,
            "trades": self.trades,
            "book": self.book,
            "candles": self.candles,
            "leaderboard": self.leaderboard,
        }

    async def orders(self, topic: Topic) -> bytes | None:
        """The user's working orders."""
        found = await self.reading.all(OPEN_ORDERS, topic.owner)
        return None if is_failure(found) else _items(topic, "orders", found.unwrap())

    async def fills(self, topic: Topic) -> bytes | None:
        """The user's newest fills."""
        found = await self.reading.all(FILLS, topic.owner, most=FILLS_MAX)
        if is_failure(found):
            return None
        return _items(topic, "fills", tuple(map(fill_view, found.unwrap())))

    async def positions(self, topic: Topic) -> bytes | None:
        """The user's positions at the marks of now."""
        found = await self.reading.all(POSITIONS, topic.owner)
        if is_failure(found):
            return None
        views = [at_mark(row, self.markets) for row in found.unwrap()]
        known = tuple(view.unwrap() for view in views if not is_failure(view))
        return _items(topic, "positions", known)

    async def portfolio(self, topic: Topic) -> bytes | None:
        """What the user's accounts are worth."""
        found = await self.reading.all(PORTFOLIO, topic.owner)
        if is_failure(found):
            return None
        views = [worth_of(row, self.markets, self.clock.now()) for row in found.unwrap()]
        known = tuple(view.unwrap() for view in views if not is_failure(view))
        return _items(topic, "portfolio", known)

    async def progress(self, topic: Topic) -> bytes | None:
        """Where the user stands in the game."""
        found = await self.reading.one(PROGRESS, UserId(topic.owner), topic.owner)
        if is_failure(found) or topic.name != "progress":
            return None
        return to_json(found.unwrap())

    async def ticker(self, topic: Topic) -> bytes | None:
        """The trailing day."""
        stats = self.markets.stats(_rest(topic), self.clock.now())
        return None if stats is None else to_json(stats)

    async def trades(self, topic: Topic) -> bytes | None:
        """The newest public trades."""
        found = prints_of(self.markets, _rest(topic))
        return None if is_failure(found) else to_json(Items(found.unwrap()[:FILLS_MAX]))

    async def book(self, topic: Topic) -> bytes | None:
        """What is offered."""
        symbol = _rest(topic)
        if self.markets.get(symbol) is None:
            return None
        return to_json(book_view(symbol, self.markets.book(symbol), BOOK_DEPTH, self.clock.now()))

    async def candles(self, topic: Topic) -> bytes | None:
        """The newest candles of one interval."""
        symbol, _, interval = _rest(topic).partition(".")
        market = self.markets.get(symbol)
        if market is None or interval not in INTERVALS:
            return None
        query = CandleQuery(symbol=symbol, interval=interval)
        return to_json(Items(candle_views(symbol, market, query)))

    async def leaderboard(self, topic: Topic) -> bytes | None:
        """The first hundred."""
        if topic.name != BOARD:
            return None
        table = xp_table(Cadence.ALL_TIME, self.clock.now())
        found = await self.reading.seeing(lambda c: part(c, table, 0, BOARD_ROWS_MAX))
        return None if is_failure(found) else to_json(Items(found.unwrap()))


def _rest(topic: Topic) -> str:
    return topic.name.partition(".")[2]


def _items(topic: Topic, name: str, found: tuple[object, ...]) -> bytes | None:
    return to_json(Items(found)) if topic.name == name else None

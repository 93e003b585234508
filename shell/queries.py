"""What listings may be asked for: filters and pages, each a class whose fields are parameters."""

from typing import Annotated

from annotated_types import Ge, Le
from attrs import frozen

from astracore.gamification.leaderboards.types import Cadence, Scope
from astracore.gamification.sources import XpSource
from astracore.instants import Instant
from astracore.ledger.entries import Book
from astracore.projections.daily import DayPnl, Point
from astracore.projections.finance import RevenueRow
from astracore.projections.game import AwardRow
from astracore.projections.orders import OrderRow
from astracore.trading.events import PositionClosed, TradeExecuted
from astracore.trading.types import OrderStatus, OrderType
from shell.http.routes import Cursor, Limit


def within(at: Instant, from_: Instant | None, to: Instant | None) -> bool:
    """from <= at < to; an end that is missing is open."""
    return (from_ is None or from_ <= at) and (to is None or at < to)


@frozen(kw_only=True)
class OrderQuery:
    """Which orders."""

    account_id: str | None = None
    symbol: str | None = None
    status: OrderStatus | None = None
    type: OrderType | None = None
    from_: Instant | None = None
    to: Instant | None = None
    limit: Limit = 50
    cursor: Cursor | None = None

    def keeps(self, row: OrderRow) -> bool:
        """Whether the row is asked for."""
        return (
            self.account_id in {None, row.account_id}
            and self.symbol in {None, row.symbol}
            and self.status in {None, row.status}
            and self.type in {None, row.type}
            and within(row.accepted_at, self.from_, self.to)
        )


@frozen(kw_only=True)
class TradeQuery:
    """Which fills, or which closed positions."""

    account_id: str | None = None
    symbol: str | None = None
    from_: Instant | None = None
    to: Instant | None = None
    limit: Limit = 50
    cursor: Cursor | None = None

    def keeps(self, row: TradeExecuted | PositionClosed) -> bool:
        """Whether the row is asked for."""
        at = row.at if isinstance(row, TradeExecuted) else row.closed_at
        return (
            self.account_id in {None, row.account_id}
            and self.symbol in {None, row.symbol}
            and within(at, self.from_, self.to)
        )


@frozen(kw_only=True)
class SpanQuery:
    """Which days or points: those that touch [from, to)."""

    from_: Instant | None = None
    to: Instant | None = None
    limit: Limit = 50
    cursor: Cursor | None = None

    def touches(self, row: DayPnl) -> bool:
        """Whether a day is asked for."""
        late = self.from_ is None or self.from_ < row.ends_at
        return late and (self.to is None or row.starts_at < self.to)

    def keeps(self, point: Point) -> bool:
        """Whether a point is asked for."""
        return within(point.at, self.from_, self.to)


@frozen(kw_only=True)
class OrderSpan:
    """Which orders are counted, by when they were accepted."""

    account_id: str | None = None
    from_: Instant | None = None
    to: Instant | None = None

    def keeps(self, row: OrderRow) -> bool:
        """Whether the row is asked for."""
        mine = self.account_id in {None, row.account_id}
        return mine and within(row.accepted_at, self.from_, self.to)


@frozen(kw_only=True)
class AwardQuery:
    """Which awards."""

    source: XpSource | None = None
    from_: Instant | None = None
    to: Instant | None = None
    limit: Limit = 50
    cursor: Cursor | None = None

    def keeps(self, row: AwardRow) -> bool:
        """Whether the row is asked for."""
        return self.source in {None, row.source} and within(row.at, self.from_, self.to)


@frozen(kw_only=True)
class RevenueQuery:
    """Which days and streams; `from`, `to` are dates such as 2026-03-04, the latter exclusive."""

    from_: str | None = None
    to: str | None = None
    stream: str | None = None
    book: Book | None = None
    limit: Limit = 50
    cursor: Cursor | None = None

    def keeps(self, row: RevenueRow) -> bool:
        """Whether the row is asked for."""
        return (
            self.stream in {None, row.stream}
            and self.book in {None, row.book}
            and (self.from_ is None or self.from_ <= row.day)
            and (self.to is None or row.day < self.to)
        )


@frozen(kw_only=True)
class CandleQuery:
    """Which candles, the newest `limit` of them, oldest first."""

    symbol: str
    interval: str = "1m"
    from_: Instant | None = None
    to: Instant | None = None
    limit: Annotated[int, Ge(1), Le(1500)] = 200

    def keeps(self, at: Instant) -> bool:
        """Whether a candle that opened at `at` is asked for."""
        return within(at, self.from_, self.to)


@frozen(kw_only=True)
class BoardQuery:
    """Which part of a board; `start` counts from 1."""

    period: Cadence = Cadence.ALL_TIME
    scope: Scope = Scope.GLOBAL
    at: Instant | None = None
    start: Annotated[int, Ge(1), Le(1_000_000_000)] = 1
    limit: Limit = 50

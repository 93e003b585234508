"""What is shown of the markets, and positions at the marks of now."""

from returns.result import Failure, Result, Success

from astracore.errors.trading import PriceFault, UnknownMark
from astracore.instants import Instant
from astracore.marketdata.book import Book
from astracore.marketdata.stats import DayStats
from astracore.projections.portfolio import PortfolioRow, valued
from astracore.projections.trades import PositionRow, PositionView, marked
from shell.codecs import (
    BookView,
    CandleView,
    PortfolioView,
    PriceView,
    PrintView,
    candle_view,
    portfolio_view,
    prices,
    print_views,
)
from shell.http.faults import ServiceUnavailable, UnknownInterval, UnknownSymbol
from shell.market import INTERVALS, Market, Markets
from shell.queries import CandleQuery


def known(markets: Markets, symbol: str) -> Result[Market, UnknownSymbol | ServiceUnavailable]:
    """The market of a symbol that has a price.  Errors: UnknownSymbol, ServiceUnavailable."""
    found = markets.get(symbol)
    if found is None:
        return Failure(UnknownSymbol(symbol[:64]))
    has_price = markets.mark(symbol) is not None
    return Success(found) if has_price else Failure(ServiceUnavailable("market data"))


def price_of(
    markets: Markets, symbol: str
) -> Result[PriceView, UnknownSymbol | ServiceUnavailable]:
    """The newest price."""
    mark = markets.mark(symbol)
    if mark is None:
        return known(markets, symbol).bind(_no_price)
    return Success(PriceView(symbol=symbol, last=mark.price, mark=mark.price, at=mark.at))


def _no_price(_market: Market) -> Result[PriceView, UnknownSymbol | ServiceUnavailable]:
    return Failure(ServiceUnavailable("market data"))


def book_of(
    markets: Markets, symbol: str, depth: int, at: Instant, told: Book | None = None
) -> Result[BookView, UnknownSymbol | ServiceUnavailable]:
    """The best `depth` levels of each side, of the book that the leader `told` of if it did."""
    book = told or markets.book(symbol)
    return known(markets, symbol).map(lambda _market: book_view(symbol, book, depth, at))


def book_view(symbol: str, book: Book, depth: int, at: Instant) -> BookView:
    """A market's book, cut to `depth`."""
    return BookView(symbol=symbol, bids=book.bids[:depth], asks=book.asks[:depth], at=at)


def prints_of(
    markets: Markets, symbol: str
) -> Result[tuple[PrintView, ...], UnknownSymbol | ServiceUnavailable]:
    """Every print kept, newest first."""
    return known(markets, symbol).map(
        lambda market: print_views(symbol, tuple(market.prints), market.count)
    )


def candles_of(
    markets: Markets, query: CandleQuery
) -> Result[tuple[CandleView, ...], UnknownSymbol | UnknownInterval | ServiceUnavailable]:
    """The newest candles that are asked for, oldest first."""
    market = markets.get(query.symbol)
    if market is None:
        return Failure(UnknownSymbol(query.symbol[:64]))
    if query.interval not in INTERVALS:
        return Failure(UnknownInterval(query.interval[:16]))
    return Success(candle_views(query.symbol, market, query))


def candle_views(symbol: str, market: Market, query: CandleQuery) -> tuple[CandleView, ...]:
    """Candles of one interval with their names, the running one marked as not closed."""
    series = market.series[query.interval]
    return tuple(
        candle_view(symbol, query.interval, found, closed=found is not series.running)
        for found in series.all()
        if query.keeps(found.open_time)
    )[-query.limit :]


def stats_of(
    markets: Markets, symbol: str, at: Instant
) -> Result[DayStats, UnknownSymbol | ServiceUnavailable]:
    """The trailing day."""
    stats = markets.stats(symbol, at)
    if stats is None:
        return known(markets, symbol).bind(_no_stats)
    return Success(stats)


def _no_stats(_market: Market) -> Result[DayStats, UnknownSymbol | ServiceUnavailable]:
    return Failure(ServiceUnavailable("market data"))


def at_mark(row: PositionRow, markets: Markets) -> Result[PositionView, PriceFault]:
    """A position at the mark of now.  Errors: UnknownMark, NumericLimit."""
    mark = markets.mark(row.held.symbol)
    return Failure(UnknownMark(row.held.symbol)) if mark is None else marked(row, mark.price)


def worth_of(row: PortfolioRow, markets: Markets, at: Instant) -> Result[PortfolioView, PriceFault]:
    """An account at the marks of now.  Errors: UnknownMark, NumericLimit."""
    marks = markets.marks(row.positions)
    return valued(row, prices(marks)).map(lambda known: portfolio_view(row, known, marks, at))

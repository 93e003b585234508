"""Instruments and what the markets do, for everybody."""

from typing import Annotated

from annotated_types import Ge, Le
from pydantic import StringConstraints
from returns.result import Failure, Result, Success

from astracore.marketdata.stats import DayStats
from astracore.outcome import collect
from astracore.trading.types import AssetCategory, Instrument, InstrumentStatus
from shell.codecs import BookView, CandleView, PriceView, PrintView
from shell.desk import Desk
from shell.http.answers import Items
from shell.http.faults import NotFound, ServiceUnavailable, UnknownInterval, UnknownSymbol
from shell.http.routes import Limit, Route, routes
from shell.marketviews import book_of, candles_of, price_of, prints_of, stats_of
from shell.queries import CandleQuery

Unknown = UnknownSymbol | UnknownInterval | ServiceUnavailable
Symbols = Annotated[str, StringConstraints(min_length=1, max_length=400)]


async def list_instruments(
    desk: Desk, category: AssetCategory | None = None, status: InstrumentStatus | None = None
) -> Result[Items[Instrument], NotFound]:
    """What can be traded."""
    return Success(
        Items(
            tuple(
                listed
                for listed in desk.markets.listed.values()
                if category in {None, listed.category} and status in {None, listed.status}
            )
        )
    )


async def instrument(desk: Desk, symbol: str) -> Result[Instrument, NotFound]:
    """One instrument."""
    found = desk.markets.listed.get(symbol)
    return Failure(NotFound("instrument")) if found is None else Success(found)


async def price(desk: Desk, symbols: Symbols) -> Result[Items[PriceView], Unknown]:
    """The newest prices of some symbols, separated by commas."""
    return collect(price_of(desk.markets, symbol) for symbol in symbols.split(",")).map(Items)


async def orderbook(
    desk: Desk, symbol: str, depth: Annotated[int, Ge(1), Le(100)] = 15
) -> Result[BookView, Unknown]:
    """What is offered, best first."""
    told = await desk.caches.book(symbol)
    return book_of(desk.markets, symbol, depth, desk.clock.now(), told)


async def candles(desk: Desk, query: CandleQuery) -> Result[Items[CandleView], Unknown]:
    """Candles, oldest first; the last one may still be running. Only traded times have one."""
    return candles_of(desk.markets, query).map(Items)


async def trades(desk: Desk, symbol: str, limit: Limit = 50) -> Result[Items[PrintView], Unknown]:
    """Public trades, newest first."""
    return prints_of(desk.markets, symbol).map(lambda found: Items(found[:limit]))


async def stats(desk: Desk, symbol: str) -> Result[DayStats, Unknown]:
    """The trailing 24 hours of one market."""
    return stats_of(desk.markets, symbol, desk.clock.now())


ROUTES: tuple[Route, ...] = (
    *routes(
        "trading",
        ("GET", "/instruments", list_instruments),
        ("GET", "/instruments/{symbol}", instrument),
    ),
    *routes(
        "market data",
        ("GET", "/market-data/price", price),
        ("GET", "/market-data/orderbook", orderbook),
        ("GET", "/market-data/candles", candles),
        ("GET", "/market-data/trades", trades),
        ("GET", "/market-data/stats/{symbol}", stats),
    ),
)

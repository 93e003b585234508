"""What requests carry and what answers say about money: frozen classes, published as schema."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, TypeAlias

from attrs import frozen
from pydantic import StringConstraints

from astracore.ids import AccountId, UserId
from astracore.instants import Instant
from astracore.marketdata.book import Level
from astracore.marketdata.candles import Candle
from astracore.marketdata.prints import Print
from astracore.projections.game import ProgressRow
from astracore.projections.orders import OrderRow
from astracore.projections.portfolio import PortfolioRow
from astracore.trading.commands import Mark
from astracore.trading.contracts.hedging import PositionMode
from astracore.trading.events import TradeExecuted
from astracore.trading.pnl import Valuation
from astracore.trading.types import AccountMode, AccountStatus, Side

Symbol: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=20)]
Reference: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=36)]
Id: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=64)]


@frozen(kw_only=True)
class NewUser:
    """Who wants to play."""

    username: Annotated[str, StringConstraints(min_length=1, max_length=64)]


@frozen(kw_only=True)
class AccountView:
    """An account [account currency], without what moves with the market."""

    account_id: AccountId
    user_id: UserId
    mode: AccountMode
    status: AccountStatus
    currency: str
    initial_balance: Decimal
    cash: Decimal
    reserved: Decimal
    realised: Decimal
    fees: Decimal
    trades: int
    leverage: Mapping[str, int]
    opened_at: Instant
    funding: Decimal
    deposits: Decimal  # beyond the initial balance
    withdrawals: Decimal
    cross: tuple[str, ...]  # symbols on cross margin
    position_mode: PositionMode
    name: str | None = None


@frozen(kw_only=True)
class MarkView:
    """The price a position was valued at."""

    symbol: str
    price: Decimal
    at: Instant


@frozen(kw_only=True)
class PortfolioView:
    """What an account is worth at the marks shown [account currency].

    equity = cash − lent + margin + unrealised; `insurance` was paid for good, `lent` not yet.
    """

    account_id: AccountId
    currency: str
    initial_balance: Decimal
    cash: Decimal
    available: Decimal
    reserved: Decimal
    margin: Decimal
    unrealised: Decimal
    equity: Decimal
    realised: Decimal
    fees: Decimal
    insurance: Decimal
    lent: Decimal
    exposure: Mapping[str, Decimal]
    marks: tuple[MarkView, ...]
    at: Instant


@frozen(kw_only=True)
class PriceView:
    """The newest price of a market; on this venue the mark is the last print."""

    symbol: str
    last: Decimal
    mark: Decimal
    at: Instant


@frozen(kw_only=True)
class BookView:
    """What is offered: bids descend, asks ascend."""

    symbol: str
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    at: Instant


@frozen(kw_only=True)
class PrintView:
    """One public trade."""

    trade_id: str
    symbol: str
    price: Decimal
    qty: Decimal
    side: Side
    at: Instant


@frozen(kw_only=True)
class CandleView:
    """One candle; `closed` says whether it is final."""

    symbol: str
    interval: str
    open_time: Instant
    close_time: Instant
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    closed: bool


@frozen(kw_only=True)
class FillView:
    """One fill as its owner sees it."""

    fill_id: str
    order_id: str
    account_id: AccountId
    symbol: str
    side: Side
    qty: Decimal
    price: Decimal
    notional: Decimal
    fee: Decimal
    liquidity: str
    realised: Decimal
    position_qty: Decimal
    at: Instant


@frozen(kw_only=True)
class OrderDetail:
    """An order with its fills, oldest fill last."""

    order: OrderRow
    fills: tuple[FillView, ...]


def order_detail(row: OrderRow, fills: Sequence[TradeExecuted]) -> OrderDetail:
    """An order and what came of it."""
    return OrderDetail(order=row, fills=tuple(fill_view(fill) for fill in fills))


@frozen(kw_only=True)
class Streak:
    """A player's days in a row; `day` is the last counted one, in days since 1970."""

    count: int
    day: int | None
    freezes: int
    multiplier: Decimal


def streak_view(row: ProgressRow) -> Streak:
    """The part of a player's progress that concerns days."""
    return Streak(
        count=row.streak, day=row.streak_day, freezes=row.freezes, multiplier=row.multiplier
    )


@frozen(kw_only=True)
class Flat:
    """A position that is no more."""

    account_id: AccountId
    symbol: str
    qty: Decimal


def flat(event: TradeExecuted) -> Flat:
    """What is left of a position after its last fill."""
    return Flat(account_id=event.account_id, symbol=event.symbol, qty=event.position_qty)


def prices(marks: Sequence[Mark]) -> Mapping[str, Decimal]:
    """Mark prices by symbol."""
    return {mark.symbol: mark.price for mark in marks}


def account_view(row: PortfolioRow) -> AccountView:
    """The part of an account that its owner lists."""
    return AccountView(
        account_id=row.account_id,
        user_id=row.user_id,
        mode=row.mode,
        status=row.status,
        currency=row.currency,
        initial_balance=row.initial_balance,
        cash=row.cash,
        reserved=row.reserved,
        realised=row.realised,
        fees=row.fees,
        trades=row.trades,
        leverage=row.leverage,
        opened_at=row.opened_at,
        funding=row.funding,
        deposits=row.deposits,
        withdrawals=row.withdrawals,
        cross=tuple(sorted(row.cross)),
        position_mode=row.position_mode,
        name=row.name,
    )


def portfolio_view(
    row: PortfolioRow, worth: Valuation, marks: tuple[Mark, ...], at: Instant
) -> PortfolioView:
    """An account and what it is worth."""
    return PortfolioView(
        account_id=row.account_id,
        currency=row.currency,
        initial_balance=row.initial_balance,
        cash=worth.cash,
        available=worth.available,
        reserved=worth.reserved,
        margin=worth.margin,
        unrealised=worth.unrealised,
        equity=worth.equity,
        realised=row.realised,
        fees=row.fees,
        insurance=row.insurance,
        lent=row.lent,
        exposure=worth.exposure,
        marks=tuple(MarkView(symbol=one.symbol, price=one.price, at=one.at) for one in marks),
        at=at,
    )


def fill_view(event: TradeExecuted) -> FillView:
    """What a fill's owner sees of it."""
    return FillView(
        fill_id=event.fill_id,
        order_id=event.order_id,
        account_id=event.account_id,
        symbol=event.symbol,
        side=event.side,
        qty=event.qty,
        price=event.price,
        notional=event.notional,
        fee=event.fee,
        liquidity=event.liquidity.value,
        realised=event.realised,
        position_qty=event.position_qty,
        at=event.at,
    )


def print_views(symbol: str, prints: Sequence[Print], count: int) -> tuple[PrintView, ...]:
    """Public trades, newest first. A print above the one before it was a buy, below it a sell.

    `count` is the number of the newest print: numbers rise by one with each.
    """
    views: list[PrintView] = []
    side = Side.BUY
    for place, traded in enumerate(prints):
        if place and traded.price != prints[place - 1].price:
            side = Side.BUY if traded.price > prints[place - 1].price else Side.SELL
        views.append(
            PrintView(
                trade_id=f"{symbol}-{count - len(prints) + place + 1}",
                symbol=symbol,
                price=traded.price,
                qty=traded.qty,
                side=side,
                at=traded.at,
            )
        )
    return tuple(reversed(views))


def candle_view(symbol: str, interval: str, candle: Candle, *, closed: bool) -> CandleView:
    """A candle with what it is a candle of."""
    return CandleView(
        symbol=symbol,
        interval=interval,
        open_time=candle.open_time,
        close_time=candle.close_time,
        open=candle.open,
        high=candle.high,
        low=candle.low,
        close=candle.close,
        volume=candle.volume,
        closed=closed,
    )

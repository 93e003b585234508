"""Each account as its owner sees it: cash, what is locked, what is held.

What moves with the market is not stored: `valued` computes it from a row and the marks of now.
"""

import decimal
from collections.abc import Mapping
from decimal import Decimal
from typing import TypeAlias, assert_never

from attrs import evolve as changed
from attrs import field, frozen
from returns.result import Result

from astracore.errors.trading import PriceFault
from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Projection
from astracore.ids import AccountId, OrderId, UserId
from astracore.instants import Instant
from astracore.numeric import EXACT
from astracore.projections.sorting import newest_first
from astracore.trading.events import (
    AccountOpened,
    AccountStatusChanged,
    LeverageSet,
    OrderAccepted,
    OrderCancelled,
    OrderExpired,
    OrderRejected,
    OrderReserveChanged,
    TradeExecuted,
)
from astracore.trading.orders import FINAL
from astracore.trading.pnl import Valuation, valuation
from astracore.trading.positions import passage
from astracore.trading.state import Account, Position
from astracore.trading.types import ZERO, AccountMode, AccountStatus

PortfolioEvent: TypeAlias = (
    AccountOpened
    | AccountStatusChanged
    | LeverageSet
    | OrderAccepted
    | OrderReserveChanged
    | OrderCancelled
    | OrderRejected
    | OrderExpired
    | TradeExecuted
)


@frozen(kw_only=True)
class PortfolioRow:
    """An account [account currency]; positions by symbol, reserves by open order.

    Invariant: cash + Σ margin = initial_balance + realised − fees + insurance.
    """

    account_id: AccountId
    user_id: UserId
    mode: AccountMode
    status: AccountStatus
    currency: str
    initial_balance: Decimal
    cash: Decimal
    opened_at: Instant
    reserved: Decimal = ZERO
    realised: Decimal = ZERO
    fees: Decimal = ZERO
    insurance: Decimal = ZERO
    trades: int = 0
    positions: Mapping[str, Position] = field(factory=dict)
    reserves: Mapping[OrderId, Decimal] = field(factory=dict)
    leverage: Mapping[str, int] = field(factory=dict)


def evolve(
    row: PortfolioRow | None, envelope: Envelope[PortfolioEvent], _key: str
) -> PortfolioRow | None:
    """Fold one event; nothing is known of an account before it was opened."""
    event = envelope.event
    if isinstance(event, AccountOpened):
        return opened(event)
    if row is None:
        return None
    with decimal.localcontext(EXACT):
        match event:
            case AccountStatusChanged():
                return changed(row, status=event.status)
            case LeverageSet():
                return changed(row, leverage={**row.leverage, event.symbol: event.leverage})
            case OrderAccepted() | OrderReserveChanged():
                return with_reserve(row, event.order_id, event.reserve)
            case OrderCancelled() | OrderRejected() | OrderExpired():
                return with_reserve(row, event.order_id, None)
            case TradeExecuted():
                return traded(row, event)
            case _:
                assert_never(event)


def opened(event: AccountOpened) -> PortfolioRow:
    """A fresh account."""
    return PortfolioRow(
        account_id=event.account_id,
        user_id=event.user_id,
        mode=event.mode,
        status=AccountStatus.OPEN,
        currency=event.currency,
        initial_balance=event.initial_balance,
        cash=event.initial_balance,
        opened_at=event.at,
    )


def with_reserve(row: PortfolioRow, order_id: OrderId, reserve: Decimal | None) -> PortfolioRow:
    """The account with another reserve for one order; None when the order is over."""
    reserves = {key: held for key, held in row.reserves.items() if key != order_id}
    if reserve is not None:
        reserves[order_id] = reserve
    return changed(row, reserves=reserves, reserved=sum(reserves.values(), ZERO))


def traded(row: PortfolioRow, event: TradeExecuted) -> PortfolioRow:
    """The account after one fill. A late fill finds no reserve and leaves none."""
    now = passage(row.positions.get(event.symbol), event).now
    positions = {key: held for key, held in row.positions.items() if key != event.symbol}
    if now is not None:
        positions[event.symbol] = now
    over = event.status in FINAL or event.order_id not in row.reserves
    filled = with_reserve(row, event.order_id, None if over else event.reserve)
    return changed(
        filled,
        cash=event.cash,
        realised=row.realised + event.realised,
        fees=row.fees + event.fee + event.platform_fee,
        insurance=row.insurance + event.insurance,
        trades=row.trades + 1,
        positions=positions,
    )


def account_of(row: PortfolioRow) -> Account:
    """The account as the formulas of trading take it."""
    return Account(
        account_id=row.account_id,
        user_id=row.user_id,
        mode=row.mode,
        currency=row.currency,
        status=row.status,
        cash=row.cash,
        reserved=row.reserved,
        deposits=row.initial_balance,
        realised=row.realised,
        fees=row.fees,
        insurance=row.insurance,
        positions=row.positions,
        leverage=row.leverage,
    )


def valued(row: PortfolioRow, marks: Mapping[str, Decimal]) -> Result[Valuation, PriceFault]:
    """What the account is worth at `marks` [quote per base] by symbol.

    Errors: UnknownMark, NumericLimit.
    Invariant: equity = initial_balance + realised + unrealised − fees + insurance.
    """
    return valuation(account_of(row), marks)


PORTFOLIO: Projection[PortfolioEvent, PortfolioRow] = Projection(
    name="portfolio",
    version=1,
    events=(
        AccountOpened,
        AccountStatusChanged,
        LeverageSet,
        OrderAccepted,
        OrderReserveChanged,
        OrderCancelled,
        OrderRejected,
        OrderExpired,
        TradeExecuted,
    ),
    keys=lambda envelope: (envelope.event.account_id,),
    evolve=evolve,
    row=codec(PortfolioRow),
    owner=lambda row: row.user_id,
    sort=lambda row: newest_first(row.opened_at),
)

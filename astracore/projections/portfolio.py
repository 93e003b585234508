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
from astracore.trading.contracts.hedging import PositionMode
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
from astracore.trading.folding import fold
from astracore.trading.money_events import (
    AccountReset,
    CashMoved,
    FundingPaid,
    MarginAdjusted,
    MarginModeSet,
    PositionLiquidated,
    PositionModeSet,
)
from astracore.trading.order_events import ChildReleased, OrderAmended
from astracore.trading.orders.states import FINAL
from astracore.trading.pnl import Valuation, valuation
from astracore.trading.state import Account, Position
from astracore.trading.types import ZERO, AccountMode, AccountStatus

PortfolioEvent: TypeAlias = (
    AccountOpened
    | AccountStatusChanged
    | AccountReset
    | CashMoved
    | FundingPaid
    | LeverageSet
    | MarginAdjusted
    | MarginModeSet
    | PositionModeSet
    | PositionLiquidated
    | OrderAccepted
    | OrderReserveChanged
    | OrderAmended
    | ChildReleased
    | OrderCancelled
    | OrderRejected
    | OrderExpired
    | TradeExecuted
)

OfOrders: TypeAlias = (
    OrderAccepted
    | OrderReserveChanged
    | OrderAmended
    | ChildReleased
    | OrderCancelled
    | OrderRejected
    | OrderExpired
)
OfMoney: TypeAlias = (
    AccountStatusChanged
    | AccountReset
    | CashMoved
    | FundingPaid
    | LeverageSet
    | MarginAdjusted
    | MarginModeSet
    | PositionModeSet
    | PositionLiquidated
    | TradeExecuted
)


@frozen(kw_only=True)
class PortfolioRow:
    """An account [account currency]; positions by symbol, reserves by open order.

    Invariant: cash + Σ margin = initial_balance + deposits − withdrawals + realised − fees +
    funding + insurance + lent.
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
    insurance: Decimal = ZERO  # paid for good
    trades: int = 0
    positions: Mapping[str, Position] = field(factory=dict)
    reserves: Mapping[OrderId, Decimal] = field(factory=dict)
    leverage: Mapping[str, int] = field(factory=dict)
    deposits: Decimal = ZERO  # beyond the initial balance
    withdrawals: Decimal = ZERO
    funding: Decimal = ZERO
    cross: frozenset[str] = frozenset()  # symbols on cross margin
    position_mode: PositionMode = PositionMode.NETTING
    reset_at: Instant | None = None
    name: str | None = None
    lent: Decimal = ZERO  # by the insurance fund


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
        if isinstance(event, OfOrders):
            return ordered(row, event)
        return settled(row, event)


def ordered(row: PortfolioRow, event: OfOrders) -> PortfolioRow:
    """What orders lock now."""
    match event:
        case OrderAccepted() | OrderReserveChanged() | OrderAmended() | ChildReleased():
            return with_reserve(row, event.order_id, event.reserve)
        case OrderCancelled() | OrderRejected() | OrderExpired():
            return with_reserve(row, event.order_id, None)
        case _:
            assert_never(event)


def settled(row: PortfolioRow, event: OfMoney) -> PortfolioRow:
    """What cash, positions and settings are now: the account's own fold, on the row's figures."""
    account = fold(account_of(row), event)
    if isinstance(event, TradeExecuted):
        row = traded(row, event)
    if isinstance(event, AccountReset):
        row = changed(row, initial_balance=event.balance)
    return changed(
        row,
        status=account.status,
        cash=account.cash,
        realised=account.realised,
        fees=account.fees,
        funding=account.funding,
        insurance=account.insurance,
        lent=account.lent,
        deposits=account.deposits - row.initial_balance,
        withdrawals=account.withdrawals,
        positions=account.positions,
        leverage=account.leverage,
        cross=account.cross,
        position_mode=account.position_mode,
        reset_at=account.reset_at,
    )


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
        name=event.name,
    )


def with_reserve(row: PortfolioRow, order_id: OrderId, reserve: Decimal | None) -> PortfolioRow:
    """The account with another reserve for one order; None when the order is over."""
    reserves = {key: held for key, held in row.reserves.items() if key != order_id}
    if reserve is not None:
        reserves[order_id] = reserve
    return changed(row, reserves=reserves, reserved=sum(reserves.values(), ZERO))


def traded(row: PortfolioRow, event: TradeExecuted) -> PortfolioRow:
    """One more fill. A late one finds no reserve and leaves none."""
    over = event.status in FINAL or event.order_id not in row.reserves
    filled = with_reserve(row, event.order_id, None if over else event.reserve)
    return changed(filled, trades=row.trades + 1)


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
        deposits=row.initial_balance + row.deposits,
        withdrawals=row.withdrawals,
        funding=row.funding,
        realised=row.realised,
        fees=row.fees,
        insurance=row.insurance,
        lent=row.lent,
        positions=row.positions,
        leverage=row.leverage,
        cross=row.cross,
        position_mode=row.position_mode,
        reset_at=row.reset_at,
    )


def valued(row: PortfolioRow, marks: Mapping[str, Decimal]) -> Result[Valuation, PriceFault]:
    """What the account is worth at `marks` [quote per base] by symbol.

    Errors: UnknownMark, NumericLimit.
    Invariant: equity = initial_balance + deposits − withdrawals + realised + unrealised − fees +
    funding + insurance.
    """
    return valuation(account_of(row), marks)


PORTFOLIO: Projection[PortfolioEvent, PortfolioRow] = Projection(
    name="portfolio",
    version=3,
    events=(
        AccountOpened,
        AccountStatusChanged,
        AccountReset,
        CashMoved,
        FundingPaid,
        LeverageSet,
        MarginAdjusted,
        MarginModeSet,
        PositionModeSet,
        PositionLiquidated,
        OrderAccepted,
        OrderReserveChanged,
        OrderAmended,
        ChildReleased,
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

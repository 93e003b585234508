"""What an account remembers: bounded by what is open and by ENDED_KEPT, whatever its age."""

from collections.abc import Mapping
from decimal import Decimal

from attrs import field, frozen

from astracore.ids import AccountId, FillId, OrderId, PositionId, UserId
from astracore.instants import Instant
from astracore.trading.contracts.hedging import LegName, PositionMode
from astracore.trading.contracts.kinds import ONE
from astracore.trading.orders.groups import Group
from astracore.trading.orders.terms import PLAIN, OrderTerms
from astracore.trading.settlement import key_of
from astracore.trading.types import (
    ZERO,
    AccountMode,
    AccountStatus,
    ContractKind,
    MarginMode,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
)

NO_ACCOUNT = AccountId("")
NO_USER = UserId("")
ENDED_KEPT = 100  # ended orders that are remembered, so that late fills and repeats are recognised
FILLS_KEPT = 1000  # newest fill ids remembered for one order
OPENINGS_KEPT = 2000  # times of opening orders: the largest daily limit


@frozen(kw_only=True)
class Order:
    """An accepted order and what has become of it. Ended ones stay for late fills."""

    order_id: OrderId
    symbol: str
    side: Side
    type: OrderType
    qty: Decimal  # [base]
    tif: TimeInForce
    post_only: bool
    reduce_only: bool
    status: OrderStatus
    leverage: int
    maker_rate: Decimal
    taker_rate: Decimal
    reserve: Decimal  # [account currency]
    reference: Decimal  # [quote per base]
    accepted_at: Instant
    executed: Decimal = ZERO  # [base]
    limit_price: Decimal | None = None
    protective_price: Decimal | None = None
    client_order_id: str | None = None
    bot_id: str | None = None
    fill_ids: tuple[FillId, ...] = ()
    terms: OrderTerms = PLAIN
    list_id: str | None = None
    margin_mode: MarginMode = MarginMode.ISOLATED
    contract: ContractKind = ContractKind.LINEAR
    multiplier: Decimal = ONE
    revision: int = 0
    level: Decimal | None = None  # [quote per base] where a trailing order fires
    protects: bool = False  # kept at the position's size
    turn: int = 0  # how many orders the account had accepted and ended before this one last did

    @property
    def key(self) -> str:
        """Which position it concerns."""
        return key_of(self.symbol, self.terms.leg)


@frozen(kw_only=True)
class Position:
    """An open position: `qty` and `cost` are signed; the average entry is cost/qty."""

    position_id: PositionId
    symbol: str
    qty: Decimal  # [base], negative when short
    cost: Decimal  # [quote], the exact entry value of what is open
    margin: Decimal  # [account currency]
    leverage: int
    opened_at: Instant
    realised: Decimal = ZERO
    fees: Decimal = ZERO
    funding: Decimal = ZERO
    peak_cost: Decimal = ZERO
    peak_margin: Decimal = ZERO
    max_qty: Decimal = ZERO
    entry_qty: Decimal = ZERO
    entry_value: Decimal = ZERO
    exit_qty: Decimal = ZERO
    exit_value: Decimal = ZERO
    leg: LegName | None = None
    margin_mode: MarginMode = MarginMode.ISOLATED
    contract: ContractKind = ContractKind.LINEAR
    multiplier: Decimal = ONE
    funded_at: Instant | None = None

    @property
    def key(self) -> str:
        """What it is called in its account."""
        return key_of(self.symbol, self.leg)


@frozen(kw_only=True)
class Account:
    """One user's cash, positions and orders in one mode; `account_id` is empty before opening.

    Invariant: cash >= 0; reserved is the sum of the open orders' reserves, and with isolated
    margin alone cash >= reserved.
    Invariant: cash + Σ margin = deposits − withdrawals + realised − fees + funding + insurance +
    lent; nothing is lent when nothing is on cross margin.
    """

    account_id: AccountId = NO_ACCOUNT
    user_id: UserId = NO_USER
    mode: AccountMode = AccountMode.PRACTICE
    currency: str = ""
    status: AccountStatus = AccountStatus.OPEN
    cash: Decimal = ZERO
    reserved: Decimal = ZERO
    deposits: Decimal = ZERO
    realised: Decimal = ZERO
    fees: Decimal = ZERO
    insurance: Decimal = ZERO  # paid for good by the insurance fund
    lent: Decimal = ZERO  # by it, while positions on cross margin may still pay it back
    withdrawals: Decimal = ZERO
    funding: Decimal = ZERO
    positions: Mapping[str, Position] = field(factory=dict)  # by key: symbol, and leg if hedging
    leverage: Mapping[str, int] = field(factory=dict)
    orders: Mapping[OrderId, Order] = field(factory=dict)  # open ones
    ended: Mapping[OrderId, Order] = field(factory=dict)  # the newest ENDED_KEPT
    turns: int = 0  # orders accepted and ended so far
    openings: tuple[Instant, ...] = ()  # of opening orders within the last 24 h
    cross: frozenset[str] = frozenset()  # symbols on cross margin
    position_mode: PositionMode = PositionMode.NETTING
    groups: Mapping[str, Group] = field(factory=dict)  # by list, as long as an order of it is open
    reset_at: Instant | None = None


def oldest_first(orders: Mapping[OrderId, Order]) -> list[Order]:
    """Orders as they were accepted or ended; a mapping itself has no order that is kept."""
    return sorted(orders.values(), key=lambda order: order.turn)

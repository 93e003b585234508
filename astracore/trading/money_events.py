"""What may happen to an account's money, margin and modes, beside trades."""

from decimal import Decimal
from typing import ClassVar

from attrs import frozen

from astracore.ids import AccountId, PositionId, UserId
from astracore.instants import Instant
from astracore.trading.contracts.hedging import LegName, PositionMode
from astracore.trading.types import CashKind, ContractKind, MarginMode, Side


@frozen(kw_only=True)
class AccountReset:
    """A practice account starts again with `balance`; `previous` is the cash it had."""

    TYPE: ClassVar[str] = "astra.trading.account_reset.v1"
    account_id: AccountId
    user_id: UserId
    currency: str
    previous: Decimal
    balance: Decimal
    at: Instant


@frozen(kw_only=True)
class CashMoved:
    """Money came in (`amount` > 0) or went out (< 0)."""

    TYPE: ClassVar[str] = "astra.trading.cash_moved.v1"
    account_id: AccountId
    user_id: UserId
    currency: str
    kind: CashKind
    amount: Decimal
    cash_after: Decimal
    reference: str
    is_practice: bool
    at: Instant


@frozen(kw_only=True)
class MarginModeSet:
    """Later positions in `symbol` stand on margin of their own, or on the whole account."""

    TYPE: ClassVar[str] = "astra.trading.margin_mode_set.v1"
    account_id: AccountId
    symbol: str
    margin_mode: MarginMode
    at: Instant


@frozen(kw_only=True)
class PositionModeSet:
    """The account nets its positions, or holds a long and a short leg side by side."""

    TYPE: ClassVar[str] = "astra.trading.position_mode_set.v1"
    account_id: AccountId
    position_mode: PositionMode
    at: Instant


@frozen(kw_only=True)
class MarginAdjusted:
    """`amount` moved from cash into a position's margin (< 0: back); both as they are now."""

    TYPE: ClassVar[str] = "astra.trading.margin_adjusted.v1"
    account_id: AccountId
    symbol: str
    key: str
    amount: Decimal
    margin: Decimal
    cash: Decimal
    at: Instant


@frozen(kw_only=True)
class FundingPaid:
    """Funding of one position: `amount` > 0 was received, < 0 was paid.

    amount + insurance = margin_change + the change of cash. `mark` [quote per base].
    """

    TYPE: ClassVar[str] = "astra.trading.funding_paid.v1"
    account_id: AccountId
    user_id: UserId
    symbol: str
    key: str
    rate: Decimal
    mark: Decimal
    amount: Decimal
    margin_change: Decimal
    insurance: Decimal
    cash: Decimal
    is_practice: bool
    at: Instant


@frozen(kw_only=True)
class LiquidationStarted:
    """Equity no longer covers maintenance: the position is taken over."""

    TYPE: ClassVar[str] = "astra.trading.liquidation_started.v1"
    account_id: AccountId
    user_id: UserId
    symbol: str
    key: str
    margin_mode: MarginMode
    mark: Decimal  # [quote per base]
    equity: Decimal
    maintenance: Decimal
    at: Instant


@frozen(kw_only=True)
class PositionLiquidated:
    """A position was closed for its holder. cash = before + released margin + realised − fee +
    insurance."""

    TYPE: ClassVar[str] = "astra.trading.position_liquidated.v1"
    account_id: AccountId
    user_id: UserId
    position_id: PositionId
    symbol: str
    key: str
    leg: LegName | None = None
    contract: ContractKind
    side: Side  # of the position
    qty: Decimal  # [base]
    price: Decimal  # [quote per base]
    notional: Decimal
    realised: Decimal
    fee: Decimal
    insurance: Decimal
    cash: Decimal
    is_practice: bool
    at: Instant

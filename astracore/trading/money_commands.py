"""What may be asked of an account's money, margin and modes; and what time and markets bring."""

from decimal import Decimal

from attrs import frozen

from astracore.ids import AccountId
from astracore.instants import Instant
from astracore.trading.contracts.hedging import LegName, PositionMode
from astracore.trading.facts import Mark, Seen
from astracore.trading.settlement import key_of
from astracore.trading.types import CashKind, MarginMode


@frozen(kw_only=True)
class ResetPractice:
    """Start a practice account again; None: with the balance that it began with."""

    account_id: AccountId
    at: Instant
    balance: Decimal | None = None


@frozen(kw_only=True)
class MoveCash:
    """Money in or out; `amount` is above zero, of a sync it may be below."""

    account_id: AccountId
    kind: CashKind
    amount: Decimal
    reference: str
    at: Instant
    marks: tuple[Mark, ...] = ()  # of positions on cross margin


@frozen(kw_only=True)
class SetMarginMode:
    """Isolated or cross margin for one symbol, while nothing is open in it."""

    account_id: AccountId
    symbol: str
    margin_mode: MarginMode
    at: Instant


@frozen(kw_only=True)
class SetPositionMode:
    """Netting or hedging, while nothing is open."""

    account_id: AccountId
    position_mode: PositionMode
    at: Instant


@frozen(kw_only=True)
class AdjustMargin:
    """Move `amount` from cash into the margin of an isolated position; below zero: back."""

    account_id: AccountId
    symbol: str
    amount: Decimal
    at: Instant
    marks: tuple[Mark, ...]
    leg: LegName | None = None

    @property
    def key(self) -> str:
        """Which position it concerns."""
        return key_of(self.symbol, self.leg)


@frozen(kw_only=True)
class ApplyFunding:
    """Funding of one symbol at the instant `at`; `rate` above zero: longs pay."""

    account_id: AccountId
    symbol: str
    rate: Decimal
    mark: Decimal  # [quote per base]
    at: Instant


@frozen(kw_only=True)
class ObserveMarket:
    """Look at the markets and the clock: triggers, trails, expiry, liquidation.

    `seen` holds the markets that moved, and on cross margin every held one.
    """

    account_id: AccountId
    seen: tuple[Seen, ...]
    at: Instant

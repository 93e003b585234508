"""Causes that concern the books."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.errors.funds import InsufficientFunds
from astracore.errors.trading import AccountNotFound
from astracore.errors.values import InvalidPeriod


@frozen
class Unbalanced:
    """The lines of an entry do not add up to zero in `currency`, or there are fewer than two."""

    code: ClassVar[str] = "unbalanced"
    currency: str
    residue: Decimal


@frozen
class DuplicateEntry:
    """The entry id stands in the books with other content, or was reversed already."""

    code: ClassVar[str] = "duplicate_entry"
    journal_id: str


@frozen
class EntryNotFound:
    """No entry of this book has this id."""

    code: ClassVar[str] = "entry_not_found"
    journal_id: str


@frozen
class Unsettled:
    """A posted amount is no multiple of its currency's unit, or the currency is unknown."""

    code: ClassVar[str] = "unsettled"
    currency: str
    amount: Decimal


@frozen
class PeriodClosed:
    """The month takes no entries any more."""

    code: ClassVar[str] = "period_closed"
    month: str


@frozen
class PeriodNotOver:
    """A month is closed after its end, not before."""

    code: ClassVar[str] = "period_not_over"
    month: str


@frozen
class HoldNotFound:
    """No hold of this id stands: there was none, or it was posted, voided or expired."""

    code: ClassVar[str] = "hold_not_found"
    hold_id: str


@frozen
class HoldExpired:
    """The time of the hold is over."""

    code: ClassVar[str] = "hold_expired"
    hold_id: str
    expired_at: int  # [µs]


@frozen
class HoldExceeded:
    """More would be posted on an account than was held for it, or to the other side of it."""

    code: ClassVar[str] = "hold_exceeded"
    account: str
    currency: str
    held: Decimal
    asked: Decimal


@frozen
class BadText:
    """A text cannot be written down: it holds half a surrogate pair."""

    code: ClassVar[str] = "bad_text"
    field: str


LedgerFault: TypeAlias = (
    Unbalanced
    | DuplicateEntry
    | InsufficientFunds
    | AccountNotFound
    | EntryNotFound
    | Unsettled
    | PeriodClosed
    | PeriodNotOver
    | HoldNotFound
    | HoldExpired
    | HoldExceeded
    | BadText
    | InvalidPeriod
)

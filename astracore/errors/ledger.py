"""Causes that concern the books."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.errors.funds import InsufficientFunds
from astracore.errors.trading import AccountNotFound


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


LedgerFault: TypeAlias = (
    Unbalanced | DuplicateEntry | InsufficientFunds | AccountNotFound | EntryNotFound | Unsettled
)

"""What an entry is: lines that add up to nothing in each currency."""

from decimal import Decimal
from enum import StrEnum

from attrs import frozen

from astracore.ids import EntryId
from astracore.instants import DAY, Instant


class Book(StrEnum):
    """Play money, points and real money never share a book."""

    PRACTICE = "practice"
    GAME = "game"
    HOUSE = "house"


@frozen(kw_only=True)
class BookRules:
    """How long a hold stands, and how many closed months an entry can still be taken back."""

    hold_lasts: int = 7 * DAY  # [µs]
    kept_months: int = 3


@frozen(kw_only=True)
class Line:
    """One side of an entry: debit > 0, credit < 0 [currency]."""

    account: str  # a name of the chart, with /reference where the chart asks for one
    currency: str
    amount: Decimal


def line(account: str, currency: str, amount: Decimal) -> tuple[Line, ...]:
    """One line, or none where nothing moves."""
    return (Line(account=account, currency=currency, amount=amount),) if amount else ()


@frozen(kw_only=True)
class Entry:
    """One business fact in money."""

    journal_id: EntryId
    at: Instant
    reason: str
    reference: str
    lines: tuple[Line, ...]

"""A movement and its money: one decision over two streams, the user's movements and the book's.

What is asked for is set aside in the same moment, and what leaves, leaves both: so nobody takes
out twice what they have, whatever else is decided at the same time.
"""

from collections.abc import Mapping
from functools import reduce
from types import MappingProxyType
from typing import TypeAlias, assert_never

from attrs import frozen
from returns.result import Result, Success

from astracore.errors.payments import MovementFault
from astracore.ids import EntryId, derived_id
from astracore.ledger.books import BOOKS
from astracore.ledger.commands import BooksCommand, Hold, PostEntry, PostHold, VoidHold
from astracore.ledger.entries import Book, Entry, Line
from astracore.ledger.events import BooksEvent
from astracore.ledger.postings import Lines, deposit, transfer, withdrawal
from astracore.ledger.state import Books
from astracore.outcome import is_failure
from astracore.revenue.movements.commands import MovementCommand
from astracore.revenue.movements.events import (
    FundsDeposited,
    FundsWithdrawn,
    MovementDecided,
    MovementEvent,
    MovementHeld,
    WithdrawalCancelled,
    WithdrawalRequested,
)
from astracore.revenue.movements.movement import decide
from astracore.revenue.movements.state import Movements
from astracore.revenue.movements.types import Decision, Direction


@frozen(kw_only=True)
class Settled:
    """What is appended to each of the two streams."""

    movements: tuple[MovementEvent, ...]
    books: tuple[BooksEvent, ...]


STEPS: Mapping[type, str] = MappingProxyType(
    {
        FundsDeposited: "deposit",
        WithdrawalRequested: "withdrawal_hold",
        FundsWithdrawn: "withdrawal",
        MovementHeld: "deposit_held",
        MovementDecided: "deposit_rejected",
    }
)
Settling: TypeAlias = Result[Settled, MovementFault]


def settle(command: MovementCommand, state: Movements, books: Books) -> Settling:
    """Decide over both states.

    Errors: those of the movement, then those of the book (InsufficientFunds, PeriodClosed, …).
    Invariant: the user's funds fall by what was withdrawn and rise by what was deposited.
    """
    events = decide(command, state)
    if is_failure(events):
        return events
    return written(events.unwrap(), books).map(
        lambda posted: Settled(movements=events.unwrap(), books=posted)
    )


def written(
    events: tuple[MovementEvent, ...], books: Books
) -> Result[tuple[BooksEvent, ...], MovementFault]:
    """What the events mean in the book, one after the other; the first refusal refuses all."""
    posted: tuple[BooksEvent, ...] = ()
    for event in events:
        command = booking(event, reduce(BOOKS.evolve, posted, books))
        if is_failure(command):
            return command
        asked = command.unwrap()
        more = (
            Success(())
            if asked is None
            else BOOKS.decide(asked, reduce(BOOKS.evolve, posted, books))
        )
        if is_failure(more):
            return more
        posted = (*posted, *more.unwrap())
    return Success(posted)


def booking(event: MovementEvent, books: Books) -> Result[BooksCommand | None, MovementFault]:
    """What one event asks of the book; nothing where there is nothing to move.

    Errors: NegativeAmount, NumericLimit.
    """
    match event:
        case WithdrawalRequested():
            lines = withdrawal(event.user_id, event.currency, event.amount)
            return lines.map(lambda made: Hold(book=Book.HOUSE, entry=_entry(event, made)))
        case FundsWithdrawn():
            lines = withdrawal(event.user_id, event.currency, event.amount)
            return lines.map(
                lambda made: PostHold(
                    book=Book.HOUSE, hold_id=hold_id(event), entry=_entry(event, made)
                )
            )
        case WithdrawalCancelled():
            return Success(_void(event, books, "cancelled"))
        case MovementDecided() if event.direction is Direction.WITHDRAWAL:
            rejected = event.decision is Decision.REJECT
            return Success(_void(event, books, "rejected") if rejected else None)
        case MovementHeld() if event.direction is Direction.WITHDRAWAL:
            return Success(None)
        case FundsDeposited() | MovementHeld() | MovementDecided():
            return _moves(event).map(lambda made: _posting(event, made))
        case _:
            assert_never(event)


def hold_id(event: MovementEvent) -> EntryId:
    """The hold of a withdrawal is called as the movement is."""
    return EntryId(event.movement_id)


# A hold whose time was over may have given way already.
def _void(event: MovementEvent, books: Books, reason: str) -> VoidHold | None:
    name = hold_id(event)
    if name not in books.holds:
        return None
    return VoidHold(book=Book.HOUSE, hold_id=name, reason=reason, at=event.at)


# Money that is held stands in escrow until somebody has looked at it.
def _moves(event: FundsDeposited | MovementHeld | MovementDecided) -> Lines:
    escrow = f"escrow/{event.movement_id}"
    match event:
        case MovementHeld():
            return transfer(event.currency, "bank", escrow, event.amount)
        case MovementDecided():
            back = event.decision is Decision.REJECT
            return transfer(event.currency, escrow, "bank", event.amount) if back else Success(())
        case FundsDeposited() if event.reviewed:
            return transfer(event.currency, escrow, f"user_funds/{event.user_id}", event.amount)
        case FundsDeposited():
            return deposit(event.user_id, event.currency, event.amount)
        case _:
            assert_never(event)


def _posting(event: MovementEvent, lines: tuple[Line, ...]) -> PostEntry | None:
    return PostEntry(book=Book.HOUSE, entry=_entry(event, lines)) if lines else None


def _entry(event: MovementEvent, lines: tuple[Line, ...]) -> Entry:
    """The entry of one step of a movement: its id comes from the movement and the step alone."""
    step = STEPS[type(event)]
    name = derived_id(event.at.micros // 1000, "movement", step, event.user_id, event.movement_id)
    return Entry(
        journal_id=hold_id(event) if type(event) is WithdrawalRequested else EntryId(name),
        at=event.at,
        reason=step,
        reference=event.movement_id,
        lines=lines,
    )

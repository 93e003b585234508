"""Holds and closed months: what is refused, what ends a hold, what a closed book keeps."""

from decimal import Decimal

import pytest
from attrs import evolve

from astracore.errors.funds import InsufficientFunds
from astracore.errors.ledger import (
    BadText,
    DuplicateEntry,
    EntryNotFound,
    HoldExceeded,
    HoldExpired,
    HoldNotFound,
    PeriodClosed,
    PeriodNotOver,
    Unbalanced,
)
from astracore.errors.values import InvalidPeriod, NumericLimit
from astracore.events.decider import replay
from astracore.ids import EntryId
from astracore.instants import DAY, LAST, Instant, after, instant
from astracore.ledger.balance import disposal_residue, equation_residue, residues
from astracore.ledger.books import BOOKS
from astracore.ledger.commands import (
    BooksCommand,
    ClosePeriod,
    ExpireHolds,
    Hold,
    PostEntry,
    PostHold,
    ReverseEntry,
    VoidHold,
)
from astracore.ledger.entries import Book, BookRules, Entry, Line
from astracore.ledger.events import BooksClosed, BooksEvent, HoldPosted, HoldVoided, JournalPosted
from astracore.ledger.periods import born_in
from astracore.ledger.shelves import shelved
from astracore.ledger.state import Books, available, balance
from astracore.ledger.statement import balances_at, statement
from property_tests.naive_ledger import lines_between

NOON = instant("2026-03-04T12:00:00Z").unwrap()
FUNDS = "user_funds/a"
LONE = "\ud800"


def entry(name: str, debit: str, credit: str, amount: int, at: Instant = NOON) -> Entry:
    return Entry(
        journal_id=EntryId(name),
        at=at,
        reason="test",
        reference="r",
        lines=lines_between(debit, credit, amount),
    )


def told(books: Books, *commands: BooksCommand) -> Books:
    for command in commands:
        books = replay(BOOKS, BOOKS.decide(command, books).unwrap(), books)
    return books


def refusal(books: Books, command: BooksCommand) -> object:
    return BOOKS.decide(command, books).failure()


def post(made: Entry) -> PostEntry:
    return PostEntry(book=Book.HOUSE, entry=made)


def hold(made: Entry) -> Hold:
    return Hold(book=Book.HOUSE, entry=made)


def post_hold(made: Entry, name: str = "h") -> PostHold:
    return PostHold(book=Book.HOUSE, hold_id=EntryId(name), entry=made)


def void(name: str = "h", reason: str = "no") -> VoidHold:
    return VoidHold(book=Book.HOUSE, hold_id=EntryId(name), reason=reason, at=NOON)


def close(month: str, at: Instant) -> ClosePeriod:
    return ClosePeriod(book=Book.HOUSE, month=month, at=at)


FUNDED = told(Books(), post(entry("in", "bank", FUNDS, 100)))
HELD = told(FUNDED, hold(entry("h", FUNDS, "bank", 60)))
LATER = Instant(NOON.micros + 7 * DAY)
APRIL = instant("2026-04-10T00:00:00Z").unwrap()


def test_what_is_held_is_not_spent() -> None:
    assert balance(HELD, FUNDS, "USD") == 100
    assert available(HELD, FUNDS, "USD") == 40
    cause = InsufficientFunds(FUNDS, "USD", Decimal(40), Decimal(41))
    assert refusal(HELD, post(entry("x", FUNDS, "bank", 41))) == cause
    assert refusal(HELD, hold(entry("x", FUNDS, "bank", 41))) == cause
    assert available(told(HELD, post(entry("x", FUNDS, "bank", 40))), FUNDS, "USD") == 0


def test_a_part_is_posted_and_the_rest_is_free() -> None:
    after = told(HELD, post_hold(entry("p", FUNDS, "bank", 25)))
    assert balance(after, FUNDS, "USD") == available(after, FUNDS, "USD") == 75
    assert not after.holds
    assert not after.held


def test_a_hold_ends_once() -> None:
    """Posted, voided or expired; the same posting again is a no-op, another is refused."""
    part = post_hold(entry("p", FUNDS, "bank", 25))
    done = told(HELD, part)
    assert BOOKS.decide(part, done).unwrap() == ()
    assert refusal(done, post_hold(entry("q", FUNDS, "bank", 25))) == HoldNotFound("h")
    assert refusal(done, void()) == HoldNotFound("h")
    gone = told(HELD, void())
    assert available(gone, FUNDS, "USD") == 100
    assert refusal(gone, part) == HoldNotFound("h")
    assert BOOKS.decide(hold(entry("h", FUNDS, "bank", 60)), gone).unwrap() == ()


def test_a_hold_and_an_entry_never_share_an_id() -> None:
    same = entry("h", FUNDS, "bank", 60)
    assert refusal(HELD, post(same)) == DuplicateEntry("h")
    back = ReverseEntry(book=Book.HOUSE, entry=same, journal_id=EntryId("b"), reason="no", at=NOON)
    assert refusal(HELD, back) == DuplicateEntry("h")
    assert refusal(HELD, hold(evolve(same, reason="other"))) == DuplicateEntry("h")
    assert refusal(HELD, post_hold(entry("in", FUNDS, "bank", 1))) == DuplicateEntry("in")


@pytest.mark.parametrize(
    ("made", "cause"),
    [
        (entry("p", FUNDS, "bank", 61), HoldExceeded(FUNDS, "USD", Decimal(60), Decimal(61))),
        (entry("p", "bank", FUNDS, 1), HoldExceeded("bank", "USD", Decimal(-60), Decimal(1))),
        (entry("p", FUNDS, "tax", 1), HoldExceeded("tax", "USD", Decimal(0), Decimal(-1))),
        (entry("p", FUNDS, "bank", 60, LATER), HoldExpired("h", LATER.micros)),
        (evolve(entry("p", FUNDS, "bank", 1), lines=()), Unbalanced("", Decimal(0))),
        (evolve(entry("p", FUNDS, "bank", 1), reference=LONE), BadText("reference")),
    ],
)
def test_what_a_hold_is_not_posted_by(made: Entry, cause: object) -> None:
    assert refusal(HELD, post_hold(made)) == cause


def test_an_expired_hold_stands_in_nobodys_way() -> None:
    """In seven days: the sweep ends it, or whoever needs the room."""
    just = Instant(LATER.micros - 1)
    assert BOOKS.decide(ExpireHolds(book=Book.HOUSE, at=just), HELD).unwrap() == ()
    (swept,) = BOOKS.decide(ExpireHolds(book=Book.HOUSE, at=LATER), HELD).unwrap()
    assert isinstance(swept, HoldVoided)
    assert (swept.expired, swept.hold_id) == (True, "h")
    early = post(entry("x", FUNDS, "bank", 41, just))
    assert isinstance(refusal(HELD, early), InsufficientFunds)
    lapsed, posted = BOOKS.decide(post(entry("x", FUNDS, "bank", 41, LATER)), HELD).unwrap()
    assert lapsed == swept
    assert isinstance(posted, JournalPosted)
    too_much = post(entry("x", FUNDS, "bank", 101, LATER))
    assert isinstance(refusal(HELD, too_much), InsufficientFunds)


def test_a_hold_lasts_as_long_as_its_rules_say() -> None:
    made = entry("h", FUNDS, "bank", 1)
    for lasts, ends in ((DAY, NOON.micros + DAY), (-5, NOON.micros), (LAST, LAST)):
        command = Hold(book=Book.HOUSE, entry=made, rules=BookRules(hold_lasts=lasts))
        assert told(FUNDED, command).holds["h"].expires_at == Instant(ends)


def test_the_hold_is_posted_beside_its_entry() -> None:
    ended, posted = BOOKS.decide(post_hold(entry("p", FUNDS, "bank", 60)), HELD).unwrap()
    assert isinstance(ended, HoldPosted)
    assert (ended.hold_id, ended.journal_id, ended.lines) == ("h", "p", HELD.holds["h"].lines)
    assert isinstance(posted, JournalPosted)


def test_a_held_balance_beyond_what_is_counted_is_refused() -> None:
    much = Decimal("6E+29")
    lines = (
        Line(account="bank", currency="USD", amount=much),
        Line(account="capital", currency="USD", amount=-much),
    )
    made = evolve(entry("h", "bank", "capital", 1), lines=lines)
    books = told(Books(), hold(made), post(evolve(made, journal_id=EntryId("a"))))
    cause = refusal(books, post_hold(evolve(made, journal_id=EntryId("b"))))
    assert cause == NumericLimit("balance")


def test_a_closed_month_takes_nothing() -> None:
    closed = told(HELD, close("2026-03", APRIL))
    assert refusal(closed, post(entry("x", "bank", FUNDS, 1))) == PeriodClosed("2026-03")
    assert refusal(closed, hold(entry("x", FUNDS, "bank", 1))) == PeriodClosed("2026-03")
    assert refusal(closed, post_hold(entry("p", FUNDS, "bank", 1))) == PeriodClosed("2026-03")
    assert refusal(closed, close("2026-02", APRIL)) == PeriodClosed("2026-02")
    assert refusal(closed, close("2026-04", APRIL)) == PeriodNotOver("2026-04")
    assert refusal(closed, close("2026-13", APRIL)) == InvalidPeriod("2026-13")
    assert told(closed, post(entry("x", "bank", FUNDS, 1, APRIL))).closed == "2026-03"


def test_an_entry_of_a_closed_month_is_taken_back_in_the_open_one() -> None:
    closed = told(FUNDED, close("2026-03", APRIL))
    back = ReverseEntry(
        book=Book.HOUSE,
        entry=entry("in", "bank", FUNDS, 100),
        journal_id=EntryId("b"),
        reason="no",
        at=APRIL,
    )
    assert not any(told(closed, back).balances.values())


def test_old_marks_are_let_go_and_old_ids_stay_out() -> None:
    """Four closings on, the entry of March is no more known, and its id takes no new entry."""
    name = "019cb9a8-6d00-7000-8000-000000000000"
    assert born_in(EntryId(name)) == "2026-03"
    assert born_in(EntryId("e1")) is None
    assert born_in(EntryId("019cb9a8-6d00-4000-8000-000000000000")) is None
    assert born_in(EntryId("ffffffff-ffff-7000-8000-000000000000")) == "9999-12"
    july = instant("2026-07-02T00:00:00Z").unwrap()
    made = evolve(entry("in", "bank", FUNDS, 100), journal_id=EntryId(name))
    books = told(Books(), post(made), close("2026-05", july))
    assert set(books.marks) == {name}
    books = told(books, close("2026-06", july))
    assert set(books.marks) == set()
    again = evolve(made, at=july, reason="other")
    assert refusal(books, post(again)) == PeriodClosed("2026-03")
    april = evolve(again, journal_id=EntryId("019d74b0-3c00-75c4-9642-b726b0440162"))
    assert born_in(april.journal_id) == books.kept_from == "2026-04"
    assert told(books, post(april)).marks
    back = ReverseEntry(book=Book.HOUSE, entry=made, journal_id=EntryId("b"), reason="no", at=july)
    assert refusal(books, back) == EntryNotFound(name)


def test_closing_forgets_empty_accounts_and_keeps_the_others() -> None:
    books = told(
        FUNDED,
        post(entry("x", FUNDS, "escrow/1", 30)),
        post(entry("y", "escrow/1", FUNDS, 30)),
        close("2026-03", APRIL),
    )
    assert set(books.balances) == {"bank USD", f"{FUNDS} USD"}
    assert (
        BooksClosed(book=Book.HOUSE, month="2026-03", kept_from="2026-01", at=APRIL)
        in BOOKS.decide(close("2026-03", APRIL), FUNDED).unwrap()
    )
    first = instant("0001-02-03T00:00:00Z").unwrap()
    (event,) = BOOKS.decide(close("0000-11", first), Books()).unwrap()
    assert isinstance(event, BooksClosed)
    assert event.kept_from == "0000-09"


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (post(evolve(entry("x", "bank", FUNDS, 1), reason=LONE)), "reason"),
        (post(evolve(entry("x", "bank", FUNDS, 1), journal_id=EntryId(LONE))), "journal_id"),
        (post(entry("x", LONE, FUNDS, 1)), "account"),
        (post(entry("x", FUNDS, LONE, 1)), "account"),
        (hold(evolve(entry("x", FUNDS, "bank", 1), reason=LONE)), "reason"),
        (void(reason=LONE), "reason"),
        (void(name=LONE), "hold_id"),
        (
            ReverseEntry(
                book=Book.HOUSE,
                entry=entry("in", "bank", FUNDS, 100),
                journal_id=EntryId("b"),
                reason=LONE,
                at=NOON,
            ),
            "reason",
        ),
        (
            ReverseEntry(
                book=Book.HOUSE,
                entry=evolve(entry("in", "bank", FUNDS, 100), reason=LONE),
                journal_id=EntryId("b"),
                reason="no",
                at=NOON,
            ),
            "reason",
        ),
    ],
)
def test_half_a_surrogate_pair_is_refused(command: BooksCommand, field: str) -> None:
    assert refusal(FUNDED, command) == BadText(field)


def test_whatever_was_stored_is_folded() -> None:
    """Events of holds and entries that are not there change nothing else."""
    voided = HoldVoided(
        book=Book.HOUSE, hold_id=EntryId("?"), reason="x", expired=False, lines=(), at=NOON
    )
    assert BOOKS.evolve(FUNDED, voided) == FUNDED
    (event,) = BOOKS.decide(post(entry("x", "bank", FUNDS, 1)), FUNDED).unwrap()
    assert isinstance(event, JournalPosted)
    odd = evolve(event, reverses=EntryId("?"))
    assert BOOKS.evolve(FUNDED, odd).balances == BOOKS.evolve(FUNDED, event).balances


def test_a_statement_runs_along() -> None:
    commands = [post(entry(f"e{n}", "bank", FUNDS, n)) for n in (1, 2, 3)]
    commands.append(post(entry("x", FUNDS, "tax", 4)))
    books = Books()
    events: list[BooksEvent] = []
    for command in commands:
        made = BOOKS.decide(command, books).unwrap()
        events += made
        books = replay(BOOKS, made, books)
    void_event = HoldVoided(
        book=Book.HOUSE, hold_id=EntryId("?"), reason="x", expired=False, lines=(), at=NOON
    )
    lines = statement([*events, void_event], FUNDS, "USD")
    assert [line.balance for line in lines] == [-1, -3, -6, -2]
    assert [line.amount for line in lines] == [-1, -2, -3, 4]
    assert statement(events, FUNDS, "EUR") == ()
    assert balances_at(events, after(NOON, -1)) == {}
    assert balances_at([*events, void_event], NOON)[f"{FUNDS} USD"] == -2


def test_residues_name_what_is_left() -> None:
    assert residues([]).unwrap() == {}
    assert residues([("USD", Decimal(2)), ("USD", Decimal(1))]).unwrap() == {"USD": 3}
    assert equation_residue([Decimal(2)], [Decimal(5)]).unwrap() == -3
    assert disposal_residue(Decimal(1), [], Decimal(0)).unwrap() == 1
    sold = [(Decimal(-4), Decimal(500)), (Decimal(6), Decimal(500))]
    assert disposal_residue(Decimal(5200), sold, Decimal(-200)).unwrap() == 0
    assert disposal_residue(Decimal(5200), sold, Decimal(0)).unwrap() == 200


def test_shelves_lose_a_key() -> None:
    before = shelved({"a": 1, "b": 2})
    assert before.without("a") == {"b": 2}
    assert before.without("z") == before
    assert len(before.without("a")) == 1

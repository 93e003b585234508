"""A book beside a naive ledger: posts, holds, reversals, closings, in any order, repeated too."""

from fractions import Fraction

from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from astracore.catalog.aggregates import BOOKS_AGGREGATE
from astracore.events.decider import replay
from astracore.ids import EntryId
from astracore.instants import DAY, Instant, utc_month
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
from astracore.ledger.entries import Book, Entry
from astracore.ledger.events import BooksEvent, JournalPosted
from astracore.ledger.state import Books, balance_key, signed_balance, trial_balance
from astracore.ledger.statement import balances_at
from astracore.outcome import is_failure
from astracore.verification.books import (
    balances_sum_to_zero,
    books_stay_small,
    held_is_what_holds_say,
    nobody_is_overdrawn,
)
from property_tests.naive_ledger import NaiveLedger, lines_between

START = 20_454 * DAY  # 2026-01-01
ACCOUNTS = ("bank", "user_funds/a", "user_funds/b", "payable/x")
amounts = st.integers(1, 60)
users = st.sampled_from(["user_funds/a", "user_funds/b"])
names = st.integers(0, 10_000)


class LedgerMachine(RuleBasedStateMachine):
    """Whatever the naive ledger takes the book takes, and nothing else; both say the same."""

    def __init__(self) -> None:
        super().__init__()
        self.books = Books()
        self.naive = NaiveLedger()
        self.clock = START
        self.count = 0
        self.events: list[BooksEvent] = []

    def entry(self, debit: str, credit: str, amount: int) -> Entry:
        self.count += 1
        return Entry(
            journal_id=EntryId(f"e{self.count}"),
            at=Instant(self.clock),
            reason="test",
            reference="r",
            lines=lines_between(debit, credit, amount),
        )

    def ask(self, command: BooksCommand) -> bool:
        """Whether the book took it."""
        outcome = BOOKS.decide(command, self.books)
        if is_failure(outcome):
            return False
        self.events += outcome.unwrap()
        self.books = replay(BOOKS, outcome.unwrap(), self.books)
        return True

    @rule(days=st.integers(0, 12))
    def time_passes(self, days: int) -> None:
        self.clock += days * DAY

    @rule(user=users, amount=amounts)
    def money_comes_in(self, user: str, amount: int) -> None:
        made = self.entry("bank", user, amount)
        assert self.ask(PostEntry(book=Book.HOUSE, entry=made)) == self.naive.post(made)

    @rule(debit=users, credit=st.sampled_from(ACCOUNTS), amount=amounts)
    def money_moves(self, debit: str, credit: str, amount: int) -> None:
        made = self.entry(debit, credit, amount)
        assert self.ask(PostEntry(book=Book.HOUSE, entry=made)) == self.naive.post(made)

    @rule(user=users, amount=amounts, days=st.integers(1, 70))
    def money_came_in_before(self, user: str, amount: int, days: int) -> None:
        """What is written down late goes into its month, while that is open."""
        made = evolve(self.entry("bank", user, amount), at=Instant(self.clock - days * DAY))
        assert self.ask(PostEntry(book=Book.HOUSE, entry=made)) == self.naive.post(made)

    @rule(debit=users, credit=st.sampled_from(ACCOUNTS), amount=amounts)
    def money_is_held(self, debit: str, credit: str, amount: int) -> None:
        made = self.entry(debit, credit, amount)
        assert self.ask(Hold(book=Book.HOUSE, entry=made)) == self.naive.hold(made)

    @precondition(lambda self: self.naive.holds)
    @rule(place=names, amount=amounts)
    def a_hold_is_posted(self, place: int, amount: int) -> None:
        name, held = self.naive.standing(place)
        debit, credit = (line.account for line in held.entry.lines)
        made = self.entry(debit, credit, amount)
        command = PostHold(book=Book.HOUSE, hold_id=EntryId(name), entry=made)
        assert self.ask(command) == self.naive.post_hold(name, made)

    @precondition(lambda self: self.naive.ever_held)
    @rule(place=names)
    def a_hold_is_voided(self, place: int) -> None:
        name = self.naive.ever_held[place % len(self.naive.ever_held)]
        command = VoidHold(
            book=Book.HOUSE, hold_id=EntryId(name), reason="no", at=Instant(self.clock)
        )
        assert self.ask(command) == self.naive.void(name)

    @rule()
    def holds_expire(self) -> None:
        assert self.ask(ExpireHolds(book=Book.HOUSE, at=Instant(self.clock)))
        self.naive.expire(self.clock)

    @precondition(lambda self: self.naive.entries)
    @rule(place=names)
    def an_entry_is_taken_back(self, place: int) -> None:
        made = self.naive.entries[place % len(self.naive.entries)]
        self.count += 1
        back = EntryId(f"e{self.count}")
        at = Instant(self.clock)
        command = ReverseEntry(book=Book.HOUSE, entry=made, journal_id=back, reason="no", at=at)
        assert self.ask(command) == self.naive.reverse(made, back, at)

    @precondition(lambda self: self.naive.entries)
    @rule(place=names, other=st.booleans())
    def an_entry_comes_again(self, place: int, *, other: bool) -> None:
        """The same content changes nothing; other content never gets in."""
        made = self.naive.entries[place % len(self.naive.entries)]
        again = evolve(made, reason="other") if other else made
        before, remembered = self.books, self.naive.remembers(made)
        assert self.ask(PostEntry(book=Book.HOUSE, entry=again)) == (remembered and not other)
        assert self.books == before

    @rule(back=st.integers(0, 2))
    def a_month_is_closed(self, back: int) -> None:
        month = utc_month(Instant(self.clock - back * 31 * DAY))
        command = ClosePeriod(book=Book.HOUSE, month=month, at=Instant(self.clock))
        assert self.ask(command) == self.naive.close(month, self.clock)

    @invariant()
    def both_say_the_same(self) -> None:
        for account in ACCOUNTS:
            total = self.naive.sums[account]
            assert Fraction(signed_balance(self.books, account, "USD")) == total
            held = self.books.held.get(balance_key(account, "USD"), 0)
            assert Fraction(held) == self.naive.held_of(account)
        assert set(self.books.holds) == set(self.naive.holds)

    @invariant()
    def the_book_keeps_its_promises(self) -> None:
        assert balances_sum_to_zero(self.books)
        assert nobody_is_overdrawn(self.books)
        assert held_is_what_holds_say(self.books)
        assert books_stay_small(self.books)
        assert not any(trial_balance(self.books).values())

    def teardown(self) -> None:
        """Any prefix by time adds up to nothing; the fold of all is the state; bytes keep it."""
        for at in {event.at for event in self.events if isinstance(event, JournalPosted)}:
            assert sum(balances_at(self.events, at).values()) == 0
        folded = replay(BOOKS, self.events)
        assert folded == self.books
        stored = BOOKS_AGGREGATE.state
        assert stored.decode(stored.encode(self.books)).unwrap() == self.books


TestLedgerMachine = LedgerMachine.TestCase
TestLedgerMachine.settings = settings(stateful_step_count=40, deadline=None)

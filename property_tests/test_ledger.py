"""The books balance at every prefix, nobody is overdrawn, nothing is taken back twice."""

import decimal
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from astracore.catalog.aggregates import BOOKS_AGGREGATE
from astracore.errors.funds import InsufficientFunds
from astracore.errors.ledger import (
    DuplicateEntry,
    EntryNotFound,
    Unbalanced,
    Unsettled,
)
from astracore.errors.trading import AccountNotFound
from astracore.errors.values import NumericLimit
from astracore.events.decider import replay
from astracore.ids import EntryId, UserId
from astracore.instants import Instant
from astracore.ledger.books import BOOKS
from astracore.ledger.chart import CHART, AccountKind, chart_row, is_debit_normal
from astracore.ledger.commands import PostEntry, ReverseEntry
from astracore.ledger.entries import Book, Entry, Line
from astracore.ledger.events import JournalPosted
from astracore.ledger.shelves import shelved
from astracore.ledger.state import Books, balance, signed_balance, trial_balance
from astracore.outcome import is_failure
from astracore.trading.state import Account
from astracore.verification.books import (
    balances_sum_to_zero,
    funds_are_cash_and_margin,
    lines_sum_to_zero,
    nobody_is_overdrawn,
)

NOW = Instant(0)
ACCOUNTS = ["issued", "user_funds/a", "user_funds/b", "transaction_fees", "trading/PUSD"]
UNITS = {"PUSD": Decimal("0.000001"), "CREDIT": Decimal(1), "USD": Decimal("0.01")}


def line(account: str, amount: Decimal, currency: str = "PUSD") -> Line:
    return Line(account=account, currency=currency, amount=amount)


def entry(*lines: Line, name: str = "e", reason: str = "test") -> Entry:
    return Entry(journal_id=EntryId(name), at=NOW, reason=reason, reference="r", lines=lines)


def post(made: Entry) -> PostEntry:
    return PostEntry(book=Book.PRACTICE, entry=made)


def reversal(made: Entry, name: str = "back") -> ReverseEntry:
    return ReverseEntry(
        book=Book.PRACTICE, entry=made, journal_id=EntryId(name), reason="undo", at=NOW
    )


def posted(books: Books, made: Entry) -> Books:
    return replay(BOOKS, BOOKS.decide(post(made), books).unwrap(), books)


@st.composite
def balanced(draw: st.DrawFn) -> tuple[Line, ...]:
    """Two to five lines in one currency, the last one making up for the others."""
    currency = draw(st.sampled_from(sorted(UNITS)))
    unit = UNITS[currency]
    amounts = [
        draw(st.integers(-(10**6), 10**6).filter(bool)) * unit
        for _ in range(draw(st.integers(1, 4)))
    ]
    rest = -sum(amounts, Decimal(0))
    places = draw(st.lists(st.sampled_from(ACCOUNTS), min_size=5, max_size=5))
    lines = [
        line(account, amount, currency) for account, amount in zip(places, amounts, strict=False)
    ]
    return (*lines, line(places[4], rest, currency)) if rest else tuple(lines)


entries = st.builds(
    lambda first, second, name, reason: entry(*first, *second, name=name, reason=reason),
    balanced(),
    st.just(()) | balanced(),
    st.sampled_from([f"e{n}" for n in range(12)]),
    st.sampled_from(["x", "y"]),
)
orders = st.lists(st.tuples(entries, st.booleans()), max_size=30)


class NaiveBooks:
    """Fractions in a dict; every rule told the long way."""

    def __init__(self) -> None:
        self.sums: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
        self.seen: dict[str, Entry] = {}
        self.taken: set[str] = set()

    def fits(self, made: Entry) -> bool:
        after = self.sums.copy()
        per: dict[str, Fraction] = defaultdict(Fraction)
        for one in made.lines:
            after[one.account, one.currency] += Fraction(one.amount)
            per[one.currency] += Fraction(one.amount)
        users = [sums for (account, _), sums in after.items() if account.startswith("user_funds/")]
        return len(made.lines) > 1 and not any(per.values()) and all(sums <= 0 for sums in users)

    def take(self, made: Entry) -> None:
        self.seen[made.journal_id] = made
        for one in made.lines:
            self.sums[one.account, one.currency] += Fraction(one.amount)


@given(orders)
def test_the_books_are_a_naive_ledgers_books(asked: list[tuple[Entry, bool]]) -> None:
    """Accepted exactly when the oracle accepts; balances equal; zero sum at every prefix."""
    books, naive = Books(), NaiveBooks()
    for made, undo in asked:
        standing = naive.seen.get(made.journal_id)
        outcome = BOOKS.decide(post(made), books)
        if standing is not None:
            assert outcome.value_or(None) == (() if standing == made else None)
        else:
            assert (not is_failure(outcome)) == naive.fits(made)
        if not is_failure(outcome) and standing is None:
            naive.take(made)
            books = replay(BOOKS, outcome.unwrap(), books)
        if undo and made.journal_id in naive.seen:
            books = undone(books, naive, naive.seen[made.journal_id])
        for (account, currency), total in naive.sums.items():
            assert Fraction(signed_balance(books, account, currency)) == total
        assert balances_sum_to_zero(books)
        assert nobody_is_overdrawn(books)
        posted_now = () if is_failure(outcome) else outcome.unwrap()
        assert all(
            isinstance(one, JournalPosted) and lines_sum_to_zero(one.lines) for one in posted_now
        )
        for user in ("user_funds/a", "user_funds/b"):
            assert all(balance(books, user, currency) >= 0 for currency in UNITS)


def undone(books: Books, naive: NaiveBooks, made: Entry) -> Books:
    """Reverse once where the oracle can; a second reversal is refused."""
    negated = tuple(line(one.account, -one.amount, one.currency) for one in made.lines)
    name = f"back-{made.journal_id}"
    mirror = evolve(made, journal_id=EntryId(name), lines=negated)
    first = made.journal_id not in naive.taken
    outcome = BOOKS.decide(reversal(made, name), books)
    if not first:
        assert outcome.unwrap() == ()
        again = BOOKS.decide(reversal(made, f"{name}-again"), books)
        assert again.failure() == DuplicateEntry(made.journal_id)
        return books
    assert (not is_failure(outcome)) == naive.fits(mirror)
    if is_failure(outcome):
        return books
    naive.take(evolve(mirror, reason="undo", reference=made.journal_id))
    naive.taken.add(made.journal_id)
    return replay(BOOKS, outcome.unwrap(), books)


@given(orders)
def test_a_book_survives_its_snapshot_and_any_decimal_context(
    asked: list[tuple[Entry, bool]],
) -> None:
    def run() -> Books:
        books = Books()
        for made, _ in asked:
            outcome = BOOKS.decide(post(made), books)
            books = books if is_failure(outcome) else replay(BOOKS, outcome.unwrap(), books)
        return books

    expected = run()
    with decimal.localcontext(decimal.Context(prec=1, rounding=decimal.ROUND_UP)):
        assert run() == expected
    stored = BOOKS_AGGREGATE.state
    loaded = stored.decode(stored.encode(expected)).unwrap()
    assert loaded == expected
    assert posted(loaded, FIRST) == posted(expected, FIRST)


@given(st.dictionaries(st.text(max_size=5), st.integers(), max_size=40), st.text(max_size=5))
def test_shelves_are_a_map_that_never_changes(items: dict[str, int], key: str) -> None:
    before = shelved(items)
    after = before.put(key, 7)
    assert before == items
    assert after == {**items, key: 7}
    assert (len(before), len(after)) == (len(items), len({**items, key: 7}))
    assert shelved(after) is after
    assert repr(after) == repr(shelved({**items, key: 7}))


FIRST = entry(line("issued", Decimal(100)), line("user_funds/a", Decimal(-100)), name="first")


@pytest.mark.parametrize(
    ("lines", "cause"),
    [
        ((), Unbalanced("", Decimal(0))),
        ((line("issued", Decimal(1)),), Unbalanced("PUSD", Decimal(1))),
        (
            (line("issued", Decimal(2)), line("user_funds/a", Decimal(-1))),
            Unbalanced("PUSD", Decimal(1)),
        ),
        (
            (line("issued", Decimal(1)), line("issued", Decimal(-1), "CREDIT")),
            Unbalanced("CREDIT", Decimal(-1)),
        ),
        ((line("nowhere", Decimal(1)),), AccountNotFound("nowhere")),
        ((line("user_funds", Decimal(1)),), AccountNotFound("user_funds")),
        ((line("user_funds/", Decimal(1)),), AccountNotFound("user_funds/")),
        ((line("user_funds/a/b", Decimal(1)),), AccountNotFound("user_funds/a/b")),
        ((line("issued/a", Decimal(1)),), AccountNotFound("issued/a")),
        ((line("issued", Decimal("0.0000001")),), Unsettled("PUSD", Decimal("0.0000001"))),
        ((line("issued", Decimal(1), "XYZ"),), Unsettled("XYZ", Decimal(1))),
        ((line("issued", Decimal(1), "XAU"),), Unsettled("XAU", Decimal(1))),
        ((line("issued", Decimal(0)),), Unsettled("PUSD", Decimal(0))),
        ((line("issued", Decimal("1E+30")),), Unsettled("PUSD", Decimal("1E+30"))),
        ((line("issued", Decimal("-1E+30")),), Unsettled("PUSD", Decimal("-1E+30"))),
        (
            (line("user_funds/a", Decimal(101)), line("transaction_fees", Decimal(-101))),
            InsufficientFunds("user_funds/a", "PUSD", Decimal(100), Decimal(101)),
        ),
    ],
)
def test_what_is_refused(lines: tuple[Line, ...], cause: object) -> None:
    books = posted(Books(), FIRST)
    assert BOOKS.decide(post(entry(*lines)), books).failure() == cause


def test_no_number_that_is_not_finite_is_posted() -> None:
    for text in ("NaN", "Infinity"):
        made = entry(line("issued", Decimal(text)), line("bank", Decimal(1)))
        assert isinstance(BOOKS.decide(post(made), Books()).failure(), Unsettled)


def test_a_balance_beyond_what_is_counted_is_refused() -> None:
    much = Decimal("6E+29")
    first = entry(line("bank", much), line("capital", -much), name="one")
    second = entry(line("bank", much), line("capital", -much), name="two")
    outcome = BOOKS.decide(post(second), posted(Books(), first))
    assert outcome.failure() == NumericLimit("balance")


def test_a_reversal_needs_the_entry_as_it_stands() -> None:
    books = posted(Books(), FIRST)
    missing = evolve(FIRST, journal_id=EntryId("missing"))
    assert BOOKS.decide(reversal(missing), books).failure() == EntryNotFound("missing")
    other = evolve(FIRST, reason="another")
    assert BOOKS.decide(reversal(other), books).failure() == DuplicateEntry("first")
    spent = entry(
        line("user_funds/a", Decimal(60)), line("transaction_fees", Decimal(-60)), name="spent"
    )
    poor = posted(books, spent)
    assert isinstance(BOOKS.decide(reversal(FIRST), poor).failure(), InsufficientFunds)
    back = BOOKS.decide(reversal(FIRST), books).unwrap()
    (event,) = back
    assert isinstance(event, JournalPosted)
    assert (event.reverses, event.reference) == ("first", "first")
    assert balance(replay(BOOKS, back, books), "user_funds/a", "PUSD") == 0


def test_the_worked_example_of_a_charge() -> None:
    """9.99 + tax 2.10, processor fee 0.66."""
    made = entry(
        line("processor", Decimal("12.09"), "USD"),
        line("deferred/subscriptions", Decimal("-9.99"), "USD"),
        line("tax", Decimal("-2.10"), "USD"),
        line("processor_fees", Decimal("0.66"), "USD"),
        line("processor", Decimal("-0.66"), "USD"),
    )
    books = posted(Books(), made)
    assert balance(books, "processor", "USD") == Decimal("11.43")
    assert balance(books, "tax", "USD") == Decimal("2.1")
    assert balance(books, "nowhere", "USD") == 0


def test_the_chart_has_unlike_names_and_numbers() -> None:
    assert len({row.name for row in CHART}) == len({row.number for row in CHART}) == len(CHART)
    assert {row.name for row in CHART if row.floored} == {
        "user_funds",
        "escrow",
        "customer_credit",
        "wallet",
        "game_escrow",
        "treasury",
    }
    kinds = {row.number: row.kind for row in CHART}
    assert [kinds[number] for number in (8000, 9000, 4900, 9100)] == [
        AccountKind.EQUITY,
        AccountKind.EQUITY,
        AccountKind.REVENUE,
        AccountKind.LIABILITY,
    ]
    assert is_debit_normal(chart_row("bank").unwrap())


def test_the_event_carries_the_entry() -> None:
    (event,) = BOOKS.decide(post(FIRST), Books()).unwrap()
    assert event == JournalPosted(
        book=Book.PRACTICE,
        journal_id=FIRST.journal_id,
        at=NOW,
        reason="test",
        reference="r",
        lines=FIRST.lines,
    )


def test_the_predicates_see_planted_mistakes() -> None:
    """Each invariant has books that break it."""
    books = posted(Books(), FIRST)
    key = "user_funds/a PUSD"
    assert not lines_sum_to_zero(FIRST.lines[:1])
    assert not balances_sum_to_zero(Books(balances={**books.balances, key: Decimal(-99)}))
    assert trial_balance(Books(balances={key: Decimal(3)})) == {"PUSD": 3}
    assert not nobody_is_overdrawn(Books(balances={**books.balances, key: Decimal(1)}))
    owner = Account(user_id=UserId("a"), currency="PUSD", cash=Decimal(100))
    assert funds_are_cash_and_margin(books, [owner])
    assert not funds_are_cash_and_margin(books, [owner, evolve(owner, cash=Decimal(1))])

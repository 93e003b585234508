"""Walks through movements of money and the books they are written into."""

# ruff: noqa: FBT003 - of what is drawn, much is true or false

from attrs import evolve

from astracore.ids import EntryId
from astracore.instants import DAY, HOUR, Instant
from astracore.ledger.books import BOOKS
from astracore.ledger.commands import (
    ClosePeriod,
    ExpireHolds,
    Hold,
    PostEntry,
    PostHold,
    ReverseEntry,
    VoidHold,
)
from astracore.ledger.entries import Book, BookRules, Entry, Line
from astracore.ledger.state import Books
from astracore.outcome import is_failure
from astracore.revenue.movements.commands import Deposit, RecordPayout, ReviewMovement, Withdraw
from astracore.revenue.movements.movement import MOVEMENTS
from astracore.revenue.movements.settling import settle
from astracore.revenue.movements.types import Decision, Status
from astracore.users.gates import Standing
from astracore.users.types import Tier
from tests.kept.money_walks import D, U
from tests.kept.telling import Tale
from tests.kept.walking import START, Asked, Dice, Loose

WAITING = {Status.HELD, Status.APPROVED}


def movement_menu() -> tuple[Asked, ...]:
    def asked(d: Dice) -> dict[str, Loose]:
        usd = D(d.one("100", "999.99", "1000", "4000", "8999.99", "9000", "9999.99", "10000"))
        return {
            "user_id": U,
            "movement_id": f"m{d.random.randrange(40)}",
            "amount": usd if d.one(0, 0, 0, 1) == 0 else D(d.one("0", "-1", "1.001", "7")),
            "currency": "USD",
            "usd": usd,
            "at": d.now,
        }

    def known(d: Dice) -> dict[str, Loose]:
        return {"user_id": U, "movement_id": f"m{d.random.randrange(40)}", "at": d.now}

    return (
        *(lambda d: Deposit(**asked(d), tier=d.one(*Tier, Tier.EMAIL, Tier.PREMIUM)),) * 3,
        *(
            lambda d: Withdraw(
                **asked(d),
                destination="iban",
                standing=Standing(
                    tier=d.one(Tier.EMAIL, Tier.PHONE, Tier.IDENTITY, Tier.PREMIUM, Tier.PREMIUM),
                    email_confirmed=True,
                    second_factor=True,
                    security_changed_at=d.one(
                        None, None, Instant(d.now.micros - DAY), Instant(d.now.micros - DAY + 1)
                    ),
                ),
            ),
        )
        * 2,
    )


def rich() -> PostEntry:
    """The user has ten thousand already."""
    return PostEntry(
        book=Book.HOUSE,
        entry=Entry(
            journal_id=EntryId("start"),
            at=START,
            reason="start",
            reference="r",
            lines=(
                Line(account="bank", currency="USD", amount=D(20_000)),
                Line(account=f"user_funds/{U}", currency="USD", amount=D(-20_000)),
            ),
        ),
    )


def movements(*seeds: int) -> str:
    """A user's movements with the house's book beside them; what waits is looked at soon."""
    tale = Tale()
    for seed in seeds:
        dice = Dice(seed, (0, 1, HOUR, 12 * HOUR, DAY - 1, DAY, 7 * DAY - 1, 7 * DAY))
        menu = movement_menu()
        tale.tell(BOOKS, "house", BOOKS.decide(rich(), Books()).unwrap())
        for _ in range(60):
            dice.wait()
            settled(tale, dice.one(*menu)(dice))
            known = tale.state(MOVEMENTS, U).known
            waiting = [name for name, one in sorted(known.items()) if one.status in WAITING]
            name = dice.one(*waiting, *waiting, *sorted(known), "none")
            if dice.one(0, 1, 1):
                settled(
                    tale,
                    ReviewMovement(
                        user_id=U,
                        movement_id=name,
                        decision=dice.one(*Decision, Decision.APPROVE),
                        by=dice.one("fin", "fin", "fin", "u"),
                        is_finance=dice.one(True, True, True, False),
                        note="seen",
                        at=dice.now,
                    ),
                )
            if dice.one(0, 1):
                settled(
                    tale,
                    RecordPayout(
                        user_id=U, movement_id=name, paid=dice.one(True, True, False), at=dice.now
                    ),
                )
        tale.stand()
        tale.put(MOVEMENTS, U, MOVEMENTS.initial)
        tale.put(BOOKS, "house", Books())
    return tale.text()


def settled(tale: Tale, command: Loose) -> None:
    both = settle(command, tale.state(MOVEMENTS, U), tale.state(BOOKS, "house"))
    tale.lines.append(f"< {type(command).__name__}")
    if is_failure(both):
        tale.answer("both", both)
        return
    tale.tell(MOVEMENTS, U, both.unwrap().movements)
    tale.tell(BOOKS, "house", both.unwrap().books)


ACCOUNTS = ("bank", "user_funds/u", "user_funds/v", "escrow/x", "capital", "tax")


def entry(d: Dice) -> Entry:
    amount, two = D(d.one("1", "10", "25", "0.01", "0.001", "0")), d.random.sample(ACCOUNTS, 2)
    lines = [
        Line(account=two[0], currency="USD", amount=amount),
        Line(account=two[1], currency=d.one(*["USD"] * 9, "EUR"), amount=-amount),
    ]
    if d.one(0, 0, 0, 1):
        lines.append(Line(account=d.one("bank", "nobody"), currency="USD", amount=D(0)))
    return Entry(
        journal_id=EntryId(f"e{d.random.randrange(40)}"),
        at=Instant(d.now.micros - d.one(0, 0, 0, DAY, 31 * DAY)),
        reason="why",
        reference="ref",
        lines=tuple(lines),
    )


POOR = Entry(
    journal_id=EntryId("start"),
    at=START,
    reason="start",
    reference="r",
    lines=(
        Line(account="bank", currency="USD", amount=D(60)),
        Line(account="user_funds/u", currency="USD", amount=D(-40)),
        Line(account="user_funds/v", currency="USD", amount=D(-20)),
    ),
)


def on_books(dice: Dice, made: Entry, old: Entry, hold: EntryId) -> object:
    """Something to ask of a book."""
    return dice.one(
        PostEntry(book=Book.HOUSE, entry=made),
        PostEntry(book=Book.HOUSE, entry=dice.one(made, old, evolve(old, reason="other"))),
        Hold(book=Book.HOUSE, entry=made),
        Hold(book=Book.HOUSE, entry=made, rules=BookRules(hold_lasts=DAY)),
        PostHold(book=Book.HOUSE, hold_id=hold, entry=dice.one(made, old)),
        VoidHold(book=Book.HOUSE, hold_id=hold, reason="no", at=dice.now),
        ExpireHolds(book=Book.HOUSE, at=dice.now),
        ReverseEntry(
            book=Book.HOUSE,
            entry=old,
            journal_id=EntryId(f"r{dice.random.randrange(20)}"),
            reason="back",
            at=dice.now,
        ),
        ClosePeriod(
            book=Book.HOUSE,
            month=dice.one("2026-02", "2026-03", "2026-04", "2026-05", "x"),
            at=dice.now,
        ),
    )


def books(*seeds: int) -> str:
    """A book with holds, closed months and reversals; what was posted is kept to take it back."""
    tale = Tale()
    for seed in seeds:
        dice = Dice(seed, (0, 0, 1, HOUR, DAY, 7 * DAY - 1, 7 * DAY, 31 * DAY))
        posted = [entry(dice)]
        tale.ask(BOOKS, "house", PostEntry(book=Book.HOUSE, entry=POOR))
        for _ in range(50):
            dice.wait()
            made, old = entry(dice), dice.one(*posted)
            hold = EntryId(dice.one(*sorted(tale.state(BOOKS, "house").holds), "none"))
            command = on_books(dice, made, old, hold)
            posted.append(made)
            tale.ask(BOOKS, "house", command)
        tale.stand()
        tale.put(BOOKS, "house", Books())
    return tale.text()


WALKS = {
    "movements": lambda: movements(1, 2, 3, 4, 5),
    "books": lambda: books(1, 2, 3, 4),
}

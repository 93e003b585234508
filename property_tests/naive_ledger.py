"""A ledger told the long way: fractions in dicts, nothing forgotten, every rule a loop."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from astracore.ids import EntryId
from astracore.instants import DAY, Instant
from astracore.ledger.entries import Entry, Line

WEEK = 7 * DAY
NOTHING = Fraction(0)


class NaiveHold(NamedTuple):
    """An entry that waits, and until when [µs]."""

    entry: Entry
    ends: int


def lines_between(debit: str, credit: str, amount: int) -> tuple[Line, ...]:
    whole = Decimal(amount)
    return (
        Line(account=debit, currency="USD", amount=whole),
        Line(account=credit, currency="USD", amount=-whole),
    )


def month(micros: int) -> tuple[int, int]:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
    return at.year, at.month


class NaiveLedger:
    """Takes or refuses; keeps everything for ever, and says what may be forgotten."""

    def __init__(self) -> None:
        self.sums: dict[str, Fraction] = defaultdict(Fraction)
        self.holds: dict[str, NaiveHold] = {}
        self.ever_held: list[str] = []
        self.entries: list[Entry] = []
        self.taken_back: set[str] = set()
        self.closed: tuple[int, int] | None = None

    def held_of(self, account: str) -> Fraction:
        """What all holds take from it."""
        total = Fraction(0)
        for held in self.holds.values():
            net = net_of(held.entry, account)
            if account.startswith("user_funds") and net > 0:
                total += net
        return total

    def fits(self, entry: Entry) -> bool:
        if self.closed is not None and month(entry.at.micros) <= self.closed:
            return False
        return all(
            -(self.sums[line.account] + net_of(entry, line.account)) >= self.held_of(line.account)
            for line in entry.lines
            if line.account.startswith("user_funds")
        )

    def makes_room(self, entry: Entry) -> bool:
        """Fits; or fits once what has expired by then is let go."""
        if self.fits(entry):
            return True
        kept = dict(self.holds)
        self.expire(entry.at.micros)
        if self.fits(entry):
            return True
        self.holds = kept
        return False

    def take(self, entry: Entry) -> None:
        for line in entry.lines:
            self.sums[line.account] += Fraction(line.amount)
        self.entries.append(entry)

    def post(self, entry: Entry) -> bool:
        if not self.makes_room(entry):
            return False
        self.take(entry)
        return True

    def hold(self, entry: Entry) -> bool:
        if not self.makes_room(entry):
            return False
        self.holds[entry.journal_id] = NaiveHold(entry, entry.at.micros + WEEK)
        self.ever_held.append(entry.journal_id)
        return True

    def standing(self, place: int) -> tuple[str, NaiveHold]:
        names = sorted(self.holds)
        name = names[place % len(names)]
        return name, self.holds[name]

    def post_hold(self, name: str, entry: Entry) -> bool:
        held = self.holds[name]
        if entry.at.micros >= held.ends:
            return False
        for line in entry.lines:
            most, asked = net_of(held.entry, line.account), net_of(entry, line.account)
            if not (min(most, NOTHING) <= asked <= max(most, NOTHING)):
                return False
        del self.holds[name]
        if not self.fits(entry):
            self.holds[name] = held
            return False
        self.take(entry)
        return True

    def void(self, name: str) -> bool:
        return self.holds.pop(name, None) is not None

    def expire(self, now: int) -> None:
        self.holds = {name: held for name, held in self.holds.items() if held.ends > now}

    def remembers(self, entry: Entry) -> bool:
        """Whether the entry's month is open, or one of the last three that were closed."""
        if self.closed is None:
            return True
        first = self.closed[0] * 12 + self.closed[1] - 3 + 1
        year, number = month(entry.at.micros)
        return year * 12 + number >= first

    def reverse(self, entry: Entry, back: EntryId, at: Instant) -> bool:
        lines = tuple(
            Line(account=line.account, currency="USD", amount=-line.amount) for line in entry.lines
        )
        mirror = Entry(journal_id=back, at=at, reason="no", reference=entry.journal_id, lines=lines)
        if not self.remembers(entry) or entry.journal_id in self.taken_back:
            return False
        if not self.post(mirror):
            return False
        self.taken_back.add(entry.journal_id)
        return True

    def close(self, text: str, now: int) -> bool:
        year, _, number = text.partition("-")
        asked = int(year), int(number)
        if asked >= month(now) or (self.closed is not None and asked <= self.closed):
            return False
        self.closed = asked
        return True


def net_of(entry: Entry, account: str) -> Fraction:
    return sum((Fraction(one.amount) for one in entry.lines if one.account == account), Fraction(0))

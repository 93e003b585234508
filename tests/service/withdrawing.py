"""Withdrawers who never wait for each other, and the log folded by other means than the service's.

`python -m tests.service.withdrawing ADDRESS NAME ATTEMPTS WITHDRAWERS` is one process of them.
"""

import asyncio
import sys
from collections import Counter, defaultdict
from decimal import Decimal
from random import Random

from attrs import define, field

from adapters.db.log import after
from adapters.db.postgres import connect_store
from astracore.catalog.aggregates import EVENTS
from astracore.ids import UserId
from astracore.ledger.events import JournalPosted
from astracore.outcome import is_failure
from astracore.revenue.movements.commands import Deposit, RecordPayout, Withdraw
from astracore.revenue.movements.events import (
    FundsDeposited,
    FundsWithdrawn,
    WithdrawalCancelled,
    WithdrawalRequested,
)
from astracore.revenue.movements.rules import MovementRules, ReviewRules
from astracore.users.gates import Standing
from astracore.users.types import Tier
from shell.bell import Bell
from shell.commands import Commands
from shell.settler import Settler
from shell.store import Store
from tests.domains.desk import MAKER, StoppedClock
from tests.domains.town import NOON, Town

ON_ONE = 1_000  # attempts on one purse, before all go on to the next
FUNDS = Decimal(100)
RULES = MovementRules(review=ReviewRules(large=Decimal(1_000_000)))  # nobody looks first
KNOWN = Standing(tier=Tier.PREMIUM, email_confirmed=True, second_factor=True)
BATCH = 5_000


@define
class Crowd:
    """So many who want the same purse's money at once."""

    town: Town
    name: str
    rng: Random
    attempts: int
    withdrawers: int
    made: int = 0
    refused: Counter[str] = field(factory=Counter)

    async def run(self) -> None:
        """Attempts until there were enough; purse after purse, all at the same one."""
        async with asyncio.TaskGroup() as all_of_them:
            for _ in range(self.withdrawers):
                all_of_them.create_task(self.withdraws())

    async def withdraws(self) -> None:
        """One withdrawer."""
        while self.made < self.attempts:
            number, self.made = self.made, self.made + 1
            purse, movement = UserId(f"purse{number // ON_ONE}"), f"{self.name}-{number}"
            if number % ON_ONE == 0:
                name = f"{movement}-in"
                (await self.town.ask(deposit(purse, name), name)).unwrap()
            asked = withdrawal(purse, movement, Decimal(self.rng.randint(1, 900)) / 100)
            result = await self.town.ask(asked, movement)
            if is_failure(result):
                self.refused[type(result.failure().fault).__name__] += 1
                continue
            out = self.rng.random() < 0.25  # else the bank could not, and the money is back
            paid = RecordPayout(user_id=purse, movement_id=movement, paid=out, at=NOON, rules=RULES)
            (await self.town.ask(paid, f"{movement}-out")).unwrap()


def deposit(purse: UserId, movement: str) -> Deposit:
    """Money comes in."""
    return Deposit(
        user_id=purse, movement_id=movement, amount=FUNDS, currency="USD", usd=FUNDS,
        tier=Tier.PREMIUM, at=NOON, rules=RULES,
    )  # fmt: skip


def withdrawal(purse: UserId, movement: str, amount: Decimal) -> Withdraw:
    """Somebody wants it out."""
    return Withdraw(
        user_id=purse, movement_id=movement, amount=amount, currency="USD", usd=amount,
        destination="bank", standing=KNOWN, at=NOON, rules=RULES,
    )  # fmt: skip


@define
class Purses:
    """What the log says that everybody has, position by position."""

    free: dict[str, Decimal] = field(factory=lambda: defaultdict(Decimal))
    held: dict[str, tuple[str, Decimal]] = field(factory=dict)
    books: dict[str, Decimal] = field(factory=lambda: defaultdict(Decimal))
    came: Decimal = Decimal(0)
    left: Decimal = Decimal(0)
    withdrawals: int = 0
    wrong: list[str] = field(factory=list)

    def take(self, position: int, event: object) -> None:
        """One event; whatever is below zero after it is wrong."""
        match event:
            case FundsDeposited():
                self.free[event.user_id] += event.amount
                self.came += event.amount
            case WithdrawalRequested():
                self.free[event.user_id] -= event.amount
                self.held[event.movement_id] = event.user_id, event.amount
                if self.free[event.user_id] < 0:
                    self.wrong.append(f"{position}: {event.user_id} {self.free[event.user_id]}")
            case WithdrawalCancelled():
                purse, amount = self.held.pop(event.movement_id)
                self.free[purse] += amount
            case FundsWithdrawn():
                _, amount = self.held.pop(event.movement_id)
                self.left += amount
                self.withdrawals += 1
                if amount != event.amount:
                    self.wrong.append(f"{position}: {amount} held, {event.amount} left")
            case JournalPosted():
                self.posted(position, event)
            case _:
                return

    def posted(self, position: int, event: JournalPosted) -> None:
        """One entry: its lines are nothing together, and no purse is overdrawn by it."""
        if sum(line.amount for line in event.lines):
            self.wrong.append(f"{position}: an entry of {event.lines}")
        for line in event.lines:
            self.books[line.account] += line.amount
            if line.account.startswith("user_funds/") and self.books[line.account] > 0:
                self.wrong.append(f"{position}: {line.account} {self.books[line.account]}")

    def ended(self) -> dict[str, Decimal]:
        """Sums that must be nothing once everybody has stopped."""
        funds = {purse: -self.books[f"user_funds/{purse}"] for purse in self.free}
        return {
            "came less left less free": self.came - self.left - sum(self.free.values()),
            "held": sum((amount for _, amount in self.held.values()), Decimal(0)),
            "all books": sum(self.books.values(), Decimal(0)),
            "bank": self.books["bank"] - (self.came - self.left),
            "purses": sum((abs(funds[one] - self.free[one]) for one in funds), Decimal(0)),
        }


def purses(store: Store) -> Purses:
    """The whole log, from its first event on."""
    found, position = Purses(), 0
    while events := store.read(lambda connection: after(connection, position, BATCH)):  # noqa: B023
        for one in events:
            found.take(one.position, EVENTS.decode(one.type, one.body).unwrap())
        position = events[-1].position
    return found


async def crowded(store: Store, name: str, attempts: int, withdrawers: int) -> Crowd:
    """Let them loose on an open store."""
    commands = Commands(Settler(store, StoppedClock(), Bell(), MAKER), store.alias)
    crowd = Crowd(Town(store, commands), name, Random(name), attempts, withdrawers)
    await crowd.run()
    await commands.close()
    return crowd


def main() -> None:
    """One process of withdrawers on a PostgreSQL."""
    address, name, attempts, withdrawers = sys.argv[1:]
    store = connect_store(address).unwrap()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()  # so that all begin at one moment
    crowd = asyncio.run(crowded(store, name, int(attempts), int(withdrawers)))
    store.close()
    sys.stdout.write(f"{' '.join(crowd.refused)}\n")


if __name__ == "__main__":
    main()

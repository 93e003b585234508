"""A house that sells: purchases, wallets, movements, two books, one log, and all that follows."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from astracore.catalog.aggregates import BOOKS_AGGREGATE
from astracore.catalog.funds import (
    MOVEMENT_AGGREGATE,
    PAYMENT_AGGREGATE,
    SPEND_AGGREGATE,
    WALLET_AGGREGATE,
)
from astracore.events.catalog import Aggregate
from astracore.events.decider import replay
from astracore.events.envelope import Envelope, Origin, StreamId, event_id
from astracore.events.policy import reactions
from astracore.ids import CommandId, UserId
from astracore.instants import MINUTE, Instant, after, instant
from astracore.ledger.commands import PostEntry
from astracore.ledger.entries import Book
from astracore.ledger.state import Books
from astracore.outcome import is_failure
from astracore.policies.finance import FUNDS_POLICIES, FUNDS_POSTINGS
from astracore.revenue.movements.commands import Deposit, RecordPayout, ReviewMovement, Withdraw
from astracore.revenue.movements.settling import settle
from astracore.revenue.payments.commands import ConfirmPayment
from astracore.revenue.payments.confirming import confirm
from astracore.revenue.spending.commands import ReleaseSpend
from astracore.revenue.wallets.commands import (
    BuyTokens,
    CashOut,
    ExpireTokens,
    GrantCredits,
    ReceiveCredits,
    SpendCredits,
    SpendTokens,
)

Loose: TypeAlias = Any  # the house keeps states of every aggregate in one dict
USER = UserId("u")
START = instant("2026-01-01T00:00:00Z").unwrap()
MOVING = Deposit | Withdraw | ReviewMovement | RecordPayout
WALLET = (
    BuyTokens | SpendTokens | ExpireTokens | GrantCredits | ReceiveCredits | SpendCredits | CashOut
)
AGGREGATES: dict[str, Aggregate[Loose, Loose, Loose, Loose]] = {
    one.decider.name: one
    for one in (
        BOOKS_AGGREGATE,
        PAYMENT_AGGREGATE,
        SPEND_AGGREGATE,
        MOVEMENT_AGGREGATE,
        WALLET_AGGREGATE,
    )
}


class MoneyHouse:
    """Whoever asks is answered; what follows from it happens before the next asks."""

    def __init__(self) -> None:
        self.log: list[Envelope[object]] = []
        self.states: dict[StreamId, Loose] = {}
        self.now = START
        self.cursor = 0
        self.unposted: list[object] = []

    def __repr__(self) -> str:
        return " ".join(type(envelope.event).__name__ for envelope in self.log)

    def pass_time(self, minutes: int) -> None:
        self.now = after(self.now, minutes * MINUTE)

    def state(self, name: str, key: str) -> Loose:
        stream = StreamId(name, key)
        return self.states.get(stream, AGGREGATES[name].decider.initial)

    def books(self, book: Book) -> Books:
        found: Books = self.state("financial.books", book.value)
        return found

    def ask(self, command: Loose) -> object | None:
        """The refusal, if it is one."""
        refused = self.handle(command)
        while self.cursor < len(self.log):
            envelope = self.log[self.cursor]
            self.cursor += 1
            for policy in (*FUNDS_POSTINGS, *FUNDS_POLICIES):
                for reaction in reactions(policy, envelope):
                    no = self.handle(reaction.command)
                    self.unposted += [] if no is None else [no]
        return refused

    def handle(self, command: Loose) -> object | None:
        """Decide, over both streams where the rule says so, and append."""
        if isinstance(command, MOVING):
            books = self.books(Book.HOUSE)
            both = settle(command, self.state("financial.movements", command.user_id), books)
            if is_failure(both):
                no: object = both.failure()
                return no
            self.append("financial.movements", command.user_id, both.unwrap().movements)
            self.append("financial.books", Book.HOUSE.value, both.unwrap().books)
            return None
        if isinstance(command, ConfirmPayment):
            intent = self.state("financial.payment", command.intent_id)
            made = confirm(command, intent, self.state("financial.spend_guard", USER))
            if is_failure(made):
                why: object = made.failure()
                return why
            self.append("financial.payment", command.intent_id, made.unwrap().payment)
            self.append("financial.spend_guard", USER, made.unwrap().spending)
            return None
        name, key = addressed(command)
        outcome = AGGREGATES[name].decider.decide(command, self.state(name, key))
        if is_failure(outcome):
            refused: object = outcome.failure()
            return refused
        self.append(name, key, outcome.unwrap())
        return None

    def append(self, name: str, key: str, events: Sequence[Loose]) -> None:
        stream, aggregate = StreamId(name, key), AGGREGATES[name]
        for event in events:
            place = len(self.log) + 1
            origin = Origin(
                command_id=CommandId(f"c{place}"),
                correlation_id="c",
                causation_id="c",
                actor="test",
                at=self.now,
            )
            self.log.append(wrapped(aggregate.events.name(event), event, stream, place, origin))
        self.states[stream] = replay(aggregate.decider, events, self.state(name, key))


def wrapped(
    name: str, event: object, stream: StreamId, place: int, origin: Origin
) -> Envelope[object]:
    return Envelope(
        event_id=event_id(origin.at, origin.command_id, place),
        type=name,
        schema_version=1,
        stream=stream,
        version=place,
        position=place,
        occurred_at=origin.at,
        recorded_at=origin.at,
        correlation_id=origin.correlation_id,
        causation_id=origin.causation_id,
        command_id=origin.command_id,
        actor=origin.actor,
        config_version="1",
        producer="test",
        event=event,
    )


def addressed(command: Loose) -> tuple[str, str]:
    """The stream of a command that one state decides."""
    if isinstance(command, PostEntry):
        return "financial.books", command.book.value
    if isinstance(command, ReleaseSpend):
        return "financial.spend_guard", command.user_id
    if isinstance(command, WALLET):
        return "financial.wallet", command.user_id
    return "financial.payment", command.intent_id


def later(house: MoneyHouse, minutes: int) -> Instant:
    """Let time pass and say what time it is."""
    house.pass_time(minutes)
    return house.now

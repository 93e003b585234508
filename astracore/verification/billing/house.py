"""Every billing aggregate in one place, in memory, with the policies between them."""

from collections.abc import Iterable
from typing import Any, TypeAlias

from returns.result import Result

from astracore.errors.revenue import InvoiceFault
from astracore.events.decider import Decider, replay
from astracore.events.envelope import Envelope, Origin, StreamId, event_id
from astracore.events.policy import Policy, reactions
from astracore.ids import CommandId, derived_id
from astracore.instants import Instant
from astracore.ledger.books import BOOKS
from astracore.ledger.commands import PostEntry
from astracore.outcome import is_failure
from astracore.policies.billing import BILLING_CONTRACTS, BILLING_POSTINGS
from astracore.revenue.invoices.book import CREDIT_NOTES, INVOICES, SERIES, number_text, numbered
from astracore.revenue.invoices.commands import IssueCreditNote, OpenInvoice
from astracore.revenue.invoices.invoice import INVOICE
from astracore.revenue.recognition.contract import CONTRACT
from astracore.revenue.splits.commands import SettleSplits
from astracore.revenue.splits.split import SPLIT
from astracore.revenue.subscriptions.subscription import SUBSCRIPTION

Loose: TypeAlias = Any  # each stream has its own types; the house only carries them
POLICIES: tuple[Policy[Any, Any], ...] = (*BILLING_CONTRACTS, *BILLING_POSTINGS)


def addressed(command: Loose) -> tuple[Decider[Any, Any, Any, Any], str]:
    """Whose command it is, and the key of the stream."""
    if isinstance(command, PostEntry):
        return BOOKS, command.book.value
    if isinstance(command, SettleSplits):
        return SPLIT, command.stream.value
    for decider, field in (
        (SUBSCRIPTION, "subscription_id"),
        (INVOICE, "invoice_id"),
        (CONTRACT, "contract_id"),
    ):
        if hasattr(command, field):
            return decider, getattr(command, field)
    raise TypeError(f"nobody takes {type(command).__name__}")


class House:
    """A log, and every state that it folds to. What is refused stays out of both."""

    def __init__(self) -> None:
        self.log: list[Envelope[object]] = []
        self.states: dict[StreamId, Loose] = {}
        self.refused: list[tuple[object, object]] = []
        self._read = 0

    def state(self, decider: Decider[Any, Loose, Any, Any], key: str) -> Loose:
        """What the stream folds to now."""
        return self.states.get(StreamId(decider.name, key), decider.initial)

    def ask(self, command: object, at: Instant) -> tuple[Envelope[object], ...]:
        """Decide, store, and let the policies follow; nothing where it was refused."""
        decider, key = addressed(command)
        outcome = decider.decide(command, self.state(decider, key))
        if is_failure(outcome):
            self.refused.append((command, outcome.failure()))
            return ()
        events: tuple[object, ...] = outcome.unwrap()
        stored = self._store(decider, key, events, at)
        self._follow()
        return stored

    def number(
        self, command: OpenInvoice | IssueCreditNote, at: Instant, year: int
    ) -> tuple[Envelope[object], ...]:
        """Open an invoice or issue a note under the next number, in both streams or in neither."""
        kind = INVOICES if isinstance(command, OpenInvoice) else CREDIT_NOTES
        key = f"{kind}-{year:04}"
        series = self.state(SERIES, key)
        outcome: Result[tuple[Loose, Loose], InvoiceFault] = numbered(
            command, self.state(INVOICE, command.invoice_id), series
        )
        if is_failure(outcome):
            self.refused.append((command, outcome.failure()))
            return ()
        events, drawn = outcome.unwrap()
        self._store(SERIES, key, drawn, at)
        stored = self._store(INVOICE, command.invoice_id, events, at)
        self._follow()
        return stored

    def next_number(self, kind: str, year: int) -> str:
        """The number that is next in a series."""
        last: int = self.state(SERIES, f"{kind}-{year:04}").last
        return number_text(kind, year, last + 1)

    def _follow(self) -> None:
        while self._read < len(self.log):
            envelope = self.log[self._read]
            self._read += 1
            caused = [one for policy in POLICIES for one in reactions(policy, envelope)]
            for reaction in caused:
                self.ask(reaction.command, reaction.origin.at)

    def _store(
        self,
        decider: Decider[Any, Any, Any, Any],
        key: str,
        events: Iterable[object],
        at: Instant,
    ) -> tuple[Envelope[object], ...]:
        stream = StreamId(decider.name, key)
        before = self.state(decider, key)
        kept = tuple(events)
        first = len(self.log)
        command_id = CommandId(derived_id(at.micros // 1000, "house", str(first)))
        origin = Origin(
            command_id=command_id,
            correlation_id=command_id,
            causation_id=command_id,
            actor="house",
            at=at,
        )
        self.log += [self._wrapped(event, stream, origin, n) for n, event in enumerate(kept)]
        self.states[stream] = replay(decider, kept, before)
        return tuple(self.log[first:])

    def _wrapped(
        self, event: object, stream: StreamId, origin: Origin, place: int
    ) -> Envelope[object]:
        return Envelope(
            event_id=event_id(origin.at, origin.command_id, place),
            type=getattr(event, "TYPE", ""),
            schema_version=1,
            stream=stream,
            version=1,
            position=len(self.log) + 1 + place,
            occurred_at=origin.at,
            recorded_at=origin.at,
            correlation_id=origin.correlation_id,
            causation_id=origin.causation_id,
            command_id=origin.command_id,
            actor=origin.actor,
            config_version="1",
            producer="house",
            event=event,
        )

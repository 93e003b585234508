"""The cashier of the simulated business: invoices, payments, credit notes, and their entries."""

import hashlib
from collections.abc import Sequence
from decimal import Decimal

from astracore.events.envelope import Envelope
from astracore.ids import EntryId, UserId, derived_id
from astracore.instants import Instant
from astracore.ledger import postings
from astracore.ledger.commands import PostEntry
from astracore.ledger.entries import Book, Entry
from astracore.ledger.postings import Charged, Lines, Returned
from astracore.numeric import EXACT
from astracore.revenue.dates import civil
from astracore.revenue.invoices.book import CREDIT_NOTES, INVOICES
from astracore.revenue.invoices.commands import (
    CreditLine,
    DraftInvoice,
    IssueCreditNote,
    OpenInvoice,
    PayInvoice,
)
from astracore.revenue.invoices.credit_notes import credited_net
from astracore.revenue.invoices.invoice import INVOICE
from astracore.revenue.invoices.lines import Charge, Evidence, recomputed
from astracore.revenue.invoices.state import Invoice
from astracore.revenue.payments.fees import processor_fee
from astracore.revenue.payments.types import Method
from astracore.revenue.plans import PLANS
from astracore.revenue.recognition.commands import Stream
from astracore.revenue.recognition.events import ContractRefunded
from astracore.verification.billing.house import House

ZERO = Decimal(0)
USD = PLANS.currency


def drawn(seed: int, *facts: object, among: int) -> int:
    """A number in [0, among) that depends on the facts alone."""
    text = "|".join(str(fact) for fact in (seed, *facts))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) % among


class Desk:
    """Where one customer is billed."""

    def __init__(self, house: House, user_id: UserId, country: str) -> None:
        self.house = house
        self.user_id = user_id
        self.country = country
        self.papers: list[str] = []  # of the subscription, oldest first
        self.made = 0

    def invoice(self, invoice_id: str) -> Invoice:
        """One invoice as it stands."""
        found: Invoice = self.house.state(INVOICE, invoice_id)
        return found

    def bill(
        self,
        stream: Stream,
        evidence: Sequence[Evidence],
        stored: tuple[Envelope[object], ...],
        day: int,
        at: Instant,
    ) -> None:
        """Draft, number, send and collect an invoice, and write it into the books."""
        self.made += 1
        invoice_id = f"{self.user_id}.{self.made}"
        sources = tuple(each.event_id for each in stored)
        charges = tuple(charge(f"l{n}", stream, one, sources) for n, one in enumerate(evidence))
        self.house.ask(
            DraftInvoice(
                invoice_id=invoice_id,
                user_id=self.user_id,
                currency=USD,
                country=self.country,
                charges=charges,
                day=day,
            ),
            at,
        )
        year = civil(day)[0]
        number = self.house.next_number(INVOICES, year)
        self.house.number(OpenInvoice(invoice_id=invoice_id, number=number, day=day), at, year)
        self.collect(invoice_id, stream, day, at)
        if stream is Stream.SUBSCRIPTIONS:
            self.papers.append(invoice_id)

    def collect(self, invoice_id: str, stream: Stream, day: int, at: Instant) -> None:
        """The money comes in: processor against deferred revenue and tax, and the fee."""
        made = self.invoice(invoice_id)
        if not made.total:
            return
        paid = PayInvoice(
            invoice_id=invoice_id, payment_id=f"p.{invoice_id}", amount=made.total, day=day
        )
        self.house.ask(paid, at)
        fee = processor_fee(made.total, PLANS.unit, Method.CARD).unwrap()
        self.post(
            f"charge.{invoice_id}",
            at,
            postings.charge(stream.value, USD, Charged(price=made.net, tax=made.tax, fee=fee)),
        )

    def give_back(self, log: Sequence[Envelope[object]], day: int, at: Instant) -> None:
        """Credit notes from the newest invoice back, and the money out again."""
        refunded = next(
            envelope.event
            for envelope in reversed(log)
            if isinstance(envelope.event, ContractRefunded)
        )
        left, tax = refunded.amount, ZERO
        for invoice_id in reversed(self.papers):
            made = self.invoice(invoice_id)
            took = self.credit(invoice_id, left, day, at)
            after = self.invoice(invoice_id)
            if took and len(after.notes) > len(made.notes):
                left = EXACT.subtract(left, after.notes[-1].net)
                tax = EXACT.add(tax, after.notes[-1].tax)
        self.post(
            f"refund.{self.user_id}.{day}",
            at,
            postings.refund(
                refunded.stream.value,
                USD,
                Returned(deferred=refunded.deferred, earned=refunded.contra, tax=tax),
            ),
        )

    def credit(self, invoice_id: str, wanted: Decimal, day: int, at: Instant) -> bool:
        """A credit note of at most `wanted` before tax; whole lines where it takes all."""
        made = self.invoice(invoice_id)
        rows = [
            (each.charge.line_id, EXACT.subtract(each.net, credited_net(made, each.charge.line_id)))
            for each in made.lines
        ]
        left = ZERO
        for _, amount in rows:
            left = EXACT.add(left, amount)
        if wanted <= 0 or left <= 0:
            return False
        lines = [CreditLine(line_id=name, net=amount) for name, amount in rows if amount]
        if wanted < left:
            name = max(rows, key=lambda row: row[1])[0]
            lines = [CreditLine(line_id=name, net=wanted)]
        year = civil(day)[0]
        note = IssueCreditNote(
            invoice_id=invoice_id,
            number=self.house.next_number(CREDIT_NOTES, year),
            lines=tuple(lines),
            reason="refund",
            day=day,
        )
        return bool(self.house.number(note, at, year))

    def charge_back(self, at: Instant) -> None:
        """A lost dispute over the newest invoice: the whole payment is gone."""
        invoice_id = self.papers.pop()
        total = self.invoice(invoice_id).total
        self.post(f"dispute.{invoice_id}", at, postings.lost_dispute(USD, total))

    def post(self, name: str, at: Instant, lines: Lines) -> None:
        """An entry in the house's book."""
        made = Entry(
            journal_id=EntryId(derived_id(at.micros // 1000, name)),
            at=at,
            reason=name.partition(".")[0],
            reference=name,
            lines=lines.unwrap(),
        )
        self.house.ask(PostEntry(book=Book.HOUSE, entry=made), at)


def charge(line_id: str, stream: Stream, evidence: Evidence, sources: tuple[str, ...]) -> Charge:
    """A line as its evidence gives it."""
    return Charge(
        line_id=line_id,
        text=evidence.rule.value,
        product=stream.value,
        evidence=evidence,
        sources=sources,
        amount=recomputed(evidence, PLANS.unit).unwrap(),
    )

"""Billing: which streams its commands are decided over."""

from typing import assert_never

from returns.result import Result

from astracore.catalog.billing import (
    CONTRACT_AGGREGATE,
    INVOICE_AGGREGATE,
    SERIES_AGGREGATE,
    SPLIT_AGGREGATE,
    SUBSCRIPTION_AGGREGATE,
)
from astracore.errors.events import StreamFault
from astracore.errors.revenue import InvoiceFault
from astracore.revenue.dates import civil
from astracore.revenue.invoices.book import CREDIT_NOTES, INVOICES, numbered
from astracore.revenue.invoices.commands import InvoiceCommand, IssueCreditNote, OpenInvoice
from astracore.revenue.recognition.commands import ContractCommand
from astracore.revenue.splits.commands import SettleSplits
from astracore.revenue.subscriptions.commands import SubscriptionCommand
from shell.joint import Work, joint_job
from shell.messages import BillingCommand, BillingFault
from shell.streams import Job, Streams, Terms, job


class Billing:
    """The streams of subscriptions, invoices, contracts, splits."""

    def __init__(self) -> None:
        self._subscriptions = Streams(SUBSCRIPTION_AGGREGATE)
        self._invoices = Streams(INVOICE_AGGREGATE)
        self._series = Streams(SERIES_AGGREGATE)
        self._contracts = Streams(CONTRACT_AGGREGATE)
        self._splits = Streams(SPLIT_AGGREGATE)

    def job(self, command: BillingCommand, terms: Terms) -> Job[BillingFault]:
        """Over which streams `command` is decided."""
        if isinstance(command, SubscriptionCommand):
            return job(self._subscriptions, command.subscription_id, command, terms)
        if isinstance(command, ContractCommand):
            return job(self._contracts, command.contract_id, command, terms)
        if isinstance(command, InvoiceCommand):
            return self._invoice(command, terms)
        match command:
            case SettleSplits():
                key = f"{command.stream.value}/{command.currency}"
                return job(self._splits, key, command, terms)
            case _:
                assert_never(command)

    def _invoice(self, command: InvoiceCommand, terms: Terms) -> Job[InvoiceFault]:
        """A paper; what bears a number draws it in the same decision."""
        if not isinstance(command, OpenInvoice | IssueCreditNote):
            return job(self._invoices, command.invoice_id, command, terms)
        kind = INVOICES if isinstance(command, OpenInvoice) else CREDIT_NOTES
        invoice_id, serial = command.invoice_id, f"{kind}-{civil(command.day)[0]:04}"

        def deciding(work: Work) -> Result[None, InvoiceFault | StreamFault]:
            return Result.do(
                done
                for invoice in work.state(self._invoices, invoice_id)
                for series in work.state(self._series, serial)
                for made in numbered(command, invoice, series)
                for _ in work.append(self._invoices, invoice_id, made[0])
                for done in work.append(self._series, serial, made[1])
            )

        return joint_job(self._invoices, invoice_id, deciding, INVOICE_AGGREGATE.faults, terms)

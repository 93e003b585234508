"""The aggregates of billing: subscriptions, invoices, recognition, splits."""

from typing import Any

from astracore.errors.revenue import InvoiceFault, RecognitionFault, SubscriptionFault
from astracore.events.catalog import Aggregate, Catalog, catalog, classes_of
from astracore.events.codec import codec, union
from astracore.revenue.invoices.book import SERIES
from astracore.revenue.invoices.commands import DrawNumber, InvoiceCommand
from astracore.revenue.invoices.events import InvoiceEvent, SerialEvent
from astracore.revenue.invoices.invoice import INVOICE
from astracore.revenue.invoices.state import Invoice, Series
from astracore.revenue.recognition.commands import ContractCommand
from astracore.revenue.recognition.contract import CONTRACT
from astracore.revenue.recognition.events import ContractEvent
from astracore.revenue.recognition.state import Contract
from astracore.revenue.splits.commands import SettleSplits
from astracore.revenue.splits.events import SplitsSettled
from astracore.revenue.splits.split import SPLIT, Split, SplitRefusal
from astracore.revenue.subscriptions.commands import SubscriptionCommand
from astracore.revenue.subscriptions.events import SubscriptionEvent
from astracore.revenue.subscriptions.state import Subscription
from astracore.revenue.subscriptions.subscription import SUBSCRIPTION

SUBSCRIPTION_EVENTS: Catalog[SubscriptionEvent] = catalog(classes_of(SubscriptionEvent))
INVOICE_EVENTS: Catalog[InvoiceEvent] = catalog(classes_of(InvoiceEvent))
SERIES_EVENTS: Catalog[SerialEvent] = catalog(classes_of(SerialEvent))
CONTRACT_EVENTS: Catalog[ContractEvent] = catalog(classes_of(ContractEvent))
SPLIT_EVENTS: Catalog[SplitsSettled] = catalog(classes_of(SplitsSettled))

SUBSCRIPTION_AGGREGATE: Aggregate[
    SubscriptionCommand, Subscription, SubscriptionEvent, SubscriptionFault
] = Aggregate(
    SUBSCRIPTION, SUBSCRIPTION_EVENTS, codec(Subscription), union(classes_of(SubscriptionFault))
)
INVOICE_AGGREGATE: Aggregate[InvoiceCommand, Invoice, InvoiceEvent, InvoiceFault] = Aggregate(
    INVOICE, INVOICE_EVENTS, codec(Invoice), union(classes_of(InvoiceFault))
)
SERIES_AGGREGATE: Aggregate[DrawNumber, Series, SerialEvent, InvoiceFault] = Aggregate(
    SERIES, SERIES_EVENTS, codec(Series), union(classes_of(InvoiceFault))
)
CONTRACT_AGGREGATE: Aggregate[ContractCommand, Contract, ContractEvent, RecognitionFault] = (
    Aggregate(CONTRACT, CONTRACT_EVENTS, codec(Contract), union(classes_of(RecognitionFault)))
)
SPLIT_AGGREGATE: Aggregate[SettleSplits, Split, SplitsSettled, SplitRefusal] = Aggregate(
    SPLIT, SPLIT_EVENTS, codec(Split), union(classes_of(SplitRefusal))
)

BILLING_AGGREGATES: tuple[Aggregate[Any, Any, Any, Any], ...] = (
    SUBSCRIPTION_AGGREGATE,
    INVOICE_AGGREGATE,
    SERIES_AGGREGATE,
    CONTRACT_AGGREGATE,
    SPLIT_AGGREGATE,
)

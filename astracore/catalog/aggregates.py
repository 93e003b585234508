"""Every aggregate with what it takes to store it: its events, its state, its refusals."""

from typing import Any

from astracore.errors.revenue import InvoiceFault, RecognitionFault, SubscriptionFault
from astracore.errors.risk import SwitchFault
from astracore.errors.trading import Refused
from astracore.errors.users import UserFault
from astracore.events.catalog import Aggregate, Catalog, catalog, classes_of
from astracore.events.codec import codec, union
from astracore.gamification.commands import ProgressCommand
from astracore.gamification.events import ProgressEvent
from astracore.gamification.progress import PROGRESS, ProgressRefusal
from astracore.gamification.state import Progress
from astracore.ledger.books import BOOKS, BooksRefusal
from astracore.ledger.commands import BooksCommand
from astracore.ledger.events import BooksEvent
from astracore.ledger.state import Books
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
from astracore.risk.profiles.commands import ProfileCommand
from astracore.risk.profiles.events import ProfileEvent
from astracore.risk.profiles.profile import PROFILE, ProfileRefusal
from astracore.risk.profiles.state import Profile
from astracore.risk.switches.commands import SwitchCommand
from astracore.risk.switches.events import SwitchEvent
from astracore.risk.switches.state import Switch
from astracore.risk.switches.switch import SWITCH
from astracore.trading.account import ACCOUNT
from astracore.trading.commands import AccountCommand
from astracore.trading.events import AccountEvent
from astracore.trading.listings.commands import InstrumentCommand
from astracore.trading.listings.events import InstrumentEvent
from astracore.trading.listings.listing import LISTING, ListingFault
from astracore.trading.listings.state import Listing
from astracore.trading.state import Account
from astracore.users.commands import UserCommand
from astracore.users.events import UserEvent, UsernameEvent
from astracore.users.registration import USERNAMES, USERS
from astracore.users.state import Claim, User

ACCOUNT_EVENTS: Catalog[AccountEvent] = catalog(classes_of(AccountEvent))
INSTRUMENT_EVENTS: Catalog[InstrumentEvent] = catalog(classes_of(InstrumentEvent))
PROGRESS_EVENTS: Catalog[ProgressEvent] = catalog(classes_of(ProgressEvent))
BOOKS_EVENTS: Catalog[BooksEvent] = catalog(classes_of(BooksEvent))
PROFILE_EVENTS: Catalog[ProfileEvent] = catalog(classes_of(ProfileEvent))
SWITCH_EVENTS: Catalog[SwitchEvent] = catalog(classes_of(SwitchEvent))
USER_EVENTS: Catalog[UserEvent] = catalog(classes_of(UserEvent))
USERNAME_EVENTS: Catalog[UsernameEvent] = catalog(classes_of(UsernameEvent))

ACCOUNT_AGGREGATE: Aggregate[AccountCommand, Account, AccountEvent, Refused] = Aggregate(
    ACCOUNT, ACCOUNT_EVENTS, codec(Account), codec(Refused)
)
INSTRUMENT_AGGREGATE: Aggregate[InstrumentCommand, Listing, InstrumentEvent, ListingFault] = (
    Aggregate(LISTING, INSTRUMENT_EVENTS, codec(Listing), union(classes_of(ListingFault)))
)
PROGRESS_AGGREGATE: Aggregate[ProgressCommand, Progress, ProgressEvent, ProgressRefusal] = (
    Aggregate(PROGRESS, PROGRESS_EVENTS, codec(Progress), union(classes_of(ProgressRefusal)))
)
BOOKS_AGGREGATE: Aggregate[BooksCommand, Books, BooksEvent, BooksRefusal] = Aggregate(
    BOOKS, BOOKS_EVENTS, codec(Books), union(classes_of(BooksRefusal))
)
PROFILE_AGGREGATE: Aggregate[ProfileCommand, Profile, ProfileEvent, ProfileRefusal] = Aggregate(
    PROFILE, PROFILE_EVENTS, codec(Profile), union(classes_of(ProfileRefusal))
)
SWITCH_AGGREGATE: Aggregate[SwitchCommand, Switch, SwitchEvent, SwitchFault] = Aggregate(
    SWITCH, SWITCH_EVENTS, codec(Switch), union(classes_of(SwitchFault))
)
USER_AGGREGATE: Aggregate[UserCommand, User, UserEvent, UserFault] = Aggregate(
    USERS, USER_EVENTS, codec(User), union(classes_of(UserFault))
)
USERNAME_AGGREGATE: Aggregate[UserCommand, Claim, UsernameEvent, UserFault] = Aggregate(
    USERNAMES, USERNAME_EVENTS, codec(Claim), union(classes_of(UserFault))
)

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

CATALOGS: tuple[tuple[str, Catalog[Any]], ...] = (
    (ACCOUNT.name, ACCOUNT_EVENTS),
    (LISTING.name, INSTRUMENT_EVENTS),
    (PROGRESS.name, PROGRESS_EVENTS),
    (BOOKS.name, BOOKS_EVENTS),
    (PROFILE.name, PROFILE_EVENTS),
    (SWITCH.name, SWITCH_EVENTS),
    (USERS.name, USER_EVENTS),
    (USERNAMES.name, USERNAME_EVENTS),
    (SUBSCRIPTION.name, SUBSCRIPTION_EVENTS),
    (INVOICE.name, INVOICE_EVENTS),
    (SERIES.name, SERIES_EVENTS),
    (CONTRACT.name, CONTRACT_EVENTS),
    (SPLIT.name, SPLIT_EVENTS),
)

"""Every aggregate with what it takes to store it: its events, its state, its refusals."""

from typing import Any

from astracore.catalog.billing import BILLING_AGGREGATES
from astracore.catalog.boards import BOARD_AGGREGATES
from astracore.catalog.bots import BOT_AGGREGATES
from astracore.catalog.collectibles import COLLECTIBLE_AGGREGATES
from astracore.catalog.funds import FUNDS_AGGREGATES
from astracore.catalog.jobs import JOB_CATALOGS
from astracore.catalog.people import PEOPLE_AGGREGATES, USER_EVENTS
from astracore.catalog.social import SOCIAL_AGGREGATES
from astracore.errors.risk import SwitchFault
from astracore.errors.trading import Refused
from astracore.errors.users import UserFault
from astracore.events.catalog import Aggregate, Catalog, catalog, classes_of, merged
from astracore.events.codec import codec, union
from astracore.gamification.commands import ProgressCommand
from astracore.gamification.events import ProgressEvent
from astracore.gamification.progress import PROGRESS, ProgressRefusal
from astracore.gamification.safeguards.commands import SafeguardCommand
from astracore.gamification.safeguards.events import SafeguardEvent
from astracore.gamification.safeguards.safeguard import SAFEGUARDS, SafeguardRefusal
from astracore.gamification.safeguards.state import Safeguards
from astracore.gamification.state import Progress
from astracore.ledger.books import BOOKS, BooksRefusal
from astracore.ledger.commands import BooksCommand
from astracore.ledger.events import BooksEvent
from astracore.ledger.state import Books
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
SAFEGUARD_EVENTS: Catalog[SafeguardEvent] = catalog(classes_of(SafeguardEvent))
BOOKS_EVENTS: Catalog[BooksEvent] = catalog(classes_of(BooksEvent))
PROFILE_EVENTS: Catalog[ProfileEvent] = catalog(classes_of(ProfileEvent))
SWITCH_EVENTS: Catalog[SwitchEvent] = catalog(classes_of(SwitchEvent))
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
SAFEGUARD_AGGREGATE: Aggregate[SafeguardCommand, Safeguards, SafeguardEvent, SafeguardRefusal] = (
    Aggregate(SAFEGUARDS, SAFEGUARD_EVENTS, codec(Safeguards), union(classes_of(SafeguardRefusal)))
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

# Every stream that is folded. A job's story is not: its state is a row of the queue.
AGGREGATES: tuple[Aggregate[Any, Any, Any, Any], ...] = (
    ACCOUNT_AGGREGATE,
    INSTRUMENT_AGGREGATE,
    PROGRESS_AGGREGATE,
    SAFEGUARD_AGGREGATE,
    BOOKS_AGGREGATE,
    PROFILE_AGGREGATE,
    SWITCH_AGGREGATE,
    USER_AGGREGATE,
    USERNAME_AGGREGATE,
    *COLLECTIBLE_AGGREGATES,
    *PEOPLE_AGGREGATES,
    *FUNDS_AGGREGATES,
    *BILLING_AGGREGATES,
    *SOCIAL_AGGREGATES,
    *BOT_AGGREGATES,
    *BOARD_AGGREGATES,
)
CATALOGS: tuple[tuple[str, Catalog[Any]], ...] = (
    *((one.decider.name, one.events) for one in AGGREGATES),
    *JOB_CATALOGS,
)
EVENTS: Catalog[object] = merged(tuple(events for _, events in CATALOGS))  # of the whole log

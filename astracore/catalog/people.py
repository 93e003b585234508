"""The aggregates of identity and access with what it takes to store them."""

from typing import Any

from astracore.errors.access import (
    KeyFault,
    LoginLocked,
    PersonFault,
    SessionFault,
    WalletFault,
)
from astracore.events.catalog import Aggregate, Catalog, catalog, classes_of
from astracore.events.codec import codec, union
from astracore.users.commands import ChangeEmail, LinkWallet, PersonCommand
from astracore.users.events import EmailEvent, UserEvent, WalletEvent
from astracore.users.keys.events import KeyEvent
from astracore.users.keys.keys import KEYS, KeyCommand, Keys
from astracore.users.logins.events import LoginEvent
from astracore.users.logins.guard import GUARD, Attempt, Guard
from astracore.users.person import PERSON
from astracore.users.registration import EMAILS
from astracore.users.sessions.commands import SessionCommand
from astracore.users.sessions.events import SessionEvent
from astracore.users.sessions.sessions import SESSIONS
from astracore.users.sessions.state import Sessions
from astracore.users.state import Claim, User
from astracore.users.wallets import WALLETS

USER_EVENTS: Catalog[UserEvent] = catalog(classes_of(UserEvent))
EMAIL_EVENTS: Catalog[EmailEvent] = catalog(classes_of(EmailEvent))
WALLET_EVENTS: Catalog[WalletEvent] = catalog(classes_of(WalletEvent))
SESSION_EVENTS: Catalog[SessionEvent] = catalog(classes_of(SessionEvent))
LOGIN_EVENTS: Catalog[LoginEvent] = catalog(classes_of(LoginEvent))
KEY_EVENTS: Catalog[KeyEvent] = catalog(classes_of(KeyEvent))

# The stream of the registration, for everything that is asked of a user afterwards.
PERSON_AGGREGATE: Aggregate[PersonCommand, User, UserEvent, PersonFault] = Aggregate(
    PERSON, USER_EVENTS, codec(User), union(classes_of(PersonFault))
)
EMAIL_AGGREGATE: Aggregate[ChangeEmail, Claim, EmailEvent, PersonFault] = Aggregate(
    EMAILS, EMAIL_EVENTS, codec(Claim), union(classes_of(PersonFault))
)
WALLET_AGGREGATE: Aggregate[LinkWallet, Claim, WalletEvent, WalletFault] = Aggregate(
    WALLETS, WALLET_EVENTS, codec(Claim), union(classes_of(WalletFault))
)
SESSION_AGGREGATE: Aggregate[SessionCommand, Sessions, SessionEvent, SessionFault] = Aggregate(
    SESSIONS, SESSION_EVENTS, codec(Sessions), union(classes_of(SessionFault))
)
LOGIN_AGGREGATE: Aggregate[Attempt, Guard, LoginEvent, LoginLocked] = Aggregate(
    GUARD, LOGIN_EVENTS, codec(Guard), union(classes_of(LoginLocked))
)
KEY_AGGREGATE: Aggregate[KeyCommand, Keys, KeyEvent, KeyFault] = Aggregate(
    KEYS, KEY_EVENTS, codec(Keys), union(classes_of(KeyFault))
)
PEOPLE_AGGREGATES: tuple[Aggregate[Any, Any, Any, Any], ...] = (
    EMAIL_AGGREGATE,
    WALLET_AGGREGATE,
    SESSION_AGGREGATE,
    LOGIN_AGGREGATE,
    KEY_AGGREGATE,
)

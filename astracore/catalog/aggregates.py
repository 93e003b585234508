"""Every aggregate with what it takes to store it: its events, its state, its refusals."""

from typing import Any

from astracore.errors.access import (
    KeyFault,
    LoginLocked,
    PersonFault,
    SessionFault,
    WalletFault,
)
from astracore.errors.nft import AuctionFault, ListingState, MintFault, SaleFault, TokenFault
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
from astracore.nft.auctions.auction import AUCTION
from astracore.nft.auctions.commands import CloseAuction
from astracore.nft.auctions.events import AuctionEvent
from astracore.nft.auctions.state import Auction
from astracore.nft.eligibility.commands import EligibilityCommand, RequestMint
from astracore.nft.eligibility.eligibility import ELIGIBILITY, SUPPLY
from astracore.nft.eligibility.events import EligibilityEvent, SupplyEvent
from astracore.nft.eligibility.state import Claim as MintClaim
from astracore.nft.eligibility.state import Supply
from astracore.nft.listings.commands import RaiseNonce, Reprice
from astracore.nft.listings.events import ListingEvent, SellerEvent
from astracore.nft.listings.listing import LISTING, SELLER
from astracore.nft.listings.state import Listing, Seller
from astracore.nft.tokens.commands import TokenCommand
from astracore.nft.tokens.events import TokenEvent
from astracore.nft.tokens.state import Token
from astracore.nft.tokens.token import TOKEN
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
from astracore.trading.state import Account
from astracore.users.commands import ChangeEmail, LinkWallet, PersonCommand, UserCommand
from astracore.users.events import EmailEvent, UserEvent, UsernameEvent, WalletEvent
from astracore.users.keys.events import KeyEvent
from astracore.users.keys.keys import KEYS, KeyCommand, Keys
from astracore.users.logins.events import LoginEvent
from astracore.users.logins.guard import GUARD, Attempt, Guard
from astracore.users.person import PERSON
from astracore.users.registration import EMAILS, USERNAMES, USERS
from astracore.users.sessions.commands import SessionCommand
from astracore.users.sessions.events import SessionEvent
from astracore.users.sessions.sessions import SESSIONS
from astracore.users.sessions.state import Sessions
from astracore.users.state import Claim, User
from astracore.users.wallets import WALLETS

ACCOUNT_EVENTS: Catalog[AccountEvent] = catalog(classes_of(AccountEvent))
PROGRESS_EVENTS: Catalog[ProgressEvent] = catalog(classes_of(ProgressEvent))
BOOKS_EVENTS: Catalog[BooksEvent] = catalog(classes_of(BooksEvent))
PROFILE_EVENTS: Catalog[ProfileEvent] = catalog(classes_of(ProfileEvent))
SWITCH_EVENTS: Catalog[SwitchEvent] = catalog(classes_of(SwitchEvent))
USER_EVENTS: Catalog[UserEvent] = catalog(classes_of(UserEvent))
USERNAME_EVENTS: Catalog[UsernameEvent] = catalog(classes_of(UsernameEvent))

ACCOUNT_AGGREGATE: Aggregate[AccountCommand, Account, AccountEvent, Refused] = Aggregate(
    ACCOUNT, ACCOUNT_EVENTS, codec(Account), codec(Refused)
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

ELIGIBILITY_EVENTS: Catalog[EligibilityEvent] = catalog(classes_of(EligibilityEvent))
SUPPLY_EVENTS: Catalog[SupplyEvent] = catalog(classes_of(SupplyEvent))
TOKEN_EVENTS: Catalog[TokenEvent] = catalog(classes_of(TokenEvent))
LISTING_EVENTS: Catalog[ListingEvent] = catalog(classes_of(ListingEvent))
SELLER_EVENTS: Catalog[SellerEvent] = catalog(classes_of(SellerEvent))
AUCTION_EVENTS: Catalog[AuctionEvent] = catalog(classes_of(AuctionEvent))
ELIGIBILITY_AGGREGATE: Aggregate[EligibilityCommand, MintClaim, EligibilityEvent, MintFault] = (
    Aggregate(ELIGIBILITY, ELIGIBILITY_EVENTS, codec(MintClaim), union(classes_of(MintFault)))
)
SUPPLY_AGGREGATE: Aggregate[RequestMint, Supply, SupplyEvent, MintFault] = Aggregate(
    SUPPLY, SUPPLY_EVENTS, codec(Supply), union(classes_of(MintFault))
)
TOKEN_AGGREGATE: Aggregate[TokenCommand, Token, TokenEvent, TokenFault] = Aggregate(
    TOKEN, TOKEN_EVENTS, codec(Token), union(classes_of(TokenFault))
)
LISTING_AGGREGATE: Aggregate[Reprice, Listing, ListingEvent, SaleFault] = Aggregate(
    LISTING, LISTING_EVENTS, codec(Listing), union(classes_of(SaleFault))
)
SELLER_AGGREGATE: Aggregate[RaiseNonce, Seller, SellerEvent, ListingState] = Aggregate(
    SELLER, SELLER_EVENTS, codec(Seller), union(classes_of(ListingState))
)
AUCTION_AGGREGATE: Aggregate[CloseAuction, Auction, AuctionEvent, AuctionFault] = Aggregate(
    AUCTION, AUCTION_EVENTS, codec(Auction), union(classes_of(AuctionFault))
)

EMAIL_EVENTS: Catalog[EmailEvent] = catalog(classes_of(EmailEvent))
WALLET_EVENTS: Catalog[WalletEvent] = catalog(classes_of(WalletEvent))
SESSION_EVENTS: Catalog[SessionEvent] = catalog(classes_of(SessionEvent))
LOGIN_EVENTS: Catalog[LoginEvent] = catalog(classes_of(LoginEvent))
KEY_EVENTS: Catalog[KeyEvent] = catalog(classes_of(KeyEvent))
# The same stream as USER_AGGREGATE, for everything that is asked of a user after registration.
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

CATALOGS: tuple[tuple[str, Catalog[Any]], ...] = (
    (ACCOUNT.name, ACCOUNT_EVENTS),
    (PROGRESS.name, PROGRESS_EVENTS),
    (BOOKS.name, BOOKS_EVENTS),
    (PROFILE.name, PROFILE_EVENTS),
    (SWITCH.name, SWITCH_EVENTS),
    (USERS.name, USER_EVENTS),
    (USERNAMES.name, USERNAME_EVENTS),
    (ELIGIBILITY.name, ELIGIBILITY_EVENTS),
    (SUPPLY.name, SUPPLY_EVENTS),
    (TOKEN.name, TOKEN_EVENTS),
    (LISTING.name, LISTING_EVENTS),
    (SELLER.name, SELLER_EVENTS),
    (AUCTION.name, AUCTION_EVENTS),
    (EMAILS.name, EMAIL_EVENTS),
    (WALLETS.name, WALLET_EVENTS),
    (SESSIONS.name, SESSION_EVENTS),
    (GUARD.name, LOGIN_EVENTS),
    (KEYS.name, KEY_EVENTS),
)

"""Every command that the command path takes, and every refusal it may give, by domain."""

from typing import TypeAlias

from attrs import frozen

from astracore.bots.copying.commands import CopyCommand, LeaderCommand
from astracore.errors.access import (
    KeyFault,
    LoginFault,
    PersonFault,
    RegistrationFault,
    SessionFault,
)
from astracore.errors.access import WalletFault as LinkFault
from astracore.errors.bots import CopyFault, LeaderFault
from astracore.errors.events import SpineFault
from astracore.errors.jobs import JobFault, ScheduleFault
from astracore.errors.leaderboards import LeaderboardFault
from astracore.errors.ledger import LedgerFault
from astracore.errors.nft import AuctionFault, ListingState, MintFault
from astracore.errors.payments import (
    EconomyFault,
    MovementFault,
    PaymentFault,
    SpendFault,
    WalletFault,
)
from astracore.errors.revenue import InvoiceFault, RecognitionFault, SubscriptionFault
from astracore.errors.risk import SwitchFault
from astracore.errors.social import (
    BattleFault,
    CaseFault,
    ChallengeFault,
    ClanFault,
    ContentFault,
    FriendFault,
    InviteFault,
)
from astracore.errors.social import ProfileFault as SocialProfileFault
from astracore.errors.trading import Refused as TradingRefused
from astracore.gamification.commands import ProgressCommand
from astracore.gamification.leaderboards.commands import PeriodCommand
from astracore.gamification.progress import ProgressRefusal
from astracore.gamification.safeguards.commands import SafeguardCommand
from astracore.gamification.safeguards.safeguard import SafeguardRefusal
from astracore.gamification.tournaments.commands import TournamentCommand
from astracore.gamification.tournaments.tournament import TournamentRefusal
from astracore.ids import UserId
from astracore.jobs.commands import JobRequest
from astracore.jobs.schedules.commands import PlanCommand
from astracore.ledger.books import BooksRefusal
from astracore.ledger.commands import BooksCommand
from astracore.nft.auctions.commands import Bid, CloseAuction, OpenAuction
from astracore.nft.eligibility.commands import EligibilityCommand
from astracore.nft.listings.commands import (
    AcceptOffer,
    Buy,
    CancelListing,
    ExpireListing,
    List,
    RaiseNonce,
    Reprice,
)
from astracore.nft.tokens.commands import TokenCommand
from astracore.revenue.economy.faucet import EconomyCommand
from astracore.revenue.invoices.commands import InvoiceCommand
from astracore.revenue.movements.commands import MovementCommand
from astracore.revenue.payments.commands import PaymentCommand
from astracore.revenue.recognition.commands import ContractCommand
from astracore.revenue.spending.commands import SpendCommand
from astracore.revenue.splits.commands import SettleSplits
from astracore.revenue.splits.split import SplitRefusal
from astracore.revenue.subscriptions.commands import SubscriptionCommand
from astracore.revenue.wallets.commands import WalletCommand
from astracore.risk.profiles.commands import ProfileCommand
from astracore.risk.profiles.profile import ProfileRefusal
from astracore.risk.switches.commands import SwitchCommand
from astracore.social.battles.commands import BattleCommand
from astracore.social.challenges.commands import ChallengeCommand
from astracore.social.clans.commands import ClanCommand
from astracore.social.content.commands import ContentCommand
from astracore.social.friendships.commands import FriendCommand
from astracore.social.invites.commands import InviteCommand
from astracore.social.moderation.commands import CaseCommand
from astracore.social.profiles.commands import ProfileCommand as SocialProfileCommand
from astracore.trading.commands import AccountCommand
from astracore.trading.listings.commands import InstrumentCommand
from astracore.trading.listings.listing import ListingFault
from astracore.users.commands import (
    Applicant,
    ChangeEmail,
    ChangeUsername,
    LinkWallet,
    PersonCommand,
    Register,
)
from astracore.users.keys.keys import KeyCommand
from astracore.users.logins.guard import Attempt
from astracore.users.logins.signing_in import Login
from astracore.users.sessions.commands import SessionCommand


@frozen(kw_only=True)
class Enrol:
    """Register somebody with an address and a password."""

    register: Register
    applicant: Applicant


@frozen(kw_only=True)
class LogIn:
    """One attempt to log in as `user_id`, who is None where nobody has the name."""

    login: Login
    user_id: UserId | None


@frozen(kw_only=True)
class ListTokens:
    """Offer these tokens for the price of `terms`, whose `nonce` is the seller's of now."""

    terms: List
    token_ids: tuple[str, ...]


@frozen(kw_only=True)
class AuctionToken:
    """Open an auction of this token."""

    terms: OpenAuction
    token_id: str


MarketCommand: TypeAlias = (
    ListTokens
    | Reprice
    | CancelListing
    | ExpireListing
    | Buy
    | AcceptOffer
    | RaiseNonce
    | AuctionToken
    | Bid
    | CloseAuction
)
TradingCommand: TypeAlias = AccountCommand | InstrumentCommand
GameCommand: TypeAlias = ProgressCommand | SafeguardCommand | PeriodCommand | TournamentCommand
RiskCommand: TypeAlias = ProfileCommand | SwitchCommand
PeopleCommand: TypeAlias = (
    PersonCommand
    | Enrol
    | ChangeUsername
    | ChangeEmail
    | LinkWallet
    | SessionCommand
    | LogIn
    | Attempt
    | KeyCommand
)
FundsCommand: TypeAlias = (
    BooksCommand | PaymentCommand | SpendCommand | MovementCommand | WalletCommand | EconomyCommand
)
BillingCommand: TypeAlias = SubscriptionCommand | InvoiceCommand | ContractCommand | SettleSplits
CollectibleCommand: TypeAlias = EligibilityCommand | TokenCommand | MarketCommand
SocialCommand: TypeAlias = (
    SocialProfileCommand
    | FriendCommand
    | ClanCommand
    | BattleCommand
    | ChallengeCommand
    | ContentCommand
    | InviteCommand
    | CaseCommand
)
BotCommand: TypeAlias = CopyCommand | LeaderCommand
QueueCommand: TypeAlias = JobRequest | PlanCommand
Command: TypeAlias = (
    TradingCommand
    | GameCommand
    | RiskCommand
    | PeopleCommand
    | FundsCommand
    | BillingCommand
    | CollectibleCommand
    | SocialCommand
    | BotCommand
    | QueueCommand
)

MarketFault: TypeAlias = AuctionFault | ListingState | LedgerFault | WalletFault
GameFault: TypeAlias = ProgressRefusal | SafeguardRefusal | LeaderboardFault | TournamentRefusal
RiskFault: TypeAlias = ProfileRefusal | SwitchFault
PeopleFault: TypeAlias = (
    PersonFault | RegistrationFault | SessionFault | LoginFault | LinkFault | KeyFault
)
FundsFault: TypeAlias = (
    BooksRefusal | PaymentFault | SpendFault | MovementFault | WalletFault | EconomyFault
)
BillingFault: TypeAlias = SubscriptionFault | InvoiceFault | RecognitionFault | SplitRefusal
CollectibleFault: TypeAlias = MintFault | MarketFault
SocialFault: TypeAlias = (
    SocialProfileFault
    | FriendFault
    | ClanFault
    | BattleFault
    | ChallengeFault
    | ContentFault
    | InviteFault
    | CaseFault
)
BotFault: TypeAlias = CopyFault | LeaderFault
Fault: TypeAlias = (
    TradingRefused
    | ListingFault
    | GameFault
    | RiskFault
    | PeopleFault
    | FundsFault
    | BillingFault
    | CollectibleFault
    | SocialFault
    | BotFault
    | JobFault
    | ScheduleFault
    | SpineFault
)

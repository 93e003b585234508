"""What is remembered of a user, and of who holds a name or an address."""

from attrs import field, frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.users.gates import Standing
from astracore.users.profiles import Preferences, Profile
from astracore.users.types import Role, Status, Tier


@frozen(kw_only=True)
class Email:
    """The user's address and the code that was sent to it."""

    address: str = ""
    confirmed: bool = False
    code_sent_at: Instant | None = None
    tries: int = 0


@frozen(kw_only=True)
class Password:
    """Where the hash of the password is kept, by which parameters, and where those before are."""

    credential_id: str
    parameters: str
    changed_at: Instant
    before: tuple[str, ...] = ()


@frozen(kw_only=True)
class Totp:
    """The second factor: a step and a recovery code count once."""

    secret_id: str
    enabled: bool = False
    last_step: int = -1
    recovery_codes: int = 0
    used: tuple[int, ...] = ()


@frozen(kw_only=True)
class Wallet:
    """An account of a chain that the user signs with."""

    chain: str
    address: str


@frozen(kw_only=True)
class User:
    """Nobody until `user_id` is there. `suspended_until` None while suspended: until restored."""

    user_id: UserId | None = None
    username: str = ""
    status: Status = Status.PENDING
    suspended_until: Instant | None = None
    purge_at: Instant | None = None
    email: Email = field(factory=Email)
    password: Password | None = None
    totp: Totp | None = None
    wallet: Wallet | None = None
    tier: Tier = Tier.UNVERIFIED
    asked_tier: Tier | None = None
    roles: tuple[Role, ...] = (Role.USER,)
    profile: Profile = field(factory=Profile)
    preferences: Preferences = field(factory=Preferences)
    name_changed_at: Instant | None = None
    security_changed_at: Instant | None = None
    exported_at: Instant | None = None


@frozen(kw_only=True)
class Claim:
    """Who holds a name, if anybody does."""

    holder: UserId | None = None


def has_second_factor(user: User) -> bool:
    """Whether a second factor counts."""
    return user.totp is not None and user.totp.enabled


def status_at(user: User, now: Instant) -> Status:
    """The user's status at `now`: a suspension ends by itself at its instant."""
    until = user.suspended_until
    over = until is not None and until.micros <= now.micros
    if user.status is Status.SUSPENDED and over:
        return settled_status(user)
    return user.status


def settled_status(user: User) -> Status:
    """What a user is who is not suspended."""
    if user.purge_at is not None:
        return Status.DELETING
    known = user.email.confirmed or user.wallet is not None
    return Status.ACTIVE if known else Status.PENDING


def standing_of(user: User) -> Standing:
    """What gates and scores look at."""
    return Standing(
        tier=user.tier,
        email_confirmed=user.email.confirmed,
        second_factor=has_second_factor(user),
        wallet=user.wallet is not None,
        password_changed_at=None if user.password is None else user.password.changed_at,
        wallet_login=user.password is None and user.wallet is not None,
        security_changed_at=user.security_changed_at,
    )

"""What may be asked of a user. Secrets were compared before: commands carry what came of it."""

from typing import TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.users.permissions import Actor
from astracore.users.profiles import Preferences, Profile
from astracore.users.types import Role, Tier


@frozen(kw_only=True)
class Register:
    """Become a player under `username`. Needs two streams: the user's and the name's."""

    user_id: UserId
    username: str
    at: Instant
    invite_code: str | None = None
    country: str | None = None


@frozen(kw_only=True)
class Applicant:
    """What a registration with an address says beside the name.

    `birth_day` in days since 1970-01-01; `weaknesses` are what `password_strength` found.
    """

    email: str
    country: str
    birth_day: int
    credential_id: str
    parameters: str
    weaknesses: tuple[str, ...] = ()


@frozen(kw_only=True)
class Proof:
    """What a code of the second factor matched: a step of time, or a recovery code's place."""

    step: int | None = None
    recovery: int | None = None


@frozen(kw_only=True)
class ChangeUsername:
    """Be called otherwise. Needs the user's stream and both names'."""

    user_id: UserId
    username: str
    at: Instant


@frozen(kw_only=True)
class ChangeEmail:
    """Another address; `matched` says that the password was right. Needs both addresses'."""

    user_id: UserId
    email: str
    matched: bool
    at: Instant


@frozen(kw_only=True)
class SendCode:
    """A code is sent to the user's address."""

    user_id: UserId
    at: Instant


@frozen(kw_only=True)
class ConfirmEmail:
    """The user tried a code; `matched` says whether it was the one."""

    user_id: UserId
    matched: bool
    at: Instant


@frozen(kw_only=True)
class ChangePassword:
    """Another password, by the old one or by a code. `reused`: it is one of the last."""

    user_id: UserId
    credential_id: str
    parameters: str
    matched: bool
    reused: bool = False
    weaknesses: tuple[str, ...] = ()
    reset: bool = False
    session_id: str | None = None  # where it is asked from
    at: Instant


@frozen(kw_only=True)
class LinkWallet:
    """The account contract accepted the user's signature of a fresh message. Needs the user's
    stream and both wallets'.
    """

    user_id: UserId
    chain: str
    address: str
    genuine: bool
    at: Instant


@frozen(kw_only=True)
class EnrolTotp:
    """Begin a second factor; its secret is kept under `secret_id`."""

    user_id: UserId
    secret_id: str
    matched: bool
    at: Instant


@frozen(kw_only=True)
class ConfirmTotp:
    """The first code of the new factor."""

    user_id: UserId
    proof: Proof
    session_id: str | None = None
    at: Instant


@frozen(kw_only=True)
class DisableTotp:
    """Do without the second factor."""

    user_id: UserId
    matched: bool
    proof: Proof | None
    session_id: str | None = None
    at: Instant


@frozen(kw_only=True)
class UseFactor:
    """Use up a code, for what needs one elsewhere: a key, a withdrawal, live trading."""

    user_id: UserId
    proof: Proof | None
    at: Instant


@frozen(kw_only=True)
class UpdateProfile:
    """What others see."""

    user_id: UserId
    profile: Profile
    at: Instant


@frozen(kw_only=True)
class UpdatePreferences:
    """How the user likes things."""

    user_id: UserId
    preferences: Preferences
    at: Instant


@frozen(kw_only=True)
class SubmitVerification:
    """Ask for a tier."""

    user_id: UserId
    tier: Tier
    evidence: str
    at: Instant


@frozen(kw_only=True)
class DecideVerification:
    """A reviewer or a provider decides; a lower tier after a review."""

    user_id: UserId
    tier: Tier
    evidence: str
    actor: Actor
    reason: str
    at: Instant


@frozen(kw_only=True)
class GrantRole:
    """Make somebody staff, who needs a second factor for it."""

    user_id: UserId
    role: Role
    actor: Actor
    reason: str
    at: Instant


@frozen(kw_only=True)
class RevokeRole:
    """Staff no longer."""

    user_id: UserId
    role: Role
    actor: Actor
    reason: str
    at: Instant


@frozen(kw_only=True)
class SuspendUser:
    """Until `until`, or until restored. A moderator needs the case that was decided."""

    user_id: UserId
    until: Instant | None
    case_id: str | None
    actor: Actor
    reason: str
    at: Instant


@frozen(kw_only=True)
class RestoreUser:
    """End a suspension before its time."""

    user_id: UserId
    actor: Actor
    reason: str
    at: Instant


@frozen(kw_only=True)
class RequestExport:
    """All data about the user, as files."""

    user_id: UserId
    at: Instant


@frozen(kw_only=True)
class RequestDeletion:
    """Go. `open_things` names what blocks it: live positions, live bots, debts, staked battles."""

    user_id: UserId
    matched: bool
    proof: Proof | None
    open_things: tuple[str, ...]
    at: Instant


@frozen(kw_only=True)
class CancelDeletion:
    """Stay after all."""

    user_id: UserId
    at: Instant


@frozen(kw_only=True)
class PurgeUser:
    """The grace is over."""

    user_id: UserId
    at: Instant


UserCommand: TypeAlias = Register  # what the registration of today asks
AccessCommand: TypeAlias = (
    SendCode | ConfirmEmail | ChangePassword | EnrolTotp | ConfirmTotp | DisableTotp | UseFactor
)
OwnCommand: TypeAlias = (
    UpdateProfile | UpdatePreferences | RequestExport | RequestDeletion | CancelDeletion | PurgeUser
)
StandingCommand: TypeAlias = (
    SubmitVerification | DecideVerification | GrantRole | RevokeRole | SuspendUser | RestoreUser
)
PersonCommand: TypeAlias = Register | AccessCommand | OwnCommand | StandingCommand

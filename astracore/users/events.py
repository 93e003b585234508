"""What may have happened to a user, and to a name or an address. Never secrets or their hashes.

What tells who somebody is stands in `PERSONAL` and is kept under a key of that person alone.
"""

from collections.abc import Mapping
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.events.canonical import Json
from astracore.events.personal import ERASED, Personal
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.users.profiles import Preferences, Profile
from astracore.users.types import Method, Role, Tier

BLANK: Mapping[str, Json] = {}  # every field as it is at first


@frozen(kw_only=True)
class UserRegistered:
    """Somebody became a player."""

    TYPE: ClassVar[str] = "astra.user.user_registered.v1"
    PERSONAL: ClassVar[Personal] = Personal("user_id", {"username": ERASED, "country": None})
    user_id: UserId
    username: str
    invite_code: str | None = None
    country: str | None = None


@frozen(kw_only=True)
class UsernameClaimed:
    """The name, in any case of its letters, belongs to this user now."""

    TYPE: ClassVar[str] = "astra.user.username_claimed.v1"
    PERSONAL: ClassVar[Personal] = Personal("user_id", {"username": ERASED})
    user_id: UserId
    username: str


@frozen(kw_only=True)
class UsernameReleased:
    """The name is free again."""

    TYPE: ClassVar[str] = "astra.user.username_released.v1"
    PERSONAL: ClassVar[Personal] = Personal("user_id", {"username": ERASED})
    user_id: UserId
    username: str


@frozen(kw_only=True)
class UsernameChanged:
    """The user is called otherwise from now on."""

    TYPE: ClassVar[str] = "astra.user.username_changed.v1"
    PERSONAL: ClassVar[Personal] = Personal("user_id", {"old": ERASED, "username": ERASED})
    user_id: UserId
    old: str
    username: str
    at: Instant


@frozen(kw_only=True)
class EmailClaimed:
    """The address, in any case of its letters, belongs to this user now."""

    TYPE: ClassVar[str] = "astra.user.email_claimed.v1"
    user_id: UserId


@frozen(kw_only=True)
class EmailReleased:
    """The address is free again."""

    TYPE: ClassVar[str] = "astra.user.email_released.v1"
    user_id: UserId


@frozen(kw_only=True)
class EmailChanged:
    """The user has another address; until it is confirmed, gates above practice are closed."""

    TYPE: ClassVar[str] = "astra.user.email_changed.v1"
    PERSONAL: ClassVar[Personal] = Personal("user_id", {"email": ERASED})
    user_id: UserId
    email: str
    at: Instant


@frozen(kw_only=True)
class CodeSent:
    """A code is on its way to the user's address; codes before it are void."""

    TYPE: ClassVar[str] = "astra.user.code_sent.v1"
    user_id: UserId
    at: Instant


@frozen(kw_only=True)
class CodeRefused:
    """A wrong code was tried."""

    TYPE: ClassVar[str] = "astra.user.code_refused.v1"
    user_id: UserId
    tries: int
    at: Instant


@frozen(kw_only=True)
class EmailConfirmed:
    """The user reads what is sent to the address."""

    TYPE: ClassVar[str] = "astra.user.email_confirmed.v1"
    PERSONAL: ClassVar[Personal] = Personal("user_id", {"email": ERASED})
    user_id: UserId
    email: str
    at: Instant


@frozen(kw_only=True)
class PasswordChanged:
    """The user has another password; `credential_id` names where its hash is kept.

    `session_id` is where it was changed from; the user's other sessions end.
    """

    TYPE: ClassVar[str] = "astra.user.password_changed.v1"
    user_id: UserId
    credential_id: str
    parameters: str
    reset: bool
    session_id: str | None
    at: Instant


@frozen(kw_only=True)
class PasswordRehashed:
    """The same password is kept by stronger parameters."""

    TYPE: ClassVar[str] = "astra.user.password_rehashed.v1"
    user_id: UserId
    credential_id: str
    parameters: str
    at: Instant


@frozen(kw_only=True)
class WalletLinked:
    """The user signed a message with this account of a chain."""

    TYPE: ClassVar[str] = "astra.user.wallet_linked.v1"
    PERSONAL: ClassVar[Personal] = Personal("user_id", {"address": ERASED})
    user_id: UserId
    chain: str
    address: str
    at: Instant


@frozen(kw_only=True)
class WalletClaimed:
    """The account of a chain belongs to this user now."""

    TYPE: ClassVar[str] = "astra.user.wallet_claimed.v1"
    user_id: UserId


@frozen(kw_only=True)
class WalletReleased:
    """The account of a chain is free again."""

    TYPE: ClassVar[str] = "astra.user.wallet_released.v1"
    user_id: UserId


@frozen(kw_only=True)
class TotpOffered:
    """A secret for a second factor was made; `secret_id` names where it is kept."""

    TYPE: ClassVar[str] = "astra.user.totp_offered.v1"
    user_id: UserId
    secret_id: str
    at: Instant


@frozen(kw_only=True)
class TotpEnabled:
    """The second factor counts from now on; `recovery_codes` of them were shown."""

    TYPE: ClassVar[str] = "astra.user.totp_enabled.v1"
    user_id: UserId
    secret_id: str
    recovery_codes: int
    session_id: str | None
    at: Instant


@frozen(kw_only=True)
class FactorUsed:
    """A code of the second factor was used up: a step of time, or a recovery code by its place."""

    TYPE: ClassVar[str] = "astra.user.factor_used.v1"
    user_id: UserId
    step: int | None
    recovery: int | None
    at: Instant


@frozen(kw_only=True)
class TotpDisabled:
    """The second factor is off."""

    TYPE: ClassVar[str] = "astra.user.totp_disabled.v1"
    user_id: UserId
    session_id: str | None
    at: Instant


@frozen(kw_only=True)
class UserLoggedIn:
    """The user proved who they are."""

    TYPE: ClassVar[str] = "astra.user.user_logged_in.v1"
    PERSONAL: ClassVar[Personal] = Personal("user_id", {"device": ERASED})
    user_id: UserId
    session_id: str
    method: Method
    device: str
    at: Instant


@frozen(kw_only=True)
class VerificationSubmitted:
    """The user asks for a tier; `evidence` names what they sent."""

    TYPE: ClassVar[str] = "astra.user.verification_submitted.v1"
    PERSONAL: ClassVar[Personal] = Personal("user_id", {"evidence": ERASED})
    user_id: UserId
    tier: Tier
    evidence: str
    at: Instant


@frozen(kw_only=True)
class TierChanged:
    """The user is known better, or less well after a review."""

    TYPE: ClassVar[str] = "astra.user.tier_changed.v1"
    PERSONAL: ClassVar[Personal] = Personal("user_id", {"evidence": ERASED})
    user_id: UserId
    old: Tier
    new: Tier
    evidence: str
    by: str
    at: Instant


@frozen(kw_only=True)
class RoleGranted:
    """The user is staff of this kind now."""

    TYPE: ClassVar[str] = "astra.user.role_granted.v1"
    user_id: UserId
    role: Role
    by: UserId
    reason: str
    at: Instant


@frozen(kw_only=True)
class RoleRevoked:
    """The user is no longer staff of this kind."""

    TYPE: ClassVar[str] = "astra.user.role_revoked.v1"
    user_id: UserId
    role: Role
    by: UserId
    reason: str
    at: Instant


@frozen(kw_only=True)
class UserSuspended:
    """The user may do nothing until `until`, or until restored."""

    TYPE: ClassVar[str] = "astra.user.user_suspended.v1"
    user_id: UserId
    until: Instant | None
    cause: str
    by: str
    at: Instant


@frozen(kw_only=True)
class UserRestored:
    """The suspension is over before its time."""

    TYPE: ClassVar[str] = "astra.user.user_restored.v1"
    user_id: UserId
    by: UserId
    reason: str
    at: Instant


@frozen(kw_only=True)
class ProfileUpdated:
    """What others see of the user."""

    TYPE: ClassVar[str] = "astra.user.profile_updated.v1"
    PERSONAL: ClassVar[Personal] = Personal("user_id", {"profile": BLANK})
    user_id: UserId
    profile: Profile
    at: Instant


@frozen(kw_only=True)
class PreferencesChanged:
    """How the user likes things."""

    TYPE: ClassVar[str] = "astra.user.preferences_changed.v1"
    PERSONAL: ClassVar[Personal] = Personal("user_id", {"preferences": BLANK})
    user_id: UserId
    preferences: Preferences
    at: Instant


@frozen(kw_only=True)
class ExportRequested:
    """The user wants all data about them."""

    TYPE: ClassVar[str] = "astra.user.export_requested.v1"
    user_id: UserId
    at: Instant


@frozen(kw_only=True)
class DeletionRequested:
    """The account goes at `purge_at`, unless the user logs in before."""

    TYPE: ClassVar[str] = "astra.user.deletion_requested.v1"
    user_id: UserId
    purge_at: Instant
    at: Instant


@frozen(kw_only=True)
class DeletionCancelled:
    """The account stays."""

    TYPE: ClassVar[str] = "astra.user.deletion_cancelled.v1"
    user_id: UserId
    at: Instant


@frozen(kw_only=True)
class UserDeleted:
    """The key of the user's data is destroyed; `pseudonym` is what is left of the name."""

    TYPE: ClassVar[str] = "astra.user.user_deleted.v1"
    user_id: UserId
    pseudonym: str
    at: Instant


UsernameEvent: TypeAlias = UsernameClaimed | UsernameReleased
EmailEvent: TypeAlias = EmailClaimed | EmailReleased
WalletEvent: TypeAlias = WalletClaimed | WalletReleased
UserEvent: TypeAlias = (
    UserRegistered
    | UsernameChanged
    | EmailChanged
    | CodeSent
    | CodeRefused
    | EmailConfirmed
    | PasswordChanged
    | PasswordRehashed
    | WalletLinked
    | TotpOffered
    | TotpEnabled
    | FactorUsed
    | TotpDisabled
    | UserLoggedIn
    | VerificationSubmitted
    | TierChanged
    | RoleGranted
    | RoleRevoked
    | UserSuspended
    | UserRestored
    | ProfileUpdated
    | PreferencesChanged
    | ExportRequested
    | DeletionRequested
    | DeletionCancelled
    | UserDeleted
)

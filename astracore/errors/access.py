"""Causes that concern who somebody is and what they may do."""

from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.errors.gates import TierRequired
from astracore.errors.risk import NotPermitted, ReasonTooShort
from astracore.errors.users import UserFault


@frozen
class BadEmail:
    """Text is no address: one @, something on both sides, at most 254 characters."""

    code: ClassVar[str] = "bad_email"
    text: str


@frozen
class EmailTaken:
    """Someone uses this address already; upper and lower case are the same address."""

    code: ClassVar[str] = "email_taken"


@frozen
class WalletTaken:
    """Another user signs with this account of the chain."""

    code: ClassVar[str] = "wallet_taken"


@frozen
class WeakPassword:
    """The password breaks the rules that `reasons` name; no other harm was done."""

    code: ClassVar[str] = "weak_password"
    reasons: tuple[str, ...]


@frozen
class BadCredentials:
    """Nobody has this name and this password; which of both is wrong is not said."""

    code: ClassVar[str] = "bad_credentials"


@frozen
class LoginLocked:
    """Too many failed logins from there; again from this instant on [µs since 1970]."""

    code: ClassVar[str] = "login_locked"
    until: int


@frozen
class CodeInvalid:
    """The code is wrong, too old, or was tried too often."""

    code: ClassVar[str] = "code_invalid"
    tries_left: int


@frozen
class TokenExpired:
    """The bearer token was valid once and is no longer."""

    code: ClassVar[str] = "token_expired"


@frozen
class BadToken:
    """The token is of another kind, for somebody else, or was never issued; `field` says what."""

    code: ClassVar[str] = "bad_token"
    field: str


@frozen
class TokenReused:
    """A refresh token came a second time: every session of its family has ended."""

    code: ClassVar[str] = "token_reused"
    session_id: str


@frozen
class JurisdictionBlocked:
    """The service is not offered there."""

    code: ClassVar[str] = "jurisdiction_blocked"
    country: str


@frozen
class TooYoung:
    """Only people of at least this age may register [years]."""

    code: ClassVar[str] = "too_young"
    least: int


@frozen
class SecondFactorRequired:
    """This needs a code of the second factor."""

    code: ClassVar[str] = "second_factor_required"


@frozen
class SecondFactorInvalid:
    """The code of the second factor is wrong, or was used before."""

    code: ClassVar[str] = "second_factor_invalid"


@frozen
class TierOrder:
    """A tier is asked for that is not above the present one, or decided without evidence."""

    code: ClassVar[str] = "tier_order"
    present: str
    asked: str


@frozen
class NameChangeTooSoon:
    """A name changes once in the rules' days; again from this instant on [µs since 1970]."""

    code: ClassVar[str] = "name_change_too_soon"
    until: int


@frozen
class TooManyKeys:
    """The plan holds no more keys."""

    code: ClassVar[str] = "too_many_keys"
    most: int


@frozen
class ScopeDenied:
    """The key does not reach that far, or no key ever may."""

    code: ClassVar[str] = "scope_denied"
    scope: str


@frozen
class SelfGrant:
    """Nobody grants to, decides on, or approves for themselves."""

    code: ClassVar[str] = "self_grant"
    user_id: str


@frozen
class DeletionBlocked:
    """What is still open must be closed before an account can go."""

    code: ClassVar[str] = "deletion_blocked"
    by: tuple[str, ...]


@frozen
class ExportTooSoon:
    """Data is exported once in the rules' days; again from this instant on [µs since 1970]."""

    code: ClassVar[str] = "export_too_soon"
    until: int


@frozen
class UserStatus:
    """The user's status does not allow this; `status` says what it is."""

    code: ClassVar[str] = "user_status"
    status: str


@frozen
class InvalidProfile:
    """Fields of a profile break its rules; all of them are named."""

    code: ClassVar[str] = "invalid_profile"
    fields: tuple[str, ...]


@frozen
class InvalidPreferences:
    """Fields of the preferences break their rules; all of them are named."""

    code: ClassVar[str] = "invalid_preferences"
    fields: tuple[str, ...]


@frozen
class InvalidKey:
    """Fields of a key's request break its rules; all of them are named."""

    code: ClassVar[str] = "invalid_key"
    fields: tuple[str, ...]


@frozen
class UnnamedType:
    """A typed message has a field of a type whose meaning its dialect does not fix."""

    code: ClassVar[str] = "unnamed_type"
    name: str


FactorFault: TypeAlias = SecondFactorRequired | SecondFactorInvalid
EmailFault: TypeAlias = BadEmail | EmailTaken
RegistrationFault: TypeAlias = (
    UserFault | EmailFault | JurisdictionBlocked | TooYoung | WeakPassword
)
SessionFault: TypeAlias = TokenExpired | BadToken | TokenReused
LoginFault: TypeAlias = BadCredentials | LoginLocked | FactorFault | UserStatus
WalletFault: TypeAlias = BadCredentials | WalletTaken
KeyFault: TypeAlias = TooManyKeys | ScopeDenied | FactorFault | InvalidKey | TokenExpired | BadToken
PersonFault: TypeAlias = (
    UserFault
    | EmailFault
    | WeakPassword
    | BadCredentials
    | CodeInvalid
    | FactorFault
    | TierOrder
    | TierRequired
    | NameChangeTooSoon
    | SelfGrant
    | DeletionBlocked
    | ExportTooSoon
    | UserStatus
    | InvalidProfile
    | InvalidPreferences
    | NotPermitted
    | ReasonTooShort
)

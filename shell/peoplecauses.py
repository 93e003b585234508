"""Which status a cause of identity and access has: the type checker proves that each has one."""

from typing import TypeAlias, assert_never

from astracore.errors import access

PeopleCause: TypeAlias = (
    access.BadEmail
    | access.BadCredentials
    | access.BadToken
    | access.TokenReused
    | access.SecondFactorInvalid
    | access.SecondFactorRequired
    | access.ScopeDenied
    | access.SelfGrant
    | access.TooYoung
    | access.UserStatus
    | access.EmailTaken
    | access.WalletTaken
    | access.DeletionBlocked
    | access.WeakPassword
    | access.CodeInvalid
    | access.TierOrder
    | access.InvalidProfile
    | access.InvalidPreferences
    | access.InvalidKey
    | access.TooManyKeys
    | access.NameChangeTooSoon
    | access.ExportTooSoon
    | access.LoginLocked
    | access.JurisdictionBlocked
)


def status_of_people(cause: PeopleCause) -> int:
    """The HTTP status of one of these causes."""
    match cause:
        case access.BadEmail():
            return 400
        case (
            access.BadCredentials()
            | access.BadToken()
            | access.TokenReused()
            | access.SecondFactorInvalid()
        ):
            return 401
        case (
            access.SecondFactorRequired()
            | access.ScopeDenied()
            | access.SelfGrant()
            | access.TooYoung()
            | access.UserStatus()
        ):
            return 403
        case access.EmailTaken() | access.WalletTaken() | access.DeletionBlocked():
            return 409
        case (
            access.WeakPassword()
            | access.CodeInvalid()
            | access.TierOrder()
            | access.InvalidProfile()
            | access.InvalidPreferences()
            | access.InvalidKey()
            | access.TooManyKeys()
            | access.NameChangeTooSoon()
            | access.ExportTooSoon()
        ):
            return 422
        case access.LoginLocked():
            return 429
        case access.JurisdictionBlocked():
            return 451
        case _:
            return assert_never(cause)

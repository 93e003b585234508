"""How a user's events change what is remembered: total over everything ever stored."""

from typing import assert_never

from attrs import evolve as changed

from astracore.users.events import (
    CodeRefused,
    CodeSent,
    DeletionCancelled,
    DeletionRequested,
    EmailChanged,
    EmailConfirmed,
    ExportRequested,
    FactorUsed,
    PasswordChanged,
    PasswordRehashed,
    PreferencesChanged,
    ProfileUpdated,
    RoleGranted,
    RoleRevoked,
    TierChanged,
    TotpDisabled,
    TotpEnabled,
    TotpOffered,
    UserDeleted,
    UserEvent,
    UserLoggedIn,
    UsernameChanged,
    UserRegistered,
    UserRestored,
    UserSuspended,
    VerificationSubmitted,
    WalletLinked,
)
from astracore.users.rules import PASSWORD_RULES
from astracore.users.state import Email, Password, Totp, User, Wallet, settled_status
from astracore.users.types import Role, Status


def evolve_user(user: User, event: UserEvent) -> User:
    """Fold one event of a user."""
    match event:
        case UserRegistered():
            return changed(user, user_id=event.user_id, username=event.username)
        case UsernameChanged():
            return changed(user, username=event.username, name_changed_at=event.at)
        case EmailChanged() | CodeSent() | CodeRefused() | EmailConfirmed():
            return with_email(user, event)
        case PasswordChanged() | PasswordRehashed() | WalletLinked():
            return with_credential(user, event)
        case TotpOffered() | TotpEnabled() | FactorUsed() | TotpDisabled():
            return with_factor(user, event)
        case UserLoggedIn():
            return user
        case VerificationSubmitted() | TierChanged() | RoleGranted() | RoleRevoked():
            return with_rank(user, event)
        case ProfileUpdated() | PreferencesChanged() | ExportRequested():
            return with_own(user, event)
        case (
            UserSuspended()
            | UserRestored()
            | DeletionRequested()
            | DeletionCancelled()
            | UserDeleted()
        ):
            return with_status(user, event)
        case _:
            assert_never(event)


def with_rank(
    user: User, event: VerificationSubmitted | TierChanged | RoleGranted | RoleRevoked
) -> User:
    """The tier and the roles."""
    match event:
        case VerificationSubmitted():
            return changed(user, asked_tier=event.tier)
        case TierChanged():
            return changed(user, tier=event.new, asked_tier=None)
        case RoleGranted() | RoleRevoked():
            return changed(user, roles=roles_after(user.roles, event))
        case _:
            assert_never(event)


def with_own(user: User, event: ProfileUpdated | PreferencesChanged | ExportRequested) -> User:
    """What the user says and asks of the own data."""
    match event:
        case ProfileUpdated():
            return changed(user, profile=event.profile)
        case PreferencesChanged():
            return changed(user, preferences=event.preferences)
        case ExportRequested():
            return changed(user, exported_at=event.at)
        case _:
            assert_never(event)


def with_email(user: User, event: EmailChanged | CodeSent | CodeRefused | EmailConfirmed) -> User:
    """The address, its code, its confirmation."""
    match event:
        case EmailChanged():
            email = Email(address=event.email)
            return changed(user, email=email, security_changed_at=event.at)
        case CodeSent():
            return changed(user, email=changed(user.email, code_sent_at=event.at, tries=0))
        case CodeRefused():
            return changed(user, email=changed(user.email, tries=event.tries))
        case EmailConfirmed():
            confirmed = changed(user, email=Email(address=event.email, confirmed=True))
            return activated(confirmed)
        case _:
            assert_never(event)


def activated(user: User) -> User:
    """Active, if the user was waiting for that."""
    waiting = user.status is Status.PENDING
    return changed(user, status=settled_status(user)) if waiting else user


def with_credential(user: User, event: PasswordChanged | PasswordRehashed | WalletLinked) -> User:
    """The password, or a wallet."""
    match event:
        case PasswordChanged():
            old = user.password
            before = () if old is None else (old.credential_id, *old.before)
            password = Password(
                credential_id=event.credential_id,
                parameters=event.parameters,
                changed_at=event.at,
                before=before[: PASSWORD_RULES.remembered - 1],
            )
            email = changed(user.email, code_sent_at=None) if event.reset else user.email
            return changed(user, password=password, email=email, security_changed_at=event.at)
        case PasswordRehashed():
            if user.password is None:
                return user
            kept = changed(
                user.password, credential_id=event.credential_id, parameters=event.parameters
            )
            return changed(user, password=kept)
        case WalletLinked():
            linked = changed(user, wallet=Wallet(chain=event.chain, address=event.address))
            return activated(linked)
        case _:
            assert_never(event)


def with_factor(user: User, event: TotpOffered | TotpEnabled | FactorUsed | TotpDisabled) -> User:
    """The second factor."""
    match event:
        case TotpOffered():
            return changed(user, totp=Totp(secret_id=event.secret_id))
        case TotpEnabled():
            factor = Totp(
                secret_id=event.secret_id,
                enabled=True,
                last_step=-1 if user.totp is None else user.totp.last_step,
                recovery_codes=event.recovery_codes,
            )
            return changed(user, totp=factor, security_changed_at=event.at)
        case FactorUsed():
            if user.totp is None:
                return user
            return changed(user, totp=used_up(user.totp, event))
        case TotpDisabled():
            return changed(user, totp=None, security_changed_at=event.at)
        case _:
            assert_never(event)


def used_up(factor: Totp, event: FactorUsed) -> Totp:
    """The factor without the step or the recovery code that was used."""
    step = factor.last_step if event.step is None else max(factor.last_step, event.step)
    used = factor.used if event.recovery is None else (*factor.used, event.recovery)
    return changed(factor, last_step=step, used=used)


def roles_after(roles: tuple[Role, ...], event: RoleGranted | RoleRevoked) -> tuple[Role, ...]:
    """The roles in the order of the table, each once; everybody stays a user."""
    granted = {event.role} if isinstance(event, RoleGranted) else set()
    held = {*roles, Role.USER} - {event.role} | granted
    return tuple(role for role in Role if role in held or role is Role.USER)


def with_status(
    user: User,
    event: UserSuspended | UserRestored | DeletionRequested | DeletionCancelled | UserDeleted,
) -> User:
    """Suspension, leaving, the end."""
    match event:
        case UserSuspended():
            return changed(user, status=Status.SUSPENDED, suspended_until=event.until)
        case UserRestored():
            return changed(user, status=settled_status(user), suspended_until=None)
        case DeletionRequested():
            return changed(user, status=Status.DELETING, purge_at=event.purge_at)
        case DeletionCancelled():
            staying = changed(user, purge_at=None)
            return changed(staying, status=settled_status(staying))
        case UserDeleted():
            return User(user_id=event.user_id, username=event.pseudonym, status=Status.DELETED)
        case _:
            assert_never(event)

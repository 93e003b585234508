"""One user as a decider: everything that this user's stream alone decides."""

from typing import TypeAlias, assert_never

from returns.result import Failure, Result, Success

from astracore.errors.access import (
    BadCredentials,
    CodeInvalid,
    PersonFault,
    UserStatus,
    WeakPassword,
)
from astracore.events.decider import Decider
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.users.commands import (
    AccessCommand,
    CancelDeletion,
    ChangePassword,
    ConfirmEmail,
    ConfirmTotp,
    DecideVerification,
    DisableTotp,
    EnrolTotp,
    GrantRole,
    PersonCommand,
    PurgeUser,
    Register,
    RequestDeletion,
    RequestExport,
    RestoreUser,
    RevokeRole,
    SendCode,
    StandingCommand,
    SubmitVerification,
    SuspendUser,
    UpdatePreferences,
    UpdateProfile,
    UseFactor,
)
from astracore.users.events import (
    CodeRefused,
    CodeSent,
    EmailConfirmed,
    PasswordChanged,
    PreferencesChanged,
    ProfileUpdated,
    TierChanged,
    UserEvent,
)
from astracore.users.factors import confirm_totp, disable_totp, enrol_totp, used_factor
from astracore.users.folding import evolve_user
from astracore.users.leaving import cancel_deletion, purge, request_deletion, request_export
from astracore.users.profiles import preferences, profile
from astracore.users.registration import decide_user
from astracore.users.rules import USER_RULES, UserRules
from astracore.users.staff import (
    decide_verification,
    grant_role,
    restore,
    revoke_role,
    submit_verification,
    suspend,
)
from astracore.users.state import User
from astracore.users.types import Status, Tier

Decided: TypeAlias = Result[tuple[UserEvent, ...], PersonFault]
BY_CODE = "code"


def decide(command: PersonCommand, user: User) -> Decided:
    """What a command does to a user; of the deleted nothing is asked any more.

    Errors: those of the single steps; BadCredentials where nobody is, UserStatus where nobody
    is any more.
    """
    if isinstance(command, Register):
        return decide_user(command, user)
    if user.user_id is None:
        return Failure(BadCredentials())
    if user.status is Status.DELETED:
        return Failure(UserStatus(user.status.value))
    if isinstance(command, StandingCommand):
        return decide_standing(command, user)
    if isinstance(command, AccessCommand):
        return decide_access(command, user)
    match command:
        case UpdateProfile() | UpdatePreferences():
            return update(command)
        case RequestExport():
            return request_export(command, user)
        case RequestDeletion():
            return request_deletion(command, user)
        case CancelDeletion():
            return cancel_deletion(command, user)
        case PurgeUser():
            return purge(command, user)
        case _:
            assert_never(command)


def decide_access(command: AccessCommand, user: User) -> Decided:
    """Codes, passwords, the second factor."""
    match command:
        case SendCode():
            return send_code(command, user)
        case ConfirmEmail():
            return confirm_email(command, user)
        case ChangePassword():
            return change_password(command, user)
        case EnrolTotp():
            return enrol_totp(command, user)
        case ConfirmTotp():
            return confirm_totp(command, user)
        case DisableTotp():
            return disable_totp(command, user)
        case UseFactor():
            return used_factor(user, command.proof, command.at)
        case _:
            assert_never(command)


def decide_standing(command: StandingCommand, user: User) -> Decided:
    """Tiers, roles, suspensions."""
    match command:
        case SubmitVerification():
            return submit_verification(command, user)
        case DecideVerification():
            return decide_verification(command, user)
        case GrantRole():
            return grant_role(command, user)
        case RevokeRole():
            return revoke_role(command, user)
        case SuspendUser():
            return suspend(command, user)
        case RestoreUser():
            return restore(command, user)
        case _:
            assert_never(command)


def send_code(command: SendCode, user: User) -> Decided:
    """A fresh code; those before it are void.  Errors: CodeInvalid (there is no address)."""
    if not user.email.address:
        return Failure(CodeInvalid(0))
    return Success((CodeSent(user_id=command.user_id, at=command.at),))


def confirm_email(command: ConfirmEmail, user: User, rules: UserRules = USER_RULES) -> Decided:
    """The right code in time confirms; a wrong one is counted, and answered by `code_answer`.

    The first confirmation lifts the tier to email.
    Errors: CodeInvalid (no code, too old, or tried too often).
    """
    fault = stale_code(user, command.at, rules)
    if fault is not None:
        return Failure(fault)
    if not command.matched:
        return Success((refused_code(user, command.user_id, command.at),))
    address = user.email.address
    confirmed = EmailConfirmed(user_id=command.user_id, email=address, at=command.at)
    if user.tier is not Tier.UNVERIFIED:
        return Success((confirmed,))
    lifted = TierChanged(
        user_id=command.user_id,
        old=user.tier,
        new=Tier.EMAIL,
        evidence=BY_CODE,
        by=command.user_id,
        at=command.at,
    )
    return Success((confirmed, lifted))


def stale_code(user: User, at: Instant, rules: UserRules = USER_RULES) -> CodeInvalid | None:
    """The refusal of any code: none was sent, its time is over, its tries are; or None."""
    sent = user.email.code_sent_at
    late = sent is None or at.micros - sent.micros >= rules.code_lives
    return CodeInvalid(0) if late or user.email.tries >= rules.code_tries else None


def refused_code(user: User, user_id: UserId, at: Instant) -> CodeRefused:
    """One try more."""
    return CodeRefused(user_id=user_id, tries=user.email.tries + 1, at=at)


def code_answer(
    events: tuple[UserEvent, ...], rules: UserRules = USER_RULES
) -> Result[UserId | None, CodeInvalid]:
    """What the one who tried a code is told: a wrong one is stored and refused.

    Errors: CodeInvalid.
    """
    for event in events:
        if isinstance(event, CodeRefused):
            return Failure(CodeInvalid(max(0, rules.code_tries - event.tries)))
    return Success(events[0].user_id if events else None)


def change_password(command: ChangePassword, user: User, rules: UserRules = USER_RULES) -> Decided:
    """By the old one, or by a code that was sent; not one of the last, and none that is weak.

    A wrong code is counted, and answered by `code_answer`; a code is good for one change.
    Errors: BadCredentials (by the old one), CodeInvalid (by a code), WeakPassword.
    """
    fault = stale_code(user, command.at, rules) if command.reset else None
    if fault is not None:
        return Failure(fault)
    if not command.matched:
        wrong = refused_code(user, command.user_id, command.at)
        return Success((wrong,)) if command.reset else Failure(BadCredentials())
    reasons = (*command.weaknesses, "reused") if command.reused else command.weaknesses
    if reasons:
        return Failure(WeakPassword(reasons))
    changed = PasswordChanged(
        user_id=command.user_id,
        credential_id=command.credential_id,
        parameters=command.parameters,
        reset=command.reset,
        session_id=command.session_id,
        at=command.at,
    )
    return Success((changed,))


def update(command: UpdateProfile | UpdatePreferences) -> Decided:
    """All of it at once.  Errors: InvalidProfile, InvalidPreferences."""
    if isinstance(command, UpdateProfile):
        return profile(command.profile).map(
            lambda stated: (ProfileUpdated(user_id=command.user_id, profile=stated, at=command.at),)
        )
    return preferences(command.preferences).map(
        lambda stated: (
            PreferencesChanged(user_id=command.user_id, preferences=stated, at=command.at),
        )
    )


PERSON: Decider[PersonCommand, User, UserEvent, PersonFault] = Decider(
    "user.user", User(), decide, evolve_user
)

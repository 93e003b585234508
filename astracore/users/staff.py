"""What staff do to users: tiers, roles, suspensions, each with a reason and by somebody else."""

from typing import TypeAlias

from returns.result import Failure, Result, Success

from astracore.errors.access import (
    PersonFault,
    SecondFactorRequired,
    TierOrder,
    UserStatus,
)
from astracore.errors.gates import TierRequired
from astracore.outcome import is_failure
from astracore.users.commands import (
    DecideVerification,
    GrantRole,
    RestoreUser,
    RevokeRole,
    SubmitVerification,
    SuspendUser,
)
from astracore.users.events import (
    RoleGranted,
    RoleRevoked,
    TierChanged,
    UserEvent,
    UserRestored,
    UserSuspended,
    VerificationSubmitted,
)
from astracore.users.permissions import Access, Permission, staff_action
from astracore.users.state import User, has_second_factor, status_at
from astracore.users.types import Role, Status, Tier, rank

Decided: TypeAlias = Result[tuple[UserEvent, ...], PersonFault]


def submit_verification(command: SubmitVerification, user: User) -> Decided:
    """Ask for a tier above the present one, with evidence.

    Errors: TierOrder, TierRequired (the address comes first).
    """
    if rank(command.tier) <= rank(user.tier) or not command.evidence.strip():
        return Failure(TierOrder(user.tier.value, command.tier.value))
    if rank(command.tier) > rank(Tier.EMAIL) and not user.email.confirmed:
        return Failure(TierRequired(Tier.EMAIL.value))
    asked = VerificationSubmitted(
        user_id=command.user_id, tier=command.tier, evidence=command.evidence, at=command.at
    )
    return Success((asked,))


def decide_verification(command: DecideVerification, user: User) -> Decided:
    """Up by evidence, down after a review; the tier that stands changes nothing.

    Errors: NotPermitted, SecondFactorRequired, SelfGrant, ReasonTooShort, TierOrder.
    """
    may = staff_action(command.actor, command.user_id, Permission.USERS, command.reason)
    if is_failure(may):
        return may
    if command.tier is user.tier:
        return Success(())
    if not command.evidence.strip():
        return Failure(TierOrder(user.tier.value, command.tier.value))
    changed = TierChanged(
        user_id=command.user_id,
        old=user.tier,
        new=command.tier,
        evidence=command.evidence,
        by=command.actor.user_id,
        at=command.at,
    )
    return Success((changed,))


def grant_role(command: GrantRole, user: User) -> Decided:
    """Make somebody staff, who has a second factor; a role that is held changes nothing.

    Errors: NotPermitted, SecondFactorRequired, SelfGrant, ReasonTooShort.
    """
    may = staff_action(command.actor, command.user_id, Permission.CONFIGURATION, command.reason)
    if is_failure(may):
        return may
    if command.role in user.roles:
        return Success(())
    if not has_second_factor(user):
        return Failure(SecondFactorRequired())
    granted = RoleGranted(
        user_id=command.user_id,
        role=command.role,
        by=command.actor.user_id,
        reason=command.reason,
        at=command.at,
    )
    return Success((granted,))


def revoke_role(command: RevokeRole, user: User) -> Decided:
    """Staff no longer; nobody stops being a user.

    Errors: NotPermitted, SecondFactorRequired, SelfGrant, ReasonTooShort.
    """
    may = staff_action(command.actor, command.user_id, Permission.CONFIGURATION, command.reason)
    if is_failure(may):
        return may
    if command.role not in user.roles or command.role is Role.USER:
        return Success(())
    revoked = RoleRevoked(
        user_id=command.user_id,
        role=command.role,
        by=command.actor.user_id,
        reason=command.reason,
        at=command.at,
    )
    return Success((revoked,))


def suspend(command: SuspendUser, user: User) -> Decided:
    """Until an instant or until restored; a moderator may by a case that was decided.

    Errors: NotPermitted, SecondFactorRequired, SelfGrant, ReasonTooShort, UserStatus (deleted,
    the end is not after the beginning, or before that of a suspension that stands: to shorten
    one is to restore).
    """
    case = (command.case_id or "").strip()
    access = Access.BY_CASE if case else Access.YES
    may = staff_action(
        command.actor, command.user_id, Permission.SUSPEND, command.reason, access=access
    )
    if is_failure(may):
        return may
    past = command.until is not None and command.until.micros <= command.at.micros
    if user.status is Status.DELETED or past or _is_shorter(command, user):
        return Failure(UserStatus(user.status.value))
    suspended = UserSuspended(
        user_id=command.user_id,
        until=command.until,
        cause=case or command.reason,
        by=command.actor.user_id,
        at=command.at,
    )
    return Success((suspended,))


def _is_shorter(command: SuspendUser, user: User) -> bool:
    if status_at(user, command.at) is not Status.SUSPENDED or command.until is None:
        return False
    stands = user.suspended_until
    return stands is None or command.until.micros < stands.micros


def restore(command: RestoreUser, user: User) -> Decided:
    """End a suspension.  Errors: NotPermitted, SecondFactorRequired, SelfGrant, ReasonTooShort,
    UserStatus (not suspended).
    """
    may = staff_action(command.actor, command.user_id, Permission.SUSPEND, command.reason)
    if is_failure(may):
        return may
    if status_at(user, command.at) is not Status.SUSPENDED:
        return Failure(UserStatus(user.status.value))
    restored = UserRestored(
        user_id=command.user_id,
        by=command.actor.user_id,
        reason=command.reason,
        at=command.at,
    )
    return Success((restored,))

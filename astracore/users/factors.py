"""The second factor: begun, confirmed, used up code by code, given up."""

from typing import TypeAlias

from returns.result import Failure, Result, Success

from astracore.errors.access import (
    BadCredentials,
    FactorFault,
    PersonFault,
    SecondFactorInvalid,
    SecondFactorRequired,
)
from astracore.instants import Instant
from astracore.users.commands import ConfirmTotp, DisableTotp, EnrolTotp, Proof
from astracore.users.events import FactorUsed, TotpDisabled, TotpEnabled, TotpOffered, UserEvent
from astracore.users.rules import USER_RULES, UserRules
from astracore.users.state import Totp, User, has_second_factor

Decided: TypeAlias = Result[tuple[UserEvent, ...], PersonFault]


def enrol_totp(command: EnrolTotp, user: User) -> Decided:
    """A secret waits for its first code; one that counts must be given up before.

    Errors: BadCredentials, SecondFactorRequired (there is a factor already).
    """
    if not command.matched:
        return Failure(BadCredentials())
    if has_second_factor(user):
        return Failure(SecondFactorRequired())
    return Success(
        (TotpOffered(user_id=command.user_id, secret_id=command.secret_id, at=command.at),)
    )


def confirm_totp(command: ConfirmTotp, user: User, rules: UserRules = USER_RULES) -> Decided:
    """From now on the factor counts; the first code is used up.

    Errors: SecondFactorInvalid (nothing was begun, or the code is wrong).
    """
    factor, step = user.totp, command.proof.step
    if factor is None or factor.enabled or step is None:
        return Failure(SecondFactorInvalid())
    enabled = TotpEnabled(
        user_id=command.user_id,
        secret_id=factor.secret_id,
        recovery_codes=rules.recovery_codes,
        session_id=command.session_id,
        at=command.at,
    )
    used = FactorUsed(user_id=command.user_id, step=step, recovery=None, at=command.at)
    return Success((enabled, used))


def disable_totp(command: DisableTotp, user: User) -> Decided:
    """By the password and a code.  Errors: BadCredentials, SecondFactorRequired,
    SecondFactorInvalid.
    """
    if not command.matched:
        return Failure(BadCredentials())
    off = TotpDisabled(user_id=command.user_id, session_id=command.session_id, at=command.at)
    return used_factor(user, command.proof, command.at).map(lambda events: (*events, off))


def used_factor(
    user: User, proof: Proof | None, at: Instant
) -> Result[tuple[UserEvent, ...], FactorFault]:
    """Use up a code: each step and each recovery code counts once.

    Errors: SecondFactorRequired (no factor, or no code), SecondFactorInvalid.
    Invariant: the same proof is accepted at most once.
    """
    factor = user.totp
    if factor is None or not factor.enabled or user.user_id is None or proof is None:
        return Failure(SecondFactorRequired())
    if not is_unused(factor, proof):
        return Failure(SecondFactorInvalid())
    by_step = proof.step is not None
    used = FactorUsed(
        user_id=user.user_id,
        step=proof.step,
        recovery=None if by_step else proof.recovery,
        at=at,
    )
    return Success((used,))


def is_unused(factor: Totp, proof: Proof) -> bool:
    """Whether what the code matched has not been used; a step rules over a recovery code."""
    if proof.step is not None:
        return proof.step > factor.last_step
    place = proof.recovery
    return place is not None and 0 <= place < factor.recovery_codes and place not in factor.used

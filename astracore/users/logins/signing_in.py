"""Logging in: one decision over the door's guard, the user and the user's sessions."""

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.access import (
    BadCredentials,
    FactorFault,
    LoginFault,
    SecondFactorInvalid,
    SecondFactorRequired,
    UserStatus,
)
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.outcome import is_failure
from astracore.users.commands import Proof
from astracore.users.events import (
    DeletionCancelled,
    PasswordRehashed,
    UserEvent,
    UserLoggedIn,
)
from astracore.users.factors import used_factor
from astracore.users.logins.events import LoginEvent
from astracore.users.logins.guard import Attempt, Guard, decide
from astracore.users.rules import PASSWORD_RULES, PasswordRules
from astracore.users.sessions.commands import StartSession
from astracore.users.sessions.events import SessionEvent
from astracore.users.sessions.sessions import start
from astracore.users.sessions.state import Sessions
from astracore.users.state import User, has_second_factor, status_at
from astracore.users.types import Method, Status


@frozen(kw_only=True)
class Login:
    """One attempt. `matched`: the password, or the wallet's signature, was right.

    An unknown name is compared with a password of nobody, so that it takes as long, and comes
    here with `matched` False.
    """

    pair: str
    session_id: str
    method: Method
    device: str
    known_device: bool
    matched: bool
    proof: Proof | None = None
    rehashed: str | None = None  # where the hash by today's parameters is kept, if it was made
    at: Instant


@frozen(kw_only=True)
class Entrance:
    """What is appended to the three streams. A refusal is answered after that is stored."""

    guard: tuple[LoginEvent, ...] = ()
    user: tuple[UserEvent, ...] = ()
    sessions: tuple[SessionEvent, ...] = ()
    refusal: LoginFault | None = None


def log_in(
    command: Login,
    guard: Guard,
    user: User,
    sessions: Sessions,
    rules: PasswordRules = PASSWORD_RULES,
) -> Result[Entrance, LoginFault]:
    """Let somebody in, or count the failure.

    Errors (nothing is stored): LoginLocked, UserStatus (suspended), SecondFactorRequired.
    Refusals that are stored: BadCredentials, SecondFactorInvalid.
    Source: docs/formulas-access.md#login.
    Invariant: an unknown name and a wrong password give the same answer.
    """
    known = user.user_id
    if known is None or user.status is Status.DELETED or not command.matched:
        return counted(command, guard, BadCredentials())
    heard = decide(_attempt(command, succeeded=True), guard)
    if is_failure(heard):
        return heard
    if status_at(user, command.at) is Status.SUSPENDED:
        return Failure(UserStatus(Status.SUSPENDED.value))
    used = _proved(command, user)
    if is_failure(used):
        fault = used.failure()
        if isinstance(fault, SecondFactorRequired):
            return Failure(fault)
        return counted(command, guard, SecondFactorInvalid())
    session = StartSession(
        user_id=known,
        session_id=command.session_id,
        method=command.method,
        device=command.device,
        at=command.at,
    )
    begun = start(session, sessions).value_or(())
    mine = (*used.unwrap(), *_let_in(command, known, user, rules))
    return Success(Entrance(guard=heard.unwrap(), user=mine, sessions=begun))


def counted(command: Login, guard: Guard, refusal: LoginFault) -> Result[Entrance, LoginFault]:
    """A failure: stored, then refused.  Errors: LoginLocked."""
    return decide(_attempt(command, succeeded=False), guard).map(
        lambda events: Entrance(guard=events, refusal=refusal)
    )


def _attempt(command: Login, *, succeeded: bool) -> Attempt:
    return Attempt(
        pair=command.pair,
        succeeded=succeeded,
        known_device=command.known_device,
        at=command.at,
    )


def _proved(command: Login, user: User) -> Result[tuple[UserEvent, ...], FactorFault]:
    if not has_second_factor(user):
        return Success(())
    return used_factor(user, command.proof, command.at)


# Stronger parameters are stored when the password is at hand; a login takes a deletion back.
def _let_in(
    command: Login, user_id: UserId, user: User, rules: PasswordRules
) -> tuple[UserEvent, ...]:
    logged_in = UserLoggedIn(
        user_id=user_id,
        session_id=command.session_id,
        method=command.method,
        device=command.device,
        at=command.at,
    )
    rehashed: tuple[UserEvent, ...] = ()
    if command.rehashed is not None and is_outdated(user, rules):
        rehashed = (
            PasswordRehashed(
                user_id=user_id,
                credential_id=command.rehashed,
                parameters=rules.argon,
                at=command.at,
            ),
        )
    stays = status_at(user, command.at) is Status.DELETING
    cancelled = (DeletionCancelled(user_id=user_id, at=command.at),) if stays else ()
    return (logged_in, *rehashed, *cancelled)


def is_outdated(user: User, rules: PasswordRules = PASSWORD_RULES) -> bool:
    """Whether the password is kept by other parameters than today's."""
    return user.password is not None and user.password.parameters != rules.argon

"""Leaving: data to take along, thirty days to think again, and what is left of a name."""

import hashlib
from typing import TypeAlias

from returns.result import Failure, Result, Success

from astracore.errors.access import (
    BadCredentials,
    DeletionBlocked,
    ExportTooSoon,
    PersonFault,
    UserStatus,
)
from astracore.ids import UserId
from astracore.instants import after
from astracore.outcome import is_failure
from astracore.users.commands import CancelDeletion, PurgeUser, RequestDeletion, RequestExport
from astracore.users.events import (
    DeletionCancelled,
    DeletionRequested,
    ExportRequested,
    UserDeleted,
    UserEvent,
)
from astracore.users.factors import used_factor
from astracore.users.rules import PSEUDONYM, USER_RULES, UserRules
from astracore.users.state import User, has_second_factor, status_at
from astracore.users.types import Status

Decided: TypeAlias = Result[tuple[UserEvent, ...], PersonFault]


def request_export(command: RequestExport, user: User, rules: UserRules = USER_RULES) -> Decided:
    """All data, once in the rules' days.  Errors: ExportTooSoon."""
    last = user.exported_at
    due = 0 if last is None else last.micros + rules.export_every
    if last is not None and command.at.micros < due:
        return Failure(ExportTooSoon(due))
    return Success((ExportRequested(user_id=command.user_id, at=command.at),))


def request_deletion(
    command: RequestDeletion, user: User, rules: UserRules = USER_RULES
) -> Decided:
    """By password and second factor, when nothing is open; asked again it changes nothing.

    Errors: BadCredentials, SecondFactorRequired, SecondFactorInvalid, UserStatus (suspended),
    DeletionBlocked.
    """
    if not command.matched:
        return Failure(BadCredentials())
    status = status_at(user, command.at)
    if status is Status.DELETING:
        return Success(())
    if status is Status.SUSPENDED:
        return Failure(UserStatus(status.value))
    used: tuple[UserEvent, ...] = ()
    if has_second_factor(user):
        proved = used_factor(user, command.proof, command.at)
        if is_failure(proved):
            return proved
        used = proved.unwrap()
    if command.open_things:
        return Failure(DeletionBlocked(command.open_things))
    asked = DeletionRequested(
        user_id=command.user_id,
        purge_at=after(command.at, rules.deletion_grace),
        at=command.at,
    )
    return Success((*used, asked))


def cancel_deletion(command: CancelDeletion, user: User) -> Decided:
    """The account stays.  Errors: UserStatus (it is not going)."""
    status = status_at(user, command.at)
    if status is not Status.DELETING:
        return Failure(UserStatus(status.value))
    return Success((DeletionCancelled(user_id=command.user_id, at=command.at),))


def purge(command: PurgeUser, user: User) -> Decided:
    """After the grace, not before; afterwards nothing of the user is known.

    Errors: UserStatus (not going, or not yet).
    """
    due, status = user.purge_at, status_at(user, command.at)
    if status is not Status.DELETING or due is None or command.at.micros < due.micros:
        return Failure(UserStatus(status.value))
    return Success(
        (UserDeleted(user_id=command.user_id, pseudonym=pseudonym(command.user_id), at=command.at),)
    )


def pseudonym(user_id: UserId) -> str:
    """What is left of a name: `deleted-` and eight hexadecimal digits of the id's hash.

    >>> pseudonym(UserId("u1"))
    'deleted-bb82030d'
    """
    digest = hashlib.sha256(user_id.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{PSEUDONYM}{digest[:8]}"

"""Registration: one decision over two streams, the user's and the name's.

A name is unique whatever the case of its letters, and no aggregate can see all names. So each
folded name is a stream of its own, and the store appends to both streams in one transaction, or
to neither.
"""

import re
from typing import assert_never

from attrs import evolve as changed
from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.users import BadUsername, UserExists, UserFault, UsernameTaken
from astracore.events.decider import Decider
from astracore.users.commands import Register, UserCommand
from astracore.users.events import UserEvent, UsernameClaimed, UsernameEvent, UserRegistered
from astracore.users.state import Claim, User

USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{2,29}", re.ASCII)


@frozen(kw_only=True)
class Registration:
    """What is appended to each of the two streams."""

    user: tuple[UserEvent, ...]
    name: tuple[UsernameEvent, ...]


def folded(username: str) -> str:
    """The key of a name's stream: names that differ in case alone share it.

    >>> folded("Ada-L") == folded("ADA-l")
    True
    """
    return username.casefold()


def register(command: Register, user: User, claim: Claim) -> Result[Registration, UserFault]:
    """Decide over both states.

    Errors: BadUsername, UserExists, UsernameTaken.
    Invariant: at most one user ever holds a folded name.
    """
    if USERNAME.fullmatch(command.username) is None:
        return Failure(BadUsername(command.username[:64]))
    if user.user_id is not None:
        return Failure(UserExists(command.user_id))
    if claim.holder is not None:
        return Failure(UsernameTaken(command.username))
    return Success(
        Registration(
            user=(UserRegistered(user_id=command.user_id, username=command.username),),
            name=(UsernameClaimed(user_id=command.user_id, username=command.username),),
        )
    )


def decide_user(command: UserCommand, user: User) -> Result[tuple[UserEvent, ...], UserFault]:
    """The user's half of `register`, for a name that is free."""
    return register(command, user, Claim()).map(lambda made: made.user)


def decide_name(command: UserCommand, claim: Claim) -> Result[tuple[UsernameEvent, ...], UserFault]:
    """The name's half of `register`, for a user that is new."""
    return register(command, User(), claim).map(lambda made: made.name)


def evolve_user(user: User, event: UserEvent) -> User:
    """Fold one event of a user."""
    match event:
        case UserRegistered():
            return changed(user, user_id=event.user_id, username=event.username)
        case _:
            assert_never(event)


def evolve_name(claim: Claim, event: UsernameEvent) -> Claim:
    """Fold one event of a name."""
    match event:
        case UsernameClaimed():
            return changed(claim, holder=event.user_id)
        case _:
            assert_never(event)


USERS = Decider("user.user", User(), decide_user, evolve_user)
USERNAMES = Decider("user.username", Claim(), decide_name, evolve_name)

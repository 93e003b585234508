"""Registration and names: decisions over two streams or more, the user's and the names'.

A name is unique whatever the case of its letters, and no aggregate can see all names. So each
folded name is a stream of its own, and the store appends to both streams in one transaction, or
to neither. Addresses are held the same way.
"""

import re
from typing import assert_never

from attrs import evolve as changed
from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.access import (
    BadCredentials,
    BadEmail,
    EmailTaken,
    JurisdictionBlocked,
    NameChangeTooSoon,
    PersonFault,
    RegistrationFault,
    TooYoung,
    WeakPassword,
)
from astracore.errors.users import BadUsername, UserExists, UserFault, UsernameTaken
from astracore.events.decider import Decider
from astracore.instants import Instant, utc_day
from astracore.outcome import is_failure
from astracore.users.commands import (
    Applicant,
    ChangeEmail,
    ChangeUsername,
    Register,
    UserCommand,
)
from astracore.users.events import (
    EmailChanged,
    EmailClaimed,
    EmailEvent,
    EmailReleased,
    PasswordChanged,
    UserEvent,
    UsernameChanged,
    UsernameClaimed,
    UsernameEvent,
    UsernameReleased,
    UserRegistered,
)
from astracore.users.folding import evolve_user
from astracore.users.rules import BLOCKED_COUNTRIES, USER_RULES, UserRules, is_reserved
from astracore.users.state import Claim, User
from astracore.users.types import Status

USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{2,29}", re.ASCII)
EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f]+")
LONGEST_EMAIL = 254
YEAR_DAYS = (146_097, 400)  # days and years of the calendar's cycle


@frozen(kw_only=True)
class Registration:
    """What is appended to each of the two streams."""

    user: tuple[UserEvent, ...]
    name: tuple[UsernameEvent, ...]


@frozen(kw_only=True)
class Enrolment:
    """What is appended to the streams of the user, the name and the address."""

    user: tuple[UserEvent, ...]
    name: tuple[UsernameEvent, ...]
    email: tuple[EmailEvent, ...]


@frozen(kw_only=True)
class Renaming:
    """What is appended to the streams of the user and of both names."""

    user: tuple[UserEvent, ...]
    old: tuple[UsernameEvent, ...]
    new: tuple[UsernameEvent, ...]


@frozen(kw_only=True)
class Readdressing:
    """What is appended to the streams of the user and of both addresses."""

    user: tuple[UserEvent, ...]
    old: tuple[EmailEvent, ...]
    new: tuple[EmailEvent, ...]


def folded(username: str) -> str:
    """The key of a name's stream: names that differ in case alone share it.

    >>> folded("Ada-L") == folded("ADA-l")
    True
    """
    return username.casefold()


def register(command: Register, user: User, claim: Claim) -> Result[Registration, UserFault]:
    """Decide over both states. Names that the house keeps are taken.

    Errors: BadUsername, UserExists, UsernameTaken.
    Invariant: at most one user ever holds a folded name.
    """
    if USERNAME.fullmatch(command.username) is None:
        return Failure(BadUsername(command.username[:64]))
    if user.user_id is not None:
        return Failure(UserExists(command.user_id))
    if claim.holder is not None or is_reserved(folded(command.username)):
        return Failure(UsernameTaken(command.username))
    registered = UserRegistered(
        user_id=command.user_id,
        username=command.username,
        invite_code=command.invite_code,
        country=command.country,
    )
    claimed = UsernameClaimed(user_id=command.user_id, username=command.username)
    return Success(Registration(user=(registered,), name=(claimed,)))


def enrol(
    command: Register, applicant: Applicant, user: User, name: Claim, email: Claim
) -> Result[Enrolment, RegistrationFault]:
    """Registration with an address and a password, over three states.

    Errors: BadUsername, UserExists, UsernameTaken, BadEmail, EmailTaken, JurisdictionBlocked,
    TooYoung, WeakPassword.
    """
    made = register(command, user, name)
    if is_failure(made):
        return made
    fault = unacceptable(applicant, email, command.at)
    if fault is not None:
        return Failure(fault)
    first, rest = made.unwrap().user[0], made.unwrap().name
    address = EmailChanged(user_id=command.user_id, email=applicant.email, at=command.at)
    password = PasswordChanged(
        user_id=command.user_id,
        credential_id=applicant.credential_id,
        parameters=applicant.parameters,
        reset=False,
        session_id=None,
        at=command.at,
    )
    return Success(
        Enrolment(
            user=(first, address, password),
            name=rest,
            email=(EmailClaimed(user_id=command.user_id),),
        )
    )


def unacceptable(
    applicant: Applicant, email: Claim, at: Instant, rules: UserRules = USER_RULES
) -> RegistrationFault | None:
    """The first reason why somebody may not register, or None."""
    if not is_email(applicant.email):
        return BadEmail(applicant.email[:64])
    if email.holder is not None:
        return EmailTaken()
    if applicant.country in BLOCKED_COUNTRIES:
        return JurisdictionBlocked(applicant.country)
    if age_in_years(applicant.birth_day, utc_day(at)) < rules.age_least:
        return TooYoung(rules.age_least)
    return WeakPassword(applicant.weaknesses) if applicant.weaknesses else None


def is_email(text: str) -> bool:
    """One @ with something on both sides, no spaces, at most 254 characters.

    >>> is_email("ada@example.org"), is_email("ada@@example.org")
    (True, False)
    """
    return len(text) <= LONGEST_EMAIL and EMAIL.fullmatch(text) is not None


def age_in_years(birth_day: int, today: int) -> int:
    """Whole years between two days since 1970-01-01, by the calendar's mean year.

    Whoever has a birthday today may be counted a day late, never early.
    >>> age_in_years(0, 6574), age_in_years(0, 6575)
    (17, 18)
    """
    days, years = YEAR_DAYS
    return (today - birth_day) * years // days


def rename(
    command: ChangeUsername, user: User, old: Claim, new: Claim, rules: UserRules = USER_RULES
) -> Result[Renaming, PersonFault]:
    """Another name, once in the rules' days; another case of the same name takes one stream.

    Errors: BadCredentials (nobody is there), NameChangeTooSoon, BadUsername, UsernameTaken.
    """
    if user.user_id is None or user.status is Status.DELETED:
        return Failure(BadCredentials())
    changed_at = user.name_changed_at
    due = 0 if changed_at is None else changed_at.micros + rules.name_change_every
    if changed_at is not None and command.at.micros < due:
        return Failure(NameChangeTooSoon(due))
    if USERNAME.fullmatch(command.username) is None:
        return Failure(BadUsername(command.username[:64]))
    key = folded(command.username)
    same = key == folded(user.username) and old.holder == user.user_id
    if is_reserved(key) or (new.holder is not None and not same):
        return Failure(UsernameTaken(command.username))
    told = UsernameChanged(
        user_id=user.user_id, old=user.username, username=command.username, at=command.at
    )
    claimed = UsernameClaimed(user_id=user.user_id, username=command.username)
    released = UsernameReleased(user_id=user.user_id, username=user.username)
    return Success(
        Renaming(user=(told,), old=() if same else (released,), new=() if same else (claimed,))
    )


def change_email(
    command: ChangeEmail, user: User, old: Claim, new: Claim
) -> Result[Readdressing, PersonFault]:
    """Another address, by the password. The tier stays; gates close until it is confirmed.

    Errors: BadCredentials, BadEmail, EmailTaken.
    """
    if user.user_id is None or user.status is Status.DELETED or not command.matched:
        return Failure(BadCredentials())
    if not is_email(command.email):
        return Failure(BadEmail(command.email[:64]))
    if new.holder is not None:
        return Failure(EmailTaken())
    held = old.holder == user.user_id
    return Success(
        Readdressing(
            user=(EmailChanged(user_id=user.user_id, email=command.email, at=command.at),),
            old=(EmailReleased(user_id=user.user_id),) if held else (),
            new=(EmailClaimed(user_id=user.user_id),),
        )
    )


def decide_user(command: UserCommand, user: User) -> Result[tuple[UserEvent, ...], UserFault]:
    """The user's half of `register`, for a name that is free."""
    return register(command, user, Claim()).map(lambda made: made.user)


def decide_name(command: UserCommand, claim: Claim) -> Result[tuple[UsernameEvent, ...], UserFault]:
    """The name's half of `register`, for a user that is new."""
    return register(command, User(), claim).map(lambda made: made.name)


def decide_email(command: ChangeEmail, claim: Claim) -> Result[tuple[EmailEvent, ...], PersonFault]:
    """The new address's half of `change_email`.  Errors: BadCredentials, BadEmail, EmailTaken."""
    if not command.matched:
        return Failure(BadCredentials())
    if not is_email(command.email):
        return Failure(BadEmail(command.email[:64]))
    if claim.holder is not None:
        return Failure(EmailTaken())
    return Success((EmailClaimed(user_id=command.user_id),))


def evolve_name(claim: Claim, event: UsernameEvent) -> Claim:
    """Fold one event of a name."""
    match event:
        case UsernameClaimed():
            return changed(claim, holder=event.user_id)
        case UsernameReleased():
            return Claim()
        case _:
            assert_never(event)


def evolve_email(claim: Claim, event: EmailEvent) -> Claim:
    """Fold one event of an address."""
    match event:
        case EmailClaimed():
            return changed(claim, holder=event.user_id)
        case EmailReleased():
            return Claim()
        case _:
            assert_never(event)


USERS = Decider("user.user", User(), decide_user, evolve_user)
USERNAMES = Decider("user.username", Claim(), decide_name, evolve_name)
EMAILS = Decider("user.email", Claim(), decide_email, evolve_email)

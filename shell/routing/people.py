"""Identity and access: which streams their commands are decided over."""

from collections.abc import Callable
from typing import assert_never

from returns.result import Result

from astracore.catalog.aggregates import USERNAME_AGGREGATE
from astracore.catalog.people import (
    EMAIL_AGGREGATE,
    KEY_AGGREGATE,
    LOGIN_AGGREGATE,
    PERSON_AGGREGATE,
    SESSION_AGGREGATE,
    WALLET_AGGREGATE,
)
from astracore.errors.access import LoginFault, PersonFault, RegistrationFault, WalletFault
from astracore.errors.events import StreamFault
from astracore.events.catalog import classes_of
from astracore.events.codec import Codec, union
from astracore.ids import UserId
from astracore.users.commands import (
    ChangeEmail,
    ChangeUsername,
    LinkWallet,
    PersonCommand,
    Register,
)
from astracore.users.keys.keys import KeyCommand
from astracore.users.logins.guard import Attempt
from astracore.users.logins.signing_in import log_in
from astracore.users.registration import change_email, enrol, folded, register, rename
from astracore.users.sessions.commands import SessionCommand
from astracore.users.state import User
from astracore.users.wallets import link_wallet, wallet_key
from shell.joint import Work, joint_job
from shell.messages import Enrol, LogIn, PeopleCommand, PeopleFault
from shell.streams import Job, Streams, Terms, job

NOBODY = UserId("")  # the stream of nobody stays empty
REGISTRATION: Codec[RegistrationFault] = union(classes_of(RegistrationFault))
LOGIN: Codec[LoginFault] = union(classes_of(LoginFault))


class People:
    """The streams of users, of what they hold alone, of their sessions and keys.

    Names, addresses and wallets are streams under an `alias`: the log tells them not.
    """

    def __init__(self, alias: Callable[[str], str]) -> None:
        self._users = Streams(PERSON_AGGREGATE)
        self._names = Streams(USERNAME_AGGREGATE, alias=alias)
        self._emails = Streams(EMAIL_AGGREGATE, alias=alias)
        self._wallets = Streams(WALLET_AGGREGATE, alias=alias)
        self._sessions = Streams(SESSION_AGGREGATE)
        self._guards = Streams(LOGIN_AGGREGATE)
        self._keys = Streams(KEY_AGGREGATE)

    def job(self, command: PeopleCommand, terms: Terms) -> Job[PeopleFault]:
        """Over which streams `command` is decided."""
        if isinstance(command, Register):
            return self._registration(command, terms)
        if isinstance(command, PersonCommand):
            return job(self._users, command.user_id, command, terms)
        if isinstance(command, SessionCommand):
            return job(self._sessions, command.user_id, command, terms)
        if isinstance(command, KeyCommand):
            return job(self._keys, command.user_id, command, terms)
        match command:
            case Attempt():
                return job(self._guards, command.pair, command, terms)
            case Enrol():
                return self._enrolment(command, terms)
            case LogIn():
                return self._login(command, terms)
            case ChangeUsername():
                return self._renaming(command, terms)
            case ChangeEmail():
                return self._readdressing(command, terms)
            case LinkWallet():
                return self._linking(command, terms)
            case _:
                assert_never(command)

    def _registration(self, command: Register, terms: Terms) -> Job[PersonFault]:
        """The user's stream and the name's."""
        user, name = command.user_id, folded(command.username)

        def deciding(work: Work) -> Result[None, PersonFault | StreamFault]:
            return Result.do(
                done
                for known in work.state(self._users, user)
                for held in work.state(self._names, name)
                for made in register(command, known, held)
                for _ in work.append(self._users, user, made.user)
                for done in work.append(self._names, name, made.name)
            )

        return joint_job(self._users, user, deciding, PERSON_AGGREGATE.faults, terms)

    def _enrolment(self, command: Enrol, terms: Terms) -> Job[RegistrationFault]:
        """The streams of the user, the name and the address."""
        asked, applicant = command.register, command.applicant
        user, name, email = asked.user_id, folded(asked.username), folded(applicant.email)

        def deciding(work: Work) -> Result[None, RegistrationFault | StreamFault]:
            return Result.do(
                done
                for known in work.state(self._users, user)
                for held in work.state(self._names, name)
                for taken in work.state(self._emails, email)
                for made in enrol(asked, applicant, known, held, taken)
                for _ in work.append(self._users, user, made.user)
                for _ in work.append(self._names, name, made.name)
                for done in work.append(self._emails, email, made.email)
            )

        return joint_job(self._users, user, deciding, REGISTRATION, terms)

    def _login(self, command: LogIn, terms: Terms) -> Job[LoginFault]:
        """The door's guard, the user and the sessions. A failure that counts is an event."""
        login, user = command.login, command.user_id or NOBODY

        def deciding(work: Work) -> Result[None, LoginFault | StreamFault]:
            return Result.do(
                done
                for guard in work.state(self._guards, login.pair)
                for known in work.state(self._users, user)
                for sessions in work.state(self._sessions, user)
                for made in log_in(login, guard, known, sessions)
                for _ in work.append(self._guards, login.pair, made.guard)
                for _ in work.append(self._users, user, made.user)
                for done in work.append(self._sessions, user, made.sessions)
            )

        return joint_job(self._guards, login.pair, deciding, LOGIN, terms)

    def _renaming(self, command: ChangeUsername, terms: Terms) -> Job[PersonFault]:
        """The streams of the user, the name before, and the new one."""
        user, new = command.user_id, folded(command.username)

        def deciding(work: Work) -> Result[None, PersonFault | StreamFault]:
            def moved(known: User) -> Result[None, PersonFault | StreamFault]:
                old = folded(known.username)
                return Result.do(
                    done
                    for held in work.state(self._names, old)
                    for taken in work.state(self._names, new)
                    for made in rename(command, known, held, taken)
                    for _ in work.append(self._users, user, made.user)
                    for _ in work.append(self._names, old, made.old)
                    for done in work.append(self._names, new, made.new)
                )

            return Result.do(
                done for known in work.state(self._users, user) for done in moved(known)
            )

        return joint_job(self._users, user, deciding, PERSON_AGGREGATE.faults, terms)

    def _readdressing(self, command: ChangeEmail, terms: Terms) -> Job[PersonFault]:
        """The streams of the user, the address before, and the new one."""
        user, new = command.user_id, folded(command.email)

        def deciding(work: Work) -> Result[None, PersonFault | StreamFault]:
            def moved(known: User) -> Result[None, PersonFault | StreamFault]:
                old = folded(known.email.address)
                return Result.do(
                    done
                    for held in work.state(self._emails, old)
                    for taken in work.state(self._emails, new)
                    for made in change_email(command, known, held, taken)
                    for _ in work.append(self._users, user, made.user)
                    for _ in work.append(self._emails, old, made.old)
                    for done in work.append(self._emails, new, made.new)
                )

            return Result.do(
                done for known in work.state(self._users, user) for done in moved(known)
            )

        return joint_job(self._users, user, deciding, PERSON_AGGREGATE.faults, terms)

    def _linking(self, command: LinkWallet, terms: Terms) -> Job[WalletFault]:
        """The streams of the user, the wallet before, and the new one."""
        user, new = command.user_id, wallet_key(command.chain, command.address)

        def deciding(work: Work) -> Result[None, WalletFault | StreamFault]:
            def moved(known: User) -> Result[None, WalletFault | StreamFault]:
                before = known.wallet
                old = new if before is None else wallet_key(before.chain, before.address)
                return Result.do(
                    done
                    for held in work.state(self._wallets, old)
                    for taken in work.state(self._wallets, new)
                    for made in link_wallet(command, known, held, taken)
                    for _ in work.append(self._users, user, made.user)
                    for _ in work.append(self._wallets, old, made.old)
                    for done in work.append(self._wallets, new, made.new)
                )

            return Result.do(
                done for known in work.state(self._users, user) for done in moved(known)
            )

        return joint_job(self._users, user, deciding, WALLET_AGGREGATE.faults, terms)

"""Sessions as a decider: started, refreshed, ended, and killed when an old token comes back."""

from typing import TypeAlias, assert_never

from returns.result import Failure, Result, Success

from astracore.errors.access import BadToken, SessionFault, TokenExpired, TokenReused
from astracore.events.decider import Decider
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.users.rules import SESSION_RULES, SessionRules
from astracore.users.sessions.commands import (
    EndSession,
    EndSessions,
    RefreshSession,
    SessionCommand,
    StartSession,
)
from astracore.users.sessions.events import (
    SessionEnded,
    SessionEvent,
    SessionRefreshed,
    SessionStarted,
)
from astracore.users.sessions.state import (
    SessionFamily,
    Sessions,
    evolve,
    family_of,
    is_alive,
)
from astracore.users.types import SessionEnd

Decided: TypeAlias = Result[tuple[SessionEvent, ...], SessionFault]


def session_decider(
    rules: SessionRules,
) -> Decider[SessionCommand, Sessions, SessionEvent, SessionFault]:
    """The decider under these rules."""

    def decide(command: SessionCommand, sessions: Sessions) -> Decided:
        """Errors: BadToken, TokenExpired."""
        match command:
            case StartSession():
                return start(command, sessions, rules)
            case RefreshSession():
                return refresh(command, sessions, rules)
            case EndSession():
                over = tuple(one for one in sessions.alive if one.session_id == command.session_id)
                return Success(ended(over, command.user_id, command.reason, command.at))
            case EndSessions():
                over = tuple(one for one in sessions.alive if one.session_id != command.spared)
                return Success(ended(over, command.user_id, command.reason, command.at))
            case _:
                assert_never(command)

    return Decider("user.sessions", Sessions(), decide, evolve)


def start(
    command: StartSession, sessions: Sessions, rules: SessionRules = SESSION_RULES
) -> Decided:
    """One session more; those that are too old go, then the oldest, until there is room.

    Errors: BadToken (the id is in use).
    Invariant: never more than the rules' sessions are alive.
    """
    if family_of(sessions, command.session_id) is not None:
        return Failure(BadToken("session_id"))
    good = [one for one in sessions.alive if is_alive(one, command.at, rules)]
    kept = good[max(0, len(good) - rules.most + 1) :]
    over = tuple(one for one in sessions.alive if one not in kept)
    started = SessionStarted(
        user_id=command.user_id,
        session_id=command.session_id,
        method=command.method,
        device=command.device,
        at=command.at,
    )
    return Success((*ended(over, command.user_id, SessionEnd.LIMIT, command.at), started))


def refresh(
    command: RefreshSession, sessions: Sessions, rules: SessionRules = SESSION_RULES
) -> Decided:
    """The last generation's token is exchanged; an older one kills the family.

    That is stored and then refused: `refresh_answer` says what to answer.
    Errors: BadToken (never issued), TokenExpired (ended, idle or too old).
    Source: docs/formulas-access.md#refresh-families.
    Invariant: a token that was used once ends the family when it comes again.
    """
    if not command.genuine:
        return Failure(BadToken("secret"))
    family = family_of(sessions, command.session_id)
    if family is None or not is_alive(family, command.at, rules):
        return Failure(TokenExpired())
    if not 1 <= command.generation <= family.generation:
        return Failure(BadToken("generation"))
    if command.generation < family.generation:
        reused = (family,)
        return Success(ended(reused, command.user_id, SessionEnd.TOKEN_REUSED, command.at))
    return Success(
        (
            SessionRefreshed(
                user_id=command.user_id,
                session_id=command.session_id,
                generation=family.generation + 1,
                at=command.at,
            ),
        )
    )


def ended(
    families: tuple[SessionFamily, ...], user_id: UserId, reason: SessionEnd, at: Instant
) -> tuple[SessionEnded, ...]:
    """The ends of these families."""
    return tuple(
        SessionEnded(user_id=user_id, session_id=one.session_id, reason=reason, at=at)
        for one in families
    )


def refresh_answer(events: tuple[SessionEvent, ...]) -> Result[int, SessionFault]:
    """The generation of the new token, or the refusal that a reused one gets.

    Errors: TokenReused, TokenExpired (nothing was refreshed).
    """
    for event in events:
        if isinstance(event, SessionRefreshed):
            return Success(event.generation)
        if isinstance(event, SessionEnded) and event.reason is SessionEnd.TOKEN_REUSED:
            return Failure(TokenReused(event.session_id))
    return Failure(TokenExpired())


SESSIONS = session_decider(SESSION_RULES)

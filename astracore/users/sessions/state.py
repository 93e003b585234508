"""What is remembered of a user's sessions: the living ones, oldest first."""

from typing import assert_never

from attrs import evolve as changed
from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.users.rules import SESSION_RULES, SessionRules
from astracore.users.sessions.events import (
    SessionEnded,
    SessionEvent,
    SessionRefreshed,
    SessionStarted,
)
from astracore.users.types import Method


@frozen(kw_only=True)
class SessionFamily:
    """One login and the refresh tokens that came of it; only the last generation counts."""

    session_id: str
    method: Method
    device: str
    generation: int
    started_at: Instant
    used_at: Instant


@frozen(kw_only=True)
class Sessions:
    """One stream a user, because what is limited is all of them together."""

    user_id: UserId | None = None
    alive: tuple[SessionFamily, ...] = ()


def family_of(sessions: Sessions, session_id: str) -> SessionFamily | None:
    """The family with this id that has not been ended, if there is one."""
    return next((one for one in sessions.alive if one.session_id == session_id), None)


def is_alive(family: SessionFamily, now: Instant, rules: SessionRules = SESSION_RULES) -> bool:
    """Whether the family is neither idle for too long nor too old."""
    idle = now.micros - family.used_at.micros
    return idle < rules.idle and now.micros - family.started_at.micros < rules.whole


def evolve(sessions: Sessions, event: SessionEvent) -> Sessions:
    """Fold one event."""
    match event:
        case SessionStarted():
            family = SessionFamily(
                session_id=event.session_id,
                method=event.method,
                device=event.device,
                generation=1,
                started_at=event.at,
                used_at=event.at,
            )
            return Sessions(user_id=event.user_id, alive=(*sessions.alive, family))
        case SessionRefreshed():
            alive = tuple(
                changed(one, generation=event.generation, used_at=event.at)
                if one.session_id == event.session_id
                else one
                for one in sessions.alive
            )
            return changed(sessions, alive=alive)
        case SessionEnded():
            left = tuple(one for one in sessions.alive if one.session_id != event.session_id)
            return changed(sessions, alive=left)
        case _:
            assert_never(event)

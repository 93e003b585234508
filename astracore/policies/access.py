"""What a change of standing or credentials does to sessions."""

from typing import Any, TypeAlias

from astracore.events.envelope import Envelope
from astracore.events.policy import Policy
from astracore.users.events import (
    PasswordChanged,
    TotpDisabled,
    TotpEnabled,
    UserDeleted,
    UserSuspended,
)
from astracore.users.sessions.commands import EndSessions
from astracore.users.types import SessionEnd

CredentialEvent: TypeAlias = PasswordChanged | TotpEnabled | TotpDisabled


def end_others(envelope: Envelope[CredentialEvent]) -> tuple[EndSessions, ...]:
    """password_changed, totp_enabled, totp_disabled → EndSessions, but the one it came from."""
    event = envelope.event
    return (
        EndSessions(
            user_id=event.user_id,
            spared=event.session_id,
            reason=SessionEnd.CREDENTIALS_CHANGED,
            at=event.at,
        ),
    )


def end_all(envelope: Envelope[UserSuspended | UserDeleted]) -> tuple[EndSessions, ...]:
    """user_suspended, user_deleted → EndSessions, all of them."""
    event = envelope.event
    suspended = isinstance(event, UserSuspended)
    reason = SessionEnd.SUSPENDED if suspended else SessionEnd.DELETED
    return (EndSessions(user_id=event.user_id, spared=None, reason=reason, at=event.at),)


END_OTHERS: Policy[CredentialEvent, EndSessions] = Policy(
    name="end_other_sessions",
    events=(PasswordChanged, TotpEnabled, TotpDisabled),
    react=end_others,
)
END_ALL: Policy[UserSuspended | UserDeleted, EndSessions] = Policy(
    name="end_all_sessions", events=(UserSuspended, UserDeleted), react=end_all
)
ACCESS_POLICIES: tuple[Policy[Any, EndSessions], ...] = (END_OTHERS, END_ALL)

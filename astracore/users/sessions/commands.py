"""What may be asked of a user's sessions. A token's secret was compared before."""

from typing import TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.users.types import Method, SessionEnd


@frozen(kw_only=True)
class StartSession:
    """The user proved who they are; the oldest session makes room."""

    user_id: UserId
    session_id: str
    method: Method
    device: str
    at: Instant


@frozen(kw_only=True)
class RefreshSession:
    """A refresh token came: the `generation` it was made in. `genuine`: its secret is right."""

    user_id: UserId
    session_id: str
    generation: int
    genuine: bool
    at: Instant


@frozen(kw_only=True)
class EndSession:
    """One session is over; ending what has ended changes nothing."""

    user_id: UserId
    session_id: str
    reason: SessionEnd
    at: Instant


@frozen(kw_only=True)
class EndSessions:
    """All are over, but `spared`."""

    user_id: UserId
    spared: str | None
    reason: SessionEnd
    at: Instant


SessionCommand: TypeAlias = StartSession | RefreshSession | EndSession | EndSessions

"""What may have happened to a user's sessions."""

from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.events.personal import ERASED, Personal
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.users.types import Method, SessionEnd


@frozen(kw_only=True)
class SessionStarted:
    """A family of refresh tokens begins, with generation 1."""

    TYPE: ClassVar[str] = "astra.user.session_started.v1"
    PERSONAL: ClassVar[Personal] = Personal("user_id", {"device": ERASED})
    user_id: UserId
    session_id: str
    method: Method
    device: str
    at: Instant


@frozen(kw_only=True)
class SessionRefreshed:
    """The token of the generation before was used; this is the one that counts now."""

    TYPE: ClassVar[str] = "astra.user.session_refreshed.v1"
    user_id: UserId
    session_id: str
    generation: int
    at: Instant


@frozen(kw_only=True)
class SessionEnded:
    """No token of the family is good for anything any more."""

    TYPE: ClassVar[str] = "astra.user.session_ended.v1"
    user_id: UserId
    session_id: str
    reason: SessionEnd
    at: Instant


SessionEvent: TypeAlias = SessionStarted | SessionRefreshed | SessionEnded

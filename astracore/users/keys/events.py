"""What may have happened to a user's API keys."""

from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.events.personal import ERASED, Personal
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.users.types import Scope


@frozen(kw_only=True)
class ApiKeyCreated:
    """A key is good from now on; its secret was shown once and is kept elsewhere."""

    TYPE: ClassVar[str] = "astra.user.api_key_created.v1"
    PERSONAL: ClassVar[Personal] = Personal("user_id", {"addresses": (), "label": ERASED})
    user_id: UserId
    key_id: str
    label: str
    scopes: tuple[Scope, ...]
    addresses: tuple[str, ...]
    expires_at: Instant
    replaces: str | None
    at: Instant


@frozen(kw_only=True)
class ApiKeyUsed:
    """The key was used; said once a day."""

    TYPE: ClassVar[str] = "astra.user.api_key_used.v1"
    user_id: UserId
    key_id: str
    at: Instant


@frozen(kw_only=True)
class ApiKeyRevoked:
    """The key is good for nothing any more."""

    TYPE: ClassVar[str] = "astra.user.api_key_revoked.v1"
    user_id: UserId
    key_id: str
    at: Instant


KeyEvent: TypeAlias = ApiKeyCreated | ApiKeyUsed | ApiKeyRevoked

"""What may have happened to a user, and to a name."""

from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.ids import UserId


@frozen(kw_only=True)
class UserRegistered:
    """Somebody became a player."""

    TYPE: ClassVar[str] = "astra.user.user_registered.v1"
    user_id: UserId
    username: str


@frozen(kw_only=True)
class UsernameClaimed:
    """The name, in any case of its letters, belongs to this user now."""

    TYPE: ClassVar[str] = "astra.user.username_claimed.v1"
    user_id: UserId
    username: str


UserEvent: TypeAlias = UserRegistered
UsernameEvent: TypeAlias = UsernameClaimed

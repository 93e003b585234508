"""What may be asked of a user."""

from typing import TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant


@frozen(kw_only=True)
class Register:
    """Become a player under `username`. Needs two streams: the user's and the name's."""

    user_id: UserId
    username: str
    at: Instant


UserCommand: TypeAlias = Register

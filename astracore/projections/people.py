"""Who plays here."""

from attrs import frozen

from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Projection
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.projections.sorting import newest_first
from astracore.users.events import UserRegistered


@frozen(kw_only=True)
class UserRow:
    """A player, as staff and the player see them."""

    user_id: UserId
    username: str
    registered_at: Instant


def evolve(row: UserRow | None, envelope: Envelope[UserRegistered], _key: str) -> UserRow | None:
    """One row for each registration."""
    event = envelope.event
    if row is not None:
        return row
    return UserRow(
        user_id=event.user_id, username=event.username, registered_at=envelope.occurred_at
    )


USERS: Projection[UserRegistered, UserRow] = Projection(
    name="users",
    version=1,
    events=(UserRegistered,),
    keys=lambda envelope: (envelope.event.user_id,),
    evolve=evolve,
    row=codec(UserRow),
    owner=lambda row: row.user_id,
    sort=lambda row: newest_first(row.registered_at),
)

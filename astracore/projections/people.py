"""Who plays here."""

from typing import TypeAlias, assert_never

from attrs import evolve as changed
from attrs import frozen

from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Projection
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.projections.sorting import newest_first
from astracore.users.events import UserDeleted, UsernameChanged, UserRegistered


@frozen(kw_only=True)
class UserRow:
    """A player, as staff and the player see them."""

    user_id: UserId
    username: str
    registered_at: Instant


NameEvent: TypeAlias = UserRegistered | UsernameChanged | UserDeleted


def evolve(row: UserRow | None, envelope: Envelope[NameEvent], _key: str) -> UserRow | None:
    """One row for each registration, under the name of today."""
    event = envelope.event
    if isinstance(event, UserRegistered):
        return registered(event, envelope.occurred_at) if row is None else row
    if row is None:
        return None
    match event:
        case UsernameChanged():
            return changed(row, username=event.username)
        case UserDeleted():
            return changed(row, username=event.pseudonym)
        case _:
            assert_never(event)


def registered(event: UserRegistered, at: Instant) -> UserRow:
    """The row as it begins."""
    return UserRow(user_id=event.user_id, username=event.username, registered_at=at)


USERS: Projection[NameEvent, UserRow] = Projection(
    name="users",
    version=1,
    events=(UserRegistered, UsernameChanged, UserDeleted),
    keys=lambda envelope: (envelope.event.user_id,),
    evolve=evolve,
    row=codec(UserRow),
    owner=lambda row: row.user_id,
    sort=lambda row: newest_first(row.registered_at),
)

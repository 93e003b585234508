"""What an invite remembers."""

from collections.abc import Mapping
from typing import assert_never

from attrs import evolve as changed
from attrs import field, frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.social.ids import InviteId
from astracore.social.invites.events import (
    InviteCreated,
    InviteEvent,
    InviteUsed,
    ReferralActivated,
)


@frozen(kw_only=True)
class Use:
    """Who came by it: when, and whether that was rewarded."""

    at: Instant
    activated: bool = False


@frozen(kw_only=True)
class Ticket:
    """What was made."""

    invite_id: InviteId
    inviter_id: UserId
    code: str
    uses: int
    expires_at: Instant


@frozen(kw_only=True)
class Invite:
    """Nothing until `ticket` is there."""

    ticket: Ticket | None = None
    used: Mapping[UserId, Use] = field(factory=dict)


UNMADE = Invite()


def is_live(invite: Invite, at: Instant) -> bool:
    """Whether somebody could still come by it."""
    ticket = invite.ticket
    if ticket is None:
        return False
    return at.micros < ticket.expires_at.micros and len(invite.used) < ticket.uses


def evolve(invite: Invite, event: InviteEvent) -> Invite:
    """The invite after `event`."""
    match event:
        case InviteCreated():
            return Invite(
                ticket=Ticket(
                    invite_id=event.invite_id,
                    inviter_id=event.actor_id,
                    code=event.code,
                    uses=event.uses,
                    expires_at=event.expires_at,
                )
            )
        case InviteUsed():
            return changed(invite, used={**invite.used, event.user_id: Use(at=event.at)})
        case ReferralActivated():
            before = invite.used.get(event.user_id, Use(at=event.at))
            used = {**invite.used, event.user_id: changed(before, activated=True)}
            return changed(invite, used=used)
        case _:
            assert_never(event)

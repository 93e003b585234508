"""What may have happened to an invite."""

from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.social.ids import InviteId


@frozen(kw_only=True)
class InviteCreated:
    """`actor_id` may hand `code` out, to `uses` people, until `expires_at`."""

    TYPE: ClassVar[str] = "astra.social.invite_created.v1"
    invite_id: InviteId
    actor_id: UserId
    code: str
    uses: int
    expires_at: Instant
    at: Instant


@frozen(kw_only=True)
class InviteUsed:
    """`user_id` came by it."""

    TYPE: ClassVar[str] = "astra.social.invite_used.v1"
    invite_id: InviteId
    inviter_id: UserId
    user_id: UserId
    code: str
    at: Instant


@frozen(kw_only=True)
class ReferralActivated:
    """`user_id` plays in earnest; what both get of it [XP], [CREDIT]."""

    TYPE: ClassVar[str] = "astra.social.referral_activated.v1"
    invite_id: InviteId
    inviter_id: UserId
    user_id: UserId
    xp: int
    credits: int
    invited_credits: int
    at: Instant


InviteEvent: TypeAlias = InviteCreated | InviteUsed | ReferralActivated

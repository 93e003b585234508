"""What may have happened to a clan, and to a claim."""

from enum import StrEnum
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.events.personal import ERASED, Personal
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.social.ids import BattleId, ClanId


class Role(StrEnum):
    """From the lowest to the highest."""

    RECRUIT = "recruit"
    MEMBER = "member"
    ADMIN = "admin"
    OWNER = "owner"


class JoinPolicy(StrEnum):
    """Who may join: all, whom a member admits, whom a member invited."""

    OPEN = "open"
    REQUEST = "request"
    INVITE = "invite"


@frozen(kw_only=True)
class ClanCreated:
    """`user_id` founded a clan and owns it."""

    TYPE: ClassVar[str] = "astra.social.clan_created.v1"
    clan_id: ClanId
    user_id: UserId
    name: str
    tag: str
    description: str
    policy: JoinPolicy
    colour: str
    emblem: str
    rating: int
    at: Instant


@frozen(kw_only=True)
class ClanEdited:
    """What the clan says of itself, and who may join it."""

    TYPE: ClassVar[str] = "astra.social.clan_edited.v1"
    clan_id: ClanId
    user_id: UserId
    description: str
    policy: JoinPolicy
    colour: str
    emblem: str
    at: Instant


@frozen(kw_only=True)
class ClanInvited:
    """`user_id` may join; `by` invited."""

    TYPE: ClassVar[str] = "astra.social.clan_invited.v1"
    clan_id: ClanId
    user_id: UserId
    by: UserId
    at: Instant


@frozen(kw_only=True)
class ClanRequested:
    """`user_id` would like to join."""

    TYPE: ClassVar[str] = "astra.social.clan_requested.v1"
    PERSONAL: ClassVar[Personal] = Personal("user_id", {"message": ERASED})
    clan_id: ClanId
    user_id: UserId
    message: str
    at: Instant


@frozen(kw_only=True)
class ClanRequestDeclined:
    """A member said no to `user_id`."""

    TYPE: ClassVar[str] = "astra.social.clan_request_declined.v1"
    clan_id: ClanId
    user_id: UserId
    by: UserId
    at: Instant


@frozen(kw_only=True)
class ClanJoined:
    """`user_id` is a member now, of the lowest role."""

    TYPE: ClassVar[str] = "astra.social.clan_joined.v1"
    clan_id: ClanId
    user_id: UserId
    role: Role
    at: Instant


@frozen(kw_only=True)
class ClanLeft:
    """`user_id` is a member no longer; `by` is somebody else when it was kicked."""

    TYPE: ClassVar[str] = "astra.social.clan_left.v1"
    clan_id: ClanId
    user_id: UserId
    by: UserId
    role: Role
    at: Instant


@frozen(kw_only=True)
class ClanRoleChanged:
    """`user_id` has another role."""

    TYPE: ClassVar[str] = "astra.social.clan_role_changed.v1"
    clan_id: ClanId
    user_id: UserId
    by: UserId
    role: Role
    at: Instant


@frozen(kw_only=True)
class ClanTransferred:
    """`user_id` owns the clan; `by`, who did before, is an admin."""

    TYPE: ClassVar[str] = "astra.social.clan_transferred.v1"
    clan_id: ClanId
    user_id: UserId
    by: UserId
    at: Instant


@frozen(kw_only=True)
class ClanEnded:
    """The clan is over; what was in the treasury goes to `user_id` [CREDIT]."""

    TYPE: ClassVar[str] = "astra.social.clan_ended.v1"
    clan_id: ClanId
    user_id: UserId
    name: str
    tag: str
    treasury: int
    at: Instant


@frozen(kw_only=True)
class ClanDonated:
    """`user_id` gave `amount` to the treasury, which holds `treasury` now [CREDIT]."""

    TYPE: ClassVar[str] = "astra.social.clan_donated.v1"
    clan_id: ClanId
    user_id: UserId
    amount: int
    treasury: int
    at: Instant


@frozen(kw_only=True)
class ClanSpent:
    """`user_id` spent `amount` of the treasury on `purpose` [CREDIT]."""

    TYPE: ClassVar[str] = "astra.social.clan_spent.v1"
    clan_id: ClanId
    user_id: UserId
    purpose: str
    amount: int
    treasury: int
    at: Instant


@frozen(kw_only=True)
class ClanContributed:
    """XP of `user_id` counted for the clan."""

    TYPE: ClassVar[str] = "astra.social.clan_contributed.v1"
    clan_id: ClanId
    user_id: UserId
    amount: int
    contribution: int
    level: int
    at: Instant


@frozen(kw_only=True)
class ClanStaked:
    """A battle began; the stake left the treasury [CREDIT]."""

    TYPE: ClassVar[str] = "astra.social.clan_staked.v1"
    clan_id: ClanId
    battle_id: BattleId
    opponent_id: ClanId
    amount: int
    treasury: int
    at: Instant


@frozen(kw_only=True)
class ClanSettled:
    """A battle is over: the rating, and what the treasury got of the stakes [CREDIT]."""

    TYPE: ClassVar[str] = "astra.social.clan_settled.v1"
    clan_id: ClanId
    battle_id: BattleId
    rating: int
    amount: int
    treasury: int
    at: Instant


@frozen(kw_only=True)
class ClanClaimed:
    """A name, a tag or a user belongs to this clan."""

    TYPE: ClassVar[str] = "astra.social.clan_claimed.v1"
    key: str
    clan_id: ClanId
    at: Instant


@frozen(kw_only=True)
class ClanReleased:
    """A name, a tag or a user is free again."""

    TYPE: ClassVar[str] = "astra.social.clan_released.v1"
    key: str
    clan_id: ClanId
    at: Instant


ClanEvent: TypeAlias = (
    ClanCreated
    | ClanEdited
    | ClanInvited
    | ClanRequested
    | ClanRequestDeclined
    | ClanJoined
    | ClanLeft
    | ClanRoleChanged
    | ClanTransferred
    | ClanEnded
    | ClanDonated
    | ClanSpent
    | ClanContributed
    | ClanStaked
    | ClanSettled
)
ClaimEvent: TypeAlias = ClanClaimed | ClanReleased

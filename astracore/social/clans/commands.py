"""What may be asked of a clan, and of a claim. `actor_id` acts, `user_id` is concerned."""

from typing import TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.social.clans.events import JoinPolicy, Role
from astracore.social.ids import BattleId, ClanId


@frozen(kw_only=True)
class CreateClan:
    """Found a clan. `level` is the founder's."""

    clan_id: ClanId
    actor_id: UserId
    level: int
    name: str
    tag: str
    description: str
    policy: JoinPolicy
    colour: str
    emblem: str
    at: Instant


@frozen(kw_only=True)
class EditClan:
    """Change what is given; None stays as it is."""

    clan_id: ClanId
    actor_id: UserId
    description: str | None = None
    policy: JoinPolicy | None = None
    colour: str | None = None
    emblem: str | None = None
    at: Instant


@frozen(kw_only=True)
class InviteToClan:
    """Let `user_id` join. `recent` are the actor's invitations."""

    clan_id: ClanId
    actor_id: UserId
    user_id: UserId
    recent: tuple[Instant, ...]
    at: Instant


@frozen(kw_only=True)
class RequestJoin:
    """Ask to be admitted."""

    clan_id: ClanId
    actor_id: UserId
    message: str
    at: Instant


@frozen(kw_only=True)
class AnswerJoin:
    """Admit `user_id`, or not."""

    clan_id: ClanId
    actor_id: UserId
    user_id: UserId
    accept: bool
    at: Instant


@frozen(kw_only=True)
class JoinClan:
    """Join an open clan, or one that invited the actor."""

    clan_id: ClanId
    actor_id: UserId
    at: Instant


@frozen(kw_only=True)
class LeaveClan:
    """Leave. With `deleted` (the user is no more) an owner's place passes to the next in rank."""

    clan_id: ClanId
    actor_id: UserId
    deleted: bool = False
    at: Instant


@frozen(kw_only=True)
class KickMember:
    """Make somebody of a lower role leave."""

    clan_id: ClanId
    actor_id: UserId
    user_id: UserId
    at: Instant


@frozen(kw_only=True)
class SetRole:
    """Give a role below the own one to a member below the own one."""

    clan_id: ClanId
    actor_id: UserId
    user_id: UserId
    role: Role
    at: Instant


@frozen(kw_only=True)
class TransferClan:
    """Make `user_id` the owner."""

    clan_id: ClanId
    actor_id: UserId
    user_id: UserId
    at: Instant


@frozen(kw_only=True)
class EndClan:
    """End a clan of one."""

    clan_id: ClanId
    actor_id: UserId
    at: Instant


@frozen(kw_only=True)
class Donate:
    """Give to the treasury. `balance` is the actor's wallet [CREDIT]."""

    clan_id: ClanId
    actor_id: UserId
    amount: int
    balance: int
    at: Instant


@frozen(kw_only=True)
class SpendTreasury:
    """Buy something for the clan [CREDIT]."""

    clan_id: ClanId
    actor_id: UserId
    amount: int
    purpose: str
    at: Instant


@frozen(kw_only=True)
class Contribute:
    """Count a member's XP. Policies ask it."""

    clan_id: ClanId
    user_id: UserId
    xp: int
    at: Instant


@frozen(kw_only=True)
class StakeClan:
    """Put the stake of a battle into escrow. Decided together with the battle."""

    clan_id: ClanId
    battle_id: BattleId
    opponent_id: ClanId
    amount: int
    at: Instant


@frozen(kw_only=True)
class SettleClan:
    """Take a finished battle in. Decided together with the battle."""

    clan_id: ClanId
    battle_id: BattleId
    rating: int
    amount: int
    at: Instant


ClanCommand: TypeAlias = (
    CreateClan
    | EditClan
    | InviteToClan
    | RequestJoin
    | AnswerJoin
    | JoinClan
    | LeaveClan
    | KickMember
    | SetRole
    | TransferClan
    | EndClan
    | Donate
    | SpendTreasury
    | Contribute
    | StakeClan
    | SettleClan
)


@frozen(kw_only=True)
class Claim:
    """Hold a name, a tag or a user for a clan."""

    key: str
    clan_id: ClanId
    at: Instant


@frozen(kw_only=True)
class Release:
    """Let go of it."""

    key: str
    clan_id: ClanId
    at: Instant


ClaimCommand: TypeAlias = Claim | Release

"""What may be asked of a battle. A `Side` is what a battle wants to know of a clan."""

from decimal import Decimal
from typing import TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.social.battles.rules import HOURS
from astracore.social.battles.scores import BattleKind
from astracore.social.clans.events import Role
from astracore.social.feats import Feat, PlayMode
from astracore.social.ids import BattleId, ClanId


@frozen(kw_only=True)
class Side:
    """A clan as it stands: `role` is the actor's in it, `foes` those it is in battle with."""

    clan_id: ClanId
    role: Role | None
    rating: int
    members: int
    treasury: int
    foes: frozenset[ClanId] = frozenset()


@frozen(kw_only=True)
class DeclareBattle:
    """Challenge another clan."""

    battle_id: BattleId
    actor_id: UserId
    declarer: Side
    opponent: Side
    kind: BattleKind
    mode: PlayMode
    hours: int = HOURS
    stake: int = 0
    at: Instant


@frozen(kw_only=True)
class AnswerBattle:
    """Say yes or no for the challenged clan."""

    battle_id: BattleId
    actor_id: UserId
    accept: bool
    declarer: Side
    opponent: Side
    at: Instant


@frozen(kw_only=True)
class CancelBattle:
    """Take the challenge back. `role` is the actor's in the clan that declared it."""

    battle_id: BattleId
    actor_id: UserId
    role: Role | None
    at: Instant


@frozen(kw_only=True)
class JoinBattle:
    """Take part for the own clan with `equity` [account currency]."""

    battle_id: BattleId
    actor_id: UserId
    clan_id: ClanId
    equity: Decimal
    at: Instant


@frozen(kw_only=True)
class ScoreBattle:
    """Count what a member did. Policies ask it."""

    battle_id: BattleId
    user_id: UserId
    feat: Feat
    at: Instant


@frozen(kw_only=True)
class FinishBattle:
    """End what is due, or let a challenge expire. The ratings are those of now."""

    battle_id: BattleId
    declarer_rating: int
    opponent_rating: int
    at: Instant


BattleCommand: TypeAlias = (
    DeclareBattle | AnswerBattle | CancelBattle | JoinBattle | ScoreBattle | FinishBattle
)

"""What may have happened to a battle."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.social.battles.scores import BattleKind
from astracore.social.feats import PlayMode
from astracore.social.ids import BattleId, ClanId


@frozen(kw_only=True)
class StakeShare:
    """What somebody gets of the stakes [CREDIT]; without a user it is the clan's treasury."""

    clan_id: ClanId
    user_id: UserId | None
    amount: int


@frozen(kw_only=True)
class FighterScore:
    """What somebody had at the end, to 28 digits."""

    clan_id: ClanId
    user_id: UserId
    score: Decimal


@frozen(kw_only=True)
class BattleDeclared:
    """A clan challenged another; `stake` is what each would put in [CREDIT]."""

    TYPE: ClassVar[str] = "astra.social.battle_declared.v1"
    battle_id: BattleId
    declarer_id: ClanId
    opponent_id: ClanId
    by: UserId
    kind: BattleKind
    mode: PlayMode
    hours: int
    stake: int
    expires_at: Instant
    at: Instant


@frozen(kw_only=True)
class BattleAccepted:
    """The stakes are in escrow; the best `best_of` of each side will count."""

    TYPE: ClassVar[str] = "astra.social.battle_accepted.v1"
    battle_id: BattleId
    declarer_id: ClanId
    opponent_id: ClanId
    by: UserId
    stake: int
    best_of: int
    starts_at: Instant
    ends_at: Instant
    at: Instant


@frozen(kw_only=True)
class BattleDeclined:
    """The opponent said no."""

    TYPE: ClassVar[str] = "astra.social.battle_declined.v1"
    battle_id: BattleId
    by: UserId
    at: Instant


@frozen(kw_only=True)
class BattleCancelled:
    """The declarer took it back before it was accepted."""

    TYPE: ClassVar[str] = "astra.social.battle_cancelled.v1"
    battle_id: BattleId
    by: UserId
    at: Instant


@frozen(kw_only=True)
class BattleExpired:
    """Nobody answered in time."""

    TYPE: ClassVar[str] = "astra.social.battle_expired.v1"
    battle_id: BattleId
    at: Instant


@frozen(kw_only=True)
class BattleJoined:
    """A member takes part, with this equity at the start [account currency]."""

    TYPE: ClassVar[str] = "astra.social.battle_joined.v1"
    battle_id: BattleId
    clan_id: ClanId
    user_id: UserId
    equity: Decimal
    at: Instant


@frozen(kw_only=True)
class BattleScored:
    """Something counted for a member; `score` is what the member has now."""

    TYPE: ClassVar[str] = "astra.social.battle_scored.v1"
    battle_id: BattleId
    clan_id: ClanId
    user_id: UserId
    closes: int
    wins: int
    net: Decimal
    xp: int
    score: Decimal
    at: Instant


@frozen(kw_only=True)
class BattleFinished:
    """It is over: scores, ratings, the winner (none at a tie), and who gets what of the stakes."""

    TYPE: ClassVar[str] = "astra.social.battle_finished.v1"
    battle_id: BattleId
    declarer_id: ClanId
    opponent_id: ClanId
    declarer_score: Decimal
    opponent_score: Decimal
    declarer_rating: int
    opponent_rating: int
    winner_id: ClanId | None
    stake: int
    fighters: tuple[FighterScore, ...]
    shares: tuple[StakeShare, ...]
    at: Instant


BattleEvent: TypeAlias = (
    BattleDeclared
    | BattleAccepted
    | BattleDeclined
    | BattleCancelled
    | BattleExpired
    | BattleJoined
    | BattleScored
    | BattleFinished
)

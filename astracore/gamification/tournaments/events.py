"""What may have happened in a tournament."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.gamification.tournaments.rules import TournamentRules
from astracore.ids import AccountId, PositionId, UserId
from astracore.instants import Instant


@frozen(kw_only=True)
class TournamentOpened:
    """Registration is open; the rules stay what they are now."""

    TYPE: ClassVar[str] = "astra.gamification.tournament_opened.v1"
    tournament_id: str
    begin: Instant
    end: Instant
    joining_until: Instant
    rules: TournamentRules
    at: Instant


@frozen(kw_only=True)
class TournamentJoined:
    """Somebody entered with an account of their own for it."""

    TYPE: ClassVar[str] = "astra.gamification.tournament_joined.v1"
    tournament_id: str
    user_id: UserId
    account_id: AccountId
    is_ai: bool
    capital: Decimal
    currency: str
    leverage: int
    at: Instant


@frozen(kw_only=True)
class TournamentScored:
    """A closed trade gave an entry this score; `rank` is among people, or among AI traders."""

    TYPE: ClassVar[str] = "astra.gamification.tournament_scored.v1"
    tournament_id: str
    user_id: UserId
    account_id: AccountId
    position_id: PositionId
    is_ai: bool
    trades: int
    won: int
    volume: Decimal
    net: Decimal
    net_squares: Decimal
    score: Decimal
    profit: Decimal
    wins: Decimal
    volume_part: Decimal
    consistency: Decimal
    rank: int
    at: Instant


@frozen(kw_only=True)
class Prize:
    """What one place of the frozen list is paid."""

    user_id: UserId
    rank: int
    score: Decimal
    xp: int
    credits: int  # [CREDIT]


@frozen(kw_only=True)
class TournamentClosed:
    """The ranks are frozen: `list_hash` is the list's SHA-256, `merkle_root` over its rows."""

    TYPE: ClassVar[str] = "astra.gamification.tournament_closed.v1"
    tournament_id: str
    count: int
    list_hash: str
    merkle_root: str
    prizes: tuple[Prize, ...]
    excluded: tuple[UserId, ...]
    at: Instant


TournamentEvent: TypeAlias = (
    TournamentOpened | TournamentJoined | TournamentScored | TournamentClosed
)

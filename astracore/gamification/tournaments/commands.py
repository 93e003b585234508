"""What may be asked of a tournament."""

from decimal import Decimal
from typing import TypeAlias

from attrs import frozen

from astracore.gamification.tournaments.rules import DAILY, TournamentRules
from astracore.ids import AccountId, PositionId, UserId
from astracore.instants import Instant


@frozen(kw_only=True)
class OpenTournament:
    """Announce the tournament that begins at `begin`."""

    tournament_id: str
    begin: Instant
    rules: TournamentRules = DAILY
    at: Instant


@frozen(kw_only=True)
class JoinTournament:
    """Enter with an account that is for this alone."""

    tournament_id: str
    user_id: UserId
    account_id: AccountId
    is_ai: bool = False
    at: Instant


@frozen(kw_only=True)
class RecordTournamentTrade:
    """A position of an entry was closed at `at`.

    `equity` is the account's then; without it, the capital and all that closed trades made.
    `qualifies`: the close counts for XP too, so it was no wash.
    """

    tournament_id: str
    user_id: UserId
    account_id: AccountId
    position_id: PositionId
    net: Decimal  # [account currency]
    volume: Decimal  # [account currency]
    qualifies: bool
    equity: Decimal | None = None
    at: Instant


@frozen(kw_only=True)
class CloseTournament:
    """The day is over: freeze the ranks, without those who are `excluded` by now."""

    tournament_id: str
    excluded: frozenset[UserId] = frozenset()
    at: Instant


TournamentCommand: TypeAlias = (
    OpenTournament | JoinTournament | RecordTournamentTrade | CloseTournament
)

"""Causes that concern ratings, leaderboards and tournaments."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.errors.series import SeriesFault


@frozen
class InvalidRating:
    """A rating, deviation, volatility, score or factor outside what a rating system admits."""

    code: ClassVar[str] = "invalid_rating"
    field: str
    value: Decimal


RatingFault: TypeAlias = InvalidRating | SeriesFault


@frozen
class InvalidScore:
    """A score of more than 30 digits before the point or 18 after it, or an empty user id."""

    code: ClassVar[str] = "invalid_score"
    user_id: str
    score: Decimal


@frozen
class NotRanked:
    """This user does not stand on this board."""

    code: ClassVar[str] = "not_ranked"
    user_id: str


@frozen
class LeftOut:
    """A contender is left out of a board: every reason at once, by name."""

    code: ClassVar[str] = "left_out"
    user_id: str
    reasons: tuple[str, ...]


@frozen
class OutsidePeriod:
    """A score was reached outside the half-open period [begin, end) [µs since 1970]."""

    code: ClassVar[str] = "outside_period"
    at: int
    begin: int
    end: int


@frozen
class LeaderboardState:
    """The period is in a state that does not allow this: it is closed, or has not ended yet."""

    code: ClassVar[str] = "leaderboard_state"
    state: str


LeaderboardFault: TypeAlias = InvalidScore | NotRanked | LeftOut | OutsidePeriod | LeaderboardState


@frozen
class TournamentState:
    """The tournament is in a phase that does not allow this."""

    code: ClassVar[str] = "tournament_state"
    phase: str


@frozen
class AlreadyJoined:
    """One entry for each user, and one account for each entry."""

    code: ClassVar[str] = "already_joined"
    user_id: str


@frozen
class NotJoined:
    """This user has no entry in the tournament."""

    code: ClassVar[str] = "not_joined"
    user_id: str


@frozen
class InvalidTournament:
    """What was asked to be opened, joined or scored is no tournament: every faulty field."""

    code: ClassVar[str] = "invalid_tournament"
    fields: tuple[str, ...]


TournamentFault: TypeAlias = TournamentState | AlreadyJoined | NotJoined | InvalidTournament

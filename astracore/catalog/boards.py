"""The aggregates of leaderboards and tournaments with what it takes to store them."""

from typing import Any

from astracore.errors.leaderboards import LeaderboardFault
from astracore.events.catalog import Aggregate, Catalog, catalog, classes_of
from astracore.events.codec import union
from astracore.gamification.leaderboards.commands import PeriodCommand
from astracore.gamification.leaderboards.events import PeriodEvent
from astracore.gamification.leaderboards.period import LEADERBOARD
from astracore.gamification.leaderboards.state import PERIOD_STATE, Period
from astracore.gamification.tournaments.commands import TournamentCommand
from astracore.gamification.tournaments.events import TournamentEvent
from astracore.gamification.tournaments.state import TOURNAMENT_STATE, Tournament
from astracore.gamification.tournaments.tournament import TOURNAMENT, TournamentRefusal

LEADERBOARD_EVENTS: Catalog[PeriodEvent] = catalog(classes_of(PeriodEvent))
TOURNAMENT_EVENTS: Catalog[TournamentEvent] = catalog(classes_of(TournamentEvent))

LEADERBOARD_AGGREGATE: Aggregate[PeriodCommand, Period, PeriodEvent, LeaderboardFault] = Aggregate(
    LEADERBOARD, LEADERBOARD_EVENTS, PERIOD_STATE, union(classes_of(LeaderboardFault))
)
TOURNAMENT_AGGREGATE: Aggregate[
    TournamentCommand, Tournament, TournamentEvent, TournamentRefusal
] = Aggregate(TOURNAMENT, TOURNAMENT_EVENTS, TOURNAMENT_STATE, union(classes_of(TournamentRefusal)))
BOARD_AGGREGATES: tuple[Aggregate[Any, Any, Any, Any], ...] = (
    LEADERBOARD_AGGREGATE,
    TOURNAMENT_AGGREGATE,
)

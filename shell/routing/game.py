"""The game and what guards its players: which streams their commands are decided over."""

from astracore.bots.copying.commands import CopyCommand
from astracore.catalog.aggregates import (
    PROFILE_AGGREGATE,
    PROGRESS_AGGREGATE,
    SAFEGUARD_AGGREGATE,
    SWITCH_AGGREGATE,
)
from astracore.catalog.boards import LEADERBOARD_AGGREGATE, TOURNAMENT_AGGREGATE
from astracore.catalog.bots import COPY_AGGREGATE, LEADER_AGGREGATE
from astracore.gamification.commands import ProgressCommand
from astracore.gamification.leaderboards.commands import PeriodCommand
from astracore.gamification.leaderboards.periods import stream_key
from astracore.gamification.safeguards.commands import SafeguardCommand
from astracore.risk.profiles.commands import ProfileCommand
from shell.messages import BotCommand, BotFault, GameCommand, GameFault, RiskCommand, RiskFault
from shell.streams import Job, Streams, Terms, job


class Game:
    """The streams of progress, safeguards, leaderboards, tournaments."""

    def __init__(self) -> None:
        self._progress = Streams(PROGRESS_AGGREGATE)
        self._safeguards = Streams(SAFEGUARD_AGGREGATE)
        self._boards = Streams(LEADERBOARD_AGGREGATE)
        self._tournaments = Streams(TOURNAMENT_AGGREGATE)

    def job(self, command: GameCommand, terms: Terms) -> Job[GameFault]:
        """Over which stream `command` is decided."""
        if isinstance(command, ProgressCommand):
            return job(self._progress, command.user_id, command, terms)
        if isinstance(command, SafeguardCommand):
            return job(self._safeguards, command.user_id, command, terms)
        if isinstance(command, PeriodCommand):
            return job(self._boards, stream_key(command.key), command, terms)
        return job(self._tournaments, command.tournament_id, command, terms)


class Risk:
    """The streams of risk profiles and kill switches."""

    def __init__(self) -> None:
        self._profiles = Streams(PROFILE_AGGREGATE)
        self._switches = Streams(SWITCH_AGGREGATE)

    def job(self, command: RiskCommand, terms: Terms) -> Job[RiskFault]:
        """Over which stream `command` is decided."""
        if isinstance(command, ProfileCommand):
            return job(self._profiles, command.account_id, command, terms)
        return job(self._switches, command.switch_id, command, terms)


class Copying:
    """The streams of copies and of those who are copied."""

    def __init__(self) -> None:
        self._copies = Streams(COPY_AGGREGATE)
        self._leaders = Streams(LEADER_AGGREGATE)

    def job(self, command: BotCommand, terms: Terms) -> Job[BotFault]:
        """Over which stream `command` is decided."""
        if isinstance(command, CopyCommand):
            return job(self._copies, command.follow_id, command, terms)
        return job(self._leaders, command.leader_id, command, terms)

"""Jobs of battles and challenges: what their time alone ends."""

from collections.abc import Iterator
from typing import Any

from astracore.jobs.rules import Priority
from astracore.projections.social_challenges import CHALLENGES
from astracore.projections.social_clans import BATTLES, BattleRow
from astracore.social.battles.commands import FinishBattle
from astracore.social.battles.rules import BATTLES as RULES
from astracore.social.battles.state import Phase as Fight
from astracore.social.challenges.commands import CloseChallenge
from astracore.social.challenges.state import Phase
from shell.tasks.sweeping import At, Found, sweep
from shell.tasks.task import Task, every
from shell.workers.facts import Look

OPEN = frozenset({Phase.PENDING, Phase.ACTIVE})


def battles(look: Look, at: At) -> Iterator[Found]:
    """Battles that have been fought, and those that nobody answered."""
    for row in look.rows(BATTLES):
        if is_due(row, at):
            # The ratings are those of the clans when it is decided.
            ended = FinishBattle(
                battle_id=row.battle_id, declarer_rating=0, opponent_rating=0, at=at.now
            )
            yield row.battle_id, ended


def is_due(row: BattleRow, at: At) -> bool:
    """Whether a battle's time is over."""
    if row.phase is Fight.DECLARED:
        return row.declared_at.micros + RULES.answer_within <= at.now.micros
    running = row.phase in {Fight.ACCEPTED, Fight.ACTIVE}
    return running and row.ends_at is not None and row.ends_at <= at.now


def challenges(look: Look, at: At) -> Iterator[Found]:
    """Challenges whose time is over."""
    for row in look.rows(CHALLENGES):
        if row.phase in OPEN and row.due_at is not None and row.due_at <= at.now:
            yield row.challenge_id, CloseChallenge(challenge_id=row.challenge_id, at=at.now)


SOCIAL_TASKS: tuple[Task[Any], ...] = (
    sweep("finish_battles", every(60), battles, Priority.HIGH),
    sweep("expire_challenges", every(300), challenges),
)

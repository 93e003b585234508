"""The player's days: which zone tells them, what counts one, what a check-in is."""

from typing import TypeAlias

from returns.result import Failure, Result, Success

from astracore.errors.gamification import AlreadyCheckedIn, BadZone, ProgressFault
from astracore.errors.values import NumericLimit
from astracore.gamification.commands import (
    AwardXp,
    CheckIn,
    CloseStreak,
    CompleteLesson,
    DeedFacts,
    PrizeFacts,
    RecordActivity,
    Timed,
)
from astracore.gamification.earning import award
from astracore.gamification.events import (
    CheckedIn,
    ProgressEvent,
    StreakBroken,
    StreakUpdated,
    ZoneMoved,
)
from astracore.gamification.folding import folded
from astracore.gamification.game_rules import GameRules
from astracore.gamification.local import Local, local
from astracore.gamification.sources import XpSource
from astracore.gamification.state import Progress
from astracore.gamification.streaks import is_broken, step, streak_multiplier, streak_xp
from astracore.outcome import is_failure

ZONE_BOUND = 86_400  # [s]
Decision: TypeAlias = Result[tuple[ProgressEvent, ...], ProgressFault | NumericLimit]


def bad_zone(command: Timed) -> BadZone | None:
    """The refusal of an offset or a start of the day that no place on earth has."""
    offset, start = command.utc_offset or 0, command.day_start or 0
    sound = -ZONE_BOUND < offset < ZONE_BOUND and 0 <= start < 24
    return None if sound else BadZone(offset, start)


def activity(
    command: RecordActivity | CheckIn | CompleteLesson, state: Progress, rules: GameRules
) -> Decision:
    """Count the day once; a day that is not later than the last one changes nothing.

    A new zone is told first, so that the day is one of it.
    Errors: UnknownRule, NegativeXp, NumericLimit.
    """
    if command.linked:
        return Success(())
    here = local(state, (command.utc_offset, command.day_start), command.at, rules.xp)
    after = step(here.streak, here.today, rules.xp.streak)
    zoned = _zoned(command, state, here)
    if after == here.streak:
        return Success(zoned)
    updated = StreakUpdated(
        user_id=command.user_id,
        day=here.today,
        count=after.count,
        freezes=after.freezes,
        multiplier=streak_multiplier(after.count, rules.xp.streak),
        at=command.at,
    )
    told = (*zoned, updated)
    paid = award(
        AwardXp(
            user_id=command.user_id,
            source=XpSource.STREAK,
            source_event_id=command.source_event_id,
            facts=PrizeFacts(xp=streak_xp(after.count, rules.xp.streak)),
            at=command.at,
        ),
        folded(state, zoned),
        rules,
    )
    return paid.map(lambda events: (*told, *events))


def _zoned(
    command: RecordActivity | CheckIn | CompleteLesson, state: Progress, here: Local
) -> tuple[ProgressEvent, ...]:
    """The zone that holds from now on, where it is another one."""
    if here.zone == state.zone:
        return ()
    return (
        ZoneMoved(
            user_id=command.user_id,
            utc_offset=here.zone.utc_offset,
            day_start=here.zone.day_start,
            last_day=here.streak.last_day,
            at=command.at,
        ),
    )


def check_in(command: CheckIn, state: Progress, rules: GameRules) -> Decision:
    """One check-in on each of the player's days: it counts the day and pays a little.

    Errors: AlreadyCheckedIn, UnknownRule, NumericLimit.
    """
    here = local(state, (command.utc_offset, command.day_start), command.at, rules.xp)
    if here.today <= state.check_in_day:
        return Failure(AlreadyCheckedIn(here.today))
    counted = activity(command, state, rules)
    if is_failure(counted):
        return counted
    before = (CheckedIn(user_id=command.user_id, day=here.today), *counted.unwrap())
    paid = award(
        AwardXp(
            user_id=command.user_id,
            source=XpSource.CHECK_IN,
            source_event_id=command.source_event_id,
            facts=DeedFacts(),
            linked=command.linked,
            at=command.at,
        ),
        folded(state, before),
        rules,
    )
    return paid.map(lambda events: (*before, *events))


def streak_close(command: CloseStreak, state: Progress, rules: GameRules) -> Decision:
    """Say that the streak broke: once, because a broken streak has no count."""
    here = local(state, (command.utc_offset, command.day_start), command.at, rules.xp)
    if not is_broken(here.streak, here.today):
        return Success(())
    lost = StreakBroken(user_id=command.user_id, day=here.today, count=here.streak.count)
    return Success((lost,))

"""A moment as the player's calendar tells it."""

from attrs import frozen

from astracore.gamification.rules import XpRules
from astracore.gamification.state import Progress
from astracore.gamification.streaks import Streak, Zone, counted_day, days_alive, moved, zone_at
from astracore.instants import Instant


@frozen(kw_only=True)
class Local:
    """The zone that holds, the day it tells, and the streak as that zone tells it."""

    zone: Zone
    today: int
    streak: Streak
    days: int  # of the streak that are alive today


def local(
    state: Progress, asked: tuple[int | None, int | None], at: Instant, rules: XpRules
) -> Local:
    """What `at` is for this player, who asks for an offset and a start of the day."""
    zone = zone_at(state.zone, asked, at, rules.streak.zone_held)
    streak = state.streak if zone == state.zone else moved(state.streak, state.counted_at, zone)
    today = counted_day(at, zone.utc_offset, zone.day_start)
    return Local(zone=zone, today=today, streak=streak, days=days_alive(streak, today))

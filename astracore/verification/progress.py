"""What must hold of a player's progress, as predicates over the events in their order."""

import itertools
from collections import defaultdict
from collections.abc import Sequence

from astracore.gamification.events import (
    LevelUp,
    ProgressEvent,
    StreakUpdated,
    XpGained,
    XpReversed,
)
from astracore.gamification.levels import level_at, level_credits
from astracore.gamification.rules import XpRules


def xp_never_falls(events: Sequence[ProgressEvent]) -> bool:
    """Each award is above zero and adds to the total before it; only a correction takes away."""
    moves = [event for event in events if isinstance(event, XpGained | XpReversed)]
    totals = [0, *(event.total_xp for event in moves)]
    return all(
        event.amount > 0 and event.total_xp == before + signed(event)
        for event, before in zip(moves, totals, strict=False)
    )


def signed(event: XpGained | XpReversed) -> int:
    """What the event adds to the total [XP]."""
    return event.amount if isinstance(event, XpGained) else -event.amount


def corrections_are_exact(events: Sequence[ProgressEvent]) -> bool:
    """Nothing is taken back but what was paid: the same amount, once, after it was paid."""
    paid: dict[tuple[str, str], int] = {}
    for event in events:
        if isinstance(event, XpGained):
            paid[event.source, event.source_event_id] = event.amount
        if isinstance(event, XpReversed) and _left(paid, event) != event.amount:
            return False
    return True


def levels_follow_xp(events: Sequence[ProgressEvent], rules: XpRules) -> bool:
    """Each level up to the one of the total XP is told once, in order, with its credits."""
    ups = [event for event in events if isinstance(event, LevelUp)]
    total = max((event.total_xp for event in events if isinstance(event, XpGained)), default=0)
    told = [(up.old_level, up.new_level, up.credits) for up in ups]
    return told == [
        (level - 1, level, level_credits(level))
        for level in range(2, level_at(rules.curve, total) + 1)
    ]


def caps_hold(events: Sequence[ProgressEvent], rules: XpRules) -> bool:
    """On no UTC day does a cap's sources, or do all capped sources together, earn more."""
    cap_of = {rule.source: rule.cap for rule in rules.sources}
    limits = dict(rules.caps)
    by_cap: dict[tuple[int, str], int] = defaultdict(int)
    by_day: dict[int, int] = defaultdict(int)
    for event in events:
        cap = cap_of.get(event.source) if isinstance(event, XpGained) else None
        if isinstance(event, XpGained) and cap is not None:
            by_cap[event.day, cap] += event.amount
            by_day[event.day] += event.amount
    within = all(earned <= limits[cap] for (_, cap), earned in by_cap.items())
    return within and all(earned <= rules.daily for earned in by_day.values())


def days_are_counted_once(events: Sequence[ProgressEvent]) -> bool:
    """Counted days rise strictly: no day twice, none back-dated."""
    days = [event.day for event in events if isinstance(event, StreakUpdated)]
    return all(earlier < later for earlier, later in itertools.pairwise(days))


def _left(paid: dict[tuple[str, str], int], event: XpReversed) -> int | None:
    """What there was to take back, which is then gone."""
    return paid.pop((event.source, event.source_event_id), None)

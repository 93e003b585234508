"""What must hold of a player's progress, as predicates over the events in their order."""

import itertools
from collections import defaultdict
from collections.abc import Sequence

from astracore.gamification.events import (
    AchievementUnlocked,
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


def levels_are_told_once(events: Sequence[ProgressEvent], rules: XpRules) -> bool:
    """Each level up to that of the highest total ever is told once, in order, when it is reached.

    Also where corrections took XP back in between.
    """
    top, told = 1, 1
    for event in events:
        if isinstance(event, XpGained):
            top = max(top, level_at(rules.curve, event.total_xp))
        elif isinstance(event, LevelUp):
            told = told + 1 if event.new_level == told + 1 <= top else -1
        if told < 1:
            return False
    return told == top


def achievements_are_unlocked_once(events: Sequence[ProgressEvent]) -> bool:
    """No achievement comes twice, and each is followed by exactly its XP, if it is worth any."""
    keys = [event.key for event in events if isinstance(event, AchievementUnlocked)]
    paid = [
        after.amount
        for before, after in itertools.pairwise(events)
        if isinstance(before, AchievementUnlocked) and isinstance(after, XpGained)
    ]
    worth = [event.xp for event in events if isinstance(event, AchievementUnlocked) and event.xp]
    return len(set(keys)) == len(keys) and paid == worth


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

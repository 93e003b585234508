"""Days in a row: which day counts, what a freeze bridges, what a long run multiplies."""

from decimal import Decimal

from attrs import evolve, frozen

from astracore.instants import DAY, HOUR, SECOND, Instant
from astracore.numeric import EXACT


@frozen(kw_only=True)
class StreakRules:
    """Every number of the streak."""

    freeze_each: int = 7  # a freeze for each count divisible by it
    freezes_most: int = 2
    step: Decimal = Decimal("0.05")  # multiplier gained a day
    days_most: int = 20  # days that raise the multiplier
    xp_day: int = 5
    xp_most: int = 50
    zone_held: int = 7 * DAY  # [µs] that an offset and a start of the day stay at least


@frozen(kw_only=True)
class Streak:
    """`count` days up to and with `last_day`; `freezes` in hand. Broken or unbegun: count 0."""

    count: int = 0
    last_day: int | None = None
    freezes: int = 0


@frozen(kw_only=True)
class Zone:
    """How a player's days are told: seconds east of Greenwich, the hour at which they begin."""

    utc_offset: int = 0
    day_start: int = 0
    since: Instant | None = None  # None: as everybody begins


def zone_at(zone: Zone, asked: tuple[int | None, int | None], at: Instant, held: int) -> Zone:
    """The zone that `at` is told by: the asked one (None: as it is), if the present one was
    held long enough.

    >>> home = zone_at(Zone(), (3600, None), Instant(0), DAY)
    >>> home.utc_offset, zone_at(home, (0, None), Instant(DAY - 1), DAY) == home
    (3600, True)
    """
    offset = zone.utc_offset if asked[0] is None else asked[0]
    start = zone.day_start if asked[1] is None else asked[1]
    early = zone.since is not None and at.micros - zone.since.micros < held
    if early or (offset, start) == (zone.utc_offset, zone.day_start):
        return zone
    return Zone(utc_offset=offset, day_start=start, since=at)


def moved(streak: Streak, counted_at: Instant | None, zone: Zone) -> Streak:
    """The streak told in `zone`: its last day is not before the one that it was counted on there.

    So a date that travel skips is not missed, and one that travel repeats does not count twice.
    """
    if streak.last_day is None or counted_at is None:
        return streak
    there = counted_day(counted_at, zone.utc_offset, zone.day_start)
    return evolve(streak, last_day=max(streak.last_day, there))


def counted_day(at: Instant, utc_offset: int = 0, day_start: int = 0) -> int:
    """floor((at + utc_offset [s] − day_start [h]) / one day): the player's own day.

    >>> from astracore.instants import HOUR, Instant
    >>> counted_day(Instant(3 * HOUR), day_start=4), counted_day(Instant(3 * HOUR), 7200, 4)
    (-1, 0)
    """
    return (at.micros + utc_offset * SECOND - day_start * HOUR) // DAY


def step(streak: Streak, day: int, rules: StreakRules) -> Streak:
    """The streak after activity on `day`; the same streak when the day adds nothing.

    Invariants: at most one step a day, none for an earlier day, freezes within 0..most.
    """
    last = streak.last_day
    if last is not None and day <= last:
        return streak
    if last is None or streak.count == 0 or is_broken(streak, day):
        return Streak(count=1, last_day=day, freezes=freezes_after(1, streak.freezes, rules))
    left = streak.freezes - (day - last - 1)
    count = streak.count + 1
    return Streak(count=count, last_day=day, freezes=freezes_after(count, left, rules))


def freezes_after(count: int, freezes: int, rules: StreakRules) -> int:
    """One more at each full round of days, never above the most, never taken away."""
    earned = 1 if count % rules.freeze_each == 0 else 0
    return max(freezes, min(rules.freezes_most, freezes + earned))


def is_broken(streak: Streak, today: int) -> bool:
    """Can no activity today continue the streak? A freeze bridges exactly one missed day."""
    if streak.last_day is None or streak.count == 0:
        return False
    missed = today - streak.last_day - 1
    return missed >= 2 or (missed == 1 and streak.freezes == 0)


def broken(streak: Streak) -> Streak:
    """What is left after the break: the day and the freezes, no count."""
    return evolve(streak, count=0)


def days_alive(streak: Streak, today: int) -> int:
    """The days that count today: none once the streak cannot be continued."""
    return 0 if is_broken(streak, today) else streak.count


def streak_multiplier(days: int, rules: StreakRules) -> Decimal:
    """1 + step × min(days, most) [1].

    >>> streak_multiplier(10, StreakRules()), streak_multiplier(30, StreakRules())
    (Decimal('1.50'), Decimal('2.00'))
    """
    return EXACT.add(1, EXACT.multiply(rules.step, min(days, rules.days_most)))


def streak_xp(days: int, rules: StreakRules) -> int:
    """min(xp a day × days, most) [XP].

    >>> streak_xp(3, StreakRules()), streak_xp(300, StreakRules())
    (15, 50)
    """
    return min(rules.xp_day * days, rules.xp_most)

"""What a player's progress remembers: totals, counters of a day and a month, a month's awards.

Awards are kept for `REMEMBERED` days, so that a repeat is a no-op and a correction takes back
exactly what was paid; what is older than they are counts as paid. So the state stays as small
after a million trades as after a thousand.
"""

from collections.abc import Mapping
from decimal import Decimal

from attrs import evolve, field, frozen

from astracore.gamification.achievements import Category
from astracore.gamification.events import TradeCounted, XpGained, XpReversed
from astracore.gamification.record import Record
from astracore.gamification.sources import LeagueName, RewardKind, Tier, XpSource
from astracore.gamification.streaks import Streak, Zone
from astracore.ids import EventId, UserId
from astracore.instants import DAY, Instant, utc_month
from astracore.numeric import EXACT

ZERO = Decimal(0)
NO_USER = UserId("")
NO_DAY = -(2**31)  # earlier than every day that an instant can name
REMEMBERED = 35  # [days] an award can be taken back and is not paid again


@frozen(kw_only=True)
class SymbolDay:
    """One symbol's qualifying closes of the day. `profited`: its net exceeded 0 at some point."""

    symbol: str
    net: Decimal
    profited: bool


@frozen(kw_only=True)
class TradeDay:
    """The day's qualifying closes of one source, symbols in the order of their first close."""

    source: XpSource
    symbols: tuple[SymbolDay, ...] = ()
    margin: Decimal = ZERO


@frozen(kw_only=True)
class Earned:
    """XP of one source on the day."""

    source: XpSource
    amount: int


@frozen(kw_only=True)
class DayTally:
    """What the caps of one UTC day have seen."""

    day: int = NO_DAY
    earned: tuple[Earned, ...] = ()
    trades: tuple[TradeDay, ...] = ()


@frozen(kw_only=True)
class MonthTally:
    """How many awards of one source a calendar month holds."""

    source: XpSource
    month: str  # 2026-03
    count: int


@frozen(kw_only=True)
class Paid:
    """What a source event was paid on a UTC day; `back` once it was taken back."""

    day: int
    amount: int = 0
    back: bool = False


@frozen(kw_only=True)
class Tries:
    """How often a quiz was tried on a UTC day."""

    lesson_id: str
    day: int
    count: int


@frozen(kw_only=True)
class Learning:
    """Lessons that were completed, quizzes that were passed, today's tries."""

    lessons: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()
    tries: tuple[Tries, ...] = ()


@frozen(kw_only=True)
class Unlocked:
    """An achievement that one has."""

    category: Category
    points: int
    day: int  # UTC


@frozen(kw_only=True)
class Reward:
    """Something to claim before it expires."""

    kind: RewardKind
    amount: int
    expires_at: Instant
    claimed: bool = False


@frozen(kw_only=True)
class Trophies:
    """Achievements by key (they only grow), the badges that are shown, rewards by id."""

    unlocked: Mapping[str, Unlocked] = field(factory=dict)
    badges: tuple[str, ...] = ()
    rewards: Mapping[str, Reward] = field(factory=dict)


@frozen(kw_only=True)
class Place:
    """The league and since when, the last changes, the tier, and the days in the spotlight.

    `week` is that of the last change, `warned` that of the last warning; weeks count Mondays.
    """

    league: LeagueName = LeagueName.CADET
    since: int | None = None  # UTC day; None: from the beginning
    week: int | None = None
    warned: int | None = None
    tier: Tier = Tier.NONE
    spotlights: int = 0
    shown: int | None = None  # the last UTC day in the spotlight


@frozen(kw_only=True)
class Progress:
    """A player's XP, streak and counters. `top_level`: the highest that was ever told."""

    user_id: UserId = NO_USER
    xp: int = 0
    streak: Streak = field(factory=Streak)
    tally: DayTally = field(factory=DayTally)
    months: tuple[MonthTally, ...] = ()
    top_level: int = 1
    zone: Zone = field(factory=Zone)
    counted_at: Instant | None = None  # when the streak's last day was counted
    check_in_day: int = NO_DAY
    awards: Mapping[str, Paid] = field(factory=dict)  # by `paid_key`
    once: frozenset[str] = frozenset()
    learning: Learning = field(factory=Learning)
    record: Record = field(factory=Record)
    trophies: Trophies = field(factory=Trophies)
    place: Place = field(factory=Place)
    first_day: int | None = None  # the UTC day of the first thing that happened


def points(trophies: Trophies) -> int:
    """The points of all that was unlocked; they never fall."""
    return sum(each.points for each in trophies.unlocked.values())


def unlocked_of(trophies: Trophies, category: Category) -> int:
    """How many achievements of a category one has."""
    return sum(each.category is category for each in trophies.unlocked.values())


def paid_key(source: XpSource, source_event_id: EventId) -> str:
    """Under what an award is remembered.

    >>> paid_key(XpSource.LIKE, EventId("e"))
    'like:e'
    """
    return f"{source.value}:{source_event_id}"


def with_paid(state: Progress, key: str, paid: Paid) -> Mapping[str, Paid]:
    """The awards with one more; on a new day those that are too old are forgotten."""
    oldest = paid.day - REMEMBERED
    kept = state.awards
    if paid.day > state.tally.day:
        kept = {name: each for name, each in kept.items() if each.day > oldest}
    return {**kept, key: paid}


def taken_back(state: Progress, event: XpReversed) -> Mapping[str, Paid]:
    """The awards after a correction."""
    key = paid_key(event.source, event.source_event_id)
    return {**state.awards, key: Paid(day=event.day, amount=event.amount, back=True)}


def tries_of(learning: Learning, lesson_id: str, day: int) -> int:
    """How often a quiz was tried on `day`."""
    found = (row.count for row in learning.tries if row.lesson_id == lesson_id and row.day == day)
    return next(found, 0)


def tally_of(tally: DayTally, day: int) -> DayTally:
    """The counters that bind on `day`: fresh ones on a later day than the last one seen."""
    return tally if day <= tally.day else DayTally(day=day)


def trades_of(tally: DayTally, source: XpSource) -> TradeDay:
    """The day's closes of `source`."""
    found = (trades for trades in tally.trades if trades.source == source)
    return next(found, TradeDay(source=source))


def symbol_of(trades: TradeDay, symbol: str) -> SymbolDay | None:
    """The day's figures of `symbol`, if it was closed today."""
    return next((seen for seen in trades.symbols if seen.symbol == symbol), None)


def with_trade(tally: DayTally, event: TradeCounted) -> DayTally:
    """Add one qualifying close."""
    current = tally_of(tally, event.day)
    before = trades_of(current, event.source)
    seen = symbol_of(before, event.symbol)
    net = event.net if seen is None else EXACT.add(seen.net, event.net)
    profited = net > 0 or (seen is not None and seen.profited)
    after = SymbolDay(symbol=event.symbol, net=net, profited=profited)
    symbols = (
        (*before.symbols, after)
        if seen is None
        else tuple(after if old.symbol == event.symbol else old for old in before.symbols)
    )
    trades = evolve(before, symbols=symbols, margin=EXACT.add(before.margin, event.peak_margin))
    others = tuple(old for old in current.trades if old.source != event.source)
    return evolve(current, trades=(*others, trades))


def with_xp(tally: DayTally, event: XpGained) -> DayTally:
    """Add what was granted."""
    current = tally_of(tally, event.day)
    before = earned(current, event.source)
    others = tuple(old for old in current.earned if old.source != event.source)
    after = Earned(source=event.source, amount=before + event.amount)
    return evolve(current, earned=(*others, after))


def earned(tally: DayTally, source: XpSource) -> int:
    """XP of `source` on the tally's day."""
    return next((row.amount for row in tally.earned if row.source == source), 0)


def awards_in_month(state: Progress, source: XpSource, month: str) -> int:
    """How many awards of `source` fell into `month`."""
    found = (row.count for row in state.months if row.source == source and row.month == month)
    return next(found, 0)


def with_award(state: Progress, event: XpGained) -> tuple[MonthTally, ...]:
    """Count one award in its month; the sources' older months are forgotten."""
    month = utc_month(Instant(event.day * DAY))
    count = awards_in_month(state, event.source, month) + 1
    others = tuple(row for row in state.months if row.source != event.source)
    return (*others, MonthTally(source=event.source, month=month, count=count))

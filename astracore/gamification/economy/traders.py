"""A trader's year, day by day, by the very tables of the game, in whole numbers.

A faster twin of the progress: it leaves out events and remembers sums alone. That it earns what
the decider pays, award by award, is a property of the tests.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from math import isqrt

from attrs import evolve, field, frozen

from astracore.gamification.achievements import Facts, is_due
from astracore.gamification.commands import EvaluateLeague
from astracore.gamification.economy.characters import Trick
from astracore.gamification.economy.plans import Plan, Trade
from astracore.gamification.game_rules import GameRules
from astracore.gamification.leagues import league_of, least_active, needs, neighbour, week_of
from astracore.gamification.levels import level_at
from astracore.gamification.measures import MODULES, Measure
from astracore.gamification.rules import Flat, Graded, PerSymbol, rule_for
from astracore.gamification.sources import Regime, XpSource
from astracore.gamification.state import Place, Progress, Trophies, Unlocked
from astracore.gamification.streaks import Streak, days_alive, step, streak_multiplier, streak_xp
from astracore.ids import UserId
from astracore.instants import DAY, Instant
from astracore.numeric import EXACT, quotient

WINDOW = 30  # days of which the active ones count
WON = {
    Regime.TREND: Measure.WON_TREND,
    Regime.RANGE: Measure.WON_RANGE,
    Regime.VOLATILE: Measure.WON_VOLATILE,
}


@frozen(kw_only=True)
class Trader:
    """Where somebody stands: sums, the streak, counts of what achievements ask for."""

    xp: int = 0
    streak: Streak = field(factory=Streak)
    counts: Mapping[Measure, int] = field(factory=dict)
    unlocked: Mapping[str, Unlocked] = field(factory=dict)
    place: Place = field(factory=Place)
    first_day: int | None = None
    lessons: int = 0
    day: int | None = None  # the last one with a trade
    day_net: int = 0
    results: tuple[bool, ...] = ()  # of the last closes: won or not
    active: tuple[int, ...] = ()  # days, within the window


@frozen(kw_only=True)
class Earned:
    """What one day paid, by source, after all caps."""

    by_source: Mapping[XpSource, int]


def paid_for(
    deeds: Iterable[tuple[XpSource, int]], factor: Decimal, rules: GameRules
) -> Mapping[XpSource, int]:
    """What a day's deeds are paid in their order: each of a source and a base, the factor where
    the source admits it, cut by the source's cap and then by the day's."""
    table = {rule.source: rule for rule in rules.xp.sources}
    left, daily = dict(rules.xp.caps), rules.xp.daily
    over, under = factor.as_integer_ratio()
    paid: dict[XpSource, int] = {}
    for source, base in deeds:
        rule = table.get(source)
        if rule is None:
            continue
        amount = base * over // under if rule.multiplied else base
        if rule.cap is not None:
            amount = max(0, min(amount, left[rule.cap], daily))
            left[rule.cap] -= amount
            daily -= amount
        paid[source] = paid.get(source, 0) + amount
    return paid


def lived_day(trader: Trader, plan: Plan, day: int, rules: GameRules) -> tuple[Trader, Earned]:
    """A check-in, the trades, a lesson, the social deeds: the trader after them, and what it paid.

    Invariant: what the decider pays for the same deeds in the same order.
    """
    streak = step(trader.streak, day, rules.xp.streak)
    league = league_of(rules.leagues, trader.place.league)
    days = days_alive(streak, day)
    product = EXACT.multiply(streak_multiplier(days, rules.xp.streak), league.multiplier)
    honest = plan.trick is Trick.HONEST and bool(plan.trades)
    traded = _counted(trader, plan.trades, day) if honest else trader
    learned = _learned(trader, plan, rules)
    deeds = (
        (XpSource.STREAK, streak_xp(streak.count, rules.xp.streak)),
        (XpSource.CHECK_IN, _flat(XpSource.CHECK_IN, rules)),
        *(_trade_bases(plan.trades, rules) if honest else ()),
        *learned,
        *(((XpSource.SHARE, _flat(XpSource.SHARE, rules)),) * plan.shares),
    )
    paid = paid_for(deeds, min(rules.xp.multiplier_most, product), rules)
    after = evolve(
        traded,
        xp=traded.xp + sum(paid.values()),
        streak=streak,
        lessons=traded.lessons + bool(learned),
        counts=_lived(traded.counts, plan, streak.count),
        first_day=day if traded.first_day is None else traded.first_day,
        active=(*(each for each in traded.active if each > day - WINDOW), day),
    )
    return after, Earned(by_source=paid)


def _learned(trader: Trader, plan: Plan, rules: GameRules) -> tuple[tuple[XpSource, int], ...]:
    """The next lesson of the table, if there is one, and its quiz, if it has one."""
    lessons = rules.lessons.lessons
    if not plan.lesson or trader.lessons >= len(lessons):
        return ()
    lesson = (XpSource.LESSON, _flat(XpSource.LESSON, rules))
    quiz = (XpSource.QUIZ, _flat(XpSource.QUIZ, rules))
    return (lesson, quiz) if lessons[trader.lessons].quiz else (lesson,)


def _flat(source: XpSource, rules: GameRules) -> int:
    """What a deed of a fixed worth is worth; a quiz when it is passed."""
    rule = rule_for(rules.xp, source)
    worth = None if rule is None else rule.worth
    return worth.xp if isinstance(worth, Flat | Graded) else 0


def _lived(counts: Mapping[Measure, int], plan: Plan, streak: int) -> Mapping[Measure, int]:
    """The counts that a day itself raises."""
    raised = {each: counts.get(each, 0) + 1 for each in plan.raised}
    return {**counts, Measure.STREAK: streak, **raised}


def _trade_bases(trades: tuple[Trade, ...], rules: GameRules) -> Iterator[tuple[XpSource, int]]:
    """Each live close in turn: its symbol's first one, its day in profit, the day's margin."""
    rule = rule_for(rules.xp, XpSource.TRADE_LIVE)
    if rule is None or not isinstance(rule.worth, PerSymbol):
        return
    worth, nets, profited, margin, grown = rule.worth, dict[int, int](), set[int](), 0, 0
    for trade in trades:
        fresh = trade.symbol not in nets
        nets[trade.symbol] = nets.get(trade.symbol, 0) + trade.net
        base = 0
        if list(nets).index(trade.symbol) < worth.symbols:
            base = worth.first if fresh else 0
            base += worth.profit if nets[trade.symbol] > 0 and trade.symbol not in profited else 0
        if nets[trade.symbol] > 0:
            profited.add(trade.symbol)
        margin += trade.margin
        growth = worth.growth * isqrt(margin // worth.growth_unit)
        yield XpSource.TRADE_LIVE, base + growth - grown
        grown = growth


def _counted(trader: Trader, trades: tuple[Trade, ...], day: int) -> Trader:
    """The counts that achievements ask for, after a day of closes."""
    counts = dict(trader.counts)
    green = counts.get(Measure.GREEN_DAYS, 0) + 1 if trader.day_net > 0 else 0
    counts[Measure.GREEN_DAYS] = green if trader.day == day - 1 else 0
    for trade in trades:
        won = trade.net > 0
        counts[Measure.CLOSED] = counts.get(Measure.CLOSED, 0) + 1
        counts[Measure.LIVE] = counts.get(Measure.LIVE, 0) + 1
        stops, small = counts.get(Measure.STOP_RUN, 0), counts.get(Measure.SMALL_RUN, 0)
        wins = counts.get(Measure.SMALL_WINS, 0)
        counts[Measure.STOP_RUN] = stops + 1 if trade.had_stop else 0
        counts[Measure.SMALL_RUN] = small + 1 if trade.small else 0
        counts[Measure.SMALL_WINS] = wins + won if trade.small else 0
        counts[WON[trade.regime]] = counts.get(WON[trade.regime], 0) + won
    results = (*trader.results, *(trade.net > 0 for trade in trades))[-50:]
    net = sum(trade.net for trade in trades)
    return evolve(trader, counts=counts, results=results, day=day, day_net=net)


def looked_at(trader: Trader, day: int, rules: GameRules) -> Trader:
    """The weekly look: what is due is unlocked and paid, then the league."""
    return _league(_unlocked(trader, day, rules), day, rules)


def facts_of_trader(trader: Trader, rules: GameRules) -> Facts:
    """The counts, with the level and the lessons that follow from the sums."""
    done = rules.lessons.lessons[: trader.lessons]
    passed = {lesson.module for lesson in done if lesson.quiz}
    return Facts(
        counts={
            **trader.counts,
            Measure.LEVEL: level_at(rules.xp.curve, trader.xp),
            Measure.LESSONS: trader.lessons,
            **{module: int(module.value in passed) for module in MODULES},
        }
    )


def _unlocked(trader: Trader, day: int, rules: GameRules) -> Trader:
    """Unlock until nothing is due: XP of one may reach a level that another one asks for."""
    current, before = trader, -1
    while before != len(current.unlocked):
        before = len(current.unlocked)
        facts = facts_of_trader(current, rules)
        due = [
            each
            for each in rules.achievements
            if each.achievement_id not in current.unlocked
            and is_due(each, facts, Instant(day * DAY))
        ]
        fresh = {
            each.achievement_id: Unlocked(category=each.category, points=each.points, day=day)
            for each in due
        }
        paid = sum(each.xp for each in due)
        current = evolve(current, xp=current.xp + paid, unlocked={**current.unlocked, **fresh})
    return current


def _league(trader: Trader, day: int, rules: GameRules) -> Trader:
    """One league up when all requirements hold, one down after two idle weeks."""
    place, week = trader.place, week_of(day)
    active = sum(each > day - WINDOW for each in trader.active)
    here = league_of(rules.leagues, place.league)
    above, below = (neighbour(rules.leagues, place.league, each) for each in (1, -1))
    if below is not None and active < least_active(here, rules.leagues):
        if place.warned != week - 1:
            return evolve(trader, place=evolve(place, warned=week))
        return evolve(trader, place=Place(league=below.name, since=day, week=week))
    wins, closes = Decimal(sum(trader.results)), Decimal(len(trader.results))
    rate = quotient(wins, closes) if trader.results else None
    facts = EvaluateLeague(
        user_id=UserId(""),
        tournaments=trader.counts.get(Measure.TOURNAMENTS, 0),
        win_rate=rate,
        active_days=active,
        at=Instant(day * DAY),
    )
    known = Progress(
        trophies=Trophies(unlocked=trader.unlocked), place=place, first_day=trader.first_day
    )
    if above is not None and all(need.met for need in needs(above, known, facts)):
        return evolve(trader, place=Place(league=above.name, since=day, week=week))
    return trader

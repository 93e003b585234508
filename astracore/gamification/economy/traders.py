"""A trader's year, day by day, by the very tables of the game, in whole numbers.

A faster twin of the progress: it leaves out events and remembers sums alone. That it earns what
the decider pays, award by award, is a property of the tests.
"""

from collections.abc import Mapping
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
from astracore.gamification.rules import Flat, Graded, PerSymbol, SourceRule, rule_for
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


class _Purse:
    """The caps of one day: what each deed is paid of what it is worth."""

    def __init__(self, rules: GameRules, factor: Decimal) -> None:
        self._rules = {rule.source: rule for rule in rules.xp.sources}
        self._factor = factor.as_integer_ratio()
        self._left = dict(rules.xp.caps)
        self._daily = rules.xp.daily
        self.paid: dict[XpSource, int] = {}

    def pay(self, source: XpSource, base: int) -> None:
        """base × multiplier where the source admits it, cut by its cap and the day's."""
        rule = self._rules.get(source)
        if rule is None:
            return
        over, under = self._factor if rule.multiplied else (1, 1)
        self._grant(rule, base * over // under)

    def _grant(self, rule: SourceRule, raw: int) -> None:
        amount = raw
        if rule.cap is not None:
            amount = max(0, min(raw, self._left[rule.cap], self._daily))
            self._left[rule.cap] -= amount
            self._daily -= amount
        self.paid[rule.source] = self.paid.get(rule.source, 0) + amount


def lived_day(trader: Trader, plan: Plan, day: int, rules: GameRules) -> tuple[Trader, Earned]:
    """A check-in, the trades, a lesson, the social deeds: the trader after them, and what it paid.

    Invariant: what the decider pays for the same deeds in the same order.
    """
    streak = step(trader.streak, day, rules.xp.streak)
    league = league_of(rules.leagues, trader.place.league)
    days = days_alive(streak, day)
    product = EXACT.multiply(streak_multiplier(days, rules.xp.streak), league.multiplier)
    purse = _Purse(rules, min(rules.xp.multiplier_most, product))
    purse.pay(XpSource.STREAK, streak_xp(streak.count, rules.xp.streak))
    purse.pay(XpSource.CHECK_IN, _flat(XpSource.CHECK_IN, rules))
    traded = trader
    if plan.trick is Trick.HONEST and plan.trades:
        _pay_trades(plan.trades, purse, rules)
        traded = _counted(trader, plan.trades, day)
    lessons = traded.lessons
    if plan.lesson and lessons < len(rules.lessons.lessons):
        purse.pay(XpSource.LESSON, _flat(XpSource.LESSON, rules))
        if rules.lessons.lessons[lessons].quiz:
            purse.pay(XpSource.QUIZ, _flat(XpSource.QUIZ, rules))
        lessons += 1
    for _ in range(plan.shares):
        purse.pay(XpSource.SHARE, _flat(XpSource.SHARE, rules))
    after = evolve(
        traded,
        xp=traded.xp + sum(purse.paid.values()),
        streak=streak,
        lessons=lessons,
        counts=_lived(traded.counts, plan, streak.count),
        first_day=day if traded.first_day is None else traded.first_day,
        active=(*(each for each in traded.active if each > day - WINDOW), day),
    )
    return after, Earned(by_source=purse.paid)


def _flat(source: XpSource, rules: GameRules) -> int:
    """What a deed of a fixed worth is worth; a quiz when it is passed."""
    rule = rule_for(rules.xp, source)
    worth = None if rule is None else rule.worth
    return worth.xp if isinstance(worth, Flat | Graded) else 0


def _lived(counts: Mapping[Measure, int], plan: Plan, streak: int) -> Mapping[Measure, int]:
    """The counts that a day itself raises."""
    raised = {each: counts.get(each, 0) + 1 for each in plan.raised}
    return {**counts, Measure.STREAK: streak, **raised}


def _pay_trades(trades: tuple[Trade, ...], purse: _Purse, rules: GameRules) -> None:
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
        purse.pay(XpSource.TRADE_LIVE, base + growth - grown)
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

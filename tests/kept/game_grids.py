"""Grids of the game's formulas: ratings, ranks, pairings, levels, seasons, scores, delays."""

# ruff: noqa: FBT003 - of what is drawn, much is true or false

import itertools
from decimal import Decimal

from astracore.gamification.curves import capped, doubling, rounded_quadratic
from astracore.gamification.frozen_lists import frozen_list, row_bytes, rows_of
from astracore.gamification.leaderboards.periods import (
    has_ended,
    is_inside,
    key_at,
    label,
    stream_key,
    window_of,
)
from astracore.gamification.leaderboards.rules import BOARDS, radius_of
from astracore.gamification.leaderboards.scores import DayReturn, return_score, sharpe_score
from astracore.gamification.leaderboards.types import Board, BoardKey, Cadence, Market, Scope
from astracore.gamification.leaderboards.views import among, around_me, paged
from astracore.gamification.levels import (
    PRODUCT_CURVE,
    Curve,
    Thresholds,
    Triangular,
    curve,
    level_at,
    level_credits,
    progress,
    root,
    threshold,
)
from astracore.gamification.matchings import perfect_matching
from astracore.gamification.measures import lab, low_drawdown_days, recovery, regime
from astracore.gamification.pairing import (
    Standing as Player,
)
from astracore.gamification.pairing import (
    bracket_order,
    double_elimination,
    next_round,
    round_robin,
    single_elimination,
    swiss_round,
)
from astracore.gamification.ranking import Method, Order, ranked, score_text
from astracore.gamification.ranks import Standing, competition, dense, modified, percentile
from astracore.gamification.ratings import (
    EloRules,
    Game,
    Rated,
    elo_expected,
    elo_update,
    glicko2_expected,
    glicko2_g,
    glicko2_update,
    glicko_update,
)
from astracore.gamification.safeguards.pacing import delay, next_show
from astracore.gamification.safeguards.rules import SafeguardRules, ShowKind
from astracore.gamification.seasons import SeasonRules, carried, decayed, season_of
from astracore.gamification.sources import Tier
from astracore.gamification.standings import above, around, page, put, table_of, without
from astracore.gamification.tiers import (
    Candidate,
    PrestigeRules,
    SpotlightRules,
    prestige,
    spotlight,
)
from astracore.gamification.tournaments.ai_traders import AI_TRADERS, ai_seed
from astracore.gamification.tournaments.rules import SCORING
from astracore.gamification.tournaments.scores import NOTHING, score, with_trade
from astracore.ids import UserId
from astracore.instants import DAY, HOUR, MINUTE, Instant
from tests.kept.telling import Tale
from tests.kept.walking import START, Dice

D = Decimal


def ratings() -> str:
    """Elo, Glicko and Glicko-2, from players and games on both sides of each bound."""
    tale = Tale()
    numbers = (D(1000), D(1500), D("2100.5"), D(1_000_001), D("NaN"))
    for one, two in itertools.product(numbers, repeat=2):
        tale.answer(f"elo {one} {two}", elo_expected(one, two))
        for points, rules in itertools.product(
            ("0", "1", "1.5", "3", "-1"), (EloRules(), EloRules(k=D(10), floor=D(1000)))
        ):
            tale.answer(
                f"after {points} {rules.k}", elo_update(one, (two, D(1400)), D(points), rules)
            )
        for deviation in (D(30), D(0), D("1E-9"), D(350)):
            tale.answer(f"expected {deviation}", glicko2_expected(one, two, deviation))
    for deviation in (D(30), D(0), D("1E-9"), D(350), D(1_000_001)):
        tale.answer(f"g {deviation}", glicko2_g(deviation))
    games = (
        Game(rating=D(1400), rd=D(30), score=D(1)),
        Game(rating=D(1550), rd=D(100), score=D(0)),
        Game(rating=D(1700), rd=D(300), score=D("0.5")),
    )
    for spread, volatility in itertools.product(("200", "0", "50"), ("0.06", "0", "0.3", "101")):
        player = Rated(rating=D(1500), rd=D(spread), volatility=D(volatility))
        for count, tau in itertools.product(range(4), ("0.5", "1.2", "0", "101")):
            told = glicko2_update(player, games[:count], D(tau))
            tale.answer(f"glicko2 {spread} {volatility} {count} {tau}", told)
            tale.answer("glicko", glicko_update(player, games[:count]))
    bad = Game(rating=D(1400), rd=D(30), score=D("1.1"))
    tale.answer("bad", glicko_update(Rated(), (bad,)))
    return tale.text()


def ranks() -> str:
    """Ranks of some scores, and tables that are put together, cut and read."""
    tale = Tale()
    rows = (D(5), D(7), D(7), D("7.0"), D(-1), D(0))
    for size in range(len(rows) + 1):
        for method, order in itertools.product(Method, Order):
            tale.answer(f"{method} {order} {size}", ranked(rows[:size], method, order))
        for way in (competition, modified, dense):
            tale.answer(way.__name__, way(rows[:size]))
    tale.answer("nothing", ranked((D("NaN"),), Method.DENSE))
    for rank, count in itertools.product((0, 1, 2, 7, 8), (0, 1, 7)):
        tale.answer(f"percentile {rank} {count}", percentile(rank, count))
    for amount in ("0", "1.5", "-2", "1E-18", "1E+29"):
        tale.answer(f"text {amount}", score_text(D(amount)))
    d, table = Dice(5), table_of(())
    for step in range(60):
        name = d.one(*"abcdefghij")
        if d.one(0, 0, 0, 1):
            table = without(table, name)
        else:
            one = Standing(
                score=D(d.one(1, 2, 3, 3)), reached_at=Instant(step // 2), user_id=UserId(name)
            )
            table = put(table, one)
        tale.answer(f"{step} rows", rows_of(table))
        tale.answer("above", above(table, D(2)))
        for start, count in ((-1, 2), (1, 3), (2, 99), (9, 1)):
            tale.answer("page", page(table, start, count))
        tale.answer("around", around(table, name, d.one(0, 1, 2)))
        tale.answer("me", around_me(table, name, d.one(None, 1, 99), BOARDS))
        tale.answer("shown", paged(table, d.one(1, 3), 2, BOARDS))
        tale.answer("among", rows_of(among(table, "abc")))
    tale.answer("frozen", frozen_list(table))
    tale.answer("bytes", [row_bytes(row) for row in rows_of(table)])
    tale.answer("radius", [radius_of(asked, BOARDS) for asked in (None, -1, 0, 1, 20, 21)])
    return tale.text()


def pairings() -> str:
    """Brackets, rounds and matchings of some players."""
    tale = Tale()
    names = "abcdefghijklm"
    for size in range(14):
        tale.answer(f"order {size}", bracket_order(size))
        first = tale.answer(f"knockout {size}", single_elimination(names[:size]))
        while first is not None and len(first) > 0:
            winners = frozenset(match.second or match.first for match in first)
            first = tale.answer("next", next_round(first, winners))
        tale.answer(f"robin {size}", round_robin(names[:size]))
        if size < 10:
            tale.answer(f"double {size}", double_elimination(size))
    tale.answer("twice", single_elimination("aba"))
    d = Dice(6)
    for _ in range(40):
        size = d.one(2, 3, 4, 5, 6, 7, 8)
        players = [
            Player(
                player=name,
                points=d.one(0, 1, 2, 2),
                met=frozenset(d.random.sample(names[:size], d.random.randrange(size))),
                had_bye=d.one(True, False),
            )
            for name in names[:size]
        ]
        tale.answer("swiss", swiss_round(players))
        edges = {(a, b) for a in range(size) for b in range(a) if d.random.random() < 0.45}
        near = [[b for b in range(size) if (a, b) in edges or (b, a) in edges] for a in range(size)]
        tale.answer(f"matching {near}", perfect_matching(near))
    return tale.text()


def levels() -> str:
    """Curves, levels, seasons, days of measures."""
    tale = Tale()
    shapes: list[Curve] = [PRODUCT_CURVE, Triangular(step=100)]
    shapes += [
        one.unwrap() for one in (doubling(9), rounded_quadratic(9), capped(PRODUCT_CURVE, 4))
    ]
    for shape in shapes:
        tale.answer("curve", curve(shape))
        for level in (-1, 0, 1, 2, 4, 5, 9, 10):
            tale.answer(f"from {level}", threshold(shape, level))
        for xp in (0, 99, 100, 399, 400, 1154, 10**6):
            tale.answer(f"at {xp}", (level_at(shape, xp), progress(shape, xp)))
    for steps in ((), (0,), (1, 2), (0, 5, 5), (0, 5, 4), (0, 1, 9)):
        tale.answer(f"steps {steps}", curve(Thresholds(xp=steps)))
    for count in (-1, 0, 1, 2, 300, 10**6):
        tale.answer(f"doubling {count}", doubling(count).map(lambda found: found.xp[-1]))
        tale.answer(f"quadratic {count}", rounded_quadratic(count).map(lambda found: found.xp[-1]))
        tale.answer(f"capped {count}", capped(PRODUCT_CURVE, count).map(lambda found: found.xp[-1]))
    for value, power in itertools.product((0, 1, 7, 8, 9, 10**30), (1, 2, 3, 7)):
        tale.answer(f"root {value} {power}", root(value, power))
    tale.answer(
        "credits", [level_credits(level) for level in (-1, 0, 1, 2, 9, 10, 25, 49, 50, 99, 100)]
    )
    seasons = [season_of(day) for day in (-1, 0, 89, 90, 181, 20_000, 10**9, -(10**9))]
    tale.answer("seasons", seasons)
    for points, idle in itertools.product((-1, 0, 7, 1000), (-1, 0, 1, 13, 14, 15, 90)):
        tale.answer(f"idle {points} {idle}", decayed(points, idle, SeasonRules()))
    for points, (before, now) in itertools.product(
        (0, 999), itertools.product(seasons[1:5], repeat=2)
    ):
        tale.answer(f"carried {points}", carried(points, before, now, SeasonRules()))
    for low, high in itertools.product(("0.1", "0.79", "0.8", "-0.1", "0.09"), repeat=2):
        tale.answer(f"regime {low} {high}", regime(D(low), D(high)))
        tale.answer("recovery", recovery(D(low), D(high), D("0.1")))
        tale.answer("calm", low_drawdown_days(9, D(low), D(high) + D("0.71")))
    for days, paper, sharpe in itertools.product((364, 365), (29, 30), ("1.19", "1.2")):
        tale.answer("lab", lab((days, D(sharpe)), (paper, D("1.3"))))
        tale.answer("lab", lab((days, D(2)), (paper, D(sharpe))))
    return tale.text()


def honours() -> str:
    """Prestige, the spotlight, tournament scores, boards' periods and scores, delays of shows."""
    tale = Tale()
    for tier, shown, votes, points in itertools.product(Tier, (0, 3), (0, 7), (0, 99, 1234)):
        tale.answer(
            f"prestige {tier} {shown} {votes} {points}",
            prestige(tier, shown, votes, points, PrestigeRules()),
        )
    d = Dice(7)
    for day in range(40):
        people = [
            Candidate(
                user_id=UserId(name),
                tier=d.one(*Tier),
                rating=D(d.one("79.99", "80", "95")),
                prestige=d.one(1, 5, 5),
                shown=d.one(None, day - 30, day - 29, day - 90, day - 1),
            )
            for name in "abcd"
        ]
        tale.answer(f"spotlight {day}", spotlight(people, day, SpotlightRules()))
    tallies = [NOTHING]
    for net, volume in ((100, 5000), (-50, 200), (0, 0), (7000, 90_000), (3, 1), (-20_000, 8)):
        fair = with_trade(tallies[-1], D(net), D(volume), qualifies=net != 3)
        tallies.append(tale.answer("tally", fair))
    for tally, equity in itertools.product(tallies, ("100000", "107033", "87033", "0")):
        tale.answer(f"score {equity}", score(tally, D(equity), D(100_000), SCORING))
    for trader in AI_TRADERS:
        tale.answer("ai", trader)
        tale.answer("seed", ai_seed(trader.id, 20_000))
    boards(tale)
    shows(tale)
    return tale.text()


def boards(tale: Tale) -> None:
    """Windows of each cadence around some instants."""
    for cadence, day in itertools.product(Cadence, (0, 4, 11, 31, 89, 90, 364, 365, 20_516)):
        at = Instant(day * DAY + HOUR)
        window = tale.answer(f"window {cadence} {day}", window_of(cadence, at))
        key = BoardKey(
            board=Board.SHARPE,
            market=Market.LIVE,
            scope=Scope.CLAN,
            target="c",
            cadence=cadence,
            begin=window.begin,
        )
        tale.answer(
            "label", (label(key), stream_key(key), key_at(key, Instant(at.micros + 40 * DAY)))
        )
        for edge in (window.begin, window.end):
            if edge is not None:
                near = [Instant(edge.micros + more) for more in (-1, 0) if edge.micros]
                tale.answer(
                    "in", [(is_inside(window, one), has_ended(window, one)) for one in near]
                )
    for values in ((), ("0.1",), ("0.1", "-0.05", "0.2"), ("0", "0"), ("-1", "5"), ("NaN",)):
        for flow in (None, 0, 1):
            days = tuple(
                DayReturn(value=D(one), has_flow=place == flow) for place, one in enumerate(values)
            )
            tale.answer(f"return {values} {flow}", return_score(days))
            tale.answer("sharpe", sharpe_score(days))


def shows(tale: Tale) -> None:
    """When a player is shown something again."""
    rules = SafeguardRules()
    for kind, stressed in itertools.product(ShowKind, (True, False)):
        tale.answer(f"delay {kind} {stressed}", delay(kind, stressed=stressed, rules=rules))
        for count, gap in itertools.product(
            (0, 1, 2, 3, 4, 24), (MINUTE, 4 * MINUTE, 14 * MINUTE, HOUR)
        ):
            seen = [Instant(START.micros + place * gap) for place in range(count)]
            tale.answer(
                f"next {count} {gap}", next_show(seen, kind, stressed=stressed, rules=rules)
            )


GRIDS = {
    "ratings": ratings,
    "ranks": ranks,
    "pairings": pairings,
    "levels": levels,
    "honours": honours,
}

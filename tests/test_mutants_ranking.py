"""Planted mistakes in ratings, tables of ranks, boards and tournaments must turn their laws red."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from attrs import frozen
from returns.primitives.exceptions import UnwrapFailedError

from astracore.gamification.frozen_lists import Row
from astracore.gamification.leaderboards.fairness import Contender
from astracore.gamification.leaderboards.rules import BOARDS
from astracore.gamification.leaderboards.types import Board, BoardKey, Cadence, Market
from astracore.gamification.ranks import Standing, ordinal_key
from astracore.gamification.ratings import EloRules, Game, Rated
from astracore.gamification.standings import table_of
from astracore.gamification.tournaments.rules import SCORING
from astracore.instants import DAY, Instant
from tests.test_mutants_portfolio import planted

D = Decimal
Module = Any
PAPER = (
    Game(rating=D(1400), rd=D(30), score=D(1)),
    Game(rating=D(1550), rd=D(100), score=D(0)),
    Game(rating=D(1700), rd=D(300), score=D(0)),
)


def elo_makes_no_points(ratings: Module) -> bool:
    """Two players' ratings keep their sum."""
    left = ratings.elo_update(D(1600), (D(1500),), D(1), EloRules()).unwrap()
    right = ratings.elo_update(D(1500), (D(1600),), D(0), EloRules()).unwrap()
    return bool(abs(left + right - 3100) < D("1E-20") and 1600 < left < 1616)


def follows_the_paper(ratings: Module) -> bool:
    """Glickman's worked example, and what happens without games."""
    after = ratings.glicko2_update(Rated(rating=D(1500), rd=D(200)), PAPER, D("0.5")).unwrap()
    first = ratings.glicko_update(Rated(rating=D(1500), rd=D(200)), PAPER).unwrap()
    idle = ratings.glicko2_update(Rated(rd=D(200)), (), D("0.5")).unwrap()
    capped = ratings.glicko2_update(Rated(rd=D(350)), (), D("0.5")).unwrap()
    return (
        (round(after.rating, 4), round(after.rd, 4)) == (D("1464.0507"), D("151.5165"))
        and round(after.volatility, 7) == D("0.0599960")
        and (round(first.rating), round(first.rd, 1)) == (1464, D("151.4"))
        and idle.rd > 200
        and capped.rd == 350
    )


def ones() -> list[Standing]:
    """Ties in score, ties in time, and scores beyond 2^53."""
    rows = [("b", 5, 2), ("a", 5, 2), ("c", 5, 1), ("d", 2**53, 0), ("e", 2**53 + 1, 3)]
    return [Standing(score=D(s), reached_at=Instant(t), user_id=u) for u, s, t in rows]


def stays_in_order(standings: Module) -> bool:
    """Whatever comes, goes and moves, the table is what sorting gives."""
    table, held = standings.NOBODY, dict[str, Standing]()
    for one in [*ones(), *(Standing(score=D(n % 7), reached_at=Instant(n), user_id=str(n % 13))
                           for n in range(60))]:  # fmt: skip
        table = standings.put(table, one)
        held[one.user_id] = one
    for gone in ("3", "d"):
        table = standings.without(table, gone)
        held.pop(gone)
    order = sorted(held.values(), key=ordinal_key)
    return (
        list(standings.standings(table)) == order
        and [standings.rank_of(table, one.user_id).unwrap() for one in order]
        == list(range(1, len(order) + 1))
        and [standings.at(table, n + 1) for n in range(len(order))] == order
        and [standings.above(table, one.score) for one in order]
        == [sum(b.score > one.score for b in order) for one in order]
        and list(standings.page(table, 3, 4)) == order[2:6]
        and list(standings.around(table, order[1].user_id, 2).unwrap()) == order[:4]
        and table == standings.table_of(held.values())
    )


def sorts_as_text(ranking: Module) -> bool:
    """The order of texts is the order of scores, to the last digit."""
    scores = [D("-2"), D("-1.5"), D(0), D("1E-18"), D(2**53), D(2**53 + 1), D("9" * 30)]
    texts = [ranking.score_text(score) for score in scores]
    too_long = Standing(score=D("1E-19"), reached_at=Instant(0), user_id="u")
    return (
        texts == sorted(set(texts))
        and ranking.ranked((D(5), D(5)), ranking.Method.ORDINAL).unwrap() == (1, 2)
        and ranking.standing(too_long).failure().code == "invalid_score"
    )


def nobody_forges(lists: Module) -> bool:
    """A row is shown by its own proof, under its own root and rank, and by nothing else."""
    table = table_of(ones())
    final = lists.frozen_list(table)
    proof = lists.proof_of(table, "a").unwrap()
    row = next(one for one in final.rows if one.user_id == "a")
    moved = Row(user_id="a", score=row.score, rank=row.rank - 1, shared_rank=1)
    richer = Row(user_id="a", score="6", rank=row.rank, shared_rank=1)
    fits = lists.shown(row, proof, final.merkle_root, 5).value_or(None) == row
    forged = [lists.shown(one, proof, final.merkle_root, 5).value_or(None)
              for one in (moved, richer)]  # fmt: skip
    other = lists.shown(row, proof, final.merkle_root, 6).value_or(None)
    return (
        fits
        and forged == [None, None]
        and other is None
        and [one.shared_rank for one in final.rows] == [1, 2, 3, 3, 3]
    )


LIVE = BoardKey(board=Board.RETURN, market=Market.LIVE, cadence=Cadence.DAILY, begin=Instant(0))


def lets_in_the_fair(fairness: Module) -> bool:
    """Each rule alone leaves somebody out."""
    good = {"market": Market.LIVE, "trades": 5, "start_equity": D(100), "days": 20}
    wrong: list[tuple[str, object]] = [
        ("trades", 4), ("start_equity", D(99)), ("market", Market.PRACTICE), ("is_ai", True),
        ("is_suspended", True), ("is_flagged", True), ("washes", True), ("is_linked", True),
    ]  # fmt: skip

    def is_out(facts: dict[str, Any]) -> bool:
        return bool(fairness.reasons(Contender(**{**good, **facts}), LIVE, BOARDS))

    return not is_out({}) and all(is_out({name: value}) for name, value in wrong)


def periods_are_half_open(periods: Module) -> bool:
    """Each instant lies in one period, and Mondays begin weeks."""
    for cadence in (Cadence.DAILY, Cadence.WEEKLY, Cadence.MONTHLY, Cadence.SEASON):
        for day in (0, 4, 20_516, 20_819, 20_820):
            window = periods.window_of(cadence, Instant(day * DAY))
            if not periods.is_inside(window, window.begin) or periods.is_inside(window, window.end):
                return False
            if periods.has_ended(window, Instant(window.end.micros - 1)):
                return False
            if periods.window_of(cadence, window.end).begin != window.end:
                return False
    begins = periods.window_of(Cadence.WEEKLY, Instant(20_516 * DAY)).begin
    return bool(begins == Instant(20_514 * DAY))


def deposits_buy_nothing(scores: Module) -> bool:
    """A day with a flow counts for neither board."""
    day = scores.DayReturn
    still = (day(value=D("0.1")), day(value=D("-0.05")), day(value=D("0.02")))
    paid = (*still, day(value=D(9), has_flow=True))
    return bool(
        scores.return_score(paid).unwrap() == D("0.0659")
        and scores.sharpe_score(paid).unwrap() == D("5.939372")
        and scores.return_score((day(value=D(-1)),)).failure().code == "wealth_exhausted"
    )


def scores_as_stated(scores: Module) -> bool:
    """The worked example, what losses score, and what too few trades do."""
    tally = scores.NOTHING
    for n in range(10):
        net = D(2000) if n < 6 else D(-1750)
        tally = scores.with_trade(tally, net, D(5000), qualifies=True)
    got = scores.score(tally, D(105_000), D(100_000), SCORING).unwrap()
    few = scores.Tally(trades=2, won=2, net=D(2), net_squares=D(4))
    two = scores.score(few, D(100_000), D(100_000), SCORING).unwrap()
    lost = scores.score(tally, D(10), D(100_000), SCORING).unwrap()
    idle = scores.score(scores.NOTHING, D(200_000), D(100_000), SCORING).unwrap()
    wash = scores.with_trade(scores.NOTHING, D(1), D(50_000), qualifies=False)
    full = scores.Tally(trades=1, volume=D(10**7))
    most = scores.score(full, D(100_000), D(100_000), SCORING).unwrap()
    return (
        (got.profit, got.wins, got.volume) == (D("84.83"), D(60), D("81.76"))
        and (got.consistency, got.total) == (D("82.39"), D("76.52"))
        and (two.wins, two.consistency, two.profit) == (0, 0, 0)
        and lost.profit == 0
        and idle.total == 0
        and wash.volume == 0
        and most.volume == 100
    )


@frozen
class Mutant:
    """A mistake: in `module`, `old` becomes `new`, which `holds` must see."""

    module: str
    old: str
    new: str
    holds: Callable[[Module], bool]


RATINGS = "gamification.ratings"
STANDINGS = "gamification.standings"
RANKING = "gamification.ranking"
LISTS = "gamification.frozen_lists"
BOARD = "gamification.leaderboards."
SCORES = "gamification.tournaments.scores"
MUTANTS = [
    Mutant(RATINGS, "(opponent - rating) / LOGISTIC", "(rating - opponent) / LOGISTIC",
           elo_makes_no_points),
    Mutant(RATINGS, "rules.k * (score - expected)", "rules.k * score", elo_makes_no_points),
    Mutant(RATINGS, "ONE + 3 * phi * phi", "ONE + phi * phi", follows_the_paper),
    Mutant(RATINGS, "(-g * ahead).exp()", "(g * ahead).exp()", follows_the_paper),
    Mutant(RATINGS, "ONE / (wider * wider) + precision", "ONE / (phi * phi) + precision",
           follows_the_paper),
    Mutant(RATINGS, "phi * phi + volatility * volatility", "phi * phi", follows_the_paper),
    Mutant(RATINGS, "kept(min(grown, WIDEST))", "kept(grown)", follows_the_paper),
    Mutant(STANDINGS, "1 + size_of(left) + size_of(right)", "size_of(left) + size_of(right)",
           stays_in_order),
    Mutant(STANDINGS, "rest = without(table, one.user_id)", "rest = table", stays_in_order),
    Mutant(STANDINGS, "if tree.key < key:\n        middle", "if tree.key <= key:\n        middle",
           stays_in_order),
    Mutant(STANDINGS, "Success(1 + above(table, held.score))", "Success(above(table, held.score))",
           lambda module: module.shared_rank_of(module.table_of(ones()), "e").unwrap() == 1),
    Mutant(STANDINGS, "place -= 1 + size_of(node.left)", "place -= size_of(node.left)",
           stays_in_order),
    Mutant(STANDINGS, "if first <= place < last", "if first <= place <= last", stays_in_order),
    Mutant(STANDINGS, "max(rank - radius, 1)", "max(rank - radius, 2)", stays_in_order),
    Mutant(STANDINGS, 'key[2] + "\\x00"', "key[2]", stays_in_order),
    Mutant(RANKING, "10**width + units", "-units", sorts_as_text),
    Mutant(RANKING, "EXACT.scaleb(score, PLACES)", "EXACT.scaleb(score, 0)", sorts_as_text),
    Mutant(RANKING, "exponent >= -PLACES and", "", sorts_as_text),
    Mutant(LISTS, "if proof.count != count:", "if False:", nobody_forges),
    Mutant(LISTS, '"score": row.score, ', "", nobody_forges),
    Mutant(LISTS, "shared if one.score == last else rank", "rank", nobody_forges),
    Mutant(BOARD + "fairness", "one.trades >= entry.trades", "one.trades >= 0", lets_in_the_fair),
    Mutant(BOARD + "fairness", "equity >= entry.start_equity", "equity >= 0", lets_in_the_fair),
    Mutant(BOARD + "fairness", "one.is_suspended or one.is_flagged", "one.is_suspended",
           lets_in_the_fair),
    Mutant(BOARD + "fairness", "one.washes or one.is_linked", "one.is_linked", lets_in_the_fair),
    Mutant(BOARD + "fairness", "lambda: not one.is_ai", "lambda: True", lets_in_the_fair),
    Mutant(BOARD + "fairness", "one.market is key.market and apart", "apart", lets_in_the_fair),
    Mutant(BOARD + "periods", "or at < window.end", "or at <= window.end", periods_are_half_open),
    Mutant(BOARD + "periods", "and at >= window.end", "and at >= window.begin",
           periods_are_half_open),
    Mutant(BOARD + "periods", "(day - MONDAY) % 7", "day % 7", periods_are_half_open),
    Mutant(BOARD + "periods", "first.month - 1 + length", "first.month + length",
           periods_are_half_open),
    Mutant(BOARD + "scores", "if not day.has_flow", "", deposits_buy_nothing),
    Mutant(BOARD + "scores", "if day <= -ONE", "if day < -ONE", deposits_buy_nothing),
    Mutant(BOARD + "scores", "variance_of(returns, 1)", "variance_of(returns, 0)",
           deposits_buy_nothing),
    Mutant(SCORES, "if made <= 0:", "if made <= -2:", scores_as_stated),
    Mutant(SCORES, "if tally.trades < rules.wins_trades", "if tally.trades < 0", scores_as_stated),
    Mutant(SCORES, "min(ONE, share)", "share", scores_as_stated),
    Mutant(SCORES, "if qualifies else tally.volume", "", scores_as_stated),
    Mutant(SCORES, "(tally.trades - 1)", "tally.trades", scores_as_stated),
    Mutant(SCORES, "if tally.trades < 1:", "if tally.trades < 0:", scores_as_stated),
    Mutant(SCORES, "rules.volume * volume", "rules.volume", scores_as_stated),
]  # fmt: skip


@pytest.mark.parametrize("mutant", MUTANTS, ids=[f"{one.module}: {one.new}" for one in MUTANTS])
def test_mistakes_are_seen(mutant: Mutant) -> None:
    """The real module keeps the law, the changed one breaks it, or breaks down."""
    assert mutant.holds(planted(mutant.module))
    wrong = planted(mutant.module, mutant.old, mutant.new)
    try:
        assert not mutant.holds(wrong)
    except (ArithmeticError, ValueError, IndexError, TypeError, UnwrapFailedError):
        return

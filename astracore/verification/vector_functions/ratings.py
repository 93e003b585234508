"""`rating.*` and `leaderboard.rank`: games and scores as cases state them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from returns.result import Failure, Result, Success

from astracore.errors.leaderboards import RatingFault
from astracore.errors.values import BadAmount, NumericLimit
from astracore.errors.vectors import BadInput
from astracore.gamification.ranking import Method, Order, ranked
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
from astracore.outcome import collect
from astracore.verification.inputs import Answer, Function, Inputs, ReadFault, read_number
from astracore.verification.vector_functions.rows import rows_of

Told: TypeAlias = Result[Answer, RatingFault | ReadFault | NumericLimit | BadAmount]
METHODS: Mapping[str, Method] = {
    **{method.value: method for method in Method},
    "modified": Method.MODIFIED,
    "standard": Method.COMPETITION,
}


def _elo_expected(inputs: Inputs) -> Told:
    """rating.elo_expected: the score that is expected of `rating` against `opponent`."""
    return Result.do(
        expected
        for rating in inputs.number("rating")
        for opponent in inputs.number("opponent")
        for expected in elo_expected(rating, opponent)
    )


def _elo_update(inputs: Inputs) -> Told:
    """rating.elo_update: the rating after games of this summed score."""
    return Result.do(
        updated
        for rating in inputs.number("rating")
        for texts in inputs.texts("opponents")
        for opponents in collect(read_number(text) for text in texts)
        for score in inputs.number("score")
        for k in inputs.number("k")
        for updated in elo_update(rating, opponents, score, EloRules(k=k))
    )


def _game(stated: Inputs) -> Result[Game, ReadFault]:
    """One game."""
    return Result.do(
        Game(rating=rating, rd=rd, score=score)
        for rating in stated.number("rating")
        for rd in stated.number("rd")
        for score in stated.number("score")
    )


def _games(inputs: Inputs) -> Result[tuple[Game, ...], ReadFault]:
    """All games of a period."""
    return Result.do(
        games
        for rows in rows_of(inputs, "games", ("rating", "rd", "score"))
        for games in collect(_game(each) for each in rows)
    )


def _glicko_update(inputs: Inputs) -> Told:
    """rating.glicko_update: rating and deviation after a period."""
    return Result.do(
        {"rating": after.rating, "rd": after.rd}
        for rating in inputs.number("rating")
        for rd in inputs.number("rd")
        for games in _games(inputs)
        for after in glicko_update(Rated(rating=rating, rd=rd), games)
    )


def _glicko2_g(inputs: Inputs) -> Told:
    """rating.glicko2_g: how much a game against this deviation says."""
    return Result.do(g for rd in inputs.number("rd") for g in glicko2_g(rd))


def _glicko2_expected(inputs: Inputs) -> Told:
    """rating.glicko2_expected: the score that is expected against an opponent."""
    return Result.do(
        expected
        for rating in inputs.number("rating")
        for opponent in inputs.number("opponent_rating")
        for rd in inputs.number("opponent_rd")
        for expected in glicko2_expected(rating, opponent, rd)
    )


def _glicko2_update(inputs: Inputs) -> Told:
    """rating.glicko2_update: rating, deviation and volatility after a period."""
    return Result.do(
        {"rating": after.rating, "rd": after.rd, "volatility": after.volatility}
        for rating in inputs.number("rating")
        for rd in inputs.number("rd")
        for volatility in inputs.number("volatility")
        for tau in inputs.number("tau")
        for games in _games(inputs)
        for after in glicko2_update(Rated(rating=rating, rd=rd, volatility=volatility), games, tau)
    )


def _method(name: str) -> Result[Method, BadInput]:
    """A method by name."""
    if name not in METHODS:
        return Failure(BadInput("method", f"one of {', '.join(METHODS)} is needed"))
    return Success(METHODS[name])


def _order(inputs: Inputs) -> Result[Order, BadInput]:
    """Which end is the best; the highest score where nothing is stated."""
    if not inputs.has("order"):
        return Success(Order.DESCENDING)
    return inputs.text("order").bind(_order_named)


def _order_named(name: str) -> Result[Order, BadInput]:
    """An order by name."""
    known = {order.value: order for order in Order}
    if name not in known:
        return Failure(BadInput("order", f"one of {', '.join(known)} is needed"))
    return Success(known[name])


def _rank(inputs: Inputs) -> Told:
    """leaderboard.rank: the rank of each score, in the order of the scores."""
    return Result.do(
        ranks
        for texts in inputs.texts("scores")
        for scores in collect(read_number(text) for text in texts)
        for named in inputs.text("method")
        for method in _method(named)
        for order in _order(inputs)
        for ranks in ranked(scores, method, order)
    )


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "leaderboard.rank": _rank,
        "rating.elo_expected": _elo_expected,
        "rating.elo_update": _elo_update,
        "rating.glicko2_expected": _glicko2_expected,
        "rating.glicko2_g": _glicko2_g,
        "rating.glicko2_update": _glicko2_update,
        "rating.glicko_update": _glicko_update,
    }
)

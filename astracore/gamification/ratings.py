"""Ratings of players from games: Elo, Glicko and Glicko-2, equal to the last digit everywhere.

Ratings and deviations are on the usual scale (1500 ± 350 for somebody new); a score is 1 for a
win, 0.5 for a draw, 0 for a loss. Work is done with 50 digits, what is answered keeps 28.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import TypeAlias

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.leaderboards import InvalidRating, RatingFault
from astracore.metrics.frames import kept, statistical
from astracore.outcome import collect

ZERO, ONE, TWO, TEN = Decimal(0), Decimal(1), Decimal(2), Decimal(10)
PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494")
LOGISTIC = Decimal(400)  # rating points that make a player ten times as likely to win
CENTRE, SCALE = Decimal(1500), Decimal("173.7178")  # Glicko-2's own scale: (R − 1500) / 173.7178
WIDEST = Decimal(350)  # the deviation of somebody about whom nothing is known
CLOSE = Decimal("1E-24")  # of ln σ², where the search for the volatility ends
FARTHEST = Decimal(1_000_000)  # [points] beyond this a rating is a mistake
LARGEST = Decimal(100)  # of a volatility and of tau


@frozen(kw_only=True)
class Rated:
    """A player of Glicko and Glicko-2; `volatility` is the second one's alone."""

    rating: Decimal = CENTRE
    rd: Decimal = WIDEST  # standard deviation of the rating [points]
    volatility: Decimal = Decimal("0.06")


@frozen(kw_only=True)
class Game:
    """One game against an opponent of this strength, with this score [0..1]."""

    rating: Decimal
    rd: Decimal
    score: Decimal


@frozen(kw_only=True)
class EloRules:
    """How fast a rating moves (`k` points a game at most), and how low it can fall."""

    k: Decimal = Decimal(32)
    floor: Decimal | None = None


Checked: TypeAlias = Result[None, RatingFault]


@statistical
def elo_expected(rating: Decimal, opponent: Decimal) -> Result[Decimal, RatingFault]:
    """E = 1 / (1 + 10^((opponent − rating) / 400)) [0..1].

    Errors: InvalidRating.   Rounds: 28 significant digits, HALF_EVEN.
    Source: docs/formulas-ranking.md#elo.   Invariant: E(a, b) + E(b, a) = 1.
    >>> elo_expected(Decimal(1500), Decimal(1500)).unwrap()
    Decimal('0.5')
    """
    return _points(rating, opponent).map(lambda _: kept(_elo(rating, opponent)))


@statistical
def elo_update(
    rating: Decimal, opponents: tuple[Decimal, ...], score: Decimal, rules: EloRules
) -> Result[Decimal, RatingFault]:
    """R' = max(floor, R + K (S − Σ E)), S the summed score of the games [0..their number].

    Errors: InvalidRating.   Rounds: 28 significant digits, HALF_EVEN.
    Source: docs/formulas-ranking.md#elo.
    Invariant: without a floor and for equal K two players' ratings keep their sum.
    >>> elo_update(Decimal(1500), (Decimal(1500),), Decimal(1), EloRules()).unwrap()
    Decimal('1516.0')
    """
    return Result.do(
        kept(_floored(rating + rules.k * (score - expected), rules.floor))
        for _ in _points(rating, *opponents)
        for _ in _within("score", score, ZERO, Decimal(len(opponents)))
        for _ in _within("k", rules.k, ZERO, FARTHEST)
        for _ in _points(ZERO if rules.floor is None else rules.floor)
        for expected in Success(sum((_elo(rating, each) for each in opponents), ZERO))
    )


@statistical
def glicko_update(player: Rated, games: tuple[Game, ...]) -> Result[Rated, RatingFault]:
    """1/RD'² = 1/RD² + q² Σ g² E (1 − E),  R' = R + q RD'² Σ g (s − E),  q = ln 10 / 400.

    Errors: InvalidRating.   Rounds: 28 significant digits, HALF_EVEN.
    Source: docs/formulas-ranking.md#glicko.   Invariant: games never widen the deviation.
    """
    return _sound(player, games).map(lambda _: _glicko(player, games))


@statistical
def glicko2_g(rd: Decimal) -> Result[Decimal, RatingFault]:
    """g(φ) = 1 / √(1 + 3 φ² / π²), φ = RD / 173.7178: how much a game against this RD says.

    Errors: InvalidRating.   Rounds: 28 significant digits, HALF_EVEN.
    Source: docs/formulas-ranking.md#glicko-2.
    >>> round(glicko2_g(Decimal(100)).unwrap(), 4)
    Decimal('0.9531')
    """
    return _deviation(rd).map(lambda _: kept(_g(rd / SCALE)))


@statistical
def glicko2_expected(
    rating: Decimal, opponent: Decimal, opponent_rd: Decimal
) -> Result[Decimal, RatingFault]:
    """E = 1 / (1 + exp(−g(φj) (μ − μj))) [0..1].

    Errors: InvalidRating.   Rounds: 28 significant digits, HALF_EVEN.
    Source: docs/formulas-ranking.md#glicko-2.
    >>> round(glicko2_expected(Decimal(1500), Decimal(1550), Decimal(100)).unwrap(), 3)
    Decimal('0.432')
    """
    return Result.do(
        kept(_expected(_g(opponent_rd / SCALE), (rating - opponent) / SCALE))
        for _ in _points(rating, opponent)
        for _ in _deviation(opponent_rd)
    )


@statistical
def glicko2_update(
    player: Rated, games: tuple[Game, ...], tau: Decimal
) -> Result[Rated, RatingFault]:
    """One rating period of Glicko-2; `tau` [0.3..1.2 as a rule] restrains the volatility.

    Without games only the deviation grows, to 350 at most.
    Errors: InvalidRating.   Rounds: 28 significant digits, HALF_EVEN.
    Source: docs/formulas-ranking.md#glicko-2.
    Invariant: without games the rating stays and RD never falls; the games' order is nothing.
    """
    return Result.do(
        _glicko2(player, games, tau) if games else _idle(player)
        for _ in _sound(player, games)
        for _ in _positive("volatility", player.volatility, LARGEST)
        for _ in _positive("tau", tau, LARGEST)
    )


def _elo(rating: Decimal, opponent: Decimal) -> Decimal:
    """Kernel of `elo_expected`."""
    return ONE / (ONE + TEN ** ((opponent - rating) / LOGISTIC))


def _floored(rating: Decimal, floor: Decimal | None) -> Decimal:
    """Never below the floor, where there is one."""
    return rating if floor is None else max(rating, floor)


def _glicko(player: Rated, games: tuple[Game, ...]) -> Rated:
    """Kernel of `glicko_update`."""
    if not games:
        return player
    q = TEN.ln() / LOGISTIC
    seen = [(_g(q * one.rd), one) for one in games]
    told = [(g, one, _expected(g * q, player.rating - one.rating)) for g, one in seen]
    precision = sum((g * g * e * (ONE - e) for g, _, e in told), ZERO) * q * q
    variance = ONE / (ONE / (player.rd * player.rd) + precision)
    moved = q * variance * sum((g * (one.score - e) for g, one, e in told), ZERO)
    return Rated(
        rating=kept(player.rating + moved),
        rd=kept(variance.sqrt()),
        volatility=player.volatility,
    )


def _g(phi: Decimal) -> Decimal:
    """1 / √(1 + 3 φ² / π²), φ in natural units."""
    return ONE / (ONE + 3 * phi * phi / (PI * PI)).sqrt()


def _expected(g: Decimal, ahead: Decimal) -> Decimal:
    """1 / (1 + exp(−g × ahead))."""
    return ONE / (ONE + (-g * ahead).exp())


def _idle(player: Rated) -> Rated:
    """A period without games: less is known than before."""
    grown = SCALE * _wider(player.rd / SCALE, player.volatility)
    return Rated(
        rating=player.rating,
        rd=max(player.rd, kept(min(grown, WIDEST))),
        volatility=player.volatility,
    )


def _wider(phi: Decimal, volatility: Decimal) -> Decimal:
    """φ* = √(φ² + σ²)."""
    return (phi * phi + volatility * volatility).sqrt()


def _glicko2(player: Rated, games: tuple[Game, ...], tau: Decimal) -> Rated:
    """Kernel of `glicko2_update` with games."""
    phi = player.rd / SCALE
    weights = [_g(one.rd / SCALE) for one in games]
    told = [
        (g, one.score, _expected(g, (player.rating - one.rating) / SCALE))
        for g, one in zip(weights, games, strict=True)
    ]
    precision = sum((g * g * e * (ONE - e) for g, _, e in told), ZERO)
    surprise = sum((g * (score - e) for g, score, e in told), ZERO)
    search = _Search(
        phi=phi,
        variance=ONE / precision,
        delta=surprise / precision,
        start=(player.volatility * player.volatility).ln(),
        tau=tau,
    )
    volatility = (_root(search) / TWO).exp()
    wider = _wider(phi, volatility)
    narrow = ONE / (ONE / (wider * wider) + precision).sqrt()
    return Rated(
        rating=kept(player.rating + SCALE * narrow * narrow * surprise),
        rd=kept(SCALE * narrow),
        volatility=kept(volatility),
    )


@frozen(kw_only=True)
class _Search:
    """What the new volatility depends on; `start` is ln σ²."""

    phi: Decimal
    variance: Decimal
    delta: Decimal
    start: Decimal
    tau: Decimal

    def at(self, x: Decimal) -> Decimal:
        """f(x): falls through zero at the logarithm of the new volatility's square."""
        e, base = x.exp(), self.phi * self.phi + self.variance
        pull = e * (self.delta * self.delta - base - e) / (TWO * (base + e) ** 2)
        return pull - (x - self.start) / (self.tau * self.tau)

    def other_end(self) -> Decimal:
        """A second point on the other side of the root.

        f(start − k τ) > k / τ − 1/2, so at most τ / 2 + 1 steps are looked at.
        """
        excess = self.delta * self.delta - self.phi * self.phi - self.variance
        if excess > 0:
            return excess.ln()
        lower = self.start - self.tau
        while self.at(lower) < 0:
            lower -= self.tau
        return lower


def _root(search: _Search) -> Decimal:
    """The Illinois iteration: a secant that halves the end which does not move."""
    left, right = search.start, search.other_end()
    at_left, at_right = search.at(left), search.at(right)
    while abs(right - left) > CLOSE:
        middle = left + (left - right) * at_left / (at_right - at_left)
        at_middle = search.at(middle)
        if at_middle * at_right <= 0:
            left, at_left = right, at_right
        else:
            at_left /= TWO
        right, at_right = middle, at_middle
    return right


def _sound(player: Rated, games: tuple[Game, ...]) -> Checked:
    """Every rating, deviation and score of a period is one."""
    return Result.do(
        None
        for _ in _points(player.rating, *(one.rating for one in games))
        for _ in _first(_deviation(one) for one in (player.rd, *(one.rd for one in games)))
        for _ in _first(_within("score", one.score, ZERO, ONE) for one in games)
    )


def _points(*ratings: Decimal) -> Checked:
    """Ratings no farther from 0 than a million points."""
    return _first(_within("rating", each, -FARTHEST, FARTHEST) for each in ratings)


def _deviation(rd: Decimal) -> Checked:
    """A deviation above zero."""
    return _positive("rd", rd, FARTHEST)


def _positive(field: str, value: Decimal, most: Decimal) -> Checked:
    """In [1E-9, most]: nobody is rated more surely than to a billionth of a point."""
    return _within(field, value, Decimal("1E-9"), most)


def _within(field: str, value: Decimal, least: Decimal, most: Decimal) -> Checked:
    """In [least, most]."""
    return Success(None) if least <= value <= most else Failure(InvalidRating(field, value))


def _first(checks: Iterable[Checked]) -> Checked:
    """The first refusal, if there is one."""
    return collect(checks).map(lambda _: None)

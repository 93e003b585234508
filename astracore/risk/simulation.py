"""Monte Carlo value at risk: the draws are data, or come from a named generator in integers.

PCG64 (XSL-RR 128/64, O'Neill) is written out below, so a seed gives the same draws everywhere.
"""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.risk import RiskFault
from astracore.errors.series import SeriesFault
from astracore.errors.values import InvalidWindow
from astracore.metrics.frames import Vector, kept, statistical
from astracore.metrics.kernels import quantile_of
from astracore.metrics.normal import quantile_normal_of
from astracore.outcome import collect
from astracore.risk.value_at_risk import sample_fault

MULTIPLIER = 0x2360ED051FC65DA44385DF649FCCF645
WORD = (1 << 64) - 1
DOUBLE_WORD = (1 << 128) - 1
UNIT = Decimal(2) ** 53
HALF_STEP = Decimal("0.5")
MOST = 1_000_000  # draws at once: more are asked for in parts, by streams


@frozen
class Pcg64:
    """The state of the generator: both 128 bits wide, `increment` odd."""

    state: int
    increment: int


@frozen(kw_only=True)
class SimulatedVar:
    """A loss quantile of simulated P&L and how uncertain the number of draws leaves it."""

    value: Decimal
    standard_error: Decimal


def pcg64(seed: int, stream: int) -> Pcg64:
    """The generator after `pcg_setseq_128_srandom`: any integers, taken modulo 2^128.

    >>> pcg64(42, 54).increment
    109
    """
    increment = ((stream << 1) | 1) & DOUBLE_WORD
    state = (increment + seed) & DOUBLE_WORD
    return Pcg64((state * MULTIPLIER + increment) & DOUBLE_WORD, increment)


def next_word(generator: Pcg64) -> tuple[int, Pcg64]:
    """The next 64 bits, and the generator after them.

    >>> hex(next_word(pcg64(42, 54))[0])
    '0x86b1da1d72062b68'
    """
    state = (generator.state * MULTIPLIER + generator.increment) & DOUBLE_WORD
    folded = ((state >> 64) ^ state) & WORD
    turn = state >> 122
    word = ((folded >> turn) | (folded << (64 - turn))) & WORD
    return word, Pcg64(state, generator.increment)


@statistical
def uniform_draws(seed: int, stream: int, count: int) -> Result[Vector, RiskFault]:
    """`count` draws of (floor(word / 2^11) + 1/2) / 2^53, strictly inside (0, 1).

    Errors: InvalidWindow (count < 0 or above a million).   Rounds: carried to 50 digits.
    Source: docs/formulas-margin-sizing-risk.md#monte-carlo (O'Neill, PCG).
    >>> [str(draw)[:8] for draw in uniform_draws(42, 54, 2).unwrap()]
    ['0.526151', '0.074289']
    """
    if not 0 <= count <= MOST:
        return Failure(InvalidWindow(count))
    generator, draws = pcg64(seed, stream), []
    for _ in range(count):
        word, generator = next_word(generator)
        draws.append((Decimal(word >> 11) + HALF_STEP) / UNIT)
    return Success(tuple(draws))


@statistical
def normal_draws(seed: int, stream: int, count: int) -> Result[Vector, RiskFault]:
    """`count` standard normal draws: Phi^-1 of `uniform_draws`.

    Errors: InvalidWindow (count < 0 or above a million).   Rounds: as the normal quantile.
    Source: docs/formulas-margin-sizing-risk.md#monte-carlo.
    >>> [str(draw)[:6] for draw in normal_draws(42, 54, 2).unwrap()]
    ['0.0655', '-1.444']
    """
    return uniform_draws(seed, stream, count).bind(_to_normal)


@statistical
def var_simulated(outcomes: Vector, confidence: Decimal) -> Result[SimulatedVar, RiskFault]:
    """Loss quantile of simulated P&L; standard error sqrt(c (1 - c) / n) / density there.

    The density is the difference quotient of the empirical quantile over +-h around the tail, with
    h = min(1 / sqrt n, (1 - c) / 2). outcomes: n >= 2 P&L figures in any order.
    Errors: InvalidConfidence, EmptySeries, TooFewObservations.   Rounds: 28 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#monte-carlo.
    >>> var_simulated(tuple(Decimal(i) for i in range(-50, 51)), Decimal("0.9")).unwrap().value
    Decimal('40.0')
    """
    return sample_fault(outcomes, confidence).map(lambda _: _simulated(outcomes, confidence))


def _to_normal(draws: Vector) -> Result[Vector, SeriesFault]:
    return collect(quantile_normal_of(draw) for draw in draws)


def _simulated(outcomes: Vector, confidence: Decimal) -> SimulatedVar:
    ordered, tail, count = sorted(outcomes), 1 - confidence, len(outcomes)
    reach = min(1 / Decimal(count).sqrt(), tail / 2)
    width = quantile_of(ordered, tail + reach) - quantile_of(ordered, tail - reach)
    spread = (confidence * tail / count).sqrt()
    return SimulatedVar(
        value=kept(-quantile_of(ordered, tail)), standard_error=kept(spread * width / (2 * reach))
    )

"""Well-known level curves as tables, exactly, and a curve that ends at a highest level."""

from collections.abc import Iterable
from itertools import accumulate

from returns.result import Failure, Result, Success

from astracore.errors.gamification import BadThresholds, ProgressFault
from astracore.gamification.levels import Curve, Thresholds, first_wrong, root, threshold

LONGEST = 1000  # levels of a table


def summed(steps: Iterable[int], divisor: int = 1) -> tuple[int, ...]:
    """Where each level begins, when `steps` [XP × divisor] lead from one level to the next.

    >>> summed((100, 200, 300))
    (0, 100, 300, 600)
    """
    return tuple(xp // divisor for xp in accumulate(steps, initial=0))


def doubling(levels: int) -> Result[Thresholds, ProgressFault]:
    """⌊Σ ⌊l + 300 × 2^(l/7)⌋ / 4⌋: twice as much every seven levels.

    The seventh root is an integer one: ⌊300 × 2^(l/7)⌋ = root₇(300⁷ × 2^l).
    Errors: BadThresholds (its index is the number of levels).
    >>> doubling(10).unwrap().xp[-1]
    1154
    """
    if not 1 <= levels <= LONGEST:
        return Failure(BadThresholds(levels))
    steps = (level + root(300**7 << level, 7) for level in range(1, levels))
    return Success(Thresholds(summed(steps, 4)))


def rounded_quadratic(levels: int) -> Result[Thresholds, ProgressFault]:
    """Steps of 10 × ⌊(n²/4 + 10 n + 139.75)/10 + 1/2⌋: the curve of a habit game.

    Errors: BadThresholds (its index is the number of levels).
    >>> rounded_quadratic(4).unwrap().xp
    (0, 150, 310, 480)
    """
    if not 1 <= levels <= LONGEST:
        return Failure(BadThresholds(levels))
    steps = (10 * ((n * n + 40 * n + 559 + 20) // 40) for n in range(1, levels))
    return Success(Thresholds(summed(steps)))


def capped(shape: Curve, highest: int) -> Result[Thresholds, ProgressFault]:
    """The first `highest` levels of a curve, and none above them.

    Errors: BadThresholds (its index is `highest`, or the first level that does not rise).
    >>> from astracore.gamification.levels import PRODUCT_CURVE
    >>> capped(PRODUCT_CURVE, 4).unwrap().xp
    (0, 100, 400, 900)
    """
    if not 1 <= highest <= LONGEST or (isinstance(shape, Thresholds) and highest > len(shape.xp)):
        return Failure(BadThresholds(highest))
    xp = tuple(threshold(shape, level) for level in range(1, highest + 1))
    wrong = first_wrong(xp)
    return Success(Thresholds(xp)) if wrong is None else Failure(BadThresholds(wrong))

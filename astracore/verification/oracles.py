"""Independent answers in exact fractions: written from the definitions, sharing no code."""

from collections.abc import Sequence
from fractions import Fraction
from math import floor


def nearest_multiple(value: Fraction, step: Fraction, rule: str) -> Fraction | None:
    """`value` rounded to a multiple of `step` by the definition of the mode called `rule`.

    None where UNNECESSARY would have to round.
    >>> nearest_multiple(Fraction(5, 2), Fraction(1), "HALF_EVEN")
    Fraction(2, 1)
    """
    below = floor(value / step)
    if below * step == value:
        return value
    if rule == "UNNECESSARY":
        return None
    inner, outer = (below, below + 1) if value > 0 else (below + 1, below)
    to_below, to_above = value - below * step, (below + 1) * step - value
    directed = {
        "UP": outer,
        "DOWN": inner,
        "CEILING": below + 1,
        "FLOOR": below,
        "05UP": outer if abs(inner) % 10 in {0, 5} else inner,
    }
    tied = {
        "HALF_UP": outer,
        "HALF_DOWN": inner,
        "HALF_CEILING": below + 1,
        "HALF_FLOOR": below,
        "HALF_EVEN": below if below % 2 == 0 else below + 1,
        "HALF_ODD": below if below % 2 == 1 else below + 1,
    }
    if rule in directed:
        return directed[rule] * step
    if to_below == to_above:
        return tied[rule] * step
    return (below if to_below < to_above else below + 1) * step


def fair_parts(whole: Fraction, step: Fraction, ratios: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """Largest-remainder parts, handing out one step at a time to whoever lacks the most.

    >>> fair_parts(Fraction(100), Fraction(1), (Fraction(1), Fraction(1), Fraction(1)))
    (Fraction(34, 1), Fraction(33, 1), Fraction(33, 1))
    """
    sign = -1 if whole < 0 else 1
    exact = [abs(whole) * ratio / sum(ratios) for ratio in ratios]
    parts = [floor(share / step) * step for share in exact]
    lacking = [share - part for share, part in zip(exact, parts, strict=True)]
    while sum(parts) < abs(whole):
        most = max(lacking)
        index = lacking.index(most)
        parts[index] += step
        lacking[index] = Fraction(-1)
    return tuple(sign * part for part in parts)


def fewest_edges(edges: Sequence[tuple[str, str]], source: str, target: str) -> int | None:
    """How many edges the shortest way has, by trying every simple path; None when there is none."""
    if source == target:
        return 0
    both = [*edges, *((other, one) for one, other in edges)]
    rest = [edge for edge in edges if source not in edge]
    onward = [
        fewest_edges(rest, there, target)
        for here, there in both
        if here == source and there != source
    ]
    return min((length + 1 for length in onward if length is not None), default=None)

"""Who is served first, and who gets what of a fill that was done for many at once."""

from collections.abc import Sequence
from typing import TypeVar

from returns.result import Failure, Result, Success

from astracore.errors.bots import CopyInvalid

F = TypeVar("F")
MOST = 10**40  # lots


def turn(followers: Sequence[F], fill_number: int) -> tuple[F, ...]:
    """Followers in the order of following, rotated by the leader's fill number modulo their count.

    Invariant: over as many fills as there are followers each is first once.
    >>> turn("abc", 4)
    ('b', 'c', 'a')
    """
    if not followers:
        return ()
    start = fill_number % len(followers)
    return (*followers[start:], *followers[:start])


def block_parts(
    filled: int, wanted: Sequence[int], fill_number: int
) -> Result[tuple[int, ...], CopyInvalid]:
    """A block fill of `filled` lots among followers who want so many lots each.

    Each gets floor(filled × own / all); the lots that are left go one each to those whose share
    was cut, in turn.  Errors: CopyInvalid.  Source: docs/formulas-social.md#block-fill.
    Invariants: the parts sum to min(filled, all); none above what is wanted; each within one lot
    of its exact share.
    >>> block_parts(10, [5, 5, 5], 0).unwrap(), block_parts(10, [5, 5, 5], 1).unwrap()
    ((4, 3, 3), (3, 4, 3))
    """
    if not 0 <= filled <= MOST or not all(0 <= one <= MOST for one in wanted):
        return Failure(CopyInvalid(("lots",)))
    whole = sum(wanted)
    if filled >= whole:
        return Success(tuple(wanted))
    cut = [divmod(filled * one, whole) for one in wanted]
    parts = [floor for floor, _ in cut]
    left = filled - sum(parts)
    short = [place for place in turn(range(len(wanted)), fill_number) if cut[place][1]]
    for place in short[:left]:
        parts[place] += 1
    return Success(tuple(parts))

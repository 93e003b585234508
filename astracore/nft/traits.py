"""Traits that nobody can choose: a hash is published before the mints, its preimage after them."""

import hashlib
from collections.abc import Sequence

from returns.result import Failure, Result

from astracore.errors.nft import BadReveal
from astracore.errors.values import InvalidSeed
from astracore.numeric import seeded
from astracore.outcome import collect

WORD = 32  # bytes of a token id, as the chain holds it
COUNT = 8  # bytes of a trait's number


def commitment(reveal: bytes) -> str:
    """SHA-256(reveal), which is published before the mint window.

    >>> commitment(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(reveal).hexdigest()


def trait(reveal: bytes, token_id: int, place: int, choices: int) -> Result[int, InvalidSeed]:
    """seeded(first 8 bytes of SHA-256(reveal ‖ token id ‖ place), choices).

    The token id has 32 bytes and the place 8, the highest first.
    Errors: InvalidSeed (nothing to choose from, or a number that does not fit its bytes).
    Source: docs/formulas-collectibles.md#traits.
    >>> trait(b"season one", 2, 1, 100).unwrap()
    23
    """
    if not 0 <= token_id < 2 ** (8 * WORD) or not 0 <= place < 2 ** (8 * COUNT):
        return Failure(InvalidSeed(hex(token_id)[:32], choices))
    hashed = hashlib.sha256(reveal + token_id.to_bytes(WORD) + place.to_bytes(COUNT)).digest()
    return seeded(int.from_bytes(hashed[:8]), choices)


def traits(
    reveal: bytes, published: str, token_id: int, choices: Sequence[int]
) -> Result[tuple[int, ...], BadReveal | InvalidSeed]:
    """One choice for each trait, from public inputs alone: whoever has them can check it.

    Errors: BadReveal (the preimage is not the published one), InvalidSeed.
    Source: docs/formulas-collectibles.md#traits.
    Invariant: without `reveal` nothing about the answer is known; with it, everything.
    """
    if commitment(reveal) != published:
        return Failure(BadReveal(published[:64]))
    return collect(trait(reveal, token_id, place, among) for place, among in enumerate(choices))

"""Choices that look random and are a function of a seed that came as data."""

import hashlib

from returns.result import Failure, Result, Success

from astracore.errors.values import InvalidSeed

SEEDS = 2**64


def seeded(seed: int, choices: int) -> Result[int, InvalidSeed]:
    """A number from 0 up to, not including, `choices`: SHA-256 of the seed's 8 big-endian bytes,
    as an integer, modulo `choices`.

    Errors: InvalidSeed (not within 64 bits, or nothing to choose from).
    >>> seeded(7, 100).unwrap()
    26
    """
    if not 0 <= seed < SEEDS or choices < 1:
        return Failure(InvalidSeed(hex(seed)[:32], choices))
    return Success(int.from_bytes(hashlib.sha256(seed.to_bytes(8)).digest()) % choices)

"""Client order ids that a strategy names by itself: the same at every replay, never twice."""

import hashlib
from base64 import urlsafe_b64encode

from returns.result import Failure, Result, Success

from astracore.errors.trading import InvalidOrder
from astracore.errors.values import InvalidSeed
from astracore.numeric.seeds import SEEDS
from astracore.trading.types import CLIENT_ORDER_ID

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
STEM = 22  # characters that tell strategy and seed: 128 bits
COUNTERS = 2**64


def client_order_id(
    strategy: str, seed: int, counter: int
) -> Result[str, InvalidSeed | InvalidOrder]:
    """The client order id of the order number `counter` of `strategy` run with `seed`.

    22 characters of SHA-256 over seed and strategy, "-", and the counter in base 36: within one
    run two counters never share an id, whatever the hash does; two runs do only if it collides.
    Errors: InvalidSeed (not within 64 bits), InvalidOrder (a counter that is not).
    Source: docs/formulas-contracts-orders.md#client-order-ids.
    Invariant: a valid client_order_id; `counter_of` of it is `counter`.
    >>> client_order_id("sma_cross", 7, 0).unwrap()
    'qnZUloCRawpW6gFwUh6cCg-0'
    """
    if not 0 <= seed < SEEDS:
        return Failure(InvalidSeed(hex(seed)[:32], COUNTERS))
    if not 0 <= counter < COUNTERS:
        return Failure(InvalidOrder("counter", "must fit 64 bits"))
    named = seed.to_bytes(8) + strategy.encode("utf-8", "surrogatepass")
    stem = urlsafe_b64encode(hashlib.sha256(named).digest()[:16]).decode()[:STEM]
    return Success(f"{stem}-{in_base_36(counter)}")


def counter_of(client_id: str) -> int | None:
    """Which order of its run a derived id names; None when it is no such id.

    >>> counter_of("a" * 22 + "-10"), counter_of("mine")
    (36, None)
    """
    digits = client_id[STEM + 1 :]
    plain = CLIENT_ORDER_ID.fullmatch(client_id) is not None and client_id[STEM : STEM + 1] == "-"
    if not plain or not digits or any(digit not in DIGITS for digit in digits):
        return None
    counter = int(digits, 36)
    return counter if counter < COUNTERS and in_base_36(counter) == digits else None


def in_base_36(number: int) -> str:
    """A whole number from 0 on in lower-case base 36.

    >>> in_base_36(0), in_base_36(35), in_base_36(36)
    ('0', 'z', '10')
    """
    found, left = "", abs(number)
    while left or not found:
        left, digit = divmod(left, 36)
        found = DIGITS[digit] + found
    return found

"""Codes that change with time (RFC 6238): SHA-1, steps of 30 s, six digits."""

import hashlib
import hmac

from astracore.instants import SECOND, Instant

STEP = 30  # [s]
DIGITS = 6
WINDOW = (-1, 0, 1)  # steps around now that count


def step_at(now: Instant) -> int:
    """The number of the step that `now` falls into.

    >>> step_at(Instant(59 * SECOND)), step_at(Instant(60 * SECOND))
    (1, 2)
    """
    return now.micros // SECOND // STEP


def totp(secret: bytes, step: int) -> str:
    """The code of one step; steps count modulo 2^64.

    Source: docs/formulas-access.md#totp.
    >>> totp(b"12345678901234567890", 1772618400 // 30)
    '429123'
    """
    digest = hmac.new(secret, (step % 2**64).to_bytes(8), hashlib.sha1).digest()
    start = digest[-1] % 16
    number = int.from_bytes(digest[start : start + 4]) % 2**31
    return f"{number % 10**DIGITS:0{DIGITS}}"


def matching_step(secret: bytes, code: str, now: Instant) -> int | None:
    """The step within the window whose code is `code`, or None; all steps are compared.

    Source: docs/formulas-access.md#totp.
    """
    found = None
    for shift in WINDOW:
        step = step_at(now) + shift
        expected = totp(secret, step).encode()
        if hmac.compare_digest(expected, code.encode("utf-8", "surrogatepass")):
            found = step
    return found

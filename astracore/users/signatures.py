"""What a key signs, and how long the signature is good."""

import hashlib
import hmac

from astracore.users.rules import KEY_RULES, KeyRules


def request_signature(
    secret: bytes, time_ms: int, method: str, path: str, body: bytes = b""
) -> str:
    """hex HMAC-SHA256(secret, time ‖ LF ‖ METHOD ‖ LF ‖ path ‖ LF ‖ hex SHA-256(body)).

    `path` with its query.  Source: docs/formulas-access.md#request-signature.
    >>> request_signature(b"k", 1772618400000, "GET", "/v1/orders?limit=1")[:16]
    'f2c72a620942f4ba'
    """
    lines = (time_text(time_ms), method, path, hashlib.sha256(body).hexdigest())
    text = "\n".join(lines).encode("utf-8", "surrogatepass")
    return hmac.new(secret, text, hashlib.sha256).hexdigest()


def time_text(time_ms: int) -> str:
    """A time as decimal digits; what no clock shows is cut to 64 bits first.

    >>> time_text(1772618400000)
    '1772618400000'
    """
    return str(time_ms) if abs(time_ms) < 2**63 else str(time_ms % 2**63)


def is_timely(time_ms: int, now_ms: int, rules: KeyRules = KEY_RULES) -> bool:
    """Whether a signed request is neither old nor from the future.

    >>> is_timely(0, 5000), is_timely(0, 5001)
    (True, False)
    """
    return abs(now_ms - time_ms) <= rules.skew_ms

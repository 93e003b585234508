"""Typed identifiers. Fresh ones come from outside; derived ones are hashes of a fact."""

import hashlib
import re
from typing import NewType

from returns.result import Failure, Result, Success

from astracore.errors.values import BadId

UserId = NewType("UserId", str)
AccountId = NewType("AccountId", str)
OrderId = NewType("OrderId", str)
FillId = NewType("FillId", str)
PositionId = NewType("PositionId", str)
EntryId = NewType("EntryId", str)
EventId = NewType("EventId", str)
CommandId = NewType("CommandId", str)

UUID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII
)


def identifier(text: str) -> Result[str, BadId]:
    """Accept a lower-case UUID and nothing else.  Errors: BadId.

    >>> identifier("0").failure()
    BadId(text='0')
    """
    return Success(text) if UUID.fullmatch(text) is not None else Failure(BadId(text[:64]))


def derived_id(unix_ms: int, *facts: str) -> str:
    """A UUIDv7 that sorts by `unix_ms` [ms] and is otherwise SHA-256 of `facts`.

    The same facts give the same id on every machine and at every retry, so what is made from
    them cannot act twice. `unix_ms` is taken modulo 2^48.

    >>> derived_id(1772618400000, "order", "1") == derived_id(1772618400000, "order", "1")
    True
    """
    digest = hashlib.sha256("\x1f".join(facts).encode()).digest()
    entropy = int.from_bytes(digest[:10]) & ((1 << 74) - 1)
    value = (unix_ms & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76 | (entropy >> 62) << 64 | 0b10 << 62 | (entropy & ((1 << 62) - 1))
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

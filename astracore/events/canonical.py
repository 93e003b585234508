"""The one text of a JSON value, and the one strict way back."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from json.encoder import encode_basestring as quoted
from typing import TypeAlias

from returns.result import Failure, Result, Success

from astracore.errors.events import BadBody

Json: TypeAlias = str | int | bool | Sequence["Json"] | Mapping[str, "Json"]


def canonical(value: Json) -> bytes:
    """UTF-8, keys by code point, no spaces; nulls and floats have no place in the type.

    Equal values have equal bytes. Strings hold no lone surrogates: the border refuses them.
    >>> canonical({"qty": "1.5", "bot_id": "b1", "at": "2026-03-04T10:00:00.000000Z"}).decode()
    '{"at":"2026-03-04T10:00:00.000000Z","bot_id":"b1","qty":"1.5"}'
    """
    return written(value).encode()


def written(value: Json) -> str:
    """The same as text."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{quoted(key)}:{written(value[key])}" for key in sorted(value)) + "}"
    return "[" + ",".join(map(written, value)) + "]"


def digest(body: bytes) -> str:
    """SHA-256 as 64 lower-case hexadecimal digits.

    >>> digest(b"")[:16]
    'e3b0c44298fc1c14'
    """
    return hashlib.sha256(body).hexdigest()


class UnwelcomeError(ValueError):
    """Raised by the parser's hooks; a cause at the doors, `parsed` and `Codec.decode`."""


def parsed(body: bytes) -> Result[object, BadBody]:
    """Strict JSON: UTF-8, no doubled keys, no constants, no numbers but integers, no -0.

    Errors: BadBody.
    >>> parsed(b'{"a":1,"a":2}').failure()
    BadBody(path='', why='doubled key a')
    """
    try:
        return Success(parse(body))
    except NOT_JSON as error:
        return Failure(not_json(error))


def parse(body: bytes) -> object:
    """The same for who catches `NOT_JSON`."""
    return STRICT.decode(body.decode())


def not_json(error: Exception) -> BadBody:
    """What was raised while parsing, as a cause."""
    known = isinstance(error, UnwelcomeError)
    return BadBody("", str(error) if known else f"not JSON: {type(error).__name__}")


NOT_JSON = (ValueError, RecursionError)  # an UnwelcomeError is a ValueError


def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object whose keys are all different."""
    found = dict(pairs)
    if len(found) != len(pairs):
        counted = Counter(key for key, _ in pairs)
        doubled = next(key for key, count in counted.items() if count > 1)
        raise UnwelcomeError(f"doubled key {doubled[:64]}")
    return found


def whole(text: str) -> int:
    """An integer in its one text: there is no -0."""
    if text == "-0":
        raise UnwelcomeError("number -0")
    return int(text)


def unwelcome(text: str) -> object:
    """A float, NaN or infinity: decimals are strings here."""
    raise UnwelcomeError(f"number {text[:64]}")


STRICT = json.JSONDecoder(  # made once: json.loads would make one for each body
    object_pairs_hook=unique,
    parse_int=whole,
    parse_float=unwelcome,
    parse_constant=unwelcome,
)

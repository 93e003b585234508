"""What a handler may return: a body alone (200), or a body with the status it stands for."""

from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Generic, TypeVar

import attrs
import orjson
from attrs import frozen

from astracore.instants import Instant, instant_text
from astracore.numeric import to_text

T = TypeVar("T")


@frozen
class Kept(Generic[T]):
    """The bytes of an answer T that was stored; they are given again as they are."""

    data: bytes


@frozen
class Done(Generic[T]):
    """200: it is done, and a retry of it is answered the same."""

    body: T | Kept[T]
    is_replayed: bool = False


@frozen
class Created(Generic[T]):
    """201: the thing that came into being and its address."""

    body: T | Kept[T]
    location: str
    is_replayed: bool = False


@frozen
class Accepted(Generic[T]):
    """202: asked for and under way."""

    body: T | Kept[T]
    is_replayed: bool = False


@frozen
class Items(Generic[T]):
    """A list that is whole."""

    items: tuple[T, ...]


@frozen
class Page(Generic[T]):
    """A part of a list and the cursor of the next part, null at the end."""

    items: tuple[T, ...]
    next_cursor: str | None


@cache
def _names(shape: Any) -> tuple[str, ...]:  # noqa: ANN401
    # A name that is a word of the language is written without its closing underscore.
    return tuple(field.name for field in attrs.fields(shape))


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return to_text(value)
    if isinstance(value, Instant):
        return instant_text(value)
    if isinstance(value, Enum):
        return value.value
    shape: Any = type(value)
    return {name.rstrip("_"): getattr(value, name) for name in _names(shape)}


def to_json(value: object) -> bytes:
    """The JSON bytes of an answer: decimals and instants as text, fields in declared order.

    >>> to_json(Items((Decimal("1.50"), Instant(0))))
    b'{"items":["1.5","1970-01-01T00:00:00.000000Z"]}'
    """
    if isinstance(value, Kept):
        return value.data
    return orjson.dumps(value, default=_plain, option=orjson.OPT_PASSTHROUGH_DATACLASS)

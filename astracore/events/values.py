"""Codecs of single values and of containers: the bricks that `codec` puts together."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import Any, Generic, TypeAlias, TypeVar

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.events import BadBody
from astracore.events.canonical import NOT_JSON, not_json, parse
from astracore.instants import Instant, instant, instant_text
from astracore.numeric import to_text
from astracore.outcome import is_failure

T = TypeVar("T")
Loose: TypeAlias = Any  # what only the compiled class knows; typed again at the public doors
# What to_text writes and nothing else; wider than outside amounts, as products are stored too.
DECIMAL = re.compile(r"0|-?(?:[1-9][0-9]{0,99}|0(?=\.))(?:\.[0-9]{0,99}[1-9])?", re.ASCII)
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@frozen
class Codec(Generic[T]):
    """How a type becomes canonical bytes and comes back. Made by `codec` and `union`.

    Invariants: decode(encode(x)) == x; equal values have equal bytes.
    """

    schema: str  # describes the shape; equal schemas read each other's bytes
    write: Callable[[T], str]
    read: Callable[[object], T]  # raises MismatchError; the public door is `decode` or `load`

    def encode(self, value: T) -> bytes:
        """Canonical JSON of `value`."""
        return self.write(value).encode()

    def decode(self, body: bytes) -> Result[T, BadBody]:
        """Read canonical or other strict JSON.  Errors: BadBody."""
        try:
            return Success(self.read(parse(body)))
        except MismatchError as mismatch:
            return Failure(mismatch.told())
        except NOT_JSON as error:
            return Failure(not_json(error))

    def load(self, tree: object) -> Result[T, BadBody]:
        """Read a parsed JSON tree.  Errors: BadBody."""
        try:
            return Success(self.read(tree))
        except MismatchError as mismatch:
            return Failure(mismatch.told())


class MismatchError(Exception):
    """Raised while reading and caught in `Codec.load`; the path grows on the way out."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
        self.path: list[str] = []

    def told(self) -> BadBody:
        """The same as a cause."""
        return BadBody(".".join(reversed(self.path)), self.why)


def read_text(tree: object) -> str:
    """Text without lone surrogates."""
    if type(tree) is not str:
        raise MismatchError("not a string")
    if not tree.isascii() and LONE_SURROGATE.search(tree) is not None:
        raise MismatchError("a lone surrogate")
    return tree


def read_int(tree: object) -> int:
    """A whole number; True is none."""
    if type(tree) is not int:
        raise MismatchError("not an integer")
    return tree


def read_bool(tree: object) -> bool:
    """True or false."""
    if type(tree) is not bool:
        raise MismatchError("not a boolean")
    return tree


def read_decimal(tree: object) -> Decimal:
    """A decimal in its one canonical text."""
    if type(tree) is not str or DECIMAL.fullmatch(tree) is None:
        raise MismatchError("not a canonical decimal")
    return Decimal(tree)


def read_instant(tree: object) -> Instant:
    """An instant in its one canonical text."""
    return instant_of(read_text(tree))


@lru_cache(4096)  # what belongs together has one time
def instant_of(text: str) -> Instant:
    """The instant whose one text is `text`."""
    at = instant(text)
    if is_failure(at) or instant_text(at.unwrap()) != text:
        raise MismatchError("not a canonical instant")
    return at.unwrap()


SCALARS: dict[Any, Codec[Any]] = {
    str: Codec("str", quoted, read_text),
    int: Codec("int", int.__repr__, read_int),
    bool: Codec("bool", lambda value: "true" if value else "false", read_bool),
    Decimal: Codec("decimal", lambda value: f'"{to_text(value)}"', read_decimal),
    Instant: Codec("instant", lambda value: f'"{instant_text(value)}"', read_instant),
}


def choice(members: Mapping[Any, Any]) -> Codec[Any]:
    """An Enum with str values, or a Literal of str."""
    if not members or not all(type(text) is str for text in members):
        raise TypeError(f"choices must be strings: {sorted(map(str, members))}")
    texts = {member: quoted(text) for text, member in members.items()}

    def read(tree: object) -> Loose:
        if type(tree) is not str or tree not in members:
            raise MismatchError("not one of the choices")
        return members[tree]

    return Codec("choice(" + "|".join(sorted(members)) + ")", texts.__getitem__, read)


def sequence(item: Codec[Any]) -> Codec[Any]:
    """tuple[X, ...]: any number of items."""

    def write(values: tuple[Any, ...]) -> str:
        return "[" + ",".join(map(item.write, values)) + "]"

    def read(tree: object) -> Loose:
        return tuple(within(str(place), item, part) for place, part in enumerate(listed(tree)))

    return Codec(f"[{item.schema}]", write, read)


def fixed(items: tuple[Codec[Any], ...]) -> Codec[Any]:
    """tuple[X, Y]: just these."""

    def write(values: tuple[Any, ...]) -> str:
        return "[" + ",".join(i.write(v) for i, v in zip(items, values, strict=True)) + "]"

    def read(tree: object) -> Loose:
        parts = listed(tree)
        if len(parts) != len(items):
            raise MismatchError(f"not {len(items)} items")
        pairs = zip(items, parts, strict=True)
        return tuple(within(str(place), item, part) for place, (item, part) in enumerate(pairs))

    return Codec("(" + ",".join(item.schema for item in items) + ")", write, read)


def members(item: Codec[Any]) -> Codec[Any]:
    """frozenset[X], written in the order of its items' text so that equal sets have equal bytes."""

    def write(values: frozenset[Any]) -> str:
        return "[" + ",".join(sorted(map(item.write, values))) + "]"

    def read(tree: object) -> Loose:
        parts = listed(tree)
        values = [within(str(place), item, part) for place, part in enumerate(parts)]
        texts = [item.write(value) for value in values]
        if texts != sorted(set(texts)):
            raise MismatchError("not in order, or doubled")
        return frozenset(values)

    return Codec(f"{{{item.schema}}}", write, read)


def mapping(key: Codec[Any], item: Codec[Any]) -> Codec[Any]:
    """Mapping[K, X]; K is written as text: str, a NewType of it, or an Enum with str values."""
    if key.schema != "str" and not key.schema.startswith("choice("):
        raise TypeError(f"keys of a mapping must be text, not {key.schema}")

    def write(values: Mapping[Any, Any]) -> str:
        parts = [f"{quoted(n)}:{item.write(v)}" for n, v in sorted(named(values).items())]
        return "{" + ",".join(parts) + "}"

    def read(tree: object) -> Loose:
        if type(tree) is not dict:
            raise MismatchError("not an object")
        return {key.read(name): within(name, item, part) for name, part in tree.items()}

    return Codec(f"map({key.schema},{item.schema})", write, read)


def named(values: Mapping[Any, Any]) -> dict[str, Any]:
    """The same mapping by the text of its keys."""
    return {str(key.value if isinstance(key, Enum) else key): item for key, item in values.items()}


def listed(tree: object) -> list[object]:
    """A JSON array."""
    if type(tree) is not list:
        raise MismatchError("not a list")
    return tree


def within(name: str, item: Codec[Any], part: object) -> Loose:
    """Read `part`; a mismatch learns where it happened."""
    try:
        return item.read(part)
    except MismatchError as mismatch:
        mismatch.path.append(name)
        raise

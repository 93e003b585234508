"""Codecs compiled from the fields of attrs classes: canonical bytes out, strict reading in.

Understood: str, int, bool and NewTypes of them, Decimal and Instant (as text), Enum with str
values, Literal of str, `X | None` for a field (left out when None), tuple, frozenset,
Mapping[str, X], attrs classes (also generic ones), and unions of attrs classes, which carry
their name under the tag `kind` (`variant` when a member has a field `kind`).
A field with a default may be missing, and one that may be None is None then, default or not;
anything else that is unknown, missing or null is refused.
"""

import re
from collections.abc import Callable, Mapping
from enum import Enum
from json.encoder import encode_basestring as quoted
from types import NoneType, UnionType
from typing import Any, Literal, NewType, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs
from attrs import frozen

from astracore.events.values import (
    SCALARS,
    Codec,
    Loose,
    MismatchError,
    choice,
    fixed,
    mapping,
    members,
    sequence,
)

__all__ = ["Codec", "codec", "union"]

T = TypeVar("T")
UNIONS: tuple[object, ...] = (Union, UnionType)
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def codec(shape: type[T]) -> Codec[T]:
    """Compile the codec of one attrs class (or another type named above).

    Raises TypeError when a field has a type that is not understood: a programming error.
    >>> from astracore.instants import Instant
    >>> codec(Instant).encode(Instant(0))
    b'"1970-01-01T00:00:00.000000Z"'
    """
    return compiled(shape, ())


def union(classes: tuple[type[T], ...]) -> Codec[T]:
    """Compile the codec of a closed union: pass `classes_of(TheUnion)` or the classes themselves.

    Raises TypeError when two members have one name, or a member is no attrs class.
    """
    return tagged(classes, ())


def kind_of(shape: type) -> str:
    """The tag of a union's member: its public `code`, or its name in snake case.

    >>> kind_of(MismatchError)
    'mismatch_error'
    """
    code = getattr(shape, "code", None)
    return code if isinstance(code, str) else HUMP.sub("_", shape.__name__).lower()


def compiled(shape: Loose, above: tuple[Any, ...]) -> Codec[Any]:
    """The codec of any understood type; `above` are the classes being compiled around it."""
    if isinstance(shape, NewType):
        return compiled(shape.__supertype__, above)
    if shape in SCALARS:
        return SCALARS[shape]
    origin: Loose = get_origin(shape)
    arguments = get_args(shape)
    if origin is Literal:
        return choice({text: text for text in arguments})
    if origin in UNIONS:
        return tagged(arguments, above)
    if origin is tuple and arguments[-1:] == (Ellipsis,):
        return sequence(compiled(arguments[0], above))
    if origin is tuple:
        return fixed(tuple(compiled(argument, above) for argument in arguments))
    if origin is frozenset:
        return members(compiled(arguments[0], above))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return mapping(compiled(arguments[0], above), compiled(arguments[1], above))
    if isinstance(shape, type) and issubclass(shape, Enum):
        return choice({member.value: member for member in shape})
    return record(shape, above)


@frozen
class Slot:
    """One field of a record: its key, how to get at it, and what may be missing."""

    name: str
    attribute: str
    alias: str
    lead: str
    item: Codec[Any]
    optional: bool
    required: bool
    blank: bool  # it may be None and its class has no default: what is missing is None


def slot(field: "attrs.Attribute[Any]", shape: Loose, above: tuple[Any, ...]) -> Slot:
    """Compile one field. Raises TypeError for what cannot make the round trip."""
    if not field.init:
        raise TypeError(f"{field.name} is not an argument of its class")
    inner = [part for part in get_args(shape) if part is not NoneType]
    optional = get_origin(shape) in UNIONS and len(inner) < len(get_args(shape))
    if optional and field.default not in (attrs.NOTHING, None):
        raise TypeError(f"{field.name} may be None, so its default must be None")
    if optional:
        shape = Union[tuple(inner)]  # noqa: UP007 - built at run time
    name = field.name.removesuffix("_")  # `return_` is `return` on the wire
    return Slot(
        name=name,
        attribute=field.name,
        alias=field.alias or field.name,
        lead=f"{quoted(name)}:",
        item=compiled(shape, above),
        optional=optional,
        required=not optional and field.default is attrs.NOTHING,
        blank=optional and field.default is attrs.NOTHING,
    )


def record(shape: Loose, above: tuple[Any, ...], tag: tuple[str, str] | None = None) -> Codec[Any]:
    """An attrs class as an object; `tag` is the extra key and text of a union's member."""
    origin: Loose = shape if get_origin(shape) is None else get_origin(shape)
    if not (isinstance(origin, type) and attrs.has(origin)) or origin in above:
        raise TypeError(f"no codec for {shape}")
    hints = get_type_hints(origin)
    given = dict(zip(getattr(origin, "__parameters__", ()), get_args(shape), strict=False))
    slots = [
        slot(field, given.get(hints[field.name], hints[field.name]), (*above, origin))
        for field in attrs.fields(origin)
    ]
    slots.sort(key=lambda slot: slot.name)
    fields = ",".join(f"{s.name}{'' if s.required else '?'}:{s.item.schema}" for s in slots)
    return Codec(
        f"{origin.__name__}({fields})", record_writer(slots, tag), record_reader(origin, slots, tag)
    )


def record_writer(slots: list[Slot], tag: tuple[str, str] | None) -> Callable[[Any], str]:
    """Keys are sorted once, here, and not for each value."""
    rows = [(s.attribute, s.lead, s.item.write, s.optional) for s in slots]
    if tag is not None:
        constant = quoted(tag[1])
        rows = sorted(
            [*rows, ("__class__", f"{quoted(tag[0])}:", lambda _: constant, False)],
            key=lambda row: row[1],
        )

    def write(value: Loose) -> str:
        parts = []
        for name, lead, item, optional in rows:
            part = getattr(value, name)
            if not (optional and part is None):
                parts.append(lead + item(part))
        return "{" + ",".join(parts) + "}"

    return write


def record_reader(
    origin: type, slots: list[Slot], tag: tuple[str, str] | None
) -> Callable[[object], Any]:
    """Every key is known, every required one is there."""
    rows = [(s.name, s.alias, s.item.read, s.required) for s in slots]
    known = {s.name for s in slots} | ({tag[0]} if tag is not None else set())
    extra = 0 if tag is None else 1
    blanks = {s.alias: None for s in slots if s.blank}

    def read(tree: object) -> Loose:
        if type(tree) is not dict:
            raise MismatchError("not an object")
        values = {}
        for name, alias, item, required in rows:
            if name in tree:
                try:
                    values[alias] = item(tree[name])
                except MismatchError as mismatch:
                    mismatch.path.append(name)
                    raise
            elif required:
                raise MismatchError(f"{name} is missing")
        if len(values) + extra != len(tree):
            raise MismatchError(f"unknown field {min(set(tree) - known)[:64]}")
        return origin(**{**blanks, **values} if blanks else values)

    return read


def tagged(classes: tuple[Any, ...], above: tuple[Any, ...]) -> Codec[Any]:
    """A union of attrs classes, told apart by a tag."""
    origins = [get_origin(shape) or shape for shape in classes]
    if not classes or not all(isinstance(o, type) and attrs.has(o) for o in origins):
        raise TypeError(f"a union must be of attrs classes: {classes}")
    names = [kind_of(origin) for origin in origins]
    if len(set(names)) != len(names):
        raise TypeError(f"two members of a union have one name: {names}")
    taken = any(
        field.name.removesuffix("_") == "kind" for o in origins for field in attrs.fields(o)
    )
    tag = "variant" if taken else "kind"
    codecs = {
        name: record(shape, above, (tag, name)) for name, shape in zip(names, classes, strict=True)
    }
    by_class = {origin: codecs[name].write for origin, name in zip(origins, names, strict=True)}

    def write(value: Loose) -> str:
        return by_class[type(value)](value)

    def read(tree: object) -> Loose:
        name = tree.get(tag) if type(tree) is dict else None
        if type(name) is not str or name not in codecs:
            raise MismatchError(f"{tag} is none of the known ones")
        return codecs[name].read(tree)

    described = "|".join(f"{name}={codecs[name].schema}" for name in sorted(codecs))
    return Codec(f"union({tag}:{described})", write, read)

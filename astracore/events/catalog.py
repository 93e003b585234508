"""The events of one aggregate as one closed catalog: names, codecs, schema versions, upcasts."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeAlias, TypeVar, cast, get_args

import attrs
from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.events import CorruptEvent, StreamFault, UnknownEventType
from astracore.events.canonical import parsed
from astracore.events.codec import Codec, codec
from astracore.events.decider import Decider
from astracore.events.envelope import TYPE_NAME
from astracore.outcome import is_failure

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")
F = TypeVar("F")
Tree: TypeAlias = Mapping[str, object]
Upcast: TypeAlias = Callable[[Tree], Tree]  # pure: the body of v(n) -> the body of v(n+1)


@frozen
class Catalog(Generic[E]):
    """Made by `catalog`; knows each event class of one aggregate by its type name."""

    codecs: Mapping[str, Codec[E]]
    names: Mapping[type, str]
    upcasts: Mapping[str, Upcast]

    def name(self, event: E) -> str:
        """The stored type name of `event`."""
        return self.names[type(event)]

    def encode(self, event: E) -> bytes:
        """Canonical JSON of the event's fields."""
        return self.codecs[self.names[type(event)]].encode(event)

    def decode(self, name: str, body: bytes) -> Result[E, StreamFault]:
        """Read the body of a stored event, of any version ever written.

        Errors: UnknownEventType, CorruptEvent.
        """
        current = self.codecs.get(name)
        if current is None:
            return self.upcast(name, body)
        return current.decode(body).alt(lambda bad: CorruptEvent(name, bad.path, bad.why))

    def upcast(self, name: str, body: bytes) -> Result[E, StreamFault]:
        """Carry an old body up to the version that has a class.

        Errors: UnknownEventType, CorruptEvent.
        """
        if name not in self.upcasts:
            return Failure(UnknownEventType(name[:128]))
        tree = parsed(body)
        if is_failure(tree):
            return Failure(CorruptEvent(name, "", tree.failure().why))
        current, value = name, tree.unwrap()
        while current in self.upcasts:
            if not isinstance(value, dict):
                return Failure(CorruptEvent(name, "", "not an object"))
            try:
                value = dict(self.upcasts[current](value))
            except (LookupError, TypeError, ValueError, AttributeError) as error:
                return Failure(CorruptEvent(name, "", f"upcast: {type(error).__name__}"))
            current = successor(current)
        event = self.codecs[current].load(value)
        if is_failure(event):
            return Failure(CorruptEvent(name, event.failure().path, event.failure().why))
        return Success(event.unwrap())


@frozen
class Aggregate(Generic[C, S, E, F]):
    """A decider with what it takes to store it: its events, its state, its refusals."""

    decider: Decider[C, S, E, F]
    events: Catalog[E]
    state: Codec[S]
    faults: Codec[F]


def classes_of(union: object) -> tuple[type[Any], ...]:
    """The members of a closed union, which may be one class alone.

    >>> classes_of(int | str), classes_of(int)
    ((<class 'int'>, <class 'str'>), (<class 'int'>,))
    """
    members: tuple[type[Any], ...] = get_args(union)
    return members or (cast("type[Any]", union),)


def merged(catalogs: Iterable[Catalog[Any]]) -> Catalog[object]:
    """One catalog of many aggregates' events, for those who read the whole log.

    Raises TypeError when two of them store under one type name.
    """
    codecs: dict[str, Codec[object]] = {}
    names: dict[type, str] = {}
    upcasts: dict[str, Upcast] = {}
    for one in catalogs:
        twice = {*one.codecs, *one.upcasts} & {*codecs, *upcasts}
        if twice:
            raise TypeError(f"{min(twice)} is registered twice")
        codecs |= one.codecs
        names |= one.names
        upcasts |= one.upcasts
    return Catalog(codecs=codecs, names=names, upcasts=upcasts)


def successor(name: str) -> str:
    """The type name of the next schema version.

    >>> successor("astra.trading.order_accepted.v1")
    'astra.trading.order_accepted.v2'
    """
    stem, _, version = name.rpartition(".v")
    return f"{stem}.v{int(version) + 1}"


def schema_version(name: str) -> int:
    """The number at the end of a type name."""
    return int(name.rpartition(".v")[2])


def catalog(classes: Iterable[type[E]], upcasts: Mapping[str, Upcast] | None = None) -> Catalog[E]:
    """Register the event classes of one aggregate: `classes_of(AccountEvent)` names them all.

    Every class is a frozen attrs class with a `TYPE` `astra.<domain>.<event>.v<n>`; every
    upcast, keyed by the type name it reads, leads to a class. Raises TypeError otherwise.
    """
    codecs: dict[str, Codec[E]] = {}
    names: dict[type, str] = {}
    for shape in classes:
        name = checked_name(shape)
        if name in codecs or shape in names:
            raise TypeError(f"{name} is registered twice")
        codecs[name] = codec(shape)
        names[shape] = name
    if not codecs:
        raise TypeError("a catalog needs event classes")
    steps = dict(upcasts or {})
    for name in steps:
        if TYPE_NAME.fullmatch(name) is None or name in codecs:
            raise TypeError(f"{name} cannot be upcast")
        if successor(name) not in codecs and successor(name) not in steps:
            raise TypeError(f"the upcast of {name} leads nowhere")
    return Catalog(codecs=codecs, names=names, upcasts=steps)


def checked_name(shape: type) -> str:
    """The `TYPE` of an event class; raises TypeError when it has none that is right."""
    name = getattr(shape, "TYPE", None)
    if not isinstance(name, str) or TYPE_NAME.fullmatch(name) is None:
        raise TypeError(f"{shape} has no event type name")
    if not attrs.has(shape) or not attrs.fields(shape) or shape.__setattr__ is object.__setattr__:
        raise TypeError(f"{shape} is not a frozen attrs class with fields")
    return name

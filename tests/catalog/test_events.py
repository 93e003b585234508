"""Stored bytes keep their meaning: every event is registered, every version is frozen."""

import importlib
import json
import pkgutil
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import frozen

import astracore
from astracore.catalog.aggregates import CATALOGS
from astracore.catalog.examples import example
from astracore.catalog.registry import EVENT_CLASSES, EVENT_TYPES, EventType
from astracore.events.catalog import Catalog
from astracore.events.codec import Codec, codec
from astracore.events.decider import Decider
from astracore.ledger.entries import Line

GOLDEN = Path(__file__).parents[1] / "golden" / "events"


def event_classes() -> set[type]:
    """Every class of the core that names an event type, found by walking all modules."""
    found: set[type] = set()
    for module in pkgutil.walk_packages(astracore.__path__, "astracore."):
        for thing in vars(importlib.import_module(module.name)).values():
            name = vars(thing).get("TYPE") if isinstance(thing, type) else None
            if isinstance(name, str) and name.startswith("astra."):
                found.add(thing)
    return found


def decider_names() -> set[str]:
    """The stream category of every decider of the core, found by walking all modules."""
    return {
        thing.name
        for module in pkgutil.walk_packages(astracore.__path__, "astracore.")
        for thing in vars(importlib.import_module(module.name)).values()
        if isinstance(thing, Decider)
    }


def reader(name: str) -> Catalog[object]:
    """The catalog that reads a stored type name, old versions included."""
    return next(events for _, events in CATALOGS if name in {**events.codecs, **events.upcasts})


def test_every_event_class_is_registered() -> None:
    assert event_classes() == set(EVENT_CLASSES)


def test_every_decider_is_in_the_catalogue_once() -> None:
    names = [name for name, _ in CATALOGS]
    assert decider_names() == set(names)
    assert len(names) == len(set(names))


def test_no_type_is_in_two_catalogues() -> None:
    names = [name for _, events in CATALOGS for name in events.names.values()]
    assert sorted(names) == sorted(EVENT_TYPES)


def test_type_names_say_class_and_version() -> None:
    for name, event in EVENT_TYPES.items():
        words = name.split(".")[2].split("_")
        assert event.shape.__name__ == "".join(word.capitalize() for word in words)
        assert name.endswith(f".v{event.version}")
        assert event.domain == name.split(".")[1]
        assert event.meaning


@pytest.mark.parametrize("event", EVENT_TYPES.values(), ids=lambda event: event.name)
def test_examples_survive_their_codec(event: EventType) -> None:
    shape: Codec[object] = codec(event.shape)
    assert shape.encode(shape.decode(event.example).unwrap()) == event.example
    assert json.loads(event.example).keys() == {
        field.removesuffix("_") for field in event.shape.__annotations__ if not field.isupper()
    }


@pytest.mark.parametrize("event", EVENT_TYPES.values(), ids=lambda event: event.name)
def test_every_version_has_frozen_bytes(event: EventType) -> None:
    """A version that is new is frozen by one call of `freeze`."""
    assert (GOLDEN / f"{event.name}.json").is_file(), f"no frozen bytes of {event.name}"


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_frozen_bytes_are_read_and_written_alike(path: Path) -> None:
    body = path.read_bytes().rstrip(b"\n")
    events = reader(path.stem)
    event = events.decode(path.stem, body).unwrap()
    if path.stem in events.codecs:
        assert events.encode(event) == body


def freeze() -> list[str]:
    """Write the bytes of versions that have none yet; existing files are never touched."""
    written = []
    for event in EVENT_TYPES.values():
        path = GOLDEN / f"{event.name}.json"
        if not path.exists():
            path.write_bytes(event.example + b"\n")
            written.append(event.name)
    return written


@frozen(kw_only=True)
class Plentiful:
    """Fields of every kind that an example can be made of."""

    many: tuple[int, ...]
    named: Mapping[str, Decimal]
    nested: Line


@frozen(kw_only=True)
class Odd:
    """A field of a kind that events do not use."""

    field: complex


def test_examples_fill_containers_and_refuse_what_events_do_not_use() -> None:
    made = example(Plentiful)
    assert (len(made.many), len(made.named)) == (1, 1)
    assert isinstance(made.nested, Line)
    with pytest.raises(TypeError, match="no example"):
        example(Odd)

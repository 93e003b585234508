"""What is sealed comes back as it was, and nothing else comes in by that door."""

import json
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from astracore.events.canonical import canonical
from astracore.events.chain import Entry, entry_bytes
from astracore.events.exported import entry, placed, unsealed
from astracore.events.stored import Stored, sealed
from astracore.ids import CommandId, EventId
from astracore.instants import FIRST, LAST, Instant

TRICKS = st.sampled_from(
    ['x,"data":', '","event_id":"', '\\","data":{', "\n\x00\x1f", "é😀\u2028", "", "\\ud800"]
)
TEXTS = TRICKS | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBERS = st.integers(0, 2**63 - 1)
MOMENTS = st.sampled_from([FIRST, 0, LAST]) | st.integers(FIRST, LAST)
TREES = st.recursive(
    TEXTS | st.booleans() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
ROWS = st.builds(
    Stored,
    position=NUMBERS,
    category=TEXTS,
    key=TEXTS,
    version=NUMBERS,
    event_id=TEXTS.map(EventId),
    type=TEXTS,
    schema_version=NUMBERS,
    occurred_at=MOMENTS,
    recorded_at=MOMENTS,
    correlation_id=TEXTS,
    causation_id=TEXTS,
    command_id=TEXTS.map(CommandId),
    actor=TEXTS,
    config_version=TEXTS,
    producer=TEXTS,
    body=st.dictionaries(TEXTS, TREES, max_size=3).map(canonical),
)
ENTRIES = st.builds(
    Entry,
    seq=NUMBERS,
    at=MOMENTS.map(Instant),
    actor=TEXTS,
    kind=TEXTS,
    ref=TEXTS,
    body_hash=TEXTS,
)
ROW = Stored(
    position=7,
    category="test.counter",
    key="a",
    version=2,
    event_id=EventId("e"),
    type="astra.test.added.v1",
    schema_version=1,
    occurred_at=5,
    recorded_at=6,
    correlation_id="r",
    causation_id="c",
    command_id=CommandId("c"),
    actor="u",
    config_version="1",
    producer="p",
    body=b'{"amount":1}',
)
SEALED = sealed(ROW).decode()
LINK = Entry(seq=3, at=Instant(5), actor="u", kind="k", ref="r", body_hash="h")
WRITTEN = entry_bytes(LINK).decode()


@given(ROWS)
def test_what_is_sealed_comes_back(row: Stored) -> None:
    assert unsealed(sealed(row).decode()).unwrap() == row


@given(ENTRIES)
def test_what_is_chained_comes_back(one: Entry) -> None:
    assert entry(entry_bytes(one).decode()).unwrap() == one


@given(ROWS, NUMBERS)
def test_another_place_changes_nothing_else(row: Stored, position: int) -> None:
    assert placed(row, position) == evolve(row, position=position)


def changed(text: str, **change: Any) -> str:  # noqa: ANN401 - whatever JSON has
    said = {**json.loads(text), **change}
    return canonical({name: one for name, one in said.items() if one is not None}).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "7",
        "[" * 100_000,
        SEALED + " ",
        SEALED[:-1],
        SEALED.replace(',"data":', ', "data":'),
        SEALED.replace('"sequence":2', '"sequence":2.0'),
        SEALED.replace('"sequence":2', '"sequence":' + "9" * 5_000),
        SEALED.replace('"u"', '"\\u0075"'),
        SEALED.replace('"u"', '"\\ud800"'),
        SEALED.replace('"u"', '"\ud800"'),
        SEALED.replace('"actor":"u"', '"actor":"u","actor":"u"'),
        changed(SEALED, sequence="2"),
        changed(SEALED, sequence=True),
        changed(SEALED, position="7"),
        changed(SEALED, actor=5),
        changed(SEALED, actor=None),
        changed(SEALED, extra="x"),
        changed(SEALED, occurred_at="yesterday"),
        changed(SEALED, recorded_at="2026-02-30T00:00:00.000000Z"),
        changed(SEALED, recorded_at="1970-01-01T00:00:00Z"),
    ],
)
def test_what_no_event_is_sealed_as_is_refused(text: str) -> None:
    assert unsealed(text).failure().code == "bad_body"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        WRITTEN + " ",
        WRITTEN.replace('"u"', '"\\ud800"'),
        WRITTEN.replace('"u"', '"\ud800"'),
        WRITTEN.replace("}", ',"seq":3}'),
        changed(WRITTEN, seq="3"),
        changed(WRITTEN, seq=True),
        changed(WRITTEN, ref=None),
        changed(WRITTEN, more="x"),
        changed(WRITTEN, at="1970-01-01T00:00:00Z"),
        changed(WRITTEN, at="now"),
    ],
)
def test_what_no_entry_is_written_as_is_refused(text: str) -> None:
    assert entry(text).failure().code == "bad_body"

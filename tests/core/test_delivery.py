"""What is told outside of the log."""

import json

import pytest

from astracore.catalog.registry import EVENT_TYPES
from astracore.events.canonical import canonical, digest
from astracore.events.delivery import (
    DELIVERIES,
    RETRIES_S,
    group_name,
    letter_id,
    message,
    retry_after,
    stream_of,
)
from astracore.events.stored import Stored, sealed
from astracore.ids import CommandId, EventId

STORED = Stored(
    position=9_007_199_254_740_993,
    category="users.user",
    key='a"1',
    version=3,
    event_id=EventId("e1"),
    type="astra.user.user_registered.v1",
    schema_version=1,
    occurred_at=1_772_618_400_000_000,
    recorded_at=1_772_618_400_000_001,
    correlation_id="r1",
    causation_id="c0",
    command_id=CommandId("c1"),
    actor="u1",
    config_version="1",
    producer="test",
    body=b'{"x":"\xc3\xa9"}',
)


def test_a_message_is_canonical_and_says_all_that_the_log_says_and_its_schema() -> None:
    told = message(STORED, "abc")
    tree = json.loads(told.body)
    assert told.body == canonical(tree)
    assert tree.pop("schema_hash") == "abc"
    assert canonical(tree) == sealed(STORED)
    assert (told.stream, told.position) == ("astra.user.user_registered", STORED.position)
    assert tree["data"] == {"x": "é"}


def test_versions_of_an_event_share_a_stream_and_no_two_events_do() -> None:
    assert stream_of("astra.user.user_registered.v12") == stream_of(STORED.type)
    streams = {stream_of(name) for name in EVENT_TYPES}
    assert len(streams) == len({name.rsplit(".", 1)[0] for name in EVENT_TYPES})
    assert all(name.startswith(f"{stream_of(name)}.v") for name in EVENT_TYPES)


def test_the_schema_hash_is_that_of_the_fields() -> None:
    for found in EVENT_TYPES.values():
        assert found.schema_hash == digest(found.schema.encode())


def test_four_retries_and_no_fifth() -> None:
    waits = [retry_after(count) for count in range(7)]
    assert waits == [None, 1, 5, 25, 125, None, None]
    assert DELIVERIES == len(RETRIES_S) + 1 == 5


@pytest.mark.parametrize("text", ["", "1a", "a" * 65, "A", "a b", "a.b", "a\n", "ä", "-a", "a:b"])
def test_names_that_are_none(text: str) -> None:
    assert group_name(text).failure().text == text[:64]


def test_a_letter_has_one_id_for_each_group() -> None:
    assert letter_id("g", 1) == letter_id("g", 1)
    assert len({letter_id("g", 1), letter_id("g", 11), letter_id("g1", 1)}) == 3

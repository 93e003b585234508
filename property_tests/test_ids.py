"""Derived ids: valid, sorted by time, and different for different facts."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from astracore.ids import derived_id, identifier
from astracore.outcome import is_failure

millis = st.integers(0, (1 << 48) - 1)
facts = st.lists(st.text(st.characters(exclude_characters="\x1f", codec="utf-8")), min_size=1)


@given(millis, facts)
def test_a_derived_id_is_a_uuid_of_version_7_that_tells_its_time(ms: int, told: list[str]) -> None:
    """The oracle is the standard library's reader of UUIDs."""
    text = derived_id(ms, *told)
    assert identifier(text).unwrap() == text
    read = uuid.UUID(text)
    assert (read.version, read.variant) == (7, uuid.RFC_4122)
    assert read.int >> 80 == ms


@given(millis, facts, facts)
def test_other_facts_have_another_id(ms: int, one: list[str], other: list[str]) -> None:
    assert (derived_id(ms, *one) == derived_id(ms, *other)) == (one == other)


@given(millis, millis, facts)
def test_ids_sort_by_time(early: int, late: int, told: list[str]) -> None:
    if early != late:
        assert (derived_id(early, *told) < derived_id(late, *told)) == (early < late)


@given(st.text(max_size=80) | st.uuids().map(str) | st.uuids().map(lambda x: str(x).upper()))
def test_an_identifier_is_a_lower_case_uuid_and_nothing_else(text: str) -> None:
    read = identifier(text)
    if is_failure(read):
        assert read.failure().text == text[:64]
    else:
        assert str(uuid.UUID(text)) == text

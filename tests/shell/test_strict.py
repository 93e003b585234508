"""The strict reader: what it takes, what it refuses, and where it says the fault lies."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astracore.outcome import is_failure
from shell.http.strict import DEPTH_MAX, StrangeNumber, read_object

REFUSED = {
    "nothing": (b"", "body"),
    "not json": (b"hello", "body"),
    "cut off": (b'{"a":', "body"),
    "two values": (b"{} {}", "body"),
    "comment": (b"{/**/}", "body"),
    "trailing comma": (b'{"a":1,}', "body"),
    "single quotes": (b"{'a':1}", "body"),
    "array": (b"[]", "body"),
    "text": (b'"a"', "body"),
    "number": (b"1", "body"),
    "null": (b"null", "body"),
    "byte order mark": (b"\xef\xbb\xbf{}", "body"),
    "utf-16": ('{"a":1}'.encode("utf-16"), "body"),
    "latin-1": (b'{"a":"\xe9"}', "body"),
    "overlong nul": (b'{"a":"\xc0\x80"}', "body"),
    "surrogate in utf-8": (b'{"a":"\xed\xa0\x80"}', "body"),
    "raw control": (b'{"a":"\x01"}', "body"),
    "deep": (b'{"a":' * 40 + b"1" + b"}" * 40, "body"),
    "very deep": (b"[" * 60_000, "body"),
    "wide and deep": (b'{"a":' + b"[" * 30_000 + b"]" * 30_000 + b"}", "body"),
    "doubled": (b'{"a":1,"a":1}', "body.a"),
    "doubled by escape": (b'{"a":1,"\\u0061":1}', "body.a"),
    "doubled inside": (b'{"b":{"a":1,"a":1}}', "body.b.a"),
    "doubled in a list": (b'{"b":[{"a":1,"a":1}]}', "body.b[0].a"),
    "nul": (b'{"a":"\\u0000"}', "body.a"),
    "nul in a key": (b'{"\\u0000":1}', "body"),
    "lone surrogate": (b'{"a":"\\ud800"}', "body.a"),
    "surrogate the wrong way": (b'{"a":"\\udc00\\ud800"}', "body.a"),
    "arabic digits": ('{"a":١}'.encode(), "body"),
    "leading zero": (b'{"a":01}', "body"),
    "plus": (b'{"a":+1}', "body"),
    "hex": (b'{"a":0x10}', "body"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_the_place_of_the_fault(name: str) -> None:
    body, path = REFUSED[name]
    found = read_object(body)
    assert is_failure(found)
    assert [field.path for field in found.failure().fields] == [path]


@pytest.mark.parametrize(
    "text",
    ["1.5", "1e5", "1e999999", "1e-999999999", "-0.1", "9" * 17, "9" * 60_000, "NaN", "Infinity"],
)
def test_strange_numbers_are_never_computed_with(text: str) -> None:
    value = read_object(b'{"a":' + text.encode() + b"}").unwrap()
    assert isinstance(value["a"], StrangeNumber)


@pytest.mark.parametrize(
    ("text", "number"), [("20.0", 20), ("-7", -7), ("0", 0), ("9" * 16, int("9" * 16))]
)
def test_integers_are_integers(text: str, number: int) -> None:
    assert read_object(b'{"a":' + text.encode() + b"}").unwrap() == {"a": number}


def test_depth_is_counted_outside_texts() -> None:
    deep = {"a": "[" * 100 + '"' + "\\" + "{" * 100}
    assert read_object(json.dumps(deep).encode()).unwrap() == deep
    nested = b'{"a":' * DEPTH_MAX + b"1" + b"}" * DEPTH_MAX
    assert not is_failure(read_object(nested))


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), plain, max_size=5))
def test_reads_what_the_standard_library_writes(value: dict[str, object]) -> None:
    found = read_object(json.dumps(value).encode())
    speakable = "\\u0000" not in json.dumps(value)
    assert is_failure(found) != speakable
    if speakable:
        assert found.unwrap() == value


@given(st.binary(max_size=200))
def test_never_raises(body: bytes) -> None:
    read_object(body)

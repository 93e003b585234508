"""Codecs: what goes in comes back, equal things have equal bytes, and nothing else is read."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar, Generic, Literal, NewType, TypeVar

import attrs
import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from astracore.events.canonical import canonical, parsed
from astracore.events.codec import codec, kind_of, union
from astracore.instants import FIRST, LAST, Instant
from astracore.outcome import is_failure

T = TypeVar("T")
Name = NewType("Name", str)
Count = NewType("Count", int)


class Colour(Enum):
    """Two of them."""

    RED = "red"
    BLUE = "blue"


@frozen
class Box(Generic[T]):
    """Holds one thing."""

    thing: T
    weight: Decimal


@frozen(kw_only=True)
class Leaf:
    """The end of a branch."""

    name: Name
    at: Instant


@frozen(kw_only=True)
class Twig:
    """Another end; one of its fields has the usual tag's name."""

    kind: str
    size: int


@frozen(kw_only=True)
class Plain:
    """A member with a public code."""

    code: ClassVar[str] = "plain_one"
    size: int


@frozen(kw_only=True)
class Tree:
    """One field of every type that is understood."""

    name: Name
    count: Count
    flag: bool
    amount: Decimal
    at: Instant
    colour: Colour
    mode: Literal["a", "b"]
    leaves: tuple[Leaf, ...]
    pair: tuple[int, str]
    empty: tuple[()]
    labels: frozenset[str]
    prices: Mapping[Colour, Decimal]
    notes: Mapping[Name, Leaf]
    box: Box[int]
    end: Leaf | Plain
    odd: Twig | Plain
    return_: int
    note: str | None = None
    either: Leaf | Plain | None = None
    extra: int = 3


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
decimals = st.decimals(allow_nan=False, allow_infinity=False, places=18).filter(
    lambda value: abs(value) < Decimal("1e30")
)
instants = st.integers(FIRST, LAST).map(Instant)
leaves = st.builds(Leaf, name=texts, at=instants)
plains = st.builds(Plain, size=st.integers())
trees: st.SearchStrategy[Tree] = st.builds(
    Tree,
    name=texts,
    count=st.integers(),
    flag=st.booleans(),
    amount=decimals,
    at=instants,
    colour=st.sampled_from(Colour),
    mode=st.sampled_from(["a", "b"]),
    leaves=st.lists(leaves, max_size=3).map(tuple),
    pair=st.tuples(st.integers(), texts),
    empty=st.just(()),
    labels=st.frozensets(texts, max_size=4),
    prices=st.dictionaries(st.sampled_from(Colour), decimals),
    notes=st.dictionaries(texts, leaves, max_size=3),
    box=st.builds(Box, thing=st.integers(), weight=decimals),
    end=leaves | plains,
    odd=st.builds(Twig, kind=texts, size=st.integers()) | plains,
    return_=st.integers(),
    note=st.none() | texts,
    either=st.none() | leaves | plains,
    extra=st.integers(),
)
TREE = codec(Tree)


@given(trees)
def test_round_trip(tree: Tree) -> None:
    """decode(encode(x)) == x, and the second bytes equal the first."""
    body = TREE.encode(tree)
    back = TREE.decode(body).unwrap()
    assert back == tree
    assert TREE.encode(back) == body


@given(trees)
def test_bytes_are_what_an_independent_writer_makes_of_the_same_json(tree: Tree) -> None:
    """Keys by code point, no spaces, no nulls: json.dumps says so too."""
    body = TREE.encode(tree)
    loaded = json.loads(body)
    again = json.dumps(loaded, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert again.encode() == body
    assert canonical(loaded) == body
    assert b"null" not in re.sub(rb'"([^"\\]|\\.)*"', b"", body)
    assert "return" in loaded
    assert ("note" in loaded) == (tree.note is not None)


@given(trees, st.integers(2, 10))
def test_equal_values_have_equal_bytes(tree: Tree, zeros: int) -> None:
    """1.5 and 1.500 are one number; the order of a mapping is none of its meaning."""
    text = format(tree.amount, "f")
    padded = Decimal(text + ("" if "." in text else ".") + "0" * zeros)
    turned = dict(reversed(list(tree.notes.items())))
    other = attrs.evolve(tree, amount=padded, notes=turned)
    assert other == tree
    assert TREE.encode(other) == TREE.encode(tree)


@given(trees, st.data())
def test_a_changed_byte_is_refused_or_another_value(tree: Tree, data: st.DataObject) -> None:
    """Reading is strict: no two texts that it accepts mean one value."""
    body = TREE.encode(tree)
    place = data.draw(st.integers(0, len(body) - 1))
    other = body[:place] + bytes([data.draw(st.integers(0, 255))]) + body[place + 1 :]
    read = TREE.decode(other)
    if other != body and not is_failure(read):
        assert TREE.encode(read.unwrap()) != body


@given(st.binary(max_size=40) | texts.map(str.encode))
def test_no_bytes_raise(body: bytes) -> None:
    for one in (TREE, codec(Decimal), codec(str), union((Leaf, Plain))):
        assert one.decode(body) is not None


TWO = codec(Box[Colour])
FAULTS: list[tuple[Any, str, str, str]] = [
    (TWO, '{"thing":"red"}', "", "weight is missing"),
    (TWO, '{"thing":"red","weight":"1","more":"x"}', "", "unknown field more"),
    (TWO, '{"thing":"green","weight":"1"}', "thing", "not one of the choices"),
    (TWO, '{"thing":1,"weight":"1"}', "thing", "not one of the choices"),
    (TWO, '{"thing":"red","weight":1}', "weight", "not a canonical decimal"),
    (TWO, '{"thing":"red","weight":null}', "weight", "not a canonical decimal"),
    (TWO, '{"thing":"red","thing":"red","weight":"1"}', "", "doubled key thing"),
    (TWO, '{"thing":"red","weight":1.5}', "", "number 1.5"),
    (TWO, '{"thing":"red","weight":NaN}', "", "number NaN"),
    (TWO, "[]", "", "not an object"),
    (TWO, "{", "", "not JSON: JSONDecodeError"),
    (TWO, "[" * 100_000, "", "not JSON: RecursionError"),
    (codec(tuple[int, ...]), '[1,"2"]', "1", "not an integer"),
    (codec(tuple[int, ...]), "{}", "", "not a list"),
    (codec(tuple[int, str]), "[1]", "", "not 2 items"),
    (codec(frozenset[str]), '["b","a"]', "", "not in order, or doubled"),
    (codec(frozenset[str]), '["a","a"]', "", "not in order, or doubled"),
    (codec(Mapping[str, bool]), "[]", "", "not an object"),
    (codec(Mapping[str, bool]), '{"a":1}', "a", "not a boolean"),
    (codec(int), "true", "", "not an integer"),
    (codec(str), "1", "", "not a string"),
    (codec(str), '"\\ud800x"', "", "a lone surrogate"),
    (codec(Instant), '"2026-03-04T10:00:00Z"', "", "not a canonical instant"),
    (codec(Instant), '"yesterday"', "", "not a canonical instant"),
    (union((Leaf, Plain)), '{"size":1}', "", "kind is none of the known ones"),
    (union((Leaf, Plain)), '{"kind":1,"size":1}', "", "kind is none of the known ones"),
    (union((Leaf, Plain)), "[]", "", "kind is none of the known ones"),
    (union((Leaf, Plain)), '{"kind":"plain_one","size":"1"}', "size", "not an integer"),
    (union((Leaf, Plain)), '{"kind":"plain_one","size":1,"x":1}', "", "unknown field x"),
]  # fmt: skip


@pytest.mark.parametrize(("shape", "body", "path", "why"), FAULTS)
def test_what_is_wrong_is_named_with_its_place(shape: Any, body: str, path: str, why: str) -> None:  # noqa: ANN401
    fault = shape.decode(body.encode()).failure()
    assert (fault.path, fault.why) == (path, why)


NO_DECIMALS = "1e5 +1 01 1. .5 1.50 -0 -0.0 0.0 ٣ NaN Infinity 1_0 --1 0x1"


@pytest.mark.parametrize("text", [*NO_DECIMALS.split(), "", " 1", "1\n"])
def test_only_the_one_text_of_a_decimal_is_read(text: str) -> None:
    assert is_failure(codec(Decimal).load(text))


def test_surrogates_and_bad_utf8_are_refused() -> None:
    assert is_failure(parsed(b'"\xff"'))
    assert codec(str).decode('"ü"'.encode()).unwrap() == "ü"


@frozen
class Hidden:
    """Its field cannot be given."""

    size: int = attrs.field(init=False, default=1)


@frozen
class Doubtful:
    """None and the default are both silence."""

    size: int | None = 3


@frozen
class Looping:
    """Contains itself."""

    inner: "Looping | None" = None


class Number(Enum):
    """Its values are no text."""

    ONE = 1


Same = frozen(type("Leaf", (), {"__annotations__": {"x": int}}))


STRANGE: list[Any] = [Hidden, Doubtful, Looping, Number, object, int | str, Literal[1]]
STRANGE += [Mapping[int, int], tuple[object, ...], Box[T]]  # type: ignore[valid-type]


@pytest.mark.parametrize("shape", STRANGE)
def test_what_is_not_understood_is_refused_when_compiled(shape: Any) -> None:  # noqa: ANN401
    with pytest.raises(TypeError):
        codec(shape)


def test_two_members_of_one_name_are_refused() -> None:
    with pytest.raises(TypeError):
        union((Leaf, Same))
    with pytest.raises(TypeError):
        union(())
    assert kind_of(Plain) == "plain_one"


def test_a_field_with_a_default_may_be_missing_in_old_bytes() -> None:
    assert codec(Defaulted).decode(b'{"a":1}').unwrap() == Defaulted(a=1, b=7)


@given(st.none() | st.integers())
def test_what_may_be_none_comes_back_without_a_default(value: int | None) -> None:
    """A refusal that was stored with a None could not be read again."""
    for shape in (codec(Bare), union((Bare, Defaulted))):
        assert shape.decode(shape.encode(Bare(value))).unwrap() == Bare(value)
    assert is_failure(codec(Bare).decode(b'{"a":null}'))


@pytest.mark.parametrize("body", [b"-0", b"[-0]", b'{"a":-0}', b"1e5", b"1.0", b"-"])
def test_integers_have_one_text(body: bytes) -> None:
    assert is_failure(parsed(body))
    assert parsed(b"[0,-1]").unwrap() == [0, -1]


@frozen
class Bare:
    """It says nothing about what is missing."""

    a: int | None


@frozen
class Defaulted:
    """`b` came later."""

    a: int
    b: int = 7

"""Values of any type of the core, made from its annotations: plausible, mixed, and hostile ones."""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from enum import Enum, StrEnum
from fractions import Fraction
from functools import cache, reduce
from operator import or_
from types import NoneType, UnionType
from typing import Any, NewType, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

from attrs import Attribute, fields, has
from hypothesis import strategies as st
from returns.result import Result

Hint: TypeAlias = Any  # an annotation: types, aliases and unions have no type in common
Made: TypeAlias = st.SearchStrategy[Any]
LIMIT = "9" * 30 + "." + "9" * 18  # the edge of what amounts may be
BOUNDED = ["0", "1", "-1", "0.5", "1E-18", "-1E-18", "0.000001", LIMIT, "-" + LIMIT]
STRANGE = [
    *("NaN", "-NaN", "sNaN", "sNaN123", "Infinity", "-Infinity", "-0", "-0E-36", "0E+999999"),
    *("1E+999999", "-1E+999999", "1E-999999", "9E-1000000", "1E+400", "1E+18", "1E-400"),
    *("1234567890123456789012345678901234567890", "0." + "123456789" * 5, "3" * 101),
]
HUGE = [-1, 0, 10**9, 2**31, 2**63, 2**64, 2**256, -(2**63), 10**400]
WORDS = ["", "USD", "BTC", "ETH", "BTC-USD", "ETH-USD", "0", "1.5", "-0", "1e5", "b", "\x00", "é"]


class World(StrEnum):
    """What numbers are drawn from: small ones; those within bounds, edges and all; anything."""

    PLAUSIBLE = "plausible"
    BOUNDED = "bounded"
    HOSTILE = "hostile"


small = st.integers(1, 10**7).map(lambda n: Decimal(n).scaleb(-4))
edges = st.sampled_from([Decimal(text) for text in BOUNDED])
strange = st.sampled_from([Decimal(text) for text in STRANGE])
signed = st.decimals(-1000, 1000, places=4, allow_nan=False)
moments = st.integers(1_772_618_400_000_000, 1_772_618_400_000_000 + 10**12)
words = st.sampled_from(WORDS)

LEAVES: Mapping[World, Mapping[object, Made]] = {
    World.PLAUSIBLE: {
        Decimal: small | small | st.sampled_from([Decimal(1), Decimal("0.5")]),
        int: st.integers(1, 40),
        str: st.sampled_from(["USD", "BTC", "BTC-USD", "b"]),
        Fraction: st.fractions(0, 1000, max_denominator=1000),
    },
    World.BOUNDED: {
        Decimal: small | signed | edges.map(lambda value: value or Decimal(0)),
        int: st.integers(-3, 40),
        str: words,
        Fraction: st.fractions(max_denominator=10**6),
    },
    World.HOSTILE: {
        Decimal: small | signed | edges | strange,
        int: st.integers(-3, 40) | st.sampled_from(HUGE),
        str: words | st.text(max_size=20),
        Fraction: st.fractions() | st.sampled_from([Fraction(10**400), Fraction(1, 3**900)]),
    },
}
PLAIN: Mapping[object, Made] = {
    bool: st.booleans(),
    NoneType: st.none(),
    bytes: st.binary(max_size=40),
    object: st.none(),
}
DOORS: dict[object, Callable[[World], Made]] = {}  # filled by property_tests.typed_doors


@cache
def made(hint: Hint, world: World) -> Made:
    """A strategy for values of the annotation `hint`."""
    if isinstance(hint, NewType):
        return made(hint.__supertype__, world)
    kind = origin(hint)
    if kind in DOORS:
        return DOORS[kind](world)
    for leaves in (LEAVES[world], PLAIN):
        if kind in leaves:
            return leaves[kind]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    return _composed(hint, kind, world)


def _composed(hint: Hint, kind: Hint, world: World) -> Made:
    """Containers, unions and attrs classes."""
    arguments = get_args(hint)
    if kind in (Union, UnionType):
        return reduce(or_, [made(each, world) for each in arguments])
    if kind is type:
        return st.just(int)
    if kind in (tuple, Sequence, Iterable, frozenset, list):
        if kind is tuple and arguments[-1] is not ...:
            return st.tuples(*(made(each, world) for each in arguments))
        rows = st.lists(made(arguments[0], world), max_size=5)
        return rows.map(frozenset if kind is frozenset else tuple)
    if kind is Mapping:
        keys, values = (made(each, world) for each in arguments)
        return st.dictionaries(keys, values, max_size=3)
    if has(kind):
        return from_fields(kind, world, arguments)
    raise LookupError(f"no way to make {hint}")


def from_fields(kind: Hint, world: World, arguments: tuple[Hint, ...] = ()) -> Made:
    """An attrs class from its fields; its type variables as they were subscribed with."""
    hints = get_type_hints(kind)
    bound = dict(zip(getattr(kind, "__parameters__", ()), arguments, strict=False))
    each: dict[str, Made] = {}
    one: Attribute[Hint]
    for one in fields(kind):
        if one.init:
            each[one.alias or one.name] = made(_filled(hints[one.name], bound), world)
    return st.builds(kind, **each)


def _filled(hint: Hint, bound: Mapping[Hint, Hint]) -> Hint:
    """`hint` with its type variables replaced by what the class was subscribed with."""
    parameters = getattr(hint, "__parameters__", ())
    if isinstance(hint, TypeVar):
        return bound.get(hint, int)
    return hint[tuple(bound.get(each, int) for each in parameters)] if parameters else hint


def origin(hint: Hint) -> Hint:
    """The class or form that a hint is a case of."""
    found: Hint = get_origin(hint)
    return hint if found is None else found


def hints_of(function: Callable[..., object]) -> dict[str, Hint]:
    """The annotations of a function as it was written, under whatever frame it wears."""
    return inspect.get_annotations(inspect.unwrap(function), eval_str=True)


def answers_result(function: Callable[..., object]) -> bool:
    """Whether the function returns a Result."""
    return origin(hints_of(function)["return"]) is Result


def calls(
    function: Callable[..., object], world: World, given: Mapping[str, Made]
) -> st.SearchStrategy[dict[str, Hint]]:
    """Arguments by name for `function`; `given` rules over the annotations."""
    hints = hints_of(function)
    names = inspect.signature(function).parameters
    free = {
        name: _argument(names[name], _filled(hints[name], {}), world)
        for name in names
        if name not in given
    }
    return st.fixed_dictionaries({**free, **given})


def _argument(parameter: inspect.Parameter, hint: Hint, world: World) -> Made:
    """One argument; several for a parameter that takes all that is left by place."""
    if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
        return st.lists(made(hint, world), min_size=1, max_size=3)
    return made(hint, world)

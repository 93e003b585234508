"""No public function of the core raises, hangs, or minds its caller's decimal context."""

import decimal
import importlib
import inspect
import pkgutil
import re
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from decimal import Decimal
from enum import Enum
from types import FrameType
from typing import Any

import pytest
from attrs import fields, has
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from returns.result import Success

from astracore.metrics.frames import WORKING
from astracore.numeric import EXACT
from property_tests.typed_doors import (
    EXCUSED,
    EXCUSED_MODULES,
    KERNEL_MODULES,
    excuse_of,
    given_for,
)
from property_tests.typed_makers import World, answers_result, calls

# Settings of a parametrised test are chained, one link for each of its functions.
sys.setrecursionlimit(5_000)
pytestmark = pytest.mark.slow  # in the gate, not in ./run check

ROOMS = (
    "numeric",
    "money",
    "market",
    "trading",
    "margin",
    "sizing",
    "risk",
    "portfolio",
    "metrics",
    "marketdata",
    "indicators",
    "strategies",
    "gamification",
    "ledger",
    "nft",
    "revenue",
    "users",
    "social",
    "bots",
)
FRAMED = ("margin.", "sizing.", "risk.", "metrics.")  # their frames refuse what is not finite
SECONDS = 5.0
LEAST = 470  # functions; the tree only grows
DEEP = 1_000
EXAMPLES = max(10, settings().max_examples // 10)
PLAIN = decimal.Context(prec=28, rounding=decimal.ROUND_HALF_EVEN)
_SIGNALS = [
    decimal.Clamped,
    decimal.DivisionByZero,
    decimal.FloatOperation,
    decimal.Inexact,
    decimal.InvalidOperation,
    decimal.Overflow,
    decimal.Rounded,
    decimal.Subnormal,
    decimal.Underflow,
]
HOSTILE = (
    decimal.Context(
        prec=1, rounding=decimal.ROUND_05UP, Emin=0, Emax=0, capitals=0, clamp=1, traps=_SIGNALS
    ),
    decimal.Context(prec=1, rounding=decimal.ROUND_UP, traps=[]),
    decimal.Context(prec=3, rounding=decimal.ROUND_CEILING, capitals=0, traps=[decimal.Rounded]),
)
Function = Callable[..., object]
Arguments = Mapping[str, Any]


def modules(room: str) -> Iterator[str]:
    """The package and everything in it."""
    package = importlib.import_module(f"astracore.{room}")
    yield package.__name__
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield found.name


def discovered() -> dict[str, Function]:
    """Every public function by its name in the core, `trading.lots.basis.reduce`."""
    return {
        f"{name.removeprefix('astracore.')}.{called}": function
        for room in ROOMS
        for name in modules(room)
        for called, function in inspect.getmembers(
            importlib.import_module(name), inspect.isfunction
        )
        if function.__module__ == name and not called.startswith("_")
    }


FUNCTIONS = discovered()
COVERED = {name: each for name, each in FUNCTIONS.items() if excuse_of(name) is None}


class Kind(Enum):
    """What a function promises."""

    CHECKED = "a Result for any argument of its types, under any ambient context"
    BARE = "an answer for numbers within bounds, under any ambient context"
    KERNEL = "an answer or a decimal signal for numbers within bounds, inside a frame"


def kind_of(function: Function) -> Kind:
    """A kernel says so itself, or its module does for all of it."""
    written = inspect.getdoc(function) or ""
    if function.__module__ in KERNEL_MODULES or re.search(r"Kernel|Raises:", written):
        return Kind.KERNEL
    return Kind.CHECKED if answers_result(function) else Kind.BARE


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Interrupts what takes longer."""

    def late(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def is_rest(function: Function, name: str) -> bool:
    """Whether the parameter takes all that is left by place."""
    return inspect.signature(function).parameters[name].kind is inspect.Parameter.VAR_POSITIONAL


def called(function: Function, arguments: Arguments, ambient: decimal.Context) -> object:
    """The answer under `ambient`; an iterator is run to its end there."""
    with decimal.localcontext(ambient), at_most(SECONDS):
        named = dict(arguments)
        rest = [named.pop(name) for name in arguments if is_rest(function, name)]
        answer = function(*(value for row in rest for value in row), **named)
        return tuple(answer) if isinstance(answer, Iterator) else answer


def text(answer: object) -> str:
    """What an answer says; NaN has no equality, and functions no stable text."""
    with decimal.localcontext(PLAIN):
        return re.sub(r" at 0x[0-9a-f]+", "", repr(answer))


def sound(value: object) -> bool:
    """Whether no number in `value` is NaN, infinite or a negative zero."""
    if isinstance(value, Decimal):
        return value.is_finite() and not (value.is_zero() and value.is_signed())
    if isinstance(value, tuple):
        return all(map(sound, value))
    if isinstance(value, Mapping):
        return all(map(sound, value.values()))
    if has(kind := type(value)):
        return all(sound(getattr(value, field.name)) for field in fields(kind))
    return True


def test_every_public_function_is_covered_or_excused() -> None:
    """An excuse names a function that is there, and says why."""
    assert set(FUNCTIONS) >= set(EXCUSED)
    assert {name.rpartition(".")[0] for name in FUNCTIONS} >= set(EXCUSED_MODULES)
    assert all((EXCUSED | EXCUSED_MODULES).values())
    excused = len(FUNCTIONS) - len(COVERED)
    assert len(COVERED) >= LEAST, f"{len(COVERED)} covered, {excused} excused"


@pytest.mark.parametrize("name", COVERED)
@settings(
    max_examples=EXAMPLES,
    derandomize=settings().max_examples < DEEP,  # a seeded sample in the gate, chance in `deep`
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # what hangs is not worth shrinking
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_a_public_function_answers_and_never_raises(name: str, data: st.DataObject) -> None:
    """A Result for anything of the right type; a bare answer, or a kernel's signal, for numbers
    within bounds; each the same whatever decimal context it is asked under."""
    function, kind = COVERED[name], kind_of(COVERED[name])
    worlds = tuple(World) if kind is Kind.CHECKED else (World.PLAUSIBLE, World.BOUNDED)
    world = data.draw(st.sampled_from(worlds))
    arguments = data.draw(calls(function, world, given_for(name)))
    if kind is Kind.KERNEL:
        with suppress(decimal.DecimalException):
            called(function, arguments, data.draw(st.sampled_from((EXACT, WORKING))))
        return
    plain = called(function, arguments, PLAIN)
    crude = called(function, arguments, data.draw(st.sampled_from(HOSTILE)))
    assert text(plain) == text(crude)
    if isinstance(plain, Success) and (world is not World.HOSTILE or name.startswith(FRAMED)):
        assert sound(plain.unwrap())

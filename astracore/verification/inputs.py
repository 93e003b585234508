"""The inputs of a published case, read key by key: every number is a string there."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Protocol, TypeAlias, TypeVar

from attrs import AttrsInstance, frozen
from returns.result import Failure, Result, Success

from astracore.errors.values import BadAmount
from astracore.errors.vectors import BadInput
from astracore.numeric import Rounding
from astracore.outcome import collect

Json: TypeAlias = str | bool | Sequence["Json"] | Mapping[str, "Json"] | None
Answer: TypeAlias = (
    Decimal | Fraction | int | str | bool | Sequence["Answer"] | Mapping[str, "Answer"] | None
)
NUMBER = re.compile(r"[+-]?[0-9]{1,400}(\.[0-9]{0,400})?([eE][+-]?[0-9]{1,3})?", re.ASCII)
INTEGER = re.compile(r"[+-]?[0-9]{1,9}", re.ASCII)
T = TypeVar("T")
ReadFault: TypeAlias = BadInput | BadAmount


class Coded(AttrsInstance, Protocol):
    """A cause of this library."""

    @property
    def code(self) -> str:
        """Its stable public name."""


Function: TypeAlias = Callable[["Inputs"], Result[Answer, Coded]]


def read_number(text: str) -> Result[Decimal, BadAmount]:
    """A decimal of a case: up to 400 digits on either side, an exponent of up to 999.

    Errors: BadAmount (also for NaN and infinities).
    >>> read_number("1e-9").unwrap(), read_number("NaN")
    (Decimal('1E-9'), <Failure: BadAmount(text='NaN')>)
    """
    if NUMBER.fullmatch(text) is None:
        return Failure(BadAmount(text[:64]))
    return Success(Decimal(text))


def read_ratio(text: str) -> Result[Fraction, BadAmount]:
    """A decimal or a quotient of two, exactly.

    Errors: BadAmount (also for a denominator of zero).
    >>> read_ratio("1/3").unwrap(), read_ratio("0.5").unwrap()
    (Fraction(1, 3), Fraction(1, 2))
    """
    upper, slash, lower = text.partition("/")
    parts = (upper, lower if slash else "1")
    if any(NUMBER.fullmatch(part) is None for part in parts) or not Decimal(parts[1]):
        return Failure(BadAmount(text[:64]))
    return Success(Fraction(Decimal(parts[0])) / Fraction(Decimal(parts[1])))


@frozen
class Inputs:
    """The named inputs of one case. Absent and null are the same."""

    values: Mapping[str, Json]

    def has(self, key: str) -> bool:
        """Whether the case states `key`."""
        return self.values.get(key) is not None

    def text(self, key: str) -> Result[str, BadInput]:
        """A string.  Errors: BadInput."""
        found = self.values.get(key)
        if not isinstance(found, str):
            return Failure(BadInput(key, "a string is needed"))
        return Success(found)

    def texts(self, key: str) -> Result[tuple[str, ...], BadInput]:
        """A list of strings.  Errors: BadInput."""
        return strings(key, self.values.get(key))

    def rows(self, key: str) -> Result[tuple[tuple[str, ...], ...], BadInput]:
        """A list of lists of strings.  Errors: BadInput."""
        found = self.values.get(key)
        if isinstance(found, str) or not isinstance(found, Sequence):
            return Failure(BadInput(key, "a list of lists is needed"))
        return collect(strings(key, row) for row in found)

    def table(self, key: str) -> Result[Mapping[str, Mapping[str, Json]], BadInput]:
        """An object of objects.  Errors: BadInput."""
        found = self.values.get(key)
        if not isinstance(found, Mapping):
            return Failure(BadInput(key, "an object is needed"))
        rows = {name: row for name, row in found.items() if isinstance(row, Mapping)}
        if len(rows) != len(found):
            return Failure(BadInput(key, "an object of objects is needed"))
        return Success(rows)

    def number(self, key: str) -> Result[Decimal, ReadFault]:
        """A decimal.  Errors: BadInput, BadAmount."""
        return Result.do(value for text in self.text(key) for value in read_number(text))

    def ratio(self, key: str) -> Result[Fraction, ReadFault]:
        """A decimal or a quotient of two.  Errors: BadInput, BadAmount."""
        return Result.do(value for text in self.text(key) for value in read_ratio(text))

    def ratios(self, key: str) -> Result[tuple[Fraction, ...], ReadFault]:
        """A list of them.  Errors: BadInput, BadAmount."""
        return Result.do(
            values
            for texts in self.texts(key)
            for values in collect(read_ratio(text) for text in texts)
        )

    def integer(self, key: str) -> Result[int, BadInput]:
        """An integer of up to nine digits.  Errors: BadInput."""
        found = self.values.get(key)
        if not isinstance(found, str) or INTEGER.fullmatch(found) is None:
            return Failure(BadInput(key, "an integer is needed"))
        return Success(int(found))

    def mode(self, key: str) -> Result[Rounding, BadInput]:
        """A rounding mode by name.  Errors: BadInput."""
        return self.text(key).bind(rounding_named)


def rounding_named(name: str) -> Result[Rounding, BadInput]:
    """A rounding mode, with or without `ROUND_`; CEIL is CEILING.

    Errors: BadInput.
    >>> rounding_named("ROUND_05UP").unwrap().name, rounding_named("CEIL").unwrap().name
    ('ZERO_FIVE_UP', 'CEILING')
    """
    plain = name.removeprefix("ROUND_")
    known = {rule.value: rule for rule in Rounding} | {"CEIL": Rounding.CEILING}
    if plain not in known:
        return Failure(BadInput("mode", f"no rounding is called {name[:64]}"))
    return Success(known[plain])


def strings(key: str, found: Json) -> Result[tuple[str, ...], BadInput]:
    """`found` as a list of strings.  Errors: BadInput."""
    if isinstance(found, str) or not isinstance(found, Sequence):
        return Failure(BadInput(key, "a list is needed"))
    texts = tuple(each for each in found if isinstance(each, str))
    if len(texts) != len(found):
        return Failure(BadInput(key, "a list of strings is needed"))
    return Success(texts)

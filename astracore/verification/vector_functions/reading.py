"""How cases of margin, sizing and risk state their numbers, sides, series and tables.

Cases may state numbers with more digits than outside data has; they are carried to 50 first.
"""

import decimal
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from returns.result import Failure, Result, Success

from astracore.errors.values import BadAmount
from astracore.errors.vectors import BadInput
from astracore.margin.legs import Contract, Leg
from astracore.metrics.frames import Matrix, Vector
from astracore.outcome import collect
from astracore.verification.inputs import Inputs, Json, ReadFault, read_number

CARRIED = decimal.Context(prec=50, rounding=decimal.ROUND_HALF_EVEN, traps=[])
SIDES: Mapping[str, int] = MappingProxyType({"BUY": 1, "LONG": 1, "SELL": -1, "SHORT": -1})
FINEST = Decimal("1e-18")


def number(inputs: Inputs, key: str) -> Result[Decimal, ReadFault]:
    """A decimal carried to 50 digits.  Errors: BadInput, BadAmount."""
    return inputs.number(key).map(CARRIED.plus)


def number_or(inputs: Inputs, key: str, default: Decimal) -> Result[Decimal, ReadFault]:
    """A decimal, or `default` where the case states none.  Errors: BadInput, BadAmount."""
    return number(inputs, key) if inputs.has(key) else Success(default)


def optional(inputs: Inputs, key: str) -> Result[Decimal | None, ReadFault]:
    """A decimal, or None where the case states none.  Errors: BadInput, BadAmount."""
    return number(inputs, key) if inputs.has(key) else Success(None)


def vector(inputs: Inputs, key: str) -> Result[Vector, ReadFault]:
    """A list of decimals.  Errors: BadInput, BadAmount."""
    return Result.do(found for texts in inputs.texts(key) for found in _numbers(texts))


def matrix(inputs: Inputs, key: str) -> Result[Matrix, ReadFault]:
    """A list of lists of decimals.  Errors: BadInput, BadAmount."""
    return Result.do(
        found for rows in inputs.rows(key) for found in collect(_numbers(row) for row in rows)
    )


def side(inputs: Inputs) -> Result[int, ReadFault]:
    """+1 or -1.  Errors: BadInput."""
    found = SIDES.get(inputs.text("side").value_or("").upper())
    return Failure(BadInput("side", "BUY or SELL")) if found is None else Success(found)


def contract(inputs: Inputs) -> Result[Contract, ReadFault]:
    """The kind of contract, linear where none is stated.  Errors: BadInput."""
    name = inputs.text("contract").value_or("linear").lower()
    if name == "spot":
        return Success(Contract.LINEAR)
    if name not in set(Contract):
        return Failure(BadInput("contract", "linear, inverse, quanto or spot"))
    return Success(Contract(name))


def leg(
    inputs: Inputs, *, entry: str = "entry", kind: Contract | None = None
) -> Result[Leg, ReadFault]:
    """A signed leg of `side`, `qty` and the price under the key `entry`.

    Errors: BadInput, BadAmount.
    """
    return Result.do(
        Leg(
            contract=found if kind is None else kind,
            quantity=sign * abs(quantity),
            entry=price,
            multiplier=multiplier,
        )
        for found in contract(inputs)
        for quantity in number(inputs, "qty")
        for sign in (side(inputs) if inputs.has("side") else Success(-1 if quantity < 0 else 1))
        for price in number(inputs, entry)
        for multiplier in number_or(inputs, "multiplier", Decimal(1))
    )


def objects(inputs: Inputs, key: str) -> Result[tuple[Inputs, ...], BadInput]:
    """A list of objects.  Errors: BadInput."""
    found = inputs.values.get(key)
    if isinstance(found, str) or not isinstance(found, Sequence):
        return Failure(BadInput(key, "a list of objects is needed"))
    return collect(_object(key, each) for each in found)


def an_object(inputs: Inputs, key: str) -> Result[Inputs, BadInput]:
    """An object.  Errors: BadInput."""
    return _object(key, inputs.values.get(key))


def _object(key: str, found: Json) -> Result[Inputs, BadInput]:
    if not isinstance(found, Mapping):
        return Failure(BadInput(key, "an object is needed"))
    return Success(Inputs(found))


def _numbers(texts: Sequence[str]) -> Result[Vector, BadAmount]:
    return collect(read_number(text).map(CARRIED.plus) for text in texts)

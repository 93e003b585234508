"""One example of any event class, made from its fields: the same on every machine and every day."""

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, NewType, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs

from astracore.ids import derived_id
from astracore.instants import DAY, Instant

T = TypeVar("T")
Loose: TypeAlias = Any  # what only the class's annotations know
AT = Instant(1_772_618_400_000_000)
TEXTS = {
    "account": "user_funds/0199",
    "actor": "policy:example",
    "client_order_id": "mine-1",
    "currency": "PUSD",
    "symbol": "ETH-USD",
    "token_id": "18446744073709551617",
    "username": "ada",
}
DECIMALS = {"price": "2000.01", "limit_price": "1999.5", "multiplier": "1.05", "net": "-0.25"}
INTEGERS = {"day": AT.micros // DAY, "old_level": 2, "new_level": 3, "leverage": 5}


def example(shape: type[T]) -> T:
    """An instance whose fields all carry something, optional ones too.

    Raises TypeError for a field of a type that events do not use: a programming error.
    """
    hints = get_type_hints(shape)
    fields: tuple[attrs.Attribute[Any], ...] = attrs.fields(shape)  # type: ignore[arg-type]
    values = {field.alias or field.name: sample(hints[field.name], field.name) for field in fields}
    return shape(**values)


def sample(shape: Loose, name: str) -> Loose:
    """A value of `shape` for a field called `name`."""
    if isinstance(shape, NewType):
        return derived_id(AT.micros // 1000, "example", name)
    if shape in SCALARS:
        return SCALARS[shape](name)
    arguments = [part for part in get_args(shape) if part is not NoneType]
    origin: Loose = get_origin(shape)
    if origin in {Union, UnionType}:
        return sample(arguments[0], name)
    if origin is tuple:
        return (sample(arguments[0], name),)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"key": sample(arguments[1], name)}
    if isinstance(shape, type) and issubclass(shape, Enum):
        return next(iter(shape))
    if attrs.has(shape):
        return example(shape)
    raise TypeError(f"{name} has no example: {shape}")


SCALARS: Mapping[Loose, Loose] = {
    str: lambda name: TEXTS.get(name, name),
    bool: lambda _: True,
    int: lambda name: INTEGERS.get(name, 7),
    Decimal: lambda name: Decimal(DECIMALS.get(name, "1.5")),
    Instant: lambda _: AT,
}

"""Examples for the published document, made from the types, so that they cannot go stale."""

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NewType, TypeVar, Union, get_args, get_origin

import attrs
from annotated_types import Ge
from typing_extensions import get_type_hints

from astracore.instants import Instant

IDENTIFIER = "019cb84a-6d00-7a3c-8f21-5d2be0c4a911"
BY_NAME = {
    "symbol": "BTC-USD",
    "symbols": "BTC-USD,ETH-USD",
    "username": "ada",
    "token": "astra1.eyJzdWIiOiIuLi4ifQ.c2lnbmF0dXJl",
    "qty": "0.01",
    "limit_price": "7000.5",
    "price": "7000.5",
    "board": "xp",
    "currency": "PUSD",
    "code": "bad_amount",
    "reason": "the venue has changed its steps",
    "client_order_id": "my-order-1",
    "idempotency_key": "order-2026-11-20-0001",
    "key": "order-2026-11-20-0001",
}


def example(kind: Any, name: str = "") -> Any:  # noqa: ANN401, C901 - one line a kind
    """One plausible JSON value of a type; `name` is the field it stands in.

    >>> example(Decimal, "qty"), example(int | None)
    ('0.01', 1)
    """
    if isinstance(kind, NewType):
        return _text(name) if name in BY_NAME else IDENTIFIER
    if kind is Decimal:
        return BY_NAME.get(name, "0.1")
    if kind is Instant:
        return "2026-03-04T10:00:00.000000Z"
    if kind is bool:
        return True
    if kind is int:
        return 1
    if kind is str:
        return _text(name)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind)).value
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return arguments[0]
    if origin is Annotated:
        value = example(arguments[0], name)
        least = [limit.ge for limit in arguments[1:] if isinstance(limit, Ge)]
        return max(value, *least) if least else value
    if origin in {Union, UnionType}:
        return example(next(part for part in arguments if part is not NoneType), name)
    if origin is tuple:
        return [example(arguments[0], name)]
    if origin is Mapping or origin is dict:
        return {"BTC-USD": example(arguments[1])}
    return _example_of_class(kind)


def _text(name: str) -> str:
    if name == "id" or name.endswith("_id"):
        return BY_NAME.get(name, IDENTIFIER)
    return BY_NAME.get(name, "text")


def _example_of_class(kind: Any) -> Any:  # noqa: ANN401
    bare = get_origin(kind) or kind
    if not attrs.has(bare):
        return "text"
    given: dict[Any, Any] = dict(
        zip(getattr(bare, "__parameters__", ()), get_args(kind), strict=True)
    )
    hints = get_type_hints(bare, include_extras=True)
    return {
        field.name: example(_filled(hints[field.name], given), field.name)
        for field in attrs.fields(bare)
    }


def _filled(kind: Any, given: dict[Any, Any]) -> Any:  # noqa: ANN401
    if isinstance(kind, TypeVar):
        return given.get(kind, kind)
    if get_origin(kind) is tuple and given:
        item: Any = _filled(get_args(kind)[0], given)
        return tuple[item, ...]
    return kind

"""attrs classes mirrored as pydantic models: the shape is written once, checked and published.

A request goes text -> JSON -> mirror -> attrs instance; the mirror refuses what the type does not
allow, all faults at once, and its JSON Schema is what `/v1/openapi.json` shows.
"""

import types
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Annotated, Any, NewType, TypeVar, Union, get_args, get_origin

import attrs
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
    create_model,
)
from pydantic_core import ErrorDetails, PydanticCustomError
from returns.result import Failure, Result, Success
from typing_extensions import get_type_hints

from astracore.errors.values import BadAmount, BadInstant
from astracore.instants import Instant, instant
from astracore.numeric import parse_amount
from astracore.outcome import is_failure
from shell.http.faults import BadRequest, FieldFault
from shell.http.strict import speakable

AMOUNT_PATTERN = r"^-?(0|[1-9][0-9]{0,29})(\.[0-9]{1,18})?$"
INSTANT_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z$"
NAMED = {
    "extra_forbidden": "unknown_field",
    BadAmount.code: BadAmount.code,
    BadInstant.code: BadInstant.code,
}
PLAINLY = {"extra_forbidden": "no such field", "missing": "required"}
T = TypeVar("T")


class Mirror(BaseModel):
    """What every mirrored shape has in common."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


SHAPES: dict[type[Mirror], Any] = {}  # the attrs class that each model mirrors


def _amount(value: object) -> Decimal:
    read = parse_amount(value) if isinstance(value, str) else None
    if read is None or is_failure(read):
        raise PydanticCustomError(BadAmount.code, "not a decimal written as text")
    return read.unwrap()


def _instant(value: object) -> Instant:
    read = instant(value) if isinstance(value, str) else None
    if read is None or is_failure(read):
        raise PydanticCustomError(BadInstant.code, "not an instant such as 2026-03-04T10:00:00Z")
    return read.unwrap()


def _member(kind: type[Enum]) -> BeforeValidator:
    members = {member.value: member for member in kind}
    choices = ", ".join(members)

    def read(value: object) -> object:
        if isinstance(value, str) and value in members:
            return members[value]
        raise PydanticCustomError("not_a_member", f"not one of {choices}")

    return BeforeValidator(read)


DECIMAL = Annotated[
    Any,
    BeforeValidator(_amount),
    WithJsonSchema(
        {"type": "string", "format": "decimal", "pattern": AMOUNT_PATTERN, "maxLength": 50}
    ),
]
INSTANT = Annotated[
    Any,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": INSTANT_PATTERN}),
]


@cache
def model_of(shape: Any) -> type[Mirror]:  # noqa: ANN401 - a class or a parametrised class
    """The pydantic model of an attrs class, made once; a generic one per set of arguments."""
    bare, arguments = get_origin(shape) or shape, get_args(shape)
    parameters = getattr(bare, "__parameters__", ())
    bound = dict(zip(parameters, arguments, strict=True))
    hints = get_type_hints(bare, include_extras=True)
    fields: dict[str, Any] = {}
    for field in attrs.fields(bare):
        required = field.default is attrs.NOTHING or field.name == "kind"
        default = ... if required else _default(field)
        kind = mirrored(_filled(hints[field.name], bound))
        alias = field.name.rstrip("_")  # `return_` is `return` outside
        fields[field.name] = (
            kind,
            default if alias == field.name else Field(default, alias=alias),
        )
    name = bare.__name__ + "".join(_name(argument) for argument in arguments)
    made: type[Mirror] = create_model(name, __base__=Mirror, __doc__=bare.__doc__, **fields)
    SHAPES[made] = bare
    return made


def _default(field: Any) -> Any:  # noqa: ANN401
    given = field.default
    if isinstance(given, attrs.Factory):  # type: ignore[arg-type]
        return Field(default_factory=given.factory)
    if given is None or isinstance(given, str | int):
        return given
    return Field(default_factory=lambda: given)  # of no JSON type: not published


def _name(kind: Any) -> str:  # noqa: ANN401
    inner = "".join(_name(argument) for argument in get_args(kind))
    return f"Of{getattr(get_origin(kind) or kind, '__name__', 'Any')}{inner}"


def _filled(kind: Any, bound: Mapping[Any, Any]) -> Any:  # noqa: ANN401
    if not bound or not get_args(kind):
        return bound.get(kind, kind) if isinstance(kind, TypeVar) else kind
    arguments = tuple(_filled(argument, bound) for argument in get_args(kind))
    if isinstance(kind, types.UnionType):
        return Union[arguments]  # noqa: UP007 - built at run time
    return (get_origin(kind) or kind)[arguments]


def mirrored(kind: Any) -> Any:  # noqa: ANN401 - one line a kind of type
    """The type pydantic is told instead of `kind`."""
    if isinstance(kind, NewType):
        return mirrored(kind.__supertype__)
    if kind is Decimal:
        return DECIMAL
    if kind is Instant:
        return INSTANT
    if isinstance(kind, type) and issubclass(kind, Enum):
        return Annotated[kind, _member(kind)]
    if attrs.has(get_origin(kind) or kind):
        return model_of(kind)
    if get_origin(kind) is Annotated:
        inner, *limits = get_args(kind)
        return Annotated[(mirrored(inner), *limits)]
    if get_origin(kind) in {Union, types.UnionType}:
        return _union(get_args(kind))
    if get_origin(kind) in {tuple, Mapping, dict}:
        return get_origin(kind)[tuple(_argument(argument) for argument in get_args(kind))]
    return kind


def _argument(kind: Any) -> Any:  # noqa: ANN401
    return kind if kind is Ellipsis else mirrored(kind)


def _union(kinds: tuple[Any, ...]) -> Any:  # noqa: ANN401
    members = tuple(mirrored(kind) for kind in kinds if kind is not types.NoneType)
    made: Any = Union[members]  # noqa: UP007 - built at run time
    if len(members) > 1 and all(attrs.has(kind) for kind in kinds if kind is not types.NoneType):
        made = Annotated[made, Field(discriminator="kind")]
    return made | None if types.NoneType in kinds else made


@cache
def reader(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401
    """The strict validator of one mirrored type, compiled once."""
    return TypeAdapter(mirrored(kind), config=None if _is_model(kind) else ConfigDict(strict=True))


def _is_model(kind: Any) -> bool:  # noqa: ANN401
    return attrs.has(get_origin(kind) or kind) or (
        isinstance(kind, type) and issubclass(kind, Enum)
    )


def read_as(kind: Any, value: object, path: str) -> Result[Any, BadRequest]:  # noqa: ANN401
    """`value`, plain JSON, as a `kind`.  Errors: BadRequest with every fault below `path`."""
    try:
        seen = reader(kind).validate_python(_untupled(value))
    except ValidationError as refusal:
        details = refusal.errors(include_url=False, include_context=False, include_input=False)
        return Failure(BadRequest(tuple(_fault(detail, path) for detail in details)))
    return Success(_unmirrored(seen))


def _untupled(value: object) -> object:
    # Strict pydantic wants a tuple for a tuple; JSON has lists only.
    if isinstance(value, list):
        return tuple(_untupled(item) for item in value)
    if isinstance(value, dict):
        return {key: _untupled(item) for key, item in value.items()}
    return value


def _fault(detail: ErrorDetails, path: str) -> FieldFault:
    where = path
    for part in detail["loc"]:
        where += f"[{part}]" if isinstance(part, int) else f".{speakable(part)}"
    code = NAMED.get(detail["type"], "invalid_request")
    message = PLAINLY.get(detail["type"], detail["msg"])
    return FieldFault(where, code, speakable(message))


def _unmirrored(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Mirror):
        names = type(value).model_fields
        return SHAPES[type(value)](**{name: _unmirrored(getattr(value, name)) for name in names})
    if isinstance(value, tuple):
        return tuple(_unmirrored(item) for item in value)
    return value

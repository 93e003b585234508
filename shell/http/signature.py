"""A handler's signature, read once: where each argument comes from and what the answer is."""

import inspect
import re
from collections.abc import Collection, Mapping
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, NewType, Union, get_args, get_origin

import attrs
from attrs import frozen
from typing_extensions import get_type_hints

from shell.http.answers import Accepted, Created, Done
from shell.http.routes import Caller, Header, Role, Route


class Source(Enum):
    """Where an argument comes from."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    BODY = "body"
    CALLER = "caller"
    PROVIDED = "provided"


@frozen
class Argument:
    """One parameter: `key` is its name outside, `kind` the type that is read."""

    name: str
    source: Source
    key: str
    kind: Any
    is_required: bool
    group: str = ""  # the parameter whose class has this as a field


@frozen
class Shape:
    """All of one operation that its signature says."""

    route: Route
    arguments: tuple[Argument, ...]
    groups: Mapping[str, Any]  # classes of query parameters, by the name of their parameter
    status: int
    answer: Any  # the type of the body; NoneType for none
    role: str | None
    summary: str

    def of(self, source: Source) -> tuple[Argument, ...]:
        """The arguments that come from one place."""
        return tuple(argument for argument in self.arguments if argument.source is source)


def shape_of(route: Route, provided: Collection[type]) -> Shape:
    """Read the signature of `route.handler`.  Raises: at start, when it says nothing usable."""
    hints = get_type_hints(route.handler, include_extras=True)
    in_path = set(re.findall(r"\{(\w+)[:}]", route.path))
    parameters = inspect.signature(route.handler).parameters
    groups = {name: hints[name] for name in parameters if name == "query"}
    arguments = tuple(
        _argument(parameter, hints[parameter.name], in_path, provided)
        for parameter in parameters.values()
        if parameter.name not in groups
    ) + tuple(field for name, kind in groups.items() for field in _grouped(name, kind))
    status, answer = _answer(get_args(hints["return"])[0])
    roles = [role for kind in hints.values() for role in _marks(kind, Role)]
    return Shape(
        route=route,
        arguments=arguments,
        groups=groups,
        status=status,
        answer=answer,
        role=roles[0].name if roles else None,
        summary=inspect.cleandoc(route.handler.__doc__ or ""),
    )


def _marks(kind: Any, mark: type[Any]) -> list[Any]:  # noqa: ANN401
    if get_origin(kind) is not Annotated:
        return []
    return [found for found in get_args(kind)[1:] if isinstance(found, mark)]


def _argument(
    parameter: inspect.Parameter,
    kind: Any,  # noqa: ANN401
    in_path: set[str],
    provided: Collection[type],
) -> Argument:
    name, required = parameter.name, parameter.default is inspect.Parameter.empty
    bare = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    if bare is Caller:
        return Argument(name, Source.CALLER, name, Caller, is_required=True)
    if bare in provided:
        return Argument(name, Source.PROVIDED, name, bare, is_required=True)
    if headers := _marks(kind, Header):
        return Argument(name, Source.HEADER, headers[0].name, kind, is_required=required)
    if name == "body":
        optional = all(field.default is not attrs.NOTHING for field in attrs.fields(bare))
        return Argument(name, Source.BODY, name, kind, is_required=not optional)
    source = Source.PATH if name in in_path else Source.QUERY
    return Argument(name, source, name.rstrip("_"), kind, is_required=required)


def _grouped(name: str, kind: Any) -> tuple[Argument, ...]:  # noqa: ANN401
    hints = get_type_hints(kind, include_extras=True)
    return tuple(
        Argument(
            name=field.name,
            source=Source.QUERY,
            key=field.name.rstrip("_"),
            kind=hints[field.name],
            is_required=field.default is attrs.NOTHING,
            group=name,
        )
        for field in attrs.fields(kind)
    )


def _answer(kind: Any) -> tuple[int, Any]:  # noqa: ANN401
    if kind is None or kind is NoneType:
        return 204, NoneType
    if get_origin(kind) is Created:
        return 201, get_args(kind)[0]
    if get_origin(kind) is Accepted:
        return 202, get_args(kind)[0]
    return 200, get_args(kind)[0] if get_origin(kind) is Done else kind


def scalar(kind: Any) -> Any:  # noqa: ANN401
    """What a text parameter is at the bottom: without limits, names and absence."""
    if isinstance(kind, NewType):
        return scalar(kind.__supertype__)
    if get_origin(kind) is Annotated:
        return scalar(get_args(kind)[0])
    if get_origin(kind) in {Union, UnionType}:
        return scalar(next(part for part in get_args(kind) if part is not NoneType))
    return kind

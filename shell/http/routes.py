"""What a handler module declares: its routes, and the marks its signatures may carry.

A handler is an `async def` whose signature says it all. A parameter named in the path comes from
the path; `body` is the JSON body; `query` a class whose fields are query parameters;
`Annotated[T, Header("...")]` a header; a parameter of a type the shell provides (`Caller`, `Desk`)
comes from there; every other one is a query parameter. The return annotation `Result[X, Cause]`
gives status and schema: X or Done[X] (200), Created[X] (201), Accepted[X] (202), None (204).
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from annotated_types import Ge, Le
from attrs import frozen
from pydantic import StringConstraints

from astracore.ids import UserId


@frozen
class Header:
    """This parameter is the request header `name`."""

    name: str


@frozen
class Role:
    """The caller must hold this role."""

    name: str


@frozen
class Trace:
    """The ids of the request that is being answered."""

    request_id: str
    correlation_id: str


@frozen
class Caller:
    """Who asks, as the verified token says; ids in a request never decide this."""

    user_id: UserId
    roles: tuple[str, ...]
    trace: Trace


@frozen(kw_only=True)
class Route:
    """One operation: method and path under `/v1`, and the handler whose signature is its shape."""

    method: str
    path: str
    handler: Callable[..., Awaitable[Any]]
    tag: str


IdempotencyKey = Annotated[
    str,
    Header("Idempotency-Key"),
    StringConstraints(min_length=8, max_length=64, pattern=r"^[\x21-\x7e]+$"),
]
Limit = Annotated[int, Ge(1), Le(200)]
Cursor = Annotated[str, StringConstraints(min_length=1, max_length=1024)]


def routes(
    tag: str, *declared: tuple[str, str, Callable[..., Awaitable[Any]]]
) -> tuple[Route, ...]:
    """The routes of one tag, written as (method, path, handler)."""
    return tuple(
        Route(method=method, path=path, handler=handler, tag=tag)
        for method, path, handler in declared
    )

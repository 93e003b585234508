"""From a request to the handler's arguments, and from its result to a response."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, TypeAlias

import attrs
from aiohttp import web
from attrs import frozen
from multidict import MultiMapping
from returns.result import Failure, Result, Success

from astracore.outcome import collect_failures, is_failure
from shell.http.answers import Accepted, Created, Done, to_json
from shell.http.faults import (
    BadRequest,
    BodyTooLarge,
    BodyTooSlow,
    Forbidden,
    NoSuchRoute,
    RequestFault,
    UnsupportedMediaType,
    bad_request,
    merged,
)
from shell.http.mirror import read_as
from shell.http.routes import Caller, Route
from shell.http.signature import Argument, Shape, Source, scalar, shape_of
from shell.http.strict import BODY_BYTES_MAX, UNSPEAKABLE, read_object, speakable

MEDIA = re.compile(r"application/json(\s*;\s*charset=\"?utf-8\"?)?\s*", re.ASCII | re.IGNORECASE)
INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,15})", re.ASCII)
BOOLEANS = {"true": True, "false": False}
BODY_SECONDS_MAX = 10
Bound = dict[str, Any]
Outcome: TypeAlias = Result[Any, Any]  # of any handler: the types of answers end here
Work: TypeAlias = Callable[[], Awaitable[Outcome]]


async def straight(_shape: Shape, _given: Bound, work: Work) -> Outcome:
    """Nothing between the request and its handler."""
    return await work()


@frozen
class Surroundings:
    """What the binder is given by the application: things, identities, and the way to refuse."""

    provided: Mapping[type, Callable[[web.Request], object]]
    identify: Callable[[web.Request], Result[Caller, RequestFault]]
    refuse: Callable[[web.Request, Any], web.Response]
    through: Callable[[Shape, Bound, Work], Awaitable[Outcome]] = straight


def bound(shape: Shape, around: Surroundings) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The aiohttp handler of one operation: identify, read everything, call, answer."""

    async def handle(request: web.Request) -> web.Response:
        arguments = await _arguments(request, shape, around)
        if is_failure(arguments):
            return around.refuse(request, arguments.failure())
        given = arguments.unwrap()
        outcome = await around.through(shape, given, lambda: shape.route.handler(**given))
        if is_failure(outcome):
            return around.refuse(request, outcome.failure())
        return _response(shape, outcome.unwrap())

    return handle


async def _arguments(
    request: web.Request, shape: Shape, around: Surroundings
) -> Result[Bound, RequestFault]:
    """Errors: Unauthenticated, TokenExpired, Forbidden, NoSuchRoute, then the body's transport,
    then BadRequest with the faults of query, headers and body together."""
    given: Bound = {}
    if shape.of(Source.CALLER):
        caller = around.identify(request)
        if is_failure(caller):
            return caller
        if shape.role is not None and shape.role not in caller.unwrap().roles:
            return Failure(Forbidden(shape.role))
        given[shape.of(Source.CALLER)[0].name] = caller.unwrap()
    for argument in shape.of(Source.PROVIDED):
        given[argument.name] = around.provided[argument.kind](request)
    path = collect_failures(_path(request, argument) for argument in shape.of(Source.PATH))
    if is_failure(path):
        return Failure(NoSuchRoute())
    body = await _body(request, shape)
    if is_failure(body) and not isinstance(body.failure(), BadRequest):
        return body
    rest = collect_failures(_parts(request, shape, body))
    if is_failure(rest):
        return Failure(merged(fault for fault in rest.failure() if isinstance(fault, BadRequest)))
    for part in (*path.unwrap(), *rest.unwrap()):
        given.update(part)
    for name, kind in shape.groups.items():
        fields = {one.name for one in shape.arguments if one.group == name}
        given[name] = kind(**{field: given.pop(field) for field in fields & given.keys()})
    return Success(given)


def _parts(
    request: web.Request, shape: Shape, body: Result[Bound, RequestFault]
) -> Iterable[Result[Bound, RequestFault]]:
    query = shape.of(Source.QUERY)
    yield _unknown(request.query, {argument.key for argument in query})
    for argument in query:
        yield _text(argument, request.query, "query")
    for argument in shape.of(Source.HEADER):
        yield _text(argument, request.headers, "header")
    yield body


def _path(request: web.Request, argument: Argument) -> Result[Bound, BadRequest]:
    return _read_text(argument, request.match_info[argument.key], f"path.{argument.key}")


def _unknown(query: MultiMapping[str], known: set[str]) -> Result[Bound, RequestFault]:
    strange = sorted({name for name in query if name not in known})
    if not strange:
        return Success({})
    return Failure(
        merged(
            bad_request(f"query.{speakable(name)}", "no such parameter", "unknown_field")
            for name in strange
        )
    )


def _text(
    argument: Argument, values: MultiMapping[str], section: str
) -> Result[Bound, RequestFault]:
    found, path = values.getall(argument.key, []), f"{section}.{argument.key}"
    if len(found) > 1:
        return Failure(bad_request(path, "given more than once"))
    if found:
        return _read_text(argument, found[0], path)
    return Failure(bad_request(path, "required")) if argument.is_required else Success({})


def _read_text(argument: Argument, text: str, path: str) -> Result[Bound, BadRequest]:
    kind = scalar(argument.kind)
    if UNSPEAKABLE.search(text) is not None:
        return Failure(bad_request(path, "a NUL or a lone surrogate in a text"))
    value: object = text
    if kind is int:
        if INTEGER.fullmatch(text) is None:
            return Failure(bad_request(path, "not an integer"))
        value = int(text)
    elif kind is bool:
        value = BOOLEANS.get(text, text)
    return read_as(argument.kind, value, path).map(lambda read: {argument.name: read})


async def _body(request: web.Request, shape: Shape) -> Result[Bound, RequestFault]:
    expected = shape.of(Source.BODY)
    if not request.body_exists and (not expected or not expected[0].is_required):
        return Success({name.name: _empty(name) for name in expected})
    if not expected:
        return Failure(bad_request("body", "this operation takes no body"))
    encoding = request.headers.get("Content-Encoding", "")
    media = request.headers.get("Content-Type", "")
    if encoding or MEDIA.fullmatch(media) is None:
        return Failure(UnsupportedMediaType(speakable(encoding or media)))
    raw = await read_body(request)
    if is_failure(raw):
        return raw
    value = read_object(raw.unwrap())
    if is_failure(value):
        return value
    read = read_as(expected[0].kind, value.unwrap(), "body")
    return read.map(lambda body: {expected[0].name: body})


def _empty(argument: Argument) -> object:
    kind = scalar(argument.kind)
    assert attrs.has(kind)  # noqa: S101 - the signature was read at start
    return kind()


async def read_body(request: web.Request) -> Result[bytes, RequestFault]:
    """The whole body, bounded in size and in time.  Errors: BodyTooLarge, BodyTooSlow."""
    if (request.content_length or 0) > BODY_BYTES_MAX:
        return Failure(BodyTooLarge(BODY_BYTES_MAX))
    read = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS_MAX):
            async for chunk in request.content.iter_any():
                read += chunk
                if len(read) > BODY_BYTES_MAX:
                    return Failure(BodyTooLarge(BODY_BYTES_MAX))
    except TimeoutError:
        return Failure(BodyTooSlow(BODY_SECONDS_MAX))
    return Success(bytes(read))


def _response(shape: Shape, answer: object) -> web.Response:
    headers: dict[str, str] = {}
    body = answer
    if isinstance(answer, Done | Created | Accepted):
        body = answer.body
        if answer.is_replayed:
            headers["Idempotency-Replayed"] = "true"
    if isinstance(answer, Created):
        headers["Location"] = answer.location
    if shape.status == 204:
        return web.Response(status=204, headers=headers)
    return web.Response(
        status=shape.status, body=to_json(body), content_type="application/json", headers=headers
    )


def add_routes(
    app: web.Application, declared: Iterable[Route], around: Surroundings
) -> tuple[Shape, ...]:
    """Mount operations under `/v1`, literal paths before those with parameters."""
    shapes = tuple(shape_of(route, around.provided.keys()) for route in declared)
    for shape in sorted(shapes, key=lambda one: one.route.path.count("{")):
        route = shape.route
        app.router.add_route(route.method, f"/v1{route.path}", bound(shape, around))
    return shapes

"""The binder on toy handlers: every part is read strictly and all faults come at once."""

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import pytest
from aiohttp import ClientSession, web
from annotated_types import Ge, Le
from attrs import frozen
from openapi_spec_validator import validate
from returns.result import Failure, Result, Success

from astracore.ids import UserId
from astracore.instants import Instant
from shell.http.answers import Accepted, Created, Items, Page
from shell.http.binder import Surroundings, add_routes
from shell.http.faults import NotFound, Unauthenticated
from shell.http.openapi import document
from shell.http.routes import Caller, IdempotencyKey, Role, Trace, routes
from shell.middleware.errors import errors
from shell.middleware.security import protect
from shell.middleware.tracing import sign, tracing
from shell.problems import Problem, refuse
from tests.shell.serving import serving


class Colour(StrEnum):
    """Paint."""

    RED = "red"
    BLUE = "blue"


@frozen(kw_only=True)
class Leaf:
    """A part."""

    amount: Decimal


@frozen(kw_only=True)
class Tree:
    """A body with everything in it."""

    amount: Decimal
    at: Instant
    colour: Colour
    count: Annotated[int, Ge(1), Le(125)]
    leaves: tuple[Leaf, ...] = ()
    note: str | None = None
    is_tall: bool = False


async def plant(caller: Caller, body: Tree, key: IdempotencyKey) -> Result[Created[Tree], NotFound]:
    """Plant a tree."""
    return Success(Created(body, f"/v1/trees/{key}", is_replayed=caller.user_id == "again"))


async def one(
    name: str, depth: Annotated[int, Ge(0), Le(9)] = 3, colour: Colour | None = None
) -> Result[Leaf, NotFound]:
    """One tree."""
    if name == "absent":
        return Failure(NotFound("tree"))
    if name == "broken":
        raise RuntimeError("secret detail")
    return Success(Leaf(amount=Decimal(depth if colour is None else len(colour))))


async def every(since: Instant | None = None) -> Result[Page[Leaf], NotFound]:
    """All trees."""
    return Success(Page((Leaf(amount=Decimal("1.50")),), None if since is None else str(since)))


async def fell() -> Result[None, NotFound]:
    """Fell all trees."""
    return Success(None)


async def staff(caller: Annotated[Caller, Role("ops")]) -> Result[Accepted[Items[str]], NotFound]:
    """Only for some."""
    return Success(Accepted(Items((caller.user_id,))))


ROUTES = routes(
    "trees",
    ("POST", "/trees", plant),
    ("GET", "/trees", every),
    ("GET", "/trees/{name}", one),
    ("DELETE", "/trees", fell),
    ("POST", "/staff", staff),
)


def identify(request: web.Request) -> Result[Caller, Unauthenticated]:
    given = request.headers.get("Authorization", "")
    known = {
        "Bearer me": ("me", ()),
        "Bearer ops": ("ops", ("ops",)),
        "Bearer again": ("again", ()),
    }
    if given not in known:
        return Failure(Unauthenticated())
    user, roles = known[given]
    return Success(Caller(UserId(user), roles, Trace("r", "c")))


AROUND = Surroundings(provided={}, identify=identify, refuse=refuse)


def application() -> web.Application:
    app = web.Application(middlewares=[tracing, errors])
    app.on_response_prepare.append(sign)
    app.on_response_prepare.append(protect)
    add_routes(app, ROUTES, AROUND)
    return app


GOOD = {"amount": "1.50", "at": "2026-03-04T10:00:00Z", "colour": "red", "count": 3}
HEAD = {
    "Authorization": "Bearer me",
    "Idempotency-Key": "12345678",
    "Content-Type": "application/json",
}


async def sent(client: ClientSession, body: bytes, **head: str) -> tuple[int, dict[str, object]]:
    async with client.post("/v1/trees", data=body, headers={**HEAD, **head}) as response:
        return response.status, await response.json()


async def test_answers_in_the_declared_shape() -> None:
    async with serving(application()) as client:
        async with client.post("/v1/trees", json=GOOD, headers=HEAD) as response:
            assert response.status == 201
            assert response.headers["Location"] == "/v1/trees/12345678"
            assert "Idempotency-Replayed" not in response.headers
            assert (await response.json())["at"] == "2026-03-04T10:00:00.000000Z"
        async with client.get("/v1/trees") as response:
            assert await response.json() == {"items": [{"amount": "1.5"}], "next_cursor": None}
            assert response.headers["Content-Type"] == "application/json"
            assert len(response.headers["X-Request-Id"]) == 36
            assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        async with client.delete("/v1/trees") as response:
            assert (response.status, await response.read()) == (204, b"")
        again = {**HEAD, "Authorization": "Bearer again", "X-Correlation-Id": "my-own-id"}
        async with client.post("/v1/trees", json=GOOD, headers=again) as response:
            assert response.headers["Idempotency-Replayed"] == "true"
            assert response.headers["X-Correlation-Id"] == "my-own-id"


async def test_all_faults_of_all_parts_come_at_once() -> None:
    body = {"amount": 1.5, "at": "yesterday", "count": 126, "leaves": [{"amount": "NaN"}], "x": 1}
    async with (
        serving(application()) as client,
        client.post(
            "/v1/trees?y=1", json=body, headers={**HEAD, "Idempotency-Key": "short"}
        ) as response,
    ):
        found = await response.json()
    assert response.status == 400
    assert response.content_type == "application/problem+json"
    assert [(field["path"], field["code"]) for field in found["fields"]] == [
        ("query.y", "unknown_field"),
        ("header.Idempotency-Key", "invalid_request"),
        ("body.amount", "bad_amount"),
        ("body.at", "bad_instant"),
        ("body.colour", "invalid_request"),
        ("body.count", "invalid_request"),
        ("body.leaves[0].amount", "bad_amount"),
        ("body.x", "unknown_field"),
    ]
    assert found["type"] == f"urn:astra:error:{found['code']}"
    assert found["instance"] == "/v1/trees"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("depth=9", 200),
        ("depth=10", 400),
        ("depth=-1", 400),
        ("depth=1.0", 400),
        ("depth=", 400),
        ("depth=%D9%A3", 400),
        ("depth=1_0", 400),
        ("depth=%2B1", 400),
        ("depth=1&depth=2", 400),
        ("depth=00", 400),
        ("depth=" + "9" * 5000, 400),
        ("colour=red", 200),
        ("colour=RED", 400),
        ("colour=%00", 400),
        ("x=1", 400),
        ("depth=0x1", 400),
        ("depth=%201", 400),
        ("depth=1%0A", 400),
    ],
)
async def test_query_parameters_are_strict(query: str, status: int) -> None:
    async with serving(application()) as client, client.get(f"/v1/trees/oak?{query}") as response:
        assert response.status == status


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/trees/absent", 404, "not_found"),
        ("/v1/nowhere", 404, "not_found"),
        ("/v1/trees/%00", 404, "not_found"),
        ("/v1/trees/broken", 500, "internal_error"),
    ],
)
async def test_refusals(path: str, status: int, code: str) -> None:
    async with serving(application()) as client, client.get(path) as response:
        text = await response.text()
        assert response.status == status
        assert json.loads(text)["code"] == code
        assert "secret" not in text
        assert "Traceback" not in text


async def test_who_may() -> None:
    async with serving(application()) as client:
        for head, status in [
            ({}, 401),
            ({"Authorization": "Bearer me"}, 403),
            ({"Authorization": "Bearer ops"}, 202),
        ]:
            async with client.post("/v1/staff", headers=head) as response:
                assert response.status == status
        async with client.post("/v1/trees", data=b"not json") as response:
            assert response.status == 401  # before anything else is looked at
        async with client.put("/v1/trees") as response:
            assert response.status == 405
            assert response.headers["Allow"] == "DELETE,GET,POST".replace(",", ", ") or (
                "GET" in response.headers["Allow"]
            )


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": ""}, 415),
        ({"Content-Type": "application/json; charset=utf-16"}, 415),
        ({"Content-Type": "application/json; charset=utf-8"}, 201),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": "application/jsonp"}, 415),
        ({"Content-Type": "application/json, text/html"}, 415),
        ({"Content-Encoding": "gzip"}, 415),
        ({"Content-Encoding": "identity"}, 415),
    ],
)
async def test_media_types(head: dict[str, str], status: int) -> None:
    async with serving(application()) as client:
        assert (await sent(client, json.dumps(GOOD).encode(), **head))[0] == status


async def test_bodies_are_bounded() -> None:
    async with serving(application()) as client:
        big = json.dumps({**GOOD, "note": "x" * 70_000}).encode()
        assert (await sent(client, big))[0] == 413

        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(100):
                yield b" " * 1000

        async with client.post("/v1/trees", data=pieces(), headers=HEAD) as response:
            assert response.status == 413
        async with client.delete("/v1/trees", data=b"{}") as response:
            assert response.status == 400


def test_the_document_is_valid() -> None:
    app = web.Application()
    found = document(add_routes(app, ROUTES, AROUND), Problem, version="1", title="Trees")
    validate(json.loads(json.dumps(found)))
    leaf = found["components"]["schemas"]["Leaf"]
    assert leaf["properties"]["amount"]["pattern"].startswith("^-?(0|")
    assert leaf["additionalProperties"] is False

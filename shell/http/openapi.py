"""The OpenAPI 3.1 document, made from the very shapes that requests are read by."""

from collections.abc import Iterable, Sequence
from types import NoneType
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from shell.http.examples import example
from shell.http.mirror import reader
from shell.http.routes import Route
from shell.http.signature import Argument, Shape, Source

Json = dict[str, Any]
Key = tuple[str, str, str]
PROBLEM_TYPE = "application/problem+json"
REPLAYED = {
    "Idempotency-Replayed": {
        "description": "true when this is the stored answer of an earlier request",
        "schema": {"type": "string", "enum": ["true"]},
    }
}


def document(
    shapes: Sequence[Shape],
    problem: type,
    *,
    version: str,
    title: str,
) -> Json:
    """The whole document; `problem` is the attrs class of every refusal."""
    schemas, components = _schemas(shapes, problem)
    paths: dict[str, Json] = {}
    for shape in shapes:
        operation = _operation(shape, schemas)
        paths.setdefault(f"/v1{shape.route.path}", {})[shape.route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": version,
            "description": "Decimals, ids and instants are strings; unknown fields are refused;"
            " every refusal is application/problem+json with a stable `code`.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": {"Problem": _problem_response(schemas[("problem", "", "")])},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _schemas(
    shapes: Iterable[Shape],
    problem: type,
) -> tuple[dict[Key, Json], Json]:
    wanted: list[tuple[Key, JsonSchemaMode, TypeAdapter[Any]]] = [
        (("problem", "", ""), "validation", reader(problem))
    ]
    for shape in shapes:
        route = shape.route
        wanted += [
            ((route.method, route.path, argument.name), "validation", reader(argument.kind))
            for argument in shape.arguments
            if argument.source not in {Source.CALLER, Source.PROVIDED}
        ]
        if shape.answer is not NoneType:
            wanted.append(((route.method, route.path, ""), "validation", reader(shape.answer)))
    schemas, shared = TypeAdapter.json_schemas(wanted, ref_template="#/components/schemas/{model}")
    found: dict[Key, Json] = {key: schema for (key, _), schema in schemas.items()}
    return found, shared.get("$defs", {})


def _operation(shape: Shape, schemas: dict[Key, Json]) -> Json:
    route = shape.route
    parameters = [
        _parameter(argument, schemas[(route.method, route.path, argument.name)])
        for argument in shape.arguments
        if argument.source in {Source.PATH, Source.QUERY, Source.HEADER}
    ]
    operation: Json = {
        "operationId": _operation_id(route),
        "tags": [route.tag],
        "summary": shape.summary.partition("\n")[0],
        "description": shape.summary,
        "responses": {
            str(shape.status): _success(shape, schemas),
            "4XX": {"$ref": "#/components/responses/Problem"},
            "5XX": {"$ref": "#/components/responses/Problem"},
        },
    }
    if parameters:
        operation["parameters"] = parameters
    for body in shape.of(Source.BODY):
        schema = schemas[(route.method, route.path, body.name)]
        operation["requestBody"] = {
            "required": body.is_required,
            "content": {"application/json": {"schema": schema, "example": example(body.kind)}},
        }
    if shape.of(Source.CALLER):
        operation["security"] = [{"token": []}]
    return operation


def _operation_id(route: Route) -> str:
    name: str = getattr(route.handler, "__name__", route.path)
    return f"{route.handler.__module__.rpartition('.')[2]}.{name}"


def _parameter(argument: Argument, schema: Json) -> Json:
    return {
        "name": argument.key,
        "in": argument.source.value,
        "required": argument.is_required or argument.source is Source.PATH,
        "schema": schema,
        "example": example(argument.kind, argument.name),
    }


def _success(shape: Shape, schemas: dict[Key, Json]) -> Json:
    found: Json = {"description": shape.summary.partition("\n")[0] or "Done"}
    if shape.answer is not NoneType:
        schema = schemas[(shape.route.method, shape.route.path, "")]
        found["content"] = {
            "application/json": {"schema": schema, "example": example(shape.answer)}
        }
    if shape.status == 201:
        found["headers"] = {"Location": {"schema": {"type": "string"}}, **REPLAYED}
    return found


def _problem_response(schema: Json) -> Json:
    return {"description": "Refused, and why", "content": {PROBLEM_TYPE: {"schema": schema}}}

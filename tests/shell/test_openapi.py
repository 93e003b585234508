"""The published document is valid, true of the answers, and holds against generated requests."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate
from schemathesis import Case
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shell.app import ROUTES
from shell.desk import Desk
from shell.http.answers import Created, to_json
from shell.http.examples import example
from shell.http.mirror import read_as
from shell.http.openapi import document
from shell.http.routes import Trace
from shell.http.signature import Source, shape_of
from shell.jobs.queue import Queue
from shell.problems import Problem, codes
from tests.shell.conftest import House

SHAPES = tuple(shape_of(route, {Desk, Queue, Trace}) for route in ROUTES)
DOCUMENT = json.loads(json.dumps(document(SHAPES, Problem, version="0", title="test")))
CHECKS = [content_type_conformance, response_schema_conformance, status_code_conformance]
OPERATIONS = [(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods]
SLOW = (
    HealthCheck.too_slow,
    HealthCheck.filter_too_much,
    HealthCheck.data_too_large,
    HealthCheck.function_scoped_fixture,
)


def test_the_document_is_valid() -> None:
    validate(DOCUMENT)


def test_every_body_has_an_example_that_is_accepted() -> None:
    for shape in SHAPES:
        for body in shape.of(Source.BODY):
            read_as(body.kind, example(body.kind), "body").unwrap()


def test_every_shape_is_closed() -> None:
    for name, schema in DOCUMENT["components"]["schemas"].items():
        if schema.get("type") == "object":
            assert schema["additionalProperties"] is False, name


def test_every_code_is_explained() -> None:
    for code, view in codes().items():
        assert view.code == code
        assert 400 <= view.status < 600
        assert len(view.meaning) > 10


def test_answers_keep_their_words() -> None:
    assert to_json(Created("x", "/").body) == b'"x"'


@pytest.fixture(scope="module")
def schema(house: House) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{house.url}/v1/openapi.json")


def own(headers: Mapping[str, Any] | None) -> dict[str, str]:
    return {name: str(value) for name, value in (headers or {}).items()}


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
@settings(max_examples=8, deadline=None, suppress_health_check=SLOW)
@given(data=st.data())
def test_generated_requests(
    house: House, schema: schemathesis.BaseSchema, data: st.DataObject, path: str, method: str
) -> None:
    """Never a 500, always the declared shape, whatever fits the document."""
    case: Case[Any] = data.draw(schema[path][method].as_strategy())
    headers = own(case.headers) | {"Authorization": f"Bearer {house.staff('finance')}"}
    response = case.call(headers=headers)
    assert response.status_code < 500 or response.status_code == 503, response.text
    case.validate_response(response, checks=CHECKS)

"""The OpenAPI description is valid, whole, and true to what the routes do."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver
from jsonschema_rs import Draft202012Validator

from shop.partners.api.docs import load_schema
from shop.partners.api.examples import TAGS

SCHEMA = load_schema()
OPERATIONS = [
    (f"{method.upper()} {path}", operation)
    for path, operations in SCHEMA["paths"].items()
    for method, operation in operations.items()
]
ERRORS = {"401", "429", "503"}


def test_it_is_made_without_a_warning_and_is_valid() -> None:
    out = StringIO()
    call_command("spectacular", "--fail-on-warn", "--validate", "--format", "openapi-json", stdout=out)
    assert '"openapi": "3.1.0"' in out.getvalue()


def test_it_is_served_from_memory(client: Client) -> None:
    response = client.get("/api/v1/schema/")
    assert response.status_code == 200
    assert response.json()["openapi"] == "3.1.0"
    again = client.get("/api/v1/schema/", headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_every_route_is_described() -> None:
    routes = [
        f"/{prefix.pattern}{pattern.pattern}"
        for prefix in get_resolver().url_patterns
        for pattern in getattr(prefix, "url_patterns", ())
        if str(prefix.pattern) == "api/v1/"
    ]
    assert len(routes) == len(SCHEMA["paths"]) + 1  # the description itself


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_every_operation_says_what_it_does_and_what_can_go_wrong(
    name: str, operation: dict[str, Any]
) -> None:
    assert set(operation["responses"]) >= ERRORS
    assert operation["description"].startswith(operation["summary"])
    assert 10 < len(operation["summary"]) <= 100
    assert operation["tags"][0] in TAGS
    is_written = name.startswith(("POST", "PUT", "PATCH"))
    assert not is_written or "example" in str(operation.get("requestBody", "example"))
    for status, response in operation["responses"].items():
        media = "application/problem+json" if status >= "400" else "application/json"
        assert set(response.get("content", {media: 0})) == {media}


@pytest.mark.parametrize(("name", "operation"), OPERATIONS)
def test_every_example_is_what_its_schema_allows(name: str, operation: dict[str, Any]) -> None:
    bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
    for media in (media for body in bodies for media in body.get("content", {}).values()):
        validator = Draft202012Validator({**media["schema"], "components": SCHEMA["components"]})
        assert [error.message for error in validator.iter_errors(media["example"])] == []


def test_links_lead_to_operations_and_their_parameters() -> None:
    by_id = {operation["operationId"]: operation for _name, operation in OPERATIONS}
    links = [
        link
        for _name, operation in OPERATIONS
        for response in operation["responses"].values()
        for link in response.get("links", {}).values()
    ]
    assert len(links) >= 12
    for link in links:
        known = {parameter["name"] for parameter in by_id[link["operationId"]]["parameters"]}
        assert set(link["parameters"]) <= known


def test_inputs_are_closed() -> None:
    inputs = {
        name: schema for name, schema in SCHEMA["components"]["schemas"].items() if name.endswith("Request")
    }
    assert len(inputs) == 33
    for name, schema in inputs.items():
        assert schema["additionalProperties"] is False, name

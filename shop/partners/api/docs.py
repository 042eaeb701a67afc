"""The browsable page of the API, drawn from its own description."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator

METHODS = ("get", "post", "put", "patch", "delete")


@lru_cache(maxsize=1)
def load_schema() -> dict[str, Any]:
    """The OpenAPI description, built once per process."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return schema


def list_operations() -> list[dict[str, Any]]:
    """Operations with what a reader needs, in the order of their addresses."""
    return [
        {
            "id": operation["operationId"],
            "method": method.upper(),
            "path": path,
            "summary": operation.get("description", "").partition("\n")[0],
            "text": operation.get("description", ""),
            "needs_key": operation.get("security") == [{"apiKey": []}],
            "parameters": operation.get("parameters", []),
            "statuses": sorted(operation["responses"]),
        }
        for path, item in load_schema()["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def show_docs(request: HttpRequest) -> HttpResponse:
    """The page."""
    return render(request, "partners/docs.html", {"operations": list_operations()})

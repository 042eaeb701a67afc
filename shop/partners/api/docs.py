"""The description itself, and the browsable page of the API that is drawn from it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import override as in_zone
from django.utils.translation import get_language, override, pgettext_lazy
from django.utils.translation import gettext as _
from drf_spectacular.generators import SchemaGenerator
from rest_framework.exceptions import ValidationError

from shop.partners.api.examples import TAGS
from shop.partners.api.parameters import DESCRIBING, refuse_unknown
from shop.partners.api.problems import PROBLEM_JSON, build_invalid
from shop.partners.domain.scopes import SCOPES, TOPICS

METHODS = ("get", "post", "put", "patch", "delete")
OPENAPI_JSON = "application/vnd.oai.openapi+json"
FIRST_ERROR = "400"
EVERYWHERE = frozenset({"401", "415", "429", "503"})
"""Told once, at the top of the page."""
PLACES = {
    "path": pgettext_lazy("where a parameter stands", "path"),
    "query": pgettext_lazy("where a parameter stands", "query"),
    "header": pgettext_lazy("where a parameter stands", "header"),
}

_BACKTICKS = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, kw_only=True)
class Example:
    """A status with what it means and a body."""

    status: str
    text: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Operation:
    """What a reader needs to know of a call."""

    id: str
    method: str
    path: str
    summary: str
    scope: str
    parameters: tuple[dict[str, Any], ...]
    fields: tuple[dict[str, Any], ...]
    curl: str
    answers: tuple[Example, ...]
    problems: tuple[Example, ...]


@dataclass(frozen=True, kw_only=True)
class Group:
    """The calls of one resource."""

    name: str
    text: str
    operations: tuple[Operation, ...]


@lru_cache(maxsize=1)
def load_schema() -> dict[str, Any]:
    """The OpenAPI description, built once per process."""
    with DESCRIBING, override("en"), in_zone("UTC"):
        schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return schema


@lru_cache(maxsize=1)
def _write_schema() -> tuple[bytes, str]:
    body = json.dumps(load_schema(), ensure_ascii=False, separators=(",", ":")).encode()
    return body, f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def show_schema(request: HttpRequest) -> HttpResponse:
    """The description as JSON; it changes with a release only."""
    try:
        refuse_unknown(request.GET, known=())
    except ValidationError as error:
        return JsonResponse(build_invalid(error), status=error.status_code, content_type=PROBLEM_JSON)
    body, etag = _write_schema()
    if etag in request.headers.get("If-None-Match", "").replace("W/", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(body, content_type=OPENAPI_JSON)
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=60"
    return response


@cache
def list_groups(language: str = "en") -> tuple[Group, ...]:
    """The operations by resource, each in the order of a shopper's way; made once per language."""
    with override(language):
        return _describe_groups(load_schema())


def _describe_groups(schema: dict[str, Any]) -> tuple[Group, ...]:
    found: dict[str, list[Operation]] = {name: [] for name in TAGS}
    for path, operations in schema["paths"].items():
        for method in METHODS:
            if operation := operations.get(method):
                found[operation["tags"][0]].append(_describe(schema, method, path, operation))
    return tuple(
        Group(name=name, text=_say(TAGS[name]), operations=tuple(operations))
        for name, operations in found.items()
    )


def _describe(schema: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> Operation:
    media = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    examples = [
        Example(status=status, text=_say(response["description"]), body=_write(response))
        for status, response in operation["responses"].items()
    ]
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=_say(operation["description"].partition("\n\nScope:")[0]),
        scope=operation.get("x-scope", ""),
        parameters=tuple(
            {
                **each,
                "kind": _name_type(schema, each["schema"]),
                "place": str(PLACES[each["in"]]),
                "description": _say(each.get("description", "")),
            }
            for each in operation["parameters"]
            if each["name"] != "Accept-Language"
        ),
        fields=tuple(_list_fields(schema, media.get("schema", {}))),
        curl=_write_curl(method, path, operation, media.get("example")),
        answers=tuple(example for example in examples if example.status < FIRST_ERROR),
        problems=tuple(
            example
            for example in examples
            if example.status >= FIRST_ERROR and example.status not in EVERYWHERE
        ),
    )


def _say(text: str) -> SafeString:
    """The text in the reader's language, words between backticks as code, all of it escaped.

    Choices that drf-spectacular lists as a text stand in the type already.
    """
    said = "" if not text or text.startswith("* `") else _(text)
    return mark_safe(_BACKTICKS.sub(r"<code>\1</code>", escape(said)))


def _write(response: dict[str, Any]) -> str:
    media = next(iter(response.get("content", {}).values()), None)
    return json.dumps(media["example"], indent=2, ensure_ascii=False) if media else ""


def _list_fields(schema: dict[str, Any], body: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of a body, each with its type in words."""
    while "$ref" in body or body.get("type") == "array":
        inner = body.get("items", body)
        body = schema["components"]["schemas"][inner["$ref"].rpartition("/")[2]]
    required = set(body.get("required", ()))
    return [
        {"name": name, "type": _name_type(schema, field), "required": name in required, **_bound(field)}
        for name, field in body.get("properties", {}).items()
    ]


def _bound(field: dict[str, Any]) -> dict[str, Any]:
    bounds: dict[str, Any] = {
        name: field[name] for name in ("minimum", "maximum", "maxLength") if name in field
    }
    return {**bounds, "description": _say(field.get("description", ""))}


def _name_type(schema: dict[str, Any], field: dict[str, Any]) -> str:
    if several := field.get("allOf") or field.get("oneOf"):
        return _name_type(schema, several[0])
    if "$ref" in field:
        return _name_type(schema, schema["components"]["schemas"][field["$ref"].rpartition("/")[2]])
    if "enum" in field:
        return " | ".join(map(str, field["enum"]))
    if field.get("type") == "array":
        return _("list of %(kind)s") % {"kind": _name_type(schema, field["items"])}
    return str(field.get("format") or field.get("type", "object"))


def _write_curl(method: str, path: str, operation: dict[str, Any], body: Any) -> str:
    values = {"cart_id": "$CART", "line_id": "$LINE", "number": "$NUMBER", "slug": "stoneware-mug"}
    for parameter in operation["parameters"]:
        name = parameter["name"]
        path = path.replace(f"{{{name}}}", values.get(name, "$ID"))
    needed = [each for each in operation["parameters"] if each["in"] == "query" and each.get("required")]
    query = "?" + "&".join(f"{each['name']}=$TOKEN" for each in needed) if needed else ""
    lines = [f'curl{"" if method == "get" else f" -X {method.upper()}"} "{settings.SITE_URL}{path}{query}"']
    if "x-scope" in operation:
        lines.append('-H "Authorization: Bearer $KEY"')
    if any(each["name"] == "Idempotency-Key" for each in operation["parameters"]):
        lines.append('-H "Idempotency-Key: $(date +%s%N)"')
    if body is not None:
        lines += ['-H "Content-Type: application/json"', f"-d '{json.dumps(body, ensure_ascii=False)}'"]
    return " \\\n  ".join(lines)


def show_docs(request: HttpRequest) -> HttpResponse:
    """The page."""
    context = {
        "groups": list_groups(get_language() or settings.LANGUAGE_CODE),
        "scopes": SCOPES,
        "topics": TOPICS,
        "base": f"{settings.SITE_URL}/api/v1",
        "rates": (settings.API_RATE_ANONYMOUS, settings.API_RATE_KEY),
    }
    return render(request, "partners/docs.html", context)

"""The OpenAPI description: our errors, our authentication, our headers, and which call leads to which."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.urls import get_resolver
from django.utils.translation import gettext_noop
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from shop.partners.api.permissions import PUBLIC
from shop.partners.api.problems import PROBLEM_JSON
from shop.partners.api.serializers import ProblemSerializer, StrictSerializer

LINKS = "x-links"
"""Extension of ``extend_schema``: status → name → (operation id, its parameters as runtime expressions)."""
FIRST_ERROR = 400
RESPONSE_HEADERS = ("X-Request-Id", "RateLimit", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": "Language of names and messages: `en` or `zh-hans`.",
    "schema": {"type": "string"},
}
WORDS = {
    "400": gettext_noop("The request is not right: `errors` names each field or parameter."),
    "401": gettext_noop("The key is unknown, expired, revoked, or there is none where one is needed."),
    "403": gettext_noop("The key has not the scope."),
    "404": gettext_noop("There is no such thing, or not for this caller."),
    "409": gettext_noop(
        "The world has changed since the caller looked, or its state does not let this happen."
    ),
    "415": gettext_noop("The body is not `application/json`."),
    "422": gettext_noop("This idempotency key was used before with another request."),
    "429": gettext_noop("Too many calls: wait as many seconds as `Retry-After` says."),
    "503": gettext_noop("Busy: try again after `Retry-After` seconds."),
}
WAITING = ("429", "503")
_FIRST_PART = re.compile(r"[.;:](?:\s|$)")
_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")


def describe_conflict(serializer: Any = ProblemSerializer, *, text: str) -> OpenApiResponse:
    """A 409 with its own words and members."""
    return OpenApiResponse(serializer, description=text)


class BearerKey(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes ``ApiKeyAuthentication``."""

    target_class = "shop.partners.api.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """A bearer key."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A key made by `manage.py create_api_key`. Public calls take one too: its limit is higher.",
        }


class ProblemAutoSchema(AutoSchema):
    """Adds to every operation what every call has in common."""

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """The operation with its errors, headers, links and scope."""
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        operation["summary"] = _FIRST_PART.split(operation["description"], maxsplit=1)[0]
        operation["parameters"] = [*operation.get("parameters", []), LANGUAGE]
        self._describe_path(operation["parameters"])
        self._add_access(operation)
        self._add_problems(operation)
        self._add_headers(operation["responses"])
        self._add_links(operation)
        return operation

    def _map_serializer(
        self,
        serializer: Any,
        direction: str,
        bypass_extensions: bool = False,  # noqa: FBT001, FBT002  as the parent has it
    ) -> dict[str, Any]:
        schema: dict[str, Any] = super()._map_serializer(serializer, direction, bypass_extensions)  # type: ignore[no-untyped-call]  # drf-spectacular is untyped
        if direction == "request" and isinstance(serializer, StrictSerializer):
            schema["additionalProperties"] = False
        return schema

    def _map_serializer_field(self, field: Any, direction: str, bypass_extensions: bool = False) -> Any:  # noqa: FBT001, FBT002  as above
        schema = super()._map_serializer_field(field, direction, bypass_extensions)  # type: ignore[no-untyped-call]  # as above
        if isinstance(field, serializers.DecimalField) and direction == "request":
            whole = (field.max_digits or 0) - (field.decimal_places or 0)
            schema = {**schema, "pattern": rf"^\d{{1,{whole}}}(\.\d{{1,{field.decimal_places}}})?$"}
        most = getattr(field, "max_length", None)
        if isinstance(field, serializers.ListSerializer) and direction == "request" and most:
            schema = {**schema, "maxItems": most}
        return schema

    def _describe_path(self, parameters: list[dict[str, Any]]) -> None:
        """A path parameter is what its converter lets through: 404 for anything else."""
        for parameter in parameters:
            converter = _list_converters().get((self.path, parameter["name"]))
            if parameter["in"] != "path":
                continue
            if converter == "bigid":
                parameter["schema"] = {"type": "integer", "minimum": 1, "maximum": 10**18 - 1}
            elif converter == "slug":
                parameter["schema"] = {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$"}

    def _add_access(self, operation: dict[str, Any]) -> None:
        declared = getattr(self.view, "scope", "")
        scope = declared.get(self.method, "") if isinstance(declared, dict) else declared
        if scope == PUBLIC:
            operation["security"] = [{}, {"apiKey": []}]
        else:
            operation["security"] = [{"apiKey": []}]
            operation["x-scope"] = scope
            operation["description"] = f"{operation.get('description', '')}\n\nScope: `{scope}`".strip()

    def _add_problems(self, operation: dict[str, Any]) -> None:
        problem = self.resolve_serializer(ProblemSerializer, "response").ref
        responses = operation["responses"]
        for status in self._list_problems(operation):
            responses.setdefault(status, {"description": WORDS[status], "content": {"": {"schema": problem}}})
        for status, response in responses.items():
            if int(status) >= FIRST_ERROR:
                response["content"] = {PROBLEM_JSON: next(iter(response["content"].values()))}
        operation["responses"] = dict(sorted(responses.items()))

    def _list_problems(self, operation: dict[str, Any]) -> list[str]:
        places = {parameter["in"] for parameter in operation["parameters"] if parameter is not LANGUAGE}
        is_idempotent = any(parameter["name"] == "Idempotency-Key" for parameter in operation["parameters"])
        has_body = "requestBody" in operation
        found = {
            "403": "x-scope" in operation,
            "404": "path" in places,
            "415": has_body,
            "422": is_idempotent,
        }
        return ["400", "401", *(status for status, is_possible in found.items() if is_possible), *WAITING]

    def _add_headers(self, responses: dict[str, Any]) -> None:
        for status, response in responses.items():
            names = [*RESPONSE_HEADERS, *(["Retry-After"] if status in WAITING else [])]
            own = response.setdefault("headers", {})
            own.update({name: {"$ref": f"#/components/headers/{name}"} for name in names})

    def _add_links(self, operation: dict[str, Any]) -> None:
        for status, links in operation.pop(LINKS, {}).items():
            operation["responses"][status]["links"] = {
                name: {"operationId": target, "parameters": parameters}
                for name, (target, parameters) in links.items()
            }


@lru_cache(maxsize=1)
def _list_converters() -> dict[tuple[str, str], str]:
    """The converter of each path parameter by its description's path and its name, read from the routes."""
    found: dict[tuple[str, str], str] = {}
    for included in get_resolver().url_patterns:
        for pattern in getattr(included, "url_patterns", ()):
            route = f"/{included.pattern}{pattern.pattern}"
            path = _PARAMETER.sub(r"{\2}", route)
            found.update({(path, name): kind for kind, name in _PARAMETER.findall(route)})
    return found

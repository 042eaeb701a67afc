"""The OpenAPI description: our errors, our authentication."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from shop.partners.api.permissions import PUBLIC
from shop.partners.api.problems import PROBLEM_JSON
from shop.partners.api.serializers import ProblemSerializer


class BearerKey(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes ``ApiKeyAuthentication``."""

    target_class = "shop.partners.api.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """A bearer key."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A key made by `manage.py create_api_key`.",
        }


class ProblemAutoSchema(AutoSchema):
    """Adds the problem answers to every operation, and the scope to its description."""

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """The operation with its errors."""
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        problem = self.resolve_serializer(ProblemSerializer, "response").ref
        content = {PROBLEM_JSON: {"schema": problem}}
        operation["responses"]["4XX"] = {
            "description": "A problem that the caller can mend.",
            "content": content,
        }
        operation["responses"]["503"] = {
            "description": "Busy; see Retry-After.",
            "content": content,
        }
        declared = getattr(self.view, "scope", "")
        scope = declared.get(self.method, "") if isinstance(declared, dict) else declared
        if scope == PUBLIC:
            operation["security"] = [{}]
        else:
            operation["security"] = [{"apiKey": []}]
            operation["description"] = f"{operation.get('description', '')}\n\nScope: `{scope}`".strip()
        return operation

"""Errors as RFC 9457 problem details."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from shop.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound, TooMany
from shop.kernel.idempotency import IdempotencyMismatch
from shop.kernel.money import Money

PROBLEM_JSON = "application/problem+json"
_STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (IdempotencyMismatch, 422),
    (NotFound, 404),
    (Invalid, 400),
    (NotAllowed, 409),
    (TooMany, 429),
    (Conflict, 409),
)
_TITLES = {
    400: "Bad request",
    401: "Authentication needed",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    413: "Too large",
    415: "Unsupported media type",
    422: "Unprocessable",
    429: "Too many requests",
    500: "Server error",
    503: "Busy",
}


def build_problem(
    status: int,
    *,
    code: str,
    detail: str,
    errors: list[dict[str, str]] | None = None,
    **facts: Any,
) -> dict[str, Any]:
    """The body of a problem answer. ``type`` is a stable URN by code; ``facts`` are extension members."""
    return {
        "type": f"urn:shop:problem:{code}",
        "title": _TITLES.get(status, "Error"),
        "status": status,
        "code": code,
        "detail": detail,
        "errors": errors or [],
        **{name: _to_json(value) for name, value in facts.items()},
    }


def _to_json(value: Any) -> Any:
    if isinstance(value, Money):
        return {"amount": str(value.quantized().amount), "currency": value.currency}
    if isinstance(value, (list, tuple)):
        return [_to_json(item) for item in value]
    if isinstance(value, dict):
        return {name: _to_json(item) for name, item in value.items()}
    if value is None or isinstance(value, (str, int, bool)):
        return value
    return str(value)


def answer_problem(problem: dict[str, Any]) -> Response:
    """A DRF answer with the problem media type."""
    return Response(problem, status=problem["status"], content_type=PROBLEM_JSON)


def handle_exception(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: everything that can be explained becomes a problem; the rest is a real 500."""
    if isinstance(error, DomainError):
        response = answer_problem(build_domain_problem(error))
        if isinstance(error, TooMany):
            response["Retry-After"] = str(error.wait_seconds)
    elif isinstance(error, OperationalError):
        structlog.get_logger(__name__).warning("database.unavailable", error=str(error))
        response = answer_problem(
            build_problem(
                503,
                code="busy",
                detail=_("Busy right now. Try again in a few seconds."),
            )
        )
        response["Retry-After"] = "5"
    else:
        known = _as_api_exception(error)
        if known is None:
            return None
        response = _answer_api_exception(known)
    return response


def build_domain_problem(error: DomainError) -> dict[str, Any]:
    """The problem of a domain error, with its facts; what else is wrong stands beside it in ``errors``."""
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 400)
    errors = [
        {"field": one.field, "code": one.code, "message": str(one.message)}
        for one in (error, *error.others)
        if one.field
    ]
    return build_problem(status, code=error.code, detail=str(error.message), errors=errors, **error.facts)


def _as_api_exception(error: Exception) -> exceptions.APIException | None:
    if isinstance(error, Http404):
        return exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        return exceptions.PermissionDenied()
    if isinstance(error, exceptions.UnsupportedMediaType):
        sentence = _("Send the body as JSON, with the header Content-Type: application/json.")
        return exceptions.UnsupportedMediaType("", detail=sentence)
    return error if isinstance(error, exceptions.APIException) else None


def _answer_api_exception(error: exceptions.APIException) -> Response:
    if isinstance(error, exceptions.ValidationError):
        response = answer_problem(build_invalid(error))
    else:
        code = str(error.get_codes()) if isinstance(error.get_codes(), str) else "error"
        response = answer_problem(build_problem(error.status_code, code=code, detail=str(error.detail)))
    if auth_header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = auth_header
    if wait := getattr(error, "wait", None):
        response["Retry-After"] = str(int(wait) + 1)
    return response


def build_invalid(error: exceptions.ValidationError) -> dict[str, Any]:
    """The problem of fields or parameters that are not right."""
    detail = _("Some fields are not right: see errors.")
    errors = list(_flatten(error.get_full_details()))
    return build_problem(error.status_code, code="invalid", detail=detail, errors=errors)


def _flatten(details: Any, path: str = "") -> Iterator[dict[str, str]]:
    """DRF's nested details as a flat list with dotted field names."""
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        yield {
            "field": path,
            "code": str(details["code"]),
            "message": str(details["message"]),
        }
    elif isinstance(details, dict):
        for name, inner in details.items():
            step = "" if name == "non_field_errors" else str(name)
            yield from _flatten(inner, ".".join(part for part in (path, step) if part))
    elif isinstance(details, list):
        is_leaf = all(isinstance(inner, dict) and set(inner) == {"message", "code"} for inner in details)
        for index, inner in enumerate(details):
            yield from _flatten(inner, path if is_leaf else f"{path}.{index}".strip("."))


def answer_not_found(request: HttpRequest) -> JsonResponse:
    """404 for an address under /api/ that no route knows."""
    detail = _("There is nothing at this address.")
    if not request.path.endswith("/"):
        detail = f"{detail} {_('All addresses end with a slash.')}"
    problem = build_problem(404, code="not_found", detail=detail)
    return JsonResponse(problem, status=404, content_type=PROBLEM_JSON)


def answer_server_error(status: int) -> JsonResponse:
    """An error that is ours, or a request so broken that no view could read it; the log has the details."""
    if status < 500:  # noqa: PLR2004  HTTP's own number
        problem = build_problem(status, code="bad_request", detail=_("The request could not be understood."))
    else:
        detail = _("Something went wrong on our side. Quote the X-Request-Id when you tell us.")
        problem = build_problem(status, code="server_error", detail=detail)
    return JsonResponse(problem, status=status, content_type=PROBLEM_JSON)

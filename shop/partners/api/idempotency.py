"""The ``Idempotency-Key`` header: required where a repeat would cost money or stock, honoured wherever it is sent."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from shop.kernel.errors import Invalid
from shop.kernel.idempotency import Answer, fingerprint_request, run_once
from shop.partners.models import ApiKey

HEADER = "Idempotency-Key"
LONGEST_KEY = 255


def _describe_header(*, is_required: bool, description: str) -> OpenApiParameter:
    return OpenApiParameter(
        HEADER,
        {
            "type": "string",
            "minLength": 1,
            "maxLength": LONGEST_KEY,
            "pattern": r"^[!-~]+$",
        },
        OpenApiParameter.HEADER,
        required=is_required,
        description=description,
    )


IDEMPOTENCY_HEADER = _describe_header(
    is_required=True,
    description="Any text of your own, new for each act. The same key answers the same; another body under it is 422.",
)
OPTIONAL_IDEMPOTENCY_HEADER = _describe_header(
    is_required=False,
    description="As for the checkout, but optional: with it, a request that is sent again has its effect only once.",
)


def read_key(request: Request) -> str:
    """The key that the caller sent; raises ``Invalid`` when there is none."""
    key = request.headers.get(HEADER, "")
    if not key or len(key) > LONGEST_KEY or not all("!" <= character <= "~" for character in key):
        raise Invalid(
            _("Send an Idempotency-Key header: 1 to 255 printable ASCII characters, new for each act."),
            code="idempotency_key_required",
            field=HEADER,
        )
    return key


def name_caller(request: Request, *, fallback: str) -> str:
    """Whose keys they are: the partner's, or those of what the unguessable address names."""
    return f"key:{request.auth.pk}" if isinstance(request.auth, ApiKey) else fallback


def idempotent(view: Callable[..., Response]) -> Callable[..., Response]:
    """Run a view method once per caller and key, in one transaction with its effect.

    The view must do its work by services only (no network), and answer JSON. Domain errors undo the work; they are
    not remembered, since the world may change before the next try.
    """

    @wraps(view)
    def wrapper(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = read_key(request)
        fingerprint = fingerprint_request(request.method or "", request.path, request.data)

        def run() -> Answer:
            response = view(self, request, *args, **kwargs)
            return Answer(response.status_code, response.data)

        answer = run_once(
            name_caller(request, fallback=f"path:{request.path}"[:120]),
            key=key,
            fingerprint=fingerprint,
            run=run,
        )
        response = Response(answer.body, status=answer.status)
        if answer.is_replay:
            response["Idempotent-Replayed"] = "true"
        return response

    return wrapper


def idempotent_if_asked(view: Callable[..., Response]) -> Callable[..., Response]:
    """As ``idempotent`` for a request that brings a key; one without runs as it is.

    Only for addresses that name something unguessable: there a stranger's equal key means another request.
    """
    guarded = idempotent(view)

    @wraps(view)
    def wrapper(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        chosen = guarded if HEADER in request.headers else view
        return chosen(self, request, *args, **kwargs)

    return wrapper

"""Where providers post what happened: verified, stored, answered; processed by a task."""

from typing import Final

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from payments.domain.errors import UnknownGateway
from payments.gateways.base import CallbackRefused
from payments.services import callbacks

log = structlog.get_logger(__name__)

MOST_BYTES: Final = 1024 * 1024


@csrf_exempt
@require_POST
def receive_callback(request: HttpRequest, provider: str) -> HttpResponse:
    """2xx as soon as it is stored; 400 when it is not the provider's word. Touches no session and no user."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return JsonResponse({"error": "too large"}, status=413)
    try:
        body = request.body
    except UnreadablePostError:
        return JsonResponse({"error": "unreadable"}, status=400)
    if len(body) > MOST_BYTES:
        return JsonResponse({"error": "too large"}, status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        callbacks.receive_callback(provider, body=body, headers=headers)
    except UnknownGateway:
        return JsonResponse({"error": "unknown provider"}, status=404)
    except CallbackRefused as error:
        log.warning("callback.refused", provider=provider, reason=error.code)
        return JsonResponse({"error": "refused"}, status=400)
    return JsonResponse({"received": True})

"""Where carriers push their news: verified, stored, answered; worked off by a task."""

from typing import Final

import structlog
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from orders.domain.errors import UnknownCarrier
from orders.gateways.base import CallbackRefused
from orders.services.tracking import receive_carrier_callback

log = structlog.get_logger(__name__)

MOST_BYTES: Final = 256 * 1024


@csrf_exempt
@require_POST
def receive_callback(request: HttpRequest, carrier: str) -> HttpResponse:
    """2xx as soon as it is stored; 400 when it is not the carrier's word. Touches no session and no user."""
    try:
        body = request.body
    except RequestDataTooBig:
        return JsonResponse({"error": "too large"}, status=413)
    except UnreadablePostError:
        return JsonResponse({"error": "unreadable"}, status=400)
    if len(body) > MOST_BYTES:
        return JsonResponse({"error": "too large"}, status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        receive_carrier_callback(carrier, body=body, headers=headers)
    except UnknownCarrier:
        return JsonResponse({"error": "unknown carrier"}, status=404)
    except CallbackRefused as error:
        log.warning("carrier_callback.refused", carrier=carrier, reason=error.reason)
        return JsonResponse({"error": "refused"}, status=400)
    return JsonResponse({"received": True})

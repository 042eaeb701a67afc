"""A web process that dies at the worst moment: its work is committed, its answer is not sent."""

import os
import signal
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

HEADER = "X-Fault"
DIE_BEFORE_RESPONSE = "die-before-response"


def die_before_response(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Kill this very process when the request asks for it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.headers.get(HEADER) == DIE_BEFORE_RESPONSE:
            os.kill(os.getpid(), signal.SIGKILL)
        return response

    return middleware

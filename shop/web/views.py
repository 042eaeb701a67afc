"""Health, metrics, error pages, and the choice of currency."""

from __future__ import annotations

import hmac
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shop.kernel.errors import Invalid
from shop.web.metrics import REGISTRY
from shop.web.origin import same_origin_post

YEAR_SECONDS = 365 * 24 * 3600


def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> HttpResponse:
    """The process can do its work: the database answers. Redis is not asked, pages do without it."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:  # noqa: BLE001  whatever is wrong with the database, the answer is "not ready"
        return JsonResponse({"status": "unavailable", "database": "down"}, status=503)
    return JsonResponse({"status": "ok", "database": "up"})


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text, for the bearer of the token, or for loopback when none is set; 404 for all others."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token = settings.METRICS_TOKEN
    is_local = (
        request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1") and "HTTP_X_FORWARDED_FOR" not in request.META
    )
    if not (hmac.compare_digest(given.encode(), token.encode()) if token else is_local):
        return page_not_found(request, None)
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def enter_back_office(request: HttpRequest) -> HttpResponse:
    """Operators sign in by the shop's own page, and come out in the back office or where they were going."""
    index = reverse("admin:index")
    target = request.GET.get(REDIRECT_FIELD_NAME) or index
    if not request.user.is_authenticated:
        query = urlencode({REDIRECT_FIELD_NAME: target})
        return HttpResponseRedirect(f"{reverse('account_login')}?{query}")
    if not admin.site.has_permission(request):
        return permission_denied(request)
    return HttpResponseRedirect(_keep_inside(request, target, otherwise=index))


def _keep_inside(request: HttpRequest, target: str, *, otherwise: str) -> str:
    """Answers the target when it is an address of this shop."""
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if is_ours else otherwise


@require_POST
@same_origin_post
def choose_currency(request: HttpRequest) -> HttpResponse:
    """Keep the shopper's currency in a cookie and go back to the page."""
    target = _keep_inside(request, request.POST.get("next", "/"), otherwise="/")
    response = HttpResponseRedirect(target)
    currency = request.POST.get("currency", "")
    if currency in settings.CURRENCIES:
        response.set_cookie(
            "currency",
            currency,
            max_age=YEAR_SECONDS,
            samesite="Lax",
            secure=request.is_secure(),
        )
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request itself is broken."""
    problem = Invalid(_("The request could not be understood. Go back and try again."))
    return render(request, "problem.html", {"problem": problem}, status=400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: not for this person."""
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is too old or came from elsewhere."""
    return render(request, "403.html", {"is_stale_form": True}, status=403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: a way back into the shop."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: said plainly, without touching the database."""
    from django.template.loader import get_template

    return HttpResponse(get_template("500.html").render({}), status=500)

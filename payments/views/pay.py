"""The till: choose how to pay, wait, come back."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from catalog.domain.promotions.payment_methods import name_payment_method
from orders.models import Order
from payments.domain.errors import PaymentInProgress
from payments.forms import PayForm
from payments.gateways import get_gateway
from payments.queries.gateways import TillGateways, list_till_gateways
from payments.queries.orders import (
    PaymentView,
    get_order_by_token,
    get_payment_view,
    list_summary_lines,
)
from payments.services.payments import check_payment, refresh_payment, start_payment
from shop.kernel.errors import DomainError
from shop.kernel.ids import new_token

CONFLICT: Final = 409


@never_cache
@require_http_methods(["GET", "POST"])
def pay_order(request: HttpRequest, number: str) -> HttpResponse:
    """Show the ways to pay an order and why the last try failed; start a payment."""
    order = get_order_by_token(number, token=request.GET.get("token", ""))
    if request.method == "POST":
        return _start(request, order)
    view = get_payment_view(order)
    if view.stage in ("paid", "waiting"):
        return _go_on(request, view)
    return _render_till(request, view=view)


@never_cache
@require_GET
def return_from_provider(request: HttpRequest, number: str) -> HttpResponse:
    """Back from the provider's page: ask the provider, believe nothing that the browser brings."""
    order = get_order_by_token(number, token=request.GET.get("token", ""))
    latest = get_payment_view(order).latest
    if latest is not None and latest.is_open:
        refresh_payment(latest.pk)
    return _go_on(request, get_payment_view(_reload(order)))


@never_cache
@require_GET
def wait_for_payment(request: HttpRequest, number: str) -> HttpResponse:
    """Shown while the provider has the payment in hand; asks itself again by htmx, or by refresh without scripts."""
    order = get_order_by_token(number, token=request.GET.get("token", ""))
    view = get_payment_view(order)
    if view.stage in ("waiting", "action") and view.latest is not None and check_payment(view.latest.pk):
        view = get_payment_view(_reload(order))
    if view.stage != "waiting" and not _needs_page(request, view):
        return _go_on(request, view)
    template = "payments/_waiting.html" if _is_htmx(request) else "payments/status.html"
    response = render(request, template, {"view": view, **_describe_action(request, view)})
    if view.stage == "action" and view.latest is not None:
        _allow_sources(response, [get_gateway(view.latest.gateway).get_action_sources()])
    return response


def _start(request: HttpRequest, order: Order) -> HttpResponse:
    form = PayForm(request.POST)
    if not form.is_valid():
        return _render_till(request, view=get_payment_view(order), problem=_("Choose how you want to pay."))
    try:
        start_payment(order.pk, **form.cleaned_data, return_url=build_return_url(request, order))
    except PaymentInProgress:
        return _go_on(request, get_payment_view(_reload(order)))
    except DomainError as error:
        return _render_till(request, view=get_payment_view(_reload(order)), problem=str(error.message))
    return _go_on(request, get_payment_view(_reload(order)), is_fresh=True)


def _go_on(request: HttpRequest, view: PaymentView, *, is_fresh: bool = False) -> HttpResponse:
    """Where an order at this stage is looked at; a fresh payment that needs the shopper goes to the provider."""
    if view.stage == "paid":
        return _redirect(request, _address("orders:order", view.order))
    if view.stage == "waiting":
        return _redirect(request, _address("payments:status", view.order))
    if view.stage == "action" and is_fresh and view.latest is not None:
        url = str(view.latest.next_action.get("url", ""))
        is_ours = bool(url) and urlsplit(url).netloc == request.get_host()
        return _redirect(request, url if is_ours else _address("payments:status", view.order))
    return _redirect(request, _address("payments:pay", view.order))


def _redirect(request: HttpRequest, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if _is_htmx(request) else HttpResponseRedirect(url, status=303)


def _is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _needs_page(request: HttpRequest, view: PaymentView) -> bool:
    """A step that another site or a script must do has no page of ours to be redirected to."""
    if view.stage != "action" or view.latest is None:
        return False
    action = view.latest.next_action
    return (
        action.get("kind") != "redirect" or urlsplit(str(action.get("url", ""))).netloc != request.get_host()
    )


def _describe_action(request: HttpRequest, view: PaymentView) -> dict[str, Any]:
    if view.stage != "action" or view.latest is None:
        return {}
    kind = view.latest.next_action.get("kind", "redirect")
    template = (
        "payments/_action.html" if kind == "redirect" else f"payments/_{view.latest.gateway}_action.html"
    )
    return {
        "action": view.latest.next_action,
        "action_template": template,
        "pay_url": _address("payments:pay", view.order),
    }


def _render_till(request: HttpRequest, *, view: PaymentView, problem: str = "") -> HttpResponse:
    return_url = build_return_url(request, view.order)
    is_open = view.stage in ("payable", "action")
    till = (
        list_till_gateways(only=view.order.payment_method) if is_open else TillGateways(offered=(), paused=())
    )
    forms = {
        gateway.code: gateway.get_method_form(
            view.total, order_number=view.order.number, return_url=return_url
        )
        for gateway in till.offered
    }
    context = {
        "view": view,
        "order": view.order,
        "lines": list_summary_lines(view.order),
        "problem": problem,
        "idempotency_key": new_token(),
        "return_url": return_url,
        "order_url": _address("orders:order", view.order),
        "status_url": _address("payments:status", view.order),
        "gateways": [
            {"code": gateway.code, "label": gateway.label, "form": forms[gateway.code]}
            for gateway in till.offered
        ],
        "paused_gateways": till.paused,
        "bound_method": name_payment_method(view.order.payment_method) if view.order.payment_method else "",
    }
    response = render(request, "payments/pay.html", context, status=CONFLICT if problem else 200)
    return _allow_sources(response, [form.csp_sources for form in forms.values()])


def _allow_sources(response: HttpResponse, sources: Sequence[Mapping[str, Sequence[str]]]) -> HttpResponse:
    """On this one page the Content-Security-Policy lets a provider's own script in."""
    update: dict[str, list[str]] = {}
    for each in sources:
        for directive, origins in each.items():
            update.setdefault(directive, []).extend(origins)
    setattr(response, "_csp_update", update)  # noqa: B010  django-csp's way for one response
    return response


def build_return_url(request: HttpRequest, order: Order) -> str:
    """The absolute address that a provider sends the browser back to; the host is checked against ALLOWED_HOSTS."""
    return request.build_absolute_uri(_address("payments:return", order))


def _address(name: str, order: Order) -> str:
    return f"{reverse(name, args=[order.number])}?{urlencode({'token': order.token})}"


def _reload(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)

"""The warehouse in figures: accuracy of stock, pace of picking, what stock is worth, and where goods should lie."""

from datetime import timedelta
from typing import Any, Final

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from inventory.models import StockCase, StockLevel, Warehouse
from inventory.queries.counts import list_accuracy, list_to_approve
from inventory.queries.lots import list_expiring
from inventory.queries.picking import list_picker_hours
from inventory.queries.slotting import build_slotting
from inventory.queries.values import list_stock_values
from shop.kernel.clock import now

DAYS: Final = 30
EXPIRY_DAYS: Final = 60
_SHOWN: Final = 50


def list_figure_urls(site: AdminSite) -> list[URLPattern]:
    """The page of figures and the one that suggests places."""

    def figures(request: HttpRequest) -> HttpResponse:
        return show_figures(request, context=site.each_context(request))

    def slotting(request: HttpRequest, warehouse_id: int) -> HttpResponse:
        return show_slotting(request, warehouse_id, context=site.each_context(request))

    return [
        path("figures/", site.admin_view(figures), name="inventory_figures"),
        path("figures/slotting/<int:warehouse_id>/", site.admin_view(slotting), name="inventory_slotting"),
    ]


def _check(request: HttpRequest) -> None:
    if not request.user.has_perm("inventory.view_stocklevel"):
        raise PermissionDenied


def show_figures(request: HttpRequest, *, context: dict[str, Any]) -> HttpResponse:
    """The last thirty days at a glance."""
    _check(request)
    since, today = now() - timedelta(days=DAYS), localdate(now())
    context |= {
        "title": _("The warehouse in figures"),
        "days": DAYS,
        "expiry_days": EXPIRY_DAYS,
        "accuracy": list_accuracy(since=since),
        "hours": list_picker_hours(since=since)[:_SHOWN],
        # What goods cost is for who buys, receives or pays them.
        "shows_values": request.user.has_perm("inventory.view_purchaseorder"),
        "values": list_stock_values(day=today),
        "expiring": list_expiring(today=today, within_days=EXPIRY_DAYS)[:_SHOWN],
        "short": StockLevel.objects.short().select_related("variant", "warehouse")[:_SHOWN],
        "cases": StockCase.objects.filter(resolved_at=None).select_related("variant", "warehouse")[:_SHOWN],
        "counts": list_to_approve() if request.user.has_perm("inventory.approve_count") else (),
        "warehouses": Warehouse.objects.active(),
    }
    return TemplateResponse(request, "admin/inventory/figures.html", context)


def show_slotting(request: HttpRequest, warehouse_id: int, *, context: dict[str, Any]) -> HttpResponse:
    """Which articles should change their bins, and how much walking that saves."""
    _check(request)
    try:
        view = build_slotting(warehouse_id, since=now() - timedelta(days=DAYS))
    except Warehouse.DoesNotExist as error:
        raise Http404 from error
    context |= {"title": _("Better places"), "days": DAYS, "view": view}
    return TemplateResponse(request, "admin/inventory/slotting.html", context)

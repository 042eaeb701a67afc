"""The floor's front page, and what a scanned code is."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from inventory.admin.floor.base import LONGEST_SCAN, PERMISSION, floor_page, go, show
from inventory.models import Warehouse
from inventory.queries.floor import count_floor_work, list_scan_places
from inventory.queries.scans import find_scanned


def choose_warehouse(request: HttpRequest) -> HttpResponse:
    """Which warehouse; with only one there is no question."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    warehouses = list(Warehouse.objects.active())
    if len(warehouses) == 1:
        return go("home", warehouses[0].pk)
    context = {"warehouses": warehouses, "title": _("Warehouse floor")}
    return render(request, "inventory/floor/choose.html", context)


@floor_page
def show_home(request: HttpRequest, warehouse: Warehouse) -> HttpResponse:
    """What is to do here, in large tiles."""
    return show(
        request,
        "home",
        warehouse=warehouse,
        title=warehouse.name,
        work=count_floor_work(warehouse.pk),
    )


@floor_page
def show_scan(request: HttpRequest, warehouse: Warehouse) -> HttpResponse:
    """What the code names and where it lies."""
    text = request.GET.get("code", "")[:LONGEST_SCAN]
    scan = find_scanned(text, warehouse_id=warehouse.pk)
    return show(
        request,
        "scan",
        warehouse=warehouse,
        title=_("What is this?"),
        scan=scan,
        places=list_scan_places(scan, warehouse_id=warehouse.pk),
    )

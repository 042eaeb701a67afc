"""What every page of the floor shares: who may, which warehouse, and how an error is told."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from inventory.domain.errors import BarcodeRefused, LotMismatch
from inventory.models import Bin, Lot, Warehouse
from inventory.queries.lots import find_lot
from inventory.queries.scans import Scan, find_scanned
from inventory.services.lots import ensure_lot
from inventory.services.moves import get_open_bin
from shop.kernel.errors import DomainError

PERMISSION = "inventory.change_stocklevel"
LONGEST_SCAN = 80

View = Callable[..., HttpResponse]


def floor_page(view: View) -> View:
    """Only for those who may change stock; the view gets the warehouse of the address."""

    def wrapper(request: HttpRequest, warehouse_id: int, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return view(request, get_object_or_404(Warehouse, pk=warehouse_id), **kwargs)

    return wrapper


def show(
    request: HttpRequest, template: str, *, warehouse: Warehouse, title: object, **context: Any
) -> HttpResponse:
    """One page of the floor."""
    context |= {"warehouse": warehouse, "title": title}
    response = render(request, f"inventory/floor/{template}.html", context)
    # The phone's camera reads codes.
    response["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=(), payment=()"
    return response


def go(page: str, *args: Any) -> HttpResponseRedirect:
    """On to another page of the floor."""
    return HttpResponseRedirect(reverse(f"admin:floor_{page}", args=args))


def attempt(request: HttpRequest, action: Callable[[], object], *, done: str) -> bool:
    """Does it and says so, or says in plain words why not."""
    try:
        action()
    except DomainError as error:
        messages.error(request, str(error.message))
        return False
    messages.success(request, done)
    return True


def read_article(text: str, *, warehouse: Warehouse) -> Scan:
    """The article that was scanned or typed; raises BarcodeRefused when nobody knows it."""
    scan = find_scanned(text, warehouse_id=warehouse.pk)
    if scan.variant is None:
        raise BarcodeRefused(text, reason=_("No article has the code %(code)s.") % {"code": text[:40]})
    return scan


def read_bin(code: str, *, warehouse: Warehouse) -> Bin | None:
    """The bin that was scanned; none when the field was left empty. Raises WrongPlace."""
    return get_open_bin(warehouse.pk, code=code) if code.strip() else None


def read_lot(scan: Scan, *, code: str, expires_on: Any = None) -> Lot | None:
    """The lot that was typed or stood in the scanned code; none when neither names one. Raises LotMismatch."""
    code = code.strip() or scan.lot_code
    if not code or scan.variant is None:
        return None
    return ensure_lot(scan.variant.pk, code=code, expires_on=expires_on or scan.expires_on)


def read_known_lot(scan: Scan, *, code: str) -> Lot | None:
    """As read_lot, for what must be there already. Raises LotMismatch for a lot that nobody has seen."""
    code = code.strip() or scan.lot_code
    if not code or scan.variant is None:
        return None
    lot = find_lot(scan.variant.pk, code=code)
    if lot is None:
        raise LotMismatch(code, reason=_("There is no lot %(lot)s of this article.") % {"lot": code})
    return lot

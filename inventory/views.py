"""A supplier's own page: stock and forecast of its articles, and a proposal of what to deliver."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from inventory.models import PurchaseOrder, Supplier
from inventory.queries.buying.vendor import describe_levels, list_vendor_levels
from inventory.services.buying.proposals import propose_orders
from shop.kernel.errors import DomainError, Invalid
from shop.kernel.ids import new_number
from shop.web.middleware import tell
from shop.web.pages import get_page

PAGE_SIZE = 30
ORDERS_SHOWN = 10
MOST_DIGITS = 7


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show_supplier(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the supplier's unguessable address; only for those that manage their articles."""
    supplier = Supplier.objects.active().filter(portal_token=token, is_vendor_managed=True).first()
    if supplier is None:
        return render(request, "inventory/supplier_gone.html", status=404)
    problem = _propose(request, supplier) if request.method == "POST" else ""
    if request.method == "POST" and not problem:
        return redirect("inventory:supplier", token)
    page = get_page(request, list_vendor_levels(supplier), size=PAGE_SIZE)
    orders = PurchaseOrder.objects.filter(supplier=supplier).select_related("warehouse").order_by("-pk")
    context = {
        "supplier": supplier,
        "page": page,
        "rows": describe_levels(list(page.object_list), supplier=supplier),
        "orders": orders[:ORDERS_SHOWN],
        "number": request.POST.get("number", "") or new_number("P"),
        "problem": problem,
        "given": request.POST,
    }
    return render(request, "inventory/supplier.html", context, status=400 if problem else 200)


def _propose(request: HttpRequest, supplier: Supplier) -> str:
    """One draft per warehouse; the words of what is wrong, or nothing."""
    number = request.POST.get("number", "").replace("\x00", "")[:18]
    try:
        propose_orders(supplier, wanted=_read_quantities(request), number=number)
    except DomainError as error:
        return str(error.message)
    tell(request, _("Thank you. The buyer will look at your proposal."))
    return ""


def _read_quantities(request: HttpRequest) -> dict[str, dict[str, int]]:
    """From fields named quantity:<warehouse>:<sku>; raises Invalid for none, and for what is no number."""
    found: dict[str, dict[str, int]] = {}
    for name, text in request.POST.items():
        kind, _colon, rest = name.partition(":")
        warehouse_code, _colon, sku = rest.partition(":")
        if kind != "quantity" or "\x00" in name or not str(text).strip():
            continue
        given = str(text).strip()
        if not (given.isascii() and given.isdecimal() and len(given) <= MOST_DIGITS):
            raise Invalid(_("%(sku)s: give a whole number.") % {"sku": sku}, field=name)
        if int(given):
            found.setdefault(warehouse_code, {})[sku] = int(given)
    if not found:
        raise Invalid(_("Write a quantity beside at least one article."), field="quantity")
    return found

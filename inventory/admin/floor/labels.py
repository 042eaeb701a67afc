"""Labels to print: bins, articles, lots."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from inventory.admin.floor.base import floor_page, show
from inventory.gateways.labels import draw_code128, draw_qr
from inventory.models import Bin, StockItem, Warehouse
from inventory.services.units import ensure_own_barcode
from shop.web.pages import get_page

_MOST = 200


@dataclass(frozen=True, kw_only=True)
class Label:
    """One sticker."""

    code: str
    title: str
    note: str
    bars: SafeString
    square: SafeString


def build_label(code: str, *, title: str, note: str = "") -> Label:
    """The sticker of a code; the shapes hold nothing of the text but its modules."""
    return Label(
        code=code,
        title=title,
        note=note,
        bars=mark_safe(draw_code128(code)),
        square=mark_safe(draw_qr(code)),
    )


@floor_page
def print_labels(request: HttpRequest, warehouse: Warehouse) -> HttpResponse:
    """The stickers of a warehouse's bins, or of the articles and lots in one of them."""
    bin_code = request.GET.get("bin", "")[:24].strip()
    page = None if bin_code else get_page(request, _list_bins(warehouse), size=_MOST)
    labels = _label_articles(warehouse, bin_code=bin_code) if page is None else _label_bins(page.object_list)
    context = {"labels": labels, "bin_code": bin_code, "page": page}
    return show(request, "labels", warehouse=warehouse, title=_("Labels"), **context)


def _list_bins(warehouse: Warehouse) -> QuerySet[Bin]:
    bins = Bin.objects.filter(warehouse=warehouse, is_active=True)
    return bins.select_related("zone").order_by("walk_order", "code")


def _label_bins(bins: Iterable[Bin]) -> list[Label]:
    return [build_label(row.code, title=row.code, note=row.zone.get_kind_display()) for row in bins]


def _label_articles(warehouse: Warehouse, *, bin_code: str) -> list[Label]:
    items = (
        StockItem.objects.filled()
        .filter(warehouse=warehouse, bin__code__iexact=bin_code)
        .select_related("variant__product", "lot")
    )
    labels = []
    for item in items[:_MOST]:
        code = item.variant.barcode or ensure_own_barcode(item.variant).code
        labels.append(build_label(code, title=item.variant.sku, note=str(item.variant.product)))
        if item.lot:
            note = item.lot.expires_on.isoformat() if item.lot.expires_on else ""
            labels.append(build_label(item.lot.code, title=item.lot.code, note=note))
    return labels

"""Downloading the chosen products in our own format."""

from __future__ import annotations

import tempfile
from typing import IO, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from catalog.admin.access import get_actor
from catalog.models import Product
from catalog.services.exports import note_export, stream_csv, write_xlsx
from shop.kernel.clock import now
from shop.kernel.errors import DomainError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEPT_IN_MEMORY = 10 * 1024 * 1024


class ExportActions:
    """Two actions of the list of products: whatever it is narrowed to, whatever is ticked."""

    @action(description=_("Export as CSV"), permissions=["view"])
    def export_csv(self, request: HttpRequest, queryset: QuerySet[Product]) -> HttpResponseBase:
        """Stream the chosen products."""
        products = _plain(queryset)
        note_export(products, actor=get_actor(request), kind="csv")
        response = StreamingHttpResponse(stream_csv(products), content_type="text/csv; charset=utf-8")
        return _name(response, "csv")

    @action(description=_("Export as XLSX"), permissions=["view"])
    def export_xlsx(self, request: HttpRequest, queryset: QuerySet[Product]) -> HttpResponseBase | None:
        """Write the chosen products into a workbook; one that is too large for it stays, with a word."""
        products = _plain(queryset)
        file = cast("IO[bytes]", tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY))  # noqa: SIM115  the response closes it
        try:
            write_xlsx(products, file=file)
        except DomainError as error:
            file.close()
            messages.error(request, str(error.message))
            return None
        note_export(products, actor=get_actor(request), kind="xlsx")
        file.seek(0)
        return _name(FileResponse(file, content_type=XLSX), "xlsx")


def _plain(queryset: QuerySet[Product]) -> QuerySet[Product]:
    """Return the same products without what the list reads beside them."""
    return Product.objects.filter(pk__in=queryset.order_by().values("pk"))


def _name(response: HttpResponseBase, suffix: str) -> HttpResponseBase:
    response["Content-Disposition"] = f'attachment; filename="products-{now():%Y-%m-%d}.{suffix}"'
    return response

"""Downloading prices."""

from __future__ import annotations

import tempfile
from typing import IO, cast

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

from catalog.models import PriceList
from catalog.services.pricing.price_exports import note_price_export, stream_prices, write_price_book
from shop.kernel.clock import now

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEPT_IN_MEMORY = 10 * 1024 * 1024


def answer_price_csv(
    price_lists: QuerySet[PriceList], *, actor: str, has_base: bool = False
) -> HttpResponseBase:
    """Stream the prices of lists, base prices too when asked."""
    note_price_export(actor=actor, kind="csv")
    rows = stream_prices(price_lists, has_base=has_base)
    return _name(StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8"), "csv")


def answer_price_book(price_lists: QuerySet[PriceList], *, actor: str) -> HttpResponseBase:
    """Answer a workbook of lists; raises ExportRefused for what a sheet cannot hold."""
    file = cast("IO[bytes]", tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY))  # noqa: SIM115  the response closes it
    write_price_book(price_lists, file=file)
    note_price_export(actor=actor, kind="xlsx")
    file.seek(0)
    return _name(FileResponse(file, content_type=XLSX), "xlsx")


def _name(response: HttpResponseBase, suffix: str) -> HttpResponseBase:
    response["Content-Disposition"] = f'attachment; filename="prices-{now():%Y-%m-%d}.{suffix}"'
    return response

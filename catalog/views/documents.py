"""Documents of products."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from catalog.models import ProductDocument
from catalog.queries.documents import name_file

HOUR_SECONDS = 3600


def document(_request: HttpRequest, document_id: int, name: str) -> HttpResponse | FileResponse:
    """Show the PDF of a published product; the name in the address is only for people."""
    row: ProductDocument = get_object_or_404(
        ProductDocument.objects.filter(product__status="published", size_bytes__gt=0), pk=document_id
    )
    wanted = name_file(row.title_en or row.title_zh_hans or "")
    if name != wanted:
        return redirect("catalog:document", document_id=document_id, name=wanted, permanent=True)
    try:
        file = default_storage.open(row.file.name or "")
    except OSError as error:
        raise Http404 from error
    response = FileResponse(file, content_type="application/pdf", filename=wanted)
    response["Cache-Control"] = f"public, max-age={HOUR_SECONDS}"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response

"""What search engines ask for first."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import override

from catalog.models import Category, Product
from catalog.queries.product_pages import build_product_url

CLOSED = ("/admin/", "/account/", "/cart/", "/checkout/", "/pay/", "/orders/", "/search/", "/api/")
MOST_ADDRESSES = 50_000
ALTERNATE_LANGUAGES = {"en": "en", "zh-hans": "zh-Hans"}


def robots(_request: HttpRequest) -> HttpResponse:
    """Say what is not worth a visit, and where the map is."""
    closed = [f"Disallow: {prefix}{path}" for path in CLOSED for prefix in ("", "/zh-hans")]
    lines = ["User-agent: *", *closed, f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def sitemap(_request: HttpRequest) -> StreamingHttpResponse:
    """List home, categories and products with their address in each language, as a stream."""
    return StreamingHttpResponse(_write_sitemap(), content_type="application/xml; charset=utf-8")


def _write_sitemap() -> Iterable[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
    )
    yield _write_entry(_list_addresses("catalog:home", {}))
    for path in Category.objects.order_by("path").values_list("path", flat=True):
        yield _write_entry(_list_addresses("catalog:category", {"category_path": path}))
    products = Product.objects.published().order_by("pk").values_list("slug", "updated_at")
    for slug, updated_at in products[:MOST_ADDRESSES].iterator(chunk_size=2000):
        yield _write_entry(_list_product_addresses(slug), updated_at.date().isoformat())
    yield "</urlset>\n"


def _list_addresses(name: str, parts: dict[str, str]) -> dict[str, str]:
    found = {}
    for code, label in ALTERNATE_LANGUAGES.items():
        with override(code):
            found[label] = f"{settings.SITE_URL}{reverse(name, kwargs=parts)}"
    return found


def _list_product_addresses(slug: str) -> dict[str, str]:
    found = {}
    for code, label in ALTERNATE_LANGUAGES.items():
        with override(code):
            found[label] = f"{settings.SITE_URL}{build_product_url(slug)}"
    return found


def _write_entry(addresses: dict[str, str], changed: str = "") -> str:
    """Return one entry: its English address, with the other languages beside it."""
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href="{escape(url)}"/>'
        for language, url in addresses.items()
    )
    last = f"<lastmod>{changed}</lastmod>" if changed else ""
    return f"<url><loc>{escape(next(iter(addresses.values())))}</loc>{last}{links}</url>\n"

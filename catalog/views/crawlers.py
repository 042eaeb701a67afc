"""What search engines ask for first."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import override

from catalog.queries.product_pages import build_product_url
from catalog.queries.site_map import MapProduct, list_pages, list_slice, list_slices

# A search, the cart and the checkout are open: whoever may not read them cannot read either that they are not to be listed.
CLOSED = (
    "/admin/",
    "/account/",
    "/cart/badge/",
    "/pay/",
    "/orders/",
    "/search/suggestions/",
    "/search/note/",
    "/api/",
    "/wishlist/",
    "/compare/",
    "/notices/",
    "/preview/",
    "/parts/",
    "/delivery/",
)
ALTERNATE_LANGUAGES = {"en": "en", "zh-hans": "zh-Hans"}
XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
IMAGE_NAMESPACE = "http://www.google.com/schemas/sitemap-image/1.1"


def robots(_request: HttpRequest) -> HttpResponse:
    """Say what is not worth a visit, and where the map is."""
    closed = [f"Disallow: {prefix}{path}" for path in CLOSED for prefix in ("", "/zh-hans")]
    lines = ["User-agent: *", *closed, f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def sitemap(_request: HttpRequest) -> HttpResponse:
    """Name the maps: one of shelves, one for each slice of the products."""
    paths = [
        reverse("sitemap_pages"),
        *(reverse("sitemap_products", args=[number]) for number in list_slices()),
    ]
    maps = "".join(f"<sitemap><loc>{escape(settings.SITE_URL + path)}</loc></sitemap>\n" for path in paths)
    body = f'{XML}<sitemapindex xmlns="{NAMESPACE}">\n{maps}</sitemapindex>\n'
    return HttpResponse(body, content_type="application/xml; charset=utf-8")


def sitemap_pages(_request: HttpRequest) -> StreamingHttpResponse:
    """List home, categories, collections and brands with their address in each language."""
    return _stream(_write_entry(_list_addresses(name, parts)) for name, parts in list_pages())


def sitemap_products(_request: HttpRequest, number: int) -> StreamingHttpResponse:
    """List a slice of the products with their address in each language and their picture."""
    if number not in list_slices():
        raise Http404(str(number))
    return _stream(_write_product(product) for product in list_slice(number))


def _stream(entries: Iterable[str]) -> StreamingHttpResponse:
    return StreamingHttpResponse(_write_map(entries), content_type="application/xml; charset=utf-8")


def _write_map(entries: Iterable[str]) -> Iterable[str]:
    yield (
        f'{XML}<urlset xmlns="{NAMESPACE}" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
        f' xmlns:image="{IMAGE_NAMESPACE}">\n'
    )
    yield from entries
    yield "</urlset>\n"


def _list_addresses(name: str, parts: dict[str, str]) -> dict[str, str]:
    found = {}
    for code, label in ALTERNATE_LANGUAGES.items():
        with override(code):
            found[label] = f"{settings.SITE_URL}{reverse(name, kwargs=parts)}"
    return found


def _write_product(product: MapProduct) -> str:
    addresses = {}
    for code, label in ALTERNATE_LANGUAGES.items():
        with override(code):
            addresses[label] = f"{settings.SITE_URL}{build_product_url(product.slug)}"
    return _write_entry(addresses, product.updated_at.date().isoformat(), product.image_url)


def _write_entry(addresses: dict[str, str], changed: str = "", image_url: str = "") -> str:
    """Return one entry: its English address, with the other languages and its picture beside it."""
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href="{escape(url)}"/>'
        for language, url in addresses.items()
    )
    last = f"<lastmod>{changed}</lastmod>" if changed else ""
    address = image_url if image_url.startswith("http") else f"{settings.SITE_URL}{image_url}"
    image = f"<image:image><image:loc>{escape(address)}</image:loc></image:image>" if image_url else ""
    return f"<url><loc>{escape(next(iter(addresses.values())))}</loc>{last}{links}{image}</url>\n"

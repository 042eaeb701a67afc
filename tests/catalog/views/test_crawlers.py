from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from catalog.queries.site_map import SLICE
from tests.factories.catalog import make_brand, make_category, make_image, make_product, make_variant

pytestmark = pytest.mark.django_db
NAMESPACE = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
    "i": "http://www.google.com/schemas/sitemap-image/1.1",
}


def _read(client: Client, path: str) -> ET.Element:
    answer = client.get(path)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return ET.fromstring(body)  # noqa: S314 - our own answer


def test_maps_list_what_shoppers_see_in_both_languages_with_pictures(client: Client) -> None:
    product = make_product(slug="mug", category=make_category("kitchen"), brand=make_brand("Tidewater"))
    make_variant(product=product, prices={"EUR": "5", "USD": "6"})
    make_image(product)
    make_variant(product=make_product(slug="secret", status="draft"))
    make_product(slug="without-a-variant")
    maps = [loc.text or "" for loc in _read(client, "/sitemap.xml").findall("s:sitemap/s:loc", NAMESPACE)]
    number = product.pk // SLICE
    assert maps == [
        "http://testserver/sitemap-pages.xml",
        f"http://testserver/sitemap-products-{number}.xml",
    ]
    pages = _read(client, "/sitemap-pages.xml")
    assert [loc.text for loc in pages.findall("s:url/s:loc", NAMESPACE)] == [
        "http://testserver/",
        "http://testserver/c/kitchen/",
        "http://testserver/brands/",
        "http://testserver/brands/tidewater/",
    ]
    root = _read(client, f"/sitemap-products-{number}.xml")
    assert [loc.text for loc in root.findall("s:url/s:loc", NAMESPACE)] == ["http://testserver/p/mug/"]
    chinese = [link.get("href") for link in root.findall("s:url/x:link[@hreflang='zh-Hans']", NAMESPACE)]
    assert chinese == ["http://testserver/zh-hans/p/mug/"]
    pictures = [loc.text or "" for loc in root.findall("s:url/i:image/i:loc", NAMESPACE)]
    assert [picture.startswith("http://testserver/media/products/") for picture in pictures] == [True]
    assert client.get(f"/sitemap-products-{number + 1}.xml").status_code == 404


def test_robots_closes_what_is_personal_and_names_the_map(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert "Disallow: /orders/" in lines
    assert "Disallow: /zh-hans/account/" in lines
    assert "Sitemap: http://testserver/sitemap.xml" in lines

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from tests.factories.catalog import make_category, make_product, make_variant

pytestmark = pytest.mark.django_db
NAMESPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def test_sitemap_lists_what_shoppers_see_in_both_languages(client: Client) -> None:
    make_variant(product=make_product(slug="mug", category=make_category("kitchen")))
    make_variant(product=make_product(slug="secret", status="draft"))
    body = b"".join(client.get("/sitemap.xml").streaming_content)  # type: ignore[attr-defined]
    root = ET.fromstring(body)  # noqa: S314 - our own answer
    addresses = [loc.text for loc in root.findall("s:url/s:loc", NAMESPACE)]
    assert addresses == ["http://testserver/", "http://testserver/c/kitchen/", "http://testserver/p/mug/"]
    chinese = [link.get("href") for link in root.findall("s:url/x:link[@hreflang='zh-Hans']", NAMESPACE)]
    assert chinese[-1] == "http://testserver/zh-hans/p/mug/"


def test_robots_closes_what_is_personal_and_names_the_map(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert "Disallow: /checkout/" in lines
    assert "Disallow: /zh-hans/account/" in lines
    assert "Sitemap: http://testserver/sitemap.xml" in lines

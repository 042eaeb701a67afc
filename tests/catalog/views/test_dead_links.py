from __future__ import annotations

import re

import pytest
from django.test import Client

from catalog.models import ProductDocument
from catalog.services.products import save_product
from tests.catalog.crawling import crawl
from tests.factories.catalog import make_brand, make_category, make_product, make_variant
from tests.factories.merchandise import make_attribute, make_collection, make_type, state

pytestmark = pytest.mark.django_db


def _stock_the_shop() -> None:
    make_attribute("material", name="Material", chinese="材质")
    kind = make_type()
    brand = make_brand("Tidewater")
    for path in ("kitchen/tableware/cups", "kitchen/cookware", "garden"):
        product = make_product(
            f"Thing in {path}", chinese="东西", category=make_category(path), brand=brand, is_featured=True
        )
        product.product_type = kind
        save_product(product, actor="anna")
        make_variant(product=product, options={"Color|颜色": "Red|红"})
        make_variant(product=product, available=0, options={"Color|颜色": "Blue|蓝"})
        state(product, material="Oak|橡木")
    ProductDocument.objects.create(product=product, title_en="Manual", file="documents/x.pdf", size_bytes=0)
    make_collection("all", ("brand", "is", "tidewater"))
    make_collection("empty")


def test_every_link_of_the_shop_leads_somewhere(client: Client) -> None:
    _stock_the_shop()
    found, named = crawl(client, "/", "/zh-hans/")
    dead = {path: (status, named[path]) for path, status in found.items() if status != 200}
    assert dead == {}
    visited = {path.removeprefix("/zh-hans") for path in found}
    assert {
        "/",
        "/brands/",
        "/brands/tidewater/",
        "/collections/",
        "/wishlist/",
        "/c/kitchen/tableware/cups/",
    } <= visited
    assert len([path for path in found if "/p/" in path]) >= 6


def test_every_address_of_the_maps_opens_and_says_that_it_is_the_canonical_one(client: Client) -> None:
    _stock_the_shop()
    index = client.get("/sitemap.xml").content.decode()
    maps = re.findall(r"<loc>http://testserver(.*?)</loc>", index)
    assert maps[0] == "/sitemap-pages.xml"
    assert len(maps) >= 2
    for path in maps:
        body = b"".join(client.get(path).streaming_content).decode()  # type: ignore[attr-defined]
        for address in re.findall(r"<url><loc>http://testserver(.*?)</loc>", body):
            answer = client.get(address)
            assert answer.status_code == 200, address
            assert f'rel="canonical" href="http://testserver{address}"' in answer.content.decode()

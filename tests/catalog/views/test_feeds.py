from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.domain.feeds import LONGEST, pick_gtin
from catalog.models import Price, Product, Variant
from catalog.queries.feed_items import iterate_feed_items
from catalog.services.feeds import build_feed, build_feeds, get_feed, list_feeds
from catalog.views import feeds
from tests.factories.catalog import make_brand, make_category, make_image, make_product, make_variant

pytestmark = pytest.mark.django_db
G = "{http://base.google.com/ns/1.0}"
REQUIRED = {"id", "title", "description", "link", "image_link", "availability", "price", "condition"}
MONEY = re.compile(r"^\d+\.\d{2} EUR$")


@pytest.fixture(autouse=True)
def _feeds(settings: Any, tmp_path: Path) -> None:
    settings.FEEDS_ROOT = str(tmp_path / "feeds")


@pytest.fixture
def mug() -> Product:
    product = make_product(
        "Mug & saucer",
        chinese="马克杯",
        slug="mug",
        brand=make_brand("Oak"),
        category=make_category("kitchen/cups", name="Cups", chinese="杯子"),
        description="<p>Thrown by hand &amp; <b>warm</b>.</p><p>Dishwasher safe</p>",
    )
    red = make_variant(
        product=product, sku="MUG-R", price="19.90", compare_at="25", options={"Color|颜色": "Red|红"}
    )
    make_variant(product=product, sku="MUG-B", price="21", options={"Color|颜色": "Blue|蓝"}, available=0)
    Variant.objects.filter(pk=red.pk).update(barcode="4006381333931")
    make_image(product, alt="Front")
    make_image(product, variant=red, position=1)
    return product


def _items(client: Client, name: str = "en-eur.xml") -> list[dict[str, list[str]]]:
    response = client.get(f"/feeds/google/{name}")
    assert response.status_code == 200
    root = ET.fromstring(response.getvalue())  # noqa: S314  our own answer
    assert (root.tag, root.attrib) == ("rss", {"version": "2.0"})
    found = []
    for item in root.findall("channel/item"):
        fields: dict[str, list[str]] = {}
        for field in item:
            assert field.tag.startswith(G)
            fields.setdefault(field.tag.removeprefix(G), []).append(field.text or "")
        found.append(fields)
    return found


@pytest.mark.usefixtures("mug")
def test_every_field_that_google_asks_for(client: Client) -> None:
    red, blue = _items(client)
    assert red | {"image_link": [], "additional_image_link": []} == {
        "id": ["MUG-R"],
        "title": ["Mug & saucer – Red"],
        "description": ["Thrown by hand & warm. Dishwasher safe"],
        "link": ["http://testserver/p/mug/?variant=MUG-R"],
        "image_link": [],
        "additional_image_link": [],
        "availability": ["in_stock"],
        "price": ["25.00 EUR"],
        "sale_price": ["19.90 EUR"],
        "condition": ["new"],
        "brand": ["Oak"],
        "gtin": ["4006381333931"],
        "product_type": ["Kitchen > Cups"],
        "item_group_id": red["item_group_id"],
        "shipping_weight": ["500 g"],
        "color": ["Red"],
    }
    assert (blue["availability"], blue["price"], blue.get("sale_price")) == (
        ["out_of_stock"],
        ["21.00 EUR"],
        None,
    )
    assert (blue["mpn"], blue.get("gtin")) == (["MUG-B"], None)
    assert red["item_group_id"] == blue["item_group_id"]
    # Its own picture first; the other one never shows it.
    assert (len(red["image_link"]), len(red["additional_image_link"])) == (1, 1)
    assert blue["image_link"] == red["additional_image_link"]
    assert "additional_image_link" not in blue


def test_the_rules_hold_for_odd_goods(client: Client) -> None:
    product = make_product("N" * 200, slug="odd", description="<p>" + "d" * 6000 + "\x0b]]></p>")
    make_variant(product=product, sku="S" * 60, price="0.5", weight_grams=0)
    make_image(product)
    bare = make_product("No picture", slug="bare")
    make_variant(product=bare)
    (item,) = _items(client)
    assert set(item) >= REQUIRED
    for name, longest in LONGEST.items():
        assert all(len(text) <= longest for text in item.get(name, []))
    assert MONEY.match(item["price"][0])
    assert item["identifier_exists"] == ["no"]
    assert "shipping_weight" not in item
    assert "item_group_id" not in item
    assert item["link"] == ["http://testserver/p/odd/"]


@pytest.mark.usefixtures("mug")
def test_the_other_language_and_currency(client: Client) -> None:
    Price.objects.create(variant=Variant.objects.get(sku="MUG-B"), currency="CNY", amount=150)
    (item,) = _items(client, "zh-hans-cny.xml")
    assert (item["title"], item["price"], item["product_type"]) == (
        ["马克杯"],
        ["150.00 CNY"],
        ["Kitchen > 杯子"],
    )
    assert item["link"] == ["http://testserver/zh-hans/p/mug/"]


@pytest.mark.usefixtures("mug")
def test_the_json_feed(client: Client) -> None:
    response = client.get("/feeds/json/en-eur.json")
    assert response["Content-Type"] == "application/feed+json; charset=utf-8"
    feed = json.loads(response.getvalue())
    assert (feed["version"], feed["language"]) == ("https://jsonfeed.org/version/1.1", "en")
    assert feed["feed_url"] == "http://testserver/feeds/json/en-eur.json"
    assert [(item["id"], item["url"]) for item in feed["items"]] == [
        ("MUG-R", "http://testserver/p/mug/?variant=MUG-R"),
        ("MUG-B", "http://testserver/p/mug/?variant=MUG-B"),
    ]
    assert feed["items"][0]["_product"]["sale_price"] == {"amount": "19.90", "currency": "EUR"}


def test_drafts_and_variants_off_sale_are_not_told(client: Client, mug: Product) -> None:
    mug.variants.filter(sku="MUG-B").update(is_active=False)
    draft = make_product("Draft", status="draft")
    make_variant(product=draft)
    make_image(draft)
    assert [item["id"] for item in _items(client)] == [["MUG-R"]]


@pytest.mark.usefixtures("mug")
def test_an_unchanged_feed_keeps_its_mark(client: Client) -> None:
    url = "/feeds/google/en-eur.xml"
    first = client.get(url)
    first.getvalue()
    assert build_feed(get_feed("google", "en-eur.xml")) is False
    again = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    Product.objects.update(name_en="Tall mug")
    assert build_feed(get_feed("google", "en-eur.xml")) is True
    changed = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]
    assert b"Tall mug" in changed.getvalue()


@pytest.mark.usefixtures("mug")
def test_a_large_shop_waits_for_the_job(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MOST_AT_ONCE", 0)
    response = client.get("/feeds/google/en-eur.xml")
    assert (response.status_code, response["Retry-After"]) == (503, "600")
    assert build_feeds() == len(list_feeds()) == 12
    assert client.get("/feeds/google/en-eur.xml").status_code == 200


@pytest.mark.parametrize("path", ["google/en-gbp.xml", "google/de-eur.xml", "bing/en-eur.xml", "json/..%2Fx"])
def test_what_is_no_feed_is_not_found(client: Client, path: str) -> None:
    assert client.get(f"/feeds/{path}").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_do_not_grow(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(count):
        product = make_product(category=make_category(), brand=make_brand())
        make_variant(product=product, options={"Size": "S"})
        make_image(product)
    with django_assert_num_queries(7):
        assert len(list(iterate_feed_items(language="en", currency="EUR"))) == count


@pytest.mark.parametrize(
    ("barcode", "gtin"),
    [
        ("4006381333931", "4006381333931"),
        ("036000291452", "036000291452"),
        ("2000000000008", ""),
        ("4006381333930", ""),
        ("", ""),
    ],
)
def test_barcodes_that_the_world_knows(barcode: str, gtin: str) -> None:
    assert pick_gtin(barcode) == gtin

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.models import OptionValue, Price, Product
from tests.factories.catalog import make_category, make_image, make_product, make_variant

pytestmark = pytest.mark.django_db


def _make_mug() -> Product:
    product = make_product(
        "Mug", chinese="马克杯", slug="mug", category=make_category("kitchen/cups", name="Cups")
    )
    make_variant(
        product=product, sku="MUG-R", price="19.90", compare_at="25.00", options={"Color|颜色": "Red|红"}
    )
    make_variant(product=product, sku="MUG-B", price="21.00", available=3, options={"Color|颜色": "Blue|蓝"})
    make_variant(product=product, sku="MUG-G", price="21.00", available=0, options={"Color|颜色": "Green|绿"})
    return product


def _blocks(html: str) -> list[Any]:
    return json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)[0])


@pytest.mark.parametrize("count", [1, 3])
def test_product_takes_two_queries_warm(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    category = make_category("kitchen")
    product = make_product(slug="mug", category=category)
    for number in range(count):
        make_variant(product=product, options={"Size": f"S{number}"})
        make_image(product)
        make_variant(product=make_product(category=category))
    client.get("/p/mug/")
    with django_assert_num_queries(2):
        assert client.get("/p/mug/").status_code == 200


def test_page_opens_with_the_first_variant_that_can_be_bought(client: Client) -> None:
    _make_mug()
    html = client.get("/p/mug/").content.decode()
    assert '<input type="hidden" name="sku" value="MUG-R">' in html
    assert "€19.90" in html
    assert "€25.00" in html
    assert "In stock" in html


@pytest.mark.parametrize(
    ("sku", "line"), [("MUG-B", "Only 3 left"), ("mug-g", "Sold out"), ("nonsense", "In stock")]
)
def test_the_address_chooses_the_variant(client: Client, sku: str, line: str) -> None:
    _make_mug()
    html = client.get("/p/mug/", {"variant": sku}).content.decode()
    shown = re.search(r"data-availability[^>]*>([^<]+)</p>", html)
    assert shown is not None
    assert shown[1].strip() == line


def test_variants_are_told_to_the_script(client: Client) -> None:
    _make_mug()
    html = client.get("/p/mug/").content.decode()
    found = re.search(r"data-variants>(.*?)</script>", html, re.DOTALL)
    assert found is not None
    variants = json.loads(found[1])
    assert [(one["sku"], one["options"], one["available"], one["max"]) for one in variants] == [
        ("MUG-R", {"color": "red"}, True, 10),
        ("MUG-B", {"color": "blue"}, True, 3),
        ("MUG-G", {"color": "green"}, False, 0),
    ]


def test_search_engines_read_product_offers_and_breadcrumbs(client: Client) -> None:
    _make_mug()
    product, crumbs = _blocks(client.get("/p/mug/").content.decode())
    assert product["@type"] == "Product"
    assert [(offer["sku"], offer["price"], offer["availability"]) for offer in product["offers"]] == [
        ("MUG-R", "19.90", "https://schema.org/InStock"),
        ("MUG-B", "21.00", "https://schema.org/InStock"),
        ("MUG-G", "21.00", "https://schema.org/OutOfStock"),
    ]
    assert [step["item"] for step in crumbs["itemListElement"]] == [
        "http://testserver/",
        "http://testserver/c/kitchen/",
        "http://testserver/c/kitchen/cups/",
        "http://testserver/p/mug/",
    ]


def test_a_name_cannot_end_the_script(client: Client) -> None:
    product = make_product("</script><script>alert(1)</script>", slug="evil")
    make_variant(product=product, options={"</script>": "<b>&"})
    html = client.get("/p/evil/").content.decode()
    assert "<script>alert(1)" not in html
    assert _blocks(html)[0]["name"] == "</script><script>alert(1)</script>"


def test_chinese_page_speaks_chinese(client: Client) -> None:
    _make_mug()
    html = client.get("/zh-hans/p/mug/").content.decode()
    assert "<h1>马克杯</h1>" in html
    assert 'data-label="红"' in html


def test_without_a_price_in_the_currency_the_page_says_so(client: Client) -> None:
    _make_mug()
    html = client.get("/p/mug/?currency=CNY").content.decode()
    assert "Not sold in this currency" in html
    assert re.search(r"data-buy[^>]*disabled", html)


@pytest.mark.parametrize("status", ["draft", "gone"])
def test_what_is_not_sold_is_not_found(client: Client, status: str) -> None:
    if status == "draft":
        make_variant(product=make_product(slug="mug", status="draft"))
    response = client.get("/p/mug/")
    assert response.status_code == 404
    assert "<html" in response.content.decode()


def test_related_products_are_of_the_same_shelf_first_and_sold_out_ones_last(client: Client) -> None:
    mug = _make_mug()
    make_variant(product=make_product("Bowl", category=mug.category))
    make_variant(product=make_product("Gone", category=mug.category), available=0)
    make_variant(product=make_product("Lamp", category=make_category("light")))
    html = client.get("/p/mug/").content.decode()
    assert re.findall(r'product-card__name">\s*<a href="[^"]+">([^<]+)</a>', html) == ["Bowl", "Lamp", "Gone"]


def test_chinese_slug_has_an_address(client: Client) -> None:
    make_variant(product=make_product("杯", slug="杯子", category=make_category("kitchen")))
    html = client.get("/c/kitchen/").content.decode()
    found = re.search(r'product-card__name">\s*<a href="([^"]+)">', html)
    assert found is not None
    assert client.get(found[1]).status_code == 200


def test_without_a_script_another_variant_can_be_bought_when_the_shown_one_is_sold_out(
    client: Client,
) -> None:
    product = _make_mug()
    shown = client.get("/p/mug/", {"variant": "MUG-G"}).content.decode()
    button = re.search(r"<button[^>]*data-buy[^>]*>\s*([^<]+)", shown)
    assert button is not None
    assert "disabled" not in button[0]
    assert re.search(r'id="notice"\s+open', shown) is None
    product.variants.update(available_quantity=0)
    shown = client.get("/p/mug/", {"variant": "MUG-R"}).content.decode()
    button = re.search(r"<button[^>]*data-buy[^>]*>\s*([^<]+)", shown)
    assert button is not None
    assert "disabled" in button[0]
    assert button[1].strip() == "Sold out"
    assert re.search(r'id="notice"\s+open', shown) is not None


def test_what_is_sold_out_is_not_counted(client: Client) -> None:
    product = _make_mug()

    def find_quantity(sku: str) -> str | None:
        shown = client.get("/p/mug/", {"variant": sku}).content.decode()
        found = re.search(r'<div class="buy-quantity ([^"]*)"', shown)
        assert (found is None) == ('name="quantity"' not in shown)
        return found[1] if found else None

    # A script hides it; without one another variant may still be chosen, and counted.
    assert find_quantity("MUG-R") == ""
    assert find_quantity("MUG-G") == "is-out"
    product.variants.update(available_quantity=0)
    assert find_quantity("MUG-G") is None


def test_a_reduction_says_the_lowest_price_of_the_30_days_before(client: Client) -> None:
    make_variant(product=make_product(slug="pot"), sku="POT", price="90.00")
    said = "Lowest price of the 30 days before: €70.00"
    price = Price.objects.get(variant__sku="POT")
    for amount in ("70.00", "50.00"):
        price.amount, price.compare_at_amount = Decimal(amount), Decimal("95.00")
        price.save()
    html = client.get("/p/pot/").content.decode()
    assert html.count(said) == 2  # on the page and to the script
    assert "€70.00</s>" in html


def test_without_a_reduction_nothing_is_said_of_the_past(client: Client) -> None:
    _make_mug()
    make_variant(product=make_product(slug="pot"), sku="POT", price="90.00")
    price = Price.objects.get(variant__sku="POT")
    price.amount = Decimal("95.00")
    price.save()
    assert "30 days before" not in client.get("/p/pot/").content.decode()
    # A compare-at price that was there from the first day has no past to tell of.
    assert "30 days before" not in client.get("/p/mug/").content.decode()


def test_choosing_a_colour_shows_a_picture_of_it(client: Client) -> None:
    product = make_product(slug="book")
    dots = make_variant(product=product, sku="INK-DOTS", options={"Colour": "Ink", "Ruling": "Dots"})
    make_variant(product=product, sku="INK-LINES", options={"Colour": "Ink", "Ruling": "Lines"})
    make_variant(product=product, sku="FIR-DOTS", options={"Colour": "Fir", "Ruling": "Dots"})
    OptionValue.objects.filter(option__name_en="Colour").update(swatch="#223344")
    make_image(product, position=0)
    make_image(product, variant=dots, position=1)
    html = client.get("/p/book/").content.decode()
    found = re.search(r"<script[^>]*data-variants[^>]*>(.*?)</script>", html, re.DOTALL)
    assert found is not None
    assert {row["sku"]: row["slide"] for row in json.loads(found[1])} == {
        "INK-DOTS": "picture-2",
        "INK-LINES": "picture-2",
        "FIR-DOTS": "picture-1",
    }

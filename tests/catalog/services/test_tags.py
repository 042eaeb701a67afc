"""Tags of products, wherever they are asked for."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.models import Listing, PricingRule, Product
from catalog.queries.collection_rules import list_chosen_ids
from catalog.queries.offers import list_offers
from catalog.queries.pricing.scopes import list_rule_variants
from catalog.queries.search import search_products
from catalog.services.products import finish_product, save_product
from shop.kernel.transactions import savepoint
from shop.partners.services.keys import create_key
from tests.api.caller import Caller
from tests.factories.catalog import make_product, make_variant
from tests.factories.merchandise import make_collection

pytestmark = pytest.mark.django_db


def make_tagged(name: str, *tags: str) -> Product:
    product = make_product(name, slug=name.casefold())
    make_variant(product=product, sku=name.upper())
    product.tags = list(tags)
    save_product(product, actor="anna")
    finish_product(product.pk)
    return product


def test_tags_are_tidied_and_stand_where_lists_and_carts_look() -> None:
    product = make_tagged("Mug", "Gift Idea", "tea", "TEA")
    assert product.tags == ["gift idea", "tea"]
    assert {"@tag:gift idea", "@tag:tea"} <= set(Listing.objects.get().keys)
    variant = product.variants.get()
    keys = list_offers([variant.pk], currency="EUR")[variant.pk].keys
    assert {"tag:gift idea", "tag:tea"} <= keys
    assert search_products("gift", currency="EUR").product_ids == (product.pk,)


def test_no_product_has_more_than_fifty() -> None:
    product = make_product()
    with pytest.raises(IntegrityError, match="catalog_product_tags_counted"), savepoint():
        Product.objects.filter(pk=product.pk).update(tags=[f"t{number}" for number in range(51)])


def test_rules_choose_by_tag() -> None:
    mug, bowl = make_tagged("Mug", "gift"), make_tagged("Bowl", "tea")
    assert list_chosen_ids(make_collection("gifts", ("tag", "is", "Gift"))) == [mug.pk]
    assert list_chosen_ids(make_collection("others", ("tag", "is_not", "gift"))) == [bowl.pk]
    rule = PricingRule(currency="EUR", include=["tag:gift"], exclude=[])
    assert [variant.sku for variant in list_rule_variants(rule)] == ["MUG"]


def test_programs_read_filter_and_write_tags(client: Client) -> None:
    make_tagged("Mug", "gift")
    make_tagged("Bowl", "tea")

    def get(path: str) -> Any:
        return client.get(f"/api/v1/products/{path}").json()

    assert [card["slug"] for card in get("?tag=GIFT")["results"]] == ["mug"]
    assert get("?tag=none")["results"] == []
    assert get("mug/")["tags"] == ["gift"]
    partner = Caller(create_key("erp", scopes=["catalog:write"])[1])
    body: dict[str, Any] = {
        "handle": "mug",
        "name_en": "Mug",
        "variants": [{"sku": "MUG", "weight_grams": 500, "prices": [{"currency": "EUR", "amount": "19.90"}]}],
    }
    steps: list[tuple[dict[str, Any], list[str]]] = [
        ({}, ["gift"]),
        ({"tags": ["Sale", "tea;warm"]}, ["sale", "tea", "warm"]),
        ({"tags": []}, []),
    ]
    for number, (given, tags) in enumerate(steps):
        partner.post("catalog/products/", [{**body, **given}], 200, Idempotency_Key=f"K{number}")
        assert Product.objects.get(slug="mug").tags == tags


def test_a_merchandiser_edits_them_in_a_line(admin_client: Client) -> None:
    product = make_tagged("Mug", "gift")
    page = admin_client.get(f"/admin/catalog/product/{product.pk}/change/").content.decode()
    assert 'name="tags" value="gift"' in page


def test_operators_narrow_the_list_of_products_by_a_tag(admin_client: Client) -> None:
    make_tagged("Mug", "gift idea")
    make_tagged("Pot", "tea")
    page = admin_client.get("/admin/catalog/product/", {"tag": " Gift  IDEA "}).content.decode()
    assert "Mug" in page
    assert "Pot" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_a_tag_is_a_shelf_that_the_product_leads_to(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        make_tagged(f"Mug{number}", "Gift Idea", "_check", "season:2026")
    page = client.get("/p/mug0/").content.decode()
    assert '<a href="/tags/gift%20idea/">gift idea</a>' in page
    assert "_check" not in page
    assert "season:2026" not in page
    client.get("/tags/gift%20idea/")
    with django_assert_num_queries(3):
        shelf = client.get("/tags/gift%20idea/?sort=name").content.decode()
    assert shelf.count('class="product-card__name"') == count
    assert '<link rel="canonical" href="http://testserver/tags/gift%20idea/">' in shelf
    assert '<option value="relevance"' not in shelf


@pytest.mark.parametrize("path", ["_check", "season:2026", "none", "%00", "gift", "gift%20idea%20"])
def test_a_tag_that_shoppers_do_not_see_has_no_shelf(client: Client, path: str) -> None:
    make_tagged("Mug", "_check", "season:2026")
    assert client.get(f"/tags/{path}/").status_code == 404


def test_a_tag_has_one_address(client: Client) -> None:
    make_tagged("Mug", "gift idea")
    answer = client.get("/zh-hans/tags/Gift%20%20Idea/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/zh-hans/tags/gift%20idea/")

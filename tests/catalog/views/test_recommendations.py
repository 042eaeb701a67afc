from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.models import ProductPair, Variant
from catalog.services.recommendations import forget_pairs, replace_pairs
from catalog.services.search_documents import set_sales_scores
from tests.factories.catalog import make_category, make_product, make_variant

pytestmark = pytest.mark.django_db
BASKET = ProductPair.Kind.BASKET


def _make(*names: str) -> list[Variant]:
    return [make_variant(product=make_product(name)) for name in names]


def _names(html: str) -> list[str]:
    return re.findall(r'product-card__name">\s*<a href="[^"]+">([^<]+)</a>', html)


@pytest.mark.parametrize("count", [1, 3])
def test_bought_together_takes_two_queries(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cup, *others = _make("Cup", *(f"Plate {number}" for number in range(count)))
    pairs = [(other.product_id, 1.0 - place / 10) for place, other in enumerate(others)]
    assert replace_pairs(BASKET, {cup.product_id: pairs}) == count
    with django_assert_num_queries(2):
        html = client.get("/recommendations/together/", {"product": cup.product_id}).content.decode()
    assert _names(html) == [f"Plate {number}" for number in range(count)]


def test_a_cart_asks_by_its_variants_and_never_gets_its_own(client: Client) -> None:
    cup, plate, bowl = _make("Cup", "Plate", "Bowl")
    replace_pairs(BASKET, {cup.product_id: [(plate.product_id, 0.9), (bowl.product_id, 0.5)]})
    html = client.get("/recommendations/together/", {"variant": [cup.pk, plate.pk]}).content.decode()
    assert _names(html) == ["Bowl"]


@pytest.mark.parametrize(
    "query", ["", "?product=abc", "?product=0", "?product=99999999999999999999", "?variant=5"]
)
def test_nothing_known_is_an_empty_part(client: Client, query: str) -> None:
    response = client.get(f"/recommendations/together/{query}")
    assert (response.status_code, response.content.decode().strip()) == (200, "")


def test_what_no_basket_tells_of_goes_with_what_is_near(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cups = make_category("kitchen/cups")
    cup, _ = (make_variant(product=make_product(name, category=cups)) for name in ("Cup", "Mug"))
    make_variant(product=make_product("Plate", category=make_category("kitchen/plates")))
    with django_assert_num_queries(2):
        html = client.get(f"/recommendations/together/?product={cup.product_id}").content.decode()
    assert _names(html) == ["Plate"]
    assert "Goes well with it" in html
    assert "Often bought together" not in html


def test_for_you_ends_with_what_is_near(client: Client) -> None:
    cup, seller, _ = _make("Cup", "Seller", "Plate")
    set_sales_scores({seller.product_id: 1.0})
    html = client.get(f"/recommendations/for-you/?product={cup.product_id}").content.decode()
    assert _names(html) == ["Seller", "Plate"]


def test_sold_out_products_are_not_recommended(client: Client) -> None:
    cup, plate = _make("Cup", "Plate")
    gone = make_variant(product=make_product("Gone"), available=0)
    replace_pairs(BASKET, {cup.product_id: [(gone.product_id, 0.9), (plate.product_id, 0.5)]})
    assert _names(client.get(f"/recommendations/together/?product={cup.product_id}").content.decode()) == [
        "Plate"
    ]


def test_for_you_is_filled_with_best_sellers(client: Client) -> None:
    cup, plate, seller = _make("Cup", "Plate", "Seller")
    replace_pairs(ProductPair.Kind.CUSTOMER, {cup.product_id: [(plate.product_id, 0.9)]})
    set_sales_scores({seller.product_id: 1.0, cup.product_id: 0.5})
    html = client.get(f"/recommendations/for-you/?product={cup.product_id}").content.decode()
    assert _names(html) == ["Plate", "Seller"]


def test_pairs_are_replaced_and_forgotten() -> None:
    cup, plate, bowl = (variant.product_id for variant in _make("Cup", "Plate", "Bowl"))
    replace_pairs(BASKET, {cup: [(plate, 0.9)], bowl: [(cup, 0.3)]})
    assert replace_pairs(BASKET, {cup: [(bowl, 0.7), (999_999, 0.6), (cup, 0.5), (plate, 0.0)]}) == 1
    assert list(ProductPair.objects.filter(product=cup).values_list("other", "score")) == [(bowl, 0.7)]
    assert forget_pairs(BASKET, kept=[cup]) == 1
    assert not ProductPair.objects.filter(product=bowl).exists()

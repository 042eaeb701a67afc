from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.api.serializers import CategorySerializer, ProductCardSerializer, ProductSerializer
from catalog.models import Product
from tests.factories.catalog import make_category, make_image, make_product, make_variant

pytestmark = pytest.mark.django_db


def _get(client: Client, url: str, **headers: str) -> Any:
    response = client.get(url, headers=headers)
    assert response.status_code == 200, response.content
    return response.json()


def test_a_product_in_the_list(client: Client) -> None:
    product = make_product("Mug", slug="mug")
    make_variant(product=product, price="19.90", compare_at="25")
    make_image(product, alt="A mug")
    answer = _get(client, "/api/v1/products/")
    assert (answer["next"], answer["previous"]) == (None, None)
    (card,) = answer["results"]
    image = card.pop("image")
    assert card == {
        "slug": "mug",
        "name": "Mug",
        "url": "http://testserver/p/mug/",
        "price": {"amount": "19.90", "currency": "EUR"},
        "compare_at_price": {"amount": "25.00", "currency": "EUR"},
        "in_stock": True,
        "rating": None,
    }
    assert image["url"].startswith("http://testserver/media/products/")
    assert (image["alt"], image["width"], image["height"]) == ("A mug", 800, 1000)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_one_query_warm(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        make_variant()
    with django_assert_num_queries(1):
        assert len(_get(client, "/api/v1/products/")["results"]) == count


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("?ordering=price", ["bowl", "mug", "lamp"]),
        ("?ordering=-price&page_size=1", ["lamp"]),
        ("?ordering=price&page_size=2&page=2", ["lamp"]),
        ("?category=cups", ["mug"]),
        ("?category=kitchen&ordering=name", ["bowl", "mug"]),
        ("?category=kitchen/cups", ["mug"]),
        ("?search=bow", ["bowl"]),
        ("?search=bow&category=cups", []),
        ("?currency=USD", []),
    ],
)
def test_filters(client: Client, query: str, slugs: list[str]) -> None:
    make_variant(product=make_product("Mug", slug="mug", category=make_category("kitchen/cups")), price="12")
    make_variant(product=make_product("Bowl", slug="bowl", category=make_category("kitchen")), price="9")
    make_variant(product=make_product("Lamp", slug="lamp", category=make_category("light")), price="90")
    assert [card["slug"] for card in _get(client, f"/api/v1/products/{query}")["results"]] == slugs


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?ordering=evil", "ordering"),
        ("?page_size=101", "page_size"),
        ("?page=0", "page"),
        ("?currency=XXX", "currency"),
        ("?category=nowhere", "category"),
        (f"?search={'x' * 101}", "search"),
        ("?search=%00", "search"),
    ],
)
def test_what_cannot_be_is_a_problem_on_its_field(client: Client, query: str, field: str) -> None:
    response = client.get(f"/api/v1/products/{query}")
    assert response.status_code == 400
    assert response["Content-Type"].startswith("application/problem+json")
    assert [error["field"] for error in response.json()["errors"]] == [field]


def test_a_product_with_its_variants(client: Client) -> None:
    product = make_product(
        "Mug", chinese="马克杯", slug="mug", category=make_category("kitchen/cups", name="Cups")
    )
    make_variant(product=product, sku="R", price="19.90", available=7, options={"Color|颜色": "Red|红"})
    make_variant(product=product, sku="B", price="21", available=400, options={"Color|颜色": "Blue|蓝"})
    make_image(product)
    answer = _get(client, "/api/v1/products/mug/", **{"Accept-Language": "zh-hans"})
    assert answer["name"] == "马克杯"
    assert [step["url"] for step in answer["category_path"]] == [
        "http://testserver/zh-hans/c/kitchen/",
        "http://testserver/zh-hans/c/kitchen/cups/",
    ]
    assert len(answer["media"]) == 1
    assert answer["variants"] == [
        {
            "sku": "R",
            "name": "红",
            "options": [{"name": "颜色", "value": "红"}],
            "price": {"amount": "19.90", "currency": "EUR"},
            "compare_at_price": None,
            "in_stock": True,
            "available_quantity": 7,
        },
        {
            "sku": "B",
            "name": "蓝",
            "options": [{"name": "颜色", "value": "蓝"}],
            "price": {"amount": "21.00", "currency": "EUR"},
            "compare_at_price": None,
            "in_stock": True,
            "available_quantity": 50,
        },
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_a_product_takes_one_query_warm(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    product = make_product(slug="mug", category=make_category("kitchen"))
    for number in range(count):
        make_variant(product=product, options={"Size": f"S{number}"})
    client.get("/api/v1/categories/")
    with django_assert_num_queries(1):
        assert len(_get(client, "/api/v1/products/mug/")["variants"]) == count


@pytest.mark.parametrize("slug", ["nothing", "a'b", "%00"])
def test_an_unknown_product_is_a_problem(client: Client, slug: str) -> None:
    response = client.get(f"/api/v1/products/{slug}/")
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"


def test_the_tree_of_categories(client: Client) -> None:
    make_category("kitchen/cups/small", name="Small")
    make_category("light")
    answer = _get(client, "/api/v1/categories/")
    assert [node["slug"] for node in answer["results"]] == ["kitchen", "light"]
    (cups,) = answer["results"][0]["children"]
    assert cups["children"] == [
        {
            "slug": "small",
            "path": "kitchen/cups/small",
            "name": "Small",
            "url": "http://testserver/c/kitchen/cups/small/",
        }
    ]


def test_the_description_agrees(client: Client) -> None:
    schema = _get(client, "/api/v1/schema/")
    assert {"/api/v1/products/", "/api/v1/products/{slug}/", "/api/v1/categories/"} <= set(schema["paths"])
    listing = schema["paths"]["/api/v1/products/"]["get"]
    assert {"search", "category", "ordering", "page", "page_size", "currency"} <= {
        parameter["name"] for parameter in listing["parameters"]
    }
    answer = listing["responses"]["200"]["content"]["application/json"]["schema"]
    assert "results" in str(answer) or "$ref" in answer


def _list_differences(value: Any, serializer: Any, where: str) -> list[str]:
    """Where a field of the description is not in the answer, or one is too many; an empty list tells nothing either."""
    child = getattr(serializer, "child", None)
    if child is not None:
        found = [] if value else [f"{where} is empty"]
        return found + [each for one in value for each in _list_differences(one, child, where)]
    fields = getattr(serializer, "fields", None)
    if fields is None or value is None:
        return []
    found = [f"{where}.{name}" for name in sorted(set(value) ^ set(fields))]
    common = [(name, field) for name, field in fields.items() if name in value]
    return found + [
        each for name, field in common for each in _list_differences(value[name], field, f"{where}.{name}")
    ]


def test_answers_have_the_described_shape(client: Client) -> None:
    product = make_product("Mug", slug="mug", category=make_category("kitchen/cups/small"))
    make_variant(product=product, compare_at="25", options={"Color": "Red"})
    make_image(product)
    Product.objects.update(tags=["gift"])
    assert (
        _list_differences(
            _get(client, "/api/v1/products/")["results"], ProductCardSerializer(many=True), "list"
        )
        == []
    )
    assert _list_differences(_get(client, "/api/v1/products/mug/"), ProductSerializer(), "product") == []
    assert (
        _list_differences(
            _get(client, "/api/v1/categories/")["results"], CategorySerializer(many=True), "tree"
        )
        == []
    )

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalog.domain.errors import RuleInvalid
from catalog.models import Collection, Product
from catalog.queries.collection_rules import list_chosen_ids
from catalog.services.collections import (
    add_to_collection,
    refresh_collection,
    refresh_collections,
    remove_from_collection,
    save_collection,
)
from catalog.services.products import finish_product
from shop.kernel.clock import now
from tests.factories.catalog import make_brand, make_category, make_image, make_product, make_variant
from tests.factories.merchandise import make_attribute, make_collection, make_type, state

pytestmark = pytest.mark.django_db


def _members(collection: Collection) -> list[int]:
    return list(collection.members.order_by("position").values_list("product_id", flat=True))


@pytest.fixture
def mug() -> Product:
    make_attribute("material")
    make_attribute("capacity", kind="number")
    make_attribute("oven", kind="boolean")
    kind = make_type()
    product = make_product(
        "Blue mug",
        chinese="蓝色马克杯",
        category=make_category("kitchen/cups"),
        brand=make_brand("Tidewater"),
        is_featured=True,
    )
    Product.objects.filter(pk=product.pk).update(product_type=kind, published_at=now() - timedelta(days=10))
    make_variant(product=product, price="19.90", compare_at="25", available=3, options={"Color": "Blue"})
    make_variant(product=product, price="21.00", available=4, options={"Color": "Red"})
    state(product, material="Oak", capacity="320", oven="yes")
    other = make_product("Chair", category=make_category("living"))
    Product.objects.filter(pk=other.pk).update(published_at=now() - timedelta(days=90))
    make_variant(product=other, price="99", available=0)
    product.refresh_from_db()
    return product


@pytest.mark.parametrize(
    "condition",
    [
        ("category", "is", "kitchen"),
        ("category", "is", "/kitchen/cups/"),
        ("category", "is_not", "living"),
        ("brand", "is", "tidewater"),
        ("attribute", "is", "material:oak"),
        ("attribute", "is", "capacity:320"),
        ("attribute", "is", "oven:yes"),
        ("attribute", "at_least", "capacity:300"),
        ("attribute", "at_most", "capacity:320"),
        ("option", "is", "color:blue"),
        ("price", "at_most", "eur:19.90"),
        ("stock", "at_least", "7"),
        ("reduced", "is", "yes"),
        ("featured", "is", "yes"),
        ("age_days", "at_most", "30"),
        ("name", "contains", "mug"),
        ("name", "contains", "马克"),
        ("name", "is_not", "chair"),
    ],
)
def test_each_condition_chooses_the_mug_and_not_the_chair(
    mug: Product, condition: tuple[str, str, str]
) -> None:
    assert list_chosen_ids(make_collection("rule", condition)) == [mug.pk]


@pytest.mark.parametrize(
    "condition",
    [
        ("attribute", "is", "oven:no"),
        ("attribute", "at_least", "capacity:321"),
        ("option", "is", "color:green"),
        ("price", "at_most", "USD:100"),
        ("stock", "at_least", "8"),
        ("category", "is", "kit"),
        ("type", "is", "nothing"),
    ],
)
def test_what_does_not_fit_is_not_chosen(mug: Product, condition: tuple[str, str, str]) -> None:
    assert list_chosen_ids(make_collection("rule", condition)) == []


def test_all_or_any(mug: Product) -> None:
    both = (("category", "is", "kitchen"), ("category", "is", "living"))
    assert list_chosen_ids(make_collection("all", *both)) == []
    assert len(list_chosen_ids(make_collection("any", *both, match="any"))) == 2


def test_drafts_are_never_chosen_and_a_rule_without_conditions_chooses_nothing(mug: Product) -> None:
    Product.objects.filter(pk=mug.pk).update(status="draft")
    finish_product(mug.pk)
    assert list_chosen_ids(make_collection("rule", ("brand", "is", "tidewater"))) == []
    empty = make_collection("empty")
    Collection.objects.filter(pk=empty.pk).update(kind="rule")
    assert refresh_collection(empty.pk) == 0


def test_a_rule_follows_its_products(mug: Product, drain: Callable[[], int]) -> None:
    rule = make_collection("rule", ("brand", "is", "tidewater"))
    drain()
    assert _members(rule) == [mug.pk]
    other = make_product("Bowl", brand=make_brand("Tidewater"))
    make_variant(product=other)
    finish_product(other.pk)
    drain()
    assert set(_members(rule)) == {mug.pk, other.pk}
    Product.objects.filter(pk=mug.pk).update(brand=None)
    finish_product(mug.pk)
    drain()
    assert _members(rule) == [other.pk]
    assert refresh_collection(rule.pk) == 0


def test_one_rule_that_cannot_be_read_stops_no_other(mug: Product) -> None:
    make_collection("broken", ("price", "at_most", "cheap"))
    good = make_collection("good", ("brand", "is", "tidewater"))
    assert refresh_collections() == 1
    assert _members(good) == [mug.pk]


def test_by_hand_products_come_to_the_end_once() -> None:
    first, second, third = (make_product() for _ in range(3))
    collection = make_collection("hand")
    assert add_to_collection(collection.pk, [second.pk, first.pk, 0], actor="anna") == [second.pk, first.pk]
    assert add_to_collection(collection.pk, [first.pk, third.pk], actor="anna") == [third.pk]
    assert _members(collection) == [second.pk, first.pk, third.pk]
    assert remove_from_collection(collection.pk, [first.pk], actor="anna") == [first.pk]
    assert remove_from_collection(collection.pk, [first.pk], actor="anna") == []


def test_a_rule_is_not_changed_by_hand() -> None:
    rule = make_collection("rule", ("brand", "is", "x"))
    with pytest.raises(RuleInvalid):
        add_to_collection(rule.pk, [make_product().pk], actor="anna")


@pytest.mark.parametrize("count", [1, 3])
def test_a_collections_page_takes_four_queries_warm(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    collection = make_collection("first-cup")
    products = [make_product(f"Mug {number}") for number in range(count)]
    for product in products:
        make_variant(product=product)
        make_image(product)
    ids = [product.pk for product in reversed(products)]
    add_to_collection(collection.pk, ids, actor="anna")
    client.get("/collections/first-cup/")
    with django_assert_num_queries(4):
        html = client.get("/collections/first-cup/").content.decode()
    places = [html.index(f'href="/p/{product.slug}/"') for product in reversed(products)]
    assert places == sorted(places)
    with django_assert_num_queries(1):
        assert "First Cup" in client.get("/collections/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_a_brands_page_takes_three_queries_warm(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    brand, other = make_brand("Tidewater"), make_brand("Other")
    for number in range(count):
        make_variant(product=make_product(f"Mug {number}", brand=brand))
    make_variant(product=make_product("Lamp", brand=other))
    client.get("/brands/tidewater/")
    with django_assert_num_queries(3):
        html = client.get("/brands/tidewater/").content.decode()
    assert "Mug 0" in html
    assert "Lamp" not in html
    with django_assert_num_queries(1):
        assert client.get("/brands/").content.decode().count('class="brand"') == 2


def test_hidden_and_unknown_shelves_are_not_found(client: Client) -> None:
    Collection.objects.filter(pk=make_collection("hidden").pk).update(is_published=False)
    for path in (
        "/collections/hidden/",
        "/collections/none/",
        "/brands/none/",
        "/brands/%00/",
        "/collections/%00/",
    ):
        assert client.get(path).status_code == 404


def test_a_renamed_collection_keeps_its_address(client: Client) -> None:
    collection = make_collection("old-name")
    collection.slug = "new-name"
    save_collection(collection, actor="anna")
    assert client.get("/collections/old-name/")["Location"] == "/collections/new-name/"

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from catalog.models import ImportRun, Listing, Price, Product, Variant
from shop.kernel.models import AuditEntry
from shop.partners.services.keys import create_key
from tests.api.caller import Caller
from tests.factories.catalog import make_product, make_variant

pytestmark = pytest.mark.django_db
MUG: dict[str, Any] = {
    "handle": "mug",
    "name_en": "Mug",
    "name_zh": "马克杯",
    "category": "kitchen/cups",
    "brand": "Oak",
    "variants": [
        {
            "sku": "MUG-R",
            "weight_grams": 350,
            "options": [{"name": "Colour|颜色", "value": "Red|红"}],
            "prices": [
                {"currency": "EUR", "amount": "19.90", "compare_at_amount": "25.00"},
                {"currency": "CNY", "amount": "150"},
            ],
        },
        {
            "sku": "MUG-B",
            "options": [{"name": "Colour|颜色", "value": "Blue|蓝"}],
            "prices": [{"currency": "EUR", "amount": "21"}],
        },
    ],
}


@pytest.fixture
def partner() -> Caller:
    return Caller(create_key("erp", scopes=["catalog:write", "prices:write"])[1])


def _send(partner: Caller, body: object, *, key: str = "K1", path: str = "catalog/products/") -> Any:
    return partner.post(path, body, 200, Idempotency_Key=key)["results"]


def test_products_are_created_changed_and_left_alone(partner: Caller) -> None:
    results = _send(partner, [MUG])
    assert results == [
        {"handle": "mug", "sku": "MUG-R", "outcome": "created", "code": "", "message": "", "warnings": []},
        {"handle": "mug", "sku": "MUG-B", "outcome": "created", "code": "", "message": "", "warnings": []},
    ]
    mug = Product.objects.get()
    assert (mug.slug, mug.name_zh_hans, mug.brand and mug.brand.name) == ("mug", "马克杯", "Oak")
    assert Listing.objects.get(currency="EUR").option_keys == ["colour:blue", "colour:red"]
    assert [row["outcome"] for row in _send(partner, [MUG], key="K2")] == ["unchanged", "unchanged"]
    assert [row["outcome"] for row in _send(partner, [{**MUG, "name_en": "Cup"}], key="K3")] == [
        "updated"
    ] * 2
    assert Product.objects.get().name_en == "Cup"
    run = ImportRun.objects.order_by("pk")[0]
    assert (run.format, run.state, run.created_count) == ("api", "done", 2)
    entry = AuditEntry.objects.filter(action="catalog.upsert_products").order_by("pk")[0]
    assert entry.facts == {"products": {"created": 1}}


def test_a_bad_row_stops_nobody_else(partner: Caller) -> None:
    make_variant(product=make_product("Taken", slug="taken"), sku="BOWL")
    lamp = {"handle": "lamp", "name_en": "Lamp", "variants": [{"sku": "LAMP"}]}
    bowl = {
        "handle": "bowl",
        "name_en": "Bowl",
        "variants": [{"sku": "bowl", "prices": [{"currency": "EUR", "amount": "9"}]}],
    }
    results = _send(partner, [lamp, bowl, MUG, MUG])
    assert [(row["sku"], row["outcome"], row["message"]) for row in results] == [
        ("LAMP", "refused", "it has no price"),
        ("bowl", "refused", "the SKU bowl belongs to the product taken"),
        ("MUG-R", "created", ""),
        ("MUG-B", "created", ""),
        ("MUG-R", "refused", "its handle came before"),
        ("MUG-B", "refused", "its handle came before"),
    ]


def test_the_same_key_answers_the_same_and_writes_once(partner: Caller) -> None:
    first = _send(partner, [MUG])
    assert _send(partner, [MUG]) == first
    assert ImportRun.objects.count() == 1
    partner.post("catalog/products/", [{**MUG, "name_en": "Cup"}], 422, Idempotency_Key="K1")
    assert Product.objects.get().name_en == "Mug"


def test_prices_are_set_row_by_row(partner: Caller) -> None:
    make_variant(sku="MUG", price="19.90")
    rows = [
        {"sku": "mug", "currency": "EUR", "amount": "17.50", "compare_at_amount": "19.90"},
        {"sku": "MUG", "currency": "CNY", "amount": "150"},
        {"sku": "NONE", "currency": "EUR", "amount": "1"},
        {"sku": "MUG", "currency": "USD", "amount": "9.999"},
        {"sku": "MUG", "currency": "USD", "amount": "9", "compare_at_amount": "9"},
        {"sku": "MUG", "currency": "CNY", "amount": "150"},
    ]
    results = _send(partner, rows, path="catalog/prices/")
    assert [(row["outcome"], row["code"]) for row in results] == [
        ("updated", ""),
        ("created", ""),
        ("refused", "unknown_sku"),
        ("refused", "invalid_price"),
        ("refused", "invalid_compare_at"),
        ("unchanged", ""),
    ]
    assert list(Price.objects.order_by("currency").values_list("currency", "amount")) == [
        ("CNY", Decimal("150.000")),
        ("EUR", Decimal("17.500")),
    ]
    assert Listing.objects.get(currency="EUR").amount == Decimal("17.500")


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_of_prices_do_not_grow(
    partner: Caller, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        make_variant(sku=f"S{number}")
    rows = [{"sku": f"S{number}", "currency": "EUR", "amount": "5"} for number in range(count)]
    _send(partner, rows, path="catalog/prices/", key="warm")
    with django_assert_num_queries(9):
        _send(partner, rows, path="catalog/prices/")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([{**MUG, "colour": "red"}], "0.colour"),
        ([{**MUG, "variants": []}], "0.variants"),
        ([{**MUG, "is_published": "yes"}], "0.is_published"),
        ([{**MUG, "variants": [{"sku": "M", "prices": [{"currency": "EUR", "amount": "free"}]}]}], None),
        ({"handle": "mug"}, None),
        ([MUG] * 101, None),
    ],
)
def test_a_wrong_body_writes_nothing(partner: Caller, body: object, field: str | None) -> None:
    problem = partner.post("catalog/products/", body, 400, Idempotency_Key="K1")
    assert field is None or field in [error["field"] for error in problem["errors"]]
    assert not Product.objects.exists()


def test_only_a_key_with_the_scope_writes() -> None:
    other = Caller(create_key("other", scopes=["stock:read"])[1])
    for path in ("catalog/products/", "catalog/prices/"):
        Caller().post(path, [], 401, Idempotency_Key="K1")
        other.post(path, [], 403, Idempotency_Key="K1")
    assert not Variant.objects.exists()


def test_the_feeds_are_listed() -> None:
    feeds = Caller().get("feeds/")["results"]
    assert len(feeds) == 12
    assert feeds[0] == {
        "kind": "google",
        "language": "en",
        "currency": "EUR",
        "url": "http://testserver/feeds/google/en-eur.xml",
    }

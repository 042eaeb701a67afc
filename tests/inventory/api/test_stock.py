"""Partners read exact stock and correct it."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from inventory.models import StockLevel, StockMovement
from shop.partners.services.keys import create_key
from tests.factories.inventory import make_bare_variant, make_reservation, make_stock, make_warehouse

pytestmark = pytest.mark.django_db


def make_headers(*scopes: str) -> dict[str, str]:
    _, text = create_key("erp", scopes=scopes)
    return {"Authorization": f"Bearer {text}"}


def adjust(client: Client, headers: dict[str, str], rows: object, *, key: str = "K1") -> object:
    return client.post(
        "/api/v1/stock/adjustments/",
        rows,
        content_type="application/json",
        headers=headers | {"Idempotency-Key": key},
    )


def test_stock_is_listed_by_article_and_warehouse(client: Client) -> None:
    mug, cup, warehouse = make_bare_variant("MUG"), make_bare_variant("CUP"), make_warehouse("RTM")
    make_stock(mug, warehouse=warehouse, quantity=5)
    make_stock(cup, warehouse=warehouse, quantity=1)
    make_reservation("order:1", variant=mug, quantity=2)
    answer = client.get("/api/v1/stock/", {"sku": "mug"}, headers=make_headers("stock:read"))
    assert answer.json() == {
        "results": [{"sku": "MUG", "warehouse": "RTM", "on_hand": 5, "reserved": 2, "available": 3}],
        "next": None,
        "previous": None,
    }


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    warehouse, headers = make_warehouse(), make_headers("stock:read")
    for _ in range(count):
        make_stock(make_bare_variant(), warehouse=warehouse, quantity=1)
    client.get("/api/v1/stock/", headers=headers)
    with django_assert_num_queries(2):
        answer = client.get("/api/v1/stock/", headers=headers)
    assert len(answer.json()["results"]) == count


def test_who_follows_next_reads_every_shelf_once_whatever_comes_meanwhile(client: Client) -> None:
    warehouse, headers = make_warehouse(), make_headers("stock:read")
    for sku in ("CUP", "MUG", "JAR"):
        make_stock(make_bare_variant(sku), warehouse=warehouse, quantity=1)
    first = client.get("/api/v1/stock/?page_size=2", headers=headers).json()
    make_stock(make_bare_variant("ACORN"), warehouse=warehouse, quantity=1)
    second = client.get(first["next"], headers=headers).json()
    assert [row["sku"] for row in first["results"] + second["results"]] == ["CUP", "MUG", "JAR", "ACORN"]
    assert second["next"] is None
    refused = client.get("/api/v1/stock/?page=2", headers=headers)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "page")


def test_a_nul_in_the_sku_is_refused(client: Client) -> None:
    answer = client.get("/api/v1/stock/?sku=a%00b", headers=make_headers("stock:read"))
    assert answer.status_code == 400


@pytest.mark.parametrize(("scopes", "status"), [((), 401), (("stock:read",), 403)])
def test_without_the_scope_nothing_is_adjusted(client: Client, scopes: tuple[str, ...], status: int) -> None:
    level = make_stock(make_bare_variant("MUG"), warehouse=make_warehouse("RTM"), quantity=5)
    headers = make_headers(*scopes) if scopes else {}
    rows = [{"sku": "MUG", "warehouse": "RTM", "quantity": 2, "reason": "count"}]
    assert adjust(client, headers, rows).status_code == status  # type: ignore[attr-defined]
    level.refresh_from_db()
    assert level.on_hand == 5


def test_each_row_is_applied_or_refused_by_itself(client: Client) -> None:
    make_stock(make_bare_variant("MUG"), warehouse=make_warehouse("RTM"), quantity=5)
    headers = make_headers("stock:write")
    good = {"sku": "mug", "warehouse": "RTM", "quantity": -2, "reason": "broken"}
    rows = [
        good,
        good | {"sku": "NONE"},
        good | {"warehouse": "NONE"},
        good | {"quantity": 0},
        good | {"quantity": -4},
    ]
    answer = adjust(client, headers, rows)
    assert answer.status_code == 200  # type: ignore[attr-defined]
    results = answer.json()["results"]  # type: ignore[attr-defined]
    assert [(row["is_applied"], row["code"]) for row in results] == [
        (True, "applied"),
        (False, "unknown_sku"),
        (False, "unknown_warehouse"),
        (False, "invalid_quantity"),
        (False, "stock_too_low"),
    ]
    assert StockLevel.objects.get().on_hand == 3


@pytest.mark.django_db(transaction=True)
def test_the_same_key_adjusts_once(client: Client) -> None:
    make_stock(make_bare_variant("MUG"), warehouse=make_warehouse("RTM"), quantity=5)
    headers = make_headers("stock:write")
    rows = [{"sku": "MUG", "warehouse": "RTM", "quantity": 2, "reason": "count"}]
    first, second = adjust(client, headers, rows), adjust(client, headers, rows)
    assert first.json() == second.json()  # type: ignore[attr-defined]
    assert StockLevel.objects.get().on_hand == 7
    other = [{**rows[0], "quantity": 3}]
    assert adjust(client, headers, other).status_code == 422  # type: ignore[attr-defined]
    assert StockMovement.objects.filter(kind="adjusted").count() == 1


@pytest.mark.parametrize(
    "rows",
    [
        {},
        [{"sku": "MUG"}],
        [{"sku": "MUG", "warehouse": "RTM", "quantity": 10**9, "reason": "x"}],
        [{"sku": "MUG", "warehouse": "RTM", "quantity": 1, "reason": "x", "price": 1}],
    ],
)
def test_what_is_no_adjustment_is_refused(client: Client, rows: object) -> None:
    assert adjust(client, make_headers("stock:write"), rows).status_code == 400  # type: ignore[attr-defined]

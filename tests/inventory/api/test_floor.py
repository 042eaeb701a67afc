"""Partners read places, ledger, holds, counts and transfers, and set counted levels."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from inventory.models import CountKind, StockLevel, StockMovement, Warehouse
from inventory.services.counts import plan_count
from inventory.services.transfers import create_transfer
from tests.factories.inventory import (
    make_bare_variant,
    make_bin,
    make_lot,
    make_reservation,
    make_stock,
    make_warehouse,
    put_stock,
)
from tests.inventory.api.test_stock import make_headers

pytestmark = pytest.mark.django_db

LISTS = ("stock/items/", "stock/movements/", "stock/counts/", "reservations/", "transfers/")


def fill(rows: int = 1) -> None:
    here, there = make_warehouse("RTM"), make_warehouse("SHA")
    for number in range(rows):
        variant = make_bare_variant(f"TEA-{number}")
        lot = make_lot(variant, "L1", expires_on=date(2090, 1, 2))
        put_stock(variant, warehouse=here, quantity=5, bin_=make_bin(here, f"A{number}"), lot=lot)
        make_reservation(f"order:{number}", variant=variant, quantity=2)
        plan_count(here.pk, kind=CountKind.FULL, actor="ann")
        create_transfer(here.pk, destination_id=there.pk, lines=[(variant.pk, 1)], actor="ann")


@pytest.mark.parametrize("page", LISTS)
def test_lists_need_the_scope(client: Client, page: str) -> None:
    assert client.get(f"/api/v1/{page}", headers=make_headers("orders:read")).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("page", "queries"), list(zip(LISTS, (2, 2, 2, 2, 4), strict=True)))
def test_lists_cost_the_same_for_any_number_of_rows(
    client: Client, page: str, queries: int, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    fill(rows)
    headers = make_headers("stock:read")
    client.get(f"/api/v1/{page}", headers=headers)
    with django_assert_num_queries(queries):
        answer = client.get(f"/api/v1/{page}", headers=headers)
    assert len(answer.json()["results"]) >= rows


@pytest.mark.parametrize("page", LISTS)
def test_lists_go_on_where_they_stood_though_rows_were_added(client: Client, page: str) -> None:
    fill(2)
    headers = make_headers("stock:read")
    whole = client.get(f"/api/v1/{page}", headers=headers).json()["results"]
    first = client.get(f"/api/v1/{page}?page_size=1", headers=headers).json()
    warehouse, variant = Warehouse.objects.get(code="RTM"), make_bare_variant("NEW")
    put_stock(variant, warehouse=warehouse, quantity=1, bin_=make_bin(warehouse, "NEW"))
    make_reservation("order:new", variant=variant, quantity=1)
    plan_count(warehouse.pk, kind=CountKind.FULL, actor="ann")
    second = client.get(first["next"], headers=headers).json()
    assert first["results"] + second["results"] == whole[:2]


def test_places_holds_and_the_ledger_are_told_by_name(client: Client) -> None:
    fill()
    headers = make_headers("stock:read")
    (item,) = client.get("/api/v1/stock/items/?sku=tea-0&warehouse=RTM", headers=headers).json()["results"]
    assert item == {
        "sku": "TEA-0",
        "warehouse": "RTM",
        "bin": "A0",
        "lot": "L1",
        "expires_on": "2090-01-02",
        "quantity": 5,
    }
    (hold,) = client.get("/api/v1/reservations/?reference=order:0", headers=headers).json()["results"]
    assert (hold["sku"], hold["open_quantity"], hold["state"]) == ("TEA-0", 2, "held")
    newest, oldest = client.get("/api/v1/stock/movements/?sku=TEA-0", headers=headers).json()["results"]
    assert (newest["kind"], newest["quantity"], newest["reserved"]) == ("reserved", 0, 2)
    assert (oldest["kind"], oldest["quantity"], oldest["lot"]) == ("received", 5, "L1")
    assert client.get("/api/v1/stock/items/?warehouse=SHA", headers=headers).json()["results"] == []


def test_levels_are_set_row_by_row_and_once_per_key(client: Client) -> None:
    warehouse = make_warehouse("RTM")
    for sku, quantity in (("MUG", 5), ("CUP", 4), ("JUG", 3)):
        make_stock(make_bare_variant(sku), warehouse=warehouse, quantity=quantity)
    cup = StockLevel.objects.get(variant__sku="CUP")
    make_reservation("order:1", variant=cup.variant, quantity=4)
    rows = [
        {"sku": "mug", "warehouse": "RTM", "quantity": 9, "reason": "count"},
        {"sku": "CUP", "warehouse": "RTM", "quantity": 1, "reason": "count"},
        {"sku": "JUG", "warehouse": "RTM", "quantity": 3, "reason": "count"},
        {"sku": "POT", "warehouse": "RTM", "quantity": 3, "reason": "count"},
        {"sku": "MUG", "warehouse": "XXX", "quantity": 3, "reason": "count"},
    ]
    headers = make_headers("stock:write") | {"Idempotency-Key": "K1"}
    for _ in range(2):
        answer = client.post(
            "/api/v1/stock/levels/", rows, content_type="application/json", headers=headers
        ).json()
        assert [row["code"] for row in answer["results"]] == [
            "applied",
            "stock_too_low",
            "unchanged",
            "unknown_sku",
            "unknown_warehouse",
        ]
    assert list(StockLevel.objects.order_by("variant_id").values_list("on_hand", flat=True)) == [9, 4, 3]
    assert StockMovement.objects.filter(kind="adjusted").count() == 1


def test_a_level_below_zero_is_refused(client: Client) -> None:
    answer = client.post(
        "/api/v1/stock/levels/",
        [{"sku": "MUG", "warehouse": "RTM", "quantity": -1, "reason": "count"}],
        content_type="application/json",
        headers=make_headers("stock:write") | {"Idempotency-Key": "K1"},
    )
    assert answer.status_code == 400

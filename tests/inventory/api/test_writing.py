"""Partners hold stock, count it and move it: by names, once per key, and each with its own right."""

from itertools import count
from typing import Any

import pytest
from django.test import Client

from inventory.models import Reservation, StockCount, StockItem, StockLevel, Transfer
from shop.partners.services.keys import create_key
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


class Partner:
    """A key with its scopes; each call has a new idempotency key unless one is given."""

    def __init__(self, client: Client, *scopes: str, name: str = "market") -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {create_key(name, scopes=scopes)[1]}"}
        self.keys = count(1)

    def post(
        self, page: str, body: dict[str, Any] | None = None, *, key: str = ""
    ) -> tuple[int, dict[str, Any]]:
        answer = self.client.post(
            f"/api/v1/{page}",
            body or {},
            content_type="application/json",
            headers=self.headers | {"Idempotency-Key": key or f"K{next(self.keys)}"},
        )
        return answer.status_code, answer.json()


def hold(reference: str = "cart-1", **lines: int) -> dict[str, Any]:
    return {"reference": reference, "lines": [{"sku": sku, "quantity": lines[sku]} for sku in lines]}


def test_a_partner_holds_and_gives_back(client: Client) -> None:
    partner = Partner(client, "reservations:write")
    warehouse = make_warehouse("RTM")
    for sku in ("MUG", "CUP"):
        make_stock(make_bare_variant(sku), warehouse=warehouse, quantity=5)
    for _ in range(2):
        status, body = partner.post("reservations/", hold(mug=2, CUP=1), key="A")
        assert status == 201
        assert [(row["sku"], row["open_quantity"]) for row in body["lines"]] == [("CUP", 1), ("MUG", 2)]
    assert sorted(StockLevel.objects.values_list("reserved", flat=True)) == [1, 2]
    assert partner.post("reservations/", hold(MUG=1))[0] == 409
    status, problem = partner.post("reservations/", hold("cart-2", MUG=4))
    assert (status, problem["code"]) == (409, "out_of_stock")
    status, body = partner.post("reservations/cart-1/release/", {"reason": "sold elsewhere"})
    assert (status, {row["state"] for row in body["lines"]}) == (200, {"released"})
    assert sum(StockLevel.objects.values_list("reserved", flat=True)) == 0


def test_nobody_releases_what_another_holds(client: Client) -> None:
    variant = make_bare_variant("MUG")
    make_stock(variant, warehouse=make_warehouse(), quantity=5)
    make_reservation("order:1", variant=variant, quantity=2)
    first, second = (Partner(client, "reservations:write", name=name) for name in ("one", "two"))
    assert first.post("reservations/", hold(MUG=1))[0] == 201
    assert second.post("reservations/cart-1/release/", {"reason": "x"})[0] == 404
    assert second.post("reservations/order-1/release/", {"reason": "x"})[0] == 404
    assert Reservation.objects.filter(state="held").count() == 2
    assert second.post("reservations/", hold(MUG=1))[0] == 201


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reference": "order:1"}, "reference"),
        ({"lines": []}, "lines"),
        ({"minutes": 0}, "minutes"),
        ({"country": "nl"}, "country"),
        ({"lines": [{"sku": "POT", "quantity": 1}]}, "sku"),
        ({"price": 1}, "price"),
    ],
)
def test_a_hold_that_cannot_be_names_the_field(client: Client, change: dict[str, Any], field: str) -> None:
    make_stock(make_bare_variant("MUG"), warehouse=make_warehouse(), quantity=5)
    status, problem = Partner(client, "reservations:write").post("reservations/", hold(MUG=1) | change)
    assert (status, problem["errors"][0]["field"]) == (400, field)
    assert not Reservation.objects.exists()


def test_a_count_is_planned_recorded_twice_where_it_differs_and_posted(client: Client) -> None:
    warehouse = make_warehouse("RTM")
    variant, other = make_bare_variant("TEA"), make_bare_variant("POT")
    bin_ = make_bin(warehouse, "A1")
    put_stock(variant, warehouse=warehouse, quantity=5, bin_=bin_, lot=make_lot(variant, "L1"))
    partner = Partner(client, "counts:write")
    status, sheet = partner.post("stock/counts/", {"warehouse": "RTM", "bins": ["a1"]})
    assert (status, sheet["status"], len(sheet["places"])) == (201, "open", 1)
    assert sheet["places"][0]["expected_quantity"] is None
    page = f"stock/counts/{sheet['number']}/"
    tea = {"sku": "tea", "bin": "A1", "lot": "l1", "quantity": 4}
    assert partner.post(f"{page}posting/")[1]["code"] == "count_not_ready"
    assert partner.post(f"{page}lines/", {"lines": [tea]})[1]["places"][0]["status"] == "recount"
    pot = {"sku": "POT", "bin": "A1", "quantity": 0}
    status, sheet = partner.post(f"{page}lines/", {"lines": [tea, pot]})
    assert (status, {row["status"] for row in sheet["places"]}) == (200, {"settled"})
    status, problem = partner.post(f"{page}lines/", {"lines": [tea]})
    assert (status, problem["errors"][0]["field"]) == (400, "lines")
    for _ in range(2):
        status, sheet = partner.post(f"{page}posting/")
        assert (status, sheet["status"]) == (200, "posted")
    assert StockItem.objects.get(variant=variant).quantity == 4
    assert not StockItem.objects.filter(variant=other, quantity__gt=0).exists()
    read = client.get(f"/api/v1/{page}", headers=make_headers("stock:read")).json()
    assert read == sheet


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"sku": "NONE"}, "sku"),
        ({"bin": "Z9"}, "bin"),
        ({"lot": "L9"}, "lot"),
        ({"quantity": -1}, "lines.1.quantity"),
    ],
)
def test_a_place_that_nobody_knows_is_refused_with_all_others(
    client: Client, row: dict[str, Any], field: str
) -> None:
    warehouse = make_warehouse("RTM")
    put_stock(make_bare_variant("TEA"), warehouse=warehouse, quantity=5, bin_=make_bin(warehouse, "A1"))
    partner = Partner(client, "counts:write")
    number = partner.post("stock/counts/", {"warehouse": "RTM"})[1]["number"]
    good = {"sku": "TEA", "bin": "A1", "quantity": 5}
    status, problem = partner.post(f"stock/counts/{number}/lines/", {"lines": [good, good | row]})
    assert (status, problem["errors"][0]["field"]) == (400, field)
    assert StockCount.objects.get().lines.get().counted_quantity is None


def test_a_transfer_is_written_sent_and_received_in_parts(client: Client) -> None:
    here, there = make_warehouse("RTM"), make_warehouse("SHA")
    variant = make_bare_variant("TEA")
    for code in ("L1", "L2"):
        put_stock(variant, warehouse=here, quantity=3, bin_=make_bin(here, code), lot=make_lot(variant, code))
    partner = Partner(client, "transfers:write")
    order = {"origin": "RTM", "destination": "SHA", "lines": [{"sku": "tea", "quantity": 5}]}
    for _ in range(2):
        status, body = partner.post("transfers/", order, key="T")
        assert (status, body["status"]) == (201, "draft")
    page = f"transfers/{body['number']}/"
    for _ in range(2):
        assert partner.post(f"{page}shipment/")[1]["status"] == "sent"
    arrived = {"lines": [{"sku": "TEA", "received": 3, "damaged": 1}]}
    for _ in range(2):
        assert partner.post(f"{page}arrivals/", arrived, key="D")[1]["status"] == "part_received"
    too_many = {"lines": [{"sku": "TEA", "received": 2}]}
    assert partner.post(f"{page}arrivals/", too_many)[0] == 400
    assert partner.post(f"{page}arrivals/", {"lines": []})[0] == 400
    status, body = partner.post(f"{page}arrivals/", {"lines": [], "is_last": True})
    assert (status, body["status"], sum(row["lost"] for row in body["lines"])) == (200, "closed", 1)
    level = StockLevel.objects.get(warehouse=there)
    assert (level.on_hand, level.available) == (4, 3)
    assert Transfer.objects.count() == 1


def test_more_than_is_free_is_not_sent(client: Client) -> None:
    make_warehouse("SHA")
    make_stock(make_bare_variant("TEA"), warehouse=make_warehouse("RTM"), quantity=2)
    partner = Partner(client, "transfers:write")
    order = {"origin": "RTM", "destination": "SHA", "lines": [{"sku": "TEA", "quantity": 5}]}
    number = partner.post("transfers/", order)[1]["number"]
    status, problem = partner.post(f"transfers/{number}/shipment/")
    assert (status, problem["code"]) == (409, "stock_too_low")
    wrong = order | {"destination": "XXX"}
    assert partner.post("transfers/", wrong)[1]["errors"][0]["field"] == "destination"
    assert (
        partner.post("transfers/", order | {"destination": "RTM"})[1]["errors"][0]["field"] == "destination"
    )

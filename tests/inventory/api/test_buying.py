"""Suppliers, purchase orders and suggestions through the API, and what a supplier's own key sees."""

import pytest
from pytest_django import DjangoAssertNumQueries

from inventory.models import PurchaseOrder, StockLevel, Supplier
from inventory.services.buying.replenishment import suggest_purchases
from shop.partners.models import WebhookDelivery
from shop.partners.services.keys import create_key
from shop.partners.services.webhooks import create_endpoint
from tests.api.caller import Caller
from tests.factories.buying import make_forecast, make_offer, make_purchase_order, make_supplier
from tests.factories.inventory import make_bare_variant, make_stock, make_warehouse

pytestmark = pytest.mark.django_db
ALL = (
    "suppliers:read",
    "purchase_orders:read",
    "purchase_orders:write",
    "suggestions:read",
    "vendor:read",
    "vendor:propose",
)


def make_caller(*, supplier: Supplier | None = None) -> Caller:
    key, text = create_key(f"erp {supplier.pk if supplier else 0}", scopes=ALL)
    if supplier:
        supplier.api_key = key
        supplier.save()
    return Caller(text)


def test_suppliers_are_listed_with_their_record() -> None:
    make_supplier("Kiln", lead_days=9)
    answer = make_caller().get("suppliers/")
    assert answer["results"] == [
        {
            "code": Supplier.objects.get().code,
            "name": "Kiln",
            "currency": "EUR",
            "lead_days": 9,
            "measured_lead_days": None,
            "measured_lead_deviation": None,
            "score": None,
            "risk": "none",
            "is_vendor_managed": False,
        }
    ]


def test_a_draft_is_written_once_per_key_and_received() -> None:
    supplier, variant = make_supplier(), make_bare_variant("MUG")
    make_warehouse("RTM")
    make_offer(supplier, variant=variant)
    caller = make_caller()
    body = {"supplier": supplier.code, "warehouse": "RTM", "lines": [{"sku": "mug", "quantity": 10}]}
    first = caller.post("purchase-orders/", body, idempotency_key="K1")
    assert caller.post("purchase-orders/", body, idempotency_key="K1") == first
    assert (first["status"], first["origin"], first["goods"]) == (
        "draft",
        "partner",
        {"amount": "40.00", "currency": "EUR"},
    )
    order = PurchaseOrder.objects.get()
    receipt = {"lines": [{"sku": "MUG", "good_quantity": 4, "damaged_quantity": 1, "lot": "L1"}]}
    refused = caller.post(f"purchase-orders/{order.number}/receipts/", receipt, 409, idempotency_key="K2")
    assert refused["code"] == "order_moved"
    PurchaseOrder.objects.update(status="sent", approved_at=order.created_at, sent_at=order.created_at)
    done = caller.post(f"purchase-orders/{order.number}/receipts/", receipt, 200, idempotency_key="K3")
    assert (done["status"], done["lines"][0]["received_quantity"], done["lines"][0]["damaged_quantity"]) == (
        "part_received",
        4,
        1,
    )
    level = StockLevel.objects.get()
    assert (level.on_hand, level.available) == (5, 4)
    assert caller.get(f"purchase-orders/{order.number}/") == done


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"supplier": "NOBODY"}, 400, "invalid"),
        ({"warehouse": "NOWHERE"}, 400, "invalid"),
        ({"lines": [{"sku": "NOTHING", "quantity": 6}]}, 400, "invalid"),
        ({"lines": [{"sku": "MUG", "quantity": 7}]}, 400, "wrong_pack_size"),
        ({"lines": [{"sku": "CUP", "quantity": 6}]}, 400, "not_of_supplier"),
        ({"lines": []}, 400, "invalid"),
        ({"lines": [{"sku": "MUG", "quantity": 0}]}, 400, "invalid"),
    ],
)
def test_what_cannot_be_ordered_is_said(change: dict[str, object], status: int, code: str) -> None:
    supplier, mug = make_supplier(), make_bare_variant("MUG")
    make_warehouse("RTM")
    make_bare_variant("CUP")
    make_offer(supplier, variant=mug, multiple=6)
    body = {"supplier": supplier.code, "warehouse": "RTM", "lines": [{"sku": "MUG", "quantity": 6}]}
    answer = make_caller().post("purchase-orders/", body | change, status, idempotency_key="K1")
    assert answer["code"] == code
    assert not PurchaseOrder.objects.exists()


def test_suggestions_carry_their_arithmetic() -> None:
    variant, warehouse = make_bare_variant("MUG"), make_warehouse("RTM")
    make_stock(variant, warehouse=warehouse, quantity=1, reorder_point=5)
    suggest_purchases()
    (row,) = make_caller().get("purchase-suggestions/?state=open")["results"]
    assert (row["sku"], row["warehouse"], row["supplier"], row["quantity"]) == ("MUG", "RTM", None, 24)
    assert (row["arithmetic"]["position"], row["arithmetic"]["reorder_point"]) == (1, 5)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"),
    [("suppliers/", 4), ("purchase-orders/", 6), ("purchase-suggestions/", 4), ("vendor/items/", 11)],
)
def test_lists_cost_the_same_for_any_number_of_rows(
    path: str, queries: int, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    supplier, warehouse = make_supplier(is_vendor_managed=True), make_warehouse()
    for _ in range(count):
        variant, other = make_bare_variant(), make_bare_variant()
        make_stock(variant, warehouse=warehouse, quantity=1, reorder_point=5)
        make_offer(supplier, variant=variant)
        make_offer(supplier, variant=other)
        make_forecast(variant, warehouse=warehouse)
        make_purchase_order(supplier, warehouse=warehouse, quantities={other.pk: 2})
    suggest_purchases()
    caller = make_caller(supplier=supplier)
    with django_assert_num_queries(queries):
        assert len(caller.get(path)["results"]) in {1, count}


def test_a_supplier_sees_and_proposes_for_itself_only() -> None:
    own, other, warehouse = make_supplier(is_vendor_managed=True), make_supplier(), make_warehouse("RTM")
    mug, cup = make_bare_variant("MUG"), make_bare_variant("CUP")
    for variant, supplier in ((mug, own), (cup, other)):
        make_stock(variant, warehouse=warehouse, quantity=9)
        make_offer(supplier, variant=variant)
        make_purchase_order(supplier, warehouse=warehouse, quantities={variant.pk: 5})
    make_forecast(mug, warehouse=warehouse, daily="1")
    suggest_purchases()
    caller = make_caller(supplier=own)
    (row,) = caller.get("vendor/items/")["results"]
    assert (row["sku"], row["available"], row["incoming"], row["forecast_quantity"]) == ("MUG", 9, 5, 28.0)
    assert [order["supplier"] for order in caller.get("purchase-orders/")["results"]] == [own.code]
    assert [supplier["code"] for supplier in caller.get("suppliers/")["results"]] == [own.code]
    stranger = PurchaseOrder.objects.get(supplier=other)
    caller.get(f"purchase-orders/{stranger.number}/", 404)
    body = {"warehouse": "RTM", "lines": [{"sku": "MUG", "quantity": 6}]}
    made = caller.post("vendor/proposals/", body, idempotency_key="K1")
    assert (made["status"], made["origin"], made["supplier"]) == ("draft", "supplier", own.code)
    refused = caller.post(
        "vendor/proposals/",
        {"warehouse": "RTM", "lines": [{"sku": "CUP", "quantity": 6}]},
        400,
        idempotency_key="K2",
    )
    assert refused["code"] == "not_of_supplier"
    draft = {"supplier": other.code, "warehouse": "RTM", "lines": [{"sku": "CUP", "quantity": 6}]}
    caller.post("purchase-orders/", draft, 400, idempotency_key="K3")


def test_a_key_without_a_supplier_is_no_vendor() -> None:
    caller = make_caller()
    assert caller.get("vendor/items/", 409)["code"] == "not_allowed"


def test_partners_hear_of_each_step(drain: object) -> None:
    supplier, warehouse, variant = make_supplier(), make_warehouse("RTM"), make_bare_variant()
    make_offer(supplier, variant=variant)
    key, _ = create_key("erp", scopes=["purchase_orders:read"])
    topics = [f"purchase_order.{state}" for state in ("draft", "approved", "sent")]
    create_endpoint(key, url="https://erp.example.com/hook", topics=topics)
    order = make_purchase_order(supplier, warehouse=warehouse, quantities={variant.pk: 6}, is_sent=True)
    drain()  # type: ignore[operator]
    assert list(WebhookDelivery.objects.order_by("pk").values_list("topic", "object_id")) == [
        (topic, f"purchase_order:{order.number}") for topic in topics
    ]

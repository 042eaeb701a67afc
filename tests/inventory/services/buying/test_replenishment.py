"""One suggestion per shelf and day, with its arithmetic, and everything on order counts."""

from datetime import timedelta
from decimal import Decimal

import pytest

from inventory.models import BuyingPolicy, ItemPlan, PurchaseSuggestion, StockLevel
from inventory.queries.buying.demand import find_day
from inventory.services.buying.purchase_orders import OrderedLine, cancel_order, write_order
from inventory.services.buying.replenishment import suggest_purchases
from shop.kernel.clock import now, override_now
from tests.factories.buying import make_forecast, make_offer, make_purchase_order, make_supplier
from tests.factories.inventory import make_bare_variant, make_reservation, make_stock, make_warehouse

pytestmark = pytest.mark.django_db


def list_states() -> list[tuple[str, int]]:
    return list(PurchaseSuggestion.objects.order_by("pk").values_list("state", "quantity"))


def test_the_arithmetic_is_kept_as_it_was() -> None:
    """d 2 a day, σ 1, lead time 7 days, looked at daily, C: z(0.90) 1.2816.

    Safety stock 1.2816 · sqrt(8 · 1²) = 3.625; reorder point 2 · 8 + 3.625 = 19.6, up to 20. EOQ sqrt(2 · 730 · 25 /
    (0.25 · 4)) = 191, but not more than 90 days: 180. Position 8 - 3 + 0 = 5: order up to 200, so 195, in packs of 12: 204.
    """
    variant, warehouse = make_bare_variant(), make_warehouse()
    make_stock(variant, warehouse=warehouse, quantity=8)
    make_reservation("order:1", variant=variant, quantity=3)
    make_forecast(variant, warehouse=warehouse)
    offer = make_offer(make_supplier(), variant=variant, multiple=12)
    assert suggest_purchases() == 1
    made = PurchaseSuggestion.objects.get()
    assert (made.quantity, made.supplier_item, made.unit_amount, made.urgency) == (
        204,
        offer,
        Decimal(4),
        "late",
    )
    expected = {
        "method": "statistical",
        "daily_demand": 2.0,
        "demand_deviation": 1.0,
        "lead_days": 7.0,
        "review_days": 1,
        "service_level": 0.9,
        "safety_stock": 3.625,
        "reorder_point": 20,
        "on_hand": 8,
        "reserved": 3,
        "incoming": 0,
        "position": 5,
        "economic_quantity": 180.0,
        "order_up_to": 200,
        "raw_quantity": 195,
        "multiple_quantity": 12,
        "days_left": 2.5,
        "forecast_origin": "own",
        "lead_time_origin": "declared",
        "abc_class": "C",
    }
    assert {name: made.facts[name] for name in expected} == expected
    plan = ItemPlan.objects.get()
    assert (plan.reorder_point, plan.order_up_to, plan.daily_demand) == (20, 200, Decimal(2))


def test_a_run_that_began_before_midnight_leaves_the_new_days_suggestion_alone() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    make_stock(variant, warehouse=warehouse, quantity=1, reorder_point=5)
    today = find_day(now())
    assert suggest_purchases(day=today) == 1
    assert suggest_purchases(day=today - timedelta(days=1)) == 0
    assert list(PurchaseSuggestion.objects.values_list("day", "state")) == [(today, "open")]


def test_however_often_it_runs_a_shelf_gets_one_a_day() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    make_stock(variant, warehouse=warehouse, quantity=1, reorder_point=5)
    assert [suggest_purchases() for _ in range(3)] == [1, 0, 0]
    assert list_states() == [("open", 24)]
    with override_now(now() + timedelta(days=1)):
        assert [suggest_purchases(), suggest_purchases()] == [1, 0]
    assert list_states() == [("lapsed", 24), ("open", 24)]


def test_without_a_forecast_the_fixed_point_and_quantity_hold() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    make_stock(variant, warehouse=warehouse, quantity=5, reorder_point=5)
    assert suggest_purchases() == 0
    make_reservation("order:1", variant=variant, quantity=1)
    assert suggest_purchases() == 1
    made = PurchaseSuggestion.objects.get()
    assert (made.quantity, made.facts["method"], made.facts["order_up_to"]) == (21, "fixed", 25)


@pytest.mark.parametrize("is_sent", [False, True])
def test_open_orders_count_whoever_made_them(is_sent: bool) -> None:
    variant, warehouse, supplier = make_bare_variant(), make_warehouse(), make_supplier()
    make_stock(variant, warehouse=warehouse, quantity=1, reorder_point=5)
    make_offer(supplier, variant=variant)
    order = make_purchase_order(supplier, warehouse=warehouse, quantities={variant.pk: 24}, is_sent=is_sent)
    assert suggest_purchases() == 0
    cancel_order(order.pk, actor="buyer@example.com")
    assert suggest_purchases() == 1


def test_an_order_typed_after_the_suggestion_settles_it() -> None:
    variant, warehouse, supplier = make_bare_variant(), make_warehouse(), make_supplier()
    make_stock(variant, warehouse=warehouse, quantity=1, reorder_point=5)
    make_offer(supplier, variant=variant)
    assert suggest_purchases() == 1
    order = write_order(
        supplier.pk,
        warehouse_id=warehouse.pk,
        lines=[OrderedLine(variant_id=variant.pk, quantity=30)],
        actor="buyer@example.com",
    )
    made = PurchaseSuggestion.objects.get()
    assert (made.state, made.line, made.accepted_quantity) == ("covered", order.lines.get(), 30)
    assert suggest_purchases() == 0


def test_a_suggestion_that_is_no_longer_due_lapses() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    make_stock(variant, warehouse=warehouse, quantity=1, reorder_point=5)
    suggest_purchases()
    make_stock(variant, warehouse=warehouse, quantity=50)
    assert suggest_purchases() == 0
    assert list_states() == [("lapsed", 24)]


def test_an_article_at_the_end_of_its_line_runs_out() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    make_stock(variant, warehouse=warehouse, quantity=1, reorder_point=5)
    ItemPlan.objects.create(variant=variant, warehouse=warehouse, is_paused=True)
    assert suggest_purchases() == 0


def test_a_higher_class_is_promised_more() -> None:
    warehouse, supplier = make_warehouse(), make_supplier()
    BuyingPolicy.objects.create(pk=1, service_level_a=Decimal("0.99"))
    points = {}
    for abc_class in "AC":
        variant = make_bare_variant()
        make_stock(variant, warehouse=warehouse, quantity=1)
        make_offer(supplier, variant=variant)
        make_forecast(variant, warehouse=warehouse, deviation="3")
        ItemPlan.objects.create(variant=variant, warehouse=warehouse, abc_class=abc_class)
        suggest_purchases()
        points[abc_class] = ItemPlan.objects.get(variant=variant).reorder_point
    # 16 + 2.326 · 3 · sqrt(8) = 35.7 and 16 + 1.282 · 3 · sqrt(8) = 26.9
    assert points == {"A": 36, "C": 27}


def test_the_main_supplier_is_asked_unless_it_became_a_risk() -> None:
    variant, warehouse = make_bare_variant(), make_warehouse()
    make_stock(variant, warehouse=warehouse, quantity=1, reorder_point=5)
    main, backup = make_supplier(), make_supplier()
    first = make_offer(main, variant=variant, rank=1)
    second = make_offer(backup, variant=variant, rank=2)
    suggest_purchases()
    assert PurchaseSuggestion.objects.get().supplier_item == first
    main.risk = "high"
    main.save()
    with override_now(now() + timedelta(days=1)):
        suggest_purchases()
    assert PurchaseSuggestion.objects.open().get().supplier_item == second


def test_inactive_warehouses_and_articles_are_left_alone() -> None:
    warehouse, variant = make_warehouse(), make_bare_variant()
    make_stock(variant, warehouse=warehouse, quantity=1, reorder_point=5)
    gone = make_bare_variant()
    make_stock(gone, warehouse=warehouse, quantity=1, reorder_point=5)
    gone.is_active = False
    gone.save()
    warehouse.is_active = False
    warehouse.save()
    assert suggest_purchases() == 0
    warehouse.is_active = True
    warehouse.save()
    assert suggest_purchases() == 1
    assert StockLevel.objects.count() == 2

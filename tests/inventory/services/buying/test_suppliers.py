"""Suppliers are judged by what they delivered."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import localtime

from inventory.domain.buying.errors import NotOfSupplier
from inventory.models import Supplier, Warehouse
from inventory.queries.buying.suppliers import list_price_scores, list_scorecards
from inventory.services.buying.proposals import propose_order
from inventory.services.buying.purchase_orders import cancel_order, close_order
from inventory.services.buying.receiving import DeliveredLine, receive_order
from inventory.services.buying.suppliers import measure_suppliers, renew_portal_address
from shop.kernel.clock import now, override_now
from shop.kernel.errors import NotAllowed
from shop.kernel.models import OutboxEvent
from tests.factories.buying import make_offer, make_purchase_order, make_supplier
from tests.factories.inventory import make_bare_variant, make_warehouse

pytestmark = pytest.mark.django_db


def deliver(
    supplier: Supplier, *, variant_id: int, warehouse: Warehouse, days: int, damaged: int = 0
) -> None:
    """Ten units ordered forty days ago, here after `days`; damaged ones are replaced the same day."""
    # At noon: between two midnights that a change of the clocks has moved, an evening has other days.
    start = localtime(now()).replace(hour=12) - timedelta(days=40)
    with override_now(start):
        order = make_purchase_order(supplier, warehouse=warehouse, quantities={variant_id: 10}, is_sent=True)
    line = DeliveredLine(line_id=order.lines.get().pk, good_quantity=10, damaged_quantity=damaged)
    with override_now(start + timedelta(days=days)):
        receive_order(order.pk, number=f"D{order.pk}", lines=[line], actor="warehouse@example.com")


def test_lead_time_and_score_come_from_deliveries() -> None:
    """Promised 7 days; came after 5, 7 and 12: mean 8, sample deviation sqrt((9 + 1 + 16) / 2) = 3.606.

    On time 2 of 3, in full 1, quality 30 of 40, price 1: 0.4 · 0.667 + 0.3 + 0.2 · 0.75 + 0.1 = 0.817.
    """
    supplier, warehouse, variant = make_supplier(lead_days=7), make_warehouse(), make_bare_variant()
    make_offer(supplier, variant=variant)
    for days, damaged in ((5, 0), (7, 10), (12, 0)):
        deliver(supplier, variant_id=variant.pk, warehouse=warehouse, days=days, damaged=damaged)
    assert measure_suppliers() == 1
    supplier.refresh_from_db()
    assert (supplier.measured_lead_days, supplier.measured_lead_deviation) == (
        Decimal("8.00"),
        Decimal("3.61"),
    )
    assert (supplier.score, supplier.risk) == (Decimal("0.817"), "none")


def test_two_deliveries_say_too_little() -> None:
    supplier, warehouse, variant = make_supplier(), make_warehouse(), make_bare_variant()
    make_offer(supplier, variant=variant)
    for days in (30, 35):
        deliver(supplier, variant_id=variant.pk, warehouse=warehouse, days=days)
    measure_suppliers()
    supplier.refresh_from_db()
    assert (supplier.measured_lead_days, supplier.risk) == (None, "none")


@pytest.mark.parametrize(("is_by_hand", "risk", "told"), [(False, "high", 1), (True, "none", 0)])
def test_a_bad_record_raises_the_flag_unless_it_is_set_by_hand(
    is_by_hand: bool, risk: str, told: int
) -> None:
    supplier, warehouse, variant = make_supplier(lead_days=3), make_warehouse(), make_bare_variant()
    supplier.is_risk_by_hand = is_by_hand
    supplier.save()
    make_offer(supplier, variant=variant)
    for _ in range(3):
        deliver(supplier, variant_id=variant.pk, warehouse=warehouse, days=20, damaged=10)
    measure_suppliers()
    measure_suppliers()
    supplier.refresh_from_db()
    assert supplier.risk == risk
    assert OutboxEvent.objects.filter(topic="inventory.supplier_risk_raised").count() == told


def test_who_never_delivers_is_at_risk_and_who_was_cancelled_in_time_is_not() -> None:
    """Seven days were promised: nothing came of one that is still open, of one closed and of one cancelled since."""
    late, cancelled_early = make_supplier("A", lead_days=7), make_supplier("B", lead_days=7)
    warehouse, variant = make_warehouse(), make_bare_variant()
    with override_now(now() - timedelta(days=20)):
        for supplier in (late, cancelled_early):
            make_offer(supplier, variant=variant)
        orders = [
            make_purchase_order(supplier, warehouse=warehouse, quantities={variant.pk: 10}, is_sent=True)
            for supplier in (late, late, late, cancelled_early, cancelled_early, cancelled_early)
        ]
        for order in orders[3:]:
            cancel_order(order.pk, actor="buyer@example.com")
    close_order(orders[0].pk, actor="buyer@example.com")
    cancel_order(orders[1].pk, actor="buyer@example.com")
    measure_suppliers()
    late.refresh_from_db()
    cancelled_early.refresh_from_db()
    assert (late.risk, late.measured_lead_days, cancelled_early.risk) == ("high", None, "none")
    assert list_scorecards([late])[late.pk].orders_quantity == 3


def test_a_dearer_offer_scores_less() -> None:
    variant = make_bare_variant()
    cheap, dear = make_supplier("A"), make_supplier("B")
    make_offer(cheap, variant=variant, prices={1: "4.00"})
    make_offer(dear, variant=variant, prices={1: "5.00"}, rank=2)
    assert list_price_scores([cheap.pk, dear.pk]) == {cheap.pk: 1.0, dear.pk: 0.8}


def test_a_supplier_proposes_for_its_own_articles_only() -> None:
    supplier, warehouse, variant = (
        make_supplier(is_vendor_managed=True),
        make_warehouse(),
        make_bare_variant(),
    )
    make_offer(supplier, variant=variant)
    stranger = make_bare_variant()
    order = propose_order(supplier, warehouse_code=warehouse.code, quantities={variant.sku: 4}, number="P-9")
    assert (order.origin, order.status, order.created_by) == (
        "supplier",
        "draft",
        f"supplier:{supplier.code}",
    )
    again = propose_order(supplier, warehouse_code=warehouse.code, quantities={variant.sku: 4}, number="P-9")
    assert again == order
    with pytest.raises(NotOfSupplier):
        propose_order(supplier, warehouse_code=warehouse.code, quantities={stranger.sku: 4})
    supplier.is_vendor_managed = False
    with pytest.raises(NotAllowed):
        propose_order(supplier, warehouse_code=warehouse.code, quantities={variant.sku: 4})


def test_a_new_address_closes_the_old_one() -> None:
    supplier = make_supplier()
    token = renew_portal_address(supplier.pk, actor="buyer@example.com")
    supplier.refresh_from_db()
    assert supplier.portal_token == token

"""What inventory tells rules on prices."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import localtime

from catalog.queries.pricing.stock_facts import StockFacts, list_stock_facts
from inventory.models import ItemPlan, StockMovement
from shop.kernel.clock import now
from shop.kernel.money import Money
from tests.factories.inventory import make_bare_variant, make_lot, make_warehouse, put_stock

pytestmark = pytest.mark.django_db


def test_facts_come_from_layers_sales_plans_lots_and_costs() -> None:
    variant, bare = make_bare_variant(), make_bare_variant()
    warehouse = make_warehouse()
    today = localtime(now()).date()
    lot = make_lot(variant, expires_on=today + timedelta(days=12))
    put_stock(variant, warehouse=warehouse, quantity=20, lot=lot, unit_cost=Decimal("3.456"))
    ItemPlan.objects.create(
        variant=variant, warehouse=warehouse, daily_demand=Decimal("1.5"), planned_at=now()
    )
    later = today + timedelta(days=7)
    found = list_stock_facts([variant.pk, bare.pk], today=later)
    assert found[variant.pk] == StockFacts(
        age_days=7, idle_days=7, cover_days=13, expiry_days=5, unit_cost=Money(Decimal("3.46"), "EUR")
    )
    assert found[bare.pk] == StockFacts()
    assert StockMovement.objects.count() == 1


def test_what_nobody_asks_for_lasts_for_ever() -> None:
    variant = make_bare_variant()
    warehouse = make_warehouse()
    put_stock(variant, warehouse=warehouse, quantity=2)
    ItemPlan.objects.create(variant=variant, warehouse=warehouse, daily_demand=0, planned_at=now())
    facts = list_stock_facts([variant.pk], today=localtime(now()).date())[variant.pk]
    assert (facts.cover_days, facts.unit_cost) == (9_999, None)

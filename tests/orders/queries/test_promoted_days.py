"""On which days promotions drove what left the house."""

from datetime import timedelta
from decimal import Decimal

import pytest

from inventory.queries.buying.demand import find_day
from inventory.queries.buying.promotions import list_promoted_days
from orders.models import OrderLine, Shipment
from shop.kernel.clock import now
from tests.factories.shipments import make_shipment

pytestmark = pytest.mark.django_db


def ship(*, is_promoted: bool, variant_id: int = 0, days_ago: int = 0) -> OrderLine:
    shipment = make_shipment()
    Shipment.objects.filter(pk=shipment.pk).update(created_at=now() - timedelta(days=days_ago))
    line = shipment.order.lines.get()
    line.discount_amount = Decimal("0.50") if is_promoted else Decimal(0)
    line.variant_id = variant_id or line.variant_id
    line.save()
    return line


def find(line: OrderLine, *, days: int = 7) -> set[int]:
    """How many days ago the promoted days were."""
    today = find_day(now())
    found = list_promoted_days([line.variant_id], since=today - timedelta(days=days), until=today)
    assert {variant_id for variant_id, _ in found} <= {line.variant_id}
    return {(today - day).days for _, day in found}


def test_a_day_is_promoted_when_half_of_its_units_had_a_discount() -> None:
    line = ship(is_promoted=True)
    assert find(line) == {0}
    ship(is_promoted=False, variant_id=line.variant_id)
    assert find(line) == {0}
    ship(is_promoted=False, variant_id=line.variant_id)
    assert find(line) == set()


def test_only_the_days_that_were_asked_for_are_told() -> None:
    line = ship(is_promoted=True, days_ago=3)
    ship(is_promoted=True, variant_id=line.variant_id, days_ago=8)
    ship(is_promoted=False, variant_id=line.variant_id)
    assert find(line) == {3}

"""The demo's rules on prices: one follows competitors, one marks down what stands too long, and both ask first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import localdate

from catalog.models import CompetitorPrice, Price, PriceSuggestion, PricingRule
from shop.demo.services import floor, goods, repricing, shelves
from shop.kernel.clock import now, override_now

pytestmark = pytest.mark.django_db
HANDLES = ("workshop-cone-pendant", "chapel-bell-pendant", "pebble-table-lamp", "windowsill-glazed-planter")


@pytest.fixture(autouse=True)
def _one_instant() -> Iterator[None]:
    """Days are counted before and after midnight alike."""
    with override_now(now()):
        yield


@pytest.fixture
def _goods() -> None:
    """On the shelves for 32 days, as in the demo, at 0.40 of their price."""
    with override_now(now() - timedelta(days=32)):
        shelves.ensure_warehouses()
        shelves.ensure_categories()
        rows = goods.read_rows(HANDLES)
        goods.load_products(rows)
        floor.receive_opening_stock(rows)


def list_suggested() -> list[tuple[str, Decimal, Decimal, bool]]:
    rows = PriceSuggestion.objects.open().order_by("variant__sku")
    return list(rows.values_list("variant__sku", "old_amount", "new_amount", "needs_approval"))


@pytest.mark.usefixtures("_goods")
def test_rules_suggest_once_and_move_nothing() -> None:
    """The bell's rival asks more; the cone's so little that the day's 6 % bounds it; 32 days take 10 % off planters."""
    before = dict(Price.objects.filter(currency="EUR").values_list("variant__sku", "amount"))
    assert repricing.ensure_pricing() == (2, 6)
    assert list_suggested() == [
        ("HV-CBP248", Decimal("119.000"), Decimal("125.990"), True),
        ("HV-PTL608", Decimal("139.000"), Decimal("137.990"), False),
        ("HV-WCP292", Decimal("89.000"), Decimal("83.990"), True),
        ("HV-WGP208-CHAL", Decimal("24.900"), Decimal("21.990"), True),
        ("HV-WGP208-CHAR", Decimal("24.900"), Decimal("21.990"), True),
        ("HV-WGP208-SAGE", Decimal("24.900"), Decimal("21.990"), True),
    ]
    assert dict(Price.objects.filter(currency="EUR").values_list("variant__sku", "amount")) == before
    seen = list(CompetitorPrice.objects.values_list("seen_on", flat=True))
    assert seen == 3 * [localdate(now()) - timedelta(days=1)]
    assert repricing.ensure_pricing() == (0, 0)
    assert len(list_suggested()) == 6


@pytest.mark.usefixtures("_goods")
def test_a_rule_that_somebody_has_changed_stays_so() -> None:
    repricing.ensure_pricing()
    PricingRule.objects.update(is_active=False)
    assert repricing.ensure_pricing() == (0, 0)
    assert not PricingRule.objects.running().exists()


def test_rules_are_there_before_their_articles() -> None:
    assert repricing.ensure_pricing() == (2, 0)
    assert CompetitorPrice.objects.count() == 0

"""Loading the demo twice loads it once."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command

from analytics.models import DailyFigures, Event
from catalog.models import Category, Price, Product, ProductImage, Variant
from crm.models import Ticket
from inventory.models import ReorderAlert, StockLevel, StockMovement, Warehouse
from orders.models import Order, Shipment, ShippingMethod, TaxRate
from orders.models.sandbox_carrier import SandboxPush
from payments.models import Payment, ReconciliationCase, SandboxCallback
from shop.accounts.models import User
from shop.demo import ACCOUNTS
from shop.kernel.clock import now
from shop.kernel.models import OutboxEvent, OutgoingEmail

COUNTED = (
    Category, DailyFigures, Event, Order, OutgoingEmail, Payment, Price, Product, ProductImage, ReconciliationCase,
    ReorderAlert, Shipment, ShippingMethod, StockLevel, StockMovement, TaxRate, Ticket, User, Variant, Warehouse,
)  # fmt: skip
HANDLES = ("harbour-stoneware-mug", "plain-supper-plate", "kestrel-chefs-knife")


def load() -> str:
    out = StringIO()
    chosen = [part for handle in HANDLES for part in ("--product", handle)]
    call_command("load_demo", "--orders", "14", "--no-scenes", *chosen, stdout=out)
    return out.getvalue()


def count_rows() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in COUNTED}


@pytest.mark.django_db(transaction=True)
def test_loading_twice_changes_nothing(
    settings: pytest.FixtureRequest, tmp_path: object, assert_invariants: Callable[[], None]
) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    load()
    first = count_rows()
    assert first | {
        "Product": 3, "Variant": 8, "ProductImage": 9, "Warehouse": 2, "StockLevel": 16, "Order": 14, "User": 7,
        "Category": 75, "ReconciliationCase": 1, "Ticket": 5,
    } == first  # fmt: skip
    assert_invariants()

    load()
    assert count_rows() == first
    assert_invariants()


@pytest.mark.django_db(transaction=True)
def test_load_leaves_work_in_every_state_and_nothing_waiting_in_the_pipes(
    settings: pytest.FixtureRequest, tmp_path: object
) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    load()

    assert set(Order.objects.values_list("status", flat=True)) >= {"pending", "confirmed", "completed"}
    assert Shipment.objects.filter(status="exception").count() == 1
    assert Shipment.objects.exclude(stalled_at=None).count() == 1
    assert Order.objects.to_ship().count() >= 2
    assert ReorderAlert.objects.filter(closed_at=None).exists()
    assert all(User.objects.get(email=one.email).check_password(one.password) for one in ACCOUNTS)
    assert DailyFigures.objects.filter(visits_quantity__gt=0).count() >= 30
    assert not OutboxEvent.objects.filter(sent_at=None, not_before__lte=now()).exists()
    assert not OutgoingEmail.objects.filter(sent_at=None).exists()
    assert not SandboxPush.objects.due(now()).exists()
    assert not SandboxCallback.objects.due(now()).exists()
    assert mail.outbox == []

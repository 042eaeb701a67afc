"""What the orders' messages must never lack, and that the checks see it when it is."""

from collections.abc import Callable

import pytest

from shop.kernel.invariants import check_invariants
from shop.kernel.models import OutboxEvent, OutgoingEmail
from tests.factories.orders import make_order

pytestmark = [pytest.mark.django_db, pytest.mark.listed]


def list_broken() -> list[str]:
    return [violation.code for violation in check_invariants()]


def test_placed_order_is_told_and_confirmed(drain: Callable[[], int]) -> None:
    make_order()
    assert list_broken() == []
    drain()
    assert list_broken() == []


def test_order_without_news_is_seen() -> None:
    make_order()
    OutboxEvent.objects.filter(topic="orders.order_placed").delete()
    assert list_broken() == ["I19"]


def test_delivered_news_without_a_mail_is_seen(drain: Callable[[], int]) -> None:
    make_order()
    drain()
    OutgoingEmail.objects.filter(dedupe_key__startswith="order_placed:").delete()
    assert list_broken() == ["I20"]

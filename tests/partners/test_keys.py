"""Keys and endpoints: one of each name and address, each with its line in the audit."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from pytest_django import Settings

from shop.kernel.errors import Invalid
from shop.kernel.models import AuditEntry
from shop.kernel.transactions import transaction
from shop.partners.models import ApiKey, WebhookEndpoint
from shop.partners.services.keys import create_key, revoke_key
from shop.partners.services.webhooks import create_endpoint, queue_webhook, redeliver

RIVALS = 4


def race(act: Callable[[], object]) -> list[str]:
    """What became of rivals that act at the same moment."""
    start = threading.Barrier(RIVALS)

    def run(_number: int) -> str:
        start.wait()
        try:
            act()
        except Exception as error:
            return type(error).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(RIVALS) as pool:
        return sorted(pool.map(run, range(RIVALS)))


@pytest.mark.django_db(transaction=True)
def test_of_rivals_with_one_name_or_address_one_gets_it_and_the_others_are_told(settings: Settings) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    told = ["Invalid"] * (RIVALS - 1) + ["done"]
    assert race(lambda: create_key("partner", scopes=["webhooks:manage", "orders:read"])) == told
    owner = ApiKey.objects.get()
    assert race(lambda: create_endpoint(owner, url="http://localhost:9/", topics=["order.paid"])) == told
    assert WebhookEndpoint.objects.count() == 1


@pytest.mark.django_db
def test_what_operators_do_stands_in_the_audit_once(settings: Settings) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    key, _text = create_key("partner", scopes=["webhooks:manage", "orders:read"], actor="owner@example.com")
    with pytest.raises(Invalid):
        create_key("partner", scopes=[], actor="owner@example.com")
    endpoint = create_endpoint(key, url="http://localhost:9/", topics=["order.paid"])
    with transaction():
        queue_webhook("order.paid", object_id="order:1", payload={})
    delivery = endpoint.deliveries.get()
    redeliver(delivery.pk, owner=key)
    redeliver(delivery.pk, actor="owner@example.com")
    for _ in range(2):
        revoke_key(key.pk, actor="owner@example.com")
    lines = AuditEntry.objects.order_by("pk").values_list("actor", "action", "target")
    assert list(lines) == [
        ("owner@example.com", "partners.create_key", "key:partner"),
        ("owner@example.com", "partners.redeliver", f"delivery:{delivery.pk}"),
        ("owner@example.com", "partners.revoke_key", "key:partner"),
    ]

"""An address that fails for days is switched off, told, and switched on again by a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from analytics.queries.today import list_chores
from shop.accounts.services.users import create_verified_user
from shop.kernel.clock import now
from shop.kernel.errors import Conflict, NotFound
from shop.kernel.models import AuditEntry, OutgoingEmail
from shop.kernel.transactions import transaction
from shop.partners.models import WebhookDelivery, WebhookEndpoint
from shop.partners.services.keys import create_key
from shop.partners.services.switching import switch_off_if_failing, switch_on
from shop.partners.services.webhooks import queue_webhook, redeliver, send_due_webhooks
from tests.partners.receiver import Receiver, run_receiver

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def make_endpoint(
    url: str = "https://partner.example/hook", *, contact: str = "", name: str = "erp"
) -> WebhookEndpoint:
    owner, _text = create_key(name, scopes=["webhooks:manage", "orders:read"], contact_email=contact)
    return WebhookEndpoint.objects.create(
        owner=owner, url=url, topics=["order.placed"], secrets=["whsec_c2VjcmV0"], created_at=now()
    )


def queue() -> int:
    with transaction():
        return queue_webhook("order.placed", object_id="order:1", payload={"number": "S1"})


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    with run_receiver() as running:
        yield running


def fail_once(receiver: Receiver, *, failing_for: timedelta) -> WebhookEndpoint:
    """One more failure of an address that has failed for so long; another message waits."""
    endpoint = make_endpoint(receiver.url, contact="dev@partner.example")
    WebhookEndpoint.objects.update(failing_since=now() - failing_for)
    receiver.answers = [500]
    queue()
    queue()
    WebhookDelivery.objects.filter(sequence=2).update(next_attempt_at=now() + DAY)
    send_due_webhooks()
    endpoint.refresh_from_db()
    return endpoint


def test_five_days_of_failures_switch_it_off_and_the_owner_is_told_once(receiver: Receiver) -> None:
    endpoint = fail_once(receiver, failing_for=5 * DAY + timedelta(minutes=1))
    assert (endpoint.is_active, endpoint.switched_off_at is not None) == (False, True)
    mail = OutgoingEmail.objects.get()
    assert (mail.to, mail.subject) == (
        "dev@partner.example",
        "Hearth & Vale: a webhook address was switched off",
    )
    assert receiver.url in mail.text
    assert set(WebhookDelivery.objects.values_list("state", "error")) == {
        ("dead", "The address failed for days and was switched off.")
    }
    assert queue() == 0
    assert switch_off_if_failing(endpoint.pk, instant=now()) is False
    assert OutgoingEmail.objects.count() == 1


def test_less_than_five_days_are_borne(receiver: Receiver) -> None:
    endpoint = fail_once(receiver, failing_for=5 * DAY - timedelta(minutes=1))
    assert endpoint.is_active
    assert list(WebhookDelivery.objects.order_by("pk").values_list("state", flat=True)) == ["pending"] * 2
    assert OutgoingEmail.objects.count() == 0


def test_one_success_begins_the_days_anew(receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    WebhookEndpoint.objects.update(failing_since=now() - 6 * DAY)
    queue()
    assert send_due_webhooks() == 1
    receiver.answers = [500]
    queue()
    assert send_due_webhooks() == 0
    endpoint.refresh_from_db()
    assert endpoint.is_active


def test_without_an_address_of_the_partner_the_shop_is_told() -> None:
    endpoint = make_endpoint()
    WebhookEndpoint.objects.update(failing_since=now() - 6 * DAY)
    assert switch_off_if_failing(endpoint.pk, instant=now())
    assert OutgoingEmail.objects.get().to == settings.SHOP_SUPPORT_EMAIL


def test_what_is_switched_off_is_sent_nothing_until_it_is_on_again(receiver: Receiver) -> None:
    endpoint = make_endpoint(receiver.url)
    queue()
    WebhookEndpoint.objects.update(failing_since=now() - 6 * DAY)
    switch_off_if_failing(endpoint.pk, instant=now())
    delivery = WebhookDelivery.objects.get()
    with pytest.raises(Conflict):
        redeliver(delivery.pk, owner=endpoint.owner)
    assert send_due_webhooks() == 0
    for _ in range(2):
        switch_on(endpoint.pk, actor="owner@example.com")
    redeliver(delivery.pk, owner=endpoint.owner)
    assert (send_due_webhooks(), queue()) == (1, 1)
    assert AuditEntry.objects.filter(action="partners.switch_on").count() == 1
    with pytest.raises(NotFound):
        switch_on(0, actor="owner@example.com")


def test_the_front_page_shows_it_and_its_list_switches_it_on(client: Client) -> None:
    endpoint = make_endpoint()
    WebhookEndpoint.objects.update(is_active=False, switched_off_at=now())
    owner = create_verified_user("owner@example.com", is_staff=True, roles=["owner"])
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    chore = next(chore for chore in list_chores(owner) if str(chore.label) == "Webhooks switched off")
    assert (chore.quantity, chore.is_late) == (1, True)
    assert endpoint.url in client.get(chore.url).content.decode()
    chosen = {"action": "switch_on", "_selected_action": [endpoint.pk]}
    assert client.post(chore.url, chosen).status_code == 302
    endpoint.refresh_from_db()
    assert endpoint.is_active
    assert "Webhooks switched off" not in [str(chore.label) for chore in list_chores(owner)]

"""Outgoing webhooks: queued with the change, sent by a task, signed as Standard Webhooks says."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.errors import Conflict, Invalid, NotFound
from shop.kernel.leases import lease
from shop.kernel.transactions import require_transaction, transactional
from shop.partners.domain.scopes import TOPIC_SCOPES, TOPICS, may_hear
from shop.partners.gateways.webhooks import DeliveryFailed, check_address, post_message
from shop.partners.models import ApiKey, WebhookDelivery, WebhookEndpoint
from shop.partners.services.switching import switch_off_if_failing

log = structlog.get_logger(__name__)

GIVEN_UP_AFTER = timedelta(hours=72)
DELAYS = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800, 7200, 14400, 28800))
SHORTEST_REST, LONGEST_REST = timedelta(seconds=5), timedelta(minutes=10)
BATCH = 20
MOST_ENDPOINTS = 20
NEVER_ANSWERED = "The address did not answer for 72 hours."
NO_LONGER_ALLOWED = "The key was revoked, has expired, or may not be told of this."


@transactional
def create_endpoint(owner: ApiKey, *, url: str, topics: Sequence[str]) -> WebhookEndpoint:
    """Subscribe an address; its signing secret is in ``secrets[0]``.

    Raises ``Invalid`` for a bad address, an unknown topic, or one that the key may not read.
    """
    unknown = sorted(set(topics) - set(TOPICS))
    if unknown or not topics:
        raise Invalid(
            _("Choose topics from: %(known)s.") % {"known": ", ".join(TOPICS)},
            field="topics",
        )
    _check_scopes(owner, topics)
    check_address(url)
    if owner.endpoints.count() >= MOST_ENDPOINTS:
        raise Invalid(
            _("A key may have %(most)s endpoints. Remove one first.") % {"most": MOST_ENDPOINTS},
            field="url",
        )
    endpoint, is_new = WebhookEndpoint.objects.get_or_create(
        owner=owner,
        url=url,
        defaults={"topics": sorted(set(topics)), "secrets": [_new_secret()], "created_at": now()},
    )
    if not is_new:
        raise Invalid(_("This address is subscribed already."), field="url")
    return endpoint


def _check_scopes(owner: ApiKey, topics: Sequence[str]) -> None:
    for topic in sorted(set(topics)):
        if not may_hear(topic, scopes=owner.scopes):
            raise Invalid(
                _("This key may not be told of %(topic)s. It needs the scope %(scope)s.")
                % {"topic": topic, "scope": TOPIC_SCOPES[topic]},
                field="topics",
            )


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def queue_webhook(topic: str, *, object_id: str, payload: dict[str, Any], owner_id: int | None = None) -> int:
    """Write one delivery per endpoint that wants the topic, in the caller's transaction; answers how many.

    ``object_id`` is what ``sequence`` counts for: ``order:S123``. Locks that object's sequence until commit.
    With ``owner_id`` only that key's endpoints are told.
    """
    require_transaction()
    instant = now()
    wanting = WebhookEndpoint.objects.filter(is_active=True, topics__contains=[topic])
    if owner_id is not None:
        wanting = wanting.filter(owner_id=owner_id)
    endpoints = [
        endpoint for endpoint in wanting.select_related("owner") if _may_tell(endpoint.owner, topic, instant)
    ]
    if not endpoints:
        return 0
    _lock_object(object_id)
    last = dict(
        WebhookDelivery.objects.filter(object_id=object_id)
        .values_list("endpoint")
        .annotate(last=Max("sequence"))
        .order_by()
    )
    message_id = f"msg_{secrets.token_hex(16)}"
    WebhookDelivery.objects.bulk_create(
        [
            WebhookDelivery(
                endpoint=endpoint,
                message_id=message_id,
                topic=topic,
                object_id=object_id,
                sequence=last.get(endpoint.pk, 0) + 1,
                body=json.dumps(
                    {
                        "type": topic,
                        "timestamp": instant.isoformat(),
                        "sequence": last.get(endpoint.pk, 0) + 1,
                        "data": payload,
                    },
                    ensure_ascii=False,
                ),
                created_at=instant,
                next_attempt_at=instant,
            )
            for endpoint in endpoints
        ]
    )
    return len(endpoints)


def _may_tell(owner: ApiKey, topic: str, instant: datetime) -> bool:
    return owner.is_valid_at(instant) and may_hear(topic, scopes=owner.scopes)


def _lock_object(object_id: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", [object_id])


def send_due_webhooks() -> int:
    """Send what is due, one message at a time to each endpoint, outside any transaction. Safe to run many times at once.

    A killed sender's lease ends with its database session: another sends the message at once. An endpoint that does
    not answer holds up one sender for one message, then rests with all that waits for it.
    """
    sent, last = 0, 0
    while batch := WebhookDelivery.objects.list_due_keys(now(), after=last, limit=BATCH):
        sent += sum(_send_alone(delivery_id, endpoint_id=endpoint_id) for delivery_id, endpoint_id in batch)
        last, _endpoint_id = batch[-1]
    return sent


def _send_alone(delivery_id: int, *, endpoint_id: int) -> bool:
    with lease(f"webhook-endpoint:{endpoint_id}") as mine:
        due = WebhookDelivery.objects.due(now()).select_related("endpoint__owner")
        delivery = due.filter(pk=delivery_id).first() if mine else None
        return delivery is not None and _send(delivery)


def _send(delivery: WebhookDelivery) -> bool:
    if not _may_tell(delivery.endpoint.owner, delivery.topic, now()):
        WebhookDelivery.objects.filter(pk=delivery.pk).update(state="dead", error=NO_LONGER_ALLOWED)
        return False
    try:
        status = post_message(
            delivery.endpoint.url,
            secrets=delivery.endpoint.secrets,
            message_id=delivery.message_id,
            body=delivery.body,
            sent_at=now(),
        )
    except DeliveryFailed as failure:
        _note_failure(delivery, failure)
        return False
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        state="delivered",
        delivered_at=now(),
        attempts=delivery.attempts + 1,
        response_status=status,
        error="",
    )
    WebhookEndpoint.objects.filter(pk=delivery.endpoint_id).exclude(failing_since=None).update(
        failing_since=None, rests_until=None
    )
    return True


def _note_failure(delivery: WebhookDelivery, failure: DeliveryFailed) -> None:
    attempts = delivery.attempts + 1
    instant = now()
    is_dead = instant - (delivery.repeated_at or delivery.created_at) > GIVEN_UP_AFTER
    if is_dead:
        log.error(
            "webhook.given_up",
            delivery_id=delivery.pk,
            endpoint_id=delivery.endpoint_id,
        )
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        attempts=attempts,
        state="dead" if is_dead else "pending",
        next_attempt_at=instant + DELAYS[min(attempts, len(DELAYS)) - 1],
        response_status=failure.status,
        error=failure.reason[:300],
    )
    WebhookEndpoint.objects.filter(pk=delivery.endpoint_id, failing_since=None).update(failing_since=instant)
    if not switch_off_if_failing(delivery.endpoint_id, instant=instant) and failure.status is None:
        _rest(delivery.endpoint, instant)


def _rest(endpoint: WebhookEndpoint, instant: datetime) -> None:
    """Leave the address alone, half as long again as it has been silent; what waits for it is given up in its time."""
    silent = instant - (endpoint.failing_since or instant)
    rests_until = instant + min(max(silent / 2, SHORTEST_REST), LONGEST_REST)
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(rests_until=rests_until)
    waiting = WebhookDelivery.objects.filter(endpoint=endpoint, state="pending")
    waiting.too_old(instant, after=GIVEN_UP_AFTER).update(state="dead", error=NEVER_ANSWERED)


@transactional
def redeliver(delivery_id: int, *, owner: ApiKey | None = None, actor: str = "") -> WebhookDelivery:
    """Put a delivery back in the queue under its old message id, so that the partner can tell it is the same.

    Repeatable. Whoever asks has mended the address, so it is tried at once, and for 72 hours from now. When it was
    written stays in the log; an operator (``actor``) stands in the audit. Raises ``NotFound`` for another's, ``Conflict``
    while the address is switched off.
    """
    rows = WebhookDelivery.objects.filter(pk=delivery_id)
    if owner is not None:
        rows = rows.filter(endpoint__owner=owner)
    if rows.filter(endpoint__is_active=False).exists():
        raise Conflict(_("The address is switched off. Have it switched on again first."))
    if not rows.update(state="pending", next_attempt_at=now(), repeated_at=now(), attempts=0):
        raise NotFound(_("There is no such delivery."))
    if actor:
        record_audit(actor, action="partners.redeliver", target=f"delivery:{delivery_id}")
    delivery = rows.select_related("endpoint").get()
    WebhookEndpoint.objects.filter(pk=delivery.endpoint_id).update(rests_until=None)
    return delivery


@transactional
def rotate_secret(owner: ApiKey, *, endpoint_id: int) -> WebhookEndpoint:
    """Put a new signing secret before the newest one; both sign from now on, older ones no longer.

    Raises ``NotFound`` for another's endpoint, ``Conflict`` when two rotate at once.
    """
    endpoint = owner.endpoints.filter(pk=endpoint_id).first()
    if endpoint is None:
        raise NotFound(_("There is no such endpoint."))
    secrets_then = endpoint.secrets
    endpoint.secrets = [_new_secret(), secrets_then[0]]
    rows = owner.endpoints.filter(pk=endpoint_id, secrets=secrets_then)
    if not rows.update(secrets=endpoint.secrets):
        raise Conflict(_("The secret is being changed by another call. Try again."))
    return endpoint


@transactional
def remove_endpoint(owner: ApiKey, *, endpoint_id: int) -> None:
    """Remove the owner's endpoint with its deliveries. Raises ``NotFound`` for another's."""
    removed, _rows = owner.endpoints.filter(pk=endpoint_id).delete()
    if not removed:
        raise NotFound(_("There is no such endpoint."))

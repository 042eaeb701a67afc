"""Endpoints that are switched off after days of failures only, and on again by a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import structlog
from django.utils.translation import gettext as _

from shop.kernel.audit import record_audit
from shop.kernel.errors import NotFound
from shop.kernel.transactions import transactional
from shop.partners.emails import tell_owner
from shop.partners.models import WebhookDelivery, WebhookEndpoint

log = structlog.get_logger(__name__)

SWITCHED_OFF_AFTER: Final = timedelta(days=5)
"""So long nothing but failures: longer than a message is tried, and than a weekend with a holiday."""
SWITCHED_OFF: Final = "The address failed for days and was switched off."


@transactional
def switch_off_if_failing(endpoint_id: int, *, instant: datetime) -> bool:
    """Switch an endpoint off that took nothing for ``SWITCHED_OFF_AFTER``, and mail its owner; what waits is given up.

    Once: rivals meet in one conditional update.
    """
    failing = WebhookEndpoint.objects.filter(
        pk=endpoint_id, is_active=True, failing_since__lt=instant - SWITCHED_OFF_AFTER
    )
    if not failing.update(is_active=False, switched_off_at=instant):
        return False
    waiting = WebhookDelivery.objects.filter(endpoint_id=endpoint_id, state="pending")
    waiting.update(state="dead", error=SWITCHED_OFF)
    tell_owner(WebhookEndpoint.objects.select_related("owner").get(pk=endpoint_id))
    log.error("webhook.switched_off", endpoint_id=endpoint_id)
    return True


@transactional
def switch_on(endpoint_id: int, *, actor: str) -> None:
    """Tell this address again from now on, with a line in the audit. Repeatable. Raises ``NotFound``.

    What was given up meanwhile is sent when somebody asks for it again.
    """
    rows = WebhookEndpoint.objects.filter(pk=endpoint_id)
    if rows.filter(is_active=False).update(
        is_active=True, switched_off_at=None, failing_since=None, rests_until=None
    ):
        record_audit(actor, action="partners.switch_on", target=f"webhook:{endpoint_id}")
    elif not rows.exists():
        raise NotFound(_("There is no such endpoint."))

"""What partners are told by mail."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from shop.kernel.mail import queue_email
from shop.partners.models import WebhookEndpoint


def tell_owner(endpoint: WebhookEndpoint) -> bool:
    """That an endpoint was switched off, and what to do; to the shop itself where the key names nobody.

    False when it was told before. Call it inside the change's transaction.
    """
    language = settings.LANGUAGE_CODE
    with translation.override(language):
        facts = {
            "url": endpoint.url,
            "key": endpoint.owner.name,
            "since": f"{endpoint.failing_since:%Y-%m-%d %H:%M} UTC",
            "shop": settings.SHOP_NAME.get(language, settings.SHOP_NAME["en"]),
            "support": settings.SHOP_SUPPORT_EMAIL,
        }
        subject = _("%(shop)s: a webhook address was switched off") % facts
        text = (
            _(
                "Every message of %(shop)s to %(url)s (key: %(key)s) has failed since %(since)s. We have switched the "
                "address off: nothing is sent there any more.\n\n"
                "When it answers again, write to %(support)s and it is switched on, or remove the address by the API and "
                "subscribe it anew. What was not delivered stands in GET /api/v1/webhooks/deliveries/ and can be sent again."
            )
            % facts
        )
    to = endpoint.owner.contact_email or settings.SHOP_SUPPORT_EMAIL
    return queue_email(
        f"webhook-off:{endpoint.pk}:{endpoint.switched_off_at}", to=to, subject=subject, text=text
    )

"""Partners in the back office."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shop.kernel.audit import record_audit
from shop.kernel.back_office import ReadOnlyAdmin
from shop.kernel.transactions import transaction
from shop.partners.models import ApiKey, WebhookDelivery, WebhookEndpoint
from shop.partners.services.keys import revoke_key
from shop.partners.services.webhooks import redeliver


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    """Keys; new ones are made by ``manage.py create_api_key``."""

    list_display = (
        "name",
        "prefix",
        "scopes",
        "created_at",
        "last_used_at",
        "revoked_at",
    )
    search_fields = ("name", "prefix")
    exclude = ("digest",)
    actions = ("revoke",)

    @admin.action(description=_("Revoke"), permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """Stop the chosen keys."""
        for key in queryset:
            with transaction():
                revoke_key(key.pk)
                record_audit(
                    str(request.user),
                    action="partners.revoke_key",
                    target=f"key:{key.name}",
                )


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ReadOnlyAdmin):
    """Subscribed addresses."""

    list_display = ("url", "owner", "topics", "is_active", "failing_since", "rests_until")
    list_select_related = ("owner",)
    exclude = ("secrets",)


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    """The log of deliveries."""

    list_display = (
        "topic",
        "endpoint",
        "sequence",
        "state",
        "attempts",
        "response_status",
        "created_at",
    )
    list_filter = ("state", "topic")
    list_select_related = ("endpoint",)
    actions = ("deliver_again",)

    @admin.action(description=_("Deliver again"), permissions=["view"])
    def deliver_again(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> None:
        """Put the chosen messages back in the queue."""
        for pk in queryset.values_list("pk", flat=True):
            with transaction():
                redeliver(pk)
                record_audit(
                    str(request.user),
                    action="partners.redeliver",
                    target=f"delivery:{pk}",
                )

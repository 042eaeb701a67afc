"""Partners in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _

from shop.kernel.back_office import ReadOnlyAdmin
from shop.kernel.errors import Conflict, DomainError
from shop.partners.forms import NewKeyForm
from shop.partners.models import ApiKey, WebhookDelivery, WebhookEndpoint
from shop.partners.services.keys import create_key, revoke_key
from shop.partners.services.switching import switch_on
from shop.partners.services.webhooks import redeliver


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    """Keys: made here or by ``manage.py create_api_key``, never changed, revoked when they have served."""

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

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Whoever may make keys: the owner."""
        return request.user.has_perm("partners.add_apikey")

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Whoever may make keys may end them."""
        return request.user.has_perm("partners.change_apikey")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Make a key. Its text is in this one answer and nowhere else: no message, no redirect, no cache."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = NewKeyForm(request.POST or None)
        context = {**self.admin_site.each_context(request), "title": _("New API key"), "form": form}
        if request.method == "POST" and form.is_valid():
            context |= _make_key(request, form)
        response = TemplateResponse(request, "admin/partners/new_key.html", context)
        add_never_cache_headers(response)
        return response

    @admin.action(description=_("Revoke"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """Stop the chosen keys."""
        for key in queryset:
            revoke_key(key.pk, actor=str(request.user))


def _make_key(request: HttpRequest, form: NewKeyForm) -> dict[str, Any]:
    """The key and its text for the page; what is wrong with it becomes an error of its field."""
    given = form.cleaned_data
    try:
        key, text = create_key(
            given["name"],
            scopes=given["scopes"],
            expires_at=form.expires_at,
            contact_email=given["contact_email"],
            actor=str(request.user),
        )
    except DomainError as error:
        form.add_error(error.field or None, str(error.message))
        return {}
    return {"key": key, "text": text}


@admin.register(WebhookEndpoint)
class WebhookEndpointAdmin(ReadOnlyAdmin):
    """Subscribed addresses."""

    list_display = ("url", "owner", "topics", "is_active", "failing_since", "rests_until")
    list_filter = ("is_active",)
    list_select_related = ("owner",)
    exclude = ("secrets",)
    actions = ("switch_on",)

    def has_switch_permission(self, request: HttpRequest) -> bool:
        """Whoever may change endpoints: the owner."""
        return request.user.has_perm("partners.change_webhookendpoint")

    @admin.action(description=_("Switch on again"), permissions=["switch"])
    def switch_on(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        """Tell the chosen addresses again."""
        for pk in queryset.values_list("pk", flat=True):
            switch_on(pk, actor=str(request.user))
        messages.success(request, _("Switched on. What was given up is sent when you deliver it again."))


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

    def has_redeliver_permission(self, request: HttpRequest) -> bool:
        """Whoever may change deliveries: the owner."""
        return request.user.has_perm("partners.change_webhookdelivery")

    @admin.action(description=_("Deliver again"), permissions=["redeliver"])
    def deliver_again(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> None:
        """Put the chosen messages back in the queue."""
        for pk in queryset.values_list("pk", flat=True):
            try:
                redeliver(pk, actor=str(request.user))
            except Conflict as error:
                messages.error(request, str(error.message))

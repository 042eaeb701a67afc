"""Redirects, the listing policy and back-in-stock notices in the back office."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from catalog.admin.access import get_actor
from catalog.models import ListingPolicy, Redirect, StockNotice
from catalog.services.quality import save_listing_policy
from catalog.services.redirects import clean_path, save_redirect
from shop.kernel.back_office import DiscreetAdmin, OneRowAdmin
from shop.kernel.errors import DomainError


class RedirectForm(ModelForm[Redirect]):
    """Addresses of this shop, with or without its host."""

    def clean_old_path(self) -> str:
        """Return the path alone."""
        return self._clean("old_path")

    def clean_new_path(self) -> str:
        """Return the path alone."""
        return self._clean("new_path")

    def clean(self) -> dict[str, Any] | None:
        """Refuse a circle."""
        cleaned = super().clean() or {}
        old, new = cleaned.get("old_path"), cleaned.get("new_path")
        onward = Redirect.objects.filter(old_path=new).exclude(pk=self.instance.pk).first() if new else None
        if old and old in {new, onward.new_path if onward else None}:
            raise ValidationError({"new_path": _("This address would lead back to itself.")})
        return cleaned

    def _clean(self, name: str) -> str:
        try:
            return clean_path(self.cleaned_data[name])
        except DomainError as error:
            raise ValidationError(str(error.message)) from error


@admin.register(Redirect)
class RedirectAdmin(ModelAdmin):
    """Old addresses and where they lead; those of renamed things come by themselves."""

    form = RedirectForm
    list_display = ("old_path", "new_path", "is_automatic", "created_at")
    list_filter = ("is_automatic",)
    list_per_page = 100
    show_full_result_count = False
    search_fields = ("old_path", "new_path")
    fields = ("old_path", "new_path")

    def save_model(self, request: HttpRequest, obj: Redirect, form: Any, change: bool) -> None:  # noqa: FBT001  Django's signature
        """Write through the service, which collapses chains."""
        save_redirect(obj, actor=get_actor(request))


@admin.register(ListingPolicy)
class ListingPolicyAdmin(OneRowAdmin):
    """What a good listing is."""

    def save_model(self, request: HttpRequest, obj: ListingPolicy, form: Any, change: bool) -> None:  # noqa: FBT001  Django's signature
        """Write through the service."""
        save_listing_policy(obj, actor=get_actor(request))


@admin.register(StockNotice)
class StockNoticeAdmin(DiscreetAdmin):
    """Who waits for what: worth a look before buying."""

    list_display = ("variant", "email", "state", "created_at", "sent_at")
    list_filter = ("state",)
    list_select_related = ("variant",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("variant__sku", "email")
    # Who knows it proves or ends the wish in the shopper's name.
    secret_fields = ("token",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Shoppers ask for them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: StockNotice | None = None) -> bool:
        """They follow from what happens."""
        return False

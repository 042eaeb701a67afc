"""What other shops ask and what articles cost us; competitors' prices come in by file, as everything does."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import URLField
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminURLInputWidget

from catalog.admin.cells import write_amount
from catalog.models import CompetitorPrice, UnitCost
from shop.kernel.back_office import PickingMixin
from shop.kernel.clock import now


@admin.register(CompetitorPrice)
class CompetitorPriceAdmin(PickingMixin, ModelAdmin):
    """What other shops ask, the last time that somebody looked."""

    list_display = ("variant", "competitor", "price", "seen_on")
    list_filter = ("competitor", "currency")
    list_select_related = ("variant",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("variant__sku__iexact", "competitor")
    autocomplete_fields = ("variant",)
    actions_list = ("import_file",)
    formfield_overrides: ClassVar[dict[Any, Any]] = {
        URLField: {"widget": UnfoldAdminURLInputWidget, "assume_scheme": "https"}
    }

    @action(
        description=_("Import a file"),
        permissions=["import_file"],
        icon="upload_file",
        url_path="import-file",
    )
    def import_file(self, _request: HttpRequest) -> HttpResponseRedirect:
        """Go where files come in."""
        return HttpResponseRedirect(reverse("admin:catalog_importrun_add"))

    @display(description=_("price"), ordering="amount")
    def price(self, row: CompetitorPrice) -> str:
        """With its currency."""
        return write_amount(row.amount, row.currency)

    def has_import_file_permission(self, request: HttpRequest) -> bool:
        """Who may bring files and keeps competitors' prices."""
        return request.user.has_perms(["catalog.add_importrun", "catalog.add_competitorprice"])


@admin.register(UnitCost)
class UnitCostAdmin(PickingMixin, ModelAdmin):
    """What articles cost us, where that is not what stock says; rules on prices build their floor on it."""

    list_display = ("variant", "cost", "updated_at")
    list_filter = ("currency",)
    list_select_related = ("variant",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("variant__sku__iexact",)
    autocomplete_fields = ("variant",)
    fields = ("variant", "currency", "amount")

    @display(description=_("cost"), ordering="amount")
    def cost(self, row: UnitCost) -> str:
        """With its currency."""
        return write_amount(row.amount, row.currency)

    def save_model(self, request: HttpRequest, obj: UnitCost, form: Any, change: bool) -> None:  # noqa: FBT001  Django's signature
        """With its instant."""
        obj.updated_at = now()
        super().save_model(request, obj, form, change)

"""Zones, bins and codes in the back office."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display

from inventory.admin.bins import show_bin_maker
from inventory.forms import BarcodeForm, ReasonForm
from inventory.models import (
    Barcode,
    Bin,
    ChannelStock,
    PackUnit,
    StockCase,
    StockItem,
    Transfer,
    TransferLine,
    Zone,
)
from inventory.services.proof import resolve_case
from shop.kernel.back_office import PickingMixin, ReadOnlyAdmin, ReadOnlyInline, read_key
from shop.kernel.errors import DomainError


class KeptAdmin(ModelAdmin):
    """Rows with a history are never deleted."""

    list_per_page = 50
    show_full_result_count = False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """See above."""
        return False


@admin.register(Zone)
class ZoneAdmin(KeptAdmin):
    """Parts of a warehouse; their purpose is fixed once they are made."""

    list_display = ("code", "warehouse", "kind", "name")
    list_filter = ("warehouse", "kind")
    list_select_related = ("warehouse",)
    actions_detail = ("make_bins",)

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> tuple[str, ...]:
        """What decides whether stock is for sale does not change under it."""
        return ("warehouse", "kind") if obj else ()

    def has_make_bins_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Those who may make one may make many."""
        return bool(request.user.has_perm("inventory.add_bin"))

    @action(description=_("Make bins"), url_path="bins", permissions=["make_bins"])
    def make_bins(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """From a pattern, after a look at what it would make."""
        return show_bin_maker(request, object_id, context=self.admin_site.each_context(request))


@admin.register(Bin)
class BinAdmin(KeptAdmin):
    """Places on the floor, in walking order."""

    list_display = ("code", "warehouse", "zone", "aisle", "shelf_level", "walk_order", "is_active")
    list_filter = ("warehouse", "zone__kind", "zone")
    list_select_related = ("warehouse", "zone")
    search_fields = ("code",)

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> tuple[str, ...]:
        """See the zone."""
        return ("warehouse", "zone") if obj else ()


@admin.register(StockItem)
class StockItemAdmin(ReadOnlyAdmin):
    """What lies in which bin, from which lot."""

    list_display = ("variant", "warehouse", "bin", "lot", "quantity")
    list_filter = ("warehouse", "bin__zone__kind", "lot__status")
    list_select_related = ("variant", "warehouse", "bin", "lot")
    search_fields = ("variant__sku", "bin__code", "lot__code")
    list_per_page = 50
    show_full_result_count = False


@admin.register(Barcode)
class BarcodeAdmin(PickingMixin, KeptAdmin):
    """Codes of articles and packs."""

    form = BarcodeForm

    list_display = ("code", "kind", "variant", "pack_unit")
    list_filter = ("kind",)
    list_select_related = ("variant", "pack_unit")
    search_fields = ("code", "variant__sku")
    autocomplete_fields = ("variant",)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """A printed code keeps its meaning."""
        return False


@admin.register(PackUnit)
class PackUnitAdmin(PickingMixin, KeptAdmin):
    """How many pieces a pack holds."""

    list_display = ("variant", "unit", "quantity")
    list_filter = ("unit",)
    list_select_related = ("variant",)
    search_fields = ("variant__sku",)
    autocomplete_fields = ("variant",)


@admin.register(ChannelStock)
class ChannelStockAdmin(ReadOnlyAdmin):
    """What channels may sell; set by `inventory.services.channels`."""

    list_display = ("channel", "level", "policy", "quantity", "open_quantity")
    list_filter = ("channel", "policy")
    list_select_related = ("level__variant", "level__warehouse")
    list_per_page = 50
    show_full_result_count = False


class TransferLineInline(ReadOnlyInline):
    """What left, and what became of it."""

    model = TransferLine
    hide_title = True
    fields = readonly_fields = (
        "variant",
        "lot",
        "bin",
        "quantity",
        "received_quantity",
        "damaged_quantity",
        "lost_quantity",
        "transit_quantity",
    )

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Whoever sees the transfer."""
        return bool(request.user.has_perm("inventory.view_transfer"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[TransferLine]:
        """In one query."""
        rows: QuerySet[TransferLine] = super().get_queryset(request)
        return rows.select_related("variant", "lot", "bin", "transfer")

    @display(description=_("on its way"))
    def transit_quantity(self, line: TransferLine) -> int:
        """Still in the lorry; nothing of a draft is."""
        return line.transit_quantity if line.transfer.sent_at else 0


@admin.register(Transfer)
class TransferAdmin(ReadOnlyAdmin):
    """Transfers; they are written and received on the floor."""

    inlines = (TransferLineInline,)

    list_display = ("number", "source", "destination", "status", "created_at", "sent_at", "closed_at")
    list_filter = ("status", "source", "destination")
    list_select_related = ("source", "destination")
    search_fields = ("number",)
    list_per_page = 50
    show_full_result_count = False


@admin.register(StockCase)
class StockCaseAdmin(ReadOnlyAdmin):
    """Levels that do not say what their ledger says."""

    list_display = ("opened_at", "variant", "warehouse", "facts", "resolved_at", "resolved_by")
    list_filter = (("resolved_at", admin.EmptyFieldListFilter), "warehouse")
    list_select_related = ("variant", "warehouse")
    list_per_page = 50
    show_full_result_count = False
    actions_detail = ("settle",)

    def has_settle_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Those who may change a case."""
        return bool(request.user.has_perm("inventory.change_stockcase"))

    @action(description=_("Settle"), url_path="settle", permissions=["settle"])
    def settle(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Somebody found out why."""
        case = get_object_or_404(StockCase, pk=read_key(object_id))
        form = ReasonForm(request.POST or None)
        back_url = reverse("admin:inventory_stockcase_change", args=[case.pk])
        if form.is_valid():
            try:
                resolve_case(case.pk, note=form.cleaned_data["reason"], actor=str(request.user))
            except DomainError as error:
                form.add_error("reason", str(error.message))
            else:
                messages.success(request, _("Done."))
                return redirect(back_url)
        facts = {"form": form, "title": _("Settle the case"), "back_url": back_url}
        context = {**self.admin_site.each_context(request), **facts}
        return TemplateResponse(request, "admin/inventory/reason.html", context)

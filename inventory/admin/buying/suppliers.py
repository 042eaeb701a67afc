"""Suppliers with their scorecards, and the articles that they offer."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from inventory.models import PurchaseOrder, Supplier, SupplierItem, SupplierPrice
from inventory.queries.buying.suppliers import list_scorecards
from inventory.services.buying.suppliers import renew_portal_address, save_supplier, save_supplier_item
from shop.kernel.back_office import PickingMixin, read_key

ORDERS_SHOWN = 8
HUNDRED = 100
RISKS = {"none": "success", "watch": "warning", "high": "danger"}


@admin.register(Supplier)
class SupplierAdmin(PickingMixin, ModelAdmin):
    """Who sells to us, how well, and since when."""

    list_display = (
        "name",
        "code",
        "articles",
        "lead",
        "points",
        "risk_label",
        "is_vendor_managed",
        "is_active",
    )
    list_filter = ("is_active", "risk", "is_vendor_managed")
    search_fields = ("name", "code", "email")
    list_per_page = 50
    readonly_fields = ("measured_at",)
    autocomplete_fields = ("api_key",)
    change_form_before_template = "admin/inventory/buying/_scorecard.html"
    fieldsets = (
        (None, {"fields": (("code", "name"), ("email", "phone"), ("country", "currency"), "address")}),
        (
            gettext_lazy("Conditions"),
            {
                "fields": (
                    ("lead_days", "minimum_order_amount"),
                    ("risk", "is_risk_by_hand"),
                    "is_active",
                    "note",
                )
            },
        ),
        (
            gettext_lazy("Vendor-managed articles"),
            {"fields": ("is_vendor_managed", "api_key")},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Supplier]:
        """With the number of articles."""
        rows: QuerySet[Supplier] = super().get_queryset(request)
        return rows.annotate(article_quantity=Count("items"))

    def get_urls(self) -> list[URLPattern]:
        """Our own page before the admin's."""
        renew = self.admin_site.admin_view(self._renew)
        return [
            path("<int:supplier_id>/renew/", renew, name="inventory_supplier_renew"),
            *super().get_urls(),
        ]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """What has a history becomes inactive."""
        return False

    def save_model(self, request: HttpRequest, obj: Supplier, form: Any, change: bool) -> None:  # noqa: FBT001  Django's signature
        """By the service."""
        save_supplier(obj, fields=form.changed_data, actor=str(request.user))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """With the scorecard, the last orders and the supplier's own page."""
        supplier = get_object_or_404(Supplier, pk=read_key(object_id))
        extra = {**_describe(request, supplier), **(extra_context or {})}
        page: HttpResponse = super().change_view(request, object_id, form_url, extra)
        return page

    def _renew(self, request: HttpRequest, supplier_id: int) -> HttpResponse:
        if not request.user.has_perm("inventory.change_supplier"):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        renew_portal_address(supplier_id, actor=str(request.user))
        messages.success(request, _("The supplier's page has a new address; the old one is closed."))
        return HttpResponseRedirect(reverse("admin:inventory_supplier_change", args=[supplier_id]))

    @display(description=gettext_lazy("articles"))
    def articles(self, supplier: Any) -> int:
        """How many it offers."""
        return int(supplier.article_quantity)

    @display(description=gettext_lazy("lead time (days)"))
    def lead(self, supplier: Supplier) -> str:
        """Measured where it is, else as declared."""
        if supplier.measured_lead_days is None:
            return f"{supplier.lead_days}"
        return f"{supplier.measured_lead_days:.1f} ± {supplier.measured_lead_deviation or 0:.1f}"

    @display(description=pgettext_lazy("supplier", "score"), ordering="score")
    def points(self, supplier: Supplier) -> str:
        """Of a hundred."""
        return "–" if supplier.score is None else f"{supplier.score * HUNDRED:.0f}"

    @display(description=pgettext_lazy("supplier", "risk"), ordering="risk", label=RISKS)
    def risk_label(self, supplier: Supplier) -> tuple[str, str]:
        """As a coloured word."""
        return supplier.risk, supplier.get_risk_display()


def _describe(request: HttpRequest, supplier: Supplier) -> dict[str, Any]:
    card = list_scorecards([supplier])[supplier.pk]
    parts = [
        (_("On time"), card.on_time),
        (_("In full"), card.in_full),
        (_("Undamaged"), card.quality),
        (_("Price"), card.price),
        (_("Score"), card.score),
    ]
    orders = PurchaseOrder.objects.filter(supplier=supplier).select_related("warehouse").order_by("-pk")
    return {
        "supplier": supplier,
        "card": card,
        "parts": [
            (label, None if value is None else round(value * HUNDRED), f"{(value or 0) * HUNDRED:.1f}")
            for label, value in parts
        ],
        "last_orders": orders[:ORDERS_SHOWN],
        "portal_url": request.build_absolute_uri(reverse("inventory:supplier", args=[supplier.portal_token])),
    }


class SupplierPriceInline(TabularInline):
    """Price breaks."""

    model = SupplierPrice
    extra = 1


@admin.register(SupplierItem)
class SupplierItemAdmin(PickingMixin, ModelAdmin):
    """Which supplier offers which article, and on what conditions."""

    list_display = (
        "variant",
        "supplier",
        "supplier_sku",
        "rank",
        "minimum_quantity",
        "multiple_quantity",
        "is_active",
    )
    list_filter = ("supplier", "is_active")
    list_select_related = ("variant", "supplier")
    search_fields = ("variant__sku__iexact", "supplier_sku__iexact", "supplier__name")
    autocomplete_fields = ("variant",)
    inlines = (SupplierPriceInline,)
    list_per_page = 50
    show_full_result_count = False

    def save_model(self, request: HttpRequest, obj: SupplierItem, form: Any, change: bool) -> None:  # noqa: FBT001  as above
        """By the service."""
        save_supplier_item(obj, fields=form.changed_data, actor=str(request.user))

"""Price lists, and changes of many prices: preview, confirm, take back."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from catalog.admin.access import get_actor, read_key
from catalog.admin.cells import write_amount
from catalog.admin.price_exports import answer_price_book, answer_price_csv
from catalog.domain.pricing.changes import ChangeKind, CompareAt, PriceRule
from catalog.models import (
    Brand,
    Category,
    Collection,
    PriceBatch,
    PriceChange,
    PriceHistory,
    PriceList,
    PriceListItem,
)
from catalog.queries.pricing.batches import (
    VariantChoice,
    count_own_large_moves,
    list_previewed,
    summarize_batch,
)
from catalog.services.pricing.batches import cancel_batch, confirm_batch, preview_batch, revert_batch
from shop.kernel.back_office import PickingMixin
from shop.kernel.errors import DomainError
from shop.kernel.money import Money

SHOWN = 100
LABELS = {
    "draft": "warning",
    "scheduled": "info",
    "applied": "success",
    "reverted": "info",
    "cancelled": "danger",
}
ENDINGS = [
    ("", _("none")),
    ("0.99", "….99"),
    ("0.95", "….95"),
    ("0.90", "….90"),
    ("0.50", "….50"),
    ("0", "….00"),
]


class ItemInline(PickingMixin, TabularInline):
    """What articles cost by a list."""

    model = PriceListItem
    fields = ("variant", "min_quantity", "amount")
    autocomplete_fields = ("variant",)
    extra = 0


class LimitFilter(admin.AllValuesFieldListFilter):
    """The tiers or channels that lists are for, and those that are for none in particular."""

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:  # type: ignore[override]  # Django's own yields these
        """Yield the choices; an empty one has words too."""
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] if choice["display"] != "" else _now("not limited")}


@admin.register(PriceList)
class PriceListAdmin(ModelAdmin):
    """Prices for tiers, channels and larger quantities."""

    list_display = ("name", "currency", "tier", "channel", "priority", "item_count", "is_active", "ends_at")
    list_filter = ("is_active", "currency", ("tier", LimitFilter), ("channel", LimitFilter))
    list_per_page = 50
    search_fields = ("name", "key")
    prepopulated_fields = {"key": ("name",)}
    inlines = (ItemInline,)
    actions = ("export_csv", "export_xlsx")
    actions_list = ("import_file", "export_all")

    @action(
        description=_("Import prices"),
        permissions=["import_file"],
        icon="upload_file",
        url_path="import-file",
    )
    def import_file(self, _request: HttpRequest) -> HttpResponseRedirect:
        """Go where files come in."""
        return HttpResponseRedirect(reverse("admin:catalog_importrun_add"))

    @action(description=_("All prices as CSV"), permissions=["view"], icon="download", url_path="export-all")
    def export_all(self, request: HttpRequest) -> HttpResponseBase:
        """Stream all lists and base prices."""
        return answer_price_csv(PriceList.objects.all(), actor=get_actor(request), has_base=True)

    @action(description=_("Export as CSV"), permissions=["view"])
    def export_csv(self, request: HttpRequest, queryset: QuerySet[PriceList]) -> HttpResponseBase:
        """Stream the chosen lists."""
        return answer_price_csv(_plain(queryset), actor=get_actor(request))

    @action(description=_("Export as XLSX"), permissions=["view"])
    def export_xlsx(self, request: HttpRequest, queryset: QuerySet[PriceList]) -> HttpResponseBase | None:
        """Write the chosen lists into a workbook; what is too large for it stays, with a word."""
        try:
            return answer_price_book(_plain(queryset), actor=get_actor(request))
        except DomainError as error:
            messages.error(request, str(error.message))
            return None

    def has_import_file_permission(self, request: HttpRequest) -> bool:
        """Who may bring files and keeps price lists."""
        return request.user.has_perms(["catalog.add_importrun", "catalog.change_pricelist"])

    def get_queryset(self, request: HttpRequest) -> QuerySet[PriceList]:
        """With the number of prices."""
        rows: QuerySet[PriceList] = super().get_queryset(request)
        return rows.annotate(item_quantity=Count("items"))

    @display(description=_("prices"))
    def item_count(self, price_list: Any) -> int:
        """How many prices it has."""
        return int(price_list.item_quantity)


def _plain(queryset: QuerySet[PriceList]) -> QuerySet[PriceList]:
    """Return the same lists without what the page reads beside them."""
    return PriceList.objects.filter(pk__in=queryset.order_by().values("pk"))


class BatchForm(forms.Form):
    """Which prices, and what becomes of them."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=UnfoldAdminTextInputWidget())
    currency = forms.ChoiceField(
        label=_("Currency"),
        choices=[(code, code) for code in settings.CURRENCIES],
        widget=UnfoldAdminSelectWidget(),
    )
    category: forms.ModelChoiceField[Category] = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.all(), required=False, widget=UnfoldAdminSelectWidget()
    )
    brand: forms.ModelChoiceField[Brand] = forms.ModelChoiceField(
        label=_("Brand"), queryset=Brand.objects.all(), required=False, widget=UnfoldAdminSelectWidget()
    )
    collection: forms.ModelChoiceField[Collection] = forms.ModelChoiceField(
        label=_("Collection"),
        queryset=Collection.objects.all(),
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )
    skus = forms.CharField(
        label=_("Only these SKUs"),
        help_text=_("One a line."),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )
    kind = forms.ChoiceField(
        label=_("Change"),
        choices=[("percent", _("By per cent")), ("amount", _("By an amount")), ("set", _("To a price"))],
        widget=UnfoldAdminSelectWidget(),
    )
    value = forms.DecimalField(
        label=_("Value"),
        help_text=_("-10 lowers by ten."),
        max_digits=14,
        decimal_places=3,
        widget=UnfoldAdminTextInputWidget(),
    )
    ending = forms.ChoiceField(
        label=_("Round to"), choices=ENDINGS, required=False, widget=UnfoldAdminSelectWidget()
    )
    compare_at = forms.ChoiceField(
        label=_("Compare-at price"),
        choices=[("keep", _("Keep")), ("old_price", _("The price until now")), ("clear", _("None"))],
        widget=UnfoldAdminSelectWidget(),
    )

    def read_choice(self) -> VariantChoice:
        """Return which variants are meant."""
        cleaned = self.cleaned_data
        return VariantChoice(
            category_path=cleaned["category"].path if cleaned["category"] else "",
            brand_id=cleaned["brand"].pk if cleaned["brand"] else None,
            collection_id=cleaned["collection"].pk if cleaned["collection"] else None,
            skus=[line.strip() for line in cleaned["skus"].splitlines() if line.strip()],
        )

    def read_rule(self) -> PriceRule:
        """Return what is done; raises PriceChangeInvalid."""
        cleaned = self.cleaned_data
        ending = next((text for text, _label in ENDINGS if text and text == cleaned["ending"]), None)
        return PriceRule(
            kind=ChangeKind(cleaned["kind"]),
            value=cleaned["value"],
            ending=forms.DecimalField().to_python(ending) if ending is not None else None,
            compare_at=CompareAt(cleaned["compare_at"]),
        )


class ConfirmForm(forms.Form):
    """When it happens, and when it is taken back."""

    due_at = forms.SplitDateTimeField(
        label=_("From"), required=False, widget=UnfoldAdminSplitDateTimeWidget()
    )
    revert_at = forms.SplitDateTimeField(
        label=_("Taken back at"), required=False, widget=UnfoldAdminSplitDateTimeWidget()
    )


@admin.register(PriceBatch)
class PriceBatchAdmin(ModelAdmin):
    """Changes of prices; every move goes through services."""

    list_display = ("name", "stage", "change_count", "due_at", "revert_at", "created_by", "created_at")
    list_filter = ("state",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PriceBatch]:
        """With the number of prices."""
        rows: QuerySet[PriceBatch] = super().get_queryset(request)
        return rows.annotate(change_quantity=Count("changes"))

    def get_urls(self) -> list[URLPattern]:
        """The moves before the admin's own pages."""
        view = self.admin_site.admin_view(self._move)
        return [
            path("<int:batch_id>/move/<slug:move>/", view, name="catalog_pricebatch_move"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Choose prices and a rule; nothing changes before the preview is confirmed."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = BatchForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                batch = preview_batch(
                    form.cleaned_data["name"],
                    choice=form.read_choice(),
                    currency=form.cleaned_data["currency"],
                    rule=form.read_rule(),
                    actor=get_actor(request),
                )
            except DomainError as error:
                form.add_error(error.field if error.field in form.fields else None, str(error.message))
            else:
                return HttpResponseRedirect(reverse("admin:catalog_pricebatch_change", args=[batch.pk]))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "form": form}
        facts = {"title": _now("Change many prices")}
        return TemplateResponse(request, "admin/catalog/price_batch_new.html", context | facts)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The preview, or what has happened."""
        batch = get_object_or_404(PriceBatch, pk=read_key(object_id))
        if not self.has_view_permission(request, batch):
            raise PermissionDenied
        return self._show(request, batch, ConfirmForm())

    def _show(self, request: HttpRequest, batch: PriceBatch, form: ConfirmForm) -> HttpResponse:
        rows = [_list_cells(change) for change in list_previewed(batch)[:SHOWN]]
        summary = summarize_batch(batch)
        is_draft = batch.state == PriceBatch.State.DRAFT
        facts = {
            "title": batch.name,
            "batch": batch,
            "label": LABELS[batch.state],
            "rows": rows,
            "summary": summary,
            "hidden_count": max(0, summary.quantity - SHOWN),
            "form": form,
            "may_change": self.has_change_permission(request, batch),
            "own_moves": count_own_large_moves(batch, actor=get_actor(request)) if is_draft else 0,
        }
        context = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, "admin/catalog/price_batch.html", context | facts)

    def _move(self, request: HttpRequest, batch_id: int, move: str) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        batch = get_object_or_404(PriceBatch, pk=batch_id)
        form = ConfirmForm(request.POST)
        if move == "confirm" and not form.is_valid():
            return self._show(request, batch, form)
        try:
            if move == "confirm":
                confirm_batch(batch_id, actor=get_actor(request), **form.cleaned_data)
            elif move == "revert":
                revert_batch(batch_id, actor=get_actor(request))
            else:
                cancel_batch(batch_id, actor=get_actor(request))
        except DomainError as error:
            messages.error(request, str(error.message))
        return HttpResponseRedirect(reverse("admin:catalog_pricebatch_change", args=[batch_id]))

    @display(description=_("state"), label=LABELS)
    def stage(self, batch: PriceBatch) -> tuple[str, Any]:
        """Where it stands."""
        return batch.state, batch.get_state_display()

    @display(description=_("prices"))
    def change_count(self, batch: Any) -> int:
        """How many prices it is about."""
        return int(batch.change_quantity)

    def has_delete_permission(self, request: HttpRequest, obj: PriceBatch | None = None) -> bool:
        """The past stays."""
        return False


def _list_cells(change: PriceChange) -> dict[str, Any]:
    def money(amount: Decimal | None) -> Money | None:
        return None if amount is None else Money(amount, change.currency)

    return {
        "sku": change.variant.sku,
        "name": change.variant.product.name,
        "before": money(change.old_amount),
        "after": money(change.new_amount),
        "compare_before": money(change.old_compare_at_amount),
        "compare_after": money(change.new_compare_at_amount),
        "state": change.get_state_display(),
    }


@admin.register(PriceHistory)
class PriceHistoryAdmin(ModelAdmin):
    """What articles have cost since when."""

    list_display = ("variant", "price", "since")
    list_filter = ("currency",)
    list_select_related = ("variant",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("variant__sku__iexact",)

    @display(description=_("price"), ordering="amount")
    def price(self, row: PriceHistory) -> str:
        """With its currency."""
        return write_amount(row.amount, row.currency)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The trigger adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: PriceHistory | None = None) -> bool:
        """The past stays."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PriceHistory | None = None) -> bool:
        """The past stays."""
        return False

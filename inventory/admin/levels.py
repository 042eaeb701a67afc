"""Stock levels in the back office."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from inventory.forms import SHARED, AdjustStockForm, ChannelStockForm
from inventory.models import ChannelPolicy, StockLevel
from inventory.queries.positions import list_stock_positions
from inventory.services.channels import drop_channel_stock, set_channel_stock
from inventory.services.corrections import adjust_level
from shop.kernel.back_office import DiscreetAdmin, read_key
from shop.kernel.errors import DomainError
from shop.kernel.ids import new_token

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


class StockStateFilter(admin.SimpleListFilter):
    """What needs a hand."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, "str | StrPromise"]]:
        """The choices."""
        return [("low", _("Low")), ("sold_out", _("Sold out"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the choice."""
        if self.value() == "low":
            return queryset & StockLevel.objects.low()
        return queryset & StockLevel.objects.sold_out() if self.value() == "sold_out" else queryset


@admin.register(StockLevel)
class StockLevelAdmin(DiscreetAdmin):
    """Levels are looked at here, changed by the adjust page, and given their reorder point."""

    list_display = (
        "sku",
        "product",
        "warehouse",
        "on_hand",
        "reserved",
        "available",
        "reorder_point",
        "state",
    )
    list_filter = (StockStateFilter, "warehouse")
    list_select_related = ("variant__product", "warehouse")
    search_fields = (
        "variant__sku",
        "variant__barcode",
        "variant__product__name_en",
        "variant__product__name_zh_hans",
    )
    readonly_fields = (
        "variant",
        "warehouse",
        "on_hand",
        "reserved",
        "blocked",
        "fenced",
        "available",
        "incoming",
        "last_counted_at",
    )
    fields = (*readonly_fields, "reorder_point", "reorder_quantity")
    actions_detail = ("adjust_level", "set_channels")
    # What goods cost is for who buys, receives or pays them.
    secret_fields = ("average_cost",)
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows come from services."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """What has a history is never deleted."""
        return False

    @display(description=_("SKU"), ordering="variant__sku")
    def sku(self, level: StockLevel) -> str:
        """The SKU."""
        return level.variant.sku

    @display(description=_("product"))
    def product(self, level: StockLevel) -> str:
        """The product that it is a variant of."""
        return str(level.variant.product)

    @display(description=_("available"))
    def available(self, level: StockLevel) -> int:
        """What can still be sold."""
        return level.free_quantity

    @display(description=_("incoming"))
    def incoming(self, level: StockLevel) -> str:
        """Everything ordered or sent here, and what of it has left another warehouse."""
        shelf = level.variant_id, level.warehouse_id
        position = list_stock_positions([level.variant_id])[shelf]
        return gettext("%(incoming)d, of these %(transit)d between warehouses") % {
            "incoming": position.incoming,
            "transit": position.in_transit,
        }

    @display(description=_("state"), label={_("Sold out"): "danger", _("Low"): "warning"})
    def state(self, level: StockLevel) -> object:
        """Low and sold out catch the eye."""
        if level.free_quantity == 0:
            return _("Sold out")
        return _("Low") if level.free_quantity < level.reorder_point else None

    @action(description=_("Adjust stock"), url_path="adjust", permissions=["change"])
    def adjust_level(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The page that corrects one level, with a reason."""
        level = get_object_or_404(
            StockLevel.objects.select_related("variant__product", "warehouse"), pk=read_key(object_id)
        )
        form = AdjustStockForm(request.POST or None, initial={"token": new_token()})
        if form.is_valid() and _adjust(request, level, form=form):
            return redirect(reverse("admin:inventory_stocklevel_change", args=[level.pk]))
        context = {
            **self.admin_site.each_context(request),
            "form": form,
            "level": level,
            "title": _("Adjust stock"),
        }
        return TemplateResponse(request, "admin/inventory/adjust_stock.html", context)

    def has_share_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """What a channel may sell is a right of its own."""
        return bool(request.user.has_perm("inventory.change_channelstock"))

    @action(description=_("Channels"), url_path="channels", permissions=["share"])
    def set_channels(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """What each channel may sell of this level."""
        level = get_object_or_404(
            StockLevel.objects.select_related("variant__product", "warehouse"), pk=read_key(object_id)
        )
        form = ChannelStockForm(request.POST or None)
        if form.is_valid() and _share(request, level, form=form):
            return redirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "form": form,
            "level": level,
            "rules": level.channel_rules.all(),
            "title": _("Stock of channels"),
        }
        return TemplateResponse(request, "admin/inventory/channels.html", context)


def _share(request: HttpRequest, level: StockLevel, *, form: ChannelStockForm) -> bool:
    given, actor = form.cleaned_data, str(request.user)
    try:
        if given["policy"] == SHARED:
            rule = level.channel_rules.filter(channel=given["channel"]).first()
            if rule is None:
                form.add_error("channel", gettext("This channel has no rule here that could be ended."))
                return False
            drop_channel_stock(rule.pk, actor=actor)
        else:
            set_channel_stock(
                level.pk,
                channel=given["channel"],
                policy=ChannelPolicy(given["policy"]),
                quantity=given["quantity"],
                actor=actor,
            )
    except DomainError as error:
        form.add_error("quantity", str(error.message))
        return False
    messages.success(request, _("The channel's rule is set."))
    return True


def _adjust(request: HttpRequest, level: StockLevel, *, form: AdjustStockForm) -> bool:
    given = form.cleaned_data
    try:
        adjust_level(
            level,
            quantity=given["quantity"],
            token=given["token"],
            reason=given["reason"],
            actor=str(request.user),
        )
    except DomainError as error:
        form.add_error("quantity", str(error.message))
        return False
    messages.success(request, _("The stock was adjusted."))
    return True

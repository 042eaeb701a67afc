"""How the house buys: one policy, and what is set by hand for single shelves."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.decorators import display

from inventory.models import BuyingPolicy, ItemPlan
from inventory.services.buying.policy import save_policy, set_plan
from shop.kernel.back_office import OneRowAdmin


@admin.register(BuyingPolicy)
class BuyingPolicyAdmin(OneRowAdmin):
    """By what the house buys."""

    fieldsets = (
        (
            gettext_lazy("Classes"),
            {"fields": ("abc_rule", ("a_share", "b_share"))},
        ),
        (
            gettext_lazy("Safety stock"),
            {
                "fields": (
                    ("service_level_a", "service_level_b", "service_level_c"),
                    ("safety_method", "simple_factor"),
                )
            },
        ),
        (
            gettext_lazy("Order size"),
            {
                "fields": (
                    ("review_days", "most_cover_days", "default_lead_days"),
                    ("currency", "order_cost_amount", "holding_rate"),
                )
            },
        ),
        (gettext_lazy("Approval"), {"fields": ("approval_limit_amount",)}),
    )

    def save_model(self, request: HttpRequest, obj: BuyingPolicy, form: Any, change: bool) -> None:  # noqa: FBT001  Django's signature
        """With what changed."""
        changes = {name: str(form.cleaned_data[name]) for name in form.changed_data}
        save_policy(obj, changes=changes, actor=str(request.user))


@admin.register(ItemPlan)
class ItemPlanAdmin(ModelAdmin):
    """Classes and figures of each shelf; service level and pause are the buyer's."""

    list_display = (
        "sku",
        "warehouse",
        "classes",
        "daily_demand",
        "safety_stock",
        "reorder_point",
        "order_up_to",
        "service_level",
        "is_paused",
    )
    list_filter = ("abc_class", "xyz_class", "is_paused", "warehouse")
    list_select_related = ("variant", "warehouse")
    search_fields = ("variant__sku__iexact",)
    fields = (
        "variant",
        "warehouse",
        "classes",
        "daily_demand",
        "safety_stock",
        "reorder_point",
        "order_up_to",
        "planned_at",
        "service_level",
        "is_paused",
    )
    readonly_fields = fields[:8]
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows come from the nightly job."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """See above."""
        return False

    def save_model(self, request: HttpRequest, obj: ItemPlan, form: Any, change: bool) -> None:  # noqa: FBT001  as above
        """Only what is the buyer's."""
        set_plan(
            obj,
            service_level=obj.service_level,
            is_paused=obj.is_paused,
            fields=form.changed_data,
            actor=str(request.user),
        )

    @display(description=gettext_lazy("SKU"), ordering="variant__sku")
    def sku(self, plan: ItemPlan) -> str:
        """The SKU."""
        return plan.variant.sku

    @display(description=gettext_lazy("class"), ordering="abc_class")
    def classes(self, plan: ItemPlan) -> str:
        """Both classes together: AX sells most and most evenly."""
        return f"{plan.abc_class}{plan.xyz_class}"

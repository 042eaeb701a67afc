"""Promotions, campaigns and coupons: what runs, what it does, what it would do, and how it is stopped."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from catalog.admin import promotion_pages as pages
from catalog.admin.access import get_actor, read_key
from catalog.admin.promotion_calendar import show_calendar
from catalog.domain.cells import guard_formula
from catalog.domain.promotions.windows import RunState, derive_state
from catalog.models import (
    Campaign,
    CampaignBudget,
    Coupon,
    CouponBatch,
    CustomerStanding,
    Promotion,
    Redemption,
)
from catalog.services.promotions.promotions import set_promotion_status
from shop.kernel.back_office import PickingMixin
from shop.kernel.clock import now
from shop.kernel.errors import DomainError
from shop.kernel.money import Money

STATE_LABELS = {state.value: tone for state, tone in pages.STATE_TYPES.items()}


class RunFilter(admin.SimpleListFilter):
    """Promotions by where they stand now."""

    title = _("state")
    parameter_name = "run"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The states."""
        return [(state.value, label) for state, label in pages.STATE_WORDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The promotions in that state."""
        instant = now()
        over = Q(status="ended") | (~Q(status="draft") & Q(ends_at__lte=instant))
        later = Q(starts_at__gt=instant)
        chosen = {
            "running": Q(status="active") & ~over & ~later,
            "scheduled": Q(status="active") & ~over & later,
            "paused": Q(status="paused") & ~over,
            "draft": Q(status="draft"),
            "ended": over,
        }.get(self.value() or "")
        return queryset if chosen is None else queryset.filter(chosen)


@admin.register(Promotion)
class PromotionAdmin(ModelAdmin):
    """Promotions; every write goes through services."""

    list_display = ("title_shown", "state", "summary", "window", "uses", "priority")
    list_filter = (RunFilter, "promotion_class", "needs_coupon", "campaign")
    list_select_related = ("campaign",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("name", "key", "title_en", "title_zh_hans", "coupons__code__iexact")
    search_help_text = _("Name, title or code")
    actions = ("start", "pause", "end")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Promotion]:
        """With how often each was used."""
        rows: QuerySet[Promotion] = super().get_queryset(request)
        return rows.annotate(use_count=Count("redemptions", filter=~Q(redemptions__state="released")))

    def get_urls(self) -> list[URLPattern]:
        """Pages of our own before the admin's."""
        view, name = self.admin_site.admin_view, "catalog_promotion"
        return [
            path("calendar/", view(self._calendar), name=f"{name}_calendar"),
            path("<int:promotion_id>/status/", view(self._set_status), name=f"{name}_status"),
            path("<int:promotion_id>/try/", view(self._try), name=f"{name}_try"),
            path("<int:promotion_id>/replay/", view(self._replay), name=f"{name}_replay"),
            path("<int:promotion_id>/stock/", view(self._flash), name=f"{name}_flash"),
            path("<int:promotion_id>/coupons/", view(self._draw), name=f"{name}_draw"),
            *super().get_urls(),
        ]

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """The list with what each promotion does in words, named by a few queries for all of them."""
        found: ChangeList = super().get_changelist_instance(request)
        told = pages.summarize_all(found.result_list)
        for promotion in found.result_list:
            promotion.told = told[promotion.pk]
        return found

    def _context(self, request: HttpRequest) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts}

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """First the kind, then its fields."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return pages.edit_promotion(request, None, context=self._context(request))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What it does in words, what it has done, and its fields."""
        promotion = get_object_or_404(Promotion, pk=read_key(object_id))
        if not self.has_view_or_change_permission(request, promotion):
            raise PermissionDenied
        may_change = self.has_change_permission(request, promotion)
        return pages.edit_promotion(request, promotion, context=self._context(request), may_change=may_change)

    def has_delete_permission(self, request: HttpRequest, obj: Promotion | None = None) -> bool:
        """What was used is never deleted; it ends."""
        return False

    def _get(self, request: HttpRequest, promotion_id: int) -> Promotion:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return get_object_or_404(Promotion, pk=promotion_id)

    def _set_status(self, request: HttpRequest, promotion_id: int) -> HttpResponse:
        return pages.set_status(request, self._get(request, promotion_id))

    def _try(self, request: HttpRequest, promotion_id: int) -> HttpResponse:
        return pages.try_out(request, self._get(request, promotion_id), context=self._context(request))

    def _replay(self, request: HttpRequest, promotion_id: int) -> HttpResponse:
        return pages.replay(request, self._get(request, promotion_id), context=self._context(request))

    def _draw(self, request: HttpRequest, promotion_id: int) -> HttpResponse:
        return pages.draw(request, self._get(request, promotion_id), context=self._context(request))

    def _flash(self, request: HttpRequest, promotion_id: int) -> HttpResponse:
        return pages.set_flash(request, self._get(request, promotion_id), context=self._context(request))

    def _calendar(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return show_calendar(request, context=self._context(request))

    @admin.action(description=_("Start"), permissions=["change"])
    def start(self, request: HttpRequest, queryset: QuerySet[Promotion]) -> None:
        """Each by itself."""
        self._set_all(request, queryset, "active")

    @admin.action(description=_("Pause"), permissions=["change"])
    def pause(self, request: HttpRequest, queryset: QuerySet[Promotion]) -> None:
        """Each by itself."""
        self._set_all(request, queryset, "paused")

    @admin.action(description=_("End for good"), permissions=["change"])
    def end(self, request: HttpRequest, queryset: QuerySet[Promotion]) -> None:
        """Each by itself."""
        self._set_all(request, queryset, "ended")

    def _set_all(self, request: HttpRequest, queryset: QuerySet[Promotion], status: str) -> None:
        done = 0
        for promotion in queryset:
            try:
                set_promotion_status(promotion.pk, status=status, actor=get_actor(request))
            except DomainError as error:
                messages.warning(request, f"{promotion}: {error.message}")
            else:
                done += 1
        text = ngettext("%(done)d promotion changed.", "%(done)d promotions changed.", done)
        messages.success(request, text % {"done": done})

    @display(description=_("promotion"), header=True)
    def title_shown(self, promotion: Promotion) -> tuple[str, str]:
        """Both names."""
        return promotion.name, promotion.title

    @display(description=_("state"), label=STATE_LABELS)
    def state(self, promotion: Promotion) -> tuple[str, Any]:
        """Derived from what was decided and the time."""
        found = derive_state(
            promotion.status, starts_at=promotion.starts_at, ends_at=promotion.ends_at, now=now()
        )
        return found.value, pages.STATE_WORDS[RunState(found)]

    @display(description=_("what it does"))
    def summary(self, promotion: Promotion) -> str:
        """In plain words."""
        return str(getattr(promotion, "told", "")) or pages.summarize(promotion)

    @display(description=_("window"))
    def window(self, promotion: Promotion) -> str:
        """From and to."""
        ends = [promotion.starts_at, promotion.ends_at]
        return " – ".join(localtime(at).strftime("%Y-%m-%d %H:%M") if at else "…" for at in ends)

    @display(description=_("uses"))
    def uses(self, promotion: Any) -> str:
        """How many, and of how many."""
        limit = f" / {promotion.usage_limit}" if promotion.usage_limit is not None else ""
        return f"{promotion.use_count}{limit}"


class BudgetInline(TabularInline):
    """A campaign's budgets, written by its service."""

    model = CampaignBudget
    fields = ("currency", "limit_amount", "spent_amount")
    readonly_fields = ("spent_amount",)
    extra = 0


@admin.register(Campaign)
class CampaignAdmin(ModelAdmin):
    """Campaigns with their shared budget and cap."""

    list_display = ("name", "key", "promotion_count", "budget", "usage_limit")
    list_per_page = 50
    search_fields = ("name", "key")
    fields = ("name", "key", "usage_limit")
    prepopulated_fields = {"key": ("name",)}
    inlines = (BudgetInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        """With what the list shows."""
        rows: QuerySet[Campaign] = super().get_queryset(request)
        return rows.annotate(promotion_quantity=Count("promotions")).prefetch_related("budgets")

    @display(description=_("promotions"))
    def promotion_count(self, campaign: Any) -> int:
        """How many belong to it."""
        return int(campaign.promotion_quantity)

    @display(description=_("budget"))
    def budget(self, campaign: Campaign) -> str:
        """What is gone, and of how much."""
        return ", ".join(
            f"{Money(row.spent_amount, row.currency)} / {Money(row.limit_amount, row.currency)}"
            for row in campaign.budgets.all()
        )

    def save_model(self, request: HttpRequest, obj: Campaign, form: Any, change: bool) -> None:  # noqa: FBT001  Django's signature
        """Written with its budgets by the service, see below."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001  Django's signature
        """Let the service count what is used and spent."""
        pages.save_campaign_forms(request, form, formsets)

    def has_delete_permission(self, request: HttpRequest, obj: Campaign | None = None) -> bool:
        """A campaign that had uses stays."""
        return False


@admin.register(Coupon)
class CouponAdmin(PickingMixin, ModelAdmin):
    """Codes."""

    list_display = ("code", "promotion", "batch", "is_active", "uses", "starts_at", "ends_at")
    list_filter = ("is_active", ("promotion", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("promotion", "batch")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("code__iexact", "batch__name")
    fields = (
        "promotion",
        "code",
        "is_active",
        "starts_at",
        "ends_at",
        "usage_limit",
        "per_customer_limit",
    )
    autocomplete_fields = ("promotion",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Coupon]:
        """With how often each was used."""
        used = Count("redemptions", filter=~Q(redemptions__state="released"))
        rows: QuerySet[Coupon] = super().get_queryset(request)
        return rows.annotate(use_count=used)

    def save_model(self, request: HttpRequest, obj: Coupon, form: Any, change: bool) -> None:  # noqa: FBT001  Django's signature
        """By the service, which counts uses under the promotion's lock."""
        pages.save_coupon_form(request, obj)

    @display(description=_("uses"))
    def uses(self, coupon: Any) -> str:
        """How many, and of how many."""
        return f"{coupon.use_count} / {coupon.usage_limit if coupon.usage_limit is not None else '∞'}"

    def has_delete_permission(self, request: HttpRequest, obj: Coupon | None = None) -> bool:
        """Switched off, not deleted."""
        return False


@admin.register(CouponBatch)
class CouponBatchAdmin(ModelAdmin):
    """Batches, to look at and to download."""

    list_display = ("name", "promotion", "quantity", "created_by", "created_at", "used")
    list_select_related = ("promotion",)
    list_per_page = 50
    show_full_result_count = False
    fields = ("promotion", "name", "prefix", "quantity", "created_by", "created_at")
    readonly_fields = fields
    actions = ("download",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CouponBatch]:
        """With how many codes were used."""
        used = Count("coupons__redemptions", filter=~Q(coupons__redemptions__state="released"))
        rows: QuerySet[CouponBatch] = super().get_queryset(request)
        return rows.annotate(use_count=used)

    @admin.action(description=_("Download the codes"), permissions=["view"])
    def download(self, request: HttpRequest, queryset: QuerySet[CouponBatch]) -> HttpResponse:
        """One file with all codes of the chosen batches."""
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="coupons.csv"'
        writer = csv.writer(response)
        writer.writerow(["batch", "code", "ends_at"])
        rows = Coupon.objects.filter(batch__in=queryset).order_by("pk")
        for name, code, ends_at in rows.values_list("batch__name", "code", "ends_at").iterator():
            writer.writerow([guard_formula(name), guard_formula(code), ends_at or ""])
        return response

    @display(description=_("used"))
    def used(self, batch: Any) -> int:
        """How many codes were used."""
        return int(batch.use_count)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Drawn on the promotion's page."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: CouponBatch | None = None) -> bool:
        """What was handed out stays."""
        return False


@admin.register(Redemption)
class RedemptionAdmin(ModelAdmin):
    """Who used what, when, for how much."""

    list_display = ("created_at", "promotion", "coupon", "reference", "discount", "state")
    list_filter = ("state", ("promotion", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("promotion", "coupon")
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("reference", "coupon__code__iexact")

    @display(description=_("discount"))
    def discount(self, redemption: Redemption) -> str:
        """With its currency."""
        return str(Money(redemption.discount_amount, redemption.currency))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Orders add."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Redemption | None = None) -> bool:
        """Orders change."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Redemption | None = None) -> bool:
        """What was counted stays counted."""
        return False


@admin.register(CustomerStanding)
class CustomerStandingAdmin(ModelAdmin):
    """Tiers and segments as prices and promotions know them."""

    list_display = ("user_id", "tier", "segments")
    list_filter = ("tier",)
    search_fields = ("=user_id",)
    list_per_page = 50

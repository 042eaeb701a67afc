"""Groups of buyers: how far each one is, what money waits with it, and an end before its time."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from catalog.domain.promotions.groups import Verdict
from orders.admin.labels import LABELS
from orders.domain.groups import describe_progress
from orders.domain.states import GroupStatus
from orders.models import BuyingGroup
from orders.queries.groups import (
    build_progress,
    build_steps,
    list_groups_for_desk,
    list_held_money,
    read_group_terms,
)
from orders.services.groups.closing import force_group
from shop.kernel.back_office import ReadOnlyAdmin, read_key
from shop.kernel.errors import DomainError

CLOSE = "orders.close_buyinggroup"


@admin.register(BuyingGroup)
class BuyingGroupAdmin(ReadOnlyAdmin):
    """Groups; those that are open first, the next to close on top."""

    list_display = ("name", "campaign", "people", "waiting", "closes_at", "money", "state")
    list_filter = ("status", ("promotion", admin.RelatedOnlyFieldListFilter))
    search_fields = ("token__exact", "product__name_en", "places__order__number__iexact")
    search_help_text = _("The link's key, an article or an order's number")
    ordering = ("closed_at", "closes_at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[BuyingGroup]:
        """With campaign, product and members."""
        return list_groups_for_desk()

    def get_urls(self) -> list[URLPattern]:
        """The page that ends a group before its time."""
        close = self.admin_site.admin_view(self._close)
        return [path("<int:group_id>/close/", close, name="orders_buyinggroup_close"), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The group with its members."""
        group = get_object_or_404(list_groups_for_desk(), pk=read_key(object_id))
        if not self.has_view_permission(request, group):
            raise PermissionDenied
        facts = {"title": str(group.product), "places": group.places.all(), **self._describe(request, group)}
        return TemplateResponse(
            request, "admin/orders/group.html", {**self.admin_site.each_context(request), **facts}
        )

    def _describe(self, request: HttpRequest, group: BuyingGroup) -> dict[str, Any]:
        is_open = group.status == GroupStatus.OPEN
        return {
            "opts": self.opts,
            "group": group,
            "words": describe_progress(build_progress(group)),
            "steps": build_steps(read_group_terms(group.terms), None, people=group.paid_quantity),
            "money": list_held_money(group),
            "state_type": LABELS[group.status],
            "can_close": is_open and request.user.has_perm(CLOSE),
            "is_enough": group.paid_quantity >= group.minimum_people,
        }

    def _close(self, request: HttpRequest, group_id: int) -> HttpResponse:
        """Ask, then end it."""
        if not request.user.has_perm(CLOSE):
            raise PermissionDenied
        group = get_object_or_404(list_groups_for_desk(), pk=group_id)
        asked = request.POST.get("verdict", request.GET.get("verdict", ""))
        verdict = Verdict.COMPLETE if asked == Verdict.COMPLETE else Verdict.RELEASE
        if request.method == "POST":
            return self._force(request, group, verdict)
        facts = {"title": _now("End the group"), "verdict": verdict.value, **self._describe(request, group)}
        return TemplateResponse(
            request, "admin/orders/group_close.html", {**self.admin_site.each_context(request), **facts}
        )

    def _force(self, request: HttpRequest, group: BuyingGroup, verdict: Verdict) -> HttpResponse:
        try:
            force_group(group.pk, verdict=verdict, actor=str(request.user))
        except DomainError as error:
            messages.error(request, str(error.message))
        else:
            messages.success(request, _now("The group is closed; its orders follow within seconds."))
        return HttpResponseRedirect(reverse("admin:orders_buyinggroup_change", args=[group.pk]))

    @display(description=_("article"))
    def name(self, group: BuyingGroup) -> str:
        """What is bought together."""
        return str(group.product)

    @display(description=_("campaign"))
    def campaign(self, group: BuyingGroup) -> str:
        """The promotion behind it."""
        return group.promotion.name

    @display(description=_("people"))
    def people(self, group: BuyingGroup) -> str:
        """Paid, needed and possible."""
        return f"{group.paid_quantity} / {group.minimum_people}–{group.largest_people}"

    @display(description=_("unpaid places"))
    def waiting(self, group: BuyingGroup) -> int:
        """Places that are held and not paid for."""
        return group.held_quantity - group.paid_quantity if group.closed_at is None else 0

    @display(description=_("money held"))
    def money(self, group: BuyingGroup) -> str:
        """What members have paid and may get back."""
        return ", ".join(str(amount) for amount in list_held_money(group)) or "–"

    @display(description=_("state"), ordering="status", label=LABELS)
    def state(self, group: BuyingGroup) -> tuple[str, str | Promise]:
        """As a coloured word."""
        return group.status, group.get_status_display()

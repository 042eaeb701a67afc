"""Lots in the back office: where one lies, who got it, and its recall."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from inventory.admin.buying.cells import write_file, write_plain
from inventory.forms import ReasonForm
from inventory.models import Lot, LotStatus
from inventory.queries.buying.demand import find_day
from inventory.queries.lots import (
    LotRecipient,
    count_pieces,
    list_lot_places,
    list_lot_recipients,
    list_picked_of_lot,
    list_travelling,
    name_buyers,
)
from inventory.services.lots import free_lot, recall_lot
from shop.kernel.back_office import ReadOnlyAdmin, read_key
from shop.kernel.clock import now
from shop.web.pages import get_page

PAGE_ROWS: Final = 50
SEES_BUYERS: Final = "orders.view_order"


@admin.register(Lot)
class LotAdmin(ReadOnlyAdmin):
    """Lots, the one that expires first in front; a recall shows everyone who got a piece."""

    list_display = ("code", "variant", "expires_on", "status", "note")
    list_filter = ("status",)
    list_select_related = ("variant",)
    search_fields = ("code", "variant__sku")
    fields = readonly_fields = ("variant", "code", "status", "status_changed_at", "expires_on", "note")
    list_per_page = 50
    show_full_result_count = False
    actions_detail = ("recall", "free")
    change_form_template = "admin/inventory/lot.html"

    def get_urls(self) -> list[URLPattern]:
        """The list of who got it before the admin's own pages."""
        view = self.admin_site.admin_view(self.show_recipients)
        return [
            path("<int:lot_id>/recipients/", view, name="inventory_lot_recipients"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """With where it lies and who got it."""
        lot = get_object_or_404(Lot, pk=read_key(object_id))
        recipients = list_lot_recipients(lot.pk)
        rows = get_page(request, recipients, size=PAGE_ROWS)
        context = {
            "lot": lot,
            "places": list_lot_places(lot.pk)[:100],
            "picked": list_picked_of_lot(lot.pk)[:100],
            "travelling": list_travelling(lot.pk)[:100],
            "rows": rows,
            "recipients": name_buyers(list(rows.object_list)) if request.user.has_perm(SEES_BUYERS) else rows,
            "total": count_pieces(recipients),
        }
        page: HttpResponse = super().change_view(
            request, object_id, form_url, extra_context=context | (extra_context or {})
        )
        return page

    def show_recipients(self, request: HttpRequest, lot_id: int) -> HttpResponse:
        """Everyone who got a piece, as a page to print or a file; names and addresses for who may see orders."""
        lot = get_object_or_404(Lot.objects.select_related("variant__product"), pk=lot_id)
        if not self.has_view_permission(request, lot):
            raise PermissionDenied
        known = list_lot_recipients(lot.pk)
        rows = name_buyers(known) if request.user.has_perm(SEES_BUYERS) else known
        if request.GET.get("format") == "csv":
            return _write_recipients(lot, rows=rows)
        context = {"lot": lot, "recipients": rows, "total": count_pieces(rows)}
        return render(request, "admin/inventory/lot_recipients.html", context)

    def has_recall_permission(self, request: HttpRequest, object_id: str | int | None = None) -> bool:
        """Stopping a sale is a right of its own; what was recalled is not recalled again."""
        return self._may_turn(request, object_id, is_recalled=False)

    def has_free_permission(self, request: HttpRequest, object_id: str | int | None = None) -> bool:
        """Only what was recalled is given free."""
        return self._may_turn(request, object_id, is_recalled=True)

    def _may_turn(self, request: HttpRequest, object_id: str | int | None, *, is_recalled: bool) -> bool:
        if not request.user.has_perm("inventory.recall_lot"):
            return False
        lot = Lot.objects.filter(pk=read_key(str(object_id))).first()
        return lot is None or (lot.status == LotStatus.RECALLED) == is_recalled

    @action(description=_("Recall"), url_path="recall", permissions=["recall"])
    def recall(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Stops the sale at once."""

        def act(lot: Lot, reason: str) -> str:
            count = len(recall_lot(lot.pk, reason=reason, actor=str(request.user)))
            text = ngettext(
                "The lot is off sale. %(count)d order got pieces of it; the service desk has a ticket that names it.",
                "The lot is off sale. %(count)d orders got pieces of it; the service desk has a ticket that names them.",
                count,
            )
            return text % {"count": count}

        note = _(
            "Its sale stops at once: what lies here is neither sold, picked nor shipped any more. The service desk gets a"
            " ticket with every order that got a piece of it."
        )
        return self._ask(request, object_id, act=act, title=_("Recall this lot"), note=note)

    @action(description=_("Free for sale"), url_path="free", permissions=["free"])
    def free(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ends a recall."""

        def act(lot: Lot, reason: str) -> str:
            freed = free_lot(lot.pk, reason=reason, actor=str(request.user))
            if freed.status == LotStatus.EXPIRED:
                return gettext("The recall has ended, but the lot has expired meanwhile and stays off sale.")
            return gettext("The lot is for sale again.")

        note = _("What lies here is sold again, unless it has expired.")
        return self._ask(request, object_id, act=act, title=_("Free this lot for sale"), note=note)

    def _ask(
        self,
        request: HttpRequest,
        object_id: int,
        *,
        act: Callable[[Lot, str], str],
        title: object,
        note: object,
    ) -> HttpResponse:
        lot = get_object_or_404(Lot.objects.select_related("variant"), pk=read_key(object_id))
        form = ReasonForm(request.POST or None)
        back_url = reverse("admin:inventory_lot_change", args=[lot.pk])
        if form.is_valid():
            messages.success(request, act(lot, form.cleaned_data["reason"]))
            return redirect(back_url)
        context = {
            **self.admin_site.each_context(request),
            "form": form,
            "lot": lot,
            "title": title,
            "note": note,
            "back_url": back_url,
        }
        return TemplateResponse(request, "admin/inventory/reason.html", context)


def _write_recipients(lot: Lot, *, rows: Sequence[LotRecipient]) -> HttpResponse:
    columns = (_("order"), _("pieces"), _("shipped"), _("name"), _("e-mail"), _("telephone"), _("country"))
    cells = (
        (row.order_number, row.quantity, localtime(row.shipped_at).date(), *_tell_buyer(row)) for row in rows
    )
    return write_file(
        f"lot-{lot.pk}-{find_day(now())}",
        columns=columns,
        rows=([write_plain(value) for value in row] for row in cells),
    )


def _tell_buyer(row: LotRecipient) -> tuple[str, str, str, str]:
    buyer = row.buyer
    return (buyer.name, buyer.email, buyer.phone, buyer.country) if buyer else ("", "", "", "")

"""The buyer's morning: what to order today, what is late, what will run out; and the reports behind it."""

from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from unfold.decorators import display

from inventory.admin.buying.cells import write_cell, write_file, write_heading, write_plain
from inventory.domain.buying.explanations import explain
from inventory.domain.buying.figures import list_figures
from inventory.models import PurchaseOrder, PurchaseSuggestion
from inventory.queries.buying.demand import find_day
from inventory.queries.buying.morning import (
    group_by_supplier,
    list_late_orders,
    list_open_suggestions,
    list_running_out,
)
from inventory.queries.buying.reports import REPORTS, Report, iterate_report, list_report_rows
from inventory.services.buying.replenishment import suggest_purchases
from inventory.services.buying.suggestions import accept_suggestions, dismiss_suggestions
from shop.kernel.back_office import ReadOnlyAdmin, read_key
from shop.kernel.clock import now
from shop.kernel.errors import DomainError

PAGE_ROWS: Final = 50
MOST_DIGITS: Final = 7
STATES: Final = {
    "open": "warning",
    "accepted": "success",
    "covered": "success",
    "dismissed": "info",
    "lapsed": "info",
}


class SuggestionStateFilter(admin.SimpleListFilter):
    """All suggestions by what became of them; the morning page itself shows the open ones."""

    title = gettext_lazy("state")
    parameter_name = "show"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The choices."""
        return [("all", gettext_lazy("All"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The list shows them all."""
        return queryset


@admin.register(PurchaseSuggestion)
class PurchaseSuggestionAdmin(ReadOnlyAdmin):
    """The morning page; every suggestion with its arithmetic."""

    list_display = (
        "day",
        "variant",
        "warehouse",
        "quantity",
        "accepted_quantity",
        "state_label",
        "decided_by",
    )
    list_filter = (SuggestionStateFilter, "state", "warehouse")
    list_select_related = ("variant", "warehouse")
    search_fields = ("variant__sku",)
    list_per_page = PAGE_ROWS
    show_full_result_count = False

    def get_urls(self) -> list[URLPattern]:
        """The morning's own pages before the admin's."""
        view, name = self.admin_site.admin_view, "inventory_purchasesuggestion"
        return [
            path("decide/", view(self._decide), name=f"{name}_decide"),
            path("run/", view(self._run), name=f"{name}_run"),
            path("reports/<slug:code>/", view(self._report), name=f"{name}_report"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The morning page, unless the list of all is asked for."""
        if request.GET.get("show") == "all":
            page: HttpResponse = super().changelist_view(request, extra_context)
            return page
        if not self.has_view_permission(request):
            raise PermissionDenied
        today = find_day(now())
        rows = Paginator(list_open_suggestions(), PAGE_ROWS).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("To order today"),
            "groups": group_by_supplier(list(rows.object_list)),
            "page": rows,
            "late_orders": [
                (order, (today - (order.expected_on or today)).days) for order in list_late_orders(today)
            ],
            "running_out": list_running_out(today),
            "drafts": PurchaseOrder.objects.to_approve().count(),
            "may_decide": self.has_decide_permission(request),
            "reports": REPORTS.values(),
        }
        return TemplateResponse(request, "admin/inventory/buying/morning.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One suggestion with its whole arithmetic."""
        rows = PurchaseSuggestion.objects.select_related(
            "variant__product", "warehouse", "supplier_item__supplier", "line__order"
        )
        row = get_object_or_404(rows, pk=read_key(object_id))
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": f"{row.variant.sku} · {row.day}",
            "suggestion": row,
            "explanation": explain(row.facts),
            "figures": list_figures(row.facts),
            "type": STATES[row.state],
        }
        return TemplateResponse(request, "admin/inventory/buying/suggestion.html", context)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """The buyer."""
        return request.user.has_perm("inventory.change_purchasesuggestion")

    def _check(self, request: HttpRequest) -> None:
        if not self.has_decide_permission(request):
            raise PermissionDenied

    def _decide(self, request: HttpRequest) -> HttpResponse:
        self._check(request)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        chosen = [
            int(pk) for pk in request.POST.getlist("chosen") if pk.isdecimal() and len(pk) < len("9" * 18)
        ]
        if not chosen:
            messages.warning(request, _("Choose at least one suggestion."))
        elif request.POST.get("verb") == "dismiss":
            self._dismiss(request, chosen)
        else:
            self._accept(request, chosen)
        return HttpResponseRedirect(reverse("admin:inventory_purchasesuggestion_changelist"))

    def _accept(self, request: HttpRequest, chosen: list[int]) -> None:
        actor = str(request.user)
        try:
            orders = accept_suggestions(chosen, actor=actor, quantities=_read_quantities(request, chosen))
        except DomainError as error:
            messages.error(request, str(error.message))
            return
        numbers = ", ".join(order.number for order in orders)
        text = ngettext(
            "It is in the draft order %(numbers)s.", "They are in the draft orders %(numbers)s.", len(orders)
        )
        messages.success(request, text % {"numbers": numbers})

    def _dismiss(self, request: HttpRequest, chosen: list[int]) -> None:
        actor, reason = str(request.user), request.POST.get("reason", "").strip()[:200]
        if not reason:
            messages.error(request, _("Say why it is not ordered; the next buyer will want to know."))
            return
        count = dismiss_suggestions(chosen, actor=actor, reason=reason)
        text = ngettext("%(count)d was dismissed for today.", "%(count)d were dismissed for today.", count)
        messages.success(request, text % {"count": count})

    def _run(self, request: HttpRequest) -> HttpResponse:
        self._check(request)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        count = suggest_purchases()
        text = ngettext("%(count)d new suggestion.", "%(count)d new suggestions.", count)
        messages.success(request, text % {"count": count})
        return HttpResponseRedirect(reverse("admin:inventory_purchasesuggestion_changelist"))

    def _report(self, request: HttpRequest, code: str) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        report = REPORTS.get(code)
        if report is None:
            raise Http404
        if request.GET.get("format") == "csv":
            return _write_report(report)
        return TemplateResponse(
            request,
            "admin/inventory/buying/report.html",
            {**self.admin_site.each_context(request), **_build_report(request, report)},
        )

    @display(description=gettext_lazy("state"), label=STATES)
    def state_label(self, row: PurchaseSuggestion) -> tuple[str, str]:
        """As a coloured word."""
        return row.state, row.get_state_display()


def _read_quantities(request: HttpRequest, chosen: list[int]) -> dict[int, int]:
    """What the buyer wrote beside the suggestions; what is no number counts as zero, which is refused with its article."""
    found = {}
    for pk in chosen:
        text = request.POST.get(f"quantity_{pk}", "").strip()
        if f"quantity_{pk}" in request.POST:
            found[pk] = int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else 0
    return found


def _build_report(request: HttpRequest, report: Report) -> dict[str, Any]:
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isdecimal() and 0 < len(asked) < MOST_DIGITS and int(asked) > 0 else 1
    found = list_report_rows(
        report, today=find_day(now()), limit=PAGE_ROWS + 1, offset=(number - 1) * PAGE_ROWS
    )
    rows = found[:PAGE_ROWS]
    largest = max((abs(float(row[report.bar] or 0)) for row in rows), default=0.0) or 1.0
    return {
        "title": report.title,
        "report": report,
        "reports": REPORTS.values(),
        "rows": [
            (
                [
                    (write_cell(value, kind=column.kind), column.kind)
                    for value, column in zip(row, report.columns, strict=True)
                ],
                f"{100 * abs(float(row[report.bar] or 0)) / largest:.1f}",
            )
            for row in rows
        ],
        "number": number,
        "before": number - 1,
        "following": number + 1 if len(found) > PAGE_ROWS else 0,
    }


def _write_report(report: Report) -> HttpResponse:
    today, kinds = find_day(now()), [column.kind for column in report.columns]
    return write_file(
        f"{report.code}-{today}",
        columns=[write_heading(column.label, kind=column.kind) for column in report.columns],
        rows=(
            [write_plain(value, kind=kind) for value, kind in zip(row, kinds, strict=True)]
            for row in iterate_report(report, today=today)
        ),
    )

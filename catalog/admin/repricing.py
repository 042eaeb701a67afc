"""Prices that move by rule: the rules, and the work page of what they suggest."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import display

from catalog.admin.access import get_actor, read_key
from catalog.admin.cells import write_amount
from catalog.admin.repricing_forms import FIELDSETS, PricingRuleForm
from catalog.domain.pricing.explanations import describe_held, explain_lines
from catalog.models import PriceSuggestion, PricingRule
from catalog.queries.pricing.scopes import list_rule_variants
from catalog.services.pricing.rules import run_pricing_rules, save_pricing_rule
from catalog.services.pricing.suggestions import approve_suggestions, refuse_suggestions
from shop.kernel.back_office import ReadOnlyAdmin
from shop.kernel.errors import DomainError
from shop.kernel.leases import lease
from shop.kernel.money import Money

PAGE_ROWS: Final = 50
MOST_DIGITS: Final = 18
STATES: Final = {
    "open": "warning",
    "approved": "info",
    "applied": "success",
    "refused": "danger",
    "expired": "info",
}


@admin.register(PricingRule)
class PricingRuleAdmin(ModelAdmin):
    """Which prices are looked at, where they should go, and what they never cross."""

    form = PricingRuleForm
    fieldsets = FIELDSETS
    list_display = (
        "name", "currency", "strategy", "priority", "is_active", "is_automatic", "last_run_at", "outcome",
    )  # fmt: skip
    list_filter = ("is_active", "strategy", "currency")
    list_per_page = 50
    search_fields = ("name", "key")
    readonly_fields = ("article_count", "outcome", "last_run_at")

    @display(description=_("articles in it"))
    def article_count(self, rule: PricingRule) -> str:
        """How many prices it looks at, without those of rules before it."""
        return str(list_rule_variants(rule).count()) if rule.pk else "–"

    @display(description=_("what the last run found"))
    def outcome(self, rule: PricingRule) -> str:
        """How many were suggested, and why the others were not."""
        facts = rule.last_run_facts
        if not facts:
            return _now("It has not run yet.")
        told = [f"{count} × {reason}" for reason, count in describe_held(facts.get("held", {}))]
        suggested = _now("%(count)s new suggestions") % {"count": facts.get("suggested", 0)}
        return "; ".join([suggested, *told])

    def save_model(self, request: HttpRequest, obj: PricingRule, form: Any, change: bool) -> None:  # noqa: FBT001  Django's signature
        """A rule moves prices: who changed it stays known."""
        save_pricing_rule(obj, actor=get_actor(request))

    def has_delete_permission(self, request: HttpRequest, obj: PricingRule | None = None) -> bool:
        """What has suggested prices stays; it is switched off."""
        return super().has_delete_permission(request, obj) and not (obj and obj.suggestions.exists())


@admin.register(PriceSuggestion)
class PriceSuggestionAdmin(ReadOnlyAdmin):
    """What the rules suggest today, each with its arithmetic; a list of all by `?show=all`."""

    list_display = ("day", "variant", "rule", "before", "after", "stage", "decided_by")
    list_filter = ("state", "rule", "currency")
    list_select_related = ("variant", "rule")
    search_fields = ("variant__sku__iexact",)

    def get_urls(self) -> list[URLPattern]:
        """The page's own moves before the admin's."""
        view, name = self.admin_site.admin_view, "catalog_pricesuggestion"
        return [
            path("decide/", view(self._decide), name=f"{name}_decide"),
            path("run/", view(self._run), name=f"{name}_run"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The work page, unless the list of all is asked for."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if set(request.GET) - {"page"}:
            page: HttpResponse = super().changelist_view(_without_show(request), extra_context)
            return page
        rows = PriceSuggestion.objects.open().select_related("variant__product", "rule")
        shown = Paginator(rows.order_by("currency", "rule__priority", "rule_id", "variant_id"), PAGE_ROWS)
        current = shown.get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _now("Prices to decide on"),
            "page": current,
            "rows": [_tell(row) for row in current.object_list],
            "may_decide": self.has_decide_permission(request),
        }
        return TemplateResponse(request, "admin/catalog/price_suggestions.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """One suggestion with its whole arithmetic and what became of it."""
        rows = PriceSuggestion.objects.select_related("variant__product", "rule", "batch")
        row = get_object_or_404(rows, pk=read_key(object_id))
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{row.variant.sku} · {row.day}",
            "row": _tell(row),
            "label": STATES[row.state],
        }
        return TemplateResponse(request, "admin/catalog/price_suggestion.html", context)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Who may change many prices."""
        return request.user.has_perm("catalog.change_pricesuggestion")

    def _decide(self, request: HttpRequest) -> HttpResponse:
        here = HttpResponseRedirect(reverse("admin:catalog_pricesuggestion_changelist"))
        if not self.has_decide_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        chosen = [
            int(pk) for pk in request.POST.getlist("chosen") if pk.isdecimal() and len(pk) < MOST_DIGITS
        ]
        if not chosen:
            messages.warning(request, _now("Choose at least one suggestion."))
            return here
        if request.POST.get("verb") == "refuse":
            _refuse(request, chosen)
            return here
        return _approve(request, chosen) or here

    def _run(self, request: HttpRequest) -> HttpResponse:
        if not self.has_decide_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        with lease("catalog-pricing-rules") as is_ours:
            if is_ours:
                summary = run_pricing_rules()
                text = _now("%(suggested)d new suggestions, %(applied)d prices moved by rule.")
                values = {"suggested": summary.suggested_quantity, "applied": summary.applied_quantity}
                messages.success(request, text % values)
            else:
                messages.warning(request, _now("The rules are running already. Look again in a minute."))
        return HttpResponseRedirect(reverse("admin:catalog_pricesuggestion_changelist"))

    @display(description=_("price"), ordering="old_amount")
    def before(self, row: PriceSuggestion) -> str:
        """What it cost."""
        return write_amount(row.old_amount, row.currency)

    @display(description=_("suggested price"), ordering="new_amount")
    def after(self, row: PriceSuggestion) -> str:
        """What the rule suggests."""
        return write_amount(row.new_amount, row.currency)

    @display(description=_("state"), label=STATES)
    def stage(self, row: PriceSuggestion) -> tuple[str, Any]:
        """As a coloured word."""
        return row.state, row.get_state_display()


def _without_show(request: HttpRequest) -> HttpRequest:
    """`show=all` is ours; Django's list would take it for a filter it does not know."""
    query = request.GET.copy()
    query.pop("show", None)
    request.GET = query  # type: ignore[assignment]  # a QueryDict, as it was
    return request


def _tell(row: PriceSuggestion) -> dict[str, Any]:
    percent = (row.new_amount - row.old_amount) * 100 / row.old_amount if row.old_amount else None
    return {
        "suggestion": row,
        "old": Money(row.old_amount, row.currency).quantized(),
        "new": Money(row.new_amount, row.currency).quantized(),
        "percent": None if percent is None else f"{percent:+.1f} %",
        "lines": explain_lines(row.facts.get("lines", []), currency=row.currency),
    }


def _refuse(request: HttpRequest, chosen: list[int]) -> None:
    reason = request.POST.get("reason", "").strip()[:200]
    if not reason:
        messages.error(request, _now("Say why the price stays; the next one will want to know."))
        return
    count = refuse_suggestions(chosen, actor=get_actor(request), reason=reason)
    text = ngettext("%(count)d was refused for today.", "%(count)d were refused for today.", count)
    messages.success(request, text % {"count": count})


def _approve(request: HttpRequest, chosen: list[int]) -> HttpResponse | None:
    """To the preview of the change, where it is confirmed; None when there is nothing to preview."""
    try:
        approval = approve_suggestions(chosen, actor=get_actor(request))
    except DomainError as error:
        messages.error(request, str(error.message))
        return None
    if approval.expired_quantity:
        count = approval.expired_quantity
        text = ngettext(
            "%(count)d was out of date and is left out.",
            "%(count)d were out of date and are left out.",
            count,
        )
        messages.warning(request, text % {"count": count})
    if approval.batch is None:
        return None
    return HttpResponseRedirect(reverse("admin:catalog_pricebatch_change", args=[approval.batch.pk]))

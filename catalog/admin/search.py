"""Search in the back office: settings with their explanation, synonyms, redirects, and what people search for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings as shop_settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from catalog.admin.access import get_actor
from catalog.forms import SearchExplainForm, SearchReportForm
from catalog.models import SearchRedirect, SearchSettings, SearchSynonym, SearchTermDay
from catalog.queries.search_explanations import explain_search
from catalog.queries.search_reports import get_search_report
from catalog.services.search_rules import (
    check_synonym,
    check_target,
    delete_search_redirect,
    delete_synonym,
    save_search_redirect,
    save_search_settings,
    save_synonym,
)
from shop.kernel.clock import now
from shop.kernel.errors import DomainError


class SynonymForm(ModelForm[SearchSynonym]):
    """Says beside the field what finds nothing else."""

    def clean(self) -> dict[str, Any] | None:
        """Check the words as the service will."""
        cleaned = super().clean()
        try:
            check_synonym(self.cleaned_data.get("words", ""), self.cleaned_data.get("also", ""))
        except DomainError as error:
            raise ValidationError({error.field or "words": str(error.message)}) from error
        return cleaned


class RedirectForm(ModelForm[SearchRedirect]):
    """Says beside the field when an address is not ours."""

    def clean_target(self) -> str:
        """Check the address as the service will."""
        target: str = self.cleaned_data["target"]
        try:
            check_target(target)
        except DomainError as error:
            raise ValidationError(str(error.message)) from error
        return target


@admin.register(SearchSynonym)
class SearchSynonymAdmin(ModelAdmin):
    """Words that find each other."""

    form = SynonymForm
    list_display = ("words", "also")
    list_per_page = 100
    show_full_result_count = False
    search_fields = ("words", "also")

    def save_model(
        self,
        request: HttpRequest,
        obj: SearchSynonym,
        form: ModelForm[SearchSynonym],
        change: bool,  # noqa: FBT001  Django's signature
    ) -> None:
        """Write through the service, which tells the search."""
        save_synonym(obj, actor=get_actor(request))

    def delete_model(self, request: HttpRequest, obj: SearchSynonym) -> None:
        """Delete through the service."""
        delete_synonym(obj, actor=get_actor(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SearchSynonym]) -> None:
        """Delete one by one through the service."""
        for synonym in queryset:
            delete_synonym(synonym, actor=get_actor(request))


@admin.register(SearchRedirect)
class SearchRedirectAdmin(ModelAdmin):
    """Terms that lead to a page."""

    form = RedirectForm
    list_display = ("term", "target")
    list_per_page = 100
    show_full_result_count = False
    search_fields = ("term", "target")

    def save_model(
        self,
        request: HttpRequest,
        obj: SearchRedirect,
        form: ModelForm[SearchRedirect],
        change: bool,  # noqa: FBT001  Django's signature
    ) -> None:
        """Write through the service, which tells the search."""
        save_search_redirect(obj, actor=get_actor(request))

    def delete_model(self, request: HttpRequest, obj: SearchRedirect) -> None:
        """Delete through the service."""
        delete_search_redirect(obj, actor=get_actor(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SearchRedirect]) -> None:
        """Delete one by one through the service."""
        for one in queryset:
            delete_search_redirect(one, actor=get_actor(request))


@admin.register(SearchSettings)
class SearchSettingsAdmin(ModelAdmin):
    """The one row of weights and stop words, and the page that shows what they do."""

    fieldsets = (
        (
            _("What counts"),
            {
                "fields": (
                    "text_weight",
                    "stock_weight",
                    "sales_weight",
                    "freshness_weight",
                    "freshness_days",
                )
            },
        ),
        (_("Words"), {"fields": ("stop_words",)}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """There is one row, which the page makes by itself."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Its defaults are one save away."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """The explanation before the admin's own pages."""
        explain = self.admin_site.admin_view(self._explain)
        return [path("explain/", explain, name="catalog_searchsettings_explain"), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Go straight to the row."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect(reverse("admin:catalog_searchsettings_change", args=[1]))

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> SearchSettings | None:
        """Return the row, or the defaults that hold until somebody saves."""
        if object_id != "1":
            return None
        return SearchSettings.objects.filter(pk=1).first() or SearchSettings(pk=1)

    def save_model(
        self,
        request: HttpRequest,
        obj: SearchSettings,
        form: ModelForm[SearchSettings],
        change: bool,  # noqa: FBT001  Django's signature
    ) -> None:
        """Write through the service, which tells the search."""
        save_search_settings(obj, actor=get_actor(request))

    def _explain(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = SearchExplainForm(request.GET or None)
        term = form.cleaned_data["q"] if form.is_valid() else ""
        context = {
            **self.admin_site.each_context(request),
            "title": _("Why does it find this?"),
            "form": form,
            "term": term,
            "explained": explain_search(term, currency=shop_settings.DEFAULT_CURRENCY) if term else None,
        }
        return TemplateResponse(request, "admin/catalog/search_explanation.html", context)


@admin.register(SearchTermDay)
class SearchReportAdmin(ModelAdmin):
    """What people search for: a report, not a list of rows."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Shoppers write it."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody mends what was searched."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Old days go by themselves."""
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show top terms, those that found nothing, those that nobody followed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = SearchReportForm(request.GET or None)
        if request.GET and not form.is_valid():
            messages.error(request, _("Choose one of the periods."))
        days = form.cleaned_data.get("days", 30) if form.is_valid() else 30
        context = {
            **self.admin_site.each_context(request),
            "title": _("What people search for"),
            "days": days,
            "periods": SearchReportForm.PERIODS,
            "report": get_search_report(timezone.localdate(now()) - timedelta(days=days)),
        }
        return TemplateResponse(request, "admin/catalog/search_report.html", context)

"""What other shops ask and what articles cost us; competitors' prices come in by file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminFileFieldWidget

from catalog.admin.access import get_actor, read_key
from catalog.domain.errors import FileRefused
from catalog.models import CompetitorImport, CompetitorPrice, UnitCost
from catalog.services.pricing.competitors import apply_competitors, drop_competitors, preview_competitors
from shop.kernel.back_office import ReadOnlyAdmin
from shop.kernel.clock import now
from shop.kernel.errors import DomainError

SHOWN: Final = 200
MOST_BYTES: Final = 10 * 1024 * 1024
LABELS: Final = {"preview": "warning", "applied": "success", "dropped": "info"}


class CompetitorFileForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or XLSX with the columns sku (or gtin), competitor, price, currency, url, seen_at."),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )

    def clean_file(self) -> UploadedFile[Any]:
        """Small enough to be read at once."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 10 MB. Split it."))
        return file


@admin.register(CompetitorPrice)
class CompetitorPriceAdmin(ModelAdmin):
    """What other shops ask, the last time that somebody looked."""

    list_display = ("variant", "competitor", "amount", "currency", "seen_on")
    list_filter = ("competitor", "currency")
    list_select_related = ("variant",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("variant__sku__iexact", "competitor")
    autocomplete_fields = ("variant",)


@admin.register(UnitCost)
class UnitCostAdmin(ModelAdmin):
    """What articles cost us, where that is not what stock says; rules on prices build their floor on it."""

    list_display = ("variant", "amount", "currency", "updated_at")
    list_filter = ("currency",)
    list_select_related = ("variant",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("variant__sku__iexact",)
    autocomplete_fields = ("variant",)
    fields = ("variant", "currency", "amount")

    def save_model(self, request: HttpRequest, obj: UnitCost, form: Any, change: bool) -> None:  # noqa: FBT001  Django's signature
        """With its instant."""
        obj.updated_at = now()
        super().save_model(request, obj, form, change)


@admin.register(CompetitorImport)
class CompetitorImportAdmin(ReadOnlyAdmin):
    """Files of competitors' prices: preview, rows to mend, let in."""

    list_display = ("name", "state", "row_quantity", "written_quantity", "created_by", "created_at")
    list_filter = ("state",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CompetitorImport]:
        """Without the rows themselves."""
        rows: QuerySet[CompetitorImport] = super().get_queryset(request)
        return rows.defer("rows", "problems")

    def get_urls(self) -> list[URLPattern]:
        """The moves before the admin's own pages."""
        view = self.admin_site.admin_view(self._move)
        name = "catalog_competitorimport_move"
        return [path("<int:import_id>/move/<slug:move>/", view, name=name), *super().get_urls()]

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Who keeps competitors' prices."""
        return request.user.has_perm("catalog.add_competitorprice")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Choose a file; nothing is written before its preview is let in."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = CompetitorFileForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                row = _read_upload(form.cleaned_data["file"], actor=get_actor(request))
            except FileRefused as error:
                form.add_error("file", str(error.message))
            else:
                return HttpResponseRedirect(reverse("admin:catalog_competitorimport_change", args=[row.pk]))
        facts = {"title": _now("Competitors' prices by file"), "form": form, "opts": self.opts}
        context = {**self.admin_site.each_context(request), **facts}
        return TemplateResponse(request, "admin/catalog/competitor_upload.html", context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What the file would write, or has written, and what to mend."""
        row = get_object_or_404(CompetitorImport, pk=read_key(object_id))
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        facts = {
            "title": row.name,
            "opts": self.opts,
            "row": row,
            "label": LABELS[row.state],
            "good_quantity": row.row_quantity - len(row.problems),
            "problems": row.problems[:SHOWN],
            "hidden_count": max(0, len(row.problems) - SHOWN),
            "may_decide": self.has_add_permission(request),
        }
        context = {**self.admin_site.each_context(request), **facts}
        return TemplateResponse(request, "admin/catalog/competitor_import.html", context)

    def _move(self, request: HttpRequest, import_id: int, move: str) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        get_object_or_404(CompetitorImport, pk=import_id)
        try:
            if move == "apply":
                row = apply_competitors(import_id, actor=get_actor(request))
                told = _now("%(count)d prices were written.") % {"count": row.written_quantity}
                messages.success(request, told)
            else:
                drop_competitors(import_id)
        except DomainError as error:
            messages.error(request, str(error.message))
        return HttpResponseRedirect(reverse("admin:catalog_competitorimport_change", args=[import_id]))


def _read_upload(file: UploadedFile[Any], *, actor: str) -> CompetitorImport:
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "prices"
        with kept.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        return preview_competitors(kept, name=file.name or "", actor=actor)

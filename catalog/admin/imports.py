"""Imports in the back office: upload, look, let in, watch, mend."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.decorators import display

from catalog.admin.access import get_actor, read_key
from catalog.admin.import_forms import ImportForm
from catalog.domain.cells import guard_formula
from catalog.domain.import_states import AT_WORK, ImportState
from catalog.gateways.feeds import COMPETITORS, LABELS, PRICES
from catalog.models import ImportRun
from catalog.queries.import_views import ImportView, build_import_view, iterate_problem_rows
from catalog.services.imports.runs import cancel_import, keep_upload, retry_import, start_import
from shop.kernel.errors import DomainError

STATE_LABELS = {
    ImportState.CHECKING.value: "info",
    ImportState.READY.value: "warning",
    ImportState.RUNNING.value: "info",
    ImportState.DONE.value: "success",
    ImportState.FAILED.value: "danger",
    # A state without a colour would be shown by its key.
    ImportState.CANCELLED.value: "",
}
# Besides the right to bring files: what the file changes.
PERMISSIONS = {
    PRICES: ["catalog.change_price", "catalog.change_pricelist"],
    COMPETITORS: ["catalog.change_competitorprice"],
}
# htmx stops asking when it is answered so.
STOP_POLLING = 286
Step = Callable[..., ImportRun]


@admin.register(ImportRun)
class ImportRunAdmin(ModelAdmin):
    """What came of each import, and the way in for the next one."""

    list_display = (
        "started_at",
        "file_name",
        "kind",
        "standing",
        "row_count",
        "created_count",
        "updated_count",
        "unchanged_count",
        "refused_count",
        "actor",
    )
    list_filter = ("state",)
    search_fields = ("file_name", "actor")
    list_per_page = 50
    show_full_result_count = False

    def get_urls(self) -> list[URLPattern]:
        """Add the steps of an import."""
        view = self.admin_site.admin_view
        steps = {"start": self.start, "cancel": self.cancel, "retry": self.retry}
        return [
            *(
                path(f"<int:run_id>/{name}/", view(require_POST(step)), name=f"catalog_importrun_{name}")
                for name, step in steps.items()
            ),
            path("<int:run_id>/progress/", view(self.progress), name="catalog_importrun_progress"),
            path("<int:run_id>/problems.csv", view(self.problems), name="catalog_importrun_problems"),
            *super().get_urls(),
        ]

    def has_change_permission(self, request: HttpRequest, obj: ImportRun | None = None) -> bool:
        """The past stays."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ImportRun | None = None) -> bool:
        """The past stays."""
        return False

    @display(description=_("format"), ordering="format")
    def kind(self, run: ImportRun) -> str:
        """The format in words."""
        return str(LABELS.get(run.format, run.format))

    @display(description=_("state"), ordering="state", label=STATE_LABELS)
    def standing(self, run: ImportRun) -> tuple[str, str]:
        """The state as a coloured word."""
        return run.state, run.get_state_display()

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Take a file in and have it checked."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ImportForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            run = keep_upload(
                form.cleaned_data["file"],
                archive=form.cleaned_data["archive"],
                options=form.build_options(),
                actor=get_actor(request),
            )
            return _go_to(run.pk)
        context = {**self.admin_site.each_context(request), "form": form, "title": _("Import a file")}
        return TemplateResponse(request, "admin/catalog/import_upload.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show where an import stands and what it would do, does or did."""
        run = self._find(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            **self._describe(request, run),
            "title": run.file_name,
        }
        return TemplateResponse(request, "admin/catalog/import.html", context)

    def progress(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """Answer the part that is asked for every other second; the last answer stops the asking."""
        run = self._find(request, run_id)
        response = TemplateResponse(request, "admin/catalog/_import.html", self._describe(request, run))
        if run.state not in AT_WORK:
            response.status_code = STOP_POLLING
        return response

    def problems(self, request: HttpRequest, run_id: int) -> StreamingHttpResponse:
        """Download the rows that were refused or have something to mend."""
        run = self._find(request, run_id)
        response = StreamingHttpResponse(_stream_problems(run), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="import-{run.pk}-rows-to-mend.csv"'
        return response

    def start(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """Let the checked file in; prices need who keeps them."""
        return self._let_in(request, run_id, start_import)

    def cancel(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """Stop after the batch that is at work."""
        return self._take_step(request, run_id, cancel_import)

    def retry(self, request: HttpRequest, run_id: int) -> HttpResponse:
        """Try the refused rows again."""
        return self._let_in(request, run_id, retry_import)

    def _let_in(self, request: HttpRequest, run_id: int, step: Step) -> HttpResponse:
        if not _may_let_in(request, self._find(request, run_id)):
            raise PermissionDenied
        return self._take_step(request, run_id, step)

    def _take_step(self, request: HttpRequest, run_id: int, step: Step) -> HttpResponse:
        run = self._find(request, run_id)
        if not self.has_add_permission(request):
            raise PermissionDenied
        try:
            run = step(run.pk, actor=get_actor(request))
        except DomainError as error:
            messages.error(request, str(error.message))
        return _go_to(run.pk)

    def _find(self, request: HttpRequest, run_id: int | str) -> ImportRun:
        run = get_object_or_404(ImportRun, pk=read_key(str(run_id)))
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        return run

    def _describe(self, request: HttpRequest, run: ImportRun) -> dict[str, Any]:
        view: ImportView = build_import_view(run)
        return {
            "run": run,
            "view": view,
            "may_act": self.has_add_permission(request),
            "may_let_in": _may_let_in(request, run),
        }


def _may_let_in(request: HttpRequest, run: ImportRun) -> bool:
    return request.user.has_perms(PERMISSIONS.get(run.format, []))


def _go_to(run_id: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:catalog_importrun_change", args=[run_id]))


def _stream_problems(run: ImportRun) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    header = [_now("row"), _now("product"), _now("outcome"), _now("reason"), _now("warnings")]
    yield "\ufeff"
    for cells in chain([header], iterate_problem_rows(run)):
        writer.writerow([guard_formula(cell) for cell in cells])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()

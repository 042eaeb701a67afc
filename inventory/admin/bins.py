"""The page that makes many bins of a zone at once: a pattern, what it would make, then a button."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.forms import BinPatternForm
from inventory.models import Zone
from inventory.queries.bins import BinDraft, draft_bins
from inventory.services.bins import make_bins
from shop.kernel.back_office import read_key
from shop.kernel.errors import DomainError


def show_bin_maker(request: HttpRequest, zone_id: int, *, context: dict[str, Any]) -> HttpResponse:
    """Nothing is made before the preview was seen: the button that makes stands below it."""
    zone = get_object_or_404(Zone.objects.select_related("warehouse"), pk=read_key(zone_id))
    form = BinPatternForm(request.POST or None)
    drafts: list[BinDraft] = []
    if form.is_valid():
        try:
            if request.POST.get("verb") == "make":
                return _make(request, zone, form=form)
            drafts = draft_bins(zone, pattern=form.cleaned_data["pattern"], layout=form.get_layout())
        except DomainError as error:
            form.add_error("pattern", str(error.message))
    context |= {
        "title": _("Make bins"),
        "zone": zone,
        "form": form,
        "drafts": drafts,
        "new_quantity": sum(not draft.is_known for draft in drafts),
    }
    return TemplateResponse(request, "admin/inventory/make_bins.html", context)


def _make(request: HttpRequest, zone: Zone, *, form: BinPatternForm) -> HttpResponse:
    count = make_bins(
        zone, pattern=form.cleaned_data["pattern"], layout=form.get_layout(), actor=str(request.user)
    )
    text = ngettext("%(count)d bin was made.", "%(count)d bins were made.", count)
    messages.success(request, text % {"count": count})
    return HttpResponseRedirect(f"{reverse('admin:inventory_bin_changelist')}?zone__id__exact={zone.pk}")

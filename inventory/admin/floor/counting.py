"""Counting: blind, line by line, twice where it differs."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inventory.admin.floor.base import attempt, floor_page, go, read_article, read_bin, read_lot, show
from inventory.admin.floor.forms import CountForm, FoundForm, SpotCountForm
from inventory.domain.errors import WrongPlace
from inventory.models import CountKind, CountLine, StockCount, Warehouse
from inventory.queries.counts import list_count_lines, list_counts
from inventory.services.counts import (
    add_found_line,
    cancel_count,
    decide_line,
    plan_count,
    post_count,
    record_count,
)

APPROVE = "inventory.approve_count"
_SHOWN = 50


@floor_page
def show_counts(request: HttpRequest, warehouse: Warehouse) -> HttpResponse:
    """The sheets, and the form for a bin that somebody doubts."""
    form = SpotCountForm(request.POST or None)
    made: list[StockCount] = []

    def plan() -> None:
        bin_ = read_bin(form.cleaned_data["bin"], warehouse=warehouse)
        if bin_ is None:
            raise WrongPlace("")
        made.append(plan_count(warehouse.pk, kind=CountKind.SPOT, actor=str(request.user), bin_ids=[bin_.pk]))

    if form.is_valid() and attempt(request, plan, done=_("Count this bin.")):
        return go("count", warehouse.pk, made[0].pk)
    return show(
        request,
        "counts",
        warehouse=warehouse,
        title=_("Count"),
        form=form,
        counts=list_counts().filter(warehouse=warehouse)[:_SHOWN],
    )


@require_POST
@floor_page
def plan_full_count(request: HttpRequest, warehouse: Warehouse) -> HttpResponse:
    """A sheet for everything."""
    attempt(
        request,
        lambda: plan_count(warehouse.pk, kind=CountKind.FULL, actor=str(request.user)),
        done=_("The sheet is ready."),
    )
    return go("counts", warehouse.pk)


@floor_page
def show_count(request: HttpRequest, warehouse: Warehouse, count_id: int) -> HttpResponse:
    """The next place in large letters; expected figures only for those who approve."""
    count = get_object_or_404(StockCount, pk=count_id, warehouse=warehouse)
    lines = list(list_count_lines(count.pk))
    step = next((line for line in lines if line.status in {"open", "recount"}), None)
    return show(
        request,
        "count",
        warehouse=warehouse,
        title=count.number,
        count=count,
        lines=lines,
        step=step,
        done=sum(line.status in {"settled", "posted"} for line in lines),
        form=CountForm(),
        found_form=FoundForm(),
        may_approve=request.user.has_perm(APPROVE),
    )


@require_POST
@floor_page
def count_line(request: HttpRequest, warehouse: Warehouse, line_id: int) -> HttpResponse:
    """One place was counted."""
    line = get_object_or_404(CountLine, pk=line_id, count__warehouse=warehouse)
    form = CountForm(request.POST)
    if form.is_valid():
        quantity = form.cleaned_data["quantity"]
        attempt(
            request,
            lambda: record_count(line.pk, quantity=quantity, actor=str(request.user)),
            done=_("Counted."),
        )
    else:
        messages.error(request, _("Say how many lie there, 0 when nothing does."))
    return go("count", warehouse.pk, line.count_id)


@require_POST
@floor_page
def add_line(request: HttpRequest, warehouse: Warehouse, count_id: int) -> HttpResponse:
    """Something lies where the sheet does not expect it."""
    count = get_object_or_404(StockCount, pk=count_id, warehouse=warehouse)
    form = FoundForm(request.POST)

    def add() -> None:
        given = form.cleaned_data
        scan = read_article(given.get("article", ""), warehouse=warehouse)
        bin_ = read_bin(given.get("bin", ""), warehouse=warehouse)
        lot = read_lot(scan, code=given.get("lot", ""))
        add_found_line(
            count.pk,
            variant_id=scan.variant.pk if scan.variant else 0,
            bin_id=bin_.pk if bin_ else None,
            lot_id=lot.pk if lot else None,
        )

    form.is_valid()
    attempt(request, add, done=_("Now count it."))
    return go("count", warehouse.pk, count.pk)


@require_POST
@floor_page
def decide(request: HttpRequest, warehouse: Warehouse, line_id: int) -> HttpResponse:
    """A large difference is approved, or counted anew."""
    if not request.user.has_perm(APPROVE):
        raise PermissionDenied
    line = get_object_or_404(CountLine, pk=line_id, count__warehouse=warehouse)
    is_approved = request.POST.get("answer") == "approve"
    attempt(
        request,
        lambda: decide_line(line.pk, is_approved=is_approved, actor=str(request.user)),
        done=_("Approved.") if is_approved else _("It is counted again."),
    )
    return go("count", warehouse.pk, line.count_id)


@require_POST
@floor_page
def finish(request: HttpRequest, warehouse: Warehouse, count_id: int) -> HttpResponse:
    """Books the sheet, or throws it away."""
    count = get_object_or_404(StockCount, pk=count_id, warehouse=warehouse)
    actor = str(request.user)
    if request.POST.get("answer") == "cancel":
        is_done = attempt(
            request, lambda: cancel_count(count.pk, actor=actor), done=_("The sheet was thrown away.")
        )
    else:
        is_done = attempt(request, lambda: post_count(count.pk, actor=actor), done=_("The count is booked."))
    return go("counts", warehouse.pk) if is_done else go("count", warehouse.pk, count.pk)

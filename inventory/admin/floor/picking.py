"""Picking: choose a walk, go from bin to bin, put back what nobody wants any more."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inventory.admin.floor.base import attempt, floor_page, go, read_bin, show
from inventory.admin.floor.forms import PickForm
from inventory.domain.errors import LotNotSellable
from inventory.models import PickList, PickListKind, PickTask, Warehouse
from inventory.queries.picking import (
    list_left_in_packing,
    list_pick_lists,
    list_tasks,
    list_unwanted,
    list_waiting,
)
from inventory.queries.scans import find_scanned
from inventory.services.picking import (
    cancel_pick_list,
    confirm_pick,
    create_pick_list,
    note_wrong_scan,
    put_back,
    replan_task,
    start_pick_list,
)

_SHOWN = 50


@floor_page
def show_picking(request: HttpRequest, warehouse: Warehouse) -> HttpResponse:
    """Who waits, which walks there are, and what has to go back."""
    return show(
        request,
        "picking",
        warehouse=warehouse,
        title=_("Pick"),
        waiting=list_waiting(warehouse.pk, most=_SHOWN),
        walks=list_pick_lists(warehouse.pk)[:_SHOWN],
        kinds=PickListKind.choices,
        put_backs=list_left_in_packing(warehouse.pk)[:_SHOWN],
    )


@require_POST
@floor_page
def plan_walk(request: HttpRequest, warehouse: Warehouse) -> HttpResponse:
    """A new walk; it starts at once."""
    kind = request.POST.get("kind", "")
    reference = request.POST.get("reference", "")[:80]
    made: list[PickList] = []

    def plan() -> None:
        walk = create_pick_list(
            warehouse.pk,
            kind=PickListKind(kind) if kind in PickListKind.values else PickListKind.ORDER,
            actor=str(request.user),
            references=[reference] if reference else (),
        )
        made.append(start_pick_list(walk.pk, actor=str(request.user)))

    if attempt(request, plan, done=_("The walk is planned.")):
        return go("walk", warehouse.pk, made[0].pk)
    return go("picking", warehouse.pk)


@floor_page
def show_walk(request: HttpRequest, warehouse: Warehouse, walk_id: int) -> HttpResponse:
    """The next step in large letters, the others below."""
    walk = get_object_or_404(PickList, pk=walk_id, warehouse=warehouse)
    tasks, unwanted = list(list_tasks(walk.pk)), list_unwanted(walk.pk)
    step = next((task for task in tasks if task.status == "open" and task.pk not in unwanted), None)
    return show(
        request,
        "walk",
        warehouse=warehouse,
        title=walk.number,
        walk=walk,
        tasks=tasks,
        unwanted=unwanted,
        step=step,
        form=PickForm(initial={"quantity": step.quantity}) if step else None,
    )


@require_POST
@floor_page
def pick(request: HttpRequest, warehouse: Warehouse, task_id: int) -> HttpResponse:
    """One step was done, or something else was scanned."""
    task = get_object_or_404(
        PickTask.objects.select_related("pick_list", "bin"), pk=task_id, pick_list__warehouse=warehouse
    )
    form = PickForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say how many you took, from 0 to %(most)d.") % {"most": task.quantity})
    elif _is_wrong_scan(task, text=form.cleaned_data["scanned"], warehouse=warehouse):
        note_wrong_scan(task.pk)
        return go("wrong_scan", warehouse.pk, task.pk)
    else:
        _confirm(request, task, quantity=form.cleaned_data["quantity"])
    return go("walk", warehouse.pk, task.pick_list_id)


def _confirm(request: HttpRequest, task: PickTask, *, quantity: int) -> None:
    actor = str(request.user)

    def do() -> None:
        try:
            confirm_pick(task.pk, quantity=quantity, actor=actor)
        except LotNotSellable:
            replan_task(task.pk)
            raise

    done = _("Picked.")
    if quantity < task.quantity:
        done = _(
            "Taken: %(taken)d of %(asked)d. The rest is asked for elsewhere, or waits. Count this place."
        ) % {
            "taken": quantity,
            "asked": task.quantity,
        }
    attempt(request, do, done=done)


def _is_wrong_scan(task: PickTask, *, text: str, warehouse: Warehouse) -> bool:
    """A scan of the step's article, its lot or its bin is right; no scan at all is trusted."""
    if not text:
        return False
    scan = find_scanned(text, warehouse_id=warehouse.pk)
    if scan.bin is not None:
        return scan.bin.pk != task.bin_id
    return scan.variant is None or scan.variant.pk != task.variant_id


@floor_page
def show_wrong_scan(request: HttpRequest, warehouse: Warehouse, task_id: int) -> HttpResponse:
    """The wrong thing was scanned: what was asked for, very large."""
    task = get_object_or_404(
        PickTask.objects.select_related("variant__product", "bin", "lot"),
        pk=task_id,
        pick_list__warehouse=warehouse,
    )
    return show(request, "wrong_scan", warehouse=warehouse, title=_("Something else"), task=task)


@require_POST
@floor_page
def end_walk(request: HttpRequest, warehouse: Warehouse, walk_id: int) -> HttpResponse:
    """Gives a walk up; what is left waits again."""
    walk = get_object_or_404(PickList, pk=walk_id, warehouse=warehouse)
    attempt(request, lambda: cancel_pick_list(walk.pk), done=_("The walk has ended."))
    return go("picking", warehouse.pk)


@require_POST
@floor_page
def return_to_shelf(request: HttpRequest, warehouse: Warehouse, task_id: int) -> HttpResponse:
    """Puts back what was picked for a cancelled order."""
    task = get_object_or_404(PickTask, pk=task_id, pick_list__warehouse=warehouse)

    def do() -> None:
        bin_ = read_bin(request.POST.get("bin", "")[:24], warehouse=warehouse)
        put_back(task.pk, bin_id=bin_.pk if bin_ else None, actor=str(request.user))

    attempt(request, do, done=_("Put back."))
    return go("picking", warehouse.pk)

"""Goods change their place: between bins, out of the house as waste, to another warehouse and from it."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from inventory.admin.floor.base import attempt, floor_page, go, read_article, read_bin, read_known_lot, show
from inventory.admin.floor.forms import ArrivalForm, MoveForm, ScrapForm, TransferForm
from inventory.domain.requests import StockLine
from inventory.domain.states import TransferStatus
from inventory.models import Transfer, TransferLine, Warehouse
from inventory.queries.floor import list_arriving, list_leaving, list_unsellable, list_unsorted
from inventory.services.moves import MoveSource, move_stock
from inventory.services.stock import scrap_stock
from inventory.services.transfers import (
    Arrival,
    cancel_transfer,
    receive_transfer,
    send_transfer,
    write_transfer_line,
)
from shop.kernel.ids import new_token


@floor_page
def move(request: HttpRequest, warehouse: Warehouse) -> HttpResponse:
    """From bin to bin; what has not been put away comes from no bin."""
    form = MoveForm(
        request.POST or None, initial={"token": new_token(), "article": request.GET.get("code", "")}
    )
    if form.is_valid() and attempt(request, lambda: _move(request, warehouse, form=form), done=_("Moved.")):
        return go("move", warehouse.pk)
    return show(
        request,
        "move",
        warehouse=warehouse,
        title=pgettext("goods", "Move"),
        form=form,
        unsorted=list_unsorted(warehouse.pk),
    )


def _read_line(warehouse: Warehouse, *, form: MoveForm | ScrapForm) -> StockLine:
    given = form.cleaned_data
    scan = read_article(given["article"], warehouse=warehouse)
    bin_ = read_bin(given["from_bin"], warehouse=warehouse)
    lot = read_known_lot(scan, code=given["lot"])
    return StockLine(
        variant_id=scan.variant.pk if scan.variant else 0,
        warehouse_id=warehouse.pk,
        quantity=given["quantity"] * scan.pieces,
        bin_id=bin_.pk if bin_ else None,
        lot_id=lot.pk if lot else None,
    )


def _move(request: HttpRequest, warehouse: Warehouse, *, form: MoveForm) -> None:
    source = MoveSource(source_type="floor", source_id=form.cleaned_data["token"], actor=str(request.user))
    line = _read_line(warehouse, form=form)
    move_stock(line, to_bin=read_bin(form.cleaned_data["to_bin"], warehouse=warehouse), source=source)


@floor_page
def scrap(request: HttpRequest, warehouse: Warehouse) -> HttpResponse:
    """What cannot be sold leaves the books, with the reason; a link of the list fills the form."""
    given = {name: request.GET.get(name, "") for name in ("from_bin", "article", "lot", "quantity")}
    filled = {name: value for name, value in given.items() if value}
    form = ScrapForm(request.POST or None, initial={"token": new_token(), **filled})
    if form.is_valid() and attempt(
        request, lambda: _scrap(request, warehouse, form=form), done=_("Written off.")
    ):
        return go("scrap", warehouse.pk)
    return show(
        request,
        "scrap",
        warehouse=warehouse,
        title=_("Write off or send back"),
        form=form,
        unsellable=list_unsellable(warehouse.pk),
    )


def _scrap(request: HttpRequest, warehouse: Warehouse, *, form: ScrapForm) -> None:
    given = form.cleaned_data
    scrap_stock(
        _read_line(warehouse, form=form),
        source_type=given["outcome"],
        source_id=given["token"],
        reason=given["reason"],
        actor=str(request.user),
    )


@floor_page
def show_transfers(request: HttpRequest, warehouse: Warehouse) -> HttpResponse:
    """What leaves for other warehouses and what comes from them."""
    others = [(row.pk, str(row)) for row in Warehouse.objects.active().exclude(pk=warehouse.pk)]
    form = TransferForm(request.POST or None, initial={"token": new_token()}, warehouses=others)
    if form.is_valid() and attempt(
        request, lambda: _write_transfer(request, warehouse, form=form), done=_("Written down.")
    ):
        return go("transfers", warehouse.pk)
    return show(
        request,
        "transfers",
        warehouse=warehouse,
        title=_("Transfers"),
        form=form,
        leaving=list_leaving(warehouse.pk),
        arriving=list_arriving(warehouse.pk),
    )


def _write_transfer(request: HttpRequest, warehouse: Warehouse, *, form: TransferForm) -> None:
    given = form.cleaned_data
    scan = read_article(given["article"], warehouse=warehouse)
    write_transfer_line(
        warehouse.pk,
        destination_id=given["destination"],
        variant_id=scan.variant.pk if scan.variant else 0,
        quantity=given["quantity"] * scan.pieces,
        actor=str(request.user),
        number=f"TR{given['token'][:10]}".upper(),
    )


@require_POST
@floor_page
def send(request: HttpRequest, warehouse: Warehouse, transfer_id: int) -> HttpResponse:
    """The lorry leaves, or the draft is thrown away."""
    transfer = get_object_or_404(Transfer, pk=transfer_id, source=warehouse)
    if request.POST.get("answer") == "cancel":
        attempt(request, lambda: cancel_transfer(transfer.pk), done=_("The draft was thrown away."))
    else:
        attempt(
            request,
            lambda: send_transfer(transfer.pk, actor=str(request.user)),
            done=_("%(number)s is on its way.") % {"number": transfer.number},
        )
    return go("transfers", warehouse.pk)


@floor_page
def receive_from(request: HttpRequest, warehouse: Warehouse, transfer_id: int) -> HttpResponse:
    """What of a transfer was found in the lorry; what is missing at the end is lost."""
    transfer = get_object_or_404(Transfer, pk=transfer_id, destination=warehouse)
    lines = list(transfer.lines.select_related("variant__product", "lot"))
    forms = {
        line.pk: ArrivalForm(
            request.POST or None, prefix=str(line.pk), initial={"received": line.transit_quantity}
        )
        for line in lines
        if line.transit_quantity
    }
    if request.method == "POST" and all(form.is_valid() for form in forms.values()):
        arrivals = [_read_arrival(line_id, form=form) for line_id, form in forms.items()]
        if _book_arrivals(request, transfer, lines=lines, arrivals=arrivals):
            return go("transfers", warehouse.pk)
    return show(
        request,
        "receive_from",
        warehouse=warehouse,
        title=transfer.number,
        transfer=transfer,
        lines=[(line, forms.get(line.pk)) for line in lines],
        is_open=transfer.status in {TransferStatus.SENT, TransferStatus.PART_RECEIVED},
        token=new_token(),
    )


def _read_arrival(line_id: int, *, form: ArrivalForm) -> Arrival:
    given = form.cleaned_data
    return Arrival(line_id=line_id, received_quantity=given["received"], damaged_quantity=given["damaged"])


def _book_arrivals(
    request: HttpRequest, transfer: Transfer, *, lines: Sequence[TransferLine], arrivals: Sequence[Arrival]
) -> bool:
    is_last = request.POST.get("answer") == "all"
    return attempt(
        request,
        lambda: receive_transfer(
            transfer.pk,
            arrivals=arrivals,
            is_last=is_last,
            token=request.POST.get("token", "")[:64],
            actor=str(request.user),
        ),
        done=_describe_arrival(lines, arrivals=arrivals, is_last=is_last),
    )


def _describe_arrival(lines: Sequence[TransferLine], *, arrivals: Sequence[Arrival], is_last: bool) -> str:
    """Whoever books a loss or damage is told how large it is, and who hears of it."""
    good = sum(row.received_quantity for row in arrivals)
    damaged = sum(row.damaged_quantity for row in arrivals)
    missing = sum(line.transit_quantity for line in lines) - good - damaged
    lost = missing if is_last else 0
    told = [ngettext("Received: %(count)d piece.", "Received: %(count)d pieces.", good) % {"count": good}]
    if damaged:
        text = ngettext(
            "%(count)d damaged piece lies in the damaged bin.",
            "%(count)d damaged pieces lie in the damaged bin.",
            damaged,
        )
        told.append(text % {"count": damaged})
    if lost > 0:
        text = ngettext(
            "%(count)d piece is missing and was booked as lost.",
            "%(count)d pieces are missing and were booked as lost.",
            lost,
        )
        told.append(text % {"count": lost})
    is_over = is_last or missing <= 0
    if is_over and (lost > 0 or damaged or any(line.damaged_quantity for line in lines)):
        told.append(_("The service desk has a ticket about it."))
    return " ".join(told)

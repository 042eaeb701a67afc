"""Partners hold stock, count it and move it between warehouses."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from inventory.api.floor import CountsView as CountList
from inventory.api.floor import ReservationsView as HoldList
from inventory.api.floor import TransfersView as TransferList
from inventory.api.floor_serializers import TransferSerializer
from inventory.api.writing_serializers import (
    ArrivalInput,
    CountedRowsInput,
    CountInput,
    CountSheetSerializer,
    HoldInput,
    HoldSerializer,
    ReleaseInput,
    TransferInput,
)
from inventory.domain.partner_holds import name_partner_hold
from inventory.models import CountKind, Reservation, StockCount, Transfer
from inventory.queries.counts import list_count_lines, list_counts
from inventory.queries.ledger import list_holds, list_transfers
from inventory.services.counts import post_count
from inventory.services.partner_writes import (
    ArrivedRow,
    CountedRow,
    hold_stock,
    plan_named_count,
    receive_rows,
    record_rows,
    write_transfer,
)
from inventory.services.reservations import release_stock
from inventory.services.transfers import send_transfer
from shop.kernel.errors import Invalid, NotFound
from shop.partners.api.idempotency import IDEMPOTENCY_HEADER, idempotent, name_caller, read_key
from shop.partners.api.schema import describe_conflict
from shop.partners.api.serializers import read_body
from shop.partners.api.views import ApiView

OUT_OF_STOCK = describe_conflict(
    text="`out_of_stock`, `conflict`: less is free, or the reference was used before."
)
COUNT_CONFLICT = describe_conflict(
    text="`count_not_ready`, `stock_too_low`: look at the sheet and count again."
)
MOVE_CONFLICT = describe_conflict(
    text="`stock_too_low`, `not_allowed`: less is free, or the transfer stands elsewhere."
)


def _add_up(rows: Sequence[dict[str, Any]]) -> Counter[str]:
    wanted: Counter[str] = Counter()
    for row in rows:
        wanted[row["sku"].upper()] += row["quantity"]
    return wanted


def _digest(request: Request) -> str:
    """One word per caller and idempotency key."""
    text = f"{name_caller(request, fallback='')}:{read_key(request)}"
    return hashlib.sha256(text.encode()).hexdigest()[:14].upper()


def _name_reference(request: Request, given: str) -> str:
    return name_partner_hold(request.auth.pk, given=given)


class ReservationsView(HoldList):
    """Holds: the list, and new ones."""

    scope = {"GET": "stock:read", "POST": "reservations:write"}

    @extend_schema(
        operation_id="reservations_create",
        parameters=[IDEMPOTENCY_HEADER],
        request=HoldInput,
        responses={201: HoldSerializer, 409: OUT_OF_STOCK},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Hold stock for a time, all lines or none."""
        body = read_body(HoldInput, request.data)
        reference = _name_reference(request, body["reference"])
        hold_stock(
            reference,
            quantities=_add_up(body["lines"]),
            minutes=body["minutes"],
            country=body["country"],
            channel=body["channel"],
        )
        return _answer_hold(reference, status=201)


def _answer_hold(reference: str, *, status: int = 200) -> Response:
    lines = list_holds(reference=reference)
    return Response(HoldSerializer({"reference": reference, "lines": lines}).data, status=status)


class ReleasesView(ApiView):
    """Ends of holds."""

    scope = "reservations:write"

    @extend_schema(
        operation_id="reservation_release",
        parameters=[IDEMPOTENCY_HEADER],
        request=ReleaseInput,
        responses=HoldSerializer,
    )
    @idempotent
    def post(self, request: Request, reference: str) -> Response:
        """Give back what one of your own references still holds; `reference` is the one that you chose."""
        body = read_body(ReleaseInput, request.data)
        name = _name_reference(request, reference)
        if not Reservation.objects.filter(reference=name).exists():
            raise NotFound(_("You hold nothing under this reference."))
        release_stock(name, reason=body["reason"])
        return _answer_hold(name)


class CountsView(CountList):
    """Counts: the list, and new sheets."""

    scope = {"GET": "stock:read", "POST": "counts:write"}

    @extend_schema(
        operation_id="stock_counts_create",
        parameters=[IDEMPOTENCY_HEADER],
        request=CountInput,
        responses={201: CountSheetSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Plan a blind count of a warehouse or of some of its bins."""
        body = read_body(CountInput, request.data)
        count = plan_named_count(
            body["warehouse"],
            kind=CountKind(body["kind"]),
            bins=body.get("bins", ()),
            actor=name_caller(request, fallback=""),
        )
        return _answer_count(count.number, status=201)


def _get_count(number: str) -> StockCount:
    count = list_counts().filter(number=number).first()
    if count is None:
        raise NotFound(_("There is no such count."))
    return count


def _answer_count(number: str, *, status: int = 200) -> Response:
    count: Any = _get_count(number)
    count.sheet_lines = list_count_lines(count.pk)
    return Response(CountSheetSerializer(count).data, status=status)


class CountView(ApiView):
    """One count."""

    scope = "stock:read"

    @extend_schema(operation_id="stock_counts_read", responses=CountSheetSerializer)
    def get(self, request: Request, number: str) -> Response:
        """Show a count with its places in walking order."""
        return _answer_count(number)


class CountLinesView(ApiView):
    """What was counted."""

    scope = "counts:write"

    @extend_schema(
        operation_id="stock_count_record",
        parameters=[IDEMPOTENCY_HEADER],
        request=CountedRowsInput,
        responses=CountSheetSerializer,
    )
    @idempotent
    def post(self, request: Request, number: str) -> Response:
        """Write down what was counted, all places or none; a place that is not on the sheet is added."""
        body = read_body(CountedRowsInput, request.data)
        rows = [CountedRow(**row) for row in body["lines"]]
        record_rows(_get_count(number), rows=rows, actor=name_caller(request, fallback=""))
        return _answer_count(number)


class CountPostingView(ApiView):
    """The end of a count."""

    scope = "counts:write"

    @extend_schema(
        operation_id="stock_count_post",
        parameters=[IDEMPOTENCY_HEADER],
        request=None,
        responses={200: CountSheetSerializer, 409: COUNT_CONFLICT},
    )
    @idempotent
    def post(self, request: Request, number: str) -> Response:
        """Book the differences; what a person must approve is approved in the back office before."""
        post_count(_get_count(number).pk, actor=name_caller(request, fallback=""))
        return _answer_count(number)


class TransfersView(TransferList):
    """Transfers: the list, and new ones."""

    scope = {"GET": "stock:read", "POST": "transfers:write"}

    @extend_schema(
        operation_id="transfers_create",
        parameters=[IDEMPOTENCY_HEADER],
        request=TransferInput,
        responses={201: TransferSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Write a transfer down; nothing moves before it is sent."""
        body = read_body(TransferInput, request.data)
        transfer = write_transfer(
            body["origin"],
            destination=body["destination"],
            quantities=_add_up(body["lines"]),
            number=f"TR{_digest(request)}",
            note=body.get("note", ""),
            actor=name_caller(request, fallback=""),
        )
        return _answer_transfer(transfer.number, status=201)


def _get_transfer(number: str) -> Transfer:
    transfer = list_transfers().filter(number=number).first()
    if transfer is None:
        raise NotFound(_("There is no such transfer."))
    return transfer


def _answer_transfer(number: str, *, status: int = 200) -> Response:
    return Response(TransferSerializer(_get_transfer(number)).data, status=status)


class TransferSendingView(ApiView):
    """The lorry leaves."""

    scope = "transfers:write"

    @extend_schema(
        operation_id="transfer_send",
        parameters=[IDEMPOTENCY_HEADER],
        request=None,
        responses={200: TransferSerializer, 409: MOVE_CONFLICT},
    )
    @idempotent
    def post(self, request: Request, number: str) -> Response:
        """Send a transfer: the goods leave their bins, what expires first in front."""
        send_transfer(_get_transfer(number).pk, actor=name_caller(request, fallback=""))
        return _answer_transfer(number)


class TransferArrivalsView(ApiView):
    """The lorry comes."""

    scope = "transfers:write"

    @extend_schema(
        operation_id="transfer_receive",
        parameters=[IDEMPOTENCY_HEADER],
        request=ArrivalInput,
        responses={200: TransferSerializer, 409: MOVE_CONFLICT},
    )
    @idempotent
    def post(self, request: Request, number: str) -> Response:
        """Book what arrived; damaged pieces are not for sale, and with `is_last` what is missing is lost."""
        body = read_body(ArrivalInput, request.data)
        rows = [ArrivedRow(**row) for row in body["lines"]]
        is_last = body.get("is_last", False)
        if not rows and not is_last:
            raise Invalid(_("Say what arrived, or that nothing more comes."), field="lines")
        receive_rows(
            _get_transfer(number),
            rows=rows,
            is_last=is_last,
            token=_digest(request),
            actor=name_caller(request, fallback=""),
        )
        return _answer_transfer(number)

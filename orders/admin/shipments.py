"""Parcels, and what carriers pushed."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from orders.admin.labels import LABELS
from orders.models import CarrierCallback, Shipment, ShipmentLine, TrackingNode
from orders.services.fulfilment import request_label
from shop.kernel.back_office import ReadOnlyAdmin, ReadOnlyInline


class ParcelPart(ReadOnlyInline):
    """A part of a parcel's page."""

    hide_title = True

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Whoever sees the parcel."""
        return bool(request.user.has_perm("orders.view_shipment"))


class LineInline(ParcelPart):
    """What is in the parcel."""

    model = ShipmentLine
    fields = ("order_line", "quantity")
    readonly_fields = fields


class NodeInline(ParcelPart):
    """Where it has been."""

    model = TrackingNode
    fields = ("occurred_at", "status", "place", "message", "recorded_at")
    readonly_fields = fields


@admin.register(Shipment)
class ShipmentAdmin(ReadOnlyAdmin):
    """Parcels under way and arrived."""

    list_display = (
        "number",
        "order",
        "warehouse",
        "carrier",
        "tracking_number",
        "state",
        "created_at",
        "last_news_at",
        "stalled_at",
    )
    list_filter = ("status", ("stalled_at", admin.EmptyFieldListFilter), "carrier", "warehouse")
    list_select_related = ("order", "warehouse")
    search_fields = ("number__iexact", "tracking_number__iexact", "order__number__iexact")
    inlines = (LineInline, NodeInline)
    actions = ("request_labels",)

    @display(description=_("state"), ordering="status", label=LABELS)
    def state(self, shipment: Shipment) -> tuple[str, str | Promise]:
        """As a coloured word."""
        return shipment.status, shipment.get_status_display()

    def has_fulfil_permission(self, request: HttpRequest) -> bool:
        """The warehouse."""
        return request.user.has_perm("orders.fulfil_order")

    @admin.action(description=_("Ask the carrier again for a label"), permissions=["fulfil"])
    def request_labels(self, request: HttpRequest, queryset: QuerySet[Shipment]) -> None:
        """Those that have a label keep it."""
        for shipment in queryset:
            if request_label(shipment.pk):
                messages.success(request, _("%(number)s has its label.") % {"number": shipment.number})
            else:
                messages.warning(
                    request, _("%(number)s: the carrier did not take it.") % {"number": shipment.number}
                )


@admin.register(CarrierCallback)
class CarrierCallbackAdmin(ReadOnlyAdmin):
    """The inbox of the carriers' pushes, each with its outcome."""

    list_display = ("received_at", "carrier", "event_id", "outcome", "processed_at", "attempts")
    list_filter = ("carrier", "outcome")
    search_fields = ("event_id",)
    exclude = ("body",)

"""Parcels, where they have been, and what carriers pushed to us."""

from django.db import models
from django.db.models import Q

from orders.domain.states import ShipmentStatus
from orders.models.orders import Order, OrderLine


class ShipmentQuerySet(models.QuerySet["Shipment"]):
    """Ideas about shipments."""

    def moving(self) -> "ShipmentQuerySet":
        """Parcels that have not arrived."""
        return self.exclude(status=ShipmentStatus.DELIVERED)


class Shipment(models.Model):
    """One parcel of an order from one warehouse."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="shipments")
    warehouse = models.ForeignKey("inventory.Warehouse", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=30, unique=True)
    status = models.CharField(max_length=20, choices=ShipmentStatus, default=ShipmentStatus.PENDING)
    carrier = models.CharField(max_length=30)
    tracking_number = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    last_news_at = models.DateTimeField()
    last_polled_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    stalled_at = models.DateTimeField(null=True, blank=True)

    objects = ShipmentQuerySet.as_manager()

    class Meta:
        ordering = ("created_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["carrier", "tracking_number"],
                condition=~Q(tracking_number=""),
                name="orders_shipment_tracking_number",
            ),
            models.CheckConstraint(
                condition=Q(status__in=ShipmentStatus.values),
                name="orders_shipment_status",
            ),
        )
        indexes = (
            models.Index(
                fields=["last_news_at"],
                condition=~Q(status="delivered"),
                name="orders_shipment_moving",
            ),
        )

    def __str__(self) -> str:
        return self.number


class ShipmentLine(models.Model):
    """How much of an order line is in a parcel."""

    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="shipment_lines")
    quantity = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["shipment", "order_line"], name="orders_shipmentline_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1),
                name="orders_shipmentline_quantity_positive",
            ),
        )

    def __str__(self) -> str:
        return f"{self.quantity} in {self.shipment_id}"


class TrackingNode(models.Model):
    """One place on a parcel's way, as the carrier told it, by push or by poll."""

    shipment = models.ForeignKey(Shipment, on_delete=models.PROTECT, related_name="nodes")
    event_id = models.CharField(max_length=100)
    status = models.CharField(max_length=20, choices=ShipmentStatus)
    place = models.CharField(max_length=120, blank=True)
    message = models.CharField(max_length=250, blank=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ("-occurred_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["shipment", "event_id"], name="orders_trackingnode_once"),
        )

    def __str__(self) -> str:
        return f"{self.status} {self.place}".strip()


class CarrierCallback(models.Model):
    """The inbox of carriers' pushes: stored first, worked off by a task, each once."""

    carrier = models.CharField(max_length=30)
    event_id = models.CharField(max_length=100)
    body = models.BinaryField()
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=30, blank=True)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["carrier", "event_id"], name="orders_carriercallback_once"),
        )
        indexes = (
            models.Index(
                fields=["received_at"],
                condition=Q(processed_at__isnull=True),
                name="orders_callback_pending",
            ),
        )

    def __str__(self) -> str:
        return f"{self.carrier} {self.event_id}"

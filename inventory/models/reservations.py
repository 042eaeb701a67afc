"""Stock held for somebody: by a reference string, in one warehouse, for a time."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models.warehouses import Warehouse
from shop.kernel.clock import now


class ReservationState(models.TextChoices):
    """Held until a time, confirmed for good, then shipped or given back."""

    HELD = "held", _("held")
    CONFIRMED = "confirmed", _("confirmed")
    SHIPPED = "shipped", _("shipped")
    RELEASED = "released", _("released")
    EXPIRED = "expired", _("expired")


ACTIVE_STATES = (ReservationState.HELD, ReservationState.CONFIRMED)


class ReservationQuerySet(models.QuerySet["Reservation"]):
    """Ideas about reservations."""

    def active(self) -> "ReservationQuerySet":
        """Counted in `reserved`."""
        return self.filter(state__in=ACTIVE_STATES)


class Reservation(models.Model):
    """`open_quantity` is what still counts in the level's `reserved`; it falls to zero by shipping or release.

    One foreign key, on the level of (variant, warehouse), stands for those on both.
    """

    reference = models.CharField(_("reference"), max_length=80)
    variant = models.ForeignKey(
        "catalog.Variant",
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="reservations",
        verbose_name=_("variant"),
    )
    warehouse = models.ForeignKey(
        Warehouse,
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="reservations",
        verbose_name=_("warehouse"),
    )
    quantity = models.IntegerField(_("quantity"))
    open_quantity = models.IntegerField(_("still held"))
    state = models.CharField(
        _("state"),
        max_length=16,
        choices=ReservationState.choices,
        default=ReservationState.HELD,
    )
    channel = models.CharField(_("channel"), max_length=40, blank=True, default="", db_default="")
    fenced_quantity = models.IntegerField(
        _("out of what was set aside"),
        default=0,
        db_default=0,
        help_text=_("Goes back there when the hold ends unshipped."),
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    expires_at = models.DateTimeField(_("held until"))
    created_at = models.DateTimeField(_("created"), default=now)

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        ordering = ("variant_id", "warehouse_id")
        constraints = (
            models.UniqueConstraint(
                fields=("reference", "variant", "warehouse"),
                name="reservation_once_per_shelf",
            ),
            # One function for all: PostgreSQL reads the text of each CHECK anew for every statement.
            models.CheckConstraint(
                condition=models.Func(
                    F("state"),
                    F("quantity"),
                    F("open_quantity"),
                    F("fenced_quantity"),
                    function="inventory_hold_fits",
                    output_field=models.BooleanField(),
                ),
                name="reservation_open_only_while_active",
            ),
        )
        indexes = (
            models.Index(
                fields=("expires_at",),
                condition=Q(state="held"),
                name="reservation_lapsing",
            ),
            models.Index(
                fields=("variant", "warehouse"),
                condition=Q(state__in=ACTIVE_STATES),
                name="reservation_active_by_shelf",
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference}: {self.open_quantity}/{self.quantity} {self.state}"

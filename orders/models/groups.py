"""Groups of shoppers who buy an article together: the group, its places, and who holds them."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.domain.states import GroupStatus, PlaceState
from orders.models.orders import ZERO, Order
from shop.kernel.fields import AmountField
from shop.kernel.ids import new_token


class BuyingGroupQuerySet(models.QuerySet["BuyingGroup"]):
    """Ideas about groups."""

    def gathering(self) -> "BuyingGroupQuerySet":
        """Groups that are not closed: their counters move."""
        return self.filter(status__in=(GroupStatus.NEW, GroupStatus.OPEN))

    def due(self, now: datetime) -> "BuyingGroupQuerySet":
        """Open groups whose time is up."""
        return self.filter(status=GroupStatus.OPEN, closes_at__lte=now)


class BuyingGroup(models.Model):
    """One group; its terms are a snapshot, so that a campaign that changes breaks no promise."""

    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    promotion = models.ForeignKey("catalog.Promotion", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, related_name="+")
    terms: Any = models.JSONField()
    status = models.CharField(max_length=10, choices=GroupStatus, default=GroupStatus.NEW)
    minimum_people = models.PositiveSmallIntegerField()
    largest_people = models.PositiveSmallIntegerField()
    # Places that are taken, and how many of these are paid for. What they were when the group closed stays.
    held_quantity = models.PositiveSmallIntegerField(default=0)
    paid_quantity = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=150, blank=True, default="")

    objects = BuyingGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("buying group")
        verbose_name_plural = _("buying groups")
        ordering = ("-pk",)
        permissions = (("close_buyinggroup", "Can complete and release groups before their time"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(held_quantity__lte=F("largest_people"), paid_quantity__lte=F("held_quantity")),
                name="orders_group_not_overfull",
            ),
            models.CheckConstraint(
                condition=Q(minimum_people__gte=2, minimum_people__lte=F("largest_people")),
                name="orders_group_sizes_in_order",
            ),
            models.CheckConstraint(condition=Q(status__in=GroupStatus.values), name="orders_group_status"),
            models.CheckConstraint(
                condition=~Q(status__in=("open", "completed"))
                | Q(opened_at__isnull=False, closes_at__isnull=False),
                name="orders_group_open_has_times",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("new", "open"), closed_at__isnull=True)
                | Q(status__in=("completed", "released"), closed_at__isnull=False),
                name="orders_group_closed_at_iff_closed",
            ),
        )
        indexes = (
            models.Index(fields=["closes_at"], condition=Q(status="open"), name="orders_group_closes"),
            models.Index(fields=["promotion", "-created_at"], name="orders_group_promotion"),
        )

    def __str__(self) -> str:
        return f"group {self.pk}"


class GroupPlace(models.Model):
    """A member's place in a group: one order; held while it is unpaid, free again when it is left."""

    group = models.ForeignKey(BuyingGroup, on_delete=models.PROTECT, related_name="places")
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="group_place")
    state = models.CharField(max_length=10, choices=PlaceState, default=PlaceState.HELD)
    # What went back because more people came than were needed.
    returned_amount = AmountField(default=ZERO)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=PlaceState.values), name="orders_place_state"),
            models.CheckConstraint(
                condition=Q(returned_amount=0) | Q(returned_amount__gt=0, settled_at__isnull=False),
                name="orders_place_return_is_settled",
            ),
        )
        indexes = (
            models.Index(fields=["group"], condition=Q(settled_at=None), name="orders_place_unsettled"),
        )

    def __str__(self) -> str:
        return f"place {self.pk}"


class GroupKey(models.Model):
    """One of a member's names (account, e-mail address); it is gone when the place is left."""

    group = models.ForeignKey(BuyingGroup, on_delete=models.CASCADE, related_name="keys")
    place = models.ForeignKey(GroupPlace, on_delete=models.CASCADE, related_name="keys")
    customer_key = models.CharField(max_length=80)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["group", "customer_key"], name="orders_groupkey_one_per_customer"
            ),
        )

    def __str__(self) -> str:
        return self.customer_key

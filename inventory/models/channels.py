"""How much of a shelf a sales channel may sell."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models.levels import StockLevel


class ChannelPolicy(models.TextChoices):
    """Without a row a channel shares all that is free."""

    RING_FENCE = "ring_fence", _("set aside for the channel")
    BUFFER = "buffer", _("never sell the last ones")


class ChannelStock(models.Model):
    """A rule for one channel on one level.

    Ring fence: `quantity` pieces were set aside, `open_quantity` of them are still unsold and counted in the level's
    `fenced`. Buffer: the channel sees `quantity` less than is free.
    """

    level = models.ForeignKey(
        StockLevel, on_delete=models.PROTECT, related_name="channel_rules", verbose_name=_("stock level")
    )
    channel = models.CharField(_("channel"), max_length=40)
    policy = models.CharField(_("rule"), max_length=16, choices=ChannelPolicy.choices)
    quantity = models.PositiveIntegerField(_("quantity"))
    open_quantity = models.PositiveIntegerField(_("still set aside"), default=0, editable=False)

    class Meta:
        verbose_name = _("channel stock")
        verbose_name_plural = _("channel stock")
        ordering = ("level_id", "channel")
        constraints = (
            models.UniqueConstraint(fields=("level", "channel"), name="channel_stock_once_per_level"),
            models.CheckConstraint(
                condition=Q(policy="ring_fence", open_quantity__lte=F("quantity"))
                | Q(policy="buffer", open_quantity=0),
                name="channel_stock_open_within_fence",
            ),
            models.CheckConstraint(condition=~Q(channel=""), name="channel_stock_names_a_channel"),
        )

    def __str__(self) -> str:
        return f"{self.channel}: {self.policy} {self.quantity}"

"""How operators work on the catalogue: the bar for publishing, and changes made to many products at once."""

from django.db import models
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _


class ListingPolicy(models.Model):
    """What a good listing is, and the mark below which nothing is published; one row."""

    lowest_score = models.PositiveSmallIntegerField(
        _("lowest score to publish"),
        default=0,
        help_text=_("0 to 100. 0 publishes everything and only shows the score."),
    )
    shortest_title = models.PositiveSmallIntegerField(
        _("shortest title"), default=30, help_text=_("In Latin letters; a Chinese character counts two.")
    )
    longest_title = models.PositiveSmallIntegerField(_("longest title"), default=60)
    least_image_pixels = models.PositiveSmallIntegerField(
        _("smallest main picture (pixels)"), default=800, help_text=_("Width and height.")
    )
    shortest_description = models.PositiveSmallIntegerField(_("shortest description (letters)"), default=80)

    class Meta:
        verbose_name = _("listing policy")
        verbose_name_plural = _("listing policy")
        constraints = (
            models.CheckConstraint(condition=models.Q(pk=1), name="catalog_listing_policy_is_one"),
            models.CheckConstraint(
                condition=models.Q(lowest_score__lte=100), name="catalog_listing_policy_score_in_range"
            ),
            models.CheckConstraint(
                condition=models.Q(longest_title__gte=models.F("shortest_title")),
                name="catalog_listing_policy_title_in_order",
            ),
        )

    def __str__(self) -> str:
        """Return what it is."""
        return str(self._meta.verbose_name)


class BulkEdit(models.Model):
    """One change of many products, with what each was before, so that it can be taken back."""

    actor = models.CharField(_("who"), max_length=254)
    created_at = models.DateTimeField(_("when"), editable=False)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True, editable=False)
    # What was asked for: {"category": 3, "publish": true, …}.
    wanted = models.JSONField(_("asked for"), default=dict, editable=False)
    # [[product id, field, before, after], …]
    changes = models.JSONField(_("changes"), default=list, editable=False)
    product_count = models.PositiveIntegerField(_("products"), default=0, editable=False)

    class Meta:
        verbose_name = _("bulk edit")
        verbose_name_plural = _("bulk edits")
        ordering = ("-pk",)

    def __str__(self) -> str:
        """Return who and when, by the shop's clock as the page tells it."""
        return f"{self.actor} {localtime(self.created_at):%Y-%m-%d %H:%M}"

"""What will be wanted: one run a day, one row per shelf in it, so that a run that was cut off goes on."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.models.warehouses import Warehouse
from shop.kernel.clock import now


class ForecastRun(models.Model):
    """The forecasts of one day; `until` is the last day of demand that they know."""

    until = models.DateField(_("knows demand until"), unique=True)
    started_at = models.DateTimeField(_("started"), default=now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    item_quantity = models.PositiveIntegerField(_("articles"), default=0)

    class Meta:
        verbose_name = _("forecast run")
        verbose_name_plural = _("forecast runs")
        ordering = ("-until",)

    def __str__(self) -> str:
        return str(self.until)


class ItemForecast(models.Model):
    """The days after the run's last one, with an 80 % interval; errors are those of the cross-validation."""

    class Origin(models.TextChoices):
        """Whose history it rests on."""

        OWN = "own", pgettext_lazy("forecast", "own sales")
        CATEGORY = "category", pgettext_lazy("forecast", "its category's sales")
        NONE = "none", pgettext_lazy("forecast", "nothing yet")

    run = models.ForeignKey(ForecastRun, on_delete=models.CASCADE, related_name="items")
    variant = models.ForeignKey(
        "catalog.Variant", on_delete=models.PROTECT, related_name="forecasts", verbose_name=_("variant")
    )
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="forecasts", verbose_name=_("warehouse")
    )
    origin = models.CharField(_("rests on"), max_length=10, choices=Origin.choices)
    model = models.CharField(_("model"), max_length=80, blank=True)
    daily_quantities = ArrayField(models.DecimalField(max_digits=12, decimal_places=3))
    low_quantities = ArrayField(models.DecimalField(max_digits=12, decimal_places=3))
    high_quantities = ArrayField(models.DecimalField(max_digits=12, decimal_places=3))
    # Of one day, from the cross-validation's errors: what safety stock has to cover.
    deviation = models.DecimalField(_("deviation of a day"), max_digits=12, decimal_places=4)
    weekly_variation = models.DecimalField(
        _("variation of weeks"), max_digits=8, decimal_places=4, null=True, blank=True
    )
    mase = models.DecimalField(_("error (MASE)"), max_digits=8, decimal_places=4, null=True, blank=True)
    naive_mase = models.DecimalField(
        _("error of the naive forecast"), max_digits=8, decimal_places=4, null=True, blank=True
    )
    bias = models.DecimalField(_("bias"), max_digits=10, decimal_places=4, null=True, blank=True)
    scores = models.JSONField(_("candidates"), default=dict)

    class Meta:
        verbose_name = _("forecast")
        verbose_name_plural = _("forecasts")
        ordering = ("-run_id", "variant_id", "warehouse_id")
        constraints = (
            models.UniqueConstraint(
                fields=("run", "variant", "warehouse"), name="forecast_once_per_run_and_shelf"
            ),
        )
        indexes = (models.Index(fields=("variant", "warehouse", "-run"), name="forecast_newest_by_shelf"),)

    def __str__(self) -> str:
        return f"{self.variant_id}@{self.warehouse_id}: {self.model}"

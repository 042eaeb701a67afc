"""Daily figures: what the front page of the back office reads."""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from shop.kernel.fields import AmountField, CurrencyField


class DailyFigures(models.Model):
    """One day in one currency, in the shop's time zone. Visits are counted once, in the shop's own currency's row."""

    day = models.DateField()
    currency = CurrencyField()
    sales_amount = AmountField(default=Decimal(0))
    placed_quantity = models.PositiveIntegerField(default=0)
    paid_quantity = models.PositiveIntegerField(default=0)
    visits_quantity = models.PositiveIntegerField(default=0)
    rolled_up_at = models.DateTimeField()

    class Meta:
        ordering = ("day",)
        verbose_name_plural = "daily figures"
        constraints = (models.UniqueConstraint(fields=["day", "currency"], name="analytics_day_once"),)

    def __str__(self) -> str:
        return f"{self.day} {self.currency}"

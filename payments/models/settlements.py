"""What the provider says it settled on a day."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from payments.models.payments import Payment
from payments.models.refunds import Refund
from shop.kernel.fields import AmountField, CurrencyField


class SettlementFile(models.Model):
    """One provider's lines of one UTC day; fetched again it is the same row."""

    gateway = models.CharField(max_length=20)
    day = models.DateField()
    fetched_at = models.DateTimeField()
    matched_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["gateway", "day"], name="payments_settlement_one_per_day"),
        )
        ordering = ("-day",)
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")

    def __str__(self) -> str:
        return f"{self.gateway} {self.day}"


class SettlementLine(models.Model):
    """One line with what it was matched to; gross and net of a refund are below zero."""

    class Kind(models.TextChoices):
        """What the line settles."""

        PAYMENT = "payment", _("payment")
        REFUND = "refund", _("refund")

    file = models.ForeignKey(SettlementFile, on_delete=models.PROTECT, related_name="lines")
    gateway = models.CharField(max_length=20)
    line_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=10, choices=Kind)
    reference = models.CharField(max_length=255)
    gross_amount = AmountField()
    fee_amount = AmountField()
    net_amount = AmountField()
    currency = CurrencyField()
    occurred_at = models.DateTimeField()
    payment = models.ForeignKey(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="settlement_lines"
    )
    refund = models.ForeignKey(
        Refund, null=True, blank=True, on_delete=models.PROTECT, related_name="settlement_lines"
    )
    is_matched = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["gateway", "line_id"], name="payments_settlement_line_once"),
        )
        indexes = (models.Index(fields=["gateway", "reference"], name="payments_settlement_reference"),)
        verbose_name = _("settlement line")
        verbose_name_plural = _("settlement lines")

    def __str__(self) -> str:
        return f"{self.line_id} {self.net_amount} {self.currency}"

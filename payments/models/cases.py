"""Differences between money and books that a person must settle."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from payments.domain.case_texts import describe_case
from payments.domain.states import CASE_OPEN, CASE_RESOLVED, CASE_TRANSITIONS
from payments.models.payments import Payment
from payments.models.refunds import Refund
from shop.kernel.fields import AmountField, CurrencyField
from shop.kernel.money import Money


class ReconciliationCase(models.Model):
    """One difference, opened once however often it is found (`dedupe_key`), owned by a group."""

    class Kind(models.TextChoices):
        """What does not fit."""

        DUPLICATE_PAYMENT = "duplicate_payment", _("order paid twice")
        UNFULFILLABLE_PAYMENT = ("unfulfillable_payment", _("paid after the goods were gone"))
        SNAPSHOT_MISMATCH = ("snapshot_mismatch", _("the provider names another amount, currency or order"))
        ORPHAN_PAYMENT = "orphan_payment", _("money without a payment of ours")
        UNSETTLED_PAYMENT = "unsettled_payment", _("the provider gives no final answer")
        REFUND_FAILED = "refund_failed", _("a refund failed")
        MISSING_IN_SETTLEMENT = ("missing_in_settlement", _("ours, but not settled by the provider"))
        MISSING_IN_BOOKS = ("missing_in_books", _("settled by the provider, but not ours"))
        AMOUNT_MISMATCH = "amount_mismatch", _("settled with another amount")
        CURRENCY_MISMATCH = "currency_mismatch", _("settled in another currency")
        FEE_MISMATCH = ("fee_mismatch", _("gross less fee is not net, or the fee is out of bounds"))
        SETTLED_TWICE = "settled_twice", _("settled more than once")

    dedupe_key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=30, choices=Kind)
    gateway = models.CharField(max_length=20)
    day = models.DateField(null=True, blank=True)
    order = models.ForeignKey(
        "orders.Order", null=True, blank=True, on_delete=models.PROTECT, related_name="reconciliation_cases"
    )
    payment = models.ForeignKey(
        Payment, null=True, blank=True, on_delete=models.PROTECT, related_name="cases"
    )
    refund = models.ForeignKey(Refund, null=True, blank=True, on_delete=models.PROTECT, related_name="cases")
    # English, for the search: what a reader is told are its `words`.
    summary = models.CharField(max_length=300)
    expected_amount = AmountField(null=True, blank=True)
    actual_amount = AmountField(null=True, blank=True)
    currency = CurrencyField(blank=True, default="")
    facts = models.JSONField(default=dict, blank=True)
    status = models.CharField(max_length=10, choices=list(CASE_TRANSITIONS.labels.items()), default=CASE_OPEN)
    owner_group = models.CharField(max_length=40, default="finance")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    opened_at = models.DateTimeField()
    resolution = models.TextField(blank=True, default="")
    resolved_by = models.CharField(max_length=254, blank=True, default="")
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=(Q(status=CASE_RESOLVED, resolved_at__isnull=False) & ~Q(resolution=""))
                | (~Q(status=CASE_RESOLVED) & Q(resolved_at=None)),
                name="payments_case_resolved_with_words",
            ),
        )
        indexes = (
            models.Index(fields=["opened_at"], name="payments_case_open", condition=~Q(status=CASE_RESOLVED)),
        )
        ordering = ("-opened_at",)
        verbose_name = _("reconciliation case")
        verbose_name_plural = _("reconciliation cases")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.about}".strip()

    @property
    def expected(self) -> Money | None:
        """What our books say; None where they say nothing."""
        return None if self.expected_amount is None else Money(self.expected_amount, self.currency)

    @property
    def actual(self) -> Money | None:
        """What the provider says, in its own currency; None where it says nothing."""
        if self.actual_amount is None:
            return None
        return Money(self.actual_amount, self.facts.get("actual_currency", self.currency))

    @property
    def words(self) -> str:
        """What does not fit, in the reader's language; the English that was kept where this release cannot say it."""
        try:
            return describe_case(self.kind, self._list_facts(), variant=self._find_variant())
        except KeyError:
            return self.summary

    def _list_facts(self) -> dict[str, str]:
        columns = {
            "gateway": self.gateway,
            "order": self.order.number if self.order else None,
            "payment": self.payment_id,
            "refund": self.refund_id,
            "day": self.day,
            "expected": self.expected,
            "actual": self.actual,
        }
        known = {**self.facts, **columns}
        return {name: str(value) for name, value in known.items() if value is not None}

    def _find_variant(self) -> str:
        """Which of its kind's sentences fits."""
        if self.kind == self.Kind.ORPHAN_PAYMENT:
            return "order" if self.facts.get("order_number") else ""
        if self.kind == self.Kind.MISSING_IN_SETTLEMENT:
            return "refund" if self.refund_id else ""
        if self.kind == self.Kind.REFUND_FAILED and self.facts.get("cause") == "failed":
            return "reason" if self.facts.get("reason") else ""
        return str(self.facts.get("problem") or self.facts.get("cause") or "")

    @property
    def about(self) -> str:
        """What it touches, without words: the order, the provider's reference, what the provider said."""
        order = self.order.number if self.order else ""
        parts = (order, self.gateway, self.facts.get("reference", ""), self.facts.get("reason", ""))
        return " · ".join(str(part) for part in parts if part)

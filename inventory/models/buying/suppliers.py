"""Who sells to us: conditions, prices, and how far they can be relied on."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.domain.buying.prices import describe_price
from inventory.domain.buying.states import RiskFlag
from shop.kernel.clock import now
from shop.kernel.fields import AmountField, CurrencyField
from shop.kernel.ids import new_token
from shop.partners.models import ApiKey


class SupplierQuerySet(models.QuerySet["Supplier"]):
    """Ideas about suppliers."""

    def active(self) -> "SupplierQuerySet":
        """Those whom we still buy from."""
        return self.filter(is_active=True)

    def locked(self, supplier_id: int) -> "Supplier | None":
        """The supplier's row, locked: two who open a draft for it meet here."""
        return self.select_for_update().filter(pk=supplier_id).first()


class Supplier(models.Model):
    """A supplier; the scorecard's figures are measured nightly from its own deliveries."""

    code = models.CharField(_("code"), max_length=24, unique=True)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    country = models.CharField(
        _("country"), max_length=2, blank=True, help_text=_("Two letters, such as NL.")
    )
    address = models.TextField(_("address"), blank=True)
    currency = CurrencyField(_("currency"), default="EUR")
    lead_days = models.PositiveSmallIntegerField(
        _("lead time (days)"),
        default=14,
        help_text=_("As the supplier says; measured ones count once there are three."),
    )
    minimum_order_amount = AmountField(_("minimum order"), default=0)
    is_active = models.BooleanField(_("active"), default=True)
    is_vendor_managed = models.BooleanField(
        _("manages its articles"),
        default=False,
        help_text=_("Sees stock and forecast of its articles and may propose orders."),
    )
    api_key = models.OneToOneField(
        ApiKey,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="supplier",
        verbose_name=_("API key"),
        help_text=_("The key sees this supplier's articles only."),
    )
    portal_token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    risk = models.CharField(
        pgettext_lazy("supplier", "risk"), max_length=8, choices=RiskFlag.choices, default=RiskFlag.NONE
    )
    is_risk_by_hand = models.BooleanField(
        _("risk set by hand"), default=False, help_text=_("The scorecard does not change it.")
    )
    note = models.TextField(_("note"), blank=True)
    measured_lead_days = models.DecimalField(
        _("measured lead time"), max_digits=6, decimal_places=2, null=True, blank=True, editable=False
    )
    measured_lead_deviation = models.DecimalField(
        _("its deviation"), max_digits=6, decimal_places=2, null=True, blank=True, editable=False
    )
    score = models.DecimalField(
        pgettext_lazy("supplier", "score"),
        max_digits=4,
        decimal_places=3,
        null=True,
        blank=True,
        editable=False,
    )
    measured_at = models.DateTimeField(_("measured"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=now, editable=False)

    objects = SupplierQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        ordering = ("name", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(currency__regex=r"^[A-Z]{3}$"), name="supplier_currency_is_iso"
            ),
            models.CheckConstraint(condition=Q(lead_days__gte=1), name="supplier_lead_time_above_zero"),
            models.CheckConstraint(
                condition=Q(minimum_order_amount__gte=0), name="supplier_minimum_not_negative"
            ),
        )

    def __str__(self) -> str:
        return self.name


class SupplierItem(models.Model):
    """An article that a supplier offers; rank 1 is asked first, the next ones stand in."""

    supplier = models.ForeignKey(
        Supplier, on_delete=models.CASCADE, related_name="items", verbose_name=_("supplier")
    )
    variant = models.ForeignKey(
        "catalog.Variant", on_delete=models.PROTECT, related_name="supplier_items", verbose_name=_("variant")
    )
    supplier_sku = models.CharField(_("supplier's number"), max_length=80, blank=True)
    rank = models.PositiveSmallIntegerField(
        pgettext_lazy("supplier", "rank"),
        default=1,
        help_text=_("1 is the main supplier, 2 and above stand in."),
    )
    minimum_quantity = models.PositiveIntegerField(_("minimum quantity"), default=1)
    multiple_quantity = models.PositiveIntegerField(_("pack of"), default=1)
    lead_days = models.PositiveSmallIntegerField(_("own lead time (days)"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("supplier's article")
        verbose_name_plural = _("supplier's articles")
        ordering = ("variant_id", "rank", "pk")
        constraints = (
            models.UniqueConstraint(fields=("supplier", "variant"), name="supplier_item_once"),
            models.CheckConstraint(
                condition=Q(minimum_quantity__gte=1, multiple_quantity__gte=1, rank__gte=1),
                name="supplier_item_packs_above_zero",
            ),
            models.CheckConstraint(
                condition=Q(lead_days__isnull=True) | Q(lead_days__gte=1),
                name="supplier_item_lead_time_above_zero",
            ),
        )

    def __str__(self) -> str:
        return f"{self.supplier_id}: {self.variant_id}"


class SupplierPrice(models.Model):
    """From so many units on, each unit of the order costs so much, in the supplier's currency."""

    item = models.ForeignKey(SupplierItem, on_delete=models.CASCADE, related_name="prices")
    from_quantity = models.PositiveIntegerField(_("from"), default=1)
    amount = AmountField(_("unit price"))

    class Meta:
        verbose_name = _("purchase price")
        verbose_name_plural = _("purchase prices")
        ordering = ("item_id", "from_quantity")
        constraints = (
            models.UniqueConstraint(fields=("item", "from_quantity"), name="supplier_price_once_per_step"),
            models.CheckConstraint(
                condition=Q(from_quantity__gte=1, amount__gte=0), name="supplier_price_possible"
            ),
        )

    def __str__(self) -> str:
        return f"{self.from_quantity}: {self.amount}"

    @property
    def price_text(self) -> str:
        """With the currency's decimals at least: prices may be finer than a cent."""
        return describe_price(self.amount, self.item.supplier.currency)

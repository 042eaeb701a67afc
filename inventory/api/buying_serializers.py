"""Shapes of the buying API."""

from typing import Any

from rest_framework import serializers

from inventory.domain.buying.states import PurchaseOrigin, PurchaseStatus, RiskFlag, SuggestionState
from inventory.domain.buying.suggestions import Urgency
from inventory.models import PurchaseOrder, PurchaseOrderLine
from shop.kernel.money import Money
from shop.partners.api.serializers import MoneyField, StrictSerializer

MOST_LINES = 200
MOST_UNITS = 1_000_000


class SupplierSerializer(serializers.Serializer[Any]):
    """A supplier with what its own deliveries say of it."""

    code = serializers.CharField()
    name = serializers.CharField()
    currency = serializers.CharField()
    lead_days = serializers.IntegerField(help_text="As the supplier says.")
    measured_lead_days = serializers.FloatField(allow_null=True, help_text="Null below three deliveries.")
    measured_lead_deviation = serializers.FloatField(allow_null=True)
    score = serializers.FloatField(allow_null=True, help_text="0 to 1: on time, in full, quality, price.")
    risk = serializers.ChoiceField(choices=RiskFlag.values)
    is_vendor_managed = serializers.BooleanField()


class PurchaseOrderQuery(serializers.Serializer[Any]):
    """The filters of the list."""

    status = serializers.ChoiceField(choices=PurchaseStatus.values, required=False)
    supplier = serializers.CharField(
        max_length=24, required=False, help_text="Only this supplier's, by its code."
    )


class PurchaseLineSerializer(serializers.Serializer[PurchaseOrderLine]):
    """One article of an order."""

    sku = serializers.CharField(source="variant.sku")
    supplier_sku = serializers.CharField(allow_blank=True)
    quantity = serializers.IntegerField()
    received_quantity = serializers.IntegerField()
    damaged_quantity = serializers.IntegerField()
    open_quantity = serializers.IntegerField()
    unit_price = serializers.SerializerMethodField()

    def get_unit_price(self, line: PurchaseOrderLine) -> dict[str, str]:
        """The order's currency; prices may be finer than a cent."""
        return {"amount": line.price_text, "currency": line.order.currency}


class PurchaseOrderSerializer(serializers.Serializer[Any]):
    """A purchase order."""

    number = serializers.CharField()
    supplier = serializers.CharField(source="supplier.code")
    warehouse = serializers.CharField(source="warehouse.code")
    status = serializers.ChoiceField(choices=PurchaseStatus.values)
    origin = serializers.ChoiceField(choices=PurchaseOrigin.values)
    goods = serializers.SerializerMethodField()
    expected_on = serializers.DateField(allow_null=True)
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField(allow_blank=True)
    lines = PurchaseLineSerializer(many=True)

    def get_goods(self, order: PurchaseOrder) -> dict[str, str]:
        """The value of its lines."""
        total = sum((line.unit_amount * line.quantity for line in order.lines.all()), start=0)
        return MoneyField().to_representation(Money(total, order.currency))  # type: ignore[arg-type]  # the sum of decimals


class OrderedLineInput(StrictSerializer):
    """So many of one article."""

    sku = serializers.CharField(max_length=120)
    quantity = serializers.IntegerField(min_value=1, max_value=MOST_UNITS)


class PurchaseOrderInput(StrictSerializer):
    """A draft."""

    supplier = serializers.CharField(max_length=24, help_text="The supplier's code.")
    warehouse = serializers.CharField(max_length=16)
    lines = serializers.ListField(child=OrderedLineInput(), allow_empty=False, max_length=MOST_LINES)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class DeliveredLineInput(StrictSerializer):
    """What came of one article."""

    sku = serializers.CharField(max_length=120)
    good_quantity = serializers.IntegerField(min_value=0, max_value=MOST_UNITS)
    damaged_quantity = serializers.IntegerField(min_value=0, max_value=MOST_UNITS, required=False)
    lot = serializers.CharField(max_length=40, required=False, allow_blank=True)
    expires_on = serializers.DateField(required=False, allow_null=True)


class ReceiptInput(StrictSerializer):
    """A delivery."""

    lines = serializers.ListField(child=DeliveredLineInput(), allow_empty=False, max_length=MOST_LINES)
    keeps_over = serializers.BooleanField(required=False, help_text="More than ordered came, and it stays.")
    note = serializers.CharField(max_length=120, required=False, allow_blank=True)


class SuggestionQuery(serializers.Serializer[Any]):
    """The filters of the list."""

    state = serializers.ChoiceField(choices=SuggestionState.values, required=False)


class SuggestionSerializer(serializers.Serializer[Any]):
    """What should be ordered, with the arithmetic of its moment."""

    sku = serializers.CharField(source="variant.sku")
    warehouse = serializers.CharField(source="warehouse.code")
    day = serializers.DateField()
    supplier = serializers.CharField(source="supplier_item.supplier.code", default=None, allow_null=True)
    quantity = serializers.IntegerField()
    urgency = serializers.ChoiceField(choices=[kind.value for kind in Urgency])
    state = serializers.ChoiceField(choices=SuggestionState.values)
    arithmetic = serializers.DictField(source="facts")


class VendorItemSerializer(serializers.Serializer[Any]):
    """One of the supplier's articles in one warehouse."""

    sku = serializers.CharField()
    supplier_sku = serializers.CharField(allow_blank=True)
    warehouse = serializers.CharField()
    on_hand = serializers.IntegerField()
    available = serializers.IntegerField()
    incoming = serializers.IntegerField(help_text="On open orders and transfers.")
    forecast_quantity = serializers.FloatField(help_text="The next four weeks.")
    days_left = serializers.FloatField(allow_null=True)
    reorder_point = serializers.IntegerField()
    order_up_to = serializers.IntegerField()
    suggested_quantity = serializers.IntegerField()


class ProposalInput(StrictSerializer):
    """What the supplier would deliver."""

    warehouse = serializers.CharField(max_length=16)
    lines = serializers.ListField(child=OrderedLineInput(), allow_empty=False, max_length=MOST_LINES)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)

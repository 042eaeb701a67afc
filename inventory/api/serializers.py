"""Shapes of the stock API."""

from typing import Any

from rest_framework import serializers

from shop.partners.api.serializers import StrictSerializer

LARGEST_CHANGE = 1_000_000


class StockQuery(serializers.Serializer[Any]):
    """The filter of the list."""

    sku = serializers.CharField(max_length=120, required=False, help_text="Only this article.")


class StockSerializer(serializers.Serializer[Any]):
    """One article in one warehouse."""

    sku = serializers.CharField(source="variant.sku")
    warehouse = serializers.CharField(source="warehouse.code")
    on_hand = serializers.IntegerField()
    reserved = serializers.IntegerField()
    available = serializers.IntegerField(source="free_quantity")


class AdjustmentInput(StrictSerializer):
    """One signed change."""

    sku = serializers.CharField(max_length=120)
    warehouse = serializers.CharField(max_length=16)
    quantity = serializers.IntegerField(
        min_value=-LARGEST_CHANGE, max_value=LARGEST_CHANGE, help_text="Signed: -2 takes two away."
    )
    reason = serializers.CharField(max_length=200)


class AdjustmentResultSerializer(serializers.Serializer[Any]):
    """What became of a row; the rows stand in the order in which they were sent."""

    sku = serializers.CharField()
    warehouse = serializers.CharField()
    quantity = serializers.IntegerField()
    is_applied = serializers.BooleanField()
    code = serializers.CharField(
        help_text="applied, unknown_sku, unknown_warehouse, invalid_quantity, stock_too_low or unchanged"
    )
    message = serializers.CharField(allow_blank=True)


class AdjustmentsSerializer(serializers.Serializer[Any]):
    """The results of all rows."""

    results = AdjustmentResultSerializer(many=True)


class AdjustmentRows(serializers.ListSerializer[Any]):
    """The body of an adjustment: a plain list."""

"""Shapes of what moves and is counted in the warehouses."""

from typing import Any

from rest_framework import serializers

from shop.partners.api.serializers import StrictSerializer

LARGEST = 1_000_000


class ShelfQuery(serializers.Serializer[Any]):
    """The filters of the lists."""

    sku = serializers.CharField(max_length=120, required=False, help_text="Only this article.")
    warehouse = serializers.CharField(
        max_length=16, required=False, help_text="Only this warehouse, by code."
    )


class ReferenceQuery(ShelfQuery):
    """Reservations also by what holds them."""

    reference = serializers.CharField(
        max_length=80, required=False, help_text="Only this one, such as `order:SABC123`."
    )


class PositionSerializer(serializers.Serializer[Any]):
    """Pieces of one article in one bin, from one lot."""

    sku = serializers.CharField(source="variant.sku")
    warehouse = serializers.CharField(source="warehouse.code")
    bin = serializers.CharField(source="bin.code", default="", help_text="Empty: not put away.")
    lot = serializers.CharField(source="lot.code", default="", help_text="Empty: not traced.")
    expires_on = serializers.DateField(source="lot.expires_on", default=None, allow_null=True)
    quantity = serializers.IntegerField()


class MovementSerializer(serializers.Serializer[Any]):
    """One row of the ledger."""

    id = serializers.IntegerField()
    sku = serializers.CharField(source="variant.sku")
    warehouse = serializers.CharField(source="warehouse.code")
    bin = serializers.CharField(source="bin.code", default="")
    lot = serializers.CharField(source="lot.code", default="")
    kind = serializers.CharField()
    quantity = serializers.IntegerField(source="delta", help_text="Signed change of what is on hand.")
    reserved = serializers.IntegerField(source="reserved_delta", help_text="Signed change of what is held.")
    reference = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    cause = serializers.CharField(source="source_type")
    created_at = serializers.DateTimeField()


class ReservationSerializer(serializers.Serializer[Any]):
    """What a reference holds on one shelf."""

    reference = serializers.CharField()
    sku = serializers.CharField(source="variant.sku")
    warehouse = serializers.CharField(source="warehouse.code")
    quantity = serializers.IntegerField()
    open_quantity = serializers.IntegerField()
    state = serializers.CharField()
    channel = serializers.CharField(allow_blank=True)
    expires_at = serializers.DateTimeField()


class CountSerializer(serializers.Serializer[Any]):
    """One count sheet and how far it is."""

    number = serializers.CharField()
    warehouse = serializers.CharField(source="warehouse.code")
    kind = serializers.CharField()
    status = serializers.CharField()
    planned_on = serializers.DateField()
    lines = serializers.IntegerField(source="line_quantity")
    done = serializers.IntegerField(source="done_quantity")
    posted_at = serializers.DateTimeField(allow_null=True)


class TransferLineSerializer(serializers.Serializer[Any]):
    """What left of one article, and what of it arrived."""

    sku = serializers.CharField(source="variant.sku")
    lot = serializers.CharField(source="lot.code", default="")
    quantity = serializers.IntegerField()
    received = serializers.IntegerField(source="received_quantity")
    damaged = serializers.IntegerField(source="damaged_quantity")
    lost = serializers.IntegerField(source="lost_quantity")


class TransferSerializer(serializers.Serializer[Any]):
    """One transfer with its lines."""

    number = serializers.CharField()
    origin = serializers.CharField(source="source.code")
    destination = serializers.CharField(source="destination.code")
    status = serializers.CharField()
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    lines = TransferLineSerializer(many=True)


class LevelInput(StrictSerializer):
    """One counted quantity."""

    sku = serializers.CharField(max_length=120)
    warehouse = serializers.CharField(max_length=16)
    quantity = serializers.IntegerField(min_value=0, max_value=LARGEST, help_text="What is on hand.")
    reason = serializers.CharField(max_length=200)


class LevelRows(serializers.ListSerializer[Any]):
    """The body of a stock update: a plain list."""

"""Shapes of what partners hold, count and move."""

from typing import Any

from rest_framework import serializers

from inventory.api.buying_serializers import MOST_LINES, MOST_UNITS, OrderedLineInput
from inventory.api.floor_serializers import CountSerializer, ReservationSerializer
from inventory.domain.states import CountLineStatus
from inventory.models import CountKind, CountLine
from shop.partners.api.serializers import StrictSerializer

MOST_MINUTES = 7 * 24 * 60


class HoldInput(StrictSerializer):
    """What is to be held, and for how long."""

    reference = serializers.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9_-]*$",
        max_length=48,
        help_text="Your own; ours has your key's number before it.",
    )
    lines = serializers.ListField(child=OrderedLineInput(), allow_empty=False, max_length=MOST_LINES)
    minutes = serializers.IntegerField(
        min_value=1, max_value=MOST_MINUTES, required=False, default=60, help_text="It lapses then."
    )
    country = serializers.RegexField(
        r"^[A-Z]{2}$", required=False, default="", allow_blank=True, help_text="Warehouses there come first."
    )
    channel = serializers.RegexField(
        r"^[a-z0-9][a-z0-9_-]*$",
        max_length=40,
        required=False,
        default="",
        allow_blank=True,
        help_text="Sells under the rules of this channel.",
    )


class HoldSerializer(serializers.Serializer[Any]):
    """A hold with its shelves."""

    reference = serializers.CharField()
    lines = ReservationSerializer(many=True)


class ReleaseInput(StrictSerializer):
    """Why the hold ends."""

    reason = serializers.CharField(max_length=200)


class CountInput(StrictSerializer):
    """What is to be counted."""

    warehouse = serializers.CharField(max_length=16)
    kind = serializers.ChoiceField(
        choices=[CountKind.FULL.value, CountKind.SPOT.value], required=False, default=CountKind.SPOT.value
    )
    bins = serializers.ListField(
        child=serializers.CharField(max_length=24),
        max_length=MOST_LINES,
        required=False,
        help_text="Codes; without any the whole warehouse.",
    )


class CountedRowInput(StrictSerializer):
    """What was counted in one place."""

    sku = serializers.CharField(max_length=120)
    bin = serializers.CharField(
        max_length=24, required=False, allow_blank=True, help_text="Empty: not put away."
    )
    lot = serializers.CharField(
        max_length=40, required=False, allow_blank=True, help_text="Empty: not traced."
    )
    quantity = serializers.IntegerField(min_value=0, max_value=MOST_UNITS)


class CountedRowsInput(StrictSerializer):
    """What was counted, place by place."""

    lines = serializers.ListField(child=CountedRowInput(), allow_empty=False, max_length=MOST_LINES)


class CountLineSerializer(serializers.Serializer[Any]):
    """One place of a sheet; what was expected is told when it is counted, not before."""

    sku = serializers.CharField(source="variant.sku")
    bin = serializers.CharField(source="bin.code", default="")
    lot = serializers.CharField(source="lot.code", default="")
    status = serializers.CharField(
        help_text="`recount`: it differs, count it again; `approval`: a person decides."
    )
    counted_quantity = serializers.IntegerField(allow_null=True)
    expected_quantity = serializers.SerializerMethodField()

    def get_expected_quantity(self, line: CountLine) -> int | None:
        """Blind until it is settled: who knows the figure counts the figure."""
        is_settled = line.status in {CountLineStatus.SETTLED, CountLineStatus.POSTED}
        return line.expected_quantity if is_settled else None


class CountSheetSerializer(CountSerializer):
    """A count with its places."""

    places = CountLineSerializer(many=True, source="sheet_lines")


class TransferInput(StrictSerializer):
    """What is to go where."""

    origin = serializers.CharField(max_length=16)
    destination = serializers.CharField(max_length=16)
    lines = serializers.ListField(child=OrderedLineInput(), allow_empty=False, max_length=MOST_LINES)
    note = serializers.CharField(max_length=120, required=False, allow_blank=True)


class ArrivedRowInput(StrictSerializer):
    """What came of one article."""

    sku = serializers.CharField(max_length=120)
    lot = serializers.CharField(max_length=40, required=False, allow_blank=True)
    received = serializers.IntegerField(min_value=0, max_value=MOST_UNITS)
    damaged = serializers.IntegerField(min_value=0, max_value=MOST_UNITS, required=False)


class ArrivalInput(StrictSerializer):
    """What was in the lorry."""

    lines = serializers.ListField(child=ArrivedRowInput(), allow_empty=True, max_length=MOST_LINES)
    is_last = serializers.BooleanField(
        required=False, help_text="Nothing more comes: what is missing is lost, and the transfer closes."
    )

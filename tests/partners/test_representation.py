"""What an answer shows is what DRF's own serializers would show."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest
from rest_framework import serializers

from shop.kernel.money import Money
from shop.partners.api.representation import compile_serializer
from shop.partners.api.serializers import MoneyField


class Kind(StrEnum):
    """Two kinds."""

    ONE = "one"
    TWO = "two"


class PartSerializer(serializers.Serializer[Any]):
    """A part."""

    name = serializers.CharField()
    price = MoneyField()


class ThingSerializer(serializers.Serializer[Any]):
    """One field of each sort that the answers have."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=[kind.value for kind in Kind])
    title = serializers.CharField(source="part.name", default=None)
    is_new = serializers.BooleanField()
    at = serializers.DateTimeField(allow_null=True)
    part = PartSerializer(allow_null=True)
    parts = PartSerializer(source="list_parts", many=True)
    codes = serializers.ListField(child=serializers.CharField())
    double = serializers.SerializerMethodField()
    secret = serializers.CharField(write_only=True)
    maybe = serializers.CharField(required=False)
    facts = serializers.DictField()

    def get_double(self, thing: Any) -> int:
        """Show twice the number."""
        return int(thing.id) * 2


@dataclass
class Thing:
    """What is shown."""

    id: int
    kind: Kind
    part: dict[str, Any] | None
    is_new: bool = True
    at: datetime | None = None
    codes: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=lambda: {"items": 1})

    def list_parts(self) -> list[dict[str, Any]]:
        """Give the part twice."""
        return [self.part, self.part] if self.part else []


@pytest.mark.parametrize(
    "thing",
    [
        Thing(1, Kind.ONE, None),
        Thing(2, Kind.TWO, {"name": "cup", "price": Money.from_minor(1990, "EUR")}, codes=["A"]),
        Thing(3, Kind.ONE, {"name": "pot", "price": None}, is_new=False, at=datetime(2026, 1, 2, tzinfo=UTC)),
    ],
)
def test_an_answer_is_what_the_serializer_says(thing: Thing) -> None:
    assert compile_serializer(ThingSerializer)(thing) == dict(ThingSerializer(thing).data)


def test_a_field_that_should_be_there_and_is_not_is_an_error() -> None:
    with pytest.raises(KeyError, match="name"):
        compile_serializer(PartSerializer)({"price": None})

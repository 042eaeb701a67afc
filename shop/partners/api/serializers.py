"""Fields and serializers that every app's API is made of."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from shop.kernel.money import Money


class StrictSerializer(serializers.Serializer[Any]):
    """Unknown fields are an error: a misspelt name must not pass in silence."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse what is not declared, then check as usual."""
        if isinstance(data, dict):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            unknown = sorted(set(map(str, data)) - writable)
            if unknown:
                raise serializers.ValidationError(
                    {
                        name: serializers.ErrorDetail(str(_("There is no such field.")), code="unknown_field")
                        for name in unknown
                    }
                )
        return super().to_internal_value(data)


@extend_schema_field(
    {
        "type": "object",
        "required": ["amount", "currency"],
        "properties": {
            "amount": {
                "type": "string",
                "pattern": r"^-?\d+(\.\d+)?$",
                "examples": ["19.90"],
            },
            "currency": {
                "type": "string",
                "pattern": "^[A-Z]{3}$",
                "examples": ["EUR"],
            },
        },
    }
)
class MoneyField(serializers.Field[Money, Any, dict[str, str], Any]):
    """``{"amount": "19.90", "currency": "EUR"}``: a string with the currency's own decimals. Read only."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["read_only"] = True
        super().__init__(**kwargs)

    def to_representation(self, value: Money) -> dict[str, str]:
        """The amount as text."""
        return {"amount": str(value.quantized().amount), "currency": value.currency}


class CurrencyChoice(serializers.ChoiceField):
    """One of the shop's currencies."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[(code, code) for code in settings.CURRENCIES], **kwargs)


class ProblemErrorSerializer(serializers.Serializer[Any]):
    """One field's error in a problem."""

    field = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    message = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457 problem details; further members depend on ``code``."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = ProblemErrorSerializer(many=True)  # type: ignore[assignment]  # a field of this name, as the standard has it

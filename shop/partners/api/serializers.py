"""Fields and serializers that every app's API is made of."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from shop.kernel.money import Money
from shop.partners.api.representation import compile_serializer

AnyField = serializers.Field[Any, Any, Any, Any]
MOST_CHOICES_TOLD = 30


@cache
def _build_once(serializer_class: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """DRF copies every field for each new serializer; one without data serves all calls, and reading changes nothing."""
    return serializer_class()


def represent(serializer_class: type[serializers.Serializer[Any]], instance: Any) -> dict[str, Any]:
    """Return ``serializer_class(instance).data``, without building the serializer anew."""
    answer: dict[str, Any] = compile_serializer(serializer_class)(instance)
    return answer


def read_body(serializer_class: type[serializers.Serializer[Any]], body: Any) -> dict[str, Any]:
    """Return the checked values of a body; raises ValidationError, as ``is_valid(raise_exception=True)`` does."""
    if body is None:
        given = serializer_class(data=body)
        given.is_valid(raise_exception=True)
    return dict(_build_once(serializer_class).run_validation(body))


class StrictSerializer(serializers.Serializer[Any]):
    """Unknown fields and values of another type are errors: a misspelt name or ``"2"`` for 2 must not pass in silence."""

    def get_fields(self) -> dict[str, AnyField]:
        """As declared; a wrong choice is told the right ones."""
        fields = super().get_fields()
        for field in fields.values():
            _tell_choices(getattr(field, "child", field))
        return fields

    def to_internal_value(self, data: Any) -> Any:
        """Refuse what is not declared as it is declared, then check as usual."""
        if isinstance(data, dict):
            problems = dict(self._list_type_problems(data))
            if problems:
                raise serializers.ValidationError(problems)
        return super().to_internal_value(data)

    def _list_type_problems(self, given: dict[Any, Any]) -> Iterator[tuple[str, serializers.ErrorDetail]]:
        for name, value in given.items():
            field = self.fields.get(str(name))
            if field is None or field.read_only:
                yield (
                    str(name),
                    serializers.ErrorDetail(str(_("There is no such field.")), code="unknown_field"),
                )
            elif value is not None and (problem := _find_type_problem(field, value)):
                yield str(name), serializers.ErrorDetail(str(problem), code="invalid_type")


def _find_type_problem(field: AnyField, value: Any) -> StrOrPromise | None:
    """What to send for a JSON value that has not the field's own type; DRF would turn numbers into texts and back."""
    if isinstance(field, (serializers.CharField, serializers.ChoiceField, serializers.DecimalField)):
        return None if isinstance(value, str) else _("Send a text, in quotation marks.")
    if isinstance(field, serializers.IntegerField):
        is_whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        is_right = is_whole and not isinstance(value, bool)
        return None if is_right else _("Send a whole number, without quotation marks.")
    if isinstance(field, serializers.BooleanField) and not isinstance(value, bool):
        return _("Send true or false, without quotation marks.")
    return None


def _tell_choices(field: AnyField) -> None:
    if isinstance(field, serializers.ChoiceField) and len(field.choices) <= MOST_CHOICES_TOLD:
        choices = ", ".join(str(choice) for choice in field.choices)
        field.error_messages["invalid_choice"] = format_lazy(_("Choose one of {choices}."), choices=choices)


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

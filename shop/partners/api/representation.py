"""What a serializer describes as plain functions, worked out once: DRF asks every field anew what it is, for each value."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any, cast

from django.db.models import Manager
from rest_framework import serializers
from rest_framework.fields import SkipField

AnyField = serializers.Field[Any, Any, Any, Any]
Show = Callable[[Any], Any]

# What the fields that stand in every answer do with a value that is there.
_PLAIN: tuple[tuple[type[AnyField], Show], ...] = (
    (serializers.CharField, str),
    (serializers.IntegerField, int),
)


@cache
def compile_serializer(serializer_class: type[serializers.Serializer[Any]]) -> Show:
    """Return the function that answers what ``serializer_class(instance).data`` would."""
    return _compile_fields(serializer_class())


def _compile_fields(serializer: serializers.Serializer[Any]) -> Show:
    parts = [
        (str(name), field, _compile_source(field), _compile_field(field))
        for name, field in serializer.fields.items()
        if not field.write_only
    ]

    def show(instance: Any) -> dict[str, Any]:
        answer = {}
        for name, field, read, show_value in parts:
            try:
                value = _read(instance, field, read)
            except SkipField:
                continue
            answer[name] = None if value is None else show_value(value)
        return answer

    return show


def _compile_source(field: AnyField) -> Show | None:
    """The quick way to a field's value; None for a field that is shown the whole instance."""
    return attrgetter(".".join(field.source_attrs)) if field.source_attrs else None


def _read(instance: Any, field: AnyField, read: Show | None) -> Any:
    """The attribute; DRF itself finds what is a key, a method, a default or missing."""
    if read is None:
        return instance
    try:
        value = read(instance)
    except AttributeError:
        return field.get_attribute(instance)
    return field.get_attribute(instance) if callable(value) else value


def _compile_field(field: AnyField) -> Show:
    own = type(field).to_representation
    if isinstance(field, serializers.ListSerializer) and own is serializers.ListSerializer.to_representation:
        return _compile_list(_compile_field(cast("AnyField", field.child)))
    if isinstance(field, serializers.Serializer) and own is serializers.Serializer.to_representation:
        return _compile_fields(field)
    plain = (show for kind, show in _PLAIN if own is kind.to_representation)
    return next(plain, field.to_representation)


def _compile_list(show: Show) -> Show:
    return lambda values: [show(value) for value in (values.all() if isinstance(values, Manager) else values)]

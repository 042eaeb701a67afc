"""Parameters that calls of several apps share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from threading import RLock
from typing import Any

from django.conf import settings
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import override
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

CURRENCY = OpenApiParameter(
    "currency",
    str,
    enum=list(settings.CURRENCIES),
    description=f"The currency of the prices, {settings.DEFAULT_CURRENCY} unless told.",
)

DESCRIBING = RLock()
"""Held while drf-spectacular describes: it loads its parts when first asked, and two threads at once break that."""


def read_currency(request: Request) -> str:
    """Return the asked currency, else the shop's own; raises ValidationError for one that the shop has not."""
    code: str = request.query_params.get("currency", settings.DEFAULT_CURRENCY)
    if code not in settings.CURRENCIES:
        message = _("Choose one of %(codes)s.") % {"codes": ", ".join(settings.CURRENCIES)}
        raise ValidationError({"currency": [ErrorDetail(message, code="invalid_choice")]})
    return code


def read_query(shape: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """Return the checked filters of a list; an empty one is as wrong as any other value that cannot be."""
    # A plain dict: from a QueryDict, serializers take an empty text for "not given".
    given = shape(data=dict(request.query_params.items()))
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def refuse_unknown(given: Iterable[str], *, known: Collection[str]) -> None:
    """Raise ValidationError for names that are not known: a misspelt filter would answer the whole list."""
    unknown = [name for name in given if name not in known]
    if unknown:
        message = tell_known(known)
        raise ValidationError({name: [ErrorDetail(message, code="unknown_parameter")] for name in unknown})


def tell_known(known: Collection[str]) -> str:
    """Return the sentence for a name that is not known."""
    if not known:
        return _("There is no such parameter: this call takes none in its address.")
    return _("There is no such parameter. Known here: %(names)s.") % {"names": ", ".join(known)}


@cache
def list_known(view: type[APIView]) -> Mapping[str, tuple[str, ...]]:
    """Return the query parameters by method (lower case), as the description has them; asked once per class."""
    generator = SchemaGenerator(patterns=[path("", view.as_view())])  # type: ignore[no-untyped-call]  # drf-spectacular is untyped
    with DESCRIBING, override("en"):
        operations = generator.parse(None, public=True)  # type: ignore[no-untyped-call]  # as above
    return {
        method: tuple(list_query_names(operation))
        for by_method in operations.values()
        for method, operation in by_method.items()
    }


def list_query_names(operation: Mapping[str, Any]) -> list[str]:
    """Return the query parameters of a described operation."""
    return [parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"]

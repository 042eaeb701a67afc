"""Parameters that calls of several apps share."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

CURRENCY = OpenApiParameter(
    "currency",
    str,
    enum=list(settings.CURRENCIES),
    description=f"The currency of the prices, {settings.DEFAULT_CURRENCY} unless told.",
)


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

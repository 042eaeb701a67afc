"""Parameters that calls of several apps share."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
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

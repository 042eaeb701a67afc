"""The providers that are switched on, by code."""

from functools import cache
from importlib import import_module
from typing import cast

from django.conf import settings

from payments.domain.errors import UnknownGateway
from payments.gateways.base import Gateway


@cache
def _load_gateway(path: str) -> Gateway:
    module_name, _, class_name = path.rpartition(".")
    return cast("Gateway", getattr(import_module(module_name), class_name)())


def get_gateway(code: str) -> Gateway:
    """The adapter of a provider, offered or not: a payment of last week must be settled even when it is now switched off.

    Raises UnknownGateway.
    """
    path = settings.PAYMENT_GATEWAYS.get(code)
    if path is None:
        raise UnknownGateway(code)
    return _load_gateway(path)


def list_gateways() -> list[Gateway]:
    """Those offered to shoppers, in the order of the setting."""
    return [gateway for code in settings.PAYMENT_GATEWAYS if (gateway := get_gateway(code)).is_enabled()]

"""The carriers that are switched on, by code."""

from functools import cache
from importlib import import_module
from typing import cast

from django.conf import settings

from orders.domain.errors import UnknownCarrier
from orders.gateways.base import Carrier


@cache
def _load_carrier(path: str) -> Carrier:
    module_name, _, class_name = path.rpartition(".")
    return cast("Carrier", getattr(import_module(module_name), class_name)())


def get_carrier(code: str) -> Carrier:
    """The adapter of a carrier, offered or not: a parcel of last week is still followed. Raises UnknownCarrier."""
    path = settings.CARRIERS.get(code)
    if path is None:
        raise UnknownCarrier(code)
    return _load_carrier(path)


def list_carriers() -> list[Carrier]:
    """Those that operators may choose, in the order of the setting."""
    return [carrier for code in settings.CARRIERS if (carrier := get_carrier(code)).is_enabled()]

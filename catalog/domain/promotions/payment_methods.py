"""The ways to pay that promotions may ask for; the app that takes money registers them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, kw_only=True, slots=True)
class PaymentMethod:
    """A way to pay by its code, and what shoppers call it."""

    code: str
    label: str | Promise


PaymentMethodSource = Callable[[], Sequence[PaymentMethod]]
_sources: list[PaymentMethodSource] = []


def register_payment_methods(source: PaymentMethodSource) -> None:
    """Offer ways to pay; may be repeated."""
    if source not in _sources:
        _sources.append(source)


def list_payment_methods() -> tuple[PaymentMethod, ...]:
    """Return every way to pay that the shop offers, in its order."""
    return tuple(method for source in _sources for method in source())


def name_payment_method(code: str) -> str:
    """Return what shoppers call a way to pay; its code when it is not offered any more."""
    return next((str(method.label) for method in list_payment_methods() if method.code == code), code)

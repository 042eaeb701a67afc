"""What the ways to deliver are called that promotions name by code; the app that delivers registers it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

DeliveryNameSource = Callable[[Collection[str]], Mapping[str, str]]
_sources: list[DeliveryNameSource] = []


def register_delivery_names(source: DeliveryNameSource) -> DeliveryNameSource:
    """Add who can say what some codes are called in the active language; may be repeated."""
    if source not in _sources:
        _sources.append(source)
    return source


def list_delivery_names(codes: Collection[str]) -> dict[str, str]:
    """Return the names of those codes that there are."""
    return {code: name for source in _sources for code, name in source(codes).items()}

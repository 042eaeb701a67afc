"""Model fields that every app shares."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import models

_ST = TypeVar("_ST")
_GT = TypeVar("_GT")


class AmountField(models.DecimalField[_ST, _GT]):
    """An amount of money; its currency is a column of the same row. Three decimals: no currency is cut."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_digits"] = 16
        kwargs["decimal_places"] = 3
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Keep the fixed precision out of migrations."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"]
        del kwargs["decimal_places"]
        return name, path, args, kwargs


class CurrencyField(models.CharField[str, str]):
    """An ISO 4217 code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 3
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Keep the fixed length out of migrations."""
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

"""What product files say and ask of stock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from inventory.models import StockLevel


class CountedStock:
    """The stock of all warehouses, as exports carry it."""

    def list_levels(self, variant_ids: Collection[int]) -> dict[int, list[tuple[str, int]]]:
        """Return (warehouse code, on hand) by variant, in the order of the codes."""
        found: dict[int, list[tuple[str, int]]] = defaultdict(list)
        rows = StockLevel.objects.filter(variant_id__in=variant_ids).order_by("warehouse__code")
        for variant_id, code, on_hand in rows.values_list("variant_id", "warehouse__code", "on_hand"):
            found[variant_id].append((code, on_hand))
        return dict(found)

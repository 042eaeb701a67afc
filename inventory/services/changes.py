"""Telling the other apps that a level has moved."""

from collections.abc import Collection

from inventory.domain.events import StockChanged
from inventory.queries.levels import list_available_with_skus
from shop.kernel.events import publish_many


def publish_stock_changes(variant_ids: Collection[int]) -> None:
    """One StockChanged per variant, with what is available now; call it after the change, in its transaction."""
    publish_many(
        [
            StockChanged(variant_id=variant_id, sku=sku, available_quantity=available)
            for variant_id, sku, available in list_available_with_skus(variant_ids)
        ]
    )

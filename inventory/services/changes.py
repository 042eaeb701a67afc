"""Telling the other apps that a level has moved."""

from collections.abc import Collection

from inventory.domain.events import StockChanged
from inventory.queries.levels import list_skus
from shop.kernel.events import publish_many


def publish_stock_changes(variant_ids: Collection[int]) -> None:
    """One StockChanged per variant that has a level; call it in the transaction of the change."""
    publish_many([StockChanged(variant_id=variant_id, sku=sku) for variant_id, sku in list_skus(variant_ids)])

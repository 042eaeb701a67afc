"""Telling the other apps that a level has moved."""

from collections.abc import Collection

from inventory.domain.events import StockChanged
from shop.kernel.events import publish_many


def publish_stock_changes(variant_ids: Collection[int]) -> None:
    """One StockChanged per variant; call it in the transaction of the change."""
    publish_many([StockChanged(variant_id=variant_id) for variant_id in sorted(variant_ids)])

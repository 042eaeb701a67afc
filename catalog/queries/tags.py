"""What has a tag."""

from __future__ import annotations

from catalog.domain.collections import MOST_PRODUCTS
from catalog.domain.filters import ListingScope
from catalog.queries.cards import find_listings


def list_tagged_ids(tag: str, *, currency: str) -> tuple[int, ...]:
    """Return the newest products that have a tag, as many as a collection shows at most; one query."""
    listings = find_listings(ListingScope(currency=currency, tag=tag))
    newest = listings.order_by("-published_at", "-product_id")
    return tuple(newest.values_list("product_id", flat=True)[:MOST_PRODUCTS])

"""What this app does when facts are stated, by others and by itself."""

from __future__ import annotations

from catalog.domain.events import ProductsChanged
from catalog.services.collections import refresh_collections
from shop.kernel.events import subscribe


@subscribe(ProductsChanged)
def refresh_rules(_event: ProductsChanged) -> None:
    """Let the rules of collections choose anew; what prices and stock change, the periodic job picks up."""
    refresh_collections()

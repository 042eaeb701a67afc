"""Writing what everybody pays for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from catalog.domain.events import ProductsChanged
from catalog.locks import lock_products
from catalog.models import Price, Variant
from catalog.services.listings import refresh_listings
from shop.kernel.events import publish
from shop.kernel.transactions import transactional


@dataclass(frozen=True, kw_only=True, slots=True)
class BasePriceDraft:
    """What an article is to cost in a currency, and what it is compared with."""

    variant: Variant
    currency: str
    amount: Decimal
    compare_at: Decimal | None


@transactional
def write_base_prices(drafts: Sequence[BasePriceDraft]) -> int:
    """Write base prices and the listings that show them; returns of how many products.

    Locks the products by primary key, publishes ProductsChanged. Each price once in `drafts`. Repeatable.
    """
    if not drafts:
        return 0
    products = {draft.variant.product_id for draft in drafts}
    lock_products(products)
    Price.objects.bulk_create(
        [
            Price(
                variant=draft.variant,
                currency=draft.currency,
                amount=draft.amount,
                compare_at_amount=draft.compare_at,
            )
            for draft in drafts
        ],
        update_conflicts=True,
        unique_fields=["variant", "currency"],
        update_fields=["amount", "compare_at_amount"],
    )
    refresh_listings(products)
    publish(ProductsChanged(product_ids=sorted(products)))
    return len(products)

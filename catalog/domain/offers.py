"""What a cart needs to know of a variant."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.domain.media import ImageView
from shop.kernel.money import Money


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A variant with its names in the active language and its price in one currency."""

    variant_id: int
    product_id: int
    sku: str
    product_slug: str
    product_name: str
    variant_name: str
    options: tuple[tuple[str, str], ...]
    unit_price: Money | None
    compare_at: Money | None
    weight_grams: int
    requires_shipping: bool
    available_quantity: int
    image: ImageView | None
    is_sellable: bool
    # Whether it may come back without a reason ("standard") or only for its quality ("quality_only").
    return_policy: str = "standard"
    is_digital: bool = False
    is_custom_made: bool = False
    is_fresh: bool = False
    # What promotions know the article by: "sku:MUG-1", "category:kitchen", "brand:vale".
    keys: frozenset[str] = frozenset()
    # Which price list the price comes from, and the next step for more of it.
    price_list: str = ""
    next_step: tuple[int, Money] | None = None
    # The lowest of the 30 days before the reduction that `compare_at` announces, as far as it is known.
    lowest_before: Money | None = None

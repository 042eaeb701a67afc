"""Learning from orders what goes with what, and what sells of late; the catalogue gets the outcome."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from catalog.domain.recommendations import (
    count_baskets,
    count_customers,
    score_neighbours,
    score_sales,
    tell_weight,
)
from catalog.models import ProductPair
from catalog.services.recommendations import forget_pairs, replace_pairs
from catalog.services.search_documents import set_sales_scores
from orders.queries.baskets import count_units_sold, list_baskets
from shop.kernel.clock import now

LEARNED_DAYS = 730
# What sold last month says what sells now.
SALES_HALF_LIFE_DAYS = 30.0
BATCH_SIZE = 200


def learn_recommendations() -> int:
    """Compute neighbours of products and their sales anew, and push them down; returns how many pairs.

    Reads two years of orders; writes in batches, each in its own transaction. Repeatable.
    """
    at = now()
    since = at - timedelta(days=LEARNED_DAYS)
    baskets = list_baskets(since)
    learned = {
        ProductPair.Kind.BASKET: count_baskets(baskets, now=at),
        ProductPair.Kind.CUSTOMER: count_customers(baskets, now=at),
    }
    written = 0
    for kind, counts in learned.items():
        written += _push(kind, score_neighbours(counts, most=ProductPair.MOST_PER_PRODUCT))
    units: dict[int, float] = defaultdict(float)
    for product_id, placed_at, quantity in count_units_sold(since):
        units[product_id] += quantity * tell_weight(placed_at, now=at, half_life_days=SALES_HALF_LIFE_DAYS)
    set_sales_scores(score_sales(units))
    return written


def _push(kind: ProductPair.Kind, neighbours: Mapping[int, Sequence[tuple[int, float]]]) -> int:
    products = sorted(neighbours)
    written = 0
    for start in range(0, len(products), BATCH_SIZE):
        part = products[start : start + BATCH_SIZE]
        written += replace_pairs(kind, {product_id: neighbours[product_id] for product_id in part})
    forget_pairs(kind, kept=products)
    return written

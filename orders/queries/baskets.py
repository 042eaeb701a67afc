"""What was bought together: orders as sets of products."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db.models import F, Q

from catalog.domain.recommendations import Basket
from orders.domain.states import OrderStatus
from orders.models import OrderLine


def list_baskets(since: datetime) -> list[Basket]:
    """Return the orders since an instant that were not cancelled, oldest first; one query, read as a stream."""
    lines = (
        OrderLine.objects.filter(order__placed_at__gte=since)
        .exclude(Q(order__status=OrderStatus.CANCELLED))
        .order_by("order__placed_at", "order_id")
        .values_list("order_id", F("order__email"), F("order__placed_at"), F("variant__product_id"))
    )
    heads: dict[int, tuple[str, datetime]] = {}
    items: dict[int, set[int]] = defaultdict(set)
    for order_id, email, placed_at, product_id in lines.iterator(chunk_size=5000):
        heads[order_id] = (email.casefold(), placed_at)
        items[order_id].add(product_id)
    return [
        Basket(customer=email, bought_at=placed_at, items=frozenset(items[order_id]))
        for order_id, (email, placed_at) in heads.items()
    ]


def count_units_sold(since: datetime) -> list[tuple[int, datetime, int]]:
    """Return (product, when, how many) of every line since an instant, for what sells of late."""
    lines = OrderLine.objects.filter(order__placed_at__gte=since).exclude(order__status=OrderStatus.CANCELLED)
    rows = lines.values_list("variant__product_id", "order__placed_at", "quantity")
    return list(rows.iterator(chunk_size=5000))

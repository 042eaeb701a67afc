"""Which products go together: rows that upper apps push down, since only they know who bought what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from catalog.models import Product, ProductPair
from shop.kernel.transactions import transactional


@transactional
def replace_pairs(kind: ProductPair.Kind, neighbours: Mapping[int, Sequence[tuple[int, float]]]) -> int:
    """Write the neighbours of these products in place of those they had; returns how many rows.

    Products that are gone, and pairs without a score, are left out. Call it in batches; repeatable.
    """
    wanted = {other for pairs in neighbours.values() for other, _ in pairs} | set(neighbours)
    known = set(Product.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    ProductPair.objects.filter(kind=kind, product_id__in=neighbours).delete()
    rows = [
        ProductPair(kind=kind, product_id=product_id, other_id=other, score=score)
        for product_id, pairs in sorted(neighbours.items())
        for other, score in pairs[: ProductPair.MOST_PER_PRODUCT]
        if {product_id, other} <= known and score > 0 and product_id != other
    ]
    ProductPair.objects.bulk_create(rows, batch_size=2000)
    return len(rows)


@transactional
def forget_pairs(kind: ProductPair.Kind, *, kept: Sequence[int]) -> int:
    """Delete the neighbours of all products but these; returns how many rows. Repeatable."""
    deleted, _ = ProductPair.objects.filter(kind=kind).exclude(product_id__in=kept).delete()
    return deleted

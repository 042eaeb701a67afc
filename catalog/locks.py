"""Every row lock of the catalogue: products before variants, by primary key."""

from __future__ import annotations

from collections.abc import Collection as Ids

from catalog.models import Collection, Product, Variant


def lock_products(product_ids: Ids[int]) -> list[int]:
    """Lock products so that their listings are rebuilt by one writer at a time; returns the ids that exist.

    FOR NO KEY UPDATE: rows of other tables may still point to them meanwhile.
    """
    rows = Product.objects.filter(pk__in=product_ids).order_by("pk").select_for_update(no_key=True)
    return list(rows.values_list("pk", flat=True))


def lock_variants(variant_ids: Ids[int]) -> dict[int, int]:
    """Lock variants by primary key; returns their available quantities."""
    rows = (
        Variant.objects.filter(pk__in=variant_ids).order_by("pk").select_for_update(no_key=True, of=("self",))
    )
    return dict(rows.values_list("pk", "available_quantity"))


def lock_collection(collection_id: int) -> Collection | None:
    """Lock a collection, so that its members have one writer at a time; None when it is gone."""
    return Collection.objects.filter(pk=collection_id).select_for_update(no_key=True).first()

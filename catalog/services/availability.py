"""What inventory pushes down: how many of a variant can be sold."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db.models import Exists, F, OuterRef

from catalog.domain.events import VariantRestocked
from catalog.locks import lock_products, lock_variants
from catalog.models import Listing, StockNotice, Variant
from shop.kernel.events import publish_many
from shop.kernel.transactions import transactional


@transactional
def set_availability(quantities: Mapping[int, int]) -> None:
    """Set what each variant has available, and whether its listings are in stock.

    Locks products, then variants, both by primary key: two variants of one product that sell out at the same
    instant must not both think that the other is left. Repeatable; writes only what differs.
    """
    owners = Variant.objects.filter(pk__in=quantities).values_list("product_id", flat=True)
    product_ids = lock_products(set(owners))
    known = lock_variants(quantities)
    changed = [
        Variant(pk=pk, available_quantity=max(quantities[pk], 0))
        for pk, before in known.items()
        if before != max(quantities[pk], 0)
    ]
    if changed:
        Variant.objects.bulk_update(changed, ["available_quantity"])
        _tell_who_waits([row.pk for row in changed if row.available_quantity and not known[row.pk]])
        refresh_stock_flags(product_ids)


def _tell_who_waits(restocked: Collection[int]) -> None:
    if not restocked:
        return
    waited_for = StockNotice.objects.filter(variant_id__in=restocked, state=StockNotice.State.WAITING)
    ids = waited_for.order_by("variant_id").values_list("variant_id", flat=True).distinct()
    publish_many([VariantRestocked(variant_id=pk) for pk in ids])


def refresh_stock_flags(product_ids: Collection[int]) -> int:
    """Set the listings' in-stock flag from the variants; returns how many flags changed."""
    stocked = Exists(
        Variant.objects.filter(
            product_id=OuterRef("product_id"),
            is_active=True,
            available_quantity__gt=0,
            prices__currency=OuterRef("currency"),
        )
    )
    stale = (
        Listing.objects.filter(product_id__in=product_ids)
        .annotate(is_left=stocked)
        .exclude(in_stock=F("is_left"))
    )
    return stale.update(in_stock=stocked)

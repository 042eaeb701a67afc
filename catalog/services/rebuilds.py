"""What is shown of an attribute, written anew after it has changed: batch by batch, and gone on with after a stop."""

from __future__ import annotations

import time

from django.db.models import F

from catalog.locks import lock_attribute
from catalog.models import Attribute, AttributeValue
from catalog.services.listings import refresh_listings
from shop.kernel.audit import record_audit
from shop.kernel.leases import lease
from shop.kernel.transactions import transactional

BATCH_SIZE = 500
SLICE_SECONDS = 45.0
LEASE = "catalog-rebuild-attributes"


@transactional
def finish_attribute(attribute_id: int, *, actor: str) -> None:
    """Have the listings of an attribute's products written anew, after its words, keys or choices changed.

    As many as one batch holds at once; more are left to the worker, from the first one on. Locks the attribute, then
    products. Records an audit row. Repeatable.
    """
    attribute = lock_attribute(attribute_id)
    attribute.rebuilt_to, attribute.rebuilt_quantity = 0, 0
    attribute.rebuild_quantity = _count_products(attribute_id)
    attribute.save(update_fields=["rebuilt_to", "rebuilt_quantity", "rebuild_quantity"])
    record_audit(actor, action="catalog.save_attribute", target=f"attribute:{attribute.key}")
    if attribute.rebuild_quantity <= BATCH_SIZE:
        rebuild_batch(attribute_id)


def rebuild_attributes(*, seconds: float = SLICE_SECONDS) -> int:
    """Go on with the attributes that changed until the time is up; returns how many batches were done.

    Takes a lease. A worker that dies leaves an attribute at its last batch, and the next call goes on there.
    """
    deadline = time.monotonic() + seconds
    done = 0
    with lease(LEASE) as is_ours:
        while is_ours and time.monotonic() < deadline:
            waiting = Attribute.objects.filter(rebuilt_to__isnull=False).order_by("pk")
            found = waiting.values_list("pk", flat=True).first()
            if found is None:
                break
            rebuild_batch(found)
            done += 1
    return done


@transactional
def rebuild_batch(attribute_id: int) -> None:
    """Write the next listings of an attribute, and note in the same transaction how far that is.

    Locks the attribute, so that who saves it meanwhile waits and has it begun anew; then products. Repeatable.
    """
    attribute = lock_attribute(attribute_id)
    if attribute.rebuilt_to is None:
        return
    stating = AttributeValue.objects.filter(attribute_id=attribute_id, product_id__gt=attribute.rebuilt_to)
    batch = list(stating.order_by("product_id").values_list("product_id", flat=True).distinct()[:BATCH_SIZE])
    refresh_listings(batch)
    is_over = len(batch) < BATCH_SIZE
    Attribute.objects.filter(pk=attribute_id).update(
        rebuilt_to=None if is_over else batch[-1], rebuilt_quantity=F("rebuilt_quantity") + len(batch)
    )


def _count_products(attribute_id: int) -> int:
    rows = AttributeValue.objects.filter(attribute_id=attribute_id)
    return rows.order_by().values("product_id").distinct().count()

"""What follows from an attribute or a type, written anew after it has changed: batch by batch, gone on with after a stop."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db.models import F, QuerySet

from catalog.locks import lock_attribute, lock_type
from catalog.models import Attribute, AttributeValue, Product, ProductType
from catalog.services.listings import refresh_listings
from catalog.services.quality import refresh_quality
from shop.kernel.audit import record_audit
from shop.kernel.leases import lease
from shop.kernel.transactions import transactional

BATCH_SIZE = 500
SLICE_SECONDS = 45.0
LEASE = "catalog-rebuild-attributes"
TYPES_LEASE = "catalog-judge-types"


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
    waiting = Attribute.objects.filter(rebuilt_to__isnull=False)
    return _work_off(waiting, rebuild_batch, lease_name=LEASE, seconds=seconds)


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


@transactional
def finish_type(type_id: int, *, actor: str) -> None:
    """Have the products of a type judged anew, after what it asks for changed.

    As many as one batch holds at once; more are left to the worker, from the first one on. Locks the type. Records an
    audit row. Repeatable.
    """
    product_type = lock_type(type_id)
    product_type.judged_to, product_type.judged_quantity = 0, 0
    product_type.judge_quantity = product_type.products.count()
    product_type.save(update_fields=["judged_to", "judged_quantity", "judge_quantity"])
    record_audit(actor, action="catalog.save_type", target=f"type:{product_type.key}")
    if product_type.judge_quantity <= BATCH_SIZE:
        judge_batch(type_id)


def judge_types(*, seconds: float = SLICE_SECONDS) -> int:
    """Go on with the types that changed until the time is up; returns how many batches were done.

    Takes a lease. A worker that dies leaves a type at its last batch, and the next call goes on there.
    """
    waiting = ProductType.objects.filter(judged_to__isnull=False)
    return _work_off(waiting, judge_batch, lease_name=TYPES_LEASE, seconds=seconds)


@transactional
def judge_batch(type_id: int) -> None:
    """Judge the next products of a type, and note in the same transaction how far that is.

    Locks the type, so that who saves it meanwhile waits and has it begun anew. Repeatable.
    """
    product_type = lock_type(type_id)
    if product_type.judged_to is None:
        return
    left = Product.objects.filter(product_type_id=type_id, pk__gt=product_type.judged_to)
    batch = list(left.order_by("pk").values_list("pk", flat=True)[:BATCH_SIZE])
    refresh_quality(batch)
    is_over = len(batch) < BATCH_SIZE
    ProductType.objects.filter(pk=type_id).update(
        judged_to=None if is_over else batch[-1], judged_quantity=F("judged_quantity") + len(batch)
    )


def _work_off(
    waiting: QuerySet[Attribute] | QuerySet[ProductType],
    work: Callable[[int], None],
    *,
    lease_name: str,
    seconds: float,
) -> int:
    deadline = time.monotonic() + seconds
    done = 0
    with lease(lease_name) as is_ours:
        while is_ours and time.monotonic() < deadline:
            found = waiting.order_by("pk").values_list("pk", flat=True).first()
            if found is None:
                break
            work(found)
            done += 1
    return done


def _count_products(attribute_id: int) -> int:
    rows = AttributeValue.objects.filter(attribute_id=attribute_id)
    return rows.order_by().values("product_id").distinct().count()

"""Showing and hiding products: by hand, by the clock, and only what is good enough."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import structlog

from catalog.domain.errors import QualityTooLow
from catalog.domain.events import ProductsChanged
from catalog.locks import lock_products
from catalog.models import Product
from catalog.services.listings import refresh_listings
from catalog.services.quality import build_refusal, list_refused
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.events import publish
from shop.kernel.transactions import transactional

log = structlog.get_logger(__name__)
BATCH_SIZE = 100
Status = Product.Status


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishOutcome:
    """How many products are shown now, and why others are not."""

    changed: int
    refused: tuple[QualityTooLow, ...] = ()


@transactional
def publish_products(product_ids: Collection[int], *, actor: str) -> PublishOutcome:
    """Show those products that reach the shop's mark; the others stay as they are and are told with their reasons.

    Locks the products by primary key, audits each, publishes ProductsChanged. Repeatable.
    """
    found = Product.objects.filter(pk__in=lock_products(product_ids)).exclude(status=Status.PUBLISHED)
    products = {product.pk: product for product in found}
    refused = list_refused(products)
    shown = [product for pk, product in products.items() if pk not in refused]
    _set_status(shown, Status.PUBLISHED, actor=actor)
    return PublishOutcome(
        changed=len(shown),
        refused=tuple(build_refusal(products[pk], report) for pk, report in refused.items()),
    )


@transactional
def publish_product(product_id: int, *, actor: str) -> None:
    """Show one product; raises QualityTooLow with what to mend. Locks it; repeatable."""
    outcome = publish_products([product_id], actor=actor)
    for refusal in outcome.refused:
        raise refusal


@transactional
def unpublish_products(product_ids: Collection[int], *, actor: str) -> int:
    """Hide products; returns how many changed. Locks them by primary key, audits each. Repeatable."""
    found = Product.objects.filter(pk__in=lock_products(product_ids), status=Status.PUBLISHED)
    hidden = list(found)
    _set_status(hidden, Status.DRAFT, actor=actor)
    return len(hidden)


@transactional
def set_published(product_ids: Collection[int], *, is_published: bool, actor: str) -> int:
    """Show or hide all of these products, or raise QualityTooLow and change none; returns how many changed."""
    if not is_published:
        return unpublish_products(product_ids, actor=actor)
    outcome = publish_products(product_ids, actor=actor)
    for refusal in outcome.refused:
        raise refusal
    return outcome.changed


def _set_status(products: Collection[Product], status: Status, *, actor: str) -> None:
    if not products:
        return
    at = now()
    for product in products:
        product.status = status
        product.updated_at = at
        if status == Status.PUBLISHED:
            product.published_at = product.published_at or at
            product.publish_at = None
        else:
            product.unpublish_at = None
    fields = ["status", "published_at", "publish_at", "unpublish_at", "updated_at"]
    Product.objects.bulk_update(products, fields)
    action = "catalog.publish_product" if status == Status.PUBLISHED else "catalog.unpublish_product"
    for product in products:
        record_audit(actor, action=action, target=f"product:{product.slug}")
    ids = [product.pk for product in products]
    refresh_listings(ids)
    publish(ProductsChanged(product_ids=ids))


@transactional
def hold_back(product_ids: Collection[int]) -> dict[int, QualityTooLow]:
    """Make drafts of those products that an import just published below the mark; returns why, by product. Repeatable."""
    refused = list_refused(product_ids)
    held = Product.objects.filter(pk__in=refused, status=Status.PUBLISHED)
    reasons = {product.pk: build_refusal(product, refused[product.pk]) for product in held}
    if reasons:
        Product.objects.filter(pk__in=reasons).update(status=Status.DRAFT, updated_at=now())
        refresh_listings(list(reasons))
    return reasons


def apply_publish_windows() -> int:
    """Publish and unpublish what is due, each product in a transaction of its own; returns how many changed.

    Runs twice without harm: an instant that has come is cleared with the change. A product below the mark stays a
    draft, loses its instant and says why in the log and in its list of what to mend.
    """
    at = now()
    due = Product.objects.filter(unpublish_at__lte=at).order_by("pk").values_list("pk", flat=True)
    ended = sum(_end_window(product_id) for product_id in list(due[:BATCH_SIZE]))
    due = Product.objects.filter(publish_at__lte=at).order_by("pk").values_list("pk", flat=True)
    return ended + sum(_begin_window(product_id) for product_id in list(due[:BATCH_SIZE]))


@transactional
def _begin_window(product_id: int) -> int:
    outcome = publish_products([product_id], actor="system")
    for refusal in outcome.refused:
        log.warning("product.not_published", product=product_id, reason=str(refusal.message))
        record_audit(
            "system",
            action="catalog.publish_refused",
            target=f"product_id:{product_id}",
            score=refusal.facts.get("score"),
        )
    Product.objects.filter(pk=product_id, publish_at__lte=now()).update(publish_at=None)
    return outcome.changed


@transactional
def _end_window(product_id: int) -> int:
    changed = unpublish_products([product_id], actor="system")
    Product.objects.filter(pk=product_id, unpublish_at__lte=now()).update(unpublish_at=None)
    return changed

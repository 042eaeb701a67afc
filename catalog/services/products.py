"""Changing products by hand: publish, unpublish, and keeping listings in step with what was edited."""

from __future__ import annotations

from collections.abc import Collection

from catalog.domain.cells import clean_html
from catalog.locks import lock_products
from catalog.models import Product
from catalog.services.listings import refresh_listings
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.transactions import transactional


@transactional
def save_product(product: Product, *, actor: str) -> Product:
    """Write a product's own words; call finish_product when its variants and prices are written too.

    Cleans the descriptions and sets the instants. Records an audit row. Repeatable.
    """
    is_new = product.pk is None
    at = now()
    product.description_en = clean_html(product.description_en or "")
    product.description_zh_hans = clean_html(product.description_zh_hans or "")
    product.created_at = product.created_at or at
    product.updated_at = at
    if product.status == Product.Status.PUBLISHED and product.published_at is None:
        product.published_at = at
    product.save()
    action = "catalog.create_product" if is_new else "catalog.change_product"
    record_audit(actor, action=action, target=f"product:{product.slug}", status=product.status)
    return product


@transactional
def finish_product(product_id: int) -> None:
    """Rebuild what pages read of a product, after its variants, prices and pictures were written. Repeatable."""
    refresh_listings([product_id])


@transactional
def set_published(product_ids: Collection[int], *, is_published: bool, actor: str) -> int:
    """Show or hide products; returns how many changed. Locks them by primary key; audits each. Repeatable."""
    status = Product.Status.PUBLISHED if is_published else Product.Status.DRAFT
    changed = Product.objects.filter(pk__in=lock_products(product_ids)).exclude(status=status)
    slugs = dict(changed.values_list("pk", "slug"))
    at = now()
    for product in Product.objects.filter(pk__in=slugs):
        product.status = status
        product.published_at = product.published_at or (at if is_published else None)
        product.updated_at = at
        product.save(update_fields=["status", "published_at", "updated_at"])
        action = "catalog.publish_product" if is_published else "catalog.unpublish_product"
        record_audit(actor, action=action, target=f"product:{product.slug}")
    refresh_listings(list(slugs))
    return len(slugs)


@transactional
def delete_product(product: Product, *, actor: str) -> None:
    """Delete a product nobody ordered; the database refuses one that order lines point to."""
    record_audit(actor, action="catalog.delete_product", target=f"product:{product.slug}")
    product.delete()

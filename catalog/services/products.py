"""Changing products by hand, and keeping listings, score and addresses in step with what was edited."""

from __future__ import annotations

from catalog.domain.cells import clean_html
from catalog.domain.events import ProductsChanged
from catalog.domain.quality import QualityReport
from catalog.domain.tags import tidy_tags
from catalog.models import Product
from catalog.queries.addresses import build_category_path, build_product_path
from catalog.services.listings import refresh_listings
from catalog.services.publishing import publish_product, set_published
from catalog.services.quality import refresh_quality
from catalog.services.redirects import forget_redirect, remember_moves
from shop.kernel.audit import record_audit
from shop.kernel.clock import now
from shop.kernel.events import publish
from shop.kernel.transactions import transactional

__all__ = ["delete_product", "finish_product", "publish_product", "save_product", "set_published"]
Status = Product.Status


@transactional
def save_product(product: Product, *, actor: str) -> Product:
    """Write a product's own words; call finish_product when its variants and prices are written too.

    Cleans the descriptions, sets the instants, and lets an old address lead to a new one. A product that is to be
    published at a later instant waits for it as a draft. Records an audit row. Repeatable.
    """
    is_new = product.pk is None
    at = now()
    product.description_en = clean_html(product.description_en or "")
    product.description_zh_hans = clean_html(product.description_zh_hans or "")
    product.tags, _left_out = tidy_tags(product.tags)
    product.created_at = product.created_at or at
    product.updated_at = at
    if product.publish_at and product.publish_at > at:
        product.status = Status.DRAFT
    if product.status == Status.PUBLISHED:
        product.published_at, product.publish_at = product.published_at or at, None
    old_slug = Product.objects.filter(pk=product.pk).values_list("slug", flat=True).first()
    product.save()
    _keep_address(old_slug, product.slug)
    action = "catalog.create_product" if is_new else "catalog.change_product"
    record_audit(actor, action=action, target=f"product:{product.slug}", status=product.status)
    return product


def _keep_address(old_slug: str | None, slug: str) -> None:
    if old_slug == slug:
        return
    forget_redirect(build_product_path(slug))
    if old_slug:
        remember_moves({build_product_path(old_slug): build_product_path(slug)})


@transactional
def finish_product(product_id: int) -> QualityReport | None:
    """Rebuild what pages read of a product, after its variants, prices and pictures were written, and judge it.

    Publishes ProductsChanged. Returns the judgement, None when the product is gone. Repeatable.
    """
    refresh_listings([product_id])
    publish(ProductsChanged(product_ids=[product_id]))
    return refresh_quality([product_id]).get(product_id)


@transactional
def delete_product(product: Product, *, actor: str) -> None:
    """Delete a product nobody ordered; the database refuses one that order lines point to.

    Its address leads to its category from now on, to nowhere when it has none.
    """
    record_audit(actor, action="catalog.delete_product", target=f"product:{product.slug}")
    category = product.category
    product.delete()
    if category:
        remember_moves({build_product_path(product.slug): build_category_path(category.path)})

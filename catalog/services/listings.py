"""The listing read model: one row per product and currency, and one search document per product."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import asdict
from decimal import Decimal

from catalog.domain.filters import list_filter_keys
from catalog.locks import lock_products
from catalog.models import Listing, Product
from catalog.queries.listing_sources import ListingSource, VariantSource, list_listing_sources
from catalog.services.search_documents import write_documents
from shop.kernel.transactions import transactional

BATCH_SIZE = 500
_LISTING_FIELDS = [
    "slug",
    "name_en",
    "name_zh_hans",
    "brand_slug",
    "brand_name",
    "category_path",
    "amount",
    "compare_at_amount",
    "highest_amount",
    "in_stock",
    "variant_count",
    "only_sku",
    "option_keys",
    "keys",
    "attribute_keys",
    "image",
    "is_featured",
    "published_at",
]


@transactional
def refresh_listings(product_ids: Collection[int]) -> None:
    """Rebuild what pages and search read about these products.

    Locks the products by primary key; call it in the transaction of the change. Repeatable; about a dozen queries per call.
    """
    found = lock_products(set(product_ids))
    sources = [source for source in list_listing_sources(found) if _is_listed(source)]
    rows = [row for source in sources for row in _build_rows(source)]
    known = {
        (row.product_id, row.currency): row for row in Listing.objects.filter(product_id__in=product_ids)
    }
    kept = {(row.product_id, row.currency) for row in rows}
    stale = [row.pk for key, row in known.items() if key not in kept]
    if stale:
        Listing.objects.filter(pk__in=stale).delete()
    # A row that is written anew must be read from its wide page until the next vacuum: only what differs is.
    changed = [row for row in rows if not _is_written(row, known.get((row.product_id, row.currency)))]
    Listing.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["product", "currency"], update_fields=_LISTING_FIELDS
    )
    write_documents(product_ids, sources)


def rebuild_listings() -> Iterator[int]:
    """Rebuild all listings in batches, each in its own transaction; yields how many products are done."""
    last, done = 0, 0
    while batch := list(
        Product.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH_SIZE]
    ):
        refresh_listings(batch)
        last, done = batch[-1], done + len(batch)
        yield done


def _is_written(row: Listing, known: Listing | None) -> bool:
    return known is not None and all(getattr(row, name) == getattr(known, name) for name in _LISTING_FIELDS)


def _is_listed(source: ListingSource) -> bool:
    return source.product["status"] == Product.Status.PUBLISHED and bool(source.variants)


def _build_rows(source: ListingSource) -> list[Listing]:
    currencies = sorted({currency for variant in source.variants for currency in variant.prices})
    return [_build_row(source, currency) for currency in currencies]


def _build_row(source: ListingSource, currency: str) -> Listing:
    product = source.product
    sold = [variant for variant in source.variants if currency in variant.prices]
    option_keys = _list_option_keys(sold)
    path, brand = product["category__path"] or "", product["brand__slug"] or ""
    amount, before = min((variant.prices[currency] for variant in sold), key=_by_amount)
    return Listing(
        product_id=product["id"],
        currency=currency,
        slug=product["slug"],
        name_en=product["name_en"] or "",
        name_zh_hans=product["name_zh_hans"] or "",
        brand_slug=brand,
        brand_name=product["brand__name"] or "",
        category_path=f"{path}/" if path else "",
        amount=amount,
        compare_at_amount=before,
        highest_amount=max(variant.prices[currency][0] for variant in sold),
        in_stock=any(variant.available_quantity > 0 for variant in sold),
        variant_count=len(sold),
        only_sku=sold[0].sku if len(sold) == 1 else "",
        option_keys=option_keys,
        keys=list_filter_keys(
            path, brand=brand, tags=product["tags"], others=[*option_keys, *source.stated.keys]
        ),
        attribute_keys=source.stated.keys,
        image=asdict(source.image) if source.image else None,
        is_featured=product["is_featured"],
        published_at=product["published_at"],
    )


def _by_amount(price: tuple[Decimal, Decimal | None]) -> tuple[Decimal, bool, Decimal]:
    """Order by amount; among equal ones a reduced price comes first, the larger reduction before the smaller."""
    amount, before = price
    return amount, before is None, -(before or Decimal(0))


def _list_option_keys(variants: list[VariantSource]) -> list[str]:
    keys = {f"{choice.option_key}:{choice.value_key}" for variant in variants for choice in variant.choices}
    return sorted(keys)

"""What search engines are told of: addresses without their language, when they changed, and their pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from catalog.models import Brand, Category, Collection, Listing

SLICE = 10_000
"""Products per map: by key, so that a map stays the same while others grow. The protocol allows 50,000 addresses."""
CHUNK = 2000


@dataclass(frozen=True, kw_only=True, slots=True)
class MapProduct:
    """A product that shoppers can open."""

    slug: str
    updated_at: datetime
    image_url: str


def list_slices() -> list[int]:
    """Return the numbers of the maps that hold a product; one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT product_id / %s FROM catalog_listing ORDER BY 1", [SLICE])
        return [number for (number,) in cursor.fetchall()]


def list_slice(number: int) -> Iterator[MapProduct]:
    """Return the listed products of a map; one query, read in chunks."""
    listings = Listing.objects.filter(product_id__gte=number * SLICE, product_id__lt=(number + 1) * SLICE)
    rows = listings.order_by("product_id", "currency").distinct("product_id")
    for slug, updated_at, image in rows.values_list("slug", "product__updated_at", "image").iterator(CHUNK):
        yield MapProduct(slug=slug, updated_at=updated_at, image_url=_find_image_url(image))


def _find_image_url(image: dict[str, Any] | None) -> str:
    return str(image["large_url"]) if image else ""


def list_pages() -> list[tuple[str, dict[str, str]]]:
    """Return (name, parts) of every address that is no product: shelves, brands and collections that show something."""
    pages: list[tuple[str, dict[str, str]]] = [("catalog:home", {})]
    paths = Category.objects.order_by("path").values_list("path", flat=True)
    pages += [("catalog:category", {"category_path": path}) for path in paths]
    collections = Collection.objects.filter(is_published=True, products__listings__isnull=False)
    slugs = list(collections.distinct().order_by("slug").values_list("slug", flat=True))
    if slugs:
        pages.append(("catalog:collections", {}))
        pages += [("catalog:collection", {"slug": slug}) for slug in slugs]
    brands = Brand.objects.filter(products__listings__isnull=False).distinct().order_by("slug")
    slugs = list(brands.values_list("slug", flat=True))
    if slugs:
        pages.append(("catalog:brands", {}))
        pages += [("catalog:brand", {"slug": slug}) for slug in slugs]
    return pages

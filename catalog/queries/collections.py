"""Collections and brands as shoppers see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import get_language

from catalog.domain.collections import MOST_PRODUCTS, CollectionOrder
from catalog.domain.filters import Sort
from catalog.domain.media import ImageCard, ImageView
from catalog.domain.words import pick_words
from catalog.models import Brand, Collection, CollectionProduct

SORT_OF = {
    CollectionOrder.MANUAL: Sort.RELEVANCE,
    CollectionOrder.FEATURED: Sort.FEATURED,
    CollectionOrder.NEWEST: Sort.NEWEST,
    CollectionOrder.NAME: Sort.NAME,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class CollectionView:
    """A collection in the active language; `sort` is how its products stand unless told otherwise."""

    id: int
    slug: str
    url: str
    name: str
    description: str
    title: str
    summary: str
    sort: Sort
    image: ImageView | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class BrandView:
    """A brand in the active language."""

    slug: str
    url: str
    name: str
    description: str
    website: str
    product_count: int = 0


def find_collection(slug: str) -> CollectionView | None:
    """Return a published collection, or None. One query."""
    if "\0" in slug:
        return None
    row = Collection.objects.filter(slug=slug, is_published=True).first()
    return build_collection(row) if row else None


def list_collections(currency: str, *, on_home: bool = False) -> list[CollectionView]:
    """Return the published collections that have a product, each with a picture of one, in their order. One query."""
    members = CollectionProduct.objects.filter(
        collection=OuterRef("pk"),
        product__listings__currency=currency,
        product__listings__image__isnull=False,
    )
    picture = members.order_by("position", "pk").values("product__listings__image")[:1]
    listed = CollectionProduct.objects.filter(collection=OuterRef("pk"), product__listings__currency=currency)
    rows = Collection.objects.filter(Exists(listed), is_published=True).annotate(picture=Subquery(picture))
    shown = rows.filter(is_on_home=True) if on_home else rows
    return [build_collection(row, image=row.picture) for row in shown]


def list_member_ids(collection_id: int) -> tuple[int, ...]:
    """Return the products of a collection in their order. One query."""
    members = CollectionProduct.objects.filter(collection_id=collection_id).order_by("position", "pk")
    return tuple(members.values_list("product_id", flat=True)[:MOST_PRODUCTS])


def find_brand(slug: str) -> BrandView | None:
    """Return a brand, or None. One query."""
    row = Brand.objects.filter(slug=slug).first() if "\0" not in slug else None
    return _build_brand(row) if row else None


def list_brands() -> list[BrandView]:
    """Return the brands that sell something now, by name, with how many products each. One query."""
    rows = Brand.objects.annotate(
        product_total=Count("products", filter=Q(products__status="published"), distinct=True)
    )
    return [
        _build_brand(row, product_count=row.product_total)
        for row in rows.filter(product_total__gt=0).order_by("name", "pk")
    ]


def build_collection(row: Collection, *, image: dict[str, Any] | None = None) -> CollectionView:
    """Return a collection in the active language."""
    language = get_language() or settings.LANGUAGE_CODE
    name = pick_words(row.name_en, row.name_zh_hans, language)
    description = pick_words(row.description_en, row.description_zh_hans, language)
    return CollectionView(
        id=row.pk,
        slug=row.slug,
        url=reverse("catalog:collection", kwargs={"slug": row.slug}),
        name=name,
        description=description,
        title=pick_words(row.seo_title_en, row.seo_title_zh_hans, language) or name,
        summary=pick_words(row.seo_description_en, row.seo_description_zh_hans, language) or description,
        sort=SORT_OF[CollectionOrder(row.order)],
        image=ImageCard(**image).to_view(language) if image else None,
    )


def _build_brand(row: Brand, *, product_count: int = 0) -> BrandView:
    language = get_language() or settings.LANGUAGE_CODE
    return BrandView(
        slug=row.slug,
        url=reverse("catalog:brand", kwargs={"slug": row.slug}),
        name=row.name,
        description=pick_words(row.description_en, row.description_zh_hans, language),
        website=row.website,
        product_count=product_count,
    )

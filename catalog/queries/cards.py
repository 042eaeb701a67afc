"""Product cards: one row of the listing read model each."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, F, Func, OrderBy, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language

from catalog.domain.filters import (
    ListingFilters,
    ListingScope,
    Sort,
    name_brand_key,
    name_category_key,
    name_tag_key,
)
from catalog.domain.media import ImageCard, ImageView
from catalog.domain.words import pick_words
from catalog.models import Listing
from shop.kernel.money import Money, quantize_amount

SHELF_SECONDS = 60.0
CARD_FIELDS = (
    "product_id",
    "slug",
    "name_en",
    "name_zh_hans",
    "brand_name",
    "currency",
    "amount",
    "compare_at_amount",
    "highest_amount",
    "in_stock",
    "only_sku",
    "image",
)

_SHELVES = """
SELECT root.path, best.image FROM catalog_category AS root
CROSS JOIN LATERAL (
    SELECT image FROM (
        SELECT image, in_stock, is_featured, product_id FROM catalog_listing
        WHERE currency = %(currency)s AND image IS NOT NULL
          AND category_path ~>=~ (root.path || '/') AND category_path ~<~ (root.path || '0')
        LIMIT 200
    ) AS first_ones ORDER BY in_stock DESC, is_featured, product_id LIMIT 1
) AS best
WHERE root.depth = 1
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductCard:
    """What a list shows of a product."""

    product_id: int
    slug: str
    url: str
    name: str
    brand: str
    price: Money
    compare_at: Money | None
    has_range: bool
    in_stock: bool
    only_sku: str
    image: ImageView | None

    def __hash__(self) -> int:
        """Quick: pages compare dozens of cards, and equal ones are mostly one and the same."""
        return hash((self.product_id, self.in_stock))


def find_listings(scope: ListingScope, *, by_key: bool = False) -> QuerySet[Listing]:
    """Return the listings of a scope; by its key where other keys narrow it too, so that one index answers for all."""
    listings = Listing.objects.filter(currency=scope.currency)
    if scope.category_path and by_key:
        listings = listings.filter(keys__contains=[name_category_key(scope.category_path)])
    elif scope.category_path:
        listings = listings.filter(category_path__startswith=f"{scope.category_path}/")
    if scope.brand_slug:
        listings = listings.filter(keys__contains=[name_brand_key(scope.brand_slug)])
    if scope.tag:
        listings = listings.filter(keys__contains=[name_tag_key(scope.tag)])
    if scope.product_ids is not None:
        listings = listings.filter(product_id__in=scope.product_ids)
    return listings


def filter_listings(listings: QuerySet[Listing], filters: ListingFilters) -> QuerySet[Listing]:
    """Leave out what the filters leave out."""
    if filters.lowest is not None:
        listings = listings.filter(amount__gte=filters.lowest)
    if filters.highest is not None:
        listings = listings.filter(amount__lte=filters.highest)
    if filters.only_in_stock:
        listings = listings.filter(in_stock=True)
    # By keys, since one index holds them all: it finds the few of a long list that have what was chosen.
    if filters.brands:
        listings = listings.filter(keys__overlap=[name_brand_key(slug) for slug in filters.brands])
    for options in filters.group_options().values():
        listings = listings.filter(keys__overlap=options)
    return listings


def order_listings(
    listings: QuerySet[Listing], sort: Sort, *, ranked_ids: tuple[int, ...] = (), is_short: bool = False
) -> QuerySet[Listing]:
    """Order a list; every order ends in the product, so that pages never overlap.

    A short list of a long catalogue is read and sorted: the index of an order would be walked past all that is not in it.
    """
    if sort is Sort.RELEVANCE and ranked_ids:
        place = Func(
            Value(list(ranked_ids), output_field=ArrayField(BigIntegerField())),
            F("product_id"),
            function="array_position",
        )
        return listings.order_by(place, "-product_id")
    if sort is Sort.NAME:
        is_chinese = (get_language() or "").startswith("zh")
        name = Coalesce(NullIf("name_zh_hans", Value("")), "name_en") if is_chinese else F("name_en")
        return listings.order_by(name, "-product_id")
    orders: dict[Sort, tuple[str, ...]] = {
        Sort.NEWEST: ("-published_at", "-product_id"),
        Sort.PRICE: ("amount", "-product_id"),
        Sort.PRICE_DOWN: ("-amount", "-product_id"),
    }
    first, *others = orders.get(sort, ("-is_featured", "-published_at", "-product_id"))
    return listings.order_by(_hide_from_index(first) if is_short else first, *others)


def _hide_from_index(order: str) -> OrderBy:
    """Return the same order as an expression that no index knows."""
    name = order.removeprefix("-")
    return OrderBy(Coalesce(F(name), F(name)), descending=order.startswith("-"))


def list_cards(listings: QuerySet[Listing]) -> list[ProductCard]:
    """Return the cards of a (sliced) list in the active language; one query."""
    language = get_language() or settings.LANGUAGE_CODE
    # One address is reversed, the others differ by their slug only.
    pattern = reverse("catalog:product", kwargs={"slug": "_"})
    return [build_card(row, language, pattern) for row in listings.values(*CARD_FIELDS)]


def list_chosen_cards(
    listings: QuerySet[Listing], scope: ListingScope, sort: Sort, *, start: int, stop: int, is_short: bool
) -> list[ProductCard]:
    """Return a slice of a list in its order; one query.

    The products are chosen first, inside an index where one holds all that is asked, then the wide rows of those are read.
    """
    chosen = order_listings(listings, sort, is_short=is_short).values("product_id")[start:stop]
    shown = Listing.objects.filter(currency=scope.currency, product_id__in=chosen)
    return list_cards(order_listings(shown, sort))


def list_cards_by_ids(product_ids: Sequence[int], *, currency: str) -> list[ProductCard]:
    """Return the cards of these products in this order, those that are listed; one query, none for none."""
    ids = tuple(product_ids)
    if not ids:
        return []
    listings = find_listings(ListingScope(currency=currency, product_ids=ids))
    return list_cards(order_listings(listings, Sort.RELEVANCE, ranked_ids=ids))


def build_card(row: dict[str, Any], language: str, pattern: str) -> ProductCard:
    """Return the card of a row of CARD_FIELDS; `pattern` is any product's address with the slug "_"."""
    name = pick_words(row["name_en"], row["name_zh_hans"], language)
    currency = row["currency"]
    before = row["compare_at_amount"]
    image: dict[str, Any] | None = row["image"]
    return ProductCard(
        product_id=row["product_id"],
        slug=row["slug"],
        url=f"{pattern[:-2]}{quote_slug(row['slug'])}/",
        name=name,
        brand=row["brand_name"],
        price=Money(quantize_amount(row["amount"], currency), currency),
        compare_at=Money(quantize_amount(before, currency), currency) if before is not None else None,
        has_range=row["highest_amount"] > row["amount"],
        in_stock=row["in_stock"],
        only_sku=row["only_sku"],
        image=ImageCard(**image).to_view(language, fallback_alt=name) if image else None,
    )


@dataclass(slots=True)
class _Shelves:
    """The pictures of shelves that this process has read, and until when they are shown."""

    rows: dict[str, list[tuple[str, dict[str, Any]]]] = field(default_factory=dict)
    expires: float = 0.0


_shelves = _Shelves()


def list_shelf_pictures(currency: str) -> dict[str, ImageView]:
    """Return one picture for each top category by its path, of a featured product where there is one.

    One query a minute: it reads every listing, and a picture is neither price nor stock.
    """
    if time.monotonic() > _shelves.expires:
        _shelves.rows, _shelves.expires = {}, time.monotonic() + SHELF_SECONDS
    if currency not in _shelves.rows:
        _shelves.rows[currency] = _read_shelves(currency)
    language = get_language() or settings.LANGUAGE_CODE
    return {shelf: ImageCard(**image).to_view(language) for shelf, image in _shelves.rows[currency]}


def forget_shelf_pictures() -> None:
    """Read the pictures of shelves afresh the next time."""
    _shelves.expires = 0.0


def _read_shelves(currency: str) -> list[tuple[str, dict[str, Any]]]:
    """Choose among the first two hundred products of each shelf: a long shelf is not read for one picture."""
    with connection.cursor() as cursor:
        cursor.execute(_SHELVES, {"currency": currency})
        return [
            (path, json.loads(image) if isinstance(image, str) else image)
            for path, image in cursor.fetchall()
        ]


def quote_slug(slug: str) -> str:
    """Return a slug as an address writes it."""
    return slug if slug.isascii() else urlencode({"": slug})[1:]

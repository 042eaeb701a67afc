"""How well search ranks: NDCG@10 over searches that were judged by hand."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from catalog.models import Price, Variant
from catalog.queries.search import search_products
from catalog.services.listings import refresh_listings
from tests.catalog.queries.judged import JUDGED
from tests.factories.catalog import make_brand, make_category, make_product

pytestmark = pytest.mark.django_db
FIRST = 10
# Measured 0.949 over 47 searches; the slack is for ties that fall the other way.
LEAST_NDCG = 0.94


def _load_demo_articles() -> dict[str, int]:
    """The words of the demo shop, one variant each; returns the ids by handle."""
    file = Path(settings.BASE_DIR) / "shop/demo/content/products.csv"
    with file.open(encoding="utf-8", newline="") as rows:
        heads = [row for row in csv.DictReader(rows) if row["name_en"]]
    products = {
        row["handle"]: make_product(
            row["name_en"],
            chinese=row["name_zh"],
            slug=row["handle"],
            category=make_category(row["category"]),
            brand=make_brand(row["brand"]),
            description=row["description_en"],
        )
        for row in heads
    }
    variants = Variant.objects.bulk_create(
        Variant(product=product, sku=handle, available_quantity=5) for handle, product in products.items()
    )
    Price.objects.bulk_create(
        Price(variant=variant, currency="EUR", amount=Decimal(10)) for variant in variants
    )
    refresh_listings([product.pk for product in products.values()])
    return {handle: product.pk for handle, product in products.items()}


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades[:FIRST]))


def test_the_judged_searches_are_ranked_well() -> None:
    handles = {pk: handle for handle, pk in _load_demo_articles().items()}
    assert {handle for wanted in JUDGED.values() for handle in wanted} <= set(handles.values())
    scores: dict[str, float] = {}
    for term, wanted in JUDGED.items():
        found = search_products(term, currency="EUR").product_ids[:FIRST]
        grades = [wanted.get(handles[pk], 0) for pk in found]
        scores[term] = _gain(grades) / _gain(sorted(wanted.values(), reverse=True))
    mean = sum(scores.values()) / len(scores)
    weakest = sorted(scores.items(), key=lambda item: item[1])[:10]
    assert mean >= LEAST_NDCG, f"NDCG@10 {mean:.4f} over {len(scores)} searches; weakest: {weakest}"

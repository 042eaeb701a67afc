"""The demo's flash sale: a few pieces of some articles, so many for each customer, for two weeks from the load on."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from catalog.models import Promotion, Variant
from catalog.services.promotions.promotions import (
    FlashDraft,
    PromotionDraft,
    save_promotion,
    set_flash_stock,
    set_promotion_status,
)
from shop.kernel.clock import now
from shop.kernel.transactions import transactional

ACTOR: Final = "demo"
FLASH_KEY: Final = "flash-table"
PERCENT: Final = "20"
RUNS: Final = timedelta(days=14)
BEGAN: Final = timedelta(hours=2)
PER_CUSTOMER: Final = 2
STOCK: Final = {"half-dipped-pitcher": 20, "oval-serving-tray": 15, "tulip-glazed-vase": 12}
"""Pieces of each variant of these products."""


@transactional
def ensure_flash_sale() -> int:
    """Open the sale unless it was opened before or none of its articles is there; how many. May be repeated."""
    variants = Variant.objects.filter(product__slug__in=STOCK, is_active=True)
    items = [
        FlashDraft(variant_id=pk, limit_quantity=STOCK[slug], per_customer_quantity=PER_CUSTOMER)
        for pk, slug in variants.order_by("sku").values_list("pk", "product__slug")
    ]
    if not items or Promotion.objects.filter(key=FLASH_KEY).exists():
        return 0
    promotion = save_promotion(_draft_sale(), actor=ACTOR)
    set_flash_stock(promotion.pk, items=items, actor=ACTOR)
    set_promotion_status(promotion.pk, status=Promotion.Status.ACTIVE, actor=ACTOR)
    return 1


def _draft_sale() -> PromotionDraft:
    instant = now()
    include = [f"product:{slug}" for slug in STOCK]
    return PromotionDraft(
        key=FLASH_KEY,
        name="Flash sale: for the table",
        title_en="Flash sale: 20% off while stocks last",
        title_zh_hans="限时抢购：八折，抢完即止",
        promotion_class="product",
        action={"kind": "percent_off", "percent": PERCENT, "target": {"include": include}},
        combines_with=("order", "shipping"),
        is_flash_sale=True,
        starts_at=instant - BEGAN,
        ends_at=instant + RUNS,
    )

"""What a product's page says of a flash sale that runs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import F
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from catalog.models import FlashStock, Promotion
from catalog.queries.promotions.rules import list_automatic
from shop.kernel.clock import now

INSTANT: Final = timedelta.resolution
"""A sale that ends at midnight runs until the day before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FlashSaleView:
    """A sale that has something left: its words, its last day, and the most that one customer gets of an article."""

    title: str
    last_day: date | None
    per_customer_quantity: int | None


def find_flash_sale(variant_ids: Collection[int]) -> FlashSaleView | None:
    """Return the sale that anybody gets who buys one of these articles; the first one where several run.

    Which promotions run is what carts read up to two seconds ago: while none is a flash sale, this costs no query; else one.
    """
    sales = {
        promotion.pk: promotion for promotion in list_automatic(now(), is_fresh=False) if _is_open(promotion)
    }
    if not sales:
        return None
    left = FlashStock.objects.filter(
        promotion_id__in=sales, variant_id__in=variant_ids, sold_quantity__lt=F("limit_quantity")
    )
    stock = left.order_by("promotion__priority", "promotion_id", "pk").first()
    if stock is None:
        return None
    sale = sales[stock.promotion_id]
    return FlashSaleView(
        title=sale.title or _("Flash sale"),
        last_day=localdate(sale.ends_at - INSTANT) if sale.ends_at else None,
        per_customer_quantity=stock.per_customer_quantity,
    )


def _is_open(promotion: Promotion) -> bool:
    """Whether it is for everybody: a page that all read alike cannot know who is asking."""
    return promotion.is_flash_sale and not promotion.conditions

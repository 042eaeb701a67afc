"""Promotions and coupons for tests, made by the services as merchandisers make them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import count
from typing import Any

from catalog.domain.promotions.terms import PromotionClass
from catalog.models import Campaign, Coupon, Promotion, Variant
from catalog.services.promotions.coupons import CouponTerms, save_coupon
from catalog.services.promotions.promotions import (
    CampaignDraft,
    FlashDraft,
    PromotionDraft,
    save_campaign,
    save_promotion,
    set_flash_stock,
    set_promotion_status,
)

_numbers = count(1)
ACTOR = "merchandiser@example.com"
TEN_PERCENT: dict[str, Any] = {"kind": "percent_off", "percent": "10"}
ALL_CLASSES = tuple(one.value for one in PromotionClass)


def make_promotion(
    action: Mapping[str, Any] | None = None,
    *conditions: Mapping[str, Any],
    is_active: bool = True,
    **fields: Any,
) -> Promotion:
    """A running promotion: ten percent off the order that combines with everything, unless said otherwise."""
    number = next(_numbers)
    terms = action or TEN_PERCENT
    draft = PromotionDraft(
        **{
            "key": f"offer-{number}",
            "name": f"Offer {number}",
            "promotion_class": "order",
            "combines_with": ALL_CLASSES,
        }
        | fields,
        action=terms,
        conditions=conditions,
    )
    promotion = save_promotion(draft, actor=ACTOR)
    return set_promotion_status(promotion.pk, status="active", actor=ACTOR) if is_active else promotion


def make_coupon(code: str = "", *, promotion: Promotion | None = None, **terms: Any) -> Coupon:
    """A code of a promotion that needs one."""
    owner = promotion or make_promotion(needs_coupon=True)
    return save_coupon(
        owner.pk, code=code or f"CODE{next(_numbers)}", terms=CouponTerms(**terms), actor=ACTOR
    )


def make_campaign(
    *,
    usage_limit: int | None = None,
    budgets: Mapping[str, str] | None = None,
    campaign_id: int | None = None,
) -> Campaign:
    """A campaign with budgets such as {"EUR": "100"}."""
    number = next(_numbers)
    draft = CampaignDraft(
        key=f"campaign-{number}",
        name=f"Campaign {number}",
        usage_limit=usage_limit,
        budgets={currency: Decimal(amount) for currency, amount in (budgets or {}).items()},
    )
    return save_campaign(draft, actor=ACTOR, campaign_id=campaign_id)


def make_flash_sale(
    *items: tuple[Variant, int], price: str = "5.00", per_customer: int | None = None, **fields: Any
) -> Promotion:
    """A running flash sale: (article, how many) at one price."""
    promotion = make_promotion(
        {"kind": "fixed_price", "amounts": {"EUR": price}},
        promotion_class="product",
        is_flash_sale=True,
        **fields,
    )
    drafts: Sequence[FlashDraft] = [
        FlashDraft(variant_id=variant.pk, limit_quantity=quantity, per_customer_quantity=per_customer)
        for variant, quantity in items
    ]
    set_flash_stock(promotion.pk, items=drafts, actor=ACTOR)
    return promotion

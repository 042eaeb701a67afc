"""What the demo shop gives away: a few promotions that run, codes, prices for trade customers."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from catalog.models import Campaign, Price, PriceList, Promotion
from catalog.services.pricing.price_lists import ListPriceDraft, PriceListDraft, save_price_list
from catalog.services.promotions.coupons import CouponTerms, save_coupon
from catalog.services.promotions.promotions import (
    CampaignDraft,
    PromotionDraft,
    save_campaign,
    save_promotion,
    set_promotion_status,
)
from shop.kernel.clock import now
from shop.kernel.transactions import transactional

ACTOR = "demo"
WITH_ALL = ("product", "order", "shipping")
BUDGETS = {"EUR": Decimal(5000), "USD": Decimal(5500), "CNY": Decimal(38000)}
STEPS = [
    {"reached": {"EUR": "80", "USD": "90", "CNY": "600"}, "amounts": {"EUR": "8", "USD": "9", "CNY": "60"}},
    {"reached": {"EUR": "150", "USD": "165", "CNY": "1200"}, "percent": "12"},
]
TRADE_PERCENT = Decimal(15)
GROUP_KEY = "buy-together"
GROUP_ARTICLES = ["product:harbour-stoneware-mug"]

OFFERS: tuple[dict[str, Any], ...] = (
    {
        "key": "spend-and-save",
        "name": "Spend and save",
        "title_en": "Spend more, save more",
        "title_zh_hans": "满额立减",
        "promotion_class": "order",
        "action": {"kind": "spend_steps", "steps": STEPS},
        "combines_with": WITH_ALL,
    },
    {
        "key": "linen-three-for-two",
        "name": "Tea towels: three for two",
        "title_en": "Tea towels: three for the price of two",
        "title_zh_hans": "茶巾买二送一",
        "promotion_class": "product",
        "action": {
            "kind": "cheapest_free",
            "of_quantity": 3,
            "target": {"include": ["category:kitchen/table-linen/tea-towels"]},
        },
        "combines_with": ("order", "shipping"),
    },
    {
        "key": GROUP_KEY,
        "name": "Buy together",
        "title_en": "Cheaper together",
        "title_zh_hans": "一起拼，更优惠",
        "promotion_class": "product",
        "action": {
            "kind": "group_price",
            "steps": [
                {"people": 2, "percent": "10"},
                {"people": 3, "percent": "15"},
                {"people": 5, "percent": "20"},
            ],
            "group_hours": 48,
            "target": {"include": GROUP_ARTICLES},
        },
        "combines_with": ("shipping",),
    },
    {
        "key": "welcome",
        "name": "Welcome",
        "title_en": "10% off your first order",
        "title_zh_hans": "首单九折",
        "promotion_class": "order",
        "action": {"kind": "percent_off", "percent": "10"},
        "conditions": [{"kind": "first_order"}],
        "combines_with": WITH_ALL,
        "needs_coupon": True,
        "per_customer_limit": 1,
        "code": "WELCOME10",
    },
    {
        "key": "post-free",
        "name": "Free delivery",
        "title_en": "Free delivery",
        "title_zh_hans": "免运费",
        "promotion_class": "shipping",
        "action": {"kind": "free_shipping", "methods": ["standard"]},
        "combines_with": WITH_ALL,
        "needs_coupon": True,
        "code": "POSTFREE",
        "usage_limit": 500,
    },
)


@transactional
def ensure_offers() -> int:
    """Make what is not there and start it; how many. May be repeated."""
    known = set(Promotion.objects.values_list("key", flat=True))
    missing = [offer for offer in OFFERS if offer["key"] not in known]
    if missing:
        campaign_id = _ensure_campaign()
        for offer in missing:
            _make(dict(offer), campaign_id=campaign_id)
    _ensure_trade_prices()
    return len(missing)


def _ensure_campaign() -> int:
    """The season's, kept when a newer demo brings another offer. Its id."""
    known = Campaign.objects.filter(key__startswith="season-").order_by("pk").first()
    draft = CampaignDraft(key=f"season-{now():%Y%m%d}", name="This season", budgets=BUDGETS)
    return (known or save_campaign(draft, actor=ACTOR)).pk


def _make(offer: dict[str, Any], *, campaign_id: int) -> None:
    code = offer.pop("code", "")
    instant = now()
    draft = PromotionDraft(
        campaign_id=campaign_id,
        starts_at=instant - timedelta(days=7),
        ends_at=instant + timedelta(days=60),
        **offer,
    )
    promotion = save_promotion(draft, actor=ACTOR)
    set_promotion_status(promotion.pk, status=Promotion.Status.ACTIVE, actor=ACTOR)
    if code:
        save_coupon(promotion.pk, code=code, terms=CouponTerms(), actor=ACTOR)


def _ensure_trade_prices() -> None:
    """Hotels and shops pay less for tableware, and less again for a dozen."""
    if PriceList.objects.filter(key="trade").exists():
        return
    rows = Price.objects.filter(
        currency="EUR", variant__product__category__path__startswith="kitchen/tableware"
    )
    items = []
    for variant_id, amount in rows.values_list("variant_id", "amount"):
        lower = (amount * (100 - TRADE_PERCENT) / 100).quantize(Decimal("0.1"))
        items.append(ListPriceDraft(variant_id=variant_id, amount=lower))
        items.append(ListPriceDraft(variant_id=variant_id, amount=lower - Decimal("0.5"), min_quantity=12))
    draft = PriceListDraft(key="trade", name="Trade customers", currency="EUR", tier="trade")
    save_price_list(draft, items=items, actor=ACTOR)

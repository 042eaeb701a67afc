from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection

from catalog.domain.promotions.errors import LimitTooLow, PromotionGone
from catalog.domain.promotions.terms import PromotionClass
from catalog.domain.promotions.traces import Outcome, Trace, TraceEntry
from catalog.models import (
    Campaign,
    CampaignBudget,
    Coupon,
    CustomerUse,
    FlashStock,
    Promotion,
    Redemption,
)
from catalog.services.promotions.redemptions import (
    keep_redemptions,
    redeem_promotions,
    release_redemptions,
)
from shop.kernel.invariants import check_invariants
from tests.factories.catalog import make_variant
from tests.factories.promotions import make_campaign, make_coupon, make_flash_sale, make_promotion

pytestmark = pytest.mark.django_db
ADA = ("user:1", "email:ada")
BOB = ("email:bob",)


def trace_of(
    promotion: Promotion, *, minor: int = 500, code: str = "", units: dict[int, int] | None = None
) -> Trace:
    entry = TraceEntry(
        promotion_id=promotion.pk,
        key=promotion.key,
        promotion_class=PromotionClass(promotion.promotion_class),
        outcome=Outcome.APPLIED,
        coupon_code=code,
        lines={1: minor},
        units=units or {},
    )
    return Trace(currency="EUR", entries=(entry,))


def redeem(reference: str, trace: Trace, customer: tuple[str, ...] = ADA) -> list[Redemption]:
    return redeem_promotions(reference, trace=trace, customer_keys=customer)


def broken() -> list[str]:
    return [found.title for found in check_invariants() if found.code == "I17"]


def test_an_unlimited_promotion_is_noted_and_locks_nothing() -> None:
    promotion = make_promotion()
    (row,) = redeem("order:1", trace_of(promotion))
    assert (row.discount_amount, row.state, row.customer_keys) == (Decimal("5.00"), "held", list(ADA))
    promotion.refresh_from_db()
    assert promotion.used_quantity == 0


def test_a_limited_coupon_is_used_as_often_as_it_may_and_no_more() -> None:
    coupon = make_coupon("TWICE", usage_limit=2)
    trace = trace_of(coupon.promotion, code="TWICE")
    redeem("order:1", trace)
    redeem("order:2", trace, BOB)
    with pytest.raises(PromotionGone) as caught:
        redeem("order:3", trace, ("email:eve",))
    assert caught.value.coupon_code == "TWICE"
    coupon.refresh_from_db()
    assert coupon.used_quantity == 2
    assert Redemption.objects.count() == 2
    assert broken() == []


def test_a_promotion_and_its_campaign_have_limits_of_their_own() -> None:
    campaign = make_campaign(usage_limit=2)
    one = make_promotion(usage_limit=1, campaign_id=campaign.pk)
    other = make_promotion(campaign_id=campaign.pk)
    redeem("order:1", trace_of(one))
    with pytest.raises(PromotionGone):
        redeem("order:2", trace_of(one), BOB)
    redeem("order:3", trace_of(other), BOB)
    with pytest.raises(PromotionGone):
        redeem("order:4", trace_of(other), BOB)
    assert Campaign.objects.get().used_quantity == 2
    assert broken() == []


def test_a_budget_is_spent_to_the_cent_and_given_back() -> None:
    campaign = make_campaign(budgets={"EUR": "10.00"})
    promotion = make_promotion(campaign_id=campaign.pk)
    redeem("order:1", trace_of(promotion, minor=600))
    with pytest.raises(PromotionGone):
        redeem("order:2", trace_of(promotion, minor=401), BOB)
    redeem("order:3", trace_of(promotion, minor=400), BOB)
    assert CampaignBudget.objects.get().spent_amount == Decimal("10.000")
    assert release_redemptions("order:1") == 1
    assert CampaignBudget.objects.get().spent_amount == Decimal("4.000")
    assert broken() == []


def test_no_budget_in_a_currency_is_no_money_in_it() -> None:
    campaign = make_campaign(budgets={"USD": "10.00"})
    promotion = make_promotion(campaign_id=campaign.pk)
    with pytest.raises(PromotionGone):
        redeem("order:1", trace_of(promotion))


@pytest.mark.parametrize("customer", [("user:1", "email:other"), ("email:ada",)])
def test_a_customer_cannot_come_again_under_another_name(customer: tuple[str, ...]) -> None:
    promotion = make_promotion(per_customer_limit=1)
    redeem("order:1", trace_of(promotion))
    with pytest.raises(PromotionGone):
        redeem("order:2", trace_of(promotion), customer)
    redeem("order:3", trace_of(promotion), BOB)
    release_redemptions("order:1")
    redeem("order:4", trace_of(promotion), customer)


def test_a_coupon_counts_its_own_customers() -> None:
    promotion = make_promotion(needs_coupon=True)
    first, second = (make_coupon(code, promotion=promotion, per_customer_limit=1) for code in ("ONE", "TWO"))
    redeem("order:1", trace_of(promotion, code="ONE"))
    with pytest.raises(PromotionGone):
        redeem("order:2", trace_of(promotion, code="ONE"))
    redeem("order:3", trace_of(promotion, code="TWO"))
    used = CustomerUse.objects.filter(customer_key="user:1").values_list("coupon_id", "used_quantity")
    assert dict(used) == {first.pk: 1, second.pk: 1}


def test_a_released_use_is_free_again_once_and_a_kept_one_never() -> None:
    coupon = make_coupon("ONCE", usage_limit=1, per_customer_limit=1)
    trace = trace_of(coupon.promotion, code="ONCE")
    redeem("order:1", trace)
    assert [release_redemptions("order:1"), release_redemptions("order:1")] == [1, 0]
    assert Coupon.objects.get().used_quantity == 0
    redeem("order:2", trace)
    assert [keep_redemptions("order:2"), release_redemptions("order:2")] == [1, 0]
    assert Coupon.objects.get().used_quantity == 1
    assert broken() == []


def test_a_flash_sale_sells_its_own_stock_and_caps_each_customer() -> None:
    variant = make_variant()
    sale = make_flash_sale((variant, 3), per_customer=2)

    def buy(reference: str, units: int, customer: tuple[str, ...]) -> Any:
        return redeem(reference, trace_of(sale, units={variant.pk: units}), customer)

    buy("order:1", 2, ADA)
    with pytest.raises(PromotionGone):
        buy("order:2", 1, ADA)
    with pytest.raises(PromotionGone):
        buy("order:3", 2, BOB)
    buy("order:4", 1, BOB)
    assert FlashStock.objects.get().sold_quantity == 3
    release_redemptions("order:1")
    assert FlashStock.objects.get().sold_quantity == 1
    assert broken() == []


def test_a_limit_set_later_counts_what_was_used_before() -> None:
    promotion = make_promotion()
    for number in range(3):
        redeem(f"order:{number}", trace_of(promotion), (f"email:{number}",))
    with pytest.raises(LimitTooLow, match="3 have been used already"):
        make_limited(promotion, 2)
    assert make_limited(promotion, 4).used_quantity == 3
    release_redemptions("order:0")
    assert broken() == []


def make_limited(promotion: Promotion, limit: int) -> Promotion:
    from catalog.services.promotions.promotions import PromotionDraft, save_promotion

    draft = PromotionDraft(
        key=promotion.key,
        name=promotion.name,
        promotion_class="order",
        action=promotion.action,
        usage_limit=limit,
    )
    return save_promotion(draft, actor="ada", promotion_id=promotion.pk)


def test_one_use_per_promotion_and_order() -> None:
    promotion = make_promotion()
    redeem("order:1", trace_of(promotion))
    with pytest.raises(IntegrityError):
        redeem("order:1", trace_of(promotion))


def test_the_invariant_sees_a_counter_that_drifted() -> None:
    coupon = make_coupon(usage_limit=5)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_coupon SET used_quantity = 2 WHERE id = %s", [coupon.pk])
    assert broken() == [
        "limited coupons, promotions and campaigns count exactly their uses that are not released"
    ]

from datetime import UTC, datetime, timedelta

import pytest

from catalog.domain.promotions.errors import PromotionKeyTaken, StatusRefused, WindowInvalid
from catalog.domain.promotions.reading import PromotionInvalid
from catalog.models import Coupon, Promotion
from catalog.queries.promotions.rules import load_rules
from catalog.services.promotions.coupons import CouponTerms, draw_coupons, save_coupon
from catalog.services.promotions.promotions import set_promotion_status
from shop.kernel.clock import now
from shop.kernel.models import AuditEntry
from tests.factories.promotions import ACTOR, make_coupon, make_promotion

pytestmark = pytest.mark.django_db


def refused(code: str) -> str:
    return load_rules(currency="EUR", now=now(), coupon_codes=[code]).refused.get(code, "")


def test_a_code_is_kept_in_capitals_and_once() -> None:
    coupon = make_coupon(" wel come10 ")
    assert coupon.code == "WELCOME10"
    with pytest.raises(PromotionInvalid) as caught:
        make_coupon("welcome10")
    assert caught.value.field == "code"
    assert AuditEntry.objects.filter(action="coupon.saved", target="coupon:WELCOME10").count() == 1


def test_why_a_code_opens_nothing() -> None:
    soon, past = now() + timedelta(days=1), now() - timedelta(days=1)
    make_coupon("SOON", starts_at=soon)
    make_coupon("OVER", starts_at=past - timedelta(days=1), ends_at=past)
    make_coupon("OFF", is_active=False)
    used = make_coupon("USED", usage_limit=1)
    Coupon.objects.filter(pk=used.pk).update(used_quantity=1)
    draft = make_promotion(needs_coupon=True, is_active=False)
    make_coupon("DRAFT", promotion=draft)
    make_coupon("GOOD")
    assert refused("NONE") == "There is no such code."
    assert refused("SOON") == "This code is not valid yet."
    assert refused("OVER") == "This code is no longer valid."
    assert refused("OFF") == "This code is not valid at the moment."
    assert refused("USED") == "This code has been used up."
    assert refused("DRAFT") == "This code is not valid at the moment."
    assert refused("GOOD") == ""


def test_two_codes_of_one_promotion_open_it_once() -> None:
    promotion = make_promotion(needs_coupon=True)
    make_coupon("ONE", promotion=promotion)
    make_coupon("TWO", promotion=promotion)
    book = load_rules(currency="EUR", now=now(), coupon_codes=["TWO", "ONE"])
    assert [rule.coupon_code for rule in book.rules] == ["TWO"]
    assert dict(book.refused) == {"ONE": "This code is already covered by another one."}


def test_a_batch_draws_codes_that_differ_and_cannot_be_guessed() -> None:
    promotion = make_promotion(needs_coupon=True)
    batch = draw_coupons(
        promotion.pk, name="Fair", quantity=50, terms=CouponTerms(), actor=ACTOR, prefix="fair-"
    )
    codes = set(batch.coupons.values_list("code", flat=True))
    assert len(codes) == 50
    assert all(code.startswith("FAIR-") and len(code) == 15 for code in codes)
    assert set(batch.coupons.values_list("usage_limit", flat=True)) == {1}


@pytest.mark.parametrize("quantity", [0, 20_001])
def test_a_batch_has_a_size(quantity: int) -> None:
    promotion = make_promotion(needs_coupon=True)
    with pytest.raises(PromotionInvalid):
        draw_coupons(promotion.pk, name="x", quantity=quantity, terms=CouponTerms(), actor=ACTOR)


def test_an_end_before_the_beginning_is_refused() -> None:
    promotion = make_promotion(needs_coupon=True)
    instant = now()
    with pytest.raises(WindowInvalid):
        save_coupon(
            promotion.pk, code="X", terms=CouponTerms(starts_at=instant, ends_at=instant), actor=ACTOR
        )
    with pytest.raises(WindowInvalid):
        make_promotion(starts_at=instant, ends_at=instant)


def test_an_ended_promotion_does_not_come_back() -> None:
    promotion = make_promotion()
    set_promotion_status(promotion.pk, status="paused", actor=ACTOR)
    set_promotion_status(promotion.pk, status="active", actor=ACTOR)
    set_promotion_status(promotion.pk, status="ended", actor=ACTOR)
    with pytest.raises(StatusRefused):
        set_promotion_status(promotion.pk, status="active", actor=ACTOR)
    assert Promotion.objects.get().status == "ended"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"promotion_class": "shipping"}, "promotion_class"),
        ({"promotion_class": "everything"}, "promotion_class"),
        ({"combines_with": ["all"]}, "combines_with"),
        ({"is_flash_sale": True}, "is_flash_sale"),
        ({"key": "k" * 61}, "key"),
        ({"starts_at": datetime(1, 1, 2, tzinfo=UTC)}, "starts_at"),
        ({"ends_at": datetime(9999, 12, 31, tzinfo=UTC)}, "ends_at"),
    ],
)
def test_what_makes_no_sense_together_is_refused(fields: dict[str, object], field: str) -> None:
    with pytest.raises(PromotionInvalid) as caught:
        make_promotion(**fields)
    assert caught.value.field == field
    assert not Promotion.objects.exists()


def test_a_key_is_used_once() -> None:
    make_promotion(key="spring")
    with pytest.raises(PromotionKeyTaken, match="There is a promotion with this key already"):
        make_promotion(key="spring")


def test_a_promotion_that_cannot_be_read_gives_nothing_and_stops_nobody() -> None:
    broken, sound = make_promotion(), make_promotion()
    Promotion.objects.filter(pk=broken.pk).update(action={"kind": "gone"}, updated_at=now())
    assert [rule.id for rule in load_rules(currency="EUR", now=now()).rules] == [sound.pk]

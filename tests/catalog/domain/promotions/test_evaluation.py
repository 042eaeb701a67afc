from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from catalog.domain.promotions.evaluation import Evaluation, evaluate
from catalog.domain.promotions.facts import CartFacts, LineFacts, Rule, ShopperFacts
from catalog.domain.promotions.terms import (
    CLASS_ORDER,
    AmountOff,
    Amounts,
    Bundle,
    BuyGet,
    Channels,
    CheapestFree,
    FirstOrder,
    FixedPrice,
    FreeShipping,
    Gift,
    Hours,
    Minimum,
    MinimumQuantity,
    Part,
    PaymentMethods,
    PercentOff,
    PromotionClass,
    Segments,
    SpendSteps,
    Step,
    Target,
    Tiers,
)
from catalog.domain.promotions.traces import Outcome, Reason
from catalog.domain.promotions.words import describe_trace

MONDAY_NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
ALL = frozenset(PromotionClass)
MUG, BOWL, LAMP = 1, 2, 3


def euros(text: str) -> Amounts:
    return Amounts({"EUR": Decimal(text)})


def target(*keys: str) -> Target:
    return Target(include=frozenset(keys))


def line(key: int, price: int, quantity: int = 1, *keys: str) -> LineFacts:
    return LineFacts(key=key, unit_minor=price, quantity=quantity, keys=frozenset(keys))


def cart(*lines: LineFacts, **facts: Any) -> CartFacts:
    return CartFacts(currency=facts.pop("currency", "EUR"), lines=lines, **facts)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type]  # year to minute


def rule(action: Any, *conditions: Any, number: int = 1, **fields: Any) -> Rule:
    default = min(action.classes, key=CLASS_ORDER.index)
    return Rule(
        id=number,
        key=f"p{number}",
        promotion_class=fields.pop("promotion_class", default),
        action=action,
        conditions=conditions,
        title_en=fields.pop("title_en", f"Offer {number}"),
        **fields,
    )


def run(basket: CartFacts, *rules: Rule, now: datetime = MONDAY_NOON, **options: Any) -> Evaluation:
    return evaluate(basket, rules, now=now, **options)


def reasons(evaluation: Evaluation, index: int = 0) -> list[Reason]:
    return [cause.reason for cause in evaluation.trace.entries[index].causes]


@pytest.mark.parametrize(
    ("action", "promotion_class", "lines", "off"),
    [
        (PercentOff(percent=Decimal(10)), "product", [(1, 1999, 1), (2, 500, 3)], {1: 200, 2: 150}),
        (PercentOff(percent=Decimal(10)), "order", [(1, 1999, 1), (2, 1, 3)], {1: 200, 2: 0}),
        (PercentOff(percent=Decimal(50), most=euros("3")), "product", [(1, 1000, 1), (2, 500, 1)], {1: 200, 2: 100}),
        (AmountOff(amounts=euros("2")), "product", [(1, 1000, 3), (2, 100, 1)], {1: 600, 2: 100}),
        (AmountOff(amounts=euros("10")), "order", [(1, 1000, 1), (2, 1000, 1), (3, 1000, 1)], {1: 334, 2: 333, 3: 333}),
        (AmountOff(amounts=euros("99")), "order", [(1, 1000, 1)], {1: 1000}),
        (FixedPrice(amounts=euros("7.50")), "product", [(1, 1000, 2), (2, 500, 1)], {1: 500, 2: 0}),
        (CheapestFree(of_quantity=3), "product", [(1, 1000, 2), (2, 400, 1)], {1: 0, 2: 400}),
        (CheapestFree(of_quantity=3), "product", [(1, 1000, 4), (2, 400, 2)], {1: 1000, 2: 400}),
        (CheapestFree(of_quantity=2, percent=Decimal(50)), "product", [(1, 1000, 1), (2, 401, 1)], {1: 0, 2: 201}),
        (BuyGet(buy_quantity=2, get_quantity=1), "product", [(1, 1000, 6)], {1: 2000}),
        (BuyGet(buy_quantity=2, get_quantity=1, most_times=1), "product", [(1, 1000, 6)], {1: 1000}),
    ],
)  # fmt: skip
def test_what_each_action_takes_off(
    action: Any, promotion_class: str, lines: list[tuple[int, int, int]], off: dict[int, int]
) -> None:
    basket = cart(*(line(*one) for one in lines))
    found = run(basket, rule(action, promotion_class=PromotionClass(promotion_class)))
    assert found.lines == off


def test_buy_of_one_kind_and_get_another() -> None:
    action = BuyGet(buy_quantity=1, get_quantity=1, buy=target("category:lamps"), get=target("sku:BULB"))
    lamp, bulb = line(LAMP, 9000, 2, "category:lamps"), line(BOWL, 500, 3, "sku:BULB")
    assert run(cart(lamp, bulb), rule(action)).lines == {LAMP: 0, BOWL: 1000}
    missing = run(cart(lamp), rule(action)).trace.entries[0]
    assert missing.causes[0].facts == {"keys": ["sku:BULB"]}


def test_a_gift_is_free_once_and_does_not_count_towards_its_own_minimum() -> None:
    action = Gift(target=target("sku:GIFT"))
    minimum = Minimum(amounts=euros("20"))
    gift = line(BOWL, 1500, 2, "sku:GIFT")
    assert run(cart(line(MUG, 2000), gift), rule(action, minimum)).lines == {MUG: 0, BOWL: 1500}
    assert reasons(run(cart(line(MUG, 1000), gift), rule(action, minimum))) == [Reason.MINIMUM]
    assert reasons(run(cart(line(MUG, 2000)), rule(action, minimum))) == [Reason.GIFT_MISSING]


def test_a_bundle_costs_its_price_as_often_as_it_fits() -> None:
    parts = (Part(target=target("category:mugs"), quantity=2), Part(target=target("category:bowls")))
    action = Bundle(parts=parts, amounts=euros("20"))
    mugs, bowls = line(MUG, 800, 5, "category:mugs"), line(BOWL, 1000, 2, "category:bowls")
    found = run(cart(mugs, bowls), rule(action))
    # Two bundles of 2 x 8 + 10 = 26 for 20 each: 12 off, split by 32 to 20.
    assert found.lines == {MUG: 738, BOWL: 462}
    assert reasons(run(cart(mugs), rule(action))) == [Reason.MORE_ARTICLES]
    assert found.trace.entries[0].units == {MUG: 4, BOWL: 2}


def test_spend_more_save_more_and_how_far_the_next_step_is() -> None:
    steps = (
        Step(reached=euros("50"), amounts=euros("5")),
        Step(reached=euros("100"), percent=Decimal(15)),
    )
    offer = rule(SpendSteps(steps=steps), promotion_class=PromotionClass.ORDER)
    assert run(cart(line(MUG, 6000)), offer).lines == {MUG: 500}
    assert run(cart(line(MUG, 6000)), offer).trace.entries[0].causes[0].facts["missing_minor"] == 4000
    assert run(cart(line(MUG, 10_000)), offer).lines == {MUG: 1500}
    assert reasons(run(cart(line(MUG, 4999)), offer)) == [Reason.MINIMUM]


def test_delivery_costs_less_up_to_a_limit_and_only_once_it_is_chosen() -> None:
    free = rule(FreeShipping())
    assert run(cart(line(MUG, 100), shipping_minor=495), free).shipping_minor == 495
    assert reasons(run(cart(line(MUG, 100)), free)) == [Reason.DELIVERY_NOT_CHOSEN]
    most = rule(FreeShipping(most=euros("3")))
    assert run(cart(line(MUG, 100), shipping_minor=495), most).shipping_minor == 300
    only = rule(FreeShipping(methods=frozenset({"standard"})))
    express = cart(line(MUG, 100), shipping_minor=900, shipping_method="express")
    assert reasons(run(express, only)) == [Reason.DELIVERY_METHOD]


@pytest.mark.parametrize(
    ("condition", "shopper", "reason"),
    [
        (Tiers(names=frozenset({"gold"})), ShopperFacts(tier="silver"), Reason.TIER),
        (Tiers(names=frozenset({"gold"})), ShopperFacts(tier="gold"), None),
        (Segments(names=frozenset({"vip"})), ShopperFacts(), Reason.SEGMENT),
        (Segments(names=frozenset({"vip"})), ShopperFacts(segments=frozenset({"vip", "new"})), None),
        (Channels(names=frozenset({"web"})), ShopperFacts(channel="amazon"), Reason.CHANNEL),
        (FirstOrder(), ShopperFacts(is_first_order=False), Reason.FIRST_ORDER),
        (FirstOrder(), ShopperFacts(is_first_order=None), None),
        (PaymentMethods(names=frozenset({"alipay"})), ShopperFacts(), Reason.PAYMENT_METHOD),
        (PaymentMethods(names=frozenset({"alipay"})), ShopperFacts(payment_method="alipay"), None),
        (Minimum(amounts=euros("10.01")), ShopperFacts(), Reason.MINIMUM),
        (Minimum(amounts=euros("10")), ShopperFacts(), None),
        (Minimum(amounts=Amounts({"USD": Decimal(1)})), ShopperFacts(), Reason.OTHER_CURRENCY),
        (MinimumQuantity(quantity=2), ShopperFacts(), Reason.MINIMUM_QUANTITY),
    ],
)
def test_each_condition(condition: Any, shopper: ShopperFacts, reason: Reason | None) -> None:
    found = run(cart(line(MUG, 1000), shopper=shopper), rule(PercentOff(percent=Decimal(10)), condition))
    assert reasons(found) == ([reason] if reason else [])
    assert found.lines == {MUG: 0 if reason else 100}


@pytest.mark.parametrize(
    ("hours", "instant", "is_open"),
    [
        (Hours(weekdays=frozenset({0})), at(2026, 5, 4, 0, 0), True),
        (Hours(weekdays=frozenset({0})), at(2026, 5, 5, 0, 0), False),
        (Hours(begins=time(9), ends=time(17)), at(2026, 5, 4, 17, 0), False),
        (Hours(begins=time(9), ends=time(17)), at(2026, 5, 4, 16, 59), True),
        # Friday's night goes on until two on Saturday, and does not begin on Thursday.
        (Hours(weekdays=frozenset({4}), begins=time(22), ends=time(2)), at(2026, 5, 9, 1, 59), True),
        (Hours(weekdays=frozenset({4}), begins=time(22), ends=time(2)), at(2026, 5, 8, 1, 59), False),
    ],
)
def test_weekdays_and_hours(hours: Hours, instant: datetime, is_open: bool) -> None:
    found = run(cart(line(MUG, 1000)), rule(PercentOff(percent=Decimal(10)), hours), now=instant)
    assert found.trace.entries[0].is_applied is is_open


def test_a_window_is_open_at_its_start_and_closed_at_its_end() -> None:
    offer = PercentOff(percent=Decimal(10))
    later = rule(offer, starts_at=datetime(2026, 5, 4, 13, tzinfo=UTC))
    over = rule(offer, starts_at=MONDAY_NOON, ends_at=MONDAY_NOON)
    assert reasons(run(cart(line(MUG, 1000)), later)) == [Reason.NOT_YET]
    assert reasons(run(cart(line(MUG, 1000)), over)) == [Reason.OVER]


def test_two_that_do_not_accept_each_other_both_ways_never_meet() -> None:
    ten = PercentOff(percent=Decimal(10))
    first = rule(ten, number=1, combines_with=ALL, promotion_class=PromotionClass.PRODUCT)
    alone = rule(ten, number=2, promotion_class=PromotionClass.ORDER)
    found = run(cart(line(MUG, 1000)), first, alone)
    assert found.lines == {MUG: 100}
    assert found.trace.entries[1].outcome is Outcome.BLOCKED
    assert found.trace.entries[1].causes[0].facts["title_en"] == "Offer 1"
    both = rule(ten, number=2, combines_with=ALL, promotion_class=PromotionClass.ORDER)
    assert run(cart(line(MUG, 1000)), first, both).lines == {MUG: 190}


def test_tags_must_agree_both_ways() -> None:
    ten = PercentOff(percent=Decimal(10))
    spring = rule(
        ten, number=1, combines_with=ALL, tags=frozenset({"spring"}), accepts_tags=frozenset({"spring"})
    )
    plain = rule(ten, number=2, combines_with=ALL)
    other = rule(ten, number=3, combines_with=ALL, tags=frozenset({"spring"}))
    assert run(cart(line(MUG, 1000)), spring, plain).lines == {MUG: 100}
    assert run(cart(line(MUG, 1000)), spring, other).lines == {MUG: 190}


def test_product_promotions_that_do_not_combine_share_the_cart_but_no_line() -> None:
    mugs = rule(PercentOff(percent=Decimal(50), target=target("category:mugs")), number=1)
    whole = rule(PercentOff(percent=Decimal(10)), number=2, promotion_class=PromotionClass.PRODUCT)
    found = run(cart(line(MUG, 1000, 1, "category:mugs"), line(BOWL, 1000)), mugs, whole)
    assert found.lines == {MUG: 500, BOWL: 100}


def test_priority_before_number_and_class_before_priority() -> None:
    late = rule(
        PercentOff(percent=Decimal(10)), number=1, priority=20, promotion_class=PromotionClass.PRODUCT
    )
    early = rule(
        PercentOff(percent=Decimal(20)), number=2, priority=10, promotion_class=PromotionClass.PRODUCT
    )
    order = rule(PercentOff(percent=Decimal(5)), number=3, priority=1, promotion_class=PromotionClass.ORDER)
    keys = [entry.key for entry in run(cart(line(MUG, 1000)), late, early, order).trace.entries]
    assert keys == ["p2", "p1", "p3"]


def test_the_floor_limits_and_says_so_but_not_for_a_gift() -> None:
    half = rule(PercentOff(percent=Decimal(90)), promotion_class=PromotionClass.PRODUCT)
    found = run(cart(line(MUG, 999)), half, floor_percent=Decimal(30))
    assert found.lines == {MUG: 699}  # 999 - 299.7 rounded up
    assert reasons(found) == [Reason.LIMITED]
    gift = rule(Gift(target=target("sku:GIFT")))
    assert run(cart(line(MUG, 999, 1, "sku:GIFT")), gift, floor_percent=Decimal(30)).lines == {MUG: 999}


def test_a_flash_sale_reduces_no_more_than_it_has_left() -> None:
    flash = rule(FixedPrice(amounts=euros("5")), unit_limits={MUG: 2})
    found = run(cart(line(MUG, 1000, 5), line(BOWL, 1000)), flash)
    assert found.lines == {MUG: 1000, BOWL: 0}
    assert found.trace.entries[0].units == {MUG: 2}
    (told,) = describe_trace(found.trace)
    assert told.reasons == ("Only 2 of them: the sale has no more for you.",)
    assert reasons(run(cart(line(MUG, 1000, 2), line(BOWL, 1000)), flash)) == []


def test_a_flash_sale_that_is_sold_out_is_told_to_shoppers() -> None:
    flash = rule(FixedPrice(amounts=euros("5")), unit_limits={MUG: 0})
    (told,) = describe_trace(run(cart(line(MUG, 1000)), flash).trace)
    assert told.reasons == ("The sale's own stock is sold out, or you have had your share.",)
    assert reasons(run(cart(line(BOWL, 1000)), flash)) == [Reason.NO_ARTICLES]


def test_a_campaign_gives_no_more_than_its_budget() -> None:
    offer = rule(PercentOff(percent=Decimal(10)), budget_minor=99)
    assert reasons(run(cart(line(MUG, 1000)), offer)) == [Reason.USED_UP]


def test_words_for_a_shopper_leave_out_what_is_not_their_business() -> None:
    gold = rule(PercentOff(percent=Decimal(10)), Tiers(names=frozenset({"gold"})), number=1)
    spend = rule(
        PercentOff(percent=Decimal(10)), Minimum(amounts=euros("50")), number=2, title_zh_hans="满减"
    )
    trace = run(cart(line(MUG, 3790)), gold, spend).trace
    (told,) = describe_trace(trace)
    assert (told.title, told.reasons) == ("Offer 2", ("Add €12.10 more to reach €50.00.",))
    assert [row.title for row in describe_trace(trace, is_for_shopper=False)] == ["Offer 1", "Offer 2"]
    with translation.override("zh-hans"):
        assert describe_trace(trace)[0].title == "满减"


def test_a_coupon_is_always_explained() -> None:
    gold = rule(PercentOff(percent=Decimal(10)), Tiers(names=frozenset({"gold"})), coupon_code="GOLD")
    (told,) = describe_trace(run(cart(line(MUG, 1000)), gold).trace)
    assert told.reasons == ("For customers of another tier.",)

"""Promotions on the way from cart to order: what is shown is what is placed, counted once, and given back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.domain.promotions.errors import CouponRefused
from catalog.domain.promotions.traces import Trace
from catalog.domain.promotions.words import describe_trace
from catalog.models import (
    Campaign,
    Coupon,
    CustomerStanding,
    PriceList,
    PriceListItem,
    Promotion,
    Redemption,
)
from catalog.services.promotions.promotions import set_promotion_status
from orders.domain.errors import CartChanged
from orders.domain.problems import ProblemCode
from orders.models import Cart, Order
from orders.queries.carts import get_cart_view
from orders.services.carts import (
    accept_prices,
    add_coupon,
    merge_carts,
    remove_coupon,
    set_line_quantity,
)
from orders.services.checkout import place_order
from orders.services.expiry import expire_unpaid_orders
from orders.services.lifecycle import cancel_order, mark_paid
from shop.accounts.models import User
from shop.kernel.clock import now, override_now
from shop.kernel.invariants import check_invariants
from shop.kernel.money import Money
from tests.factories.catalog import make_brand, make_category, make_product
from tests.factories.orders import make_article, make_cart, make_order, make_ready_cart, make_tax
from tests.factories.promotions import (
    ACTOR,
    make_campaign,
    make_coupon,
    make_flash_sale,
    make_promotion,
)

pytestmark = pytest.mark.django_db


def eur(text: str) -> Money:
    return Money(Decimal(text), "EUR").quantized()


def broken() -> set[str]:
    return {found.code for found in check_invariants()} & {"I5", "I6", "I7", "I8", "I17", "O1"}


def test_what_the_cart_shows_is_what_the_order_holds() -> None:
    make_tax(percent="21")
    mug = make_article("MUG", price="10.00")
    lamp = make_article("LAMP", price="33.33")
    make_promotion({"kind": "percent_off", "percent": "10", "target": {"include": ["sku:MUG"]}},
                   promotion_class="product", title_en="Mug week")  # fmt: skip
    coupon = make_coupon("FIVE", promotion=make_promotion(
        {"kind": "amount_off", "amounts": {"EUR": "5"}}, needs_coupon=True, title_en="Five euros"))  # fmt: skip
    cart = make_ready_cart((mug, 2), (lamp, 1))
    add_coupon(cart.pk, code="five")
    view = get_cart_view(Cart.objects.get(pk=cart.pk))
    # 20.00 - 2.00 = 18.00 and 33.33; five euros split 18.00 : 33.33.
    assert [line.totals.discount for line in view.lines if line.totals] == [eur("3.75"), eur("3.25")]
    assert (view.subtotal, view.discount, view.total) == (eur("53.33"), eur("7.00"), eur("51.28"))
    assert [(row.title, row.amount) for row in view.applied] == [
        ("Mug week", eur("2")),
        ("Five euros", eur("5")),
    ]

    order = place_order(cart.pk, expected_total=view.total)
    lines = list(order.lines.order_by("position"))
    assert [line.discount for line in lines] == [eur("3.75"), eur("3.25")]
    assert [line.tax for line in lines] == [eur("2.82"), eur("5.22")]  # of 16.25 and 30.08
    assert (order.discount, order.total, order.coupon_codes) == (eur("7.00"), eur("51.28"), ["FIVE"])
    told = describe_trace(Trace.from_json(lines[0].price_trace))
    assert [(row.title, row.amount) for row in told] == [
        ("Mug week", eur("2.00")),
        ("Five euros", eur("1.75")),
    ]
    assert {row.coupon_id for row in Redemption.objects.all()} == {None, coupon.pk}
    assert broken() == set()


def test_free_delivery_comes_off_delivery() -> None:
    make_promotion(
        {"kind": "free_shipping"}, {"kind": "minimum", "amounts": {"EUR": "20"}}, promotion_class="shipping"
    )
    make_tax(percent="21")
    cup = make_article(price="10.00")
    order = make_order((cup, 2))
    assert (order.shipping, order.shipping_discount, order.total) == (eur("0"), eur("4.95"), eur("20.00"))
    less = get_cart_view(make_ready_cart((cup, 1)))
    assert less.shipping == eur("4.95")
    assert less.offers[0].reasons == ("Add €10.00 more to reach €20.00.",)
    assert broken() == set()


def test_targets_reach_brand_category_above_and_collection() -> None:
    product = make_product(category=make_category("kitchen/cups"), brand=make_brand("Vale"))
    cup = make_article(price="10.00", product=product)
    lamp = make_article(price="10.00")
    for key in ("category:kitchen", "brand:vale", f"product:{product.slug}"):
        make_promotion(
            {"kind": "percent_off", "percent": "10", "target": {"include": [key]}}, promotion_class="product"
        )
    view = get_cart_view(make_cart((cup, 1), (lamp, 1)))
    assert [line.totals.discount for line in view.lines if line.totals] == [eur("2.71"), eur("0")]


def test_a_promotion_that_lapsed_is_told_like_a_changed_price_and_nothing_is_lost() -> None:
    promotion = make_promotion(title_en="Spring")
    cart = make_ready_cart()
    shown = get_cart_view(cart).total
    set_promotion_status(promotion.pk, status="paused", actor=ACTOR)
    with pytest.raises(CartChanged) as caught:
        place_order(cart.pk, expected_total=shown)
    (problem,) = caught.value.problems
    assert (problem.code, problem.old, problem.new) == (ProblemCode.TOTAL_CHANGED, shown, eur("14.95"))
    assert not Order.objects.exists()
    assert place_order(cart.pk, expected_total=eur("14.95")).discount == eur("0")


def test_a_code_that_ended_is_told_once_and_then_let_go() -> None:
    coupon = make_coupon("SOON", ends_at=now() + timedelta(hours=1))
    cart = make_ready_cart()
    add_coupon(cart.pk, code="SOON")
    with override_now(now() + timedelta(hours=2)):
        for expected in (None, get_cart_view(cart).total - eur("1.00")):
            with pytest.raises(CartChanged) as caught:
                place_order(cart.pk, expected_total=expected)
            problem = caught.value.problems[0]
            assert (problem.code, problem.name) == (ProblemCode.COUPON_REFUSED, "SOON")
            assert problem.message == "This code is no longer valid."
        accept_prices(cart.pk, problems=caught.value.problems)
        assert Cart.objects.get(pk=cart.pk).coupon_codes == []
        assert place_order(cart.pk, expected_total=None).discount == eur("0")
    assert not Redemption.objects.filter(coupon=coupon).exists()


def test_the_last_use_taken_by_somebody_else_undoes_everything() -> None:
    coupon = make_coupon("LAST", usage_limit=1)
    first, second = (make_ready_cart(email=f"{name}@example.com") for name in ("ada", "bob"))
    for cart in (first, second):
        add_coupon(cart.pk, code="LAST")
    second.refresh_from_db()
    shown = get_cart_view(second).total
    place_order(first.pk, expected_total=None)
    with pytest.raises(CartChanged) as caught:
        place_order(second.pk, expected_total=shown)
    assert caught.value.problems[0].message == "This code has been used up."
    assert Order.objects.count() == 1
    coupon.refresh_from_db()
    assert coupon.used_quantity == 1


def test_an_order_that_lapses_or_is_cancelled_gives_its_uses_back_a_paid_one_keeps_them() -> None:
    coupon = make_coupon("TWO", usage_limit=2)
    orders = []
    for name in ("ada", "bob"):
        cart = make_ready_cart(email=f"{name}@example.com")
        add_coupon(cart.pk, code="TWO")
        orders.append(place_order(cart.pk, expected_total=None))
    cancel_order(orders[0].pk, reason="customer", actor="customer")
    coupon.refresh_from_db()
    assert coupon.used_quantity == 1
    mark_paid(orders[1].pk, amount=orders[1].total, reference="p1")
    cancel_order(orders[1].pk, reason="customer", actor="service")
    coupon.refresh_from_db()
    assert coupon.used_quantity == 1
    assert sorted(Redemption.objects.values_list("state", flat=True)) == ["kept", "released"]
    assert broken() == set()


def test_an_unpaid_order_gives_its_coupon_back_when_its_time_is_over() -> None:
    coupon = make_coupon("ONE", usage_limit=1)
    cart = make_ready_cart()
    add_coupon(cart.pk, code="ONE")
    order = place_order(cart.pk, expected_total=None)
    with override_now(order.payment_due_at + timedelta(seconds=1)):
        assert expire_unpaid_orders() == 1
    coupon.refresh_from_db()
    assert coupon.used_quantity == 0


def test_first_order_only_by_account_or_address() -> None:
    make_promotion(None, {"kind": "first_order"})
    assert make_order().discount == eur("1.00")
    again = make_ready_cart(email="ADA@example.com")
    assert get_cart_view(again).discount == eur("0")
    assert get_cart_view(make_ready_cart(email="bob@example.com")).discount == eur("1.00")


def test_tiers_and_segments_come_from_the_customers_standing() -> None:
    make_promotion(None, {"kind": "tiers", "names": ["gold"]})
    make_promotion(None, {"kind": "segments", "names": ["gardeners"]})
    user = User.objects.create_user("ada@example.com")
    article = make_article(price="10.00")
    cart = make_cart((article, 1), user=user)
    assert get_cart_view(cart).discount == eur("0")
    CustomerStanding.objects.create(user_id=user.pk, tier="gold", segments=["gardeners"])
    assert get_cart_view(cart).discount == eur("1.90")


def test_a_flash_sale_reduces_what_it_has_and_counts_it() -> None:
    cup = make_article("CUP", price="10.00", stock=20)
    sale = make_flash_sale((cup, 3), price="4.00")
    order = make_order((cup, 2))
    assert order.discount == eur("12.00")
    assert sale.flash_stock.get().sold_quantity == 2
    rest = get_cart_view(make_ready_cart((cup, 2), email="bob@example.com"))
    assert rest.discount == eur("6.00")
    assert broken() == set()


def test_a_budget_stops_a_campaign() -> None:
    campaign = make_campaign(budgets={"EUR": "1.50"})
    make_promotion(campaign_id=campaign.pk)
    assert make_order().discount == eur("1.00")
    assert get_cart_view(make_ready_cart(email="bob@example.com")).discount == eur("0")
    assert Campaign.objects.get().budgets.get().spent_amount == Decimal("1.000")


@pytest.mark.parametrize(
    ("code", "message"), [("NOPE", "There is no such code."), ("  ", "There is no such code.")]
)
def test_a_code_that_is_not_there_is_refused_in_words(code: str, message: str) -> None:
    cart = make_cart()
    with pytest.raises(CouponRefused, match=message):
        add_coupon(cart.pk, code=code)


def test_a_cart_takes_five_codes() -> None:
    cart = make_cart()
    for number in range(5):
        add_coupon(cart.pk, code=make_coupon(f"C{number}").code)
    with pytest.raises(CouponRefused, match="takes 5 codes"):
        add_coupon(cart.pk, code=make_coupon("C5").code)
    remove_coupon(cart.pk, code="c0")
    assert add_coupon(cart.pk, code="C5").coupon_codes == ["C1", "C2", "C3", "C4", "C5"]


def test_a_free_order_needs_no_payment() -> None:
    make_promotion({"kind": "percent_off", "percent": "100"})
    make_promotion({"kind": "free_shipping"}, promotion_class="shipping")
    order = make_order()
    assert (order.total, order.payment_status) == (eur("0"), "paid")
    assert set(Redemption.objects.values_list("state", flat=True)) == {"kept"}
    assert Promotion.objects.count() == 2
    assert Coupon.objects.count() == 0


PLACE_ORDER_WITH_PROMOTIONS = 20


@pytest.mark.parametrize("lines", [1, 3])
def test_placing_an_order_with_promotions_and_a_limited_code_stays_below_thirty_queries(lines: int) -> None:
    make_tax()
    make_promotion(None, {"kind": "first_order"})
    make_promotion({"kind": "free_shipping"}, promotion_class="shipping")
    make_coupon("CODE", usage_limit=5)
    cart = make_ready_cart(*((make_article(options={"Size": "L"}), 2) for _ in range(lines)))
    add_coupon(cart.pk, code="CODE")
    with CaptureQueriesContext(connection) as captured:
        place_order(cart.pk, expected_total=None)
    assert (
        len([query for query in captured if "SAVEPOINT" not in query["sql"]]) == PLACE_ORDER_WITH_PROMOTIONS
    )


def test_quantity_steps_follow_the_chosen_quantity_and_a_changed_price_is_still_told() -> None:
    cup = make_article("CUP", price="10.00", stock=20)
    prices = PriceList.objects.create(key="many", name="Many", currency="EUR")
    step = PriceListItem.objects.create(
        price_list=prices, variant=cup, min_quantity=5, amount=Decimal("8.00")
    )
    cart = make_ready_cart((cup, 2))
    line = cart.lines.get()
    (view,) = get_cart_view(cart).lines
    assert (view.unit_price, view.next_step) == (eur("10.00"), (5, eur("8.00")))
    set_line_quantity(cart.pk, line_id=line.pk, quantity=6)
    (view,) = get_cart_view(cart).lines
    assert (view.unit_price, view.price_list, view.problems) == (eur("8.00"), "many", ())
    step.amount = Decimal("9.00")
    step.save()
    set_line_quantity(cart.pk, line_id=line.pk, quantity=7)
    (problem,) = get_cart_view(cart).changed_prices
    assert (problem.old, problem.new) == (eur("8.00"), eur("9.00"))
    accept_prices(cart.pk, problems=[problem])
    assert place_order(cart.pk, expected_total=None).lines.get().price_trace == {"price_list": "many"}


def test_a_tier_pays_its_own_price_and_sees_that_it_changed_at_sign_in() -> None:
    cup = make_article("CUP", price="10.00")
    prices = PriceList.objects.create(key="trade", name="Trade", currency="EUR", tier="trade")
    PriceListItem.objects.create(price_list=prices, variant=cup, amount=Decimal("7.00"))
    user = User.objects.create_user("ada@example.com")
    CustomerStanding.objects.create(user_id=user.pk, tier="trade")
    cart = merge_carts(make_cart((cup, 1)).pk, user_id=user.pk)
    (line,) = get_cart_view(cart).lines
    assert (line.unit_price, [problem.code for problem in line.problems]) == (
        eur("7.00"),
        [ProblemCode.PRICE_CHANGED],
    )

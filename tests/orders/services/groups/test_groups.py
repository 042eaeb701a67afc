"""A group from its opening to its end: places, prices, what goes back, and what is free again."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError

from catalog.domain.promotions.groups import Verdict
from catalog.domain.promotions.words import describe_applied
from catalog.models import FlashStock, Promotion, Redemption
from catalog.services.promotions.promotions import (
    FlashDraft,
    PromotionDraft,
    save_promotion,
    set_flash_stock,
    set_promotion_status,
)
from inventory.queries.levels import list_available
from orders.domain.errors import ArticleNotFound
from orders.domain.groups import (
    AlreadyInGroup,
    GroupClosed,
    GroupComplete,
    GroupFull,
    GroupNotOpen,
    GroupPriceGone,
    OrderHeld,
)
from orders.domain.outcomes import PaidOutcome
from orders.domain.states import GroupStatus, PlaceState
from orders.models import BuyingGroup, Cart, GroupPlace, Order
from orders.queries.carts import find_user_cart
from orders.queries.fulfilment import is_shippable
from orders.queries.groups import build_progress, describe_hold, get_group, get_group_view
from orders.services.checkout import place_order
from orders.services.expiry import expire_unpaid_orders
from orders.services.fulfilment import allocate_order
from orders.services.groups.closing import close_due_groups, force_group, leave_group, settle_places
from orders.services.lifecycle import cancel_order, mark_paid
from payments.models import Refund
from payments.services.refunds import execute_due_refunds
from shop.accounts.models import User
from shop.kernel.clock import now, override_now
from shop.kernel.invariants import check_invariants
from shop.kernel.models import AuditEntry, OutgoingEmail
from shop.kernel.transactions import savepoint
from tests.factories.groups import (
    eur,
    make_group_campaign,
    make_group_cart,
    open_paid_group,
    pay_in_full,
)
from tests.factories.orders import make_article, make_order, make_shipping
from tests.factories.payments import pay
from tests.factories.promotions import ACTOR, make_promotion

pytestmark = pytest.mark.django_db

OWN = {"I5", "I6", "I7", "I8", "I9", "I17", "O1", "G1", "G2", "G3"}


def broken() -> set[str]:
    return {found.code for found in check_invariants()} & OWN


def settle(drain: Callable[[], int]) -> None:
    close_due_groups()
    settle_places()
    drain()


def test_opening_costs_the_least_groups_price_and_holds_the_order_back() -> None:
    mug = make_article("MUG", price="33.33")
    group, (order,) = open_paid_group(mug)
    assert (order.subtotal, order.discount, order.total) == (eur("33.33"), eur("3.33"), eur("34.95"))
    line = order.lines.get()
    assert [(row.title, row.reasons) for row in line.discounts] == [
        ("Buy together", ("Group price: 10% off when at least 2 people buy together.",))
    ]
    assert (group.status, group.held_quantity, group.paid_quantity) == ("open", 1, 1)
    assert (order.status, order.hold_reason) == ("confirmed", "group")
    assert not is_shippable(order)
    assert not Order.objects.to_ship().exists()
    with pytest.raises(OrderHeld):
        allocate_order(order.pk, actor="packer")
    assert broken() == set()


def test_a_group_is_no_part_of_the_usual_cart() -> None:
    mug = make_article("MUG")
    user = User.objects.create_user(email="ada@example.com", password="x")
    make_shipping()
    make_group_cart(make_group_campaign(mug), mug, user_id=user.pk)
    make_group_cart(make_group_campaign(mug), mug, user_id=user.pk)
    assert find_user_cart(user.pk) is None
    assert Cart.objects.filter(user=user).count() == 2


def test_its_price_is_for_nobody_else() -> None:
    mug = make_article("MUG", price="10.00")
    make_group_campaign(mug)
    assert make_order((mug, 1)).discount == eur("0")


def test_the_last_payment_completes_it_and_everybody_pays_the_final_price(drain: Callable[[], int]) -> None:
    mug = make_article("MUG", price="33.33", stock=20)
    group, orders = open_paid_group(mug, people=4, pay=pay)
    group.refresh_from_db()
    assert (group.status, group.paid_quantity) == ("completed", 4)
    settle(drain)
    execute_due_refunds()
    drain()
    # 30 per cent of 33.33 are 10.00; 3.33 came off at once.
    returned = list(GroupPlace.objects.order_by("pk").values_list("returned_amount", flat=True))
    assert returned == [Decimal("6.67")] * 4
    assert (
        list(Refund.objects.values_list("amount", "reason", "status"))
        == [(Decimal("6.67"), "group_price", "succeeded")] * 4
    )
    for order in orders:
        order.refresh_from_db()
        assert (order.hold_reason, order.payment_status, order.refunded) == (
            "",
            "partially_refunded",
            eur("6.67"),
        )
        assert allocate_order(order.pk, actor="packer").fulfilment_status == "allocated"
    mails = OutgoingEmail.objects.filter(dedupe_key__startswith="order_group_completed:")
    assert mails.count() == 4
    assert "everybody gets 30% off" in mails[0].text
    assert "€6.67 goes back" in mails[0].text
    # Whatever runs again changes nothing.
    settle(drain)
    execute_due_refunds()
    assert Refund.objects.count() == 4
    assert broken() == set()


def test_in_the_end_enough_people_complete_it_at_their_step(drain: Callable[[], int]) -> None:
    mug = make_article("MUG", price="10.00", stock=20)
    group, _orders = open_paid_group(mug, people=3, pay=pay)
    assert close_due_groups() == 0
    with override_now(now() + timedelta(hours=24)):
        settle(drain)
    group.refresh_from_db()
    assert (group.status, group.paid_quantity, group.held_quantity) == ("completed", 3, 3)
    assert list(Refund.objects.values_list("amount", flat=True)) == [Decimal("1.000")] * 3
    assert broken() == set()


def test_too_few_people_get_all_their_money_back_and_everything_is_free(drain: Callable[[], int]) -> None:
    mug = make_article("MUG", price="10.00", stock=5)
    campaign = make_group_campaign(mug, is_flash_sale=True)
    stock = [FlashDraft(variant_id=mug.pk, limit_quantity=3, per_customer_quantity=1)]
    set_flash_stock(campaign.pk, items=stock, actor=ACTOR)
    group, (order,) = open_paid_group(mug, promotion=campaign, pay=pay)
    assert (list_available([mug.pk])[mug.pk], FlashStock.objects.get().sold_quantity) == (4, 1)
    with override_now(now() + timedelta(hours=24)):
        settle(drain)
        execute_due_refunds()
        drain()
    group.refresh_from_db()
    order.refresh_from_db()
    assert (group.status, order.status, order.cancel_reason) == ("released", "cancelled", "group_released")
    assert (order.payment_status, order.refunded) == ("refunded", order.total)
    assert (list_available([mug.pk])[mug.pk], FlashStock.objects.get().sold_quantity) == (5, 0)
    assert Redemption.objects.get().state == "released"
    mail = OutgoingEmail.objects.get(dedupe_key=f"order_cancelled:{order.pk}")
    assert "did not get enough people" in mail.text
    assert broken() == set()


def test_who_leaves_frees_the_place_and_may_come_again(drain: Callable[[], int]) -> None:
    mug = make_article("MUG", stock=20)
    group, (first, second) = open_paid_group(mug, people=2, pay=pay)
    leave_group(second.pk, actor="customer")
    drain()
    group.refresh_from_db()
    assert (group.status, group.held_quantity, group.paid_quantity) == ("open", 1, 1)
    assert GroupPlace.objects.get(order=second).state == PlaceState.LEFT
    assert Refund.objects.get().amount == second.total_amount
    again = make_group_cart(group.promotion, mug, group=group, email=second.email)
    assert place_order(again.pk, expected_total=None).hold_reason == "group"
    group.refresh_from_db()
    assert (group.held_quantity, group.paid_quantity) == (2, 1)
    first.refresh_from_db()
    assert first.status == "confirmed"
    assert broken() == set()


def test_a_group_that_all_have_left_is_released() -> None:
    group, (order,) = open_paid_group(make_article("MUG"))
    cancel_order(order.pk, reason="operator", actor="desk")
    group.refresh_from_db()
    assert (group.status, group.held_quantity, group.paid_quantity) == ("released", 0, 0)
    assert broken() == set()


def test_nobody_leaves_a_group_that_has_closed() -> None:
    mug = make_article("MUG", stock=20)
    _group, orders = open_paid_group(mug, people=4)
    with pytest.raises(GroupComplete):
        leave_group(orders[0].pk, actor="customer")


def test_one_place_for_each_customer_by_account_and_address() -> None:
    mug = make_article("MUG", stock=20)
    group, _orders = open_paid_group(mug)
    twice = make_group_cart(group.promotion, mug, group=group, email="Member0@Example.com")
    with pytest.raises(AlreadyInGroup):
        place_order(twice.pk, expected_total=None)
    group.refresh_from_db()
    assert group.held_quantity == 1


def test_an_unpaid_place_is_held_and_free_again_when_the_order_lapses() -> None:
    mug = make_article("MUG", stock=20)
    campaign = make_group_campaign(mug, steps=[{"people": 2, "percent": "10"}])
    group, _orders = open_paid_group(mug, promotion=campaign)
    cart = make_group_cart(campaign, mug, group=group, email="late@example.com")
    place_order(cart.pk, expected_total=None)
    group.refresh_from_db()
    assert (group.held_quantity, group.paid_quantity) == (2, 1)
    with pytest.raises(GroupFull):
        make_group_cart(campaign, mug, group=group, email="rival@example.com")
    with override_now(now() + timedelta(hours=2)):
        expire_unpaid_orders()
    group.refresh_from_db()
    assert (group.status, group.held_quantity, group.paid_quantity) == ("open", 1, 1)
    assert broken() == set()


def test_a_group_opens_with_the_first_payment_only() -> None:
    mug = make_article("MUG", stock=20)
    make_shipping()
    campaign = make_group_campaign(mug)
    order = place_order(make_group_cart(campaign, mug).pk, expected_total=None)
    group = BuyingGroup.objects.get()
    assert (group.status, group.closes_at) == ("new", None)
    with pytest.raises(GroupClosed):
        make_group_cart(campaign, mug, group=group, email="b@example.com")
    assert describe_hold(order) == "The group opens when the first payment is here."
    with override_now(now() + timedelta(hours=2)):
        expire_unpaid_orders()
    group.refresh_from_db()
    assert group.status == "released"


def test_money_that_comes_after_the_end_goes_back(drain: Callable[[], int]) -> None:
    mug = make_article("MUG", stock=20)
    group, _orders = open_paid_group(mug, people=2)
    late = place_order(
        make_group_cart(group.promotion, mug, group=group, email="late@example.com").pk, expected_total=None
    )
    force_group(group.pk, verdict=Verdict.COMPLETE, actor="boss@example.com")
    assert mark_paid(late.pk, amount=late.total, reference="late") is PaidOutcome.UNFULFILLABLE
    late.refresh_from_db()
    assert (late.status, late.cancel_reason) == ("cancelled", "group_closed")
    settle(drain)
    assert GroupPlace.objects.filter(settled_at=None).count() == 0
    assert broken() == set()


def test_unpaid_members_of_a_closed_group_are_let_go(drain: Callable[[], int]) -> None:
    mug = make_article("MUG", stock=20)
    group, orders = open_paid_group(mug, people=2)
    late = place_order(
        make_group_cart(group.promotion, mug, group=group, email="late@example.com").pk, expected_total=None
    )
    force_group(group.pk, verdict=Verdict.COMPLETE, actor="boss@example.com")
    settle(drain)
    states = dict(Order.objects.values_list("pk", "status"))
    assert states == {orders[0].pk: "confirmed", orders[1].pk: "confirmed", late.pk: "cancelled"}
    assert list_available([mug.pk]) == {mug.pk: 18}


def test_an_operator_completes_or_releases_before_the_time(drain: Callable[[], int]) -> None:
    mug = make_article("MUG", stock=20)
    group, (order,) = open_paid_group(mug)
    force_group(group.pk, verdict=Verdict.COMPLETE, actor="boss@example.com")
    settle(drain)
    order.refresh_from_db()
    # With too few people everybody keeps the price that was paid.
    assert (order.status, order.hold_reason) == ("confirmed", "")
    assert GroupPlace.objects.get().returned_amount == Decimal(0)
    assert AuditEntry.objects.filter(action="group.completed", actor="boss@example.com").count() == 1
    with pytest.raises(GroupNotOpen):
        force_group(group.pk, verdict=Verdict.RELEASE, actor="boss@example.com")


def test_a_campaign_that_changes_breaks_no_promise() -> None:
    mug = make_article("MUG", price="10.00", stock=20)
    group, _orders = open_paid_group(mug)
    campaign = group.promotion
    action = dict(campaign.action) | {"steps": [{"people": 2, "percent": "5"}]}
    draft = PromotionDraft(key=campaign.key, name=campaign.name, promotion_class="product", action=action)
    save_promotion(draft, actor=ACTOR, promotion_id=campaign.pk)
    cart = make_group_cart(campaign, mug, group=group, email="b@example.com")
    assert place_order(cart.pk, expected_total=None).discount == eur("1.00")


def test_a_campaign_that_has_stopped_opens_and_sells_nothing() -> None:
    mug = make_article("MUG", stock=20)
    make_shipping()
    campaign = make_group_campaign(mug)
    cart = make_group_cart(campaign, mug)
    set_promotion_status(campaign.pk, status=Promotion.Status.PAUSED, actor=ACTOR)
    with pytest.raises(GroupPriceGone):
        place_order(cart.pk, expected_total=None)
    with pytest.raises(GroupPriceGone):
        make_group_cart(campaign, mug)
    assert not BuyingGroup.objects.exists()
    assert not Order.objects.exists()


def test_other_articles_and_other_promotions_are_no_way_in() -> None:
    mug, lamp = make_article("MUG"), make_article("LAMP")
    make_shipping()
    campaign = make_group_campaign(mug)
    with pytest.raises(GroupPriceGone):
        make_group_cart(campaign, lamp)
    with pytest.raises(GroupPriceGone):
        make_group_cart(make_promotion(), mug)
    with pytest.raises(ArticleNotFound):
        make_group_cart(campaign, mug, group=open_paid_group(lamp)[0])


def test_a_group_does_not_outlive_its_campaign() -> None:
    mug = make_article("MUG")
    ends_at = now() + timedelta(hours=3)
    group, _orders = open_paid_group(mug, promotion=make_group_campaign(mug, ends_at=ends_at))
    assert group.closes_at == ends_at


def test_a_group_price_comes_before_other_sales_of_the_article() -> None:
    mug = make_article("MUG", price="10.00")
    make_promotion(
        {"kind": "percent_off", "percent": "50", "target": {"include": ["sku:MUG"]}},
        promotion_class="product",
        combines_with=(),
        priority=0,
    )
    _group, (order,) = open_paid_group(mug)
    assert order.discount == eur("1.00")


def test_progress_is_told_in_a_sentence() -> None:
    mug = make_article("MUG", stock=20)
    campaign = make_group_campaign(mug, minimum=3)
    instant = now().replace(year=2026, month=3, day=1, hour=12, minute=0)
    with override_now(instant):
        group, (order,) = open_paid_group(mug, promotion=campaign)
        assert order.discount == eur("2.00")
        assert describe_hold(order).startswith("Waiting for 2 more people until ")
        view = get_group_view(group, currency="EUR")
    assert (view.names, view.progress.places_left, view.is_joinable) == (("A**",), 3, True)
    assert [(step.people, step.price, step.is_entry) for step in view.steps] == [
        (3, eur("8.00"), True),
        (4, eur("7.00"), False),
    ]
    assert get_group(group.token) == group


def test_constraints_are_the_last_judge() -> None:
    group, (order,) = open_paid_group(make_article("MUG"))
    for change in ({"held_quantity": 5}, {"paid_quantity": 2}, {"status": "odd"}, {"closes_at": None}):
        with pytest.raises(IntegrityError), savepoint():
            BuyingGroup.objects.filter(pk=group.pk).update(**change)
    with pytest.raises(IntegrityError), savepoint():
        Order.objects.filter(pk=order.pk).update(fulfilment_status="shipped")


def test_invariants_find_counters_that_lie_and_places_that_nobody_settles() -> None:
    group, (order,) = open_paid_group(make_article("MUG"))
    BuyingGroup.objects.filter(pk=group.pk).update(held_quantity=2)
    assert broken() == {"G1"}
    BuyingGroup.objects.filter(pk=group.pk).update(
        held_quantity=1, status=GroupStatus.RELEASED, closed_at=now() - timedelta(hours=1)
    )
    assert broken() == {"G2"}
    GroupPlace.objects.update(settled_at=now(), state=PlaceState.LEFT)
    assert broken() == {"G3"}
    Order.objects.filter(pk=order.pk).update(hold_reason="")
    assert broken() == set()


def test_traces_tell_the_group_price_on_line_and_order() -> None:
    _group, (order,) = open_paid_group(make_article("MUG", price="10.00"))
    assert [row.title for row in describe_applied(order.trace)] == ["Buy together"]


def test_progress_of_an_open_group_names_the_next_step() -> None:
    mug = make_article("MUG", stock=20)
    group, _orders = open_paid_group(mug, people=2)
    progress = build_progress(group)
    assert (progress.missing, progress.percent, progress.next_people, progress.next_percent) == (
        0,
        Decimal(10),
        3,
        Decimal(20),
    )


def test_paying_in_full_twice_counts_once() -> None:
    group, (order,) = open_paid_group(make_article("MUG"))
    pay_in_full(order)
    group.refresh_from_db()
    assert group.paid_quantity == 1

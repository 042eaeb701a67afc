"""Rivals for the last place: one conditional update decides; its twin without the condition shows the bug."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Barrier
from unittest.mock import patch

import pytest
from django.db import connections
from django.db.models import F

from orders import locks
from orders.domain.groups import GroupFull
from orders.models import BuyingGroup, Cart, GroupPlace, Order
from orders.services.checkout import place_order
from orders.services.groups import closing, places
from orders.services.groups.closing import close_due_group, settle_place
from orders.services.lifecycle import mark_paid
from shop.kernel.clock import now
from shop.kernel.invariants import check_invariants
from tests.factories.groups import make_group_campaign, make_group_cart, open_paid_group, pay_in_full
from tests.factories.orders import make_article
from tests.factories.rivals import Meeting

pytestmark = pytest.mark.django_db(transaction=True)

PAIR = [{"people": 2, "percent": "10"}]
RIVALS = 16


def race(acts: list[Callable[[], object]]) -> list[object]:
    """Run all at once on connections of their own; answers or errors."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        barrier.wait(timeout=30)
        try:
            return act()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def make_rivals(count: int) -> tuple[BuyingGroup, list[Cart]]:
    """A group with one free place, and so many who want it."""
    mug = make_article("MUG", stock=50)
    campaign = make_group_campaign(mug, steps=PAIR)
    group, _orders = open_paid_group(mug, promotion=campaign)
    carts = [
        make_group_cart(campaign, mug, group=group, email=f"rival{number}@example.com")
        for number in range(count)
    ]
    return group, carts


def place_all(carts: list[Cart]) -> list[object]:
    return race([partial(place_order, cart.pk, expected_total=None) for cart in carts])


@contextmanager
def counting_by_hand(rivals: int) -> Iterator[None]:
    """Read, look, write: as if nobody had thought of rivals; all have read before one writes."""
    meeting = Meeting(rivals)

    def count(group_id: int, *, is_new: bool) -> None:
        seen = BuyingGroup.objects.get(pk=group_id)
        if seen.held_quantity >= seen.largest_people:
            raise GroupFull
        meeting.wait()
        # The constraint would judge: here it is out of the way.
        BuyingGroup.objects.filter(pk=group_id).update(
            held_quantity=seen.held_quantity + 1, largest_people=F("largest_people")
        )

    with patch.object(places, "_count_place", count):
        yield


def test_of_sixteen_rivals_one_gets_the_last_place() -> None:
    group, carts = make_rivals(RIVALS)
    outcomes = place_all(carts)
    assert sum(isinstance(one, Order) for one in outcomes) == 1
    assert sum(isinstance(one, GroupFull) for one in outcomes) == RIVALS - 1
    group.refresh_from_db()
    assert (group.held_quantity, group.paid_quantity) == (2, 1)
    assert Order.objects.count() == 2
    assert {found.code for found in check_invariants()} & {"G1", "G2", "G3", "I17"} == set()


def test_twin_that_looks_before_it_counts_sells_the_place_twice() -> None:
    group, carts = make_rivals(2)
    with counting_by_hand(2):
        outcomes = place_all(carts)
    assert sum(isinstance(one, Order) for one in outcomes) == 2
    assert GroupPlace.objects.filter(group=group).count() == 3
    assert "G1" in {found.code for found in check_invariants()}


def test_the_end_and_the_last_payment_agree_on_one_outcome() -> None:
    """Payment and clock meet on the group's row: whoever comes first decides, and nothing is half done."""
    group, (cart,) = make_rivals(1)
    order = place_order(cart.pk, expected_total=None)
    BuyingGroup.objects.filter(pk=group.pk).update(closes_at=now())
    race([lambda: close_due_group(group.pk), lambda: mark_paid(order.pk, amount=order.total, reference="x")])
    group.refresh_from_db()
    order.refresh_from_db()
    expected = {"completed": "confirmed", "released": "cancelled"}
    assert order.status == expected[group.status]
    assert {found.code for found in check_invariants()} & {"G1", "G3"} == set()


def test_a_place_is_settled_once_by_many_workers() -> None:
    group, (cart,) = make_rivals(1)
    pay_in_full(place_order(cart.pk, expected_total=None))
    place = GroupPlace.objects.filter(group=group).first()
    assert place is not None
    outcomes = race([lambda: settle_place(place.pk)] * 4)
    assert sorted(map(str, outcomes)) == ["False", "False", "False", "True"]


def test_twin_without_the_orders_lock_settles_twice() -> None:
    group, (cart,) = make_rivals(1)
    pay_in_full(place_order(cart.pk, expected_total=None))
    place = GroupPlace.objects.filter(group=group).first()
    assert place is not None
    meeting = Meeting(2)

    def release(order: Order, place: GroupPlace) -> None:
        meeting.wait()

    def read(order_id: int) -> Order:
        return Order.objects.get(pk=order_id)

    with patch.object(locks, "lock_order", read), patch.object(closing, "_release", release):
        outcomes = race([lambda: settle_place(place.pk)] * 2)
    assert outcomes == [True, True]

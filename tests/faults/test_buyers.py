"""Far more buyers than goods, each on a connection of their own, through a web server with several workers."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier

import pytest

from inventory.models import Reservation, StockLevel, StockMovement
from orders.models import Order
from shop.kernel.invariants import check_invariants
from shop.kernel.models import OutboxEvent
from tests.factories.orders import make_article, make_ready_cart, make_shipping
from tests.faults.browser import Browser
from tests.faults.carts import copy_cart
from tests.faults.shopper import Shopper
from tests.faults.stack import WebServer

BUYERS = 200
UNITS = 20


def race(act: Callable[[int], str], *, copies: int) -> Counter[str]:
    """Let all act at the same moment; how often each outcome came."""
    start = Barrier(copies)

    def run(number: int) -> str:
        start.wait(timeout=60)
        return act(number)

    with ThreadPoolExecutor(copies) as pool:
        return Counter(pool.map(run, range(copies)))


def assert_sold_exactly(units: int) -> None:
    level = StockLevel.objects.get()
    assert (level.on_hand, level.reserved) == (units, units)
    assert sum(StockMovement.objects.values_list("delta", flat=True)) == units
    assert Reservation.objects.filter(state="held", quantity=1).count() == units
    orders = Order.objects.filter(status="pending")
    assert {order.reference for order in orders} == set(
        Reservation.objects.values_list("reference", flat=True)
    )
    assert Order.objects.count() == units
    assert OutboxEvent.objects.filter(topic="orders.order_placed").count() == units
    assert check_invariants() == []


def test_two_hundred_checkouts_at_once_sell_twenty_units(web: WebServer) -> None:
    """All have it in their carts, since a cart holds nothing; all order at the same moment."""
    carts = copy_cart(make_ready_cart((make_article("CUP", stock=UNITS), 1)), copies=BUYERS)

    def order(number: int) -> str:
        with closing(Shopper(web.base)) as shopper:
            answer = shopper.place(carts[number], key=f"buyer-{number}")
        return f"{answer.status} {answer.code}".strip()

    assert race(order, copies=BUYERS) == {"201": UNITS, "409 out_of_stock": BUYERS - UNITS}
    assert_sold_exactly(UNITS)


@pytest.mark.parametrize("buyers", [40])
def test_whole_purchases_over_the_api_sell_what_is_there(web: WebServer, buyers: int) -> None:
    """From an empty cart to the order; who comes late is told when adding, who came too late when ordering."""
    make_article("CUP", stock=UNITS)
    make_shipping()

    def buy(number: int) -> str:
        with closing(Shopper(web.base)) as shopper:
            cart, answer = shopper.fill_cart("CUP")
            if answer.status < 400:
                answer = shopper.place(cart, key=f"buyer-{number}")
        return f"{answer.status} {answer.code}".strip()

    assert race(buy, copies=buyers) == {"201": UNITS, "409 out_of_stock": buyers - UNITS}
    assert_sold_exactly(UNITS)


def test_buyers_with_browsers_sell_what_is_there(web: WebServer) -> None:
    """The storefront's own forms, without scripts: cart, address, delivery, order."""
    cup = make_article("CUP", stock=4)
    make_shipping()
    outcomes = race(lambda _number: Browser(web.base).buy(cup.sku), copies=12)
    assert outcomes == {"ordered": 4, "sold out": 8}
    assert_sold_exactly(4)


def test_one_key_pressed_by_forty_places_one_order(web: WebServer) -> None:
    """The same cart and key from forty connections: one order, forty answers that name it."""
    cart = make_ready_cart((make_article("CUP", stock=UNITS), 1)).token

    def order(_number: int) -> str:
        with closing(Shopper(web.base)) as shopper:
            answer = shopper.place(cart, key="the-one")
        return f"{answer.status} {answer.body['number']}"

    outcomes = race(order, copies=40)
    assert outcomes == {f"201 {Order.objects.get().number}": 40}
    assert StockLevel.objects.get().reserved == 1
    assert check_invariants() == []

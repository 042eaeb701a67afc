"""What the shop knows first hand reaches analytics, and the front page's figures."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from analytics.models import Event
from analytics.queries.figures import list_day_points
from analytics.queries.today import list_chores
from analytics.services.figures import roll_up
from orders.services.checkout import start_checkout
from shop.accounts.models import User
from tests.factories.orders import make_article, make_order, make_ready_cart

pytestmark = pytest.mark.django_db


def test_cart_checkout_order_and_payment_are_counted_once(drain: Callable[[], int]) -> None:
    cart = make_ready_cart()
    start_checkout(cart.pk)
    start_checkout(cart.pk)
    order = make_order((make_article(price="30.00"), 2), is_paid=True)
    drain()
    drain()
    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True))
    assert sorted(kinds) == ["cart", "cart", "checkout", "order", "paid"]
    paid = Event.objects.get(kind="paid")
    assert (paid.order_number, paid.value_amount, paid.currency) == (order.number, order.total_amount, "EUR")


def test_figures_are_the_orders(drain: Callable[[], int]) -> None:
    first = make_order(is_paid=True)
    make_order()
    drain()
    roll_up()
    today = list_day_points(days=2)[-1]
    assert (today.orders, today.sales) == (1, first.total_amount)
    assert today.basket == first.total_amount
    assert today.conversion == Decimal(0)


def test_paid_orders_wait_to_be_shipped(drain: Callable[[], int]) -> None:
    make_order(is_paid=True)
    make_order()
    owner = User.objects.create_superuser("owner@example.com", "linen-4-two")
    chores = {str(chore.label): chore.quantity for chore in list_chores(owner)}
    assert chores["Orders to ship"] == 1
    assert chores["Tickets to answer"] == 0

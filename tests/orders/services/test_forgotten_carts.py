"""Guests' carts that no browser has the key to any more go; all others stay."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection

from orders.models import Cart, CartLine
from orders.services import carts
from orders.services.carts import forget_old_carts
from shop.accounts.models import User
from shop.kernel.clock import now, override_now
from shop.kernel.transactions import transaction
from tests.factories.orders import make_article, make_cart, make_order


def age(cart: Cart, *, days: int) -> Cart:
    Cart.objects.filter(pk=cart.pk).update(updated_at=now() - timedelta(days=days))
    return cart


@pytest.mark.django_db
def test_old_guest_cart_goes_with_its_lines_and_a_younger_one_stays() -> None:
    cup = make_article("CUP", stock=9)
    age(make_cart((cup, 1)), days=61)
    young = age(make_cart((cup, 2)), days=59)
    assert [forget_old_carts(), forget_old_carts()] == [1, 0]
    assert list(Cart.objects.all()) == [young]
    assert CartLine.objects.get().quantity == 2


@pytest.mark.django_db
def test_cart_of_a_user_and_one_that_became_an_order_stay() -> None:
    user = User.objects.create_user("ada@example.com")
    own = age(make_cart(user=user), days=400)
    order = make_order()
    assert order.cart is not None
    age(order.cart, days=400)
    assert forget_old_carts() == 0
    assert set(Cart.objects.all()) == {own, order.cart}


@pytest.mark.django_db
def test_many_go_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carts, "FORGOTTEN_BATCH", 2)
    for _number in range(5):
        age(make_cart(), days=61)
    assert forget_old_carts() == 5


@pytest.mark.django_db(transaction=True)
def test_cart_in_use_at_that_moment_is_left_alone() -> None:
    cart = age(make_cart(), days=61)
    forgotten: list[int] = []

    def sweep() -> None:
        forgotten.append(forget_old_carts())
        connection.close()

    with transaction():
        carts.lock_open_cart(cart.pk)
        rival = Thread(target=sweep)
        rival.start()
        rival.join(timeout=20)
    assert forgotten == [0]
    with override_now(now()):
        assert Cart.objects.filter(pk=cart.pk).exists()

"""Rivals on real connections; each race has a twin without its guard that shows the bug."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from decimal import Decimal
from threading import Barrier
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection, connections
from django.db.models import Model

from inventory.queries.levels import list_available
from orders import locks
from orders.domain.carts import GuestToken
from orders.domain.errors import CartOutOfStock
from orders.domain.outcomes import PaidOutcome
from orders.models import Cart, CartLine, Order
from orders.queries import promotions
from orders.services import carts, checkout, lifecycle
from shop.accounts.models import User
from shop.kernel.money import Money
from tests.factories.orders import (
    list_broken_invariants,
    make_article,
    make_cart,
    make_order,
    make_ready_cart,
)
from tests.factories.promotions import make_promotion
from tests.factories.rivals import Meeting

pytestmark = pytest.mark.django_db(transaction=True)

RIVALS = 4


def race(act: Callable[[int], object]) -> list[object]:
    """Run `act` in parallel on connections of their own; answers or errors, in any order."""
    barrier = Barrier(RIVALS)

    def run(index: int) -> object:
        barrier.wait(timeout=10)
        try:
            return act(index)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(RIVALS) as pool:
        return list(pool.map(run, range(RIVALS)))


@contextmanager
def without_lock(name: str, model: type[Model]) -> Iterator[None]:
    """Read a row without its lock, as if it had been forgotten; all rivals have read before one goes on."""

    def read(pk: int) -> Model:
        return model._default_manager.get(pk=pk)

    with patch.object(locks, name, Meeting(RIVALS).after(read)):
        yield


def without_cart_lock() -> AbstractContextManager[None]:
    return without_lock("lock_cart", Cart)


def without_order_lock() -> AbstractContextManager[None]:
    return without_lock("lock_order", Order)


@pytest.fixture
def no_unique_cart() -> Iterator[None]:
    """Drop the constraint that makes a cart one order, as if it had been forgotten."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'orders_order'::regclass AND contype = 'u' "
            "AND conkey = ARRAY[(SELECT attnum FROM pg_attribute WHERE attrelid = 'orders_order'::regclass "
            "AND attname = 'cart_id')]"
        )
        (name,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE orders_order DROP CONSTRAINT {name}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE orders_order CASCADE")
        cursor.execute(f"ALTER TABLE orders_order ADD CONSTRAINT {name} UNIQUE (cart_id)")


def place_in_parallel(cart: Cart) -> list[object]:
    return race(lambda _: checkout.place_order(cart.pk, expected_total=None).number)


def test_one_cart_placed_by_many_is_one_order() -> None:
    cup = make_article("CUP", stock=50)
    numbers = place_in_parallel(make_ready_cart((cup, 2)))
    assert len(set(numbers)) == 1
    assert Order.objects.count() == 1
    assert list_available([cup.pk]) == {cup.pk: 48}
    assert list_broken_invariants() == []


def test_twin_without_the_cart_lock_shows_errors_to_rivals() -> None:
    """The UNIQUE constraint still keeps it to one order, but rivals get an error instead of their order."""
    cart = make_ready_cart((make_article("CUP", stock=50), 2))
    with without_cart_lock():
        outcomes = place_in_parallel(cart)
    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == RIVALS - 1
    assert Order.objects.count() == 1


@pytest.mark.usefixtures("no_unique_cart")
def test_twin_without_lock_and_constraint_doubles_the_order() -> None:
    cart = make_ready_cart((make_article("CUP", stock=50), 2))
    with without_cart_lock():
        place_in_parallel(cart)
    assert Order.objects.count() == RIVALS
    assert "I6" in list_broken_invariants()


def test_last_units_go_to_as_many_buyers_as_there_are_units() -> None:
    last = make_article("LAST", stock=2)
    ready = [make_ready_cart((last, 1), email=f"{index}@example.com") for index in range(RIVALS)]
    outcomes = race(lambda index: checkout.place_order(ready[index].pk, expected_total=None).number)
    refused = [outcome for outcome in outcomes if isinstance(outcome, CartOutOfStock)]
    assert (Order.objects.count(), len(refused)) == (2, 2)
    assert list_available([last.pk]) == {last.pk: 0}
    assert list_broken_invariants() == []


def test_parallel_adds_all_count() -> None:
    make_article("CUP", stock=50)
    cart = make_cart()
    race(lambda _: carts.add_line(cart.pk, sku="CUP", quantity=2))
    assert CartLine.objects.get().quantity == 2 * RIVALS


def test_parallel_adds_by_token_all_count() -> None:
    make_article("CUP", stock=50)
    token = GuestToken(make_cart().token)
    race(lambda _: carts.add_line(token, sku="CUP", quantity=2))
    assert CartLine.objects.get().quantity == 2 * RIVALS


def test_twin_without_the_cart_lock_loses_adds() -> None:
    cup = make_article("CUP", stock=50)
    cart = make_cart((cup, 1))
    with (
        patch.object(locks, "lock_cart", lambda pk: Cart.objects.get(pk=pk)),
        patch.object(carts, "_check_left", Meeting(RIVALS).after(carts._check_left)),
    ):
        race(lambda _: carts.add_line(cart.pk, sku="CUP", quantity=2))
    assert CartLine.objects.get().quantity == 1 + 2


def test_parallel_payments_settle_one() -> None:
    order = make_order()
    total = Money(order.total_amount, order.currency)
    outcomes = race(lambda index: lifecycle.mark_paid(order.pk, amount=total, reference=f"pay_{index}"))
    assert sorted(outcomes, key=str) == [PaidOutcome.DUPLICATE] * 3 + [PaidOutcome.PAID]
    assert order.events.filter(kind="order.confirmed").count() == 1


def test_twin_without_the_order_lock_settles_several() -> None:
    order = make_order()
    total = Money(order.total_amount, order.currency)
    with without_order_lock():
        outcomes = race(lambda index: lifecycle.mark_paid(order.pk, amount=total, reference=f"pay_{index}"))
    assert outcomes == [PaidOutcome.PAID] * RIVALS


def test_payment_against_expiry_ends_in_one_of_two_ways() -> None:
    order = make_order((make_article("CUP", stock=5), 1))
    Order.objects.filter(pk=order.pk).update(payment_due_at=order.placed_at)
    total = Money(order.total_amount, order.currency)
    acts: list[Callable[[], object]] = [
        lambda: lifecycle.mark_paid(order.pk, amount=total, reference="pay_1"),
        lambda: lifecycle.expire_order(order.pk),
    ]
    outcomes = race(lambda index: acts[index % 2]())
    order.refresh_from_db()
    if order.status == "cancelled":
        assert outcomes.count(PaidOutcome.UNFULFILLABLE) == 2
        assert outcomes.count(True) == 1
    else:
        assert (order.status, outcomes.count(PaidOutcome.PAID), outcomes.count(True)) == ("confirmed", 1, 0)
    assert list_broken_invariants() == []


def test_parallel_sign_ins_merge_once() -> None:
    cup = make_article("CUP", stock=50)
    user = User.objects.create_user("ada@example.com")
    own, guest = make_cart((cup, 1), user=user), make_cart((cup, 2))
    merged = race(lambda _: carts.merge_carts(guest.pk, user_id=user.pk))
    assert set(merged) == {own}
    assert CartLine.objects.get().quantity == 3


@contextmanager
def without_customer_lock() -> Iterator[None]:
    """All rivals have asked whether theirs is the first order before one goes on."""
    find = Meeting(RIVALS).after(promotions._find_first)
    with (
        patch.object(locks, "lock_customer", lambda keys: None),
        patch.object(promotions, "_find_first", find),
    ):
        yield


def place_first_orders(guard: AbstractContextManager[None]) -> list[Decimal]:
    """Carts of one shopper, placed at once while first orders get 10 % off; what each got."""
    make_promotion(None, {"kind": "first_order"})
    ready = [
        make_ready_cart((make_article(price="10.00"), 1), email="ada@example.com") for _ in range(RIVALS)
    ]
    with guard:
        race(lambda index: checkout.place_order(ready[index].pk, expected_total=None))
    return sorted(order.discount_amount for order in Order.objects.all())


def test_only_one_of_parallel_orders_is_the_first() -> None:
    assert place_first_orders(nullcontext()) == [*[Decimal(0)] * (RIVALS - 1), Decimal(1)]


def test_twin_without_the_lock_on_the_customer_gives_it_to_all() -> None:
    assert place_first_orders(without_customer_lock()) == [Decimal(1)] * RIVALS

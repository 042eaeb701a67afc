"""What the database itself refuses."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.db.models import F

from orders.models import Cart, CartLine, Order, OrderLine, ShippingRate, TaxRate
from shop.accounts.models import User
from shop.kernel.clock import now
from shop.kernel.transactions import savepoint
from tests.factories.orders import make_article, make_cart, make_order, make_shipping, make_tax

pytestmark = pytest.mark.django_db

CHANGES: dict[str, Callable[[], object]] = {
    "orders_order_total_adds_up": lambda: Order.objects.update(total_amount=F("total_amount") + 1),
    "orders_order_amounts_not_negative": lambda: Order.objects.update(tax_amount=-1),
    "orders_order_refund_within_total": lambda: Order.objects.update(refunded_amount=F("total_amount") + 1),
    "orders_order_status": lambda: Order.objects.update(status="lost"),
    "orders_order_fulfilment_status": lambda: Order.objects.update(fulfilment_status="lost"),
    "orders_order_paid_at_iff_paid": lambda: Order.objects.update(payment_status="paid"),
    "orders_order_confirmed_is_paid": lambda: Order.objects.update(status="confirmed"),
    "orders_orderline_subtotal_adds_up": lambda: OrderLine.objects.update(subtotal_amount=1),
    "orders_orderline_amounts_in_range": lambda: OrderLine.objects.update(discount_amount=-1),
    "orders_orderline_not_over_shipped": lambda: OrderLine.objects.update(shipped_quantity=F("quantity") + 1),
    "orders_cartline_quantity_range": lambda: CartLine.objects.update(quantity=1000),
    "orders_shippingrate_amount_not_negative": lambda: ShippingRate.objects.update(amount=-1),
    "orders_taxrate_percent": lambda: TaxRate.objects.update(percent=Decimal("100.5")),
}


@pytest.mark.parametrize("name", CHANGES)
def test_impossible_row_is_refused_by_name(name: str) -> None:
    make_order()
    make_tax()
    with pytest.raises(IntegrityError, match=name), savepoint():
        CHANGES[name]()


def test_cart_line_of_nothing_is_refused() -> None:
    make_cart((make_article(), 1))
    with pytest.raises(IntegrityError, match="orders_cartline_quantity_range"), savepoint():
        CartLine.objects.update(quantity=0)


def test_one_open_cart_per_user() -> None:
    user = User.objects.create_user("ada@example.com")
    make_cart(user=user)
    with pytest.raises(IntegrityError, match="orders_cart_one_open_per_user"), savepoint():
        Cart.objects.create(user=user, currency="EUR", created_at=now(), updated_at=now())


def test_one_price_step_without_limit() -> None:
    make_shipping()
    with pytest.raises(IntegrityError, match="orders_shippingrate_step"), savepoint():
        make_shipping()

"""Addresses of an order's pages with the key to them."""

from urllib.parse import urlencode

from django.urls import reverse

from orders.models import Cart, Order


def build_order_url(order: Order) -> str:
    """The order's page, for whoever has this address."""
    return f"{reverse('orders:order', args=[order.number])}?{urlencode({'token': order.token})}"


def build_group_checkout_url(cart: Cart) -> str:
    """The checkout of a cart that buys with a group; its key stands in the address, the browser's own cart stays."""
    return f"{reverse('orders:checkout')}{build_group_query(cart)}"


def build_group_query(cart: Cart) -> str:
    """What the checkout's addresses end with for a group's cart; empty for the usual one."""
    return f"?{urlencode({'group': cart.token})}" if cart.group_promotion_id is not None else ""


def build_pay_url(order: Order) -> str:
    """The till, which is payments' page: composed by address, not by import."""
    return f"{reverse('payments:pay', args=[order.number])}?{urlencode({'token': order.token})}"

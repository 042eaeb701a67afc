"""Addresses of an order's pages with the key to them."""

from urllib.parse import urlencode

from django.urls import reverse

from orders.models import Order


def build_order_url(order: Order) -> str:
    """The order's page, for whoever has this address."""
    return f"{reverse('orders:order', args=[order.number])}?{urlencode({'token': order.token})}"


def build_pay_url(order: Order) -> str:
    """The till, which is payments' page: composed by address, not by import."""
    return f"{reverse('payments:pay', args=[order.number])}?{urlencode({'token': order.token})}"

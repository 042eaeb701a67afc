"""Unpaid orders hold goods: how many one e-mail address and one network address may have."""

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from orders.domain.states import OrderStatus
from orders.models import Cart, Order
from orders.services.checkout import place_order
from shop.kernel.errors import TooMany
from shop.kernel.money import Money
from shop.kernel.transactions import on_commit

HOUR_SECONDS = 3600


def place_for_guest(cart: Cart, *, expected_total: Money | None, address: str) -> Order:
    """Place the order as `place_order` does; raises TooMany while too many orders of the same hands are unpaid.

    Which orders came from a network address is known for an hour, and not stored with the order. Empty: it counts not.
    """
    if not settings.ORDER_MOST_UNPAID:
        return place_order(cart.pk, expected_total=expected_total)
    key = f"orders-placed:{address}"
    placed: list[int] = cache.get(key, []) if address else []
    if cart.placed_at is None:
        _refuse_hoarding(cart, placed)
    order = place_order(cart.pk, expected_total=expected_total)
    if address:
        orders = [*placed, order.pk][-10 * settings.ORDER_MOST_UNPAID :]
        # Told to Redis when no row is locked any more: a lost note lets one order more through.
        on_commit(lambda: cache.set(key, orders, HOUR_SECONDS))
    return order


def _refuse_hoarding(cart: Cart, placed: list[int]) -> None:
    unpaid = Order.objects.filter(status=OrderStatus.PENDING, paid_at=None)
    same_mail = unpaid.filter(email__iexact=cart.email).count() if cart.email else 0
    same_place = unpaid.filter(pk__in=placed).count() if placed else 0
    if max(same_mail, same_place) >= settings.ORDER_MOST_UNPAID:
        raise TooMany(_("There are too many unpaid orders. Please pay or cancel one of them first."))

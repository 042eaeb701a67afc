"""Unpaid orders hold goods: how many one e-mail address and one network address may have."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from django.conf import settings
from django.core.cache import caches
from django.db.models import Q
from django.utils.translation import gettext as _

from orders.domain.states import OrderStatus
from orders.locks import lock_hands
from orders.models import Cart, Order
from orders.services.checkout import place_order
from shop.kernel.errors import TooMany
from shop.kernel.money import Money
from shop.kernel.transactions import forbid_transaction, transactional
from shop.kernel.valkey import Script, ValkeyAway, get_valkey

HOUR_SECONDS: Final = 3600
CARTS_KEPT: Final = 10
"""So many times the limit: paid orders stay in the row, too."""
_JOIN_ROW: Final = Script("""
if not redis.call('LPOS', KEYS[1], ARGV[1]) then
    redis.call('RPUSH', KEYS[1], ARGV[1])
    redis.call('LTRIM', KEYS[1], -tonumber(ARGV[2]), -1)
end
redis.call('EXPIRE', KEYS[1], ARGV[3])
return redis.call('LRANGE', KEYS[1], 0, -1)
""")
"""A network address's key; a cart, how many are kept, for how many seconds. Who came first stands first."""
_alone = Lock()


def place_for_guest(cart: Cart, *, expected_total: Money | None, address: str) -> Order:
    """Place the order as `place_in_row` does, standing in the row of the network address."""
    with stand_in_row(cart, address=address) as before:
        return place_in_row(cart, before, expected_total=expected_total)


@contextmanager
def stand_in_row(cart: Cart, *, address: str) -> Iterator[list[int]]:
    """Stand in the row of a network address around the transaction that places the order; the carts that came before.

    Which carts came from a network address is known for an hour, and not stored with the order. Whoever leaves without
    an order leaves the row. Without an address nobody stands anywhere.
    """
    forbid_transaction()
    if not (address and settings.ORDER_MOST_UNPAID) or cart.placed_at is not None:
        yield []
        return
    row = f"{settings.SHARED_KEY_PREFIX}:orders-placed:{address}"
    before = _join_row(row, cart.pk)
    try:
        yield before
    except Exception:
        if Cart.objects.filter(pk=cart.pk, placed_at=None).exists():
            _leave_row(row, cart.pk)
        raise


@transactional
def place_in_row(cart: Cart, before: list[int], *, expected_total: Money | None) -> Order:
    """Place the order as `place_order` does; raises TooMany while too many orders of the same hands are unpaid.

    Locks the e-mail address before the cart, so that rivals count each other; those of one network address stand in a
    row, and these came `before`.
    """
    if settings.ORDER_MOST_UNPAID and cart.placed_at is None:
        _refuse_hoarding(cart, before)
    return place_order(cart.pk, expected_total=expected_total)


def _refuse_hoarding(cart: Cart, before: list[int]) -> None:
    """One statement tells what each cart before this one is: under way, unpaid, or of no weight any more."""
    most, same_mail = settings.ORDER_MOST_UNPAID, 0
    if cart.email:
        lock_hands(cart.email)
        unpaid = Order.objects.filter(status=OrderStatus.PENDING, paid_at=None).exclude(cart=cart)
        same_mail = unpaid.filter(email__iexact=cart.email).count()
    holding = Q(placed_at=None) | Q(order__status=OrderStatus.PENDING, order__paid_at=None)
    if max(same_mail, Cart.objects.filter(holding, pk__in=before).count() if before else 0) >= most:
        raise TooMany(_("There are too many unpaid orders. Please pay or cancel one of them first."))


def _join_row(row: str, cart_id: int) -> list[int]:
    """Stand in the row of this network address; answers the carts that came before."""
    kept = CARTS_KEPT * settings.ORDER_MOST_UNPAID
    try:
        found = get_valkey(settings.REDIS_URL).run(_JOIN_ROW, 1, row, cart_id, kept, HOUR_SECONDS)
    except ValkeyAway:
        # Each process counts by itself then, as limits do.
        with _alone:
            carts: list[int] = caches["process"].get(row, [])
            carts = carts if cart_id in carts else [*carts, cart_id][-kept:]
            caches["process"].set(row, carts, HOUR_SECONDS)
    else:
        carts = [int(one) for one in found]
    return carts[: carts.index(cart_id)]


def _leave_row(row: str, cart_id: int) -> None:
    """What was not placed holds nothing."""
    with _alone:
        carts: list[int] = caches["process"].get(row, [])
        if cart_id in carts:
            caches["process"].set(row, [one for one in carts if one != cart_id], HOUR_SECONDS)
    try:
        get_valkey(settings.REDIS_URL).ask("LREM", row, 0, cart_id)
    except ValkeyAway:
        return

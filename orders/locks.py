"""Every row lock of orders. Global order: user, hands, cart, customer, order, group, lines, shipment, each by primary key."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection
from django.db.models import Q

from orders.domain.carts import CartKey, GuestToken, is_token
from orders.domain.errors import CartNotFound
from orders.models import BuyingGroup, CarrierCallback, Cart, Order, OrderLine, Shipment
from shop.accounts.models import User
from shop.kernel.postgres.statements import RowStatement

_CART = RowStatement(Cart, "WHERE id = %(cart_id)s FOR UPDATE")
_GUEST_CART = RowStatement(Cart, "WHERE token = %(token)s AND user_id IS NULL FOR UPDATE")


def lock_user(user_id: int) -> None:
    """Make the finding and opening of a user's one open cart happen one after another."""
    User.objects.select_for_update(no_key=True).filter(pk=user_id).values_list("pk").first()


def lock_cart(key: CartKey) -> Cart:
    """Lock one cart by its number, or a guest's by its token; raises CartNotFound."""
    cart = _CART.find(cart_id=key) if isinstance(key, int) else _lock_guest_cart(key)
    if cart is None:
        raise CartNotFound
    return cart


def _lock_guest_cart(token: GuestToken) -> Cart | None:
    return _GUEST_CART.find(token=token) if is_token(token) else None


def lock_carts(cart_ids: Collection[int]) -> dict[int, Cart]:
    """Lock several carts by primary key; those that are gone are left out."""
    return {cart.pk: cart for cart in Cart.objects.filter(pk__in=cart_ids).order_by("pk").select_for_update()}


def lock_forgotten_carts(untouched_since: datetime, *, limit: int) -> list[int]:
    """Lock guests' open carts that nobody has touched since, by primary key; those in use right now are left out.

    A cart that was to buy with a group is nobody's usual one, so a user's is forgotten too.
    """
    nobodys = Q(user=None) | Q(group_promotion__isnull=False)
    forgotten = Cart.objects.open().filter(nobodys, updated_at__lt=untouched_since).order_by("pk")
    rows = forgotten.select_for_update(skip_locked=True)[:limit]
    return [cart.pk for cart in rows.only("pk")]


def lock_hands(email: str) -> None:
    """Make the orders of one e-mail address, placed by whoever, wait for each other until commit. Taken before the cart."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(lower(%s), 30))", [email])


def lock_customer(keys: Collection[str]) -> None:
    """Make one customer's orders wait for each other until commit, whether or not there is an account."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(name, 3)) FROM unnest(%s::text[]) AS name",
            [sorted(keys)],
        )


def lock_order(order_id: int) -> Order:
    """Lock one order; raises Order.DoesNotExist."""
    return Order.objects.select_for_update().get(pk=order_id)


def lock_group(group_id: int) -> BuyingGroup:
    """Lock one group; its own order is locked before, promotions and stock after. Raises BuyingGroup.DoesNotExist."""
    return BuyingGroup.objects.select_for_update().get(pk=group_id)


def lock_order_lines(order_id: int) -> list[OrderLine]:
    """Lock an order's lines by primary key; the order itself is locked before."""
    return list(OrderLine.objects.filter(order_id=order_id).order_by("pk").select_for_update())


def lock_shipment(shipment_id: int) -> Shipment:
    """Lock one shipment; raises Shipment.DoesNotExist. Lock its order before when that changes too."""
    return Shipment.objects.select_for_update().get(pk=shipment_id)


def lock_pending_callback(callback_id: int) -> CarrierCallback | None:
    """Lock a stored push that has no outcome yet; None when it has one or a rival is at it. Before its order."""
    pending = CarrierCallback.objects.filter(pk=callback_id, processed_at=None)
    return pending.select_for_update(skip_locked=True).first()

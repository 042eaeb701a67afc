"""Every row lock of orders. Global order: cart, order, order lines, shipment, each by primary key."""

from collections.abc import Collection

from orders.domain.errors import CartNotFound
from orders.models import Cart, Order, OrderLine, Shipment


def lock_cart(cart_id: int) -> Cart:
    """Lock one cart; raises CartNotFound."""
    cart = Cart.objects.select_for_update().filter(pk=cart_id).first()
    if cart is None:
        raise CartNotFound
    return cart


def lock_carts(cart_ids: Collection[int]) -> dict[int, Cart]:
    """Lock several carts by primary key; those that are gone are left out."""
    return {
        cart.pk: cart
        for cart in Cart.objects.filter(pk__in=cart_ids)
        .order_by("pk")
        .select_for_update()
    }


def lock_order(order_id: int) -> Order:
    """Lock one order; raises Order.DoesNotExist."""
    return Order.objects.select_for_update().get(pk=order_id)


def lock_order_lines(order_id: int) -> list[OrderLine]:
    """Lock an order's lines by primary key; the order itself is locked before."""
    return list(
        OrderLine.objects.filter(order_id=order_id).order_by("pk").select_for_update()
    )


def lock_shipment(shipment_id: int) -> Shipment:
    """Lock one shipment; raises Shipment.DoesNotExist. Lock its order before when that changes too."""
    return Shipment.objects.select_for_update().get(pk=shipment_id)

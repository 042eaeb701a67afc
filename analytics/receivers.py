"""Events of the shop that are known first hand."""

from __future__ import annotations

from analytics.domain.kinds import EventKind
from analytics.domain.paths import name_session
from analytics.services.events import record_event
from catalog.models import Variant
from orders.domain.events import CartLineAdded, CheckoutStarted, OrderPaid, OrderPlaced
from shop.kernel.events import subscribe


@subscribe(CartLineAdded)
def record_cart(event: CartLineAdded) -> None:
    """Something went into a cart."""
    product_id = Variant.objects.filter(pk=event.variant_id).values_list("product_id", flat=True).first()
    record_event(
        EventKind.CART,
        session=name_session(event.cart_token),
        user_id=event.user_id or None,
        product_id=product_id,
        value_amount=event.unit_amount * event.quantity,
        currency=event.currency,
    )


@subscribe(CheckoutStarted)
def record_checkout(event: CheckoutStarted) -> None:
    """A checkout began; once per cart."""
    record_event(
        EventKind.CHECKOUT,
        source_key=f"checkout:{name_session(event.cart_token)}",
        session=name_session(event.cart_token),
        user_id=event.user_id or None,
        value_amount=event.value_amount,
        currency=event.currency,
    )


@subscribe(OrderPlaced)
def record_order(event: OrderPlaced) -> None:
    """An order was placed."""
    record_event(
        EventKind.ORDER,
        source_key=f"placed:{event.number}",
        session=name_session(event.cart_token),
        order_number=event.number,
        value_amount=event.total_amount,
        currency=event.currency,
    )


@subscribe(OrderPaid)
def record_paid(event: OrderPaid) -> None:
    """An order was paid."""
    record_event(
        EventKind.PAID,
        source_key=f"paid:{event.number}",
        order_number=event.number,
        value_amount=event.total_amount,
        currency=event.currency,
    )

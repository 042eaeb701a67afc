"""Groups for tests, made by the services as shoppers make them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from catalog.models import Promotion, Variant
from orders.models import BuyingGroup, Cart, GroupPlace, Order, ShippingRate
from orders.services.checkout import place_order, set_address, set_shipping_method
from orders.services.groups.carts import GroupShopper, join_group, open_group
from orders.services.lifecycle import mark_paid
from shop.kernel.money import Money
from tests.factories.orders import ADDRESS, make_shipping
from tests.factories.promotions import make_promotion

STEPS = [{"people": 2, "percent": "10"}, {"people": 3, "percent": "20"}, {"people": 4, "percent": "30"}]


def make_group_campaign(
    *variants: Variant,
    steps: list[dict[str, Any]] | None = None,
    hours: int = 24,
    minimum: int | None = None,
    **fields: Any,
) -> Promotion:
    """A running campaign: 10, 20 and 30 per cent for 2, 3 and 4 people, unless said otherwise."""
    terms: dict[str, Any] = {
        "kind": "group_price",
        "steps": steps or STEPS,
        "group_hours": hours,
        "target": {"include": [f"sku:{variant.sku}" for variant in variants]},
    }
    if minimum:
        terms["minimum_people"] = minimum
    return make_promotion(terms, promotion_class="product", **{"title_en": "Buy together"} | fields)


def make_group_cart(
    promotion: Promotion,
    variant: Variant,
    *,
    group: BuyingGroup | None = None,
    email: str = "ada@example.com",
    quantity: int = 1,
    user_id: int | None = None,
) -> Cart:
    """A cart that can be ordered: it opens a group, or joins one."""
    shopper = GroupShopper(currency="EUR", user_id=user_id)
    if group is None:
        cart = open_group(promotion.pk, sku=variant.sku, quantity=quantity, shopper=shopper)
    else:
        cart = join_group(group, sku=variant.sku, quantity=quantity, shopper=shopper)
    set_address(cart.pk, email=email, address=ADDRESS)
    set_shipping_method(cart.pk, code="standard")
    cart.refresh_from_db()
    return cart


def pay_in_full(order: Order) -> Order:
    """The money is here, without a provider."""
    mark_paid(order.pk, amount=order.total, reference=f"test:{order.number}")
    order.refresh_from_db()
    return order


def open_paid_group(
    variant: Variant,
    *,
    people: int = 1,
    promotion: Promotion | None = None,
    pay: Callable[[Order], object] = pay_in_full,
) -> tuple[BuyingGroup, list[Order]]:
    """A group with so many members who have paid, each by an address of its own."""
    if not ShippingRate.objects.exists():
        make_shipping()
    campaign = promotion or make_group_campaign(variant)
    orders: list[Order] = []
    group: BuyingGroup | None = None
    for number in range(people):
        cart = make_group_cart(campaign, variant, group=group, email=f"member{number}@example.com")
        order = place_order(cart.pk, expected_total=None)
        pay(order)
        orders.append(order)
        group = GroupPlace.objects.get(order=order).group
    if group is None:
        raise ValueError(people)
    for order in orders:
        order.refresh_from_db()
    return group, orders


def eur(text: str) -> Money:
    """Euros."""
    return Money(Decimal(text), "EUR").quantized()

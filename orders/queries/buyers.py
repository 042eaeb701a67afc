"""Who stands behind a stock reference: for a recall."""

from collections.abc import Collection

from inventory.domain.references import name_reference
from inventory.queries.lots import Buyer
from orders.models import Order


def list_buyers(references: Collection[str]) -> dict[str, Buyer]:
    """The buyer of each reference that is an order's. One query, none for none."""
    numbers = {row: name_reference(row) for row in references if row.startswith("order:")}
    if not numbers:
        return {}
    orders = Order.objects.filter(number__in=set(numbers.values()))
    buyers = {order.number: _name_buyer(order) for order in orders}
    return {reference: buyers[number] for reference, number in numbers.items() if number in buyers}


def _name_buyer(order: Order) -> Buyer:
    return Buyer(
        name=order.postal_address.full_name, email=order.email, phone=order.phone, country=order.country
    )

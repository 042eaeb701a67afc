"""Sending a placed order to another address, while it is still here."""

from typing import Final

from django.utils.translation import gettext as _

from orders import locks
from orders.domain.errors import AddressRefused, OrderUnderWay
from orders.domain.events import OrderAddressChanged
from orders.models import Order
from orders.queries.shipping import find_destination
from orders.queries.taxes import choose_tax_rule
from orders.services.checkout import POSTAL_FIELDS, tidy_address
from orders.services.transitions import note_order_event
from shop.accounts.domain.postal import PostalAddress, check_postal_address
from shop.kernel.audit import record_audit
from shop.kernel.events import publish
from shop.kernel.transactions import transactional

ADDRESS_CHANGED: Final = "order.address_changed"


@transactional
def change_address(order_id: int, *, address: PostalAddress, actor: str) -> Order:
    """Send an open order of which nothing has left to another address with the same freight and tax.

    Locks the order. Publishes OrderAddressChanged. Raises OrderUnderWay, and AddressRefused naming every wrong field:
    also the country, or the region, when another tax or freight would have been due. May be repeated.
    """
    order = locks.lock_order(order_id)
    if not order.is_all_here:
        raise OrderUnderWay
    tidy = tidy_address(address)
    if problems := _list_problems(order, tidy):
        raise AddressRefused(problems)
    changed = [name for name in POSTAL_FIELDS if getattr(order, name) != getattr(tidy, name)]
    if not changed:
        return order
    order.fill_address(tidy)
    order.save(update_fields=changed)
    row = note_order_event(order, ADDRESS_CHANGED, actor=actor)
    record_audit(actor, action="orders.change_address", target=f"order:{order.number}", fields=changed)
    publish(OrderAddressChanged(order_id=order.pk, number=order.number, turn=row.pk))
    return order


def _list_problems(order: Order, address: PostalAddress) -> dict[str, str]:
    problems = {problem.field: str(problem.message) for problem in reversed(check_postal_address(address))}
    if address.country != order.country:
        problems["country"] = _(
            "Freight and tax were paid for another country. Cancel the order and have it placed again."
        )
    elif address.region != order.region and _has_other_tax(order, address):
        problems["region"] = _(
            "Another tax is due in this region. Cancel the order and have it placed again."
        )
    return problems


def _has_other_tax(order: Order, address: PostalAddress) -> bool:
    taxes = find_destination(order.country, currency=order.currency).taxes
    return choose_tax_rule(taxes, region=address.region) != choose_tax_rule(taxes, region=order.region)

"""One search over the back office: a number, a name, an address, and the row is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.models import Product, Variant
from crm.models import Ticket
from orders.models import Order, Shipment
from shop.accounts.models import User

ROWS_EACH = 5
SHORTEST = 2


@dataclass(frozen=True)
class Hit:
    """A row that fits the words."""

    title: str
    kind: str | Promise
    icon: str
    url: str


def find_rows(user: User, words: str) -> list[Hit]:
    """Orders, parcels, products, articles, tickets and people that the role may see. One query for each kind."""
    words = words.strip()
    if len(words) < SHORTEST:
        return []
    return [hit for permission, find in _FINDERS if user.has_perm(permission) for hit in find(words)]


def _hit(title: str, kind: str | Promise, icon: str, *, page: str, pk: int) -> Hit:
    return Hit(title, kind, icon, reverse(f"admin:{page}_change", args=[pk]))


def _find_orders(words: str) -> Iterable[Hit]:
    fits = Q(number__istartswith=words) | Q(email__istartswith=words) | Q(last_name__istartswith=words)
    for order in Order.objects.filter(fits)[:ROWS_EACH]:
        title = f"{order.number} · {order.postal_address.full_name}".strip()
        yield _hit(title, _("Order"), "receipt_long", page="orders_order", pk=order.pk)


def _find_parcels(words: str) -> Iterable[Hit]:
    fits = Q(number__iexact=words) | Q(tracking_number__iexact=words)
    for parcel in Shipment.objects.filter(fits)[:ROWS_EACH]:
        yield _hit(
            f"{parcel.number} · {parcel.tracking_number}",
            _("Parcel"),
            "local_shipping",
            page="orders_shipment",
            pk=parcel.pk,
        )


def _find_products(words: str) -> Iterable[Hit]:
    fits = Q(name_en__icontains=words) | Q(name_zh_hans__icontains=words)
    for product in Product.objects.filter(fits)[:ROWS_EACH]:
        yield _hit(str(product), _("Product"), "inventory_2", page="catalog_product", pk=product.pk)


def _find_articles(words: str) -> Iterable[Hit]:
    fits = Q(sku__istartswith=words) | Q(barcode=words)
    for variant in Variant.objects.filter(fits).select_related("product")[:ROWS_EACH]:
        title = f"{variant.sku} · {variant.product}"
        yield _hit(title, _("Article"), "sell", page="catalog_variant", pk=variant.pk)


def _find_tickets(words: str) -> Iterable[Hit]:
    fits = Q(number__istartswith=words) | Q(customer_email__istartswith=words) | Q(subject__icontains=words)
    for ticket in Ticket.objects.filter(fits)[:ROWS_EACH]:
        yield _hit(str(ticket), _("Ticket"), "support_agent", page="crm_ticket", pk=ticket.pk)


def _find_people(words: str) -> Iterable[Hit]:
    fits = Q(email__istartswith=words) | Q(name__icontains=words)
    for person in User.objects.filter(fits)[:ROWS_EACH]:
        yield _hit(
            f"{person.name} {person.email}".strip(), _("Person"), "person", page="accounts_user", pk=person.pk
        )


_FINDERS: tuple[tuple[str, Callable[[str], Iterable[Hit]]], ...] = (
    ("orders.view_order", _find_orders),
    ("orders.view_shipment", _find_parcels),
    ("crm.view_ticket", _find_tickets),
    ("catalog.view_product", _find_products),
    ("catalog.view_variant", _find_articles),
    ("accounts.view_user", _find_people),
)

"""What an API key may be allowed to do, and what may be subscribed to."""

from collections.abc import Collection

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SCOPES: dict[str, Promise] = {
    "catalog:write": _("Write products with their prices in bulk"),
    "prices:write": _("Set prices in bulk, and nothing else of products"),
    "orders:read": _("Read all orders"),
    "stock:read": _("Read exact stock by warehouse"),
    "stock:write": _("Adjust stock"),
    "reservations:write": _("Hold stock under references of its own, and release it"),
    "counts:write": _("Plan counts, write down what was counted, and book it"),
    "transfers:write": _("Write, send and receive transfers between warehouses"),
    "promotions:read": _("Read promotions"),
    "promotions:write": _("Write, start and stop promotions"),
    "shipments:read": _("Read shipments and their tracking"),
    "suppliers:read": _("Read suppliers and their scorecards"),
    "purchase_orders:read": _("Read purchase orders"),
    "purchase_orders:write": _("Write draft purchase orders and book their deliveries"),
    "suggestions:read": _("Read what should be ordered, with its arithmetic"),
    "vendor:read": _("A supplier: read stock and forecast of its own articles"),
    "vendor:propose": _("A supplier: propose purchase orders for its own articles"),
    "webhooks:manage": _("Manage webhook endpoints and their deliveries"),
}

TOPIC_SCOPES: dict[str, str] = {
    "order.placed": "orders:read",
    "order.paid": "orders:read",
    "order.updated": "orders:read",
    "order.cancelled": "orders:read",
    "group.completed": "orders:read",
    "shipment.updated": "shipments:read",
    "stock.changed": "stock:read",
    "stock.low": "stock:read",
    "reservation.expired": "reservations:write",
    "purchase_order.draft": "purchase_orders:read",
    "purchase_order.approved": "purchase_orders:read",
    "purchase_order.sent": "purchase_orders:read",
    "purchase_order.part_received": "purchase_orders:read",
    "purchase_order.closed": "purchase_orders:read",
    "purchase_order.cancelled": "purchase_orders:read",
}
"""What a key must be allowed to read to be told of it."""

TOPICS: tuple[str, ...] = tuple(TOPIC_SCOPES)
_VENDOR_SCOPES = frozenset(scope for scope in SCOPES if scope.startswith("vendor:"))


def may_hear(topic: str, *, scopes: Collection[str]) -> bool:
    """Whether a key with these scopes may be told; a supplier's key never of purchase orders, which are all suppliers'."""
    if topic.startswith("purchase_order.") and not _VENDOR_SCOPES.isdisjoint(scopes):
        return False
    return TOPIC_SCOPES.get(topic) in scopes

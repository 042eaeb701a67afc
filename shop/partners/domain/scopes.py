"""What an API key may be allowed to do, and what may be subscribed to."""

from collections.abc import Collection

SCOPES: dict[str, str] = {
    "catalog:write": "Write products and prices in bulk",
    "orders:read": "Read all orders",
    "stock:read": "Read exact stock by warehouse",
    "stock:write": "Adjust stock",
    "promotions:read": "Read promotions",
    "promotions:write": "Write, start and stop promotions",
    "shipments:read": "Read shipments and their tracking",
    "suppliers:read": "Read suppliers and their scorecards",
    "purchase_orders:read": "Read purchase orders",
    "purchase_orders:write": "Write draft purchase orders and book their deliveries",
    "suggestions:read": "Read what should be ordered, with its arithmetic",
    "vendor:read": "A supplier: read stock and forecast of its own articles",
    "vendor:propose": "A supplier: propose purchase orders for its own articles",
    "webhooks:manage": "Manage webhook endpoints and their deliveries",
}

TOPIC_SCOPES: dict[str, str] = {
    "order.placed": "orders:read",
    "order.paid": "orders:read",
    "group.completed": "orders:read",
    "shipment.updated": "shipments:read",
    "stock.changed": "stock:read",
    "stock.low": "stock:read",
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

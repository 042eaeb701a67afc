"""What an API key may be allowed to do, and what may be subscribed to."""

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

TOPICS: tuple[str, ...] = (
    "order.placed",
    "order.paid",
    "shipment.updated",
    "stock.changed",
    "stock.low",
    "purchase_order.draft",
    "purchase_order.approved",
    "purchase_order.sent",
    "purchase_order.part_received",
    "purchase_order.closed",
    "purchase_order.cancelled",
)

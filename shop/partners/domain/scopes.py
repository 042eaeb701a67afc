"""What an API key may be allowed to do, and what may be subscribed to."""

SCOPES: dict[str, str] = {
    "orders:read": "Read all orders",
    "stock:read": "Read exact stock by warehouse",
    "stock:write": "Adjust stock",
    "shipments:read": "Read shipments and their tracking",
    "webhooks:manage": "Manage webhook endpoints and their deliveries",
}

TOPICS: tuple[str, ...] = (
    "order.placed",
    "order.paid",
    "shipment.updated",
    "stock.changed",
    "stock.low",
)

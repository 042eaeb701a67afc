"""Operators' roles: group name to the permissions it holds, the least that its work needs.

A permission is ``app_label.codename``; ``app_label.*:model`` stands for view, add, change and delete of a model,
``app_label.view:model`` for reading it. Applied after each migrate; a permission of a model that is not there is an error.
"""

ROLES: dict[str, tuple[str, ...]] = {
    "merchandiser": (
        "catalog.*:product",
        "catalog.*:variant",
        "catalog.*:price",
        "catalog.*:productimage",
        "catalog.*:productoption",
        "catalog.*:optionvalue",
        "catalog.*:category",
        "catalog.*:brand",
        "inventory.view:stocklevel",
    ),
    "warehouse": (
        "catalog.view:product",
        "catalog.view:variant",
        "inventory.view:warehouse",
        "inventory.view:stocklevel",
        "inventory.change_stocklevel",
        "inventory.view:stockmovement",
        "inventory.view:reorderalert",
        "inventory.change_reorderalert",
        "orders.view:order",
        "orders.fulfil_order",
        "orders.view:shipment",
        "orders.change_shipment",
    ),
    "finance": (
        "orders.view:order",
        "payments.view:payment",
        "payments.view:refund",
        "payments.refund_payment",
        "payments.view:gatewaycallback",
        "payments.view:settlementline",
        "payments.view:reconciliationcase",
        "payments.change_reconciliationcase",
    ),
    "service": (
        "accounts.view:user",
        "accounts.view:address",
        "catalog.view:product",
        "inventory.view:stocklevel",
        "orders.view:order",
        "orders.cancel_order",
        "orders.view:shipment",
        "payments.view:payment",
        "crm.*:ticket",
        "crm.*:ticketmessage",
    ),
    "analyst": (
        "analytics.view:event",
        "analytics.view:dailyfigures",
        "orders.view:order",
        "catalog.view:product",
    ),
}
"""The role ``owner`` is not listed: it holds every permission."""

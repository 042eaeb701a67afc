"""Wiring of the inventory app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    """Where stock lies, and how much."""

    name = "inventory"
    verbose_name = _("Inventory")

    def ready(self) -> None:
        """Subscribe to events and register invariants."""
        from catalog.queries.pricing.stock_facts import register_stock_facts
        from catalog.queries.stock_sources import register_stock_source
        from inventory import receivers  # noqa: F401  subscribes to events once the models exist
        from inventory.queries import invariants  # noqa: F401  registers the SQL checks
        from inventory.queries.declared import CountedStock
        from inventory.queries.pricing_facts import list_stock_facts

        register_stock_source(CountedStock())
        register_stock_facts(list_stock_facts)

"""Wiring of the inventory app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    name = "inventory"
    verbose_name = _("Inventory")

    def ready(self) -> None:
        from inventory import receivers  # noqa: F401, PLC0415 - subscribes to events once the models exist
        from inventory.queries import invariants  # noqa: F401, PLC0415 - registers the SQL checks

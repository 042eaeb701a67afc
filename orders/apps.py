"""Wiring of orders into Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    """Carts, orders, shipping."""

    name = "orders"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Orders")

    def ready(self) -> None:
        """Subscribe to events and register invariants."""
        from orders import receivers  # noqa: F401  importing subscribes; models are ready only now
        from orders.queries import invariants  # noqa: F401  importing registers

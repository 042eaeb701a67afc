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
        from catalog.domain.promotions.replay import register_past_carts
        from inventory.queries.buying.promotions import register_promotion_finder
        from inventory.queries.lots import register_buyers
        from inventory.queries.picking import register_kept_back
        from orders import receivers  # noqa: F401  importing subscribes; models are ready only now
        from orders.queries import invariants  # noqa: F401  importing registers
        from orders.queries.buyers import list_buyers
        from orders.queries.fulfilment import list_kept_back
        from orders.queries.past_carts import list_past_carts
        from orders.queries.promoted_days import list_promoted_days

        register_past_carts(list_past_carts)
        register_promotion_finder(list_promoted_days)
        register_kept_back(list_kept_back)
        register_buyers(list_buyers)

"""Wiring of the partners."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """The partners."""

    name = "shop.partners"
    label = "partners"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the API's authentication known to the schema, and register invariants."""
        from shop.partners.api import schema  # noqa: F401
        from shop.partners.queries import invariants  # noqa: F401

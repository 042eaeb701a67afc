"""Wiring of crm."""

from django.apps import AppConfig


class CrmConfig(AppConfig):
    """The service desk."""

    name = "crm"
    verbose_name = "Service desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Subscribe to what opens tickets, and register invariants."""
        from crm import receivers  # noqa: F401
        from crm.queries import invariants  # noqa: F401

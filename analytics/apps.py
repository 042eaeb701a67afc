"""Wiring of analytics."""

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    """Analytics."""

    name = "analytics"
    verbose_name = "Analytics"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Subscribe to the shop's events, and register invariants."""
        from analytics import receivers  # noqa: F401
        from analytics.queries import invariants  # noqa: F401

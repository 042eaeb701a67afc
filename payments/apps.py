"""App wiring of payments."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Registers event handlers and invariants."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "payments"

    def ready(self) -> None:
        """Import the modules whose import registers something."""
        from payments import receivers  # noqa: F401  # registration by import
        from payments.queries import invariants  # noqa: F401  # registration by import

"""App wiring of payments."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004  Django's name for it


class PaymentsConfig(AppConfig):
    """Registers event handlers and invariants."""

    default_auto_field = "django.db.models.BigAutoField"
    name = "payments"

    def ready(self) -> None:
        """Import the modules whose import registers something."""
        register(warn_of_sandbox, Tags.security, deploy=True)
        from payments import receivers  # noqa: F401  # registration by import
        from payments.queries import (
            gateways,  # noqa: F401  # registration by import
            invariants,  # noqa: F401  # registration by import
            order_parts,  # noqa: F401  # registration by import
        )


def warn_of_sandbox(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A real shop must not give goods away for test cards."""
    if settings.SANDBOX_ENABLED:
        hint = "Unset SANDBOX_ENABLED unless this is a demonstration."
        return [Warning("The sandbox payment provider is switched on.", hint=hint, id="payments.W001")]
    return []

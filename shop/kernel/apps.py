"""Wiring of the kernel."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """The kernel."""

    name = "shop.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the kernel's own invariants."""
        from shop.kernel.queries import invariants  # noqa: F401  registration needs loaded models

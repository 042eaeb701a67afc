"""Wiring of the catalogue."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Registers the catalogue's invariants when Django is ready."""

    name = "catalog"
    verbose_name = "Catalogue"

    def ready(self) -> None:
        """Import what registers itself."""
        from catalog.queries import invariants  # noqa: F401 - registration needs loaded models

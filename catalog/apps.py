"""Wiring of the catalogue."""

from django.apps import AppConfig

from shop.web.redirects import register_redirects


class CatalogConfig(AppConfig):
    """Registers the catalogue's invariants, handlers and redirects when Django is ready."""

    name = "catalog"
    verbose_name = "Catalogue"

    def ready(self) -> None:
        """Import what registers itself."""
        from catalog import receivers  # noqa: F401 - registration needs loaded models
        from catalog.queries import invariants  # noqa: F401 - registration needs loaded models
        from catalog.queries.addresses import find_new_path
        from catalog.queries.promotions import invariants as promotions  # noqa: F401 - as above

        register_redirects(find_new_path)

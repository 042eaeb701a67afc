"""Wiring of the accounts."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def _sync_roles(sender: AppConfig, **kwargs: Any) -> None:
    from shop.accounts.services.roles import sync_roles

    sync_roles()


class AccountsConfig(AppConfig):
    """The accounts."""

    name = "shop.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Bring the roles in line after each migrate, once every app's permissions exist."""
        from django.apps import apps

        last = [config for config in apps.get_app_configs() if config.models_module][
            -1
        ]  # others send no signal
        post_migrate.connect(_sync_roles, sender=last, dispatch_uid="accounts.sync_roles")

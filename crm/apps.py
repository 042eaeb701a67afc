"""Wiring of crm."""

from django.apps import AppConfig


class CrmConfig(AppConfig):
    """The app."""

    name = "crm"
    default_auto_field = "django.db.models.BigAutoField"

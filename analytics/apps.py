"""Wiring of analytics."""

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    """The app."""

    name = "analytics"
    default_auto_field = "django.db.models.BigAutoField"

"""Wiring of the web layer."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The web layer."""

    name = "shop.web"
    label = "web"

"""Wiring of the demo shop."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo shop."""

    name = "shop.demo"
    label = "demo"

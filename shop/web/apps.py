"""Wiring of the web layer."""

from pathlib import Path

from django.apps import AppConfig
from django.conf import settings

from shop.web.model_names import translate_model_names


class WebConfig(AppConfig):
    """The web layer."""

    name = "shop.web"
    label = "web"

    def ready(self) -> None:
        """Give the back office's columns and headings their words in each language."""
        translate_model_names(Path(settings.BASE_DIR))

"""Addresses of the web layer."""

from django.conf import settings
from django.urls import URLPattern, path

from shop.web import views

app_name = "web"
urlpatterns: list[URLPattern] = [path("currency/", views.choose_currency, name="choose_currency")]

if getattr(settings, "IS_DEVELOPMENT", False):
    from importlib.util import find_spec

    if find_spec("shop.web.styleguide"):
        from shop.web.styleguide import show_style_guide

        urlpatterns.append(path("styleguide/", show_style_guide, name="styleguide"))

"""Every address of the shop."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from shop.web import views
from shop.web.media import serve_media

APPS = ("catalog", "inventory", "orders", "payments", "crm", "analytics")


def _list_api_patterns() -> list[URLPattern | URLResolver]:
    modules = [f"{app}.api.urls" for app in APPS if find_spec(f"{app}.api") and find_spec(f"{app}.api.urls")]
    return [
        pattern
        for name in ["shop.partners.api.urls", *modules]
        for pattern in import_module(name).urlpatterns
    ]


def _list_plain_patterns() -> list[URLPattern | URLResolver]:
    return [path("", include(f"{app}.plain_urls")) for app in APPS if find_spec(f"{app}.plain_urls")]


def _list_shop_patterns() -> list[URLPattern | URLResolver]:
    return [path("", include(f"{app}.urls")) for app in APPS if find_spec(f"{app}.urls")]


urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", views.live, name="health_live"),
    path("health/ready", views.ready, name="health_ready"),
    path("metrics", views.metrics, name="metrics"),
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}shop/favicon.svg")),
    re_path(r"^media/(?P<path>.+)$", serve_media, name="media"),
    path("api/v1/", include((_list_api_patterns(), "api"))),
    path("admin/login/", views.enter_back_office),
    path("admin/language/", set_language, name="set_language"),
    *_list_plain_patterns(),
    path("admin/", admin.site.urls),
    *i18n_patterns(
        path("account/", include("shop.accounts.urls")),
        path("account/", include("allauth.urls")),
        path("", include("shop.web.urls")),
        path("", include("shop.partners.urls")),
        *_list_shop_patterns(),
        prefix_default_language=False,
    ),
]

handler400 = "shop.web.views.bad_request"
handler403 = "shop.web.views.permission_denied"
handler404 = "shop.web.views.page_not_found"
handler500 = "shop.web.views.server_error"

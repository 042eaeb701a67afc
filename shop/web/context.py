"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language

from shop.web.currency import get_currency


def shop(request: HttpRequest) -> dict[str, Any]:
    """Name, currency and the same page in each language. Nothing personal: public pages are cached."""
    language = get_language() or settings.LANGUAGE_CODE
    path = request.get_full_path()
    return {
        "shop": {
            "name": settings.SHOP_NAME.get(language, settings.SHOP_NAME["en"]),
            "support_email": settings.SHOP_SUPPORT_EMAIL,
            "url": settings.SITE_URL,
            "is_development": getattr(settings, "IS_DEVELOPMENT", False),
        },
        "currency": get_currency(request),
        "currencies": settings.CURRENCIES,
        "language_links": [
            {
                "code": code,
                "label": label,
                "url": translate_url(path, code),
                "is_active": code == language,
            }
            for code, label in settings.LANGUAGES
        ],
        "canonical_url": settings.SITE_URL + request.path,
    }

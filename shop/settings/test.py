"""Settings of the tests: real PostgreSQL and Valkey, quick password hashes, mail kept in memory."""

import secrets

from shop.settings.base import *  # noqa: F403  settings modules build on each other
from shop.settings.base import CACHES, INSTALLED_APPS
from shop.settings.commerce import GUEST_RATES
from shop.settings.logs import LOGGING

# One line of migrations per app: two that were written side by side are told at the check.
INSTALLED_APPS += ["django_linear_migrations"]
SECRET_KEY = "test-key"
ALLOWED_HOSTS = ["*"]
SITE_URL = "http://testserver"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PUBLIC_PAGE_SECONDS = 0
# Test runs side by side count for themselves, and a machine under load is not an outage.
SHARED_KEY_PREFIX = f"test-{secrets.token_hex(6)}"
CACHES["default"]["KEY_PREFIX"] = SHARED_KEY_PREFIX
VALKEY_SECONDS = 5.0
ACCOUNT_RATE_LIMITS = False
API_RATE_ANONYMOUS = "100000/min"
API_RATE_KEY = "100000/min"
GUEST_RATES = dict.fromkeys(GUEST_RATES, "")
ORDER_MOST_UNPAID = 0
LOGGING["root"]["level"] = "WARNING"
IS_DEVELOPMENT = True
SANDBOX_ENABLED = True
SANDBOX_CLIENT_TIMEOUT_SECONDS = 0.0
SANDBOX_DUPLICATE_RATE = 0.0
SANDBOX_REORDER_RATE = 0.0
# Static files come from their sources: a fresh clone has collected none.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True

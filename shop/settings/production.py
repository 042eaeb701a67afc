"""Settings of a real shop: refuses to start without what it needs, TLS everywhere."""

from django.core.exceptions import ImproperlyConfigured

from shop.settings.base import *  # noqa: F403  settings modules build on each other
from shop.settings.base import ALLOWED_HOSTS, SECRET_KEY, SITE_URL
from shop.settings.environment import env

SHORTEST_SECRET = 50
if len(SECRET_KEY) < SHORTEST_SECRET or SECRET_KEY.startswith(("development", "django-insecure", "change")):
    raise ImproperlyConfigured(
        "SECRET_KEY must be set to a random text of 50 characters or more: "
        'python -c "import secrets; print(secrets.token_urlsafe(50))"'
    )
for name in ("DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "SITE_URL"):
    if not env(name, default=""):
        raise ImproperlyConfigured(f"{name} must be set")
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the shop's hosts")
if not SITE_URL.startswith("https://"):
    raise ImproperlyConfigured("SITE_URL must start with https://")

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "shop.web.hashed_files.HashedFiles"},
}
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrftoken"
LANGUAGE_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = [SITE_URL]
EMAIL_CONFIG = env.email("EMAIL_URL", default="smtp://localhost:25")
globals().update(EMAIL_CONFIG)
IS_DEVELOPMENT = False

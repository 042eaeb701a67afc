"""Settings of ``make run``: a real shop on this computer, mail on the console."""

from importlib.util import find_spec

from shop.settings.base import *  # noqa: F403  settings modules build on each other
from shop.settings.base import INSTALLED_APPS, SECRET_KEY
from shop.settings.environment import env
from shop.settings.logs import LOGGING

SECRET_KEY = SECRET_KEY or "development-only-key-that-production-refuses"
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = ["*"]
EMAIL_BACKEND = "shop.web.console_mail.PlainConsole"
LOGGING["handlers"]["console"]["formatter"] = "plain"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "shop.web.hashed_files.HashedFilesIfCollected"},
}
IS_DEVELOPMENT = True
SANDBOX_ENABLED = env.bool("SANDBOX_ENABLED", default=True)
WEBHOOK_ALLOW_PRIVATE = env.bool("WEBHOOK_ALLOW_PRIVATE", default=False)
# Many shoppers of a try-out come from this one computer.
ORDER_MOST_UNPAID = env.int("ORDER_MOST_UNPAID", default=0)
# `make run` installs without the developers' tools; who writes migrations has them.
if find_spec("django_linear_migrations"):
    INSTALLED_APPS += ["django_linear_migrations"]

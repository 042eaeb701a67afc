"""The shop as the benchmark serves it: development settings, quiet, page cache as ``PUBLIC_PAGE_SECONDS`` says."""

import os

from shop.settings.development import *  # noqa: F403  settings modules build on each other
from shop.settings.development import LOGGING

PUBLIC_PAGE_SECONDS = float(os.environ.get("PUBLIC_PAGE_SECONDS", "3"))
API_RATE_ANONYMOUS = "100000000/min"
LOGGING["root"]["level"] = "ERROR"
LOGGING["loggers"]["django.request"] = {"level": "ERROR"}

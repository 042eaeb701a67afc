"""Settings of the processes under test: those of the tests, with mail in a directory and faults on request."""

import os

from shop.settings.test import *  # noqa: F403  settings modules build on each other
from shop.settings.test import INSTALLED_APPS, LOGGING, MIDDLEWARE

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.apps.FaultsConfig"]
MIDDLEWARE = ["tests.faults.hooks.die_before_response", *MIDDLEWARE]
EMAIL_BACKEND = "tests.faults.mailbox.MailboxBackend"
MAILBOX_DIRECTORY = os.environ.get("MAILBOX_DIRECTORY", "")
MAILBOX_SECONDS = float(os.environ.get("MAILBOX_SECONDS", "0"))
SITE_URL = os.environ.get("SITE_URL", "http://127.0.0.1:8000")
WEBHOOK_ALLOW_PRIVATE = True
AXES_ENABLED = False
# A lost answer of the gateway is met within the patience of a test.
STRIPE_TIMEOUT_SECONDS = 1.0
LOGGING["root"]["level"] = os.environ.get("FAULT_LOG_LEVEL", "WARNING")

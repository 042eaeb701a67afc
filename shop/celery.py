"""Celery: executes what should not wait; the queue is never the source of truth."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings.development")

# By alias and not by CELERY_BROKER_TRANSPORT, which would lose what the scheme rediss:// means.
TRANSPORT_ALIASES.update(redis="shop.kernel.broker:Transport", rediss="shop.kernel.broker:Transport")

app = Celery("shop")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

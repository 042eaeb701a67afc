"""Settings by place: ``development`` (make run), ``test``, ``production``; ``base`` is what they share."""

# Whoever loads Django gets the Celery application with it, so that no task is ever sent to Celery's default one.
# Not in shop/__init__: what runs without Django (shop.embedded) would wait for Celery's imports.
from shop.celery import app as celery_app

__all__ = ["celery_app"]

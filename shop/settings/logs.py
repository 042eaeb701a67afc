"""One line of JSON per event on the console; plain words while developing."""

from typing import Any

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processors": "ext://shop.web.logs.JSON_PROCESSORS",
            "foreign_pre_chain": "ext://shop.web.logs.SHARED_PROCESSORS",
        },
        "plain": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processors": "ext://shop.web.logs.PLAIN_PROCESSORS",
            "foreign_pre_chain": "ext://shop.web.logs.SHARED_PROCESSORS",
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "celery.worker.request": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
    },
}

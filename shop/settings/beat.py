"""The clockwork: which periodic job runs how often. Each one may run twice, or late, without harm."""

from typing import Any

from celery.schedules import crontab

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "kernel-drain-outbox": {
        "task": "shop.kernel.tasks.drain_outbox_task",
        "schedule": 1.0,
        "options": {"expires": 5},
    },
    "kernel-send-emails": {
        "task": "shop.kernel.tasks.send_emails_task",
        "schedule": 3.0,
        "options": {"expires": 10},
    },
    "kernel-check-invariants": {
        "task": "shop.kernel.tasks.check_invariants_task",
        "schedule": crontab(minute="7"),
    },
    "kernel-forget-old-answers": {
        "task": "shop.kernel.tasks.forget_old_answers_task",
        "schedule": crontab(hour="3", minute="20"),
    },
    "partners-send-webhooks": {
        "task": "shop.partners.tasks.send_webhooks_task",
        "schedule": 2.0,
        "options": {"expires": 10},
    },
    "inventory-expire-reservations": {
        "task": "inventory.tasks.expire_reservations",
        "schedule": 15.0,
        "options": {"expires": 30},
    },
    "inventory-check-reorder-points": {
        "task": "inventory.tasks.check_reorder_points",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
}

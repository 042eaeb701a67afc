"""The partners' periodic work."""

from celery import shared_task

from shop.partners.services.webhooks import send_due_webhooks


@shared_task
def send_webhooks_task() -> int:
    """Send the webhooks that are due."""
    return send_due_webhooks()

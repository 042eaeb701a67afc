"""The partners' tables."""

from shop.partners.models.key import ApiKey
from shop.partners.models.webhook import WebhookDelivery, WebhookEndpoint

__all__ = ["ApiKey", "WebhookDelivery", "WebhookEndpoint"]

"""The kinds of first-party events."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventKind(models.TextChoices):
    """From the first look to the money."""

    PAGE = "page", _("Page seen")
    PRODUCT = "product", _("Product seen")
    CART = "cart", _("Put in the cart")
    CHECKOUT = "checkout", _("Checkout begun")
    ORDER = "order", _("Order placed")
    PAID = "paid", _("Order paid")


BEACON_KINDS = frozenset({EventKind.PAGE, EventKind.PRODUCT})
"""What a browser may report; the rest is known first hand."""

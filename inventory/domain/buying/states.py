"""The states of a purchase order and of a suggestion, and what may follow what."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shop.kernel.states import build_table


class PurchaseStatus(TextChoices):
    """Where a purchase order stands."""

    DRAFT = "draft", pgettext_lazy("purchase order", "Draft")
    APPROVED = "approved", pgettext_lazy("purchase order", "Approved")
    SENT = "sent", pgettext_lazy("purchase order", "Sent")
    PART_RECEIVED = "part_received", pgettext_lazy("purchase order", "Part received")
    CLOSED = "closed", pgettext_lazy("purchase order", "Closed")
    CANCELLED = "cancelled", pgettext_lazy("purchase order", "Cancelled")


OPEN_STATUSES: Final = (
    PurchaseStatus.DRAFT,
    PurchaseStatus.APPROVED,
    PurchaseStatus.SENT,
    PurchaseStatus.PART_RECEIVED,
)
"""Their open quantities count as on order."""

PURCHASES: Final = build_table(
    "purchase_order",
    PurchaseStatus,
    {
        PurchaseStatus.DRAFT: {PurchaseStatus.APPROVED, PurchaseStatus.CANCELLED},
        PurchaseStatus.APPROVED: {PurchaseStatus.DRAFT, PurchaseStatus.SENT, PurchaseStatus.CANCELLED},
        PurchaseStatus.SENT: {PurchaseStatus.PART_RECEIVED, PurchaseStatus.CLOSED, PurchaseStatus.CANCELLED},
        PurchaseStatus.PART_RECEIVED: {PurchaseStatus.CLOSED},
    },
)


class PurchaseOrigin(TextChoices):
    """Who wrote the order."""

    BUYER = "buyer", _("Written by hand")
    SUGGESTION = "suggestion", _("From suggestions")
    SUPPLIER = "supplier", _("Proposed by the supplier")
    PARTNER = "partner", _("Through the API")


class SuggestionState(TextChoices):
    """What became of a suggestion."""

    OPEN = "open", pgettext_lazy("suggestion", "Open")
    ACCEPTED = "accepted", pgettext_lazy("suggestion", "Accepted")
    DISMISSED = "dismissed", pgettext_lazy("suggestion", "Dismissed")
    COVERED = "covered", pgettext_lazy("suggestion", "Ordered otherwise")
    LAPSED = "lapsed", pgettext_lazy("suggestion", "Lapsed")


class RiskFlag(TextChoices):
    """How much a supplier can be relied on."""

    NONE = "none", pgettext_lazy("risk", "None")
    WATCH = "watch", pgettext_lazy("risk", "Watch")
    HIGH = "high", pgettext_lazy("risk", "High")

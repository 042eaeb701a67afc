"""Which state may follow which: transfers, counts and their lines, pick lists and their steps."""

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from shop.kernel.states import build_table


class TransferStatus(TextChoices):
    """Written down, on its way, and accounted for."""

    DRAFT = "draft", _("draft")
    SENT = "sent", _("on its way")
    PART_RECEIVED = "part_received", _("partly arrived")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


class CountStatus(TextChoices):
    """A sheet is counted line by line and posted as a whole."""

    OPEN = "open", _("to be counted")
    REVIEW = "review", _("to be approved")
    POSTED = "posted", _("posted")
    CANCELLED = "cancelled", _("cancelled")


class CountLineStatus(TextChoices):
    """One place on the sheet."""

    OPEN = "open", _("to be counted")
    RECOUNT = "recount", _("to be counted again")
    APPROVAL = "approval", _("to be approved")
    SETTLED = "settled", _("settled")
    REJECTED = "rejected", _("rejected")
    POSTED = "posted", _("posted")


class PickListStatus(TextChoices):
    """A walk."""

    OPEN = "open", _("waiting")
    PICKING = "picking", _("being picked")
    DONE = "done", _("picked")
    CANCELLED = "cancelled", _("cancelled")


class PickTaskStatus(TextChoices):
    """One step of a walk."""

    OPEN = "open", _("to pick")
    PICKED = "picked", _("picked")
    SHORT = "short", _("not all there")
    CANCELLED = "cancelled", _("cancelled")


TRANSFERS: Final = build_table(
    "transfer",
    TransferStatus,
    {
        TransferStatus.DRAFT: {TransferStatus.SENT, TransferStatus.CANCELLED},
        TransferStatus.SENT: {TransferStatus.PART_RECEIVED, TransferStatus.CLOSED},
        TransferStatus.PART_RECEIVED: {TransferStatus.CLOSED},
    },
)

COUNTS: Final = build_table(
    "count",
    CountStatus,
    {
        CountStatus.OPEN: {CountStatus.REVIEW, CountStatus.POSTED, CountStatus.CANCELLED},
        CountStatus.REVIEW: {CountStatus.OPEN, CountStatus.POSTED, CountStatus.CANCELLED},
    },
)

PICK_LISTS: Final = build_table(
    "pick list",
    PickListStatus,
    {
        PickListStatus.OPEN: {PickListStatus.PICKING, PickListStatus.DONE, PickListStatus.CANCELLED},
        PickListStatus.PICKING: {PickListStatus.DONE, PickListStatus.CANCELLED},
    },
)

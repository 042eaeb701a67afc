"""Buying together, as orders see it: how far a group is, in words, and what can go wrong."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders.domain.states import GroupStatus, HoldReason
from shop.kernel.errors import Conflict, NotAllowed, NotFound


@dataclass(frozen=True, kw_only=True)
class GroupProgress:
    """How far a group is; `percent` is what everybody gets as it stands, `next_people` and `next_percent` what more bring."""

    token: str
    status: str
    people: int
    minimum: int
    largest: int
    closes_at: datetime | None
    percent: Decimal
    next_people: int = 0
    next_percent: Decimal = Decimal(0)

    @property
    def missing(self) -> int:
        """How many people it still takes to succeed."""
        return max(0, self.minimum - self.people)

    @property
    def places_left(self) -> int:
        """How many may still come."""
        return max(0, self.largest - self.people)

    @property
    def is_open(self) -> bool:
        """Whether people may join."""
        return self.status == GroupStatus.OPEN


def write_percent(percent: Decimal) -> str:
    """Return a percentage without needless zeros."""
    return f"{percent.normalize():f}%"


def describe_progress(progress: GroupProgress) -> str:
    """Return what a group waits for, in a sentence, in the active language."""
    if progress.status == GroupStatus.NEW:
        return _("The group opens when the first payment is here.")
    if progress.status == GroupStatus.COMPLETED:
        return _("The group is complete: everybody gets %(percent)s off.") % {
            "percent": write_percent(progress.percent)
        }
    if progress.status == GroupStatus.RELEASED or progress.closes_at is None:
        return _("The group has ended without enough people. Whoever has paid gets all of it back.")
    until = date_format(localtime(progress.closes_at), "SHORT_DATETIME_FORMAT")
    if progress.missing:
        return ngettext(
            "Waiting for %(count)d more person until %(until)s.",
            "Waiting for %(count)d more people until %(until)s.",
            progress.missing,
        ) % {"count": progress.missing, "until": until}
    return _describe_chance(progress, until)


def _describe_chance(progress: GroupProgress, until: str) -> str:
    text = _("Enough people are here. The group closes on %(until)s.") % {"until": until}
    more = progress.next_people - progress.people
    if more <= 0:
        return text
    chance = ngettext(
        "With %(count)d more person everybody gets %(percent)s off.",
        "With %(count)d more people everybody gets %(percent)s off.",
        more,
    ) % {"count": more, "percent": write_percent(progress.next_percent)}
    return f"{text} {chance}"


class GroupNotFound(NotFound):
    """No group has this link."""

    def __init__(self) -> None:
        super().__init__(_("There is no such group, or the link to it is not complete."))


class GroupClosed(Conflict):
    """The group takes nobody any more."""

    code = "group_closed"

    def __init__(self) -> None:
        super().__init__(_("This group is closed. Open one of your own from the product's page."))


class GroupFull(Conflict):
    """Somebody else was faster: all places are taken, though perhaps not all are paid for."""

    code = "group_full"

    def __init__(self) -> None:
        super().__init__(
            _("All places in this group are taken. Open a group of your own from the product's page.")
        )


class AlreadyInGroup(Conflict):
    """One place for each customer, by account and by e-mail address."""

    code = "already_in_group"

    def __init__(self) -> None:
        super().__init__(_("You have a place in this group already. Invite others by its link."))


class GroupPriceGone(Conflict):
    """The campaign has ended, its stock is gone, this customer had enough of it, or the article is no part of it."""

    code = "group_price_gone"

    def __init__(self) -> None:
        super().__init__(_("The group price is not offered for this any more, or not for so many."))


class GroupCartFixed(Conflict):
    """A cart that buys with a group holds the one article; all else goes into the usual cart."""

    code = "group_cart"

    def __init__(self) -> None:
        super().__init__(
            _("This cart buys one article with a group. Put other articles into your usual cart.")
        )


class GroupComplete(NotAllowed):
    """A member leaves before the group has closed, or not at all."""

    code = "group_complete"

    def __init__(self) -> None:
        super().__init__(_("The group has closed, so its place can no longer be left. Please write to us."))


class GroupNotOpen(NotAllowed):
    """An operator closes only what is open."""

    code = "group_not_open"

    def __init__(self) -> None:
        super().__init__(_("Only an open group can be closed."))


class OrderHeld(NotAllowed):
    """Something must happen before the order may be packed."""

    code = "order_held"

    def __init__(self, reason: str) -> None:
        words = HoldReason(reason).label
        super().__init__(_("This order must wait before it is packed: %(reason)s.") % {"reason": words})

"""What needs a hand today, each number with the rows behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.models import Ticket
from inventory.models import ReorderAlert
from orders.models import Order, Shipment
from payments.models import ReconciliationCase
from shop.accounts.models import User
from shop.kernel.clock import now
from shop.kernel.models import InvariantRun

SHIP_WITHIN = timedelta(hours=48)


@dataclass(frozen=True)
class Chore:
    """A pile of work: how many, and where they are."""

    label: str | Promise
    quantity: int
    url: str
    is_late: bool = False


def list_chores(user: User) -> list[Chore]:
    """The piles that the operator's role may see, those that are late first. One query per pile."""
    chores = [
        chore
        for build in (_ship, _chase, _answer, _settle, _reorder, _mend)
        if (chore := build(user)) is not None
    ]
    return sorted(chores, key=lambda chore: (not chore.is_late, -chore.quantity))


def _ship(user: User) -> Chore | None:
    if not user.has_perm("orders.view_order"):
        return None
    waiting = Order.objects.to_ship()
    late = waiting.filter(paid_at__lt=now() - SHIP_WITHIN).exists()
    return Chore(
        _("Orders to ship"),
        waiting.count(),
        reverse("admin:orders_order_changelist") + "?work=to_ship",
        is_late=late,
    )


def _chase(user: User) -> Chore | None:
    if not user.has_perm("orders.view_order"):
        return None
    stuck = Shipment.objects.filter(status="exception").count()
    return Chore(
        _("Parcels in trouble"),
        stuck,
        reverse("admin:orders_order_changelist") + "?work=exception",
        is_late=stuck > 0,
    )


def _answer(user: User) -> Chore | None:
    if not user.has_perm("crm.view_ticket"):
        return None
    late = Ticket.objects.overdue(now()).exists()
    url = reverse("admin:crm_ticket_changelist") + "?status__exact=open"
    return Chore(_("Tickets to answer"), Ticket.objects.open().count(), url, is_late=late)


def _settle(user: User) -> Chore | None:
    if not user.has_perm("payments.view_reconciliationcase"):
        return None
    cases = ReconciliationCase.objects.filter(status="open").count()
    return Chore(
        _("Payment differences"),
        cases,
        reverse("admin:payments_reconciliationcase_changelist") + "?status__exact=open",
    )


def _reorder(user: User) -> Chore | None:
    if not user.has_perm("inventory.view_reorderalert"):
        return None
    alerts = ReorderAlert.objects.filter(closed_at=None).count()
    return Chore(_("Articles to reorder"), alerts, reverse("admin:inventory_reorderalert_changelist"))


def _mend(user: User) -> Chore | None:
    if not user.is_superuser and not user.groups.filter(name="owner").exists():
        return None
    run = InvariantRun.objects.order_by("-started_at").first()
    broken = len(run.violations) if run else 0
    return Chore(_("Broken invariants"), broken, "", is_late=True) if broken else None

"""What needs a hand today: piles of work, each number with exactly the rows behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.domain.quality import HIGHEST
from catalog.models import PriceSuggestion, Product
from crm.models import Ticket
from inventory.models import PurchaseOrder, PurchaseSuggestion, ReorderAlert
from inventory.queries.buying.demand import find_day
from orders.models import Order
from orders.queries.fulfilment import SHIP_WITHIN
from payments.domain.states import CASE_RESOLVED, REVIEW
from payments.models import Payment, ReconciliationCase
from shop.accounts.models import User
from shop.kernel.clock import now
from shop.kernel.models import InvariantRun, OutboxEvent, OutgoingEmail
from shop.partners.models import WebhookEndpoint

NEVER: Final = Q(pk=None)
ALWAYS: Final = Q(pk__isnull=False)


@dataclass(frozen=True)
class Pile:
    """One kind of work: its rows, which of them are late, and the list that shows them."""

    code: str
    label: str | Promise
    icon: str
    permission: str
    page: str
    query: str
    list_rows: Callable[[], QuerySet[Any]]
    build_late: Callable[[], Q] = lambda: NEVER
    is_quiet: bool = False
    """Shown only when there is something in it."""

    @property
    def url(self) -> str:
        """Where the rows are."""
        return reverse(f"admin:{self.page}_changelist") + (f"?{self.query}" if self.query else "")


@dataclass(frozen=True)
class Chore:
    """A pile as the front page shows it."""

    label: str | Promise
    icon: str
    quantity: int
    late_quantity: int
    url: str
    is_late: bool = False


PILES: Final = (
    Pile(
        "orders_to_ship",
        _("Orders to ship"),
        "package_2",
        "orders.view_order",
        "orders_order",
        "work=ship",
        Order.objects.to_ship,
        lambda: Q(paid_at__lt=now() - SHIP_WITHIN),
    ),
    Pile(
        "orders_in_trouble",
        _("Parcels in trouble"),
        "warning",
        "orders.view_order",
        "orders_order",
        "work=problem",
        Order.objects.in_trouble,
        lambda: ALWAYS,
    ),
    Pile(
        "tickets_open",
        _("Tickets to answer"),
        "support_agent",
        "crm.view_ticket",
        "crm_ticket",
        "status__exact=open",
        Ticket.objects.open,
        lambda: Q(due_at__lt=now()),
    ),
    Pile(
        "payments_held",
        _("Payments held for finance"),
        "front_hand",
        "payments.view_payment",
        "payments_payment",
        f"status__exact={REVIEW}",
        lambda: Payment.objects.filter(status=REVIEW),
        lambda: ALWAYS,
        is_quiet=True,
    ),
    Pile(
        "cases_open",
        _("Payment differences"),
        "difference",
        "payments.view_reconciliationcase",
        "payments_reconciliationcase",
        "",
        lambda: ReconciliationCase.objects.exclude(status=CASE_RESOLVED),
    ),
    Pile(
        "alerts_open",
        _("Shelves below their reorder point"),
        "production_quantity_limits",
        "inventory.view_reorderalert",
        "inventory_reorderalert",
        "",
        ReorderAlert.objects.open,
    ),
    Pile(
        "suggestions_open",
        _("Articles to order today"),
        "add_shopping_cart",
        "inventory.view_purchasesuggestion",
        "inventory_purchasesuggestion",
        "",
        PurchaseSuggestion.objects.open,
        lambda: Q(urgency="out"),
        is_quiet=True,
    ),
    Pile(
        "purchase_orders_late",
        _("Late deliveries"),
        "local_shipping",
        "inventory.view_purchaseorder",
        "inventory_purchaseorder",
        "work=late",
        lambda: PurchaseOrder.objects.on_the_way().filter(expected_on__lt=find_day(now())),
        lambda: ALWAYS,
        is_quiet=True,
    ),
    Pile(
        "purchase_orders_to_approve",
        _("Purchase orders to approve"),
        "approval",
        "inventory.approve_purchaseorder",
        "inventory_purchaseorder",
        "work=approve",
        PurchaseOrder.objects.to_approve,
        is_quiet=True,
    ),
    Pile(
        "purchase_orders_to_send",
        _("Purchase orders to send"),
        "outgoing_mail",
        "inventory.change_purchaseorder",
        "inventory_purchaseorder",
        "work=send",
        lambda: PurchaseOrder.objects.filter(status="approved"),
        is_quiet=True,
    ),
    Pile(
        "prices_open",
        _("Prices to decide on"),
        "price_check",
        "catalog.change_pricesuggestion",
        "catalog_pricesuggestion",
        "",
        PriceSuggestion.objects.open,
    ),
    Pile(
        "products_to_mend",
        _("Listings to mend"),
        "rule",
        "catalog.change_product",
        "catalog_product",
        "quality=mend",
        lambda: Product.objects.filter(quality_score__lt=HIGHEST),
    ),
    Pile(
        "webhooks_off",
        _("Webhooks switched off"),
        "webhook",
        "partners.view_webhookendpoint",
        "partners_webhookendpoint",
        "is_active__exact=0",
        lambda: WebhookEndpoint.objects.filter(is_active=False),
        lambda: ALWAYS,
        is_quiet=True,
    ),
    Pile(
        "dead_letters",
        _("Dead letters"),
        "outbox",
        "kernel.view_outboxevent",
        "kernel_outboxevent",
        "state=dead",
        lambda: OutboxEvent.objects.filter(dead_at__isnull=False),
        lambda: ALWAYS,
        is_quiet=True,
    ),
    Pile(
        "dead_mail",
        _("Mail given up"),
        "mail",
        "kernel.view_outgoingemail",
        "kernel_outgoingemail",
        "state=dead",
        lambda: OutgoingEmail.objects.filter(dead_at__isnull=False),
        lambda: ALWAYS,
        is_quiet=True,
    ),
)


def list_chores(user: User) -> list[Chore]:
    """The piles that the operator's role may see, those that are late first. One query per pile."""
    chores = [
        chore
        for pile in PILES
        if user.has_perm(pile.permission) and (chore := _weigh(pile)).quantity >= pile.is_quiet
    ]
    if user.has_perm("kernel.view_invariantrun") and (broken := _find_broken_rules()) is not None:
        chores.append(broken)
    return sorted(chores, key=lambda chore: not chore.is_late)


def count_piles(user: User) -> dict[str, int]:
    """How much lies on each pile that the role may see: the numbers beside the navigation. One query per pile."""
    return {pile.code: pile.list_rows().count() for pile in PILES if user.has_perm(pile.permission)}


def _weigh(pile: Pile) -> Chore:
    found = pile.list_rows().aggregate(
        quantity=Count("pk", distinct=True), late=Count("pk", filter=pile.build_late(), distinct=True)
    )
    late = found["late"]
    return Chore(pile.label, pile.icon, found["quantity"], late, pile.url, is_late=late > 0)


def _find_broken_rules() -> Chore | None:
    run = InvariantRun.objects.order_by("-started_at").first()
    if run is None or not run.violations:
        return None
    quantity = len(run.violations)
    url = reverse("admin:kernel_invariantrun_change", args=[run.pk])
    return Chore(_("Broken invariants"), "health_and_safety", quantity, quantity, url, is_late=True)

"""What waits for the operators: visits in the charts, questions, a payment difference, parcels and shelves in trouble."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from django.conf import settings

from analytics.domain.kinds import EventKind
from analytics.models import Event
from analytics.services.events import record_event
from analytics.services.figures import roll_up
from catalog.models import Product
from crm.domain.states import TicketPriority, TicketSource
from crm.models import Ticket
from crm.services.tickets import open_ticket, reply_to_ticket
from inventory.services.reorder import check_reorder_points
from inventory.services.reservations import expire_reservations
from orders.models import Order
from orders.services.tracking import find_stalled_shipments
from payments.gateways.base import PaymentRequest
from payments.gateways.sandbox.provider import create_intent
from payments.models import SandboxIntent
from payments.services.reconciliation import reconcile_all
from shop.accounts.models import User
from shop.demo.services.plans import DAYS
from shop.kernel.clock import now, override_now
from shop.kernel.money import Money
from shop.kernel.relay import drain_outbox
from shop.kernel.transactions import transaction

ORPHAN_KEY: Final = "demo-orphan"
QUESTIONS: Final = (
    (
        "Which size of the Fieldstone cushion for a deep sofa?",
        "Our sofa is 110 cm deep. Would you take the 45 or the 60, and do you sell the filling on its own?",
        "elise.moreau@example.com",
        TicketSource.WEB,
        TicketPriority.NORMAL,
        timedelta(hours=7),
    ),
    (
        "One cup arrived with a chip",
        "Thank you for the quick parcel. One of the two espresso cups has a small chip at the rim; photographs follow.",
        "daan.visser@example.com",
        TicketSource.EMAIL,
        TicketPriority.HIGH,
        timedelta(hours=30),
    ),
    (
        "发票抬头可以修改吗？",
        "您好，上周的订单想把发票抬头改成公司名称，请问怎么操作？谢谢！",
        "lin.xiaowen@example.com",
        TicketSource.WEB,
        TicketPriority.NORMAL,
        timedelta(days=3),
    ),
)


def load_visits(*, a_day: int) -> int:
    """Visits of the last days, more at weekends and growing a little; the number of new events. Repeatable."""
    if Event.objects.filter(session__startswith="demo-").exists():
        return 0
    products = list(Product.objects.order_by("slug").values_list("pk", "slug"))
    chance = random.Random(11)
    recorded = 0
    for back in range(DAYS, -1, -1):
        start = now() - timedelta(days=back)
        weekend = 1.3 if start.weekday() >= 5 else 1.0  # Saturday
        visits = round(a_day * (1.2 - back / 75) * weekend * chance.uniform(0.85, 1.15))
        with transaction():
            for number in range(visits):
                recorded += _record_visit(f"demo-{back}-{number}", list(_draw_looks(chance, start, products)))
    return recorded


def _draw_looks(
    chance: random.Random, start: datetime, products: list[tuple[int, str]]
) -> Iterator[tuple[datetime, int | None, str]]:
    at = start - timedelta(minutes=chance.randrange(1, 60 * 14))
    yield at, None, "/"
    for _ in range(chance.choice((0, 1, 1, 2))):
        at += timedelta(seconds=chance.randrange(10, 120))
        pk, slug = chance.choice(products)
        yield at, pk, f"/p/{slug}/"


def _record_visit(session: str, looks: list[tuple[datetime, int | None, str]]) -> int:
    for at, product_id, path in looks:
        kind = EventKind.PAGE if product_id is None else EventKind.PRODUCT
        with override_now(at):
            record_event(kind, session=session, visitor=session, path=path, product_id=product_id)
    return len(looks)


def load_tickets() -> int:
    """Three questions of customers, the oldest answered; the number of new ones. Repeatable."""
    operator = User.objects.get(email="service@example.com")
    before = Ticket.objects.count()
    for number, (subject, text, email, source, priority, ago) in enumerate(QUESTIONS, start=1):
        with override_now(now() - ago):
            ticket = open_ticket(
                subject,
                text=text,
                source=source,
                priority=priority,
                order_id=_find_order(email),
                customer_email=email,
                dedupe_key=f"demo-question-{number}",
            )
        if ticket.answered_at is None and number == len(QUESTIONS) and ticket.messages.count() == 1:
            with override_now(now() - ago + timedelta(hours=5)):
                reply_to_ticket(ticket.pk, author=operator, text="您好，已为您修改，请在订单页查看新的发票。")
    return Ticket.objects.count() - before


def _find_order(email: str) -> int | None:
    return Order.objects.filter(email=email).order_by("-placed_at").values_list("pk", flat=True).first()


def load_difference() -> int:
    """A charge at the provider that our books do not know, found by yesterday's settlement; the new cases. Repeatable."""
    if not SandboxIntent.objects.filter(idempotency_key=ORPHAN_KEY).exists():
        with override_now(now() - timedelta(days=1)):
            create_intent(
                PaymentRequest(
                    payment_id=0,
                    order_number="S000000000",
                    amount=Money(Decimal("48.80"), settings.DEFAULT_CURRENCY),
                    idempotency_key=ORPHAN_KEY,
                    method_token="tok_success",  # noqa: S106  a test card's name
                    return_url=settings.SITE_URL,
                    email="",
                    language="en",
                )
            )
    return sum(reconcile_all((now() - timedelta(days=back)).date()) for back in range(DAYS, 0, -1))


def find_trouble() -> tuple[int, int]:
    """The standing jobs once: lapsed holds, parcels without news, shelves below their reorder point. Repeatable."""
    expire_reservations()
    stalled = find_stalled_shipments()
    alerts = check_reorder_points()
    while drain_outbox().delivered:
        pass
    return stalled, alerts


def roll_up_figures() -> None:
    """The charts of the back office's front page. Repeatable."""
    roll_up(days=DAYS + 1)

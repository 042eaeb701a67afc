"""A month of orders, lived through the shop's own services under a moved clock."""

import heapq
import random
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Max
from django.utils import translation

from catalog.models import Variant
from inventory.models import Warehouse
from inventory.queries.levels import list_available
from orders.domain.parcels import ParcelLine
from orders.domain.states import FulfilmentStatus
from orders.gateways import get_carrier
from orders.gateways.base import LabelRequest
from orders.gateways.sandbox_carrier.provider import register_parcel
from orders.models import Order
from orders.queries.fulfilment import list_shippable_lines
from orders.services.arrivals import remind_of_arrival
from orders.services.carts import add_line, create_cart
from orders.services.checkout import place_order, set_address, set_shipping_method, start_checkout
from orders.services.fulfilment import allocate_order, request_label, ship_order
from orders.services.lifecycle import cancel_order, complete_order
from orders.services.tracking import record_tracking
from payments.models import Payment
from payments.services.payments import start_payment
from payments.services.refunds import execute_due_refunds
from shop.accounts.models import User
from shop.demo.accounts import SHOPPER
from shop.demo.services.people import SHOPPER_ADDRESS
from shop.demo.services.plans import Course, Plan, build_plans
from shop.kernel.clock import now, override_now
from shop.kernel.relay import drain_outbox

JOURNEY: Final = timedelta(hours=56)
"""How long the demo's parcels are under way, instead of the few minutes of the sandbox carrier."""
NEWS: Final = (0.06, 0.22, 0.52, 0.77, 0.84, 0.94, 1.001)
"""Parts of the journey after which the carrier is asked; each lies just behind a stop."""
RECENT: Final = timedelta(days=4)
ENOUGH: Final = 12
"""Articles with fewer left are not bought, so that what is nearly sold out stays so."""
WAREHOUSE: Final = "warehouse@example.com"
LAST_DIGITS: Final = {Course.CLOSED_DOOR: "7", Course.LOST: "9"}

Life = Generator[datetime, None, None]
Say = Callable[[str], None]


def load_orders(*, quantity: int, say: Say) -> int:
    """Let the planned orders happen one after the other, as time would have brought them; the number of new ones.

    Each step runs under the clock of its hour, and its events are delivered then. An order that an earlier load paid is
    not placed again, nor is an unpaid one once all paid ones are there; where that load was cut off, its story goes on.
    Repeatable.
    """
    end = now()
    wanted = build_plans(end, quantity=quantity)
    plans = _list_missing(wanted)
    shop = _Shelves()
    queue = [(plan.placed_at, plan.number, _live(plan, shop=shop, end=end)) for plan in plans]
    queue += _list_open_stories(wanted, end=end)
    heapq.heapify(queue)
    told = ""
    while queue:
        instant, number, life = heapq.heappop(queue)
        with override_now(instant):
            following = next(life, None)
            drain_outbox()
        if following is not None and following <= end:
            heapq.heappush(queue, (following, number, life))
        week = f"{instant:%d %B}" if instant.day % 7 == 0 else told
        if week != told:
            say(f"orders up to {week}")
        told = week
    return len(plans)


def _list_missing(plans: list[Plan]) -> list[Plan]:
    paid = set(
        Payment.objects.filter(idempotency_key__in=[plan.key for plan in plans]).values_list(
            "idempotency_key", flat=True
        )
    )
    missing = [plan for plan in plans if plan.course is not Course.UNPAID and plan.key not in paid]
    if not missing:
        return []
    # Orders come in the order of time: an unpaid one later than the newest order was not placed yet.
    newest = Order.objects.filter(payments__idempotency_key__in=paid).aggregate(at=Max("placed_at"))["at"]
    unpaid = [plan for plan in plans if plan.course is Course.UNPAID]
    return [*missing, *(plan for plan in unpaid if newest is None or plan.placed_at > newest)]


def _list_open_stories(plans: list[Plan], *, end: datetime) -> list[tuple[datetime, int, Life]]:
    """What an earlier load began and did not end; each order's days are counted from when it was placed then."""
    by_key = {plan.key: plan for plan in plans}
    paid = Payment.objects.filter(idempotency_key__in=by_key, order__status="confirmed").select_related(
        "order"
    )
    stories = []
    for payment in paid:
        plan = replace(by_key[payment.idempotency_key], placed_at=payment.order.placed_at)
        stories.append((plan.placed_at, plan.number, _go_on(payment.order, plan, end=end)))
    return stories


class _Shelves:
    """What the demo's shoppers choose from; the same articles sell best every month."""

    def __init__(self) -> None:
        variants = list(
            Variant.objects.filter(is_active=True, product__status="published")
            .order_by("product__slug", "position")
            .values_list("pk", "sku", "product_id")
        )
        products = sorted({product_id for _, _, product_id in variants})
        random.Random(5).shuffle(products)
        rank = {product_id: place for place, product_id in enumerate(products)}
        self.variants = variants
        self.weights = [1 / (6 + rank[product_id]) for _, _, product_id in variants]

    def choose(self, plan: Plan) -> list[tuple[str, int]]:
        """One to three articles that are well in stock."""
        chance = random.Random(plan.seed)
        asked = [row for row in self.variants if row[1] == plan.sku]
        drawn = asked + chance.choices(self.variants, self.weights, k=8)
        left = list_available([pk for pk, _, _ in drawn])
        wanted: dict[str, int] = {}
        for pk, sku, _ in drawn:
            if left[pk] >= ENOUGH and len(wanted) < 1 + plan.seed % 3:
                wanted[sku] = 1 + (chance.random() < 0.25)
        return list(wanted.items())


def _live(plan: Plan, *, shop: _Shelves, end: datetime) -> Life:
    """An order's life; yields the instant of its next step."""
    order = _place(plan, shop=shop)
    if order is None or plan.course is Course.UNPAID:
        return
    if plan.course is Course.DECLINED_FIRST:
        yield plan.placed_at + timedelta(minutes=2)
        _pay(order, key=f"{plan.key}-declined", token="tok_declined")  # noqa: S106  a test card's name
    yield plan.placed_at + timedelta(minutes=4)
    _pay(order, key=plan.key, token="tok_success")  # noqa: S106  as above
    yield from _go_on(order, plan, end=end)


def _go_on(order: Order, plan: Plan, *, end: datetime) -> Life:
    """What happens once it is paid; every step may be repeated."""
    if plan.course is Course.CANCELLED:
        yield plan.placed_at + timedelta(hours=5)
        cancel_order(order.pk, reason="customer", actor="service@example.com")
        yield plan.placed_at + timedelta(hours=5, minutes=1)
        execute_due_refunds()
        return
    if plan.course is not Course.LATE:
        yield from _deliver(order, plan, end=end)


def _deliver(order: Order, plan: Plan, *, end: datetime) -> Life:
    shipped_at = plan.shipped_at
    yield shipped_at - timedelta(hours=2)
    order.refresh_from_db()
    if order.fulfilment_status == FulfilmentStatus.UNFULFILLED:
        allocate_order(order.pk, actor=WAREHOUSE)
    yield shipped_at
    _ship(order, plan)
    for parcel in order.shipments.order_by("pk"):
        is_recent = end - shipped_at < RECENT
        for part in NEWS if is_recent else NEWS[-1:]:
            yield shipped_at + JOURNEY * part
            record_tracking(parcel.pk, nodes=get_carrier("sandbox").fetch_tracking(parcel.tracking_number))
    yield shipped_at + JOURNEY + timedelta(hours=settings.ORDER_REMINDED_HOURS + 1)
    remind_of_arrival(order.pk)
    yield shipped_at + JOURNEY + timedelta(hours=settings.ORDER_COMPLETED_HOURS + 1)
    complete_order(order.pk, actor="system")


def _place(plan: Plan, *, shop: _Shelves) -> Order | None:
    customer = plan.customer
    user = User.objects.filter(email=SHOPPER.email).first() if plan.is_shopper else None
    currency = settings.DEFAULT_CURRENCY if user else customer.currency
    wanted = shop.choose(plan)
    if not wanted:
        return None
    with translation.override("en" if user else customer.language):
        cart = create_cart(currency=currency, user_id=user.pk if user else None, language=customer.language)
        for sku, quantity in wanted:
            add_line(cart.pk, sku=sku, quantity=quantity)
        start_checkout(cart.pk)
        set_address(
            cart.pk,
            email=user.email if user else customer.email,
            address=SHOPPER_ADDRESS if user else customer.address,
        )
        set_shipping_method(cart.pk, code="standard")
        return place_order(cart.pk, expected_total=None)


def _pay(order: Order, *, key: str, token: str) -> None:
    start_payment(
        order.pk, gateway="sandbox", method_token=token, idempotency_key=key, return_url=settings.SITE_URL
    )


def _ship(order: Order, plan: Plan) -> None:
    """What has not left yet, in one parcel from each warehouse that holds something for the order."""
    parcels: dict[int, list[ParcelLine]] = defaultdict(list)
    for shippable in list_shippable_lines(order):
        for warehouse_id, quantity in shippable.held.items():
            parcels[warehouse_id].append(ParcelLine(order_line_id=shippable.line.pk, quantity=quantity))
    for warehouse_id, lines in sorted(parcels.items()):
        _hand_over(order, plan, warehouse_id=warehouse_id, lines=lines)
    for parcel in order.shipments.filter(tracking_number=""):
        request_label(parcel.pk)


def _hand_over(order: Order, plan: Plan, *, warehouse_id: int, lines: list[ParcelLine]) -> None:
    """Known to the carrier first, under a tracking number whose last digit tells how the journey goes.

    The parcel's number follows from order and warehouse, so that a load that was cut off here hands over the same one.
    """
    number = f"P{order.pk:06d}D{warehouse_id}"
    warehouse = Warehouse.objects.get(pk=warehouse_id)
    digit = LAST_DIGITS.get(plan.course, "1")
    request = LabelRequest(
        reference=number,
        sender_country=warehouse.country,
        sender_name=warehouse.name,
        recipient=order.postal_address,
        weight_grams=1000,
        requested_at=now(),
    )
    with _slow_carrier():
        register_parcel(
            request, tracking_number=f"SBX{order.pk % 10**7:07d}{warehouse_id % 10}{plan.number % 10}{digit}"
        )
    ship_order(
        order.pk, warehouse_id=warehouse_id, carrier="sandbox", lines=lines, actor=WAREHOUSE, number=number
    )


@contextmanager
def _slow_carrier() -> Iterator[None]:
    """The sandbox carrier needs minutes; a month of history needs days. The journey is kept with the parcel."""
    minutes = settings.SANDBOX_CARRIER_MINUTES
    settings.SANDBOX_CARRIER_MINUTES = JOURNEY.total_seconds() / 60
    try:
        yield
    finally:
        settings.SANDBOX_CARRIER_MINUTES = minutes

"""Everything at once (F36): a flash sale with four buyers per unit, and every server and worker dies on the way."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from django.db import connections

from inventory.models import Reservation, StockLevel
from orders.models import Order
from payments.models import Payment, SandboxIntent
from shop.kernel.invariants import check_invariants
from shop.kernel.models import OutboxEvent, OutgoingEmail
from tests.factories.orders import make_article, make_ready_cart
from tests.faults.carts import copy_cart
from tests.faults.mailbox import count_mails
from tests.faults.processes import wait_until
from tests.faults.report import report
from tests.faults.shopper import Answer, Shopper
from tests.faults.stack import Stack

pytestmark = [pytest.mark.fault, pytest.mark.timeout(900)]

UNITS = 200
BUYERS = 800
THREADS = 16
GATEWAY_FAULTS = 0.05
SETTLED_SECONDS = 300


class Sale:
    """The buyers; each orders and pays, insisting under the same keys until the shop has answered."""

    def __init__(self, base: str, carts: list[str], seed: random.Random) -> None:
        self._base = base
        self._cards = ["tok_timeout" if seed.random() < GATEWAY_FAULTS else "tok_success" for _ in carts]
        self._carts = carts
        self._lock = threading.Lock()
        self.outcomes: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()
        self._pool = ThreadPoolExecutor(THREADS)
        self._jobs = [self._pool.submit(self._buy, number) for number in range(len(carts))]

    def count_done(self) -> int:
        return self.outcomes.total()

    def finish(self) -> None:
        for job in self._jobs:
            job.result(timeout=400)
        self._pool.shutdown()

    def _buy(self, number: int) -> None:
        with closing(Shopper(self._base, timeout=20)) as shopper:
            answer = shopper.insist_to_place(self._carts[number], key="order")
            outcome = f"{answer.status} {answer.code}".strip()
            if answer.status == 201:
                outcome = self._pay(shopper, answer, card=self._cards[number])
            with self._lock:
                self.outcomes[outcome] += 1
                self.seen += shopper.seen

    def _pay(self, shopper: Shopper, order: Answer, *, card: str) -> str:
        path = f"/api/v1/orders/{order.body['number']}/payments/?token={order.body['token']}"
        wish = {"gateway": "sandbox", "method_token": card}
        answer = shopper.insist("POST", path, wish, headers={"Idempotency-Key": "pay"})
        return f"ordered, payment {answer.body.get('status', answer.code)}"


def wait_for_share(sale: Sale, share: float) -> None:
    wait_until(lambda: sale.count_done() >= BUYERS * share, seconds=400, what=f"{share:.0%} of the buyers")


def test_f36_flash_sale_sells_no_more_than_there_is_whatever_dies(stack: Stack, seed: random.Random) -> None:
    carts = copy_cart(make_ready_cart((make_article("CUP", stock=UNITS), 1)), copies=BUYERS)
    web = stack.start_web()
    worker = stack.start_worker()
    stack.start_beat()
    sale = Sale(web.base, carts, seed)
    wait_for_share(sale, 0.05)
    stack.stop_postgres_at_once()
    stack.start_postgres()
    connections.close_all()
    wait_for_share(sale, 0.12)
    stack.valkey.kill_group()
    time.sleep(seed.uniform(0, 2))
    stack.start_valkey()
    wait_for_share(sale, 0.2)
    worker.kill_group()
    worker.start()
    sale.finish()
    started_at = time.monotonic()
    wait_until(is_settled, seconds=SETTLED_SECONDS, what="the end of all payments, events and mail")
    seconds = time.monotonic() - started_at
    stack.stop_parts()
    assert_nothing_is_lost(stack)
    assert sale.outcomes["409 out_of_stock"] == BUYERS - UNITS
    assert set(sale.seen) <= {"201", "409", "503", "unreachable"}
    report(
        "F36",
        units=UNITS,
        buyers=BUYERS,
        paid=Order.objects.filter(status="confirmed").count(),
        outcomes=dict(sale.outcomes),
        statuses=dict(sale.seen),
        settled_seconds=round(seconds, 1),
    )


def is_settled() -> bool:
    """Nothing is on its way any more."""
    return not (
        Payment.objects.open().exists()
        or OutboxEvent.objects.unsent().exists()
        or OutgoingEmail.objects.filter(sent_at=None).exists()
    )


def assert_nothing_is_lost(stack: Stack) -> None:
    """All units are held by orders; an order has its money, or is unpaid and nobody has taken any for it."""
    level = StockLevel.objects.get()
    assert (level.on_hand, level.reserved) == (UNITS, UNITS)
    assert Order.objects.count() == UNITS
    paid = set(Order.objects.filter(status="confirmed").values_list("number", flat=True))
    unpaid = set(Order.objects.filter(status="pending").values_list("number", flat=True))
    assert len(paid) + len(unpaid) == UNITS
    # A payment that was on its way when PostgreSQL stopped may never have reached the provider.
    assert len(unpaid) <= THREADS
    assert Reservation.objects.filter(state="confirmed").count() == len(paid)
    charged = SandboxIntent.objects.filter(status="succeeded").values_list("order_number", flat=True)
    assert sorted(charged) == sorted(paid)
    kept = Payment.objects.filter(status="succeeded", verdict="kept")
    assert set(kept.values_list("order__number", flat=True)) == paid
    expected = {f"We have your order {number}" for number in paid | unpaid}
    expected |= {f"Payment received for order {number}" for number in paid}
    copies = count_mails(stack.mailbox)
    assert set(copies) >= expected
    # What had left when the worker or the database died, but was not noted yet, leaves again.
    assert copies.total() <= len(copies) + 4
    assert check_invariants() == []

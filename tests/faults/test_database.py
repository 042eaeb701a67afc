"""PostgreSQL stops at once, or its connection is cut at the worst moment: no order is lost, none is doubled."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from django.db import connections

from inventory.models import StockLevel
from orders.models import Order
from shop.kernel.invariants import check_invariants
from shop.kernel.models import IdempotencyRecord, OutboxEvent
from tests.factories.orders import make_article, make_ready_cart, make_shipping
from tests.faults.browser import Browser
from tests.faults.carts import copy_cart
from tests.faults.processes import wait_until
from tests.faults.proxy import Fault, FaultProxy
from tests.faults.report import report
from tests.faults.shopper import Shopper, Unreachable
from tests.faults.stack import Stack

pytestmark = [pytest.mark.fault, pytest.mark.timeout(600)]

WRITERS = 16
STOPS = 8
HEALTHY_SECONDS = 15


class Writers:
    """Threads that order all the time, each order under one key until it is acknowledged."""

    def __init__(self, base: str, carts: Sequence[str]) -> None:
        self._base = base
        self._carts = iter(carts)
        self._lock = threading.Lock()
        self.acknowledged: dict[str, str] = {}
        self.seen: Counter[str] = Counter()
        self.unknown = 0
        self._is_over = threading.Event()
        self._pool = ThreadPoolExecutor(WRITERS)
        self._jobs = [self._pool.submit(self._write) for _ in range(WRITERS)]

    def finish(self) -> None:
        """Let each end the order it is at; raises what went wrong in any."""
        self._is_over.set()
        for job in self._jobs:
            job.result(timeout=120)
        self._pool.shutdown()

    def _write(self) -> None:
        with closing(Shopper(self._base, timeout=20)) as shopper:
            while not self._is_over.is_set():
                with self._lock:
                    cart = next(self._carts)
                self._order(shopper, cart)
        with self._lock:
            self.seen += shopper.seen

    def _order(self, shopper: Shopper, cart: str) -> None:
        try:
            answer = shopper.place(cart, key=f"key-{cart}")
        except Unreachable:
            answer = None
        if answer is None or answer.status >= 500:
            self.unknown += 1
            answer = shopper.insist_to_place(cart, key=f"key-{cart}")
        assert answer.status == 201, answer
        self.acknowledged[cart] = answer.body["number"]


def test_f1_no_acknowledged_order_is_lost(stack: Stack, seed: random.Random) -> None:
    carts = copy_cart(make_ready_cart((make_article("CUP", stock=100_000), 1)), copies=20_000)
    web = stack.start_web()
    writers = Writers(web.base, carts)
    recoveries = []
    for _ in range(STOPS):
        time.sleep(seed.uniform(1, 4))
        stack.stop_postgres_at_once()
        time.sleep(seed.uniform(0, 1))
        stopped_at = time.monotonic()
        stack.start_postgres()
        wait_until(web.is_ready, seconds=HEALTHY_SECONDS, what="a healthy web server")
        recoveries.append(time.monotonic() - stopped_at)
        connections.close_all()
        assert check_invariants() == []
    writers.finish()
    numbers = Counter(writers.acknowledged.values())
    assert set(Order.objects.values_list("number", flat=True)) == set(numbers)
    assert len(numbers) == len(writers.acknowledged)
    assert OutboxEvent.objects.filter(topic="orders.order_placed").count() == len(numbers)
    assert StockLevel.objects.get().reserved == len(numbers)
    assert set(writers.seen) <= {"201", "503", "unreachable"}
    assert check_invariants() == []
    report(
        "F1",
        stops=STOPS,
        acknowledged=len(numbers),
        unknown_at_first=writers.unknown,
        statuses=dict(writers.seen),
        slowest_recovery_seconds=round(max(recoveries), 1),
    )


@pytest.fixture
def proxy(stack: Stack) -> Iterator[FaultProxy]:
    parts = urlsplit(stack.database_url)
    assert parts.hostname
    assert parts.port
    with FaultProxy(parts.hostname, parts.port) as running:
        yield running


def route_through(proxy: FaultProxy, stack: Stack) -> str:
    parts = urlsplit(stack.database_url)
    return stack.database_url.replace(f":{parts.port}/", f":{proxy.port}/")


@pytest.mark.parametrize("fault", [Fault.CUT_AFTER_COMMIT, Fault.CUT_BEFORE_COMMIT], ids=["after", "before"])
def test_f3_order_whose_commit_was_cut_is_found_by_its_key(
    stack: Stack, proxy: FaultProxy, fault: Fault
) -> None:
    cup = make_article("CUP", stock=100)
    carts = [make_ready_cart((cup, 1)).token for _ in range(10)]
    web = stack.start_web(DATABASE_URL=route_through(proxy, stack))
    statuses: Counter[int] = Counter()
    with closing(Shopper(web.base)) as shopper:
        for placed, cart in enumerate(carts, start=1):
            proxy.arm(fault)
            statuses[shopper.place(cart, key="k").status] += 1
            assert proxy.fired == placed
            is_committed = fault is Fault.CUT_AFTER_COMMIT
            assert IdempotencyRecord.objects.count() == placed - (not is_committed)
            answer = shopper.place(cart, key="k")
            assert answer.status == 201
            assert answer.headers.get("idempotent-replayed", "") == ("true" if is_committed else "")
            assert shopper.place(cart, key="k").body["number"] == answer.body["number"]
            assert Order.objects.count() == placed
    assert statuses == {503: 10}
    assert StockLevel.objects.get().reserved == 10
    assert check_invariants() == []
    report("F3", moment=fault.name, cut=10, orders=10)


def test_f3_shopper_who_presses_again_gets_the_one_order(stack: Stack, proxy: FaultProxy) -> None:
    """By forms there is no key: the cart is it."""
    make_article("CUP", stock=100)
    make_shipping()
    web = stack.start_web(DATABASE_URL=route_through(proxy, stack))
    browser = Browser(web.base)
    with browser.session:
        page = browser.go_to_review("CUP")
        proxy.arm(Fault.CUT_AFTER_COMMIT)
        cut = browser.submit(page, "/checkout/place/")
        assert (cut.status_code, cut.headers["Retry-After"]) == (503, "5")
        assert "Nothing was lost" in cut.text
        again = browser.submit(page, "/checkout/place/")
    assert f"/pay/{Order.objects.get().number}/" in again.url
    assert StockLevel.objects.get().reserved == 1
    assert check_invariants() == []


def test_shop_behind_a_slow_and_torn_line_recovers(stack: Stack, proxy: FaultProxy) -> None:
    """Delay, a cut in the middle of an answer, every connection cut: afterwards the next request is served."""
    make_article("CUP", stock=100)
    make_shipping()
    web = stack.start_web(DATABASE_URL=route_through(proxy, stack))
    with closing(Shopper(web.base)) as shopper:
        proxy.delay_seconds = 0.01
        cart, _answer = shopper.fill_cart("CUP")
        proxy.delay_seconds = 0.0
        proxy.cut_after_bytes = 200
        assert shopper.call("GET", f"/api/v1/carts/{cart}/").status == 503
        proxy.cut_after_bytes = None
        assert shopper.call("GET", f"/api/v1/carts/{cart}/").status == 200
        proxy.cut_all()
        assert [shopper.call("GET", f"/api/v1/carts/{cart}/").status for _ in range(16)] == [200] * 16
        assert shopper.insist_to_place(cart, key="k").status == 201

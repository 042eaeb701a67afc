"""Many buyers at once, in their own connections; each race with a twin that takes the guard away and shows the bug."""

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count

import pytest
from django.db import OperationalError, connection
from django.db.models import F

from inventory import locks
from inventory.domain.errors import OutOfStock
from inventory.domain.requests import StockLine, StockRequest
from inventory.models import Reservation, StockLevel
from inventory.services.reservations import (
    expire_reservations,
    reserve_stock,
)
from shop.kernel.clock import now, override_now
from shop.kernel.invariants import check_invariants
from shop.kernel.models import OutboxEvent
from shop.kernel.transactions import transaction
from tests.factories.inventory import make_bare_variant, make_stock, make_warehouse
from tests.factories.rivals import Meeting

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 16


def run_in_threads(work: Callable[[int], str], *, jobs: int, threads: int = THREADS) -> list[str]:
    """Runs `work(number)` for all jobs, each thread with its own connection; the outcomes."""
    start = threading.Barrier(threads)
    numbers = count()

    def run() -> list[str]:
        start.wait(timeout=10)
        outcomes = []
        try:
            while (number := next(numbers)) < jobs:
                outcomes.append(work(number))
        finally:
            connection.close()
        return outcomes

    with ThreadPoolExecutor(threads) as pool:
        return [outcome for done in [pool.submit(run) for _ in range(threads)] for outcome in done.result()]


def buy(reference: str, lines: Sequence[StockRequest]) -> str:
    try:
        reserve_stock(reference, lines=lines, expires_at=now() + timedelta(minutes=5))
    except OutOfStock:
        return "sold out"
    except OperationalError as error:
        return "deadlock" if "deadlock" in str(error) else str(error)
    return "held"


def test_a_hot_article_is_sold_exactly_as_often_as_it_is_there() -> None:
    variant = make_bare_variant()
    make_stock(variant, warehouse=make_warehouse(), quantity=200)
    OutboxEvent.objects.all().delete()
    line = StockRequest(variant_id=variant.pk, quantity=1)
    outcomes = run_in_threads(lambda number: buy(f"order:{number}", [line]), jobs=400)
    assert (outcomes.count("held"), outcomes.count("sold out")) == (200, 200)
    level = StockLevel.objects.get()
    assert (level.on_hand, level.reserved) == (200, 200)
    assert OutboxEvent.objects.filter(payload__variant_id=variant.pk).count() == 200
    assert check_invariants() == []


RIVALS = 8
have_read = Meeting(RIVALS)


def find_no_whole_warehouse(_reference: str, **_wanted: object) -> bool:
    """The way of the plan that was made on an unlocked read."""
    return False


def read_then_write(
    reference: str,
    *,
    plan: Sequence[StockLine],
    expires_at: datetime,
    created_at: datetime,
    **_channel: object,
) -> bool:
    """What every shop writes first: read, decide, write back."""
    for line in plan:
        level = StockLevel.objects.get(variant_id=line.variant_id, warehouse_id=line.warehouse_id)
        if level.on_hand - level.reserved < line.quantity:
            return False
        have_read.wait()
        StockLevel.objects.filter(pk=level.pk).update(reserved=level.reserved + line.quantity)
        Reservation.objects.create(
            reference=reference,
            variant_id=line.variant_id,
            warehouse_id=line.warehouse_id,
            quantity=line.quantity,
            open_quantity=line.quantity,
            expires_at=expires_at,
            created_at=created_at,
        )
    return True


def test_twin_without_the_conditional_update_oversells(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(locks, "take_whole", find_no_whole_warehouse)
    monkeypatch.setattr(locks, "take_plan", read_then_write)
    variant = make_bare_variant()
    make_stock(variant, warehouse=make_warehouse(), quantity=2)
    line = StockRequest(variant_id=variant.pk, quantity=1)
    outcomes = run_in_threads(lambda number: buy(f"order:{number}", [line]), jobs=RIVALS, threads=RIVALS)
    assert outcomes == ["held"] * RIVALS
    assert "I3" in {violation.code for violation in check_invariants()}


def make_carts(*, articles: int, carts: int, lines: int) -> list[list[StockRequest]]:
    warehouses = [make_warehouse(), make_warehouse()]
    variants = [make_bare_variant() for _ in range(articles)]
    for variant in variants:
        for warehouse in warehouses:
            make_stock(variant, warehouse=warehouse, quantity=10_000)
    shuffled = random.Random(3)
    return [
        [StockRequest(variant_id=variant.pk, quantity=1) for variant in shuffled.sample(variants, lines)]
        for _ in range(carts)
    ]


def test_carts_in_any_order_do_not_deadlock() -> None:
    carts = make_carts(articles=10, carts=160, lines=4)
    outcomes = run_in_threads(lambda number: buy(f"order:{number}", carts[number]), jobs=160)
    assert outcomes.count("held") == 160
    assert check_invariants() == []


have_taken_one = Meeting(2)


def take_in_cart_order(
    reference: str,
    *,
    plan: Sequence[StockLine],
    expires_at: datetime,
    created_at: datetime,
    **_channel: object,
) -> bool:
    """One update per line in the order in which the shopper put them into the cart: here one cart backwards."""
    with transaction():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL deadlock_timeout = '50ms'")
        for line in reversed(plan) if reference == "order:1" else plan:
            StockLevel.objects.filter(variant_id=line.variant_id, warehouse_id=line.warehouse_id).update(
                reserved=F("reserved") + line.quantity
            )
            have_taken_one.wait()
    return True


def test_twin_without_the_global_order_deadlocks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(locks, "take_whole", find_no_whole_warehouse)
    monkeypatch.setattr(locks, "take_plan", take_in_cart_order)
    carts = make_carts(articles=2, carts=2, lines=2)
    outcomes = run_in_threads(lambda number: buy(f"order:{number}", carts[number]), jobs=2, threads=2)
    assert sorted(outcomes) == ["deadlock", "held"]


def test_one_reference_reserved_from_many_places_holds_once() -> None:
    variant = make_bare_variant()
    make_stock(variant, warehouse=make_warehouse(), quantity=3)
    make_stock(variant, warehouse=make_warehouse(), quantity=3)
    line = StockRequest(variant_id=variant.pk, quantity=3)
    outcomes = run_in_threads(lambda _: buy("order:1", [line]), jobs=16)
    assert outcomes.count("held") == 16
    assert sum(StockLevel.objects.values_list("reserved", flat=True)) == 3
    assert check_invariants() == []


def is_somebody_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            " WHERE d.datname = current_database() AND NOT l.granted)"
        )
        return bool(cursor.fetchone()[0])


def test_a_reference_that_a_rival_is_holding_is_waited_for() -> None:
    """The first hold is not committed: the second sees neither it nor, in another warehouse, its rows."""
    variant = make_bare_variant()
    for country in ("NL", "CN"):
        make_stock(variant, warehouse=make_warehouse(country=country), quantity=3)
    line = StockRequest(variant_id=variant.pk, quantity=3)
    expires_at = now() + timedelta(minutes=5)

    def hold_from_china() -> None:
        try:
            reserve_stock("order:1", lines=[line], expires_at=expires_at, country="CN")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as rivals:
        with transaction():
            reserve_stock("order:1", lines=[line], expires_at=expires_at, country="NL")
            rival = rivals.submit(hold_from_china)
            until = time.monotonic() + 10
            while not rival.done() and not is_somebody_waiting() and time.monotonic() < until:
                time.sleep(0.01)
        rival.result(timeout=10)
    assert sum(StockLevel.objects.values_list("reserved", flat=True)) == 3
    assert check_invariants() == []


@contextmanager
def hold_function_without(*guards: str) -> Iterator[None]:
    """The database's function, with these texts cut out of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('inventory_hold_lines'::regproc)")
        whole: str = cursor.fetchone()[0]
        cut = whole
        for guard in guards:
            assert cut.count(guard) == 1
            cut = cut.replace(guard, "")
        cursor.execute(cut.replace("%", "%%"), [])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(whole.replace("%", "%%"), [])


def test_twin_without_the_guard_of_the_reference_holds_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "take_whole", find_no_whole_warehouse)
    monkeypatch.setattr(locks, "take_plan", Meeting(2).before(locks.take_plan))
    variant = make_bare_variant()
    countries = ("NL", "CN")
    for country in countries:
        make_stock(variant, warehouse=make_warehouse(country=country), quantity=3)
    line = StockRequest(variant_id=variant.pk, quantity=3)

    def hold(number: int) -> str:
        expires_at = now() + timedelta(minutes=5)
        reserve_stock("order:1", lines=[line], expires_at=expires_at, country=countries[number])
        return "held"

    with hold_function_without(
        "waited := pg_advisory_xact_lock(hashtextextended(of_reference, 20));",
        "IF EXISTS (SELECT 1 FROM inventory_reservation WHERE reference = of_reference) THEN\n"
        "        RETURN false;\n    END IF;",
    ):
        assert run_in_threads(hold, jobs=2, threads=2) == ["held", "held"]
    assert sum(StockLevel.objects.values_list("reserved", flat=True)) == 6


def test_holds_expire_once_when_two_sweeps_meet() -> None:
    variant = make_bare_variant()
    make_stock(variant, warehouse=make_warehouse(), quantity=20)
    line = StockRequest(variant_id=variant.pk, quantity=1)
    for number in range(20):
        buy(f"order:{number}", [line])

    def sweep(_number: int) -> str:
        with override_now(now() + timedelta(minutes=6)):
            return str(expire_reservations())

    swept = run_in_threads(sweep, jobs=4, threads=4)
    assert sum(int(number) for number in swept) == 20
    assert StockLevel.objects.get().reserved == 0
    assert OutboxEvent.objects.filter(topic="inventory.reservation_expired").count() == 20
    assert check_invariants() == []

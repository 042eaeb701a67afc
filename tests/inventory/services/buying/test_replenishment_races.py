"""The replenishment job beside itself, through its own crash, and while a purchase order is being typed; with twins."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic
from typing import Any

import pytest
from django.db import IntegrityError, connection

from catalog.models import Variant
from inventory import locks
from inventory.models import PurchaseOrder, PurchaseSuggestion, ReorderAlert, Supplier, Warehouse
from inventory.services.buying import replenishment
from inventory.services.buying.purchase_orders import OrderedLine, write_order
from inventory.services.buying.replenishment import suggest_purchases
from inventory.services.reorder import check_reorder_points
from inventory.tasks import plan_purchases
from shop.kernel.leases import lease
from shop.kernel.transactions import transaction
from tests.factories.buying import make_offer, make_supplier
from tests.factories.inventory import make_bare_variant, make_stock, make_warehouse
from tests.factories.rivals import Meeting

pytestmark = pytest.mark.django_db(transaction=True)


def make_low_shelf(
    supplier: Supplier | None = None, *, warehouse: Warehouse | None = None
) -> tuple[Supplier, Warehouse, Variant]:
    supplier, warehouse, variant = (
        supplier or make_supplier(),
        warehouse or make_warehouse(),
        make_bare_variant(),
    )
    make_stock(variant, warehouse=warehouse, quantity=1, reorder_point=5)
    make_offer(supplier, variant=variant)
    return supplier, warehouse, variant


@contextmanager
def beside(work: Callable[[], Any]) -> Iterator[Future[Any]]:
    """Runs `work` in a thread with a connection of its own."""

    def run() -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(run)


def wait_until_blocked(rival: Future[Any]) -> None:
    """Until somebody waits for a lock that we hold."""
    deadline = monotonic() + 20
    while monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            if cursor.fetchone()[0]:
                return
        assert not rival.done(), rival.result()
        threading.Event().wait(0.01)
    raise AssertionError("nobody waited")


def count_states() -> dict[str, int]:
    found: dict[str, int] = {}
    for state in PurchaseSuggestion.objects.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def test_two_runs_at_once_suggest_once() -> None:
    supplier, warehouse, _ = make_low_shelf()
    for _ in range(3):
        make_low_shelf(supplier, warehouse=warehouse)
    start = threading.Barrier(2)

    def run() -> int:
        start.wait(timeout=10)
        return suggest_purchases()

    with beside(run) as rival:
        made = run()
    assert made + rival.result() == 4
    assert count_states() == {"open": 4}


def test_twin_without_the_lock_both_write_and_one_dies(monkeypatch: pytest.MonkeyPatch) -> None:
    make_low_shelf()
    have_looked = Meeting(2)
    build = replenishment._build_suggestion
    monkeypatch.setattr(locks, "lock_buying", lambda shelves: None)
    monkeypatch.setattr(replenishment, "_keep_plans", lambda *args, **kwargs: None)
    monkeypatch.setattr(replenishment, "_build_suggestion", have_looked.before(build))
    outcomes = []

    def run() -> None:
        try:
            outcomes.append(suggest_purchases())
        except IntegrityError:
            outcomes.append(-1)

    with beside(run):
        run()
    assert sorted(outcomes) == [-1, 1]
    assert count_states() == {"open": 1}


def test_a_run_that_dies_half_way_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    supplier, warehouse, _ = make_low_shelf()
    for _ in range(2):
        make_low_shelf(supplier, warehouse=warehouse)
    monkeypatch.setattr(replenishment, "BATCH", 1)
    write = replenishment._write_suggestions
    calls = []

    def die_in_the_second_batch(*args: Any, **kwargs: Any) -> int:
        calls.append(1)
        made = write(*args, **kwargs)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return made

    with monkeypatch.context() as patch:
        patch.setattr(replenishment, "_write_suggestions", die_in_the_second_batch)
        with pytest.raises(KeyboardInterrupt):
            suggest_purchases()
    assert count_states() == {"open": 1}
    assert suggest_purchases() == 2
    assert suggest_purchases() == 0
    assert count_states() == {"open": 3}


def test_the_job_waits_for_an_order_that_is_being_typed() -> None:
    supplier, warehouse, variant = make_low_shelf()
    lines = [OrderedLine(variant_id=variant.pk, quantity=24)]
    with beside_typed_order(supplier, warehouse=warehouse, lines=lines) as rival:
        wait_until_blocked(rival)
    assert rival.result() == 0
    assert (PurchaseOrder.objects.count(), count_states()) == (1, {})


def test_twin_without_the_lock_suggests_what_is_being_ordered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "lock_buying", lambda shelves: None)
    supplier, warehouse, variant = make_low_shelf()
    lines = [OrderedLine(variant_id=variant.pk, quantity=24)]
    with beside_typed_order(supplier, warehouse=warehouse, lines=lines) as rival:
        assert rival.result(timeout=20) == 1
    assert (PurchaseOrder.objects.count(), count_states()) == (1, {"open": 1})


@contextmanager
def beside_typed_order(
    supplier: Supplier, *, warehouse: Warehouse, lines: list[OrderedLine]
) -> Iterator[Future[int]]:
    """The order is written but not committed while the job runs."""
    with ThreadPoolExecutor(1) as pool:

        def run() -> int:
            try:
                return suggest_purchases()
            finally:
                connection.close()

        with transaction():
            write_order(supplier.pk, warehouse_id=warehouse.pk, lines=lines, actor="buyer@example.com")
            yield pool.submit(run)


def test_an_order_typed_while_the_job_runs_settles_the_suggestion() -> None:
    supplier, warehouse, variant = make_low_shelf()
    lines = [OrderedLine(variant_id=variant.pk, quantity=24)]

    def order() -> PurchaseOrder:
        return write_order(supplier.pk, warehouse_id=warehouse.pk, lines=lines, actor="buyer@example.com")

    with ThreadPoolExecutor(1) as pool:

        def run() -> PurchaseOrder:
            try:
                return order()
            finally:
                connection.close()

        with transaction():
            suggest_purchases()
            rival = pool.submit(run)
            wait_until_blocked(rival)
        rival.result(timeout=20)
    assert (PurchaseOrder.objects.count(), count_states()) == (1, {"covered": 1})


def test_the_task_runs_in_one_place_at_a_time() -> None:
    make_low_shelf()
    with lease("inventory.plan_purchases"), beside(plan_purchases) as rival:
        assert rival.result(timeout=20) == 0
    assert plan_purchases() == 1


def test_two_alert_runs_at_once_open_one_alert() -> None:
    make_low_shelf()
    start = threading.Barrier(2)

    def run() -> int:
        start.wait(timeout=10)
        return check_reorder_points()

    with beside(run) as rival:
        opened = run()
    assert opened + rival.result() == 1
    assert ReorderAlert.objects.count() == 1

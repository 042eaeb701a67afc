"""Any sequence of stock operations keeps levels, ledger and reservations in step (on real PostgreSQL)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from inventory.domain.errors import NotReserved, OutOfStock, StockTooLow
from inventory.domain.requests import ShipRequest, StockLine, StockRequest
from inventory.models import Reservation, StockLevel
from inventory.services.corrections import adjust_stock, set_stock
from inventory.services.reservations import (
    confirm_reservation,
    expire_reservations,
    release_stock,
    reserve_stock,
)
from inventory.services.stock import receive_stock, return_stock, ship_stock
from shop.kernel.clock import now, override_now
from shop.kernel.invariants import list_invariants
from tests.emptying import empty_tables
from tests.factories.inventory import make_bare_variant, make_warehouse

SHELVES = st.tuples(st.integers(0, 1), st.integers(0, 1))
QUANTITIES = st.integers(1, 6)
REFERENCES = st.integers(1, 5).map("order:{}".format)
RULES = [
    rule.sql
    for rule in list_invariants()
    if rule.code in {"I1", "I2", "I3", "I4"} and "now()" not in rule.sql
]


class Stock(RuleBasedStateMachine):
    """Two variants on two shelves; a model in plain Python says what the level must be."""

    checked_states = 0

    def __init__(self) -> None:
        super().__init__()
        self.moment = now()
        self.sources = 0
        self.on_hand: dict[tuple[int, int], int] = {}
        self.held: dict[str, dict[int, int]] = {}
        self.closed: set[str] = set()

    @initialize()
    def empty(self) -> None:
        empty_tables()
        self.variants = [make_bare_variant().pk, make_bare_variant().pk]
        self.warehouses = [make_warehouse(priority=1).pk, make_warehouse(priority=2).pk]

    def _line(self, shelf: tuple[int, int], quantity: int) -> StockLine:
        return StockLine(
            variant_id=self.variants[shelf[0]],
            warehouse_id=self.warehouses[shelf[1]],
            quantity=quantity,
        )

    def _source(self) -> dict[str, Any]:
        self.sources += 1
        return {"source_type": "test", "source_id": str(self.sources)}

    def _free(self, shelf: tuple[int, int]) -> int:
        line = self._line(shelf, 0)
        level = StockLevel.objects.filter(variant_id=line.variant_id, warehouse_id=line.warehouse_id).first()
        return level.free_quantity if level else 0

    def _available(self, variant: int) -> int:
        on_hand = sum(quantity for shelf, quantity in self.on_hand.items() if shelf[0] == variant)
        return on_hand - sum(held.get(variant, 0) for held in self.held.values())

    @rule(
        shelf=SHELVES,
        quantity=QUANTITIES,
        add=st.sampled_from([receive_stock, return_stock]),
        times=st.integers(1, 2),
    )
    def receive(self, shelf: tuple[int, int], quantity: int, add: Callable[..., int], times: int) -> None:
        source = self._source()
        for _ in range(times):
            add([self._line(shelf, quantity)], **source)
        self.on_hand[shelf] = self.on_hand.get(shelf, 0) + quantity

    @rule(shelf=SHELVES, delta=st.integers(-6, 6).filter(bool))
    def adjust(self, shelf: tuple[int, int], delta: int) -> None:
        free = self._free(shelf)
        try:
            adjust_stock(
                [self._line(shelf, delta)],
                **self._source(),
                reason="count",
                actor="test",
            )
        except StockTooLow:
            assert free + delta < 0
        else:
            assert free + delta >= 0
            self.on_hand[shelf] = self.on_hand.get(shelf, 0) + delta

    @rule(shelf=SHELVES, quantity=st.integers(0, 8))
    def count(self, shelf: tuple[int, int], quantity: int) -> None:
        reserved = self.on_hand.get(shelf, 0) - self._free(shelf)
        try:
            set_stock([self._line(shelf, quantity)], **self._source(), reason="count")
        except StockTooLow:
            assert quantity < reserved
        else:
            assert quantity >= reserved
            self.on_hand[shelf] = quantity

    @rule(
        reference=REFERENCES,
        wanted=st.dictionaries(st.integers(0, 1), QUANTITIES, min_size=1),
    )
    def reserve(self, reference: str, wanted: dict[int, int]) -> None:
        is_new = reference not in self.held and reference not in self.closed
        can_serve = all(self._available(variant) >= quantity for variant, quantity in wanted.items())
        lines = [
            StockRequest(variant_id=self.variants[v], quantity=quantity) for v, quantity in wanted.items()
        ]
        with override_now(self.moment):
            try:
                reserve_stock(
                    reference,
                    lines=lines,
                    expires_at=self.moment + timedelta(minutes=10),
                )
            except OutOfStock:
                assert is_new
                assert not can_serve
                return
        if is_new:
            assert can_serve
            self.held[reference] = dict(wanted)

    @rule(reference=REFERENCES)
    def release(self, reference: str) -> None:
        freed = release_stock(reference, reason="test")
        assert freed == sum(self.held.get(reference, {}).values())
        self._close(reference)

    def _close(self, reference: str) -> None:
        if self.held.pop(reference, None) is not None:
            self.closed.add(reference)

    @rule(reference=REFERENCES)
    def confirm(self, reference: str) -> None:
        states = set(Reservation.objects.filter(reference=reference).values_list("state", flat=True))
        is_whole = bool(states) and not states & {"released", "expired"}
        assert confirm_reservation(reference) is is_whole

    @rule(reference=REFERENCES, shelf=SHELVES, quantity=QUANTITIES)
    def ship(self, reference: str, shelf: tuple[int, int], quantity: int) -> None:
        line = self._line(shelf, quantity)
        request = ShipRequest(
            variant_id=line.variant_id,
            warehouse_id=line.warehouse_id,
            quantity=quantity,
        )
        source_id = str(self._source()["source_id"])
        try:
            assert ship_stock(reference, lines=[request], source_id=source_id) is True
        except (NotReserved, StockTooLow):
            return
        assert ship_stock(reference, lines=[request], source_id=source_id) is False
        self.on_hand[shelf] -= quantity
        self.held[reference][shelf[0]] -= quantity
        if not any(self.held[reference].values()):
            self._close(reference)

    @rule(minutes=st.integers(1, 11))
    def expire(self, minutes: int) -> None:
        self.moment += timedelta(minutes=minutes)
        with override_now(self.moment):
            expire_reservations()
        for reference in list(self.held):
            if not Reservation.objects.active().filter(reference=reference).exists():
                self._close(reference)

    @invariant()
    def levels_follow_the_ledger(self) -> None:
        Stock.checked_states += 1
        with connection.cursor() as cursor:
            for sql in RULES:
                cursor.execute(sql)
                assert cursor.fetchall() == []
        levels = {
            (
                self.variants.index(level.variant_id),
                self.warehouses.index(level.warehouse_id),
            ): level
            for level in StockLevel.objects.all()
        }
        assert {shelf: level.on_hand for shelf, level in levels.items() if level.on_hand} == {
            shelf: quantity for shelf, quantity in self.on_hand.items() if quantity
        }
        reserved = sum(level.reserved for level in levels.values())
        assert reserved == sum(sum(held.values()) for held in self.held.values())
        assert all(0 <= level.reserved <= level.on_hand for level in levels.values())


@pytest.mark.django_db(transaction=True)
def test_levels_always_follow_ledger_and_reservations() -> None:
    Stock.checked_states = 0
    run_state_machine_as_test(
        Stock,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
    assert Stock.checked_states > 40

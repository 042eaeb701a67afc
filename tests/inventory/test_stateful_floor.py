"""Any sequence of work on the floor keeps places, levels, costs and the order of expiry right (on real PostgreSQL)."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

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

from inventory.domain.errors import NotReserved, OutOfStock, PlaceTooLow, StockTooLow
from inventory.domain.requests import ShipRequest, StockLine, StockRequest
from inventory.models import Bin, CountKind, CountLine, StockItem, StockLevel, StockMovement, ZoneKind
from inventory.queries.places import at_place
from inventory.queries.proof import list_cost_differences, list_level_differences
from inventory.services.counts import cancel_count, decide_line, plan_count, post_count, record_count
from inventory.services.lots import free_lot, recall_lot
from inventory.services.moves import MoveSource, move_stock
from inventory.services.reservations import confirm_reservation, release_stock, reserve_stock
from inventory.services.stock import receive_stock, return_stock, scrap_stock, ship_stock
from inventory.services.transfers import Arrival, create_transfer, receive_transfer, send_transfer
from shop.kernel.clock import now
from shop.kernel.errors import Invalid
from shop.kernel.invariants import list_invariants
from tests.emptying import empty_tables
from tests.factories.inventory import make_bare_variant, make_bin, make_lot, make_warehouse

RULES = [
    rule.sql
    for rule in list_invariants()
    if rule.code in {"I1", "I2", "I3", "I4"} and "now()" not in rule.sql
]
SIDES = st.integers(0, 1)
BINS = st.integers(0, 3)
LOTS = st.integers(0, 2)
QUANTITIES = st.integers(1, 6)
DAMAGED = 3

Place = tuple[int, int, int]


class Floor(RuleBasedStateMachine):
    """One article in two warehouses: unsorted, two bins and a damaged one; untraced, and two lots."""

    def __init__(self) -> None:
        super().__init__()
        self.turn = 0
        self.places: Counter[Place] = Counter()
        self.held: Counter[str] = Counter()
        self.recalled: set[int] = set()
        self.lost = 0

    @initialize()
    def empty(self) -> None:
        empty_tables()
        self.variant = make_bare_variant()
        self.warehouses = [make_warehouse(priority=1), make_warehouse(priority=2)]
        self.bins: list[list[Bin | None]] = [
            [None, make_bin(w), make_bin(w), make_bin(w, kind=ZoneKind.DAMAGED)] for w in self.warehouses
        ]
        today = now().date()
        self.expiry: list[date | None] = [None, today + timedelta(days=9), today + timedelta(days=5)]
        self.lots = [None, *(make_lot(self.variant, expires_on=day) for day in self.expiry[1:])]

    def _next(self) -> str:
        self.turn += 1
        return str(self.turn)

    def _line(self, place: Place, quantity: int, cost: int | None = None) -> StockLine:
        side, bin_, lot = place
        found, batch = self.bins[side][bin_], self.lots[lot]
        return StockLine(
            variant_id=self.variant.pk,
            warehouse_id=self.warehouses[side].pk,
            quantity=quantity,
            bin_id=found.pk if found else None,
            lot_id=batch.pk if batch else None,
            unit_cost=Decimal(cost) / 7 if cost is not None else None,
        )

    def _is_sellable(self, place: Place) -> bool:
        return place[1] != DAMAGED and place[2] not in self.recalled

    def _sellable(self, side: int) -> int:
        return sum(n for place, n in self.places.items() if place[0] == side and self._is_sellable(place))

    def _level(self, side: int) -> StockLevel:
        known = StockLevel.objects.filter(warehouse=self.warehouses[side]).first()
        return known or StockLevel(on_hand=0, reserved=0, blocked=0, fenced=0)

    @rule(
        side=SIDES, bin_=BINS, lot=LOTS, quantity=QUANTITIES, cost=st.integers(0, 99), is_return=st.booleans()
    )
    def receive(self, side: int, bin_: int, lot: int, quantity: int, cost: int, is_return: bool) -> None:
        add, place, source_id = return_stock if is_return else receive_stock, (side, bin_, lot), self._next()
        for _ in range(2):
            add([self._line(place, quantity, cost)], source_type="test", source_id=source_id)
        self.places[place] += quantity

    @rule(side=SIDES, bins=st.permutations(range(4)), lot=LOTS, quantity=QUANTITIES)
    def move(self, side: int, bins: list[int], lot: int, quantity: int) -> None:
        place, target = (side, bins[0], lot), (side, bins[1], lot)
        source = MoveSource(source_type="test", source_id=self._next(), actor="test")
        try:
            move_stock(self._line(place, quantity), to_bin=self.bins[side][bins[1]], source=source)
        except PlaceTooLow:
            assert self.places[place] < quantity
            return
        self.places[place] -= quantity
        self.places[target] += quantity

    @rule(side=SIDES, bin_=BINS, lot=LOTS, quantity=QUANTITIES)
    def scrap(self, side: int, bin_: int, lot: int, quantity: int) -> None:
        place = (side, bin_, lot)
        try:
            scrap_stock(
                self._line(place, quantity), source_type="test", source_id=self._next(), reason="x", actor="t"
            )
        except StockTooLow:
            level = self._level(side)
            assert (
                self.places[place] < quantity
                or level.on_hand - level.reserved < quantity
                or (self._is_sellable(place) and level.on_hand - level.blocked - level.reserved < quantity)
            )
            return
        self.places[place] -= quantity

    @rule(quantity=QUANTITIES)
    def reserve(self, quantity: int) -> None:
        reference = f"order:{self._next()}"
        free = sum(max(self._level(side).free_quantity, 0) for side in (0, 1))
        line = StockRequest(variant_id=self.variant.pk, quantity=quantity)
        try:
            reserve_stock(reference, lines=[line], expires_at=now() + timedelta(hours=1))
        except OutOfStock:
            assert free < quantity
            return
        assert free >= quantity
        confirm_reservation(reference)
        self.held[reference] = quantity

    @rule(pick=st.integers(0, 9))
    def release(self, pick: int) -> None:
        if references := sorted(self.held):
            reference = references[pick % len(references)]
            assert release_stock(reference, reason="test") == self.held.pop(reference)

    @rule(side=SIDES, pick=st.integers(0, 9), quantity=QUANTITIES)
    def ship(self, side: int, pick: int, quantity: int) -> None:
        reference = (sorted(self.held) or ["order:0"])[pick % max(len(self.held), 1)]
        request = ShipRequest(
            variant_id=self.variant.pk, warehouse_id=self.warehouses[side].pk, quantity=quantity
        )
        source_id = self._next()
        try:
            ship_stock(reference, lines=[request], source_id=source_id)
        except (NotReserved, StockTooLow):
            return
        self.held[reference] -= quantity
        if not self.held[reference]:
            del self.held[reference]
        self._check_order_of_expiry(side, source_id=source_id)

    def _check_order_of_expiry(self, side: int, *, source_id: str) -> None:
        """No piece left behind could have expired before one that went, and nothing went that must not."""
        numbers = {lot.pk if lot else None: number for number, lot in enumerate(self.lots)}
        bins = {bin_.pk if bin_ else None: number for number, bin_ in enumerate(self.bins[side])}
        rows = StockMovement.objects.filter(source_type="shipment", source_id=source_id, kind="shipped")
        went = [(side, bins[row.bin_id], numbers[row.lot_id]) for row in rows]
        assert all(self._is_sellable(place) for place in went)
        for row, place in zip(rows, went, strict=True):
            self.places[place] += row.delta
        last = max(self.expiry[place[2]] or date.max for place in went)
        left = [
            place for place, n in self.places.items() if n and place[0] == side and self._is_sellable(place)
        ]
        assert all((self.expiry[place[2]] or date.max) >= last for place in left)

    @rule(side=SIDES, quantity=QUANTITIES, lost=st.integers(0, 2), damaged=st.integers(0, 2))
    def transfer(self, side: int, quantity: int, lost: int, damaged: int) -> None:
        here, there = self.warehouses[side], self.warehouses[1 - side]
        transfer = create_transfer(
            here.pk, destination_id=there.pk, lines=[(self.variant.pk, quantity)], actor="test"
        )
        try:
            send_transfer(transfer.pk, actor="test")
        except StockTooLow:
            assert self._level(side).free_quantity < quantity
            return
        numbers = {lot.pk if lot else None: number for number, lot in enumerate(self.lots)}
        bins = {bin_.pk if bin_ else None: number for number, bin_ in enumerate(self.bins[side])}
        arrivals = []
        for line in transfer.lines.all():
            lot = numbers[line.lot_id]
            self.places[side, bins[line.bin_id], lot] -= line.quantity
            missing = min(lost, line.quantity)
            broken = min(damaged, line.quantity - missing)
            good = line.quantity - missing - broken
            arrivals.append(Arrival(line_id=line.pk, received_quantity=good, damaged_quantity=broken))
            self.places[1 - side, 0, lot] += good
            self.places[1 - side, DAMAGED, lot] += broken
            self.lost += missing
        for _ in range(2):
            receive_transfer(transfer.pk, arrivals=arrivals, is_last=True, token="t", actor="test")

    @rule(side=SIDES, off=st.integers(-3, 3))
    def count(self, side: int, off: int) -> None:
        try:
            sheet = plan_count(self.warehouses[side].pk, kind=CountKind.FULL, actor="test")
        except Invalid:
            return
        first = sheet.lines.order_by("pk").first()
        assert isinstance(first, CountLine)
        CountLine.objects.filter(count=sheet).exclude(pk=first.pk).delete()
        item = StockItem.objects.get(
            at_place(bin_id=first.bin_id, lot_id=first.lot_id), warehouse=self.warehouses[side]
        )
        counted = max(item.quantity + off, 0)
        for _ in range(2):
            if first.status in {"open", "recount"}:
                first = record_count(first.pk, quantity=counted, actor="one")
        if first.status == "approval":
            decide_line(first.pk, is_approved=True, actor="two")
        try:
            post_count(sheet.pk, actor="test")
        except StockTooLow:
            assert self._level(side).on_hand + counted - item.quantity < self._level(side).reserved
            cancel_count(sheet.pk, actor="test")
            return
        numbers = {lot.pk if lot else None: number for number, lot in enumerate(self.lots)}
        bins = {bin_.pk if bin_ else None: number for number, bin_ in enumerate(self.bins[side])}
        self.places[side, bins[first.bin_id], numbers[first.lot_id]] = counted

    @rule(lot=st.integers(1, 2))
    def recall(self, lot: int) -> None:
        batch = self.lots[lot]
        assert batch is not None
        if lot in self.recalled:
            free_lot(batch.pk, reason="test", actor="test")
            self.recalled.discard(lot)
        else:
            recall_lot(batch.pk, reason="test", actor="test")
            self.recalled.add(lot)

    @invariant()
    def everything_adds_up(self) -> None:
        with connection.cursor() as cursor:
            for sql in RULES:
                cursor.execute(sql)
                assert cursor.fetchall() == []
        for side in (0, 1):
            level = self._level(side)
            there = sum(n for place, n in self.places.items() if place[0] == side)
            assert (level.on_hand, level.on_hand - level.blocked) == (there, self._sellable(side))
        assert StockItem.objects.filter(quantity__lt=0).count() == 0
        assert sum(level.reserved for level in StockLevel.objects.all()) == sum(self.held.values())
        assert list_level_differences() == []
        assert list_cost_differences() == []


def run(*, histories: int, steps: int) -> None:
    run_state_machine_as_test(
        Floor,
        settings=settings(
            max_examples=histories,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db(transaction=True)
def test_the_floor_always_adds_up() -> None:
    """The machine's rules and invariants assert, after every step of every history."""
    run(histories=12, steps=20)


@pytest.mark.fault
@pytest.mark.timeout(3600)
@pytest.mark.django_db(transaction=True)
def test_the_floor_adds_up_over_many_histories() -> None:
    """The nightly profile: at least 500 histories of 50 steps."""
    run(histories=500, steps=50)

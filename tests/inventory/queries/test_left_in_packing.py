"""What lies in packing though nobody waits for it any more."""

from datetime import timedelta

import pytest

from inventory.domain.requests import StockRequest
from inventory.models import PickListKind
from inventory.queries.lots import list_picked_of_lot
from inventory.queries.picking import list_left_in_packing, list_waiting
from inventory.services.lots import recall_lot
from inventory.services.picking import confirm_pick, create_pick_list, put_back
from inventory.services.reservations import confirm_reservation, release_variants, reserve_stock
from shop.kernel.clock import now
from tests.factories.inventory import make_bare_variant, make_bin, make_lot, make_warehouse, put_stock

pytestmark = pytest.mark.django_db


def test_an_article_taken_out_of_a_picked_order_goes_back_while_the_rest_waits() -> None:
    warehouse = make_warehouse()
    cup, pot = make_bare_variant(), make_bare_variant()
    for variant in (cup, pot):
        put_stock(variant, warehouse=warehouse, quantity=1, bin_=make_bin(warehouse, f"A{variant.pk}"))
    lines = [StockRequest(variant_id=variant.pk, quantity=1) for variant in (cup, pot)]
    reserve_stock("order:S1", lines=lines, expires_at=now() + timedelta(minutes=5))
    confirm_reservation("order:S1")
    for task in create_pick_list(warehouse.pk, kind=PickListKind.ORDER, actor="ann").tasks.all():
        confirm_pick(task.pk, quantity=1, actor="bo")
    assert list(list_left_in_packing(warehouse.pk)) == []
    release_variants("order:S1", variant_ids=[cup.pk], reason="operator")
    assert [task.variant_id for task in list_left_in_packing(warehouse.pk)] == [cup.pk]


def test_goods_of_a_recalled_lot_are_taken_out_of_packing_and_picked_anew() -> None:
    warehouse, cup = make_warehouse(), make_bare_variant()
    lot = make_lot(cup)
    put_stock(cup, warehouse=warehouse, quantity=1, bin_=make_bin(warehouse, "A1"), lot=lot)
    reserve_stock(
        "order:S1",
        lines=[StockRequest(variant_id=cup.pk, quantity=1)],
        expires_at=now() + timedelta(minutes=5),
    )
    confirm_reservation("order:S1")
    task = create_pick_list(warehouse.pk, kind=PickListKind.ORDER, actor="ann").tasks.get()
    confirm_pick(task.pk, quantity=1, actor="bo")
    recall_lot(lot.pk, reason="Glass", actor="ann")
    assert list(list_picked_of_lot(lot.pk)) == list(list_left_in_packing(warehouse.pk)) == [task]
    assert list_waiting(warehouse.pk) == []
    put_back(task.pk, bin_id=None, actor="bo")
    assert list(list_picked_of_lot(lot.pk)) == list(list_left_in_packing(warehouse.pk)) == []
    assert [row.order_number for row in list_waiting(warehouse.pk)] == ["S1"]

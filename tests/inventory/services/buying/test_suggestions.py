"""Suggestions become draft orders by supplier, or are turned down."""

import pytest

from inventory.domain.buying.errors import NoSupplier, SuggestionGone
from inventory.models import PurchaseOrder, PurchaseSuggestion, Supplier, Warehouse
from inventory.services.buying.replenishment import suggest_purchases
from inventory.services.buying.suggestions import accept_suggestions, dismiss_suggestions
from shop.kernel.errors import Invalid
from tests.factories.buying import make_offer, make_supplier
from tests.factories.inventory import make_bare_variant, make_stock, make_warehouse

pytestmark = pytest.mark.django_db
BUYER = "buyer@example.com"


def make_due(supplier: Supplier | None, *, warehouse: Warehouse, multiple: int = 1) -> PurchaseSuggestion:
    variant = make_bare_variant()
    make_stock(variant, warehouse=warehouse, quantity=1, reorder_point=5)
    if supplier:
        make_offer(supplier, variant=variant, multiple=multiple)
    suggest_purchases()
    return PurchaseSuggestion.objects.open().get(variant=variant)


def list_orders() -> list[tuple[int, str, list[tuple[int, int]]]]:
    return [
        (order.supplier_id, order.status, list(order.lines.values_list("variant_id", "quantity")))
        for order in PurchaseOrder.objects.order_by("pk")
    ]


def test_accepted_suggestions_are_grouped_by_supplier() -> None:
    one, two, warehouse = make_supplier(), make_supplier(), make_warehouse()
    rows = [make_due(supplier, warehouse=warehouse) for supplier in (one, two, one)]
    made = accept_suggestions([row.pk for row in rows], actor=BUYER)
    assert [order.supplier for order in made] == [one, two]
    assert list_orders() == [
        (one.pk, "draft", [(rows[0].variant_id, 24), (rows[2].variant_id, 24)]),
        (two.pk, "draft", [(rows[1].variant_id, 24)]),
    ]
    states = PurchaseSuggestion.objects.values_list("state", "decided_by", "accepted_quantity")
    assert list(states) == [("accepted", BUYER, 24)] * 3


def test_accepting_twice_orders_once() -> None:
    row = make_due(make_supplier(), warehouse=make_warehouse())
    assert len(accept_suggestions([row.pk], actor=BUYER)) == 1
    assert accept_suggestions([row.pk], actor=BUYER) == []
    assert list_orders()[0][2] == [(row.variant_id, 24)]


def test_a_later_one_joins_the_open_draft() -> None:
    supplier, warehouse = make_supplier(), make_warehouse()
    first = make_due(supplier, warehouse=warehouse)
    accept_suggestions([first.pk], actor=BUYER)
    second = make_due(supplier, warehouse=warehouse)
    accept_suggestions([second.pk], actor=BUYER)
    assert list_orders() == [
        (supplier.pk, "draft", [(first.variant_id, 24), (second.variant_id, 24)]),
    ]


def test_the_buyer_changes_the_quantity_and_packs_stay_whole() -> None:
    row = make_due(make_supplier(), warehouse=make_warehouse(), multiple=10)
    accept_suggestions([row.pk], actor=BUYER, quantities={row.pk: 11})
    row.refresh_from_db()
    assert (row.quantity, row.accepted_quantity, list_orders()[0][2]) == (30, 20, [(row.variant_id, 20)])


def test_nothing_is_ordered_when_one_of_them_cannot_be() -> None:
    warehouse = make_warehouse()
    good, orphan = make_due(make_supplier(), warehouse=warehouse), make_due(None, warehouse=warehouse)
    with pytest.raises(NoSupplier):
        accept_suggestions([good.pk, orphan.pk], actor=BUYER)
    with pytest.raises(Invalid):
        accept_suggestions([good.pk], actor=BUYER, quantities={good.pk: 0})
    assert list_orders() == []
    assert PurchaseSuggestion.objects.open().count() == 2


def test_a_dismissed_one_is_not_ordered() -> None:
    row = make_due(make_supplier(), warehouse=make_warehouse())
    assert dismiss_suggestions([row.pk], actor=BUYER, reason="end of season") == 1
    assert dismiss_suggestions([row.pk], actor=BUYER, reason="again") == 0
    with pytest.raises(SuggestionGone):
        accept_suggestions([row.pk], actor=BUYER)
    row.refresh_from_db()
    assert (row.state, row.reason, list_orders()) == ("dismissed", "end of season", [])
    assert suggest_purchases() == 0
